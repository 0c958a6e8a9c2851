"""What every statistic gives back: a value, how many it stands on, and where the true one may lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from statistics import NormalDist, fmean, stdev

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
"""Half the width of the 95 % interval, in standard errors."""
_AS_GOOD_AS_NORMAL = 1000


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its 95 % interval.

    ``value`` is None when nothing was counted; ``low`` or ``high`` is None where the data cannot say how far that way
    the true value may lie. Shares are 0..1, points -100..100, spans of time are seconds.
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    left_out: int = 0


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How much later differs from earlier, with the 95 % interval of the difference."""

    value: float
    low: float
    high: float

    @property
    def is_proven(self) -> bool:
        """The interval does not hold zero."""
        return self.low > 0 or self.high < 0


def mean(values: Sequence[float], *, left_out: int = 0) -> Estimate:
    """The arithmetic mean with Student's interval; values that do not differ (or one alone) have none."""
    n = len(values)
    if not n:
        return Estimate(value=None, n=0, left_out=left_out)
    middle = fmean(values)
    if min(values) == max(values):
        return Estimate(value=middle, n=n, left_out=left_out)
    half = student(n - 1) * stdev(values) / sqrt(n)
    return Estimate(value=middle, n=n, low=middle - half, high=middle + half, left_out=left_out)


def mean_counted(counts: Mapping[int, int], *, left_out: int = 0) -> Estimate:
    """The same as ``mean`` of whole numbers, each given with how often it came: a million answers cost as ten do."""
    n = sum(counts.values())
    if not n:
        return Estimate(value=None, n=0, left_out=left_out)
    middle, variance = _moments(counts, n)
    if not variance:
        return Estimate(value=middle, n=n, left_out=left_out)
    half = student(n - 1) * sqrt(variance / n)
    return Estimate(value=middle, n=n, low=middle - half, high=middle + half, left_out=left_out)


def _moments(counts: Mapping[int, int], n: int) -> tuple[float, float]:
    """Mean and variance of a sample, exact up to the last division; of one value the variance is 0."""
    total = sum(value * times for value, times in counts.items())
    squares = sum(value * value * times for value, times in counts.items())
    return total / n, (n * squares - total * total) / (n * (n - 1)) if n > 1 else 0.0


def on_scale(found: Estimate, least: float, most: float) -> Estimate:
    """The same, with an interval that does not leave the scale."""
    low = None if found.low is None else max(least, found.low)
    return replace(found, low=low, high=None if found.high is None else min(most, found.high))


def difference_of_means(earlier: Sequence[float], later: Sequence[float]) -> Difference:
    """Later minus earlier, with Welch's interval. Raises ``ValueError`` when either has fewer than two values."""
    if min(len(earlier), len(later)) < 2:  # noqa: PLR2004  (one value has no spread)
        raise ValueError((len(earlier), len(later)))
    return _welch(*[(fmean(values), stdev(values) ** 2, len(values)) for values in (earlier, later)])


def difference_counted(earlier: Mapping[int, int], later: Mapping[int, int]) -> Difference:
    """The same of whole numbers, each given with how often it came."""
    sizes = [sum(counts.values()) for counts in (earlier, later)]
    if min(sizes) < 2:  # noqa: PLR2004  (one value has no spread)
        raise ValueError(sizes)
    return _welch(*[(*_moments(counts, n), n) for counts, n in zip((earlier, later), sizes, strict=True)])


def _welch(then: tuple[float, float, int], now: tuple[float, float, int]) -> Difference:
    """Of mean, variance and number of each."""
    parts = [variance / n for _mean, variance, n in (then, now)]
    apart, spread = now[0] - then[0], sum(parts)
    if not spread:
        return Difference(value=apart, low=apart, high=apart)
    freedom = spread**2 / sum(part**2 / (n - 1) for part, (_mean, _variance, n) in zip(parts, (then, now), strict=True))
    half = student(max(1, int(freedom))) * sqrt(spread)
    return Difference(value=apart, low=apart - half, high=apart + half)


@lru_cache(maxsize=1024)
def student(freedom: int) -> float:
    """Half the width of Student's 95 % interval for ``freedom`` ≥ 1 degrees of freedom, in standard errors."""
    if freedom < 1:
        raise ValueError(freedom)
    if freedom > _AS_GOOD_AS_NORMAL:
        return Z
    low, high = Z, 13.0
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < CONFIDENCE else (low, middle)
    return high


def _within(t: float, freedom: int) -> float:
    """The chance of -t..t; the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4."""
    angle = atan(t / sqrt(freedom))
    term = total = cos(angle) if freedom % 2 else 1.0
    for step in range(3 if freedom % 2 else 2, freedom - 1, 2):
        term *= cos(angle) ** 2 * (step - 1) / step
        total += term
    if freedom % 2 == 0:
        return sin(angle) * total
    return 2 / pi * (angle + (sin(angle) * total if freedom > 1 else 0.0))
