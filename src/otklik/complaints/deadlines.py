"""When a term ends: whole days after the moment from which it runs, by the team's own calendar."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from otklik.complaints.models import Term
from otklik.team.working_time import Calendar, day_of

_LONGEST_SEARCH: Final = 366
_DAY: Final = timedelta(days=1)
_EVENING: Final = 20 * 60


def end_of(term: Term, start: datetime, calendar: Calendar) -> datetime:
    """The midnight after the last day of the term, in the calendar's zone.

    The day of ``start`` itself is not counted (Civil Code of Russia, art. 191, 193, 194). A calendar without any
    working day counts all days alike.
    """
    zone = ZoneInfo(calendar.time_zone)
    first = start.astimezone(zone).date()
    last = _after_working_days(first, term.days, calendar) if term.is_working else first + timedelta(days=term.days)
    if term.moves_on:
        last = _working_from(last, calendar)
    return datetime.combine(last + _DAY, time(), zone)


def closing_after(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The end of work on the day so many working days after ``start``; at eight in the evening at the latest.

    Nobody who is told a day thinks of the middle of the night.
    """
    zone = ZoneInfo(calendar.time_zone)
    day = _after_working_days(start.astimezone(zone).date(), days, calendar)
    hours = day_of(calendar, day).minutes
    return datetime.combine(day, time(), zone) + timedelta(minutes=min(hours[-1][1], _EVENING) if hours else _EVENING)


def _after_working_days(first: date, days: int, calendar: Calendar) -> date:
    if _working_from(first, calendar) == first and not day_of(calendar, first).minutes:
        return first + timedelta(days=days)
    day = first
    for _count in range(days):
        day = _working_from(day + _DAY, calendar)
    return day


def _working_from(day: date, calendar: Calendar) -> date:
    """The first working day that is not before this one; this one where there is none within a year."""
    near = (day + timedelta(days=ahead) for ahead in range(_LONGEST_SEARCH))
    return next((one for one in near if day_of(calendar, one).minutes), day)
