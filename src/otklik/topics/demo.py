"""Topics of the demo company: a small tree with examples, and a lead who has said what some cases are about."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files
from random import Random
from typing import Any

from otklik.foundation.actors import SYSTEM
from otklik.foundation.manifest import Deeds
from otklik.topics.actions import give_examples, save_topic
from otklik.topics.models import Topic


def deeds(now: datetime, _chance: Random) -> Deeds:
    """The dictionary is begun four weeks ago; reading and learning are left to the worker."""
    told = tomllib.loads(files("otklik.topics").joinpath("demo.toml").read_text(encoding="utf-8"))
    yield now - timedelta(days=28), partial(_write, told["topic"])


def _write(told: Sequence[Mapping[str, Any]]) -> None:
    known: dict[str, Topic] = {}
    for one in told:
        values = {"name": one["name"], "parent": known.get(one.get("under", "")), "synonyms": one.get("synonyms", [])}
        known[one["name"]] = save_topic(values=values, actor=SYSTEM)
        if one.get("examples"):
            give_examples(topic=known[one["name"]], texts=one["examples"], actor=SYSTEM)
