"""The hours at which somebody may ask to be called: half hours within the team's working time. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from otklik.team.working_time import Calendar, is_working

LENGTH: Final = timedelta(minutes=30)
_LOOKED_AT: Final = timedelta(days=14)
_A_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """From when until when we call."""

    start: datetime

    @property
    def until(self) -> datetime:
        return self.start + LENGTH

    @property
    def key(self) -> str:
        return str(int(self.start.timestamp()))


def slots(calendar: Calendar, *, now: datetime, lead_minutes: int, days: int) -> Iterator[Slot]:
    """Those of the next ``days`` on which anybody works, the first of them ``lead_minutes`` from now or later."""
    start, end, on = _full(now + timedelta(minutes=lead_minutes)), now + _LOOKED_AT, set()
    while start < end:
        if is_working(start, calendar) and is_working(start + LENGTH - _A_MINUTE, calendar):
            on.add(start.date())
            if len(on) > days:
                return
            yield Slot(start=start)
        start += LENGTH


def _full(moment: datetime) -> datetime:
    """The next full half hour."""
    over = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment - over + (LENGTH if over else timedelta())
