"""What the demo company was told to do better: one is done and told, one planned, one declined, two just came."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files
from random import Random
from typing import Any

from otklik.cases.actions import open_for_customer
from otklik.cases.models import CaseKind
from otklik.customers.actions import identify
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.manifest import Deeds
from otklik.foundation.policies import set_policy
from otklik.suggestions import actions
from otklik.suggestions.actions import Said
from otklik.suggestions.models import Suggestion, Voice, Word
from otklik.suggestions.queries import plan_of
from otklik.team.models import Agent
from otklik.team.queries import actor_for


def deeds(now: datetime, chance: Random) -> Deeds:
    """Each story's voices and steps, in the order of their days."""
    told = tomllib.loads(files("otklik.suggestions").joinpath("demo.toml").read_text(encoding="utf-8"))
    yield now - timedelta(days=36), partial(set_policy, "suggestions.board_is_open", True)  # noqa: FBT003
    for story in told["story"]:
        known: dict[str, Suggestion] = {}
        for voice in story["voice"]:
            moment = now - timedelta(days=voice["days_ago"], minutes=chance.randint(40, 400))
            yield moment, partial(_speak, known, story, voice, moment)
        for step in story.get("step", ()):
            yield now - timedelta(days=step["days_ago"], minutes=30), partial(_take, known, step)


def _agent(login: str) -> Agent:
    return Agent.objects.get(email__startswith=f"{login}@")


def _speak(known: dict[str, Suggestion], story: Mapping[str, Any], voice: Mapping[str, Any], at: datetime) -> None:
    if "colleague" in voice:
        actor = actor_for(_agent(voice["colleague"]))
        known["row"] = actions.suggest_as_colleague(
            words=voice["words"], title=story["title"], hinders=story.get("hinders", False), actor=actor
        )
        return
    said = _said(voice, at)
    if "row" in known:
        actions.add_voice(suggestion=known["row"], said=said, actor=SYSTEM)
    else:
        known["row"] = actions.suggest(said=said, title=story["title"], actor=SYSTEM)


def _said(voice: Mapping[str, Any], at: datetime) -> Said:
    """By a case of their own, by phone, or out of a survey, where nobody knows who it was."""
    words, source = voice.get("words", ""), voice.get("source", Word.Source.PHONE)
    if "email" not in voice:
        return Said(words=words, source=source, at=at)
    customer = identify(kind="email", value=voice["email"], name=voice["name"])
    if source != Word.Source.PORTAL:
        return Said(customer=customer, words=words, source=source, at=at)
    case, message = open_for_customer(
        customer=customer,
        subject="",
        text=words,
        actor=SYSTEM,
        address=voice["email"],
        inbox_kind="form",
        kind=CaseKind.SUGGESTION,
        owner=_agent(voice["owner"]),
    )
    return Said(customer=customer, words=words, source=source, case=case, message_id=message.pk, at=at)


def _take(known: Mapping[str, Suggestion], step: Mapping[str, Any]) -> None:
    _ACTS[step["do"]](known["row"], actor_for(_agent(step["by"])), step)


def _tell(row: Suggestion, actor: Actor, step: Mapping[str, Any]) -> None:
    actions.tell_everyone(suggestion=row, words=step["words"], people=plan_of(row).people, actor=actor)


def _help(row: Suggestion, _actor: Actor, step: Mapping[str, Any]) -> None:
    voice = Voice.objects.filter(suggestion=row, customer__contact_points__value=step["email"]).first()
    if voice is not None:
        actions.say_helped(voice=voice, is_helped=step["helped"], words=step.get("words", ""))


_ACTS: Mapping[str, Callable[[Suggestion, Actor, Mapping[str, Any]], object]] = {
    "move": lambda row, actor, step: actions.move(
        suggestion=row, to=step["to"], reason=step.get("reason", ""), actor=actor
    ),
    "answer": lambda row, actor, step: actions.answer(suggestion=row, words=step["words"], actor=actor),
    "show": lambda row, actor, step: actions.show(
        suggestion=row, title=step["title"], words=step.get("words", ""), actor=actor
    ),
    "tell": _tell,
    "helped": _help,
}
