"""The calendar of a year as a picture: what each day is, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.team.public_days import Kind
from otklik.team.working_time import Calendar, WorkingDay, day_of


class Look(StrEnum):
    """How a day is drawn."""

    WORK = "work"
    FREE = "free"
    SHORTENED = "shortened"
    HOLIDAY = "holiday"
    DAY_OFF = "day_off"
    WORKING = "working"
    OWN = "own"


LOOKS: dict[Look, str | Promise] = {
    Look.WORK: _("Working day"),
    Look.FREE: _("Free by the week"),
    Look.SHORTENED: _("An hour shorter, before a holiday"),
    Look.HOLIDAY: _("Holiday"),
    Look.DAY_OFF: _("Day off for another day"),
    Look.WORKING: _("Working day for another day"),
    Look.OWN: _("Own exception"),
}
_PUBLIC = {Kind.HOLIDAY: Look.HOLIDAY, Kind.DAY_OFF: Look.DAY_OFF, Kind.WORKING: Look.WORKING}
_SIGNS = {Look.SHORTENED: "\N{MINUS SIGN}1", Look.WORKING: "+", Look.OWN: "\N{BLACK DIAMOND}"}
_DAYS_A_WEEK = 7


@dataclass(frozen=True, kw_only=True)
class Day:
    """``hours``: «9:00–13:00, 14:00–18:00», '' for a free day. ``name``: of the holiday, or of the own exception."""

    on: date
    look: Look
    hours: str
    name: str
    minutes: int

    @property
    def sign(self) -> str:
        return _SIGNS.get(self.look, "")

    @property
    def what(self) -> str:
        """A day off for another day has that said in its name."""
        parts = (self.name,) if self.look is Look.DAY_OFF and self.name else (str(LOOKS[self.look]), self.name)
        return ": ".join(filter(None, parts))

    @property
    def told(self) -> str:
        """All of it in one line."""
        return ", ".join(filter(None, (self.what, self.hours)))


@dataclass(frozen=True, kw_only=True)
class Month:
    """``before``: empty places before its first day, Monday first."""

    name: str | Promise
    before: range
    days: Sequence[Day]


@dataclass(frozen=True, kw_only=True)
class Year:
    number: int
    months: Sequence[Month]

    @property
    def days(self) -> list[Day]:
        return [day for month in self.months for day in month.days]

    @property
    def differing(self) -> list[Day]:
        """Days that are not as the week says."""
        return [day for day in self.days if day.look not in {Look.WORK, Look.FREE}]

    @property
    def working_days(self) -> int:
        return sum(day.minutes > 0 for day in self.days)

    @property
    def hours(self) -> int:
        return sum(day.minutes for day in self.days) // 60

    @property
    def keys(self) -> list[tuple[Look, str | Promise, str]]:
        """Looks that occur, their words and signs."""
        seen = {day.look for day in self.days}
        return [(look, words, _SIGNS.get(look, "")) for look, words in LOOKS.items() if look in seen]


def year_of(calendar: Calendar, names: dict[str, str], number: int) -> Year:
    """``names``: what own exceptions are called, by their ISO date."""
    first = date(number, 1, 1)
    length = (date(number + 1, 1, 1) - first).days
    days = [_day(calendar, names, first + timedelta(days=one)) for one in range(length)]
    months = [[day for day in days if day.on.month == month] for month in MONTHS]
    return Year(
        number=number,
        months=[Month(name=MONTHS[of[0].on.month], before=range(of[0].on.weekday()), days=of) for of in months],
    )


def _day(calendar: Calendar, names: dict[str, str], on: date) -> Day:
    found = day_of(calendar, on, language=(get_language() or "ru").partition("-")[0])
    public = found.public.name if found.public else ""
    return Day(
        on=on,
        look=_look(found),
        hours=", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in found.minutes),
        name=names.get(on.isoformat(), "") if found.is_own else public,
        minutes=sum(closes - opens for opens, closes in found.minutes),
    )


def _look(day: WorkingDay) -> Look:
    if day.is_own:
        return Look.OWN
    plain = Look.WORK if day.minutes else Look.FREE
    if day.public is None:
        return plain
    if day.public.kind is Kind.SHORTENED:
        return Look.SHORTENED if day.minutes else plain
    return _PUBLIC[day.public.kind]


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
