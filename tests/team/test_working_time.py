"""Deadlines in working time: across nights, weekends, holidays, lunch and time zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.team.models import WorkingTime
from otklik.team.working_time import ALWAYS, add_working, is_working, working_minutes
from tests.team.calendars import calendar

MOSCOW = ZoneInfo("Europe/Moscow")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-20T10:00", 60, "2026-11-20T11:00"),
        ("2026-11-20T17:30", 60, "2026-11-23T09:30"),  # Friday evening → Monday morning
        ("2026-11-21T12:00", 30, "2026-11-23T09:30"),  # Saturday
        ("2026-11-20T07:00", 540, "2026-11-20T18:00"),
        ("2026-11-20T09:00", 541, "2026-11-23T09:01"),
    ],
)
def test_deadlines_in_office_hours(start: str, minutes: int, end: str) -> None:
    assert add_working(at(start), minutes, calendar()) == at(end)


def test_a_holiday_is_passed_over_and_a_working_saturday_counts() -> None:
    special = calendar(d2026_11_20=[], d2026_11_21=[["09:00", "18:00"]])

    assert add_working(at("2026-11-19T17:59"), 2, special) == at("2026-11-21T09:01")


def test_lunch_is_not_working_time() -> None:
    with_lunch = calendar([[["09:00", "13:00"], ["14:00", "18:00"]]] * 7)

    assert add_working(at("2026-11-20T12:30"), 60, with_lunch) == at("2026-11-20T14:30")


def test_round_the_clock() -> None:
    assert add_working(at("2026-11-20T23:30"), 60, calendar(ALWAYS)) == at("2026-11-21T00:30")


def test_a_calendar_without_working_time_counts_round_the_clock() -> None:
    assert add_working(at("2026-11-20T10:00"), 90, calendar([[]] * 7)) == at("2026-11-20T11:30")


def test_an_hour_lost_to_summer_time_is_not_promised_twice() -> None:
    berlin = WorkingTime(name="x", time_zone="Europe/Berlin", week=ALWAYS, exceptions={})
    start = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)

    assert add_working(start, 60, berlin).astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"])
@given(
    start=st.integers(0, 365 * 24 * 60).map(
        lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    ),
    minutes=st.integers(1, 3000),
)
def test_round_the_clock_a_minute_is_a_minute_whatever_the_clocks_do(zone: str, start: datetime, minutes: int) -> None:
    always = WorkingTime(name="x", time_zone=zone, week=ALWAYS, exceptions={})
    seen_there = start.astimezone(ZoneInfo(zone))

    end = add_working(seen_there, minutes, always)

    assert end.astimezone(UTC) - start == timedelta(minutes=minutes)
    assert working_minutes(seen_there, end.astimezone(ZoneInfo(zone)), always) == minutes


def test_24_hours_across_a_change_of_the_clocks_are_24_hours() -> None:
    berlin = WorkingTime(name="x", time_zone="Europe/Berlin", week=ALWAYS, exceptions={})
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    assert add_working(saturday, 24 * 60, berlin) == datetime(2026, 3, 29, 11, 0, tzinfo=UTC)


def test_a_night_shift_over_the_change_has_its_real_length() -> None:
    nights = WorkingTime(name="x", time_zone="Europe/Berlin", week=[[["00:00", "06:00"]]] * 7, exceptions={})
    spring = datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 10, 0, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 10, 0, tzinfo=UTC)

    assert working_minutes(*spring, nights) == 5 * 60
    assert working_minutes(*autumn, nights) == 7 * 60


def test_hours_that_the_clocks_jump_over_are_no_working_time() -> None:
    gap = WorkingTime(name="x", time_zone="Europe/Berlin", week=[[["02:15", "03:10"]]] * 7, exceptions={})
    before = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)

    assert working_minutes(before, before + timedelta(hours=12), gap) == 10  # from 3:00 on the wall clock
    assert add_working(before, 11, gap) == datetime(2026, 3, 30, 0, 16, tzinfo=UTC)


def test_hours_that_the_clocks_show_twice_count_twice() -> None:
    twice = WorkingTime(name="x", time_zone="Europe/Berlin", week=[[["02:00", "02:30"]]] * 7, exceptions={})
    midnight = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)

    assert working_minutes(midnight, midnight + timedelta(hours=12), twice) == 60
    assert add_working(midnight, 31, twice) == datetime(2026, 10, 25, 1, 1, tzinfo=UTC)


def test_a_deadline_at_the_end_of_the_day_is_that_evening() -> None:
    assert add_working(at("2026-11-20T17:00"), 60, calendar()) == at("2026-11-20T18:00")
    assert add_working(at("2026-11-20T19:00"), 0, calendar()) == at("2026-11-20T19:00")


def test_a_long_way_is_counted_over_the_years() -> None:
    ten_years = working_minutes(at("2026-01-01T00:00"), at("2036-01-01T00:00"), calendar())

    assert add_working(at("2026-01-01T00:00"), ten_years, calendar()) == at("2035-12-31T18:00")


def test_when_the_last_working_day_is_over_it_counts_round_the_clock() -> None:
    last = calendar([[]] * 7, d2027_03_01=[["09:00", "10:00"]])

    assert add_working(at("2026-11-20T10:00"), 60, last) == at("2027-03-01T10:00")
    assert add_working(at("2027-02-20T10:00"), 61, last) == at("2027-02-20T11:01")


def test_no_calendar_reaches_the_end_of_time() -> None:
    with pytest.raises(OverflowError):
        add_working(at("2026-11-20T10:00"), 10**10, calendar())


def test_seconds_are_kept() -> None:
    late = datetime(2026, 11, 20, 17, 59, 30, tzinfo=MOSCOW)

    assert add_working(late, 1, calendar()) == datetime(2026, 11, 23, 9, 0, 30, tzinfo=MOSCOW)
    assert working_minutes(late, at("2026-11-23T09:01"), calendar()) == 1


def test_a_rest_moves_the_deadline_by_the_work_that_lies_in_it() -> None:
    over_a_weekend = [(at("2026-11-20T17:00"), at("2026-11-23T10:00"))]

    assert add_working(at("2026-11-20T16:00"), 120, calendar(), over_a_weekend) == at("2026-11-23T11:00")
    assert add_working(at("2026-11-20T16:00"), 60, calendar(), over_a_weekend) == at("2026-11-20T17:00")
    assert working_minutes(at("2026-11-20T16:00"), at("2026-11-23T11:00"), calendar(), over_a_weekend) == 120


def test_is_working() -> None:
    assert is_working(at("2026-11-20T10:00"), calendar())
    assert not is_working(at("2026-11-20T20:00"), calendar())
    assert not is_working(at("2026-11-21T10:00"), calendar())


@given(
    start=st.integers(0, 330 * 24 * 60).map(
        lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    ),
    minutes=st.integers(1, 3000),
)
def test_what_is_added_is_what_is_counted(start: datetime, minutes: int) -> None:
    end = add_working(start, minutes, calendar())

    assert working_minutes(start, end, calendar()) == minutes
    assert end - start >= timedelta(minutes=minutes)
