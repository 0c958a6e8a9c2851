"""Published examples of every formula; where a book or a paper is named, the numbers are theirs."""

import pytest

from otklik.foundation.figures import (
    CES_1,
    Estimate,
    Level,
    Rating,
    Waits,
    adjusted_wald,
    bootstrap,
    ces,
    cohen_kappa,
    csat,
    difference_of_means,
    difference_of_nps,
    difference_of_shares,
    driver,
    first_contact_resolution,
    fleiss_kappa,
    icc,
    internal_quality_score,
    krippendorff_alpha,
    mean,
    mean_sample,
    nps,
    nps_error,
    nps_of,
    nps_sample,
    percentile,
    perception_gap,
    poisson_tail,
    repeat_rate,
    response_rate,
    review_score,
    servqual,
    share,
    share_sample,
    student,
    u_chart,
    wilson,
)

CSV_ALPHA = (  # the example of the `krippendorff` package: coders A, B, C; * is missing
    "* * * * * 3 4 1 2 1 1 3 3 * 3",
    "1 * 2 1 3 3 4 3 * * * * * * *",
    "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
)
FLEISS = (  # Fleiss 1971 as in Wikipedia: 10 subjects, 5 categories, 14 raters
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
)  # fmt: skip
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
NIST = (
    95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610, 95.1591, 95.1195, 95.1772, 95.0925, 95.1990, 95.1682,
)  # fmt: skip


def percents(low: float | None, high: float | None) -> list[float]:
    assert low is not None
    assert high is not None
    return [round(100 * low, 2), round(100 * high, 2)]


# ── Shares ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("hits", "n", "expected"),
    [(81, 263, [25.53, 36.62]), (15, 148, [6.24, 16.05]), (0, 20, [0, 16.11]), (1, 29, [0.61, 17.18])],
)
def test_a_share_has_wilsons_interval_as_newcombe_1998_prints_it(hits: int, n: int, expected: list[float]) -> None:
    found = share(hits, n)

    assert percents(*wilson(hits, n)) == percents(found.low, found.high) == expected
    assert (found.value, found.n) == (hits / n, n)


def test_nobody_asked_is_no_share() -> None:
    assert share(0, 0, left_out=7) == Estimate(value=None, n=0, left_out=7)
    with pytest.raises(ValueError, match="3"):
        share(3, 2)


def test_the_difference_of_shares_is_newcombes() -> None:
    """Newcombe 1998 (Statistics in Medicine 17:873), example a: 56/70 against 48/80, method 10."""
    found = difference_of_shares((48, 80), (56, 70))

    assert [round(one, 4) for one in (found.value, found.low, found.high)] == [0.2, 0.0524, 0.3339]
    assert found.is_proven
    assert not difference_of_shares((10, 20), (11, 20)).is_proven
    with pytest.raises(ValueError, match="0"):
        difference_of_shares((0, 0), (1, 2))


def test_shares_of_the_trade() -> None:
    assert first_contact_resolution(280, 400).value == 0.70
    assert round(repeat_rate(946, 2357).value or 0, 4) == 0.4014
    assert round(share(217, 315).value or 0, 3) == 0.689  # prices that mystery shoppers reported rightly
    assert (response_rate(45, 100, bounced=10).value, response_rate(45, 100, bounced=10).left_out) == (0.5, 10)
    with pytest.raises(ValueError, match="1"):
        response_rate(1, 10, bounced=10)


# ── NPS ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("counts", "value", "low", "high"),
    [
        ((162, 108, 54), 33.3333, 24.95, 41.11),
        ((10, 0, 0), 100, 47.50, 100),  # plain Wald would be [100, 100]; 106.34 is clamped
        ((5, 3, 2), 30, -19.05, 65.20),
        ((0, 0, 4), -100, -100, -6.94),  # -107.34 is clamped
    ],
)
def test_nps_has_the_adjusted_interval(counts: tuple[int, int, int], value: float, low: float, high: float) -> None:
    found = nps(*counts)

    assert (found.value, found.low, found.high) == (
        pytest.approx(value, abs=1e-4),
        pytest.approx(low, abs=0.005),
        pytest.approx(high, abs=0.005),
    )
    assert found.n == sum(counts)


def test_errors_of_nps() -> None:
    plain, (centre, adjusted) = nps_error(162, 108, 54), adjusted_wald(162, 108, 54)

    assert (round(plain, 2), round(plain**2 * 324 / 100**2, 6)) == (4.14, round(5 / 9, 6))
    assert [round(33.3333 + side * 1.959964 * plain, 2) for side in (-1, 1)] == [25.22, 41.45]
    assert (round(centre, 2), round(adjusted, 3)) == (33.03, 4.124)
    assert [round(one, 2) for one in adjusted_wald(10, 0, 0)] == [76.92, 15.01]
    with pytest.raises(ValueError, match="0"):
        nps_error(0, 0, 0)


def test_two_periods_of_nps() -> None:
    found = difference_of_nps((40, 35, 25), (50, 30, 20))

    assert (round(found.value, 6), round(found.error, 3), round(found.p, 3)) == (15, 11.124, 0.178)
    assert round(found.value / found.error, 3) == 1.348
    assert [round(found.low, 2), round(found.high, 2)] == [-6.80, 36.80]
    assert not found.is_proven
    assert (difference_of_nps((9, 0, 0), (9, 0, 0)).p, difference_of_nps((0, 0, 9), (9, 0, 0)).p) == (1, 0)


def test_a_skipped_question_dilutes_nothing() -> None:
    found = nps_of([10, None, None])

    assert (found.value, found.n, found.left_out) == (100, 1, 2)
    assert nps_of([10, 9, 8, 7, 6, 0]).value == pytest.approx(0)
    assert nps_of([9, 8, 7, 7]).value == 25
    assert nps_of([None]) == Estimate(value=None, n=0, left_out=1)
    for wrong in (-1, 11):
        with pytest.raises(ValueError, match=str(wrong)):
            nps_of([wrong])


def test_sample_sizes() -> None:
    assert (nps_sample(10), nps_sample(10, variance=0.61)) == (385, 235)
    assert (share_sample(0.05), share_sample(0.05, expected=0.8)) == (385, 246)
    assert mean_sample(0.1, deviation=1) == 385
    with pytest.raises(ValueError, match="0"):
        share_sample(0)


# ── CSAT, CES, means ──────────────────────────────────────────────────────────────────────
def test_csat_is_a_share_and_apart_from_it_a_mean() -> None:
    happy, average = csat([5, 4, 4, 2, 1], left_out=3)

    assert (happy.value, happy.n, happy.left_out) == (0.6, 5, 3)
    assert (average.value, average.n, average.low, average.high) == (
        pytest.approx(3.2), 5, pytest.approx(3.2 - 2.776445 * 1.643168 / 5**0.5), 5,
    )  # fmt: skip
    with pytest.raises(ValueError, match="6"):
        csat([6])


def test_the_two_wordings_of_effort_point_apart() -> None:
    easy, average = ces([7, 6, 5, 4, 1])
    easy_then, _average = ces([1, 2, 3, 4, 5], wording=CES_1)

    assert (easy.value, average.value) == (0.6, pytest.approx(4.6))
    assert easy_then.value == 0.4
    with pytest.raises(ValueError, match="6"):
        ces([6], wording=CES_1)


def test_a_mean_has_students_interval() -> None:
    tables = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 10: 2.228, 30: 2.042, 120: 1.980, 5000: 1.960}
    assert {freedom: round(student(freedom), 3) for freedom in tables} == tables
    with pytest.raises(ValueError, match="0"):
        student(0)

    found = mean([2, 4, 4, 4, 5, 5, 7, 9])

    assert (found.value, found.low, found.high) == (5, pytest.approx(3.2125, abs=1e-4), pytest.approx(6.7875, abs=1e-4))


def test_what_does_not_differ_has_no_interval() -> None:
    assert mean([]) == Estimate(value=None, n=0)
    assert mean([4]) == Estimate(value=4, n=1)
    assert mean([4, 4, 4]) == Estimate(value=4, n=3)
    assert bootstrap([4, 4, 4], lambda drawn: drawn[0]) == Estimate(value=4, n=3)


def test_the_difference_of_means_is_welchs() -> None:
    """By hand: means 2 and 6, variances 1 and 4, three values each: error sqrt(5/3), 2.94 degrees, taken as 2."""
    found = difference_of_means([1, 2, 3], [4, 6, 8])

    assert (found.value, found.low) == (4, pytest.approx(4 - 4.302653 * (5 / 3) ** 0.5, abs=1e-4))
    assert not found.is_proven
    assert difference_of_means([1, 1], [2, 2]).is_proven
    with pytest.raises(ValueError, match="1"):
        difference_of_means([1], [1, 2])


# ── Quality, gaps ─────────────────────────────────────────────────────────────────────────
def test_quality_score_as_zendesk_prints_it() -> None:
    assert round(internal_quality_score([100, 9.91, 63.96, 90.99, 0]).value or 0, 2) == 52.97
    assert [Rating(score=score, least=1, most=4).percent for score in (1, 2, 3, 4)] == [
        0, pytest.approx(33.33, abs=0.01), pytest.approx(66.67, abs=0.01), 100,
    ]  # fmt: skip


def test_what_does_not_apply_leaves_both_sums_and_a_critical_failure_is_nought() -> None:
    ratings = [Rating(score=100, weight=50), Rating(score=0, weight=30), Rating(score=None, weight=20)]

    assert review_score(ratings) == 62.5
    assert review_score([ratings[0], Rating(score=0, weight=30, is_critical=True), ratings[2]]) == 0
    assert review_score([Rating(score=50, is_critical=True), Rating(score=100)]) == 75
    assert review_score([Rating(score=None)]) is None
    with pytest.raises(ValueError, match="9"):
        review_score([Rating(score=9, most=5)])


def test_gaps() -> None:
    """Bain 2005: of 362 companies 80 % believe and 8 % deliver."""
    assert (round(share(290, 362).value or 0, 2), round(share(29, 362).value or 0, 2)) == (0.80, 0.08)
    gaps = servqual({"reliability": 6.4, "responsiveness": 6.1}, {"reliability": 5.1, "responsiveness": 5.4})
    assert {name: round(gap, 6) for name, gap in gaps.items()} == {"reliability": -1.3, "responsiveness": -0.7}
    with pytest.raises(KeyError):
        servqual({"reliability": 6.4}, {})

    seen = perception_gap([5, 5], [3, 4, 3, 4, 2])

    assert (round(seen.gap, 6), seen.is_confirmed) == (1.8, False)
    assert perception_gap([3.5], [3, 4, 3, 4, 2]).is_confirmed
    with pytest.raises(ValueError, match="0"):
        perception_gap([], [1])


# ── Agreement ─────────────────────────────────────────────────────────────────────────────
def test_kappas() -> None:
    assert cohen_kappa([[20, 5], [10, 15]]) == pytest.approx(0.4)
    assert round(fleiss_kappa(FLEISS) or 0, 3) == 0.210
    assert cohen_kappa([[9, 0], [0, 0]]) is None
    assert cohen_kappa([[0, 0], [0, 0]]) is None
    for wrong in ([(1, 0)], [(2, 0), (1, 0)]):
        with pytest.raises(ValueError, match="1"):
            fleiss_kappa(wrong)


@pytest.mark.parametrize(
    ("level", "expected"),
    [(Level.NOMINAL, 0.691), (Level.ORDINAL, 0.807), (Level.INTERVAL, 0.811), (Level.RATIO, 0.809)],
)
def test_alpha_with_gaps_on_every_scale(level: Level, expected: float) -> None:
    coders = [[None if value == "*" else int(value) for value in line.split()] for line in CSV_ALPHA]

    assert round(krippendorff_alpha(list(zip(*coders, strict=True)), level) or 0, 3) == expected


def test_alpha_of_names_and_of_nothing() -> None:
    assert krippendorff_alpha([("да", "да"), ("нет", "нет")], Level.NOMINAL) == 1
    assert krippendorff_alpha([("да", "да"), ("да", None)], Level.NOMINAL) is None
    assert krippendorff_alpha([], Level.INTERVAL) is None
    with pytest.raises(TypeError):
        krippendorff_alpha([("да", "нет")], Level.INTERVAL)


def test_six_intraclass_correlations_of_shrout_and_fleiss() -> None:
    found = icc(SHROUT_FLEISS)

    assert found is not None
    assert [round(one, 2) for one in (found.single_1, found.single_2, found.single_3)] == [0.17, 0.29, 0.71]
    assert round(found.single_3, 3) == 0.715
    assert [round(one or 0, 2) for one in (found.average_1, found.average_2, found.average_3)] == [0.44, 0.62, 0.91]
    assert icc([(1, 2), (2, 1)]) is None
    with pytest.raises(ValueError, match="1"):
        icc([(1, 2)])


# ── Rates, percentiles, resampling ────────────────────────────────────────────────────────
def test_more_than_chance() -> None:
    assert (round(poisson_tail(9, 2), 6), round(poisson_tail(8, 2), 4)) == (0.000237, 0.0011)
    assert (poisson_tail(0, 2), poisson_tail(1, 0)) == (1, 0)
    assert poisson_tail(1, 2) == pytest.approx(1 - 2.718281828**-2)
    assert poisson_tail(400, 1) < 1e-300
    with pytest.raises(ValueError, match="-1"):
        poisson_tail(-1, 2)


def test_a_u_chart_knows_a_signal() -> None:
    weeks = u_chart([4, 3, 5, 6, 4, 2, 3, 5], [1] * 8, area=1)

    assert (weeks.mean, weeks.low, weeks.high) == (4, 0, 10)
    assert [weeks.is_signal(rate) for rate in (14, 10, 9)] == [True, False, False]
    assert u_chart([4, 4], [1, 1], area=4).high == 7
    for counts, areas, area in (([], [], 1), ([1], [1, 1], 1), ([1], [0], 1), ([1], [1], 0)):
        with pytest.raises(ValueError, match=r"\["):
            u_chart(counts, areas, area=area)


def test_there_is_one_definition_of_a_percentile() -> None:
    """Linear: not Weibull's 95.1981 of the NIST handbook, nor ``percentile_disc``'s 95.1959."""
    assert round(percentile(sorted(NIST), 0.9), 4) == 95.1957
    assert [percentile([1, 2, 4], part) for part in (0, 0.5, 0.75, 1)] == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="0"):
        percentile([], 0.5)
    with pytest.raises(ValueError, match="2"):
        percentile([1], 2)


def test_whoever_still_waits_counts_as_at_least_so_long() -> None:
    served = Waits(finished=[60] * 6)
    worst = Waits(finished=[60] * 6, unfinished=[7200.0] * 8)

    assert served.at(0.5).value == 60
    assert (worst.at(0.5).value, worst.n, worst.is_at_least(0.5)) == (7200, 14, True)
    assert Waits(finished=[60] * 6, unfinished=[1.0]).at(0.5).value == 60
    assert not Waits(finished=[60] * 6, unfinished=[1.0]).is_at_least(0.5)
    assert Waits().at(0.5) == Estimate(value=None, n=0)
    assert not Waits().is_at_least(0.5)


def test_order_statistics_bound_a_median() -> None:
    """Twenty values: the 6th and the 15th; six: the first and the last; five are too few."""
    assert [(one.low, one.high) for one in (Waits(finished=range(1, n + 1)).at(0.5) for n in (20, 6, 5))] == [
        (6, 15), (1, 6), (None, None),
    ]  # fmt: skip
    assert Waits(finished=[1, 2, 3, 4, 5], unfinished=[9]).at(0.5).high is None
    assert Waits(finished=range(1, 101)).at(0.9).low == 84


def test_what_is_known_of_a_promise() -> None:
    waits = Waits(finished=[10, 20, 30], unfinished=[5, 25])

    assert waits.within(20) == (2, 4)


def test_the_same_seed_gives_the_same_interval() -> None:
    sample = [1, 2, 2, 3, 3, 3, 4, 4, 5, 9]

    first, again = bootstrap(sample, max, seed=7), bootstrap(sample, max, seed=7)

    assert first == again
    assert (first.value, first.high) == (9, 9)
    assert bootstrap([], max) == Estimate(value=None, n=0)


def test_drivers_need_thirty_pairs() -> None:
    pairs = [(float(number), float(number % 10)) for number in range(29)]

    assert driver(pairs) == Estimate(value=None, n=29)
    assert driver([(1.0, 2.0)] * 40) == Estimate(value=None, n=40)
    found = driver([(float(number), 2.0 * number) for number in range(30)])
    assert (found.value, found.n) == (pytest.approx(1), 30)
