"""Percentiles of cases against sorting by hand, and working time against the calendar's own arithmetic."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.figures.asked import Asked, Measure, Time
from otklik.figures.counting import Counted, Span, Tally
from otklik.figures.telling import figure_of, percentiles
from otklik.team.models import WorkingTime
from otklik.team.working_time import working_minutes

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
CALENDAR = WorkingTime(
    id=1,
    time_zone="Europe/Berlin",
    country="RU",
    week=[[["09:00", "13:00"], ["14:00", "18:00"]]] * 5 + [[["22:00", "24:00"]], []],
    exceptions={"2026-03-29": [["00:00", "06:00"]]},
)
ASKED = Asked(measure=Measure.FIRST_ANSWER, since=NOW - timedelta(days=1), until=NOW)
NEVER = 1e18
"""As long as whoever still waits may yet wait."""
BEFORE = st.integers(min_value=0, max_value=120 * 24 * 60)
SPANS = st.lists(st.tuples(BEFORE, st.none() | st.integers(0, 90 * 24 * 60)), max_size=40)


def found(spans: list[tuple[int, int | None]], rests: list[list[str | None]] | None = None) -> Counted:
    told = []
    for ago, lasted in spans:
        begin = NOW - timedelta(minutes=ago)
        end = None if lasted is None else min(NOW, begin + timedelta(minutes=lasted)).timestamp()
        told.append((begin.timestamp(), end, rests or [], 1))
    return Counted(now=NOW, calendars={1: CALENDAR}, parts=[("", None, Tally(spans=told))])


def by_hand(values: list[float], share: float) -> float:
    """Linear between the two nearest ranks."""
    values = sorted(values)
    place = share * (len(values) - 1)
    low, high = values[int(place)], values[min(int(place) + 1, len(values) - 1)]
    return low + (high - low) * (place - int(place))


@settings(deadline=None)
@given(SPANS)
def test_p50_p90_and_p95_count_who_still_waits_as_at_least_what_has_passed(spans: list[tuple[int, int | None]]) -> None:
    told = [one for one in percentiles(ASKED, found(spans)) if one.time is Time.CALENDAR]

    waited = [60.0 * (ago if lasted is None else min(ago, lasted)) for ago, lasted in spans]
    for one in told:
        assert one.figure.n == len(spans)
        if not spans:
            assert one.figure.value is None
            continue
        assert one.figure.value is not None
        assert abs(one.figure.value - by_hand(waited, one.percentile / 100)) < 0.01
        never = [NEVER if lasted is None else 60.0 * min(ago, lasted) for ago, lasted in spans]
        assert one.figure.is_at_least == (by_hand(never, one.percentile / 100) > NEVER / 1e6)


@settings(deadline=None)
@given(SPANS)
def test_working_time_is_that_of_the_calendar(spans: list[tuple[int, int | None]]) -> None:
    counted = found(spans)

    waits = counted.waits(counted.whole, Time.WORKING)

    expected = []
    for ago, lasted in spans:
        begin = NOW - timedelta(minutes=ago)
        end = NOW if lasted is None else min(NOW, begin + timedelta(minutes=lasted))
        expected.append(60.0 * working_minutes(begin, end, CALENDAR))
    assert sorted([*waits.finished, *waits.unfinished]) == sorted(expected)


@settings(deadline=None)
@given(BEFORE, BEFORE, BEFORE)
def test_a_clock_that_rests_does_not_run(ago: int, first: int, second: int) -> None:
    begin = NOW - timedelta(minutes=ago)
    rests = sorted([max(begin, NOW - timedelta(minutes=first)), max(begin, NOW - timedelta(minutes=second))])
    counted = found([(ago, None)], [[rests[0].isoformat(), rests[1].isoformat()]])

    [worked] = counted.waits(counted.whole, Time.WORKING).unfinished

    assert worked == 60.0 * working_minutes(begin, NOW, CALENDAR, [(rests[0], rests[1])])


def test_a_published_vector_holds() -> None:
    """The 90th percentile of twelve gauge values (NIST), linear as numpy and PostgreSQL have it."""
    data = [
        95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610, 95.1591, 95.1195, 95.1772, 95.0925, 95.1990, 95.1682,
    ]  # fmt: skip
    spans: list[Span] = [(NOW.timestamp() - 1000, NOW.timestamp() - 1000 + one, [], 1) for one in data]
    counted = Counted(now=NOW, calendars={1: CALENDAR}, parts=[("", None, Tally(spans=spans))])

    assert round(figure_of(replace(ASKED, percentile=90), counted, counted.whole).value or 0, 4) == 95.1957
