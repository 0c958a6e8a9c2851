"""How often somebody may do something."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from otklik.foundation.http.limits import TooOften, count_one, uncount_one
from tests.building import refused

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


def ask(who: str = "203.0.113.7", amount: int = 1) -> None:
    count_one("ask", who, most=3, within=HOUR, amount=amount)


def test_three_times_are_not_too_often_and_four_are() -> None:
    for _time in range(3):
        ask()

    with refused("too_often"):
        ask()

    ask("203.0.113.8")
    count_one("answer", "203.0.113.7", most=3, within=HOUR)


def test_a_refused_attempt_counts_and_says_how_long_to_wait() -> None:
    with time_machine.travel(NOON, tick=False):
        ask(amount=3)
    with time_machine.travel(NOON + timedelta(minutes=20), tick=False), pytest.raises(TooOften) as often:
        ask()

    assert often.value.wait == timedelta(minutes=40)
    assert "40" in often.value.text


def test_an_hour_after_the_first_time_the_count_begins_anew() -> None:
    with time_machine.travel(NOON, tick=False):
        ask(amount=3)
    with time_machine.travel(NOON + HOUR - timedelta(seconds=1), tick=False), refused("too_often"):
        ask()
    with time_machine.travel(NOON + HOUR, tick=False):
        ask(amount=3)
        with refused("too_often"):
            ask()


def test_what_was_none_is_taken_out_of_the_count() -> None:
    ask(amount=3)

    uncount_one("ask", "203.0.113.7")

    ask()
    with refused("too_often"):
        ask()
