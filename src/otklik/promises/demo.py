"""What the demo company has promised: a call, a word in words, and one promise that broke."""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from otklik.cases.actions import make_promise
from otklik.cases.models import Case
from otklik.foundation.manifest import Deeds
from otklik.team.queries import actor_for


def deeds(now: datetime, chance: Random) -> Deeds:
    """A call for the newest open case and a visit for another, made a little before somebody looks."""
    yield now - timedelta(minutes=12), partial(_promise, 0, "call_back", now + timedelta(hours=2), "про счёт на троих")
    yield now - timedelta(minutes=7), partial(_promise, 1, "visit", now + timedelta(days=1), "привезти диплом")


def _promise(place: int, kind: str, by: datetime, about: str) -> None:
    case = Case.objects.filter(state=Case.State.OPEN).select_related("owner").order_by("-id")[place : place + 1].first()
    if case is not None:
        make_promise(case=case, actor=actor_for(case.owner), kind=kind, by=by.replace(minute=30, second=0), about=about)
