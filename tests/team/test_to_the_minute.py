"""Working time against somebody who counts the minutes of three years by looking at the clock on the wall."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.team.models import WorkingTime
from otklik.team.public_days import public_days
from otklik.team.working_time import add_working, working_minutes
from tests.team.calendars import calendar

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
MINUTES = (date(2027, 1, 1) - date(2024, 1, 1)).days * 24 * 60
YEAR = 366 * 24 * 60
LUNCH = [["09:00", "13:00"], ["14:00", "18:00"]]
ONE_YEAR = {"always in Vladivostok", "half an hour in Lord Howe", "midnight in Cairo"}
"""Here one year shows everything that three would."""
NIGHT = [["00:00", "06:00"], ["22:00", "24:00"]]
ODD = [["01:15", "02:45"], ["02:45", "03:10"], ["23:07", "24:00"]]

CALENDARS = {
    "office in Moscow": calendar(
        [LUNCH] * 5 + [[], []], country="RU", d2026_01_05=[["10:00", "12:30"]], d2026_04_30=[]
    ),
    "nights in Berlin": calendar([NIGHT] * 7, time_zone="Europe/Berlin", country="DE"),
    "odd hours in New York": calendar([ODD] * 6 + [[]], time_zone="America/New_York", country="US", d2026_11_01=ODD),
    "always in Vladivostok": calendar([[["00:00", "24:00"]]] * 7, time_zone="Asia/Vladivostok", country="RU"),
    "half an hour in Lord Howe": calendar([ODD] * 7, time_zone="Australia/Lord_Howe"),
    "midnight in Cairo": calendar([NIGHT, LUNCH] * 3 + [ODD], time_zone="Africa/Cairo", d2024_04_26=NIGHT),
}


def hours_on(row: WorkingTime, on: date) -> list[list[str]]:
    """By the words of the rule, without anything of the arithmetic."""
    if on.isoformat() in row.exceptions:
        return row.exceptions[on.isoformat()]
    usual: list[list[str]] = row.week[on.weekday()]
    public = public_days(row.country, on.year).get(on)
    if public is None:
        return usual
    if public.kind == "working":
        stands_for: Any = public.stands_for
        usual = usual or row.week[stands_for.weekday()]
    elif public.kind != "shortened":
        return []
    if not public.is_shortened or not usual:
        return usual
    opens, closes = usual[-1]
    assert int(closes[:2]) - int(opens[:2]) >= 2
    return [*usual[:-1], [opens, f"{int(closes[:2]) - 1:02}:{closes[3:]}"]]


@cache
def counted(name: str) -> tuple[bytes, list[int]]:
    """Each minute of three years: whether it works; and how many worked before each."""
    row = CALENDARS[name]
    zone = ZoneInfo(row.time_zone)
    days: dict[date, bytearray] = {}
    works = bytearray(YEAR if name in ONE_YEAR else MINUTES)
    moment = FIRST
    for place in range(len(works)):
        local = moment.astimezone(zone)
        on = local.date()
        if on not in days:
            days[on] = bytearray(24 * 60)
            for pair in hours_on(row, on):
                opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in pair)
                days[on][opens:closes] = b"\1" * (closes - opens)
        works[place] = days[on][local.hour * 60 + local.minute]
        moment += timedelta(minutes=1)
    before = [0]
    for one in works:
        before.append(before[-1] + one)
    return bytes(works), before


PLACES = st.integers(0, MINUTES - 1)
RESTS = st.lists(st.tuples(PLACES, st.integers(0, 7 * 24 * 60)), max_size=4)


def at(place: int) -> datetime:
    return FIRST + timedelta(minutes=place)


def resting(rests: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
    return [(at(begin), at(begin + length)) for begin, length in rests]


@pytest.mark.parametrize("name", CALENDARS)
@settings(max_examples=60, deadline=None)
@given(first=PLACES, second=PLACES, rests=RESTS)
def test_the_minutes_between_are_those_that_somebody_counts(
    name: str, first: int, second: int, rests: list[tuple[int, int]]
) -> None:
    works, before = counted(name)
    start, end = sorted((first % len(works), second % len(works)))
    rested = {place for begin, length in rests for place in range(max(begin, start), min(begin + length, end))}

    assert working_minutes(at(start), at(end), CALENDARS[name]) == before[end] - before[start]
    without = before[end] - before[start] - sum(works[place] for place in rested)
    assert working_minutes(at(start), at(end), CALENDARS[name], resting(rests)) == without


@pytest.mark.parametrize("name", CALENDARS)
@settings(max_examples=60, deadline=None)
@given(start=st.integers(0, MINUTES // 2), minutes=st.integers(0, 15_000), rests=RESTS)
def test_a_deadline_is_where_somebody_who_counts_arrives(
    name: str, start: int, minutes: int, rests: list[tuple[int, int]]
) -> None:
    works, _before = counted(name)
    start %= len(works) // 2
    rests = [(begin % (start + 40_000), length) for begin, length in rests]
    rested = {place for begin, length in rests for place in range(begin, begin + length)}
    place, left = start, minutes
    while left:
        left -= works[place] and place not in rested
        place += 1

    deadline = add_working(at(start), minutes, CALENDARS[name], resting(rests))

    assert deadline == at(place)
    assert working_minutes(at(start), deadline, CALENDARS[name], resting(rests)) == minutes
