"""What the demo company has written down."""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from otklik.cases.models import Case
from otklik.foundation.manifest import Deeds
from otklik.sample.actions import write_down
from otklik.team.queries import actor_for

_WORDS = ("Звонил ещё раз, просил перезвонить после обеда.", "Пришлёт снимок чека вечером.")


def deeds(now: datetime, chance: Random) -> Deeds:
    """In each of the last days somebody writes something down about the newest case."""
    for day, words in enumerate(_WORDS, start=1):
        yield now - timedelta(days=day, minutes=chance.randint(0, 300)), partial(_write, words)


def _write(words: str) -> None:
    case = Case.objects.select_related("owner").order_by("-id").first()
    if case is not None:
        write_down(case=case, text=words, actor=actor_for(case.owner))
