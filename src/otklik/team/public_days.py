"""Holidays and moved days of a country: from the package ``holidays``, with what it lacks from tables of ours.

Russia 2013–2027 was held day by day against the law (Labour Code, articles 95, 111 and 112), the Government's orders
on moving days off, and the open tables of xmlcalendar.ru; ``tests/team/test_public_days.py`` keeps them. Days that a
President's decree called "non-working with pay" (2020, 2021) are no holidays: the norm of hours counts them as work.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

_MISSED_BY_THE_PACKAGE: Final = {"RU": {date(2014, 3, 10): date(2014, 3, 8)}}
"""A day off that stands for a holiday on a weekend: a Monday after a Saturday in 2014 (article 112, part 2)."""

_SHORTENED: Final = {
    "RU": {
        2013: "02-22 03-07 04-30 05-08 06-11 12-31",
        2014: "02-24 03-07 04-30 05-08 06-11 12-31",
        2015: "04-30 05-08 06-11 11-03 12-31",
        2016: "02-20 11-03",
        2017: "02-22 03-07 11-03",
        2018: "02-22 03-07 04-28 05-08 06-09 12-29",
        2019: "02-22 03-07 04-30 05-08 06-11 12-31",
        2020: "04-30 05-08 06-11 11-03 12-31",
        2021: "02-20 04-30 06-11 11-03",
        2022: "02-22 03-05 11-03",
        2023: "02-22 03-07 11-03",
        2024: "02-22 03-07 05-08 06-11 11-02",
        2025: "03-07 04-30 06-11 11-01",
        2026: "04-30 05-08 06-11 11-03",
        2027: "02-20 04-30 06-11 11-03",
    }
}
"""Days one hour shorter. A working day before a holiday is (article 95), and a moved one is as long as the day it was
exchanged for (order 588n of 13 August 2009): hence 24 February 2014 and the Saturdays. The hours of each year so
counted are the official ones."""

SHORTER_BY_MINUTES: Final = 60


class Kind(StrEnum):
    """What a country says of a day."""

    HOLIDAY = "holiday"
    DAY_OFF = "day_off"
    WORKING = "working"
    SHORTENED = "shortened"


@dataclass(frozen=True, kw_only=True)
class PublicDay:
    """A day that differs in a whole country.

    ``stands_for``: the day whose hours a moved working day has, None for every other kind and where it is not known.
    ``is_shortened``: an hour less, also of a moved working day. ``name``: in the language asked for.
    """

    kind: Kind
    name: str = ""
    stands_for: date | None = None
    is_shortened: bool = False


class CountryUnknown(ValueError):
    """There is no calendar of this country."""


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """Two-letter codes of the countries whose holidays are known."""
    from holidays.registry import COUNTRIES

    return frozenset(two_letters for _name, two_letters, *_more in COUNTRIES.values())


@lru_cache(maxsize=256)
def public_days(country: str, year: int, language: str = "") -> Mapping[date, PublicDay]:
    """The days of one year that differ in this country ('' has none). ``language``: 'ru', 'en', or the country's own.

    Raises ``CountryUnknown``.
    """
    if not country:
        return {}
    if country not in country_codes():
        raise CountryUnknown(country)
    known = _asked(country, year, language)
    stand_for = {moved_from: moved_to for moved_to, moved_from in _exchanged(known)}
    short = {date.fromisoformat(f"{year}-{day}") for day in _SHORTENED.get(country, {}).get(year, "").split()}
    found = {day: PublicDay(kind=_kind_of(known, day, stand_for), name=known[day]) for day in known if day.year == year}
    for day, holiday in _MISSED_BY_THE_PACKAGE.get(country, {}).items():
        if day.year == year:
            found[day] = PublicDay(kind=Kind.DAY_OFF, name=known[holiday])
    for day in known.weekend_workdays:
        if day.year == year:
            found[day] = PublicDay(kind=Kind.WORKING, stands_for=stand_for.get(day), is_shortened=day in short)
    for day in short - set(found):
        found[day] = PublicDay(kind=Kind.SHORTENED, is_shortened=True)
    return dict(sorted(found.items()))


def _asked(country: str, year: int, language: str) -> Any:
    """The package's own answer; the years beside it too, for a day may be moved over New Year."""
    import holidays

    years = [one for one in (year - 1, year, year + 1) if one > 0]
    spoken = getattr(holidays, country).supported_languages
    chosen = next((one for one in spoken if one == language or one.startswith(f"{language}_")), None)
    return holidays.country_holidays(country, years=years, language=chosen if language else None)


def _exchanged(known: Any) -> Iterator[tuple[date, date]]:
    """Days off and the days that are worked for them, as the package keeps them."""
    for year in known.years:
        rows = getattr(known, "special_public_holidays", {}).get(year, ())
        for row in (rows,) if rows and isinstance(rows[0], int) else rows:
            if len(row) > 3:  # noqa: PLR2004 - (month, day, from month, from day, from year): moved, not only named
                yield date(year, row[0], row[1]), date([*row[4:], year][0], row[2], row[3])


def _kind_of(known: Any, day: date, stand_for: Mapping[date, date]) -> Kind:
    """A holiday itself, or a day off that was given for one."""
    observed = re.escape(known.tr(getattr(known, "observed_label", "") or "%s (?)")).replace("%s", ".+")
    is_observed = re.fullmatch(observed, known[day]) is not None
    return Kind.DAY_OFF if is_observed or day in stand_for.values() else Kind.HOLIDAY
