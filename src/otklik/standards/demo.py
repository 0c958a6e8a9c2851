"""The part of service standards in the demo company: later versions while cases go on, one that waits for a look."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files
from random import Random
from typing import Any

from otklik.foundation.actors import Actor
from otklik.foundation.manifest import Deeds
from otklik.standards.actions import Words, edit_draft, offer, publish, set_standard, start_draft, write_standard
from otklik.standards.models import Standard
from otklik.standards.queries import in_work
from otklik.team.models import Agent
from otklik.team.queries import actor_for

_WORDS = ("how", "good", "good_because", "bad", "bad_because")


def deeds(now: datetime, _chance: Random) -> Deeds:
    """In the order of their days."""
    told = tomllib.loads(files("otklik.standards").joinpath("demo.toml").read_text(encoding="utf-8"))
    acts: tuple[tuple[str, Callable[[Mapping[str, Any]], None]], ...] = (("later", _publish_later), ("new", _write))
    for name, act in acts:
        for one in told[name]:
            yield now - timedelta(days=one["days_ago"], hours=3), partial(act, one)


def _actor(login: str) -> Actor:
    return actor_for(Agent.objects.get(email__startswith=f"{login}@"))


def _publish_later(told: Mapping[str, Any]) -> None:
    """A lead publishes what was written; an agent who writes keeps the standard from then on."""
    standard, author = Standard.objects.get(case_kind=told["kind"]), _actor(told["by"])
    lead = _actor("olga")
    if standard.owner_id != author.pk:
        set_standard(standard=standard, actor=lead, values={"owner": Agent.objects.get(pk=author.agent_id)})
    draft = start_draft(standard=standard, actor=author)
    words = {name: told[name] for name in _WORDS if name in told}
    edit_draft(version=draft, words=replace(Words.of(draft), **words, change_note=told["note"]), actor=author)
    publish(version=draft, actor=lead)


def _write(told: Mapping[str, Any]) -> None:
    author = _actor(told["by"])
    first, following, solution = told["minutes"]
    minutes = {"first_answer_minutes": first, "next_word_minutes": following, "solution_minutes": solution}
    texts = {name: told[name] for name in ("why", "emotion", "ticked_by", *_WORDS) if name in told}
    words = Words(**texts, **minutes, change_note=told["note"])
    keeper = Agent.objects.get(pk=_actor(told.get("keeper", told["by"])).agent_id)
    standard = write_standard(
        name=told["name"], words=words, actor=author, values={"owner": keeper, **told.get("for", {})}
    )
    draft = in_work(standard)
    assert draft is not None, "a new standard has a draft"
    if told.get("waits"):
        offer(version=draft, actor=author)
    else:
        publish(version=draft, actor=_actor("olga"))
