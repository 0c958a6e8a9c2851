"""What holds for any numbers: intervals hold their value, more answers narrow them, names of raters do not matter."""

import subprocess
import sys
from statistics import quantiles

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from otklik.foundation.figures import (
    Counted,
    Figure,
    Level,
    Unit,
    Waits,
    bootstrap,
    cohen_kappa,
    fleiss_kappa,
    icc,
    krippendorff_alpha,
    mean,
    nps,
    nps_of,
    percentile,
    poisson_tail,
    share,
    u_chart,
)
from otklik.foundation.figures.percentiles import ranks

counts = st.integers(0, 5000)
spans = st.lists(st.floats(0, 1e7), min_size=1, max_size=60).map(sorted)
scales = st.lists(st.integers(1, 7), min_size=1, max_size=60)


@given(counts, counts)
def test_a_share_lies_in_its_interval_and_more_answers_narrow_it(hits: int, misses: int) -> None:
    few, many = share(hits, hits + misses), share(10 * hits, 10 * (hits + misses))

    if few.value is None:
        assert (hits, misses) == (0, 0)
        return
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert 0 <= few.low <= few.value <= few.high <= 1
    assert few.low < few.high
    assert many.high - many.low < few.high - few.low


@example(0, 0, 1)
@example(1, 0, 0)
@given(counts, counts, counts)
def test_nps_lies_in_its_interval_which_is_never_a_point(promoters: int, passives: int, detractors: int) -> None:
    found, mirrored = nps(promoters, passives, detractors), nps(detractors, passives, promoters)

    if found.value is None:
        assert promoters + passives + detractors == 0
        return
    assert found.low is not None
    assert found.high is not None
    assert mirrored.low is not None
    assert -100 <= found.low <= found.value <= found.high <= 100
    assert found.low < found.high
    assert mirrored.low == pytest.approx(-found.high)


@given(st.lists(st.none() | st.integers(0, 10), max_size=40))
def test_the_skipped_are_counted_and_change_nothing(answers: list[int | None]) -> None:
    said = [answer for answer in answers if answer is not None]

    found = nps_of(answers)

    assert (found.value, found.low, found.n) == (nps_of(said).value, nps_of(said).low, len(said))
    assert found.left_out == answers.count(None)


@given(scales)
def test_a_mean_lies_in_its_interval_or_has_none(answers: list[int]) -> None:
    found = mean(answers)

    assert found.value == pytest.approx(sum(answers) / len(answers))
    if len(set(answers)) == 1:
        assert (found.low, found.high) == (None, None)
    else:
        assert found.low is not None
        assert found.high is not None
        assert found.low < found.value < found.high


@given(spans, st.floats(0, 1))
def test_a_percentile_lies_among_its_values_and_rises(values: list[float], part: float) -> None:
    found = percentile(values, part)

    assert values[0] <= found <= values[-1]
    assert percentile(values, 0) == values[0]
    assert percentile(values, part / 2) <= found


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=60).map(sorted))
def test_the_definition_is_the_one_of_the_standard_library(values: list[int]) -> None:
    assert [percentile(values, part / 10) for part in range(1, 10)] == pytest.approx(
        quantiles(values, n=10, method="inclusive")
    )


@pytest.mark.django_db
@pytest.mark.parametrize("part", [0.5, 0.9, 0.95])
def test_the_definition_is_postgresqls(part: float) -> None:
    values = [3.0, 8.0, 8.5, 21.0, 34.0, 55.0, 55.0, 90.0]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(%s) WITHIN GROUP (ORDER BY value) FROM unnest(%s::float[]) AS value",
            [part, values],
        )
        (expected,) = cursor.fetchone()

    assert percentile(values, part) == pytest.approx(expected)


@given(spans, spans)
def test_whoever_waits_never_makes_a_queue_look_better(finished: list[float], unfinished: list[float]) -> None:
    """Absent they would; served later than now they cannot lower anything."""
    now = Waits(finished=finished, unfinished=unfinished).at(0.5)
    later = Waits(finished=sorted([*finished, *(one + 1000 for one in unfinished)])).at(0.5)

    assert now.value is not None
    assert later.value is not None
    assert now.value <= later.value
    assert now.n == later.n == len(finished) + len(unfinished)
    assert now.low is None or now.low <= now.value
    assert now.high is None or now.high >= now.value or unfinished


@given(st.integers(1, 3000), st.floats(0.01, 0.99))
def test_ranks_stand_around_the_percentile(n: int, part: float) -> None:
    low, high = ranks(n, part)

    assert 0 <= low < high <= n + 1
    assert low <= n * part + 1
    assert high >= n * part


@given(st.integers(0, 400), st.floats(0.01, 300))
def test_a_tail_falls(seen: int, expected: float) -> None:
    assert 0 <= poisson_tail(seen + 1, expected) <= poisson_tail(seen, expected) + 1e-9 <= 1 + 1e-9


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.floats(0.5, 100))
def test_limits_stand_around_the_mean(past: list[int], area: float) -> None:
    limits = u_chart(past, [1.0] * len(past), area=area)

    assert 0 <= limits.low <= limits.mean <= limits.high
    assert not limits.is_signal(limits.mean)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=20), st.integers(0, 99))
def test_chance_is_repeatable(sample: list[int], seed: int) -> None:
    def middle(drawn: object) -> float:
        return percentile(sorted(drawn), 0.5)  # type: ignore[call-overload]

    first = bootstrap(sample, middle, seed=seed, draws=50)

    assert first == bootstrap(sample, middle, seed=seed, draws=50)
    assert first.low is None or min(sample) <= first.low <= (first.high or 0) <= max(sample)


ratings = st.integers(2, 5).flatmap(
    lambda raters: st.lists(st.lists(st.integers(1, 5), min_size=raters, max_size=raters), min_size=2, max_size=10)
)


@given(ratings, st.sampled_from(Level), st.randoms(use_true_random=False))
def test_agreement_does_not_ask_who_is_who(table: list[list[int]], level: Level, chance: object) -> None:
    shuffled = [list(row) for row in table]
    for row in shuffled:
        chance.shuffle(row)  # type: ignore[attr-defined]

    first, second = krippendorff_alpha(table, level), krippendorff_alpha(shuffled, level)

    assert first == (None if second is None else pytest.approx(second))
    assert first is None or first <= 1


@given(ratings, st.integers(1, 9))
def test_what_is_the_same_for_all_raters_agrees_wholly(table: list[list[int]], step: int) -> None:
    same = [[row[0]] * len(row) for row in table]
    differs = len({row[0] for row in table}) > 1

    assert {krippendorff_alpha(same, level) for level in Level} == {1 if differs else None}
    found = icc([[value + step * rater for rater, value in enumerate(row)] for row in same])
    assert (found is not None) is differs
    if found:
        assert (found.single_3, found.average_3) == (pytest.approx(1), pytest.approx(1))


@given(st.lists(st.tuples(counts, counts, counts), min_size=3, max_size=3))
def test_kappa_is_at_most_one_and_symmetric(table: list[tuple[int, int, int]]) -> None:
    found, turned = cohen_kappa(table), cohen_kappa(list(zip(*table, strict=True)))

    assert found == (None if turned is None else pytest.approx(turned))
    assert found is None or found <= 1 + 1e-12


@given(st.integers(2, 9), st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_raters_of_one_mind_have_kappa_one(raters: int, chosen: list[int]) -> None:
    found = fleiss_kappa([[raters if place == one else 0 for place in range(4)] for one in chosen])

    assert found == (None if len(set(chosen)) == 1 else pytest.approx(1))


# ── The shape ─────────────────────────────────────────────────────────────────────────────
def test_a_figure_is_an_estimate_with_all_that_is_to_be_said() -> None:
    found = Figure.of(share(3, 4, left_out=9), unit=Unit.SHARE, counted=Counted.ANSWERS, rows_url="/rows")

    assert (found.value, found.n, found.left_out, found.rows_url, found.unit) == (0.75, 4, 9, "/rows", "share")
    assert not found.is_enough
    assert Figure.of(share(30, 30), unit=Unit.SHARE, counted=Counted.ANSWERS).is_enough


def test_no_heavy_library_is_behind_it() -> None:
    code = "import sys, otklik.foundation.figures; print({'numpy', 'scipy', 'pandas', 'openpyxl'} & set(sys.modules))"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert out.stdout.strip() == "set()"
