"""The same figures day by day."""

from collections.abc import Iterable, Mapping
from datetime import date

from otklik.cases.figures.team import Day
from otklik.foundation.figures import Estimate, Point, Waits, share


def days_of_words(days: Iterable[Day]) -> list[Point]:
    """Share of the satisfied on each day; a day on which nobody said anything has no value."""
    found = ((day, share(day.satisfied, day.share.answered, left_out=day.unconfirmed)) for day in days)
    return [_point(day.label, estimate) for day, estimate in found]


def days_of_answers(days: Iterable[date], waits: Mapping[date, Waits]) -> list[Point]:
    """Half of the cases opened on each day had their first answer within so many seconds."""
    return [_point(str(day.day), waits.get(day, Waits()).at(0.5)) for day in days]


def _point(label: str, found: Estimate) -> Point:
    return Point(label=label, value=found.value, n=found.n, low=found.low, high=found.high, left_out=found.left_out)
