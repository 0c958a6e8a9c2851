"""Arithmetic of working time: pure, in minutes, across days, holidays and time zones.

Counted in UTC: between two moments of one zone Python subtracts what the clocks show, and 24 hours across a change of
the clocks would be 23 or 25.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from otklik.team.models import WorkingTime

ALWAYS = [[["00:00", "24:00"]]] * 7
OFFICE = [[["09:00", "18:00"]]] * 5 + [[], []]
_LONGEST_SEARCH = timedelta(days=400)


def add_working(start: datetime, minutes: int, calendar: WorkingTime) -> datetime:
    """The moment in UTC ``minutes`` of working time after ``start``; a calendar without any counts round the clock."""
    start = start.astimezone(UTC)
    left = timedelta(minutes=minutes)
    for opens, closes in _intervals(start, calendar):
        begin = max(opens, start)
        if begin + left <= closes:
            return begin + left
        left -= closes - begin
    return start + timedelta(minutes=minutes)


def working_minutes(start: datetime, end: datetime, calendar: WorkingTime) -> int:
    """Whole minutes of working time between two moments; 0 when ``end`` is not after ``start``."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    total = timedelta()
    for opens, closes in _intervals(start, calendar):
        if opens >= end:
            break
        total += min(closes, end) - max(opens, start)
    return int(total.total_seconds() // 60)


def is_working(at: datetime, calendar: WorkingTime) -> bool:
    return next((opens <= at for opens, _closes in _intervals(at, calendar)), False)


def _intervals(start: datetime, calendar: WorkingTime) -> Iterator[tuple[datetime, datetime]]:
    """Working intervals in UTC that end after ``start``, in order; one that the clocks jump over is none."""
    zone = ZoneInfo(calendar.time_zone)
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = day + _LONGEST_SEARCH
    while day <= last:
        for opens, closes in calendar.exceptions.get(day.isoformat(), calendar.week[day.weekday()]):
            begin, end = _moment(day, opens, zone), _moment(day, closes, zone)
            if end > max(start, begin):
                yield begin, end
        day += timedelta(days=1)


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
