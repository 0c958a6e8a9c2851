"""Intervals of anything that has no formula: the sample is drawn again and again from itself."""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from random import Random
from statistics import StatisticsError, correlation

from otklik.foundation.figures.estimates import CONFIDENCE, Estimate
from otklik.foundation.figures.percentiles import percentile

DRAWS = 2000
DRAWS_COUNTED = 500
ENOUGH_TO_RANK = 30
"""Fewer pairs than this rank no driver."""


def bootstrap[T](
    sample: Sequence[T], statistic: Callable[[Sequence[T]], float], *, seed: int = 1, draws: int = DRAWS
) -> Estimate:
    """``statistic`` of the sample with its 95 % percentile interval (Efron 1979); the same ``seed``, the same answer.

    A draw for which the statistic is not defined (``StatisticsError``) is passed over; draws that do not differ have no
    interval.
    """
    if not sample:
        return Estimate(value=None, n=0)
    found = []
    draw = Random(seed)  # noqa: S311  (chance that must be repeatable)
    for _draw in range(draws):
        try:
            found.append(statistic(draw.choices(sample, k=len(sample))))
        except StatisticsError:
            continue
    found.sort()
    tail = (1 - CONFIDENCE) / 2
    if not found or found[0] == found[-1]:
        return Estimate(value=statistic(sample), n=len(sample))
    low, high = percentile(found, tail), percentile(found, 1 - tail)
    return Estimate(value=statistic(sample), n=len(sample), low=low, high=high)


def driver(pairs: Sequence[tuple[float, float]], *, seed: int = 1) -> Estimate:
    """How closely a part goes with the whole (Pearson's r). Associated, not causing.

    No value below 30 pairs, or when one side never changes.
    """
    if len(pairs) < ENOUGH_TO_RANK:
        return Estimate(value=None, n=len(pairs))
    try:
        return bootstrap(pairs, _together, seed=seed)
    except StatisticsError:
        return Estimate(value=None, n=len(pairs))


def driver_counted(cells: Mapping[tuple[int, int], int], *, seed: int = 1, draws: int = DRAWS_COUNTED) -> Estimate:
    """The same of pairs of whole numbers, each given with how often it came: the sample is drawn cell by cell, so that
    a million pairs cost as few hundred do."""
    n = sum(cells.values())
    known = [(one, two, times) for (one, two), times in sorted(cells.items()) if times]
    value = _correlation(known) if n >= ENOUGH_TO_RANK else None
    if value is None:
        return Estimate(value=None, n=n)
    draw = Random(seed)  # noqa: S311  (chance that must be repeatable)
    found = sorted(one for _draw in range(draws) if (one := _correlation(_drawn(known, n, draw))) is not None)
    if not found or found[0] == found[-1]:
        return Estimate(value=value, n=n)
    tail = (1 - CONFIDENCE) / 2
    return Estimate(value=value, n=n, low=percentile(found, tail), high=percentile(found, 1 - tail))


def _drawn(known: Sequence[tuple[int, int, int]], n: int, draw: Random) -> list[tuple[int, int, int]]:
    """As many pairs drawn from them with replacement: how often each cell comes, one after the other."""
    left, mass, found = n, n, []
    for one, two, times in known:
        got = draw.binomialvariate(left, times / mass) if times < mass else left
        found.append((one, two, got))
        left, mass = left - got, mass - times
        if not left:
            break
    return found


def _correlation(cells: Sequence[tuple[int, int, int]]) -> float | None:
    """Pearson's r; None when one side never changes."""
    n = x = y = xx = yy = xy = 0
    for one, two, times in cells:
        n += times
        x += one * times
        y += two * times
        xx += one * one * times
        yy += two * two * times
        xy += one * two * times
    spread = (n * xx - x * x) * (n * yy - y * y)
    return (n * xy - x * y) / sqrt(spread) if spread else None


def _together(pairs: Sequence[tuple[float, float]]) -> float:
    return correlation([one for one, _two in pairs], [two for _one, two in pairs])
