"""More than chance, or not: the examples of the field study, and what must hold of any weeks."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.foundation.figures import difference_of_rates, rate
from otklik.topics.charting import Judged, Verdict, Week, again, is_spike, judged
from otklik.topics.drawing import charts

MONDAY = date(2026, 7, 27)
USUAL = (4, 3, 5, 6, 4, 2, 3, 5)


def weeks(*counts: int, cases: int = 100) -> list[Week]:
    return [
        Week(begins=MONDAY + timedelta(days=7 * place), seen=seen, cases=cases) for place, seen in enumerate(counts)
    ]


def told(*counts: int, cases: int = 100) -> list[Judged]:
    return judged(weeks(*counts, cases=cases), least=5)


# ── Examples ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("ninth", "is_signal"), [(14, True), (10, False), (9, False)])
def test_eight_weeks_of_four_make_ten_the_limit(ninth: int, is_signal: bool) -> None:  # noqa: FBT001
    last = told(*USUAL, ninth)[-1]

    assert (last.mean, last.limit) == (pytest.approx(4), pytest.approx(10))
    assert last.is_signal is is_signal


@pytest.mark.parametrize(("seen", "spikes"), [(9, True), (8, False)])
def test_nine_where_two_are_usual_are_a_spike_and_eight_are_none(seen: int, spikes: bool) -> None:  # noqa: FBT001
    assert is_spike(seen, 2.0, least=5) is spikes


def test_fewer_than_the_house_says_are_no_signal_however_rare() -> None:
    assert not is_spike(4, 0.0, least=5)
    assert is_spike(5, 0.0, least=5)
    assert not told(0, 0, 0, 0, 0, 0, 0, 0, 4)[-1].is_signal
    assert told(0, 0, 0, 0, 0, 0, 0, 0, 5)[-1].is_signal


def test_seven_weeks_do_not_say_what_is_usual() -> None:
    last = told(*USUAL[:7], 40)[-1]

    assert (last.limit, last.is_signal) == (None, False)


def test_a_trouble_that_goes_on_does_not_become_the_usual() -> None:
    found = told(*USUAL, 14, 13, 12, 14, 13)

    assert [one.is_signal for one in found[8:]] == [True] * 5
    assert found[-1].mean == pytest.approx(4)


def test_a_week_without_cases_is_no_week() -> None:
    empty = Week(begins=MONDAY + timedelta(days=56), seen=0, cases=0)

    last = judged([*weeks(*USUAL), empty], least=5)[-1]

    assert (last.rate, last.limit, last.is_signal) == (None, None, False)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904), (42, 30.2701, 56.7718)],
)
def test_rates_have_the_exact_interval_of_poisson_counts(count: int, low: float, high: float) -> None:
    found = rate(count, 1)

    assert (found.low, found.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_what_cannot_be_a_rate_is_refused() -> None:
    for count, area in ((1, 0), (-1, 1)):
        with pytest.raises(ValueError, match=str(count)):
            rate(count, area)


def test_a_difference_of_rates_is_proven_when_it_holds_no_zero() -> None:
    assert difference_of_rates((42, 3.24), (19, 4.5)).high < 0
    assert difference_of_rates((8, 1.0), (5, 1.0)).high > 0


# ── Measured again ────────────────────────────────────────────────────────────────────────
FIXED = MONDAY + timedelta(days=7 * 11)


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ((5, 3, 4), Verdict.TOO_EARLY),
        ((5, 3, 4, 3), Verdict.DOWN),
        ((9, 10, 9, 9), Verdict.NOT_PROVEN),
        ((14, 13, 14, 15), Verdict.NOT_DOWN),
        ((3, 3, 2, 14), Verdict.NOT_DOWN),
    ],
    ids=["early", "down", "not proven", "not down", "again"],
)
def test_a_problem_has_gone_when_its_rate_is_proven_to_be_lower_for_as_long_as_wanted(
    after: tuple[int, ...], verdict: Verdict
) -> None:
    found = again(told(*USUAL, 15, 14, 13, 7, *after), since=MONDAY + timedelta(days=56), fixed=FIXED, wanted=4)

    assert found.verdict == verdict
    assert found.before is not None
    assert found.before.value == pytest.approx(14)
    assert (found.weeks, found.left) == (len(after), 4 - len(after))


def test_what_was_fixed_in_the_week_in_which_it_showed_is_compared_with_the_week_before() -> None:
    found = again(
        told(*USUAL, 15, 2, 3), since=MONDAY + timedelta(days=56), fixed=MONDAY + timedelta(days=58), wanted=1
    )

    assert found.before is not None
    assert found.before.value == pytest.approx(5)


# ── Whatever the weeks ────────────────────────────────────────────────────────────────────
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 200)), min_size=1, max_size=40))
def test_any_weeks_are_judged_by_those_before_them_alone(counts: list[tuple[int, int]]) -> None:
    rows = [
        Week(begins=MONDAY + timedelta(days=7 * place), seen=min(seen, cases), cases=cases)
        for place, (seen, cases) in enumerate(counts)
    ]

    found = judged(rows, least=5)

    assert [one.week for one in found] == rows
    assert judged(rows[:-1], least=5) == found[:-1]
    for one in found:
        assert not one.is_signal or (one.limit is not None and one.rate is not None and one.rate > one.limit)
        assert one.limit is None or one.mean is None or one.limit >= one.mean
    for chart in charts(found):
        assert len(chart.marks) == sum(one.rate is not None for one in found)
        assert all(0 <= mark.y <= chart.height and 0 <= mark.x <= chart.width for mark in chart.marks)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 300), st.floats(0.1, 50))
def test_an_interval_holds_its_rate(count: int, area: float) -> None:
    found = rate(count, area)

    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert found.low <= found.value <= found.high
