"""When a term ends: whole days by the team's calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from otklik.complaints.deadlines import closing_after, end_of
from otklik.complaints.models import Term
from otklik.team.models import WorkingTime
from otklik.team.working_time import ALWAYS, OFFICE, day_of

MOSCOW = WorkingTime(name="Москва", time_zone="Europe/Moscow", week=OFFICE, exceptions={}, country="RU")
DAY_AND_NIGHT = WorkingTime(name="Всегда", time_zone="Europe/Moscow", week=ALWAYS, exceptions={}, country="")
NEVER = WorkingTime(name="Никогда", time_zone="Europe/Moscow", week=[[]] * 7, exceptions={}, country="")


def last_day(calendar: WorkingTime, start: datetime, **values: Any) -> date:
    term = Term(**{"name": "Срок", "days": 10} | values)
    return (end_of(term, start, calendar) - timedelta(seconds=1)).date()


def test_the_first_day_is_the_one_after_and_the_term_ends_with_its_last() -> None:
    start = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)  # a Monday

    assert last_day(MOSCOW, start) == date(2026, 11, 19)
    end = end_of(Term(name="Срок", days=10), start, MOSCOW)
    assert end.astimezone(UTC) == datetime(2026, 11, 19, 21, 0, tzinfo=UTC)


def test_the_day_is_that_of_the_teams_zone() -> None:
    late = datetime(2026, 11, 9, 21, 30, tzinfo=UTC)  # half past midnight in Moscow, already the 10th

    assert last_day(MOSCOW, late) == date(2026, 11, 20)


def test_a_last_day_on_which_nobody_works_moves_on_unless_the_house_says_otherwise() -> None:
    start = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)  # ten days later is a Saturday

    assert last_day(MOSCOW, start) == date(2026, 11, 23)
    assert last_day(MOSCOW, start, moves_on=False) == date(2026, 11, 21)


def test_holidays_are_no_working_days() -> None:
    start = datetime(2026, 12, 28, 12, 0, tzinfo=UTC)

    assert last_day(MOSCOW, start, days=3, is_working=True) == date(2027, 1, 11)


def test_a_calendar_without_any_working_day_counts_all_days() -> None:
    start = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)

    assert last_day(NEVER, start, is_working=True) == last_day(NEVER, start) == date(2026, 11, 19)


@given(
    start=st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds it
    days=st.integers(1, 60),
    is_working=st.booleans(),
    moves_on=st.booleans(),
)
def test_it_is_what_a_finger_on_the_calendar_counts(
    start: datetime,
    days: int,
    is_working: bool,  # noqa: FBT001
    moves_on: bool,  # noqa: FBT001
) -> None:
    day, left = start.astimezone(timezone.get_fixed_timezone(180)).date(), days
    while left:
        day += timedelta(days=1)
        left -= bool(not is_working or day_of(MOSCOW, day).minutes)
    while moves_on and not day_of(MOSCOW, day).minutes:
        day += timedelta(days=1)

    assert last_day(MOSCOW, start, days=days, is_working=is_working, moves_on=moves_on) == day


def test_a_customer_is_told_the_end_of_a_working_day() -> None:
    friday = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)

    assert closing_after(friday, 1, MOSCOW).astimezone(UTC) == datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
    assert closing_after(friday, 1, DAY_AND_NIGHT).astimezone(UTC) == datetime(2026, 11, 14, 17, 0, tzinfo=UTC)
    assert closing_after(friday, 1, NEVER).astimezone(UTC) == datetime(2026, 11, 14, 17, 0, tzinfo=UTC)
