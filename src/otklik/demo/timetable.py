"""When each line of a play is said: people sleep, agents keep working hours, and some promises are broken just now."""

from datetime import datetime, timedelta
from random import Random

from otklik.demo.company import HOUSE
from otklik.demo.plays import Play, Step, span
from otklik.team.models import WorkingTime
from otklik.team.working_time import add_working

PAST = timedelta(days=34)
_MINUTE = timedelta(minutes=1)
_AWAKE = WorkingTime(name="awake", week=[[["07:40", "23:10"]]] * 7)
_AT_WORK = {
    "help": WorkingTime(name="help", week=[[["09:00", "19:50"]]] * 5 + [[["10:00", "16:50"]], []]),
    "shop": WorkingTime(name="shop", week=[[["08:00", "21:50"]]] * 7),
    "docs": WorkingTime(name="docs", week=[[["09:00", "17:50"]]] * 5 + [[], []]),
}
_USUAL = {  # minutes, from and to
    "customer": (90, 1500), "page": (60, 900), "yes": (60, 1700), "no": (60, 900), "stranger": (60, 400),
    "agent": (9, 170), "note": (3, 25), "solved": (2, 9), "handover": (6, 40), "tags": (1, 3),
    "bounce": (1, 2), "auto": (1, 2), "reopen": (60, 200), "draft": (3, 10), "form": (60, 900),
    "api": (60, 900), "phone": (60, 900),
}  # fmt: skip
_STAFF = {"agent", "note", "solved", "handover", "reopen", "draft"}
_LATE_BY, _SOON_WITHIN = (timedelta(minutes=12), timedelta(hours=5)), (timedelta(minutes=8), timedelta(minutes=55))
_ROUNDS = 12


def timetable(play: Play, *, now: datetime, chance: Random, team_hours: WorkingTime) -> list[datetime]:
    """The moment of each step of the play, in order, all of them past."""
    gaps = [_usual(step, chance) if step.after is None else step.after for step in play.steps[1:]]
    whole = sum(gaps, timedelta())
    if not play.last:
        room = (PAST - whole * 1.6 - timedelta(hours=8)).total_seconds()
        start = now - PAST + timedelta(seconds=chance.uniform(0, max(room, 0)))
        return _fit(_forward(play, _awake(start, chance), gaps), end=now - 3 * _MINUTE, is_exact=False)
    pivot = _pivot(play)
    after = sum(gaps[pivot:], timedelta())
    turn = _turn(play, now, chance, team_hours) if play.last in {"late", "soon"} else _ago(play, now, chance) - after
    start = turn - sum(gaps[:pivot], timedelta())
    for _round in range(_ROUNDS):
        moments = _forward(play, start, gaps)
        if moments[pivot] <= turn:
            break
        start -= moments[pivot] - turn
    head = _fit(moments[: pivot + 1], end=turn, is_exact=True)
    return [*head, *_straight(head[-1], gaps[pivot:], before=now)]


def _pivot(play: Play) -> int:
    """The customer's last line, on which our promise depends; the very last line when nobody but we spoke since."""
    theirs = [place for place, step in enumerate(play.steps) if step.speaker not in _STAFF]
    return theirs[-1] if theirs[-1] or play.last in {"late", "soon"} else len(play.steps) - 1


def _straight(start: datetime, gaps: list[timedelta], *, before: datetime) -> list[datetime]:
    moments = [start + sum(gaps[: count + 1], timedelta()) for count in range(len(gaps))]
    return [min(moment, before - _MINUTE) for moment in moments]


def _usual(step: Step, chance: Random) -> timedelta:
    shortest, longest = _USUAL[step.speaker]
    return timedelta(minutes=shortest + (longest - shortest) * chance.random() ** 1.7, seconds=chance.randint(0, 59))


def _awake(moment: datetime, chance: Random) -> datetime:
    return add_working(moment, chance.randint(1, 200), _AWAKE)


def _forward(play: Play, start: datetime, gaps: list[timedelta]) -> list[datetime]:
    moments = [start]
    for step, gap in zip(play.steps[1:], gaps, strict=True):
        moments.append(_next(moments[-1], step, gap, play.inbox))
    return moments


def _next(before: datetime, step: Step, gap: timedelta, inbox: str) -> datetime:
    seconds = timedelta(seconds=gap.total_seconds() % 60)
    if step.speaker not in _STAFF:
        moment = before + gap
        return moment if gap < timedelta(minutes=30) else add_working(moment, 1, _AWAKE) + seconds
    if gap >= timedelta(days=1):
        return add_working(before + gap, 1, _AT_WORK[inbox]) + seconds
    return add_working(before, max(1, int(gap / _MINUTE)), _AT_WORK[inbox]) + seconds


def _fit(moments: list[datetime], *, end: datetime, is_exact: bool) -> list[datetime]:
    """The same order, ending by ``end`` (at it when exact): pressed together when that is the only way."""
    first, last = moments[0], moments[-1]
    if last > end:
        share = (end - first) / (last - first) if last > first and end > first else 0
        moments = [first + (moment - first) * share for moment in moments]
    if is_exact and len(moments) > 1:
        return [*moments[:-1], end]
    return [end] if is_exact else moments


def _ago(play: Play, now: datetime, chance: Random) -> datetime:
    return now - span(play.last) - timedelta(seconds=chance.randint(0, 50))


def _turn(play: Play, now: datetime, chance: Random, team_hours: WorkingTime) -> datetime:
    """When the customer's last line is said, so that our promise is broken by now, or nearly."""
    is_first = not any(step.speaker == "agent" for step in play.steps)
    minutes = HOUSE["standards"][play.kind]["minutes"][0 if is_first else 1]
    if play.last == "late":
        low, high = -_LATE_BY[1], -_LATE_BY[0]
    else:
        low, high = _SOON_WITHIN
    wished = now + low + (high - low) * chance.random()
    moments = (now - step * 5 * _MINUTE for step in range(1, 12 * 24 * 6))
    return next((one for one in moments if add_working(one, minutes, team_hours) <= wished), now - timedelta(hours=3))
