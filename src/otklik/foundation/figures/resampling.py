"""Intervals of anything that has no formula: the sample is drawn again and again from itself."""

from collections.abc import Callable, Sequence
from random import Random
from statistics import StatisticsError, correlation

from otklik.foundation.figures.estimates import CONFIDENCE, Estimate
from otklik.foundation.figures.percentiles import percentile

DRAWS = 2000
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


def _together(pairs: Sequence[tuple[float, float]]) -> float:
    return correlation([one for one, _two in pairs], [two for _one, two in pairs])
