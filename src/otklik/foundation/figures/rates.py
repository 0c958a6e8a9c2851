"""How often something happens: is this more than chance?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

from otklik.foundation.figures.estimates import Difference, Estimate


def poisson_tail(seen: int, expected: float) -> float:
    """The chance of ``seen`` or more when ``expected`` is usual. Raises ``ValueError`` on negative numbers."""
    if seen < 0 or expected < 0:
        raise ValueError((seen, expected))
    if seen == 0:
        return 1.0
    if expected == 0:
        return 0.0
    if seen <= expected:
        return 1.0 - _below(seen, expected)
    term = exp(-expected + seen * log(expected) - lgamma(seen + 1))
    total, count = term, seen
    while term > total * 1e-17:
        count += 1
        term *= expected / count
        total += term
    return min(1.0, total)


def _below(seen: int, expected: float) -> float:
    return min(1.0, sum(exp(-expected + count * log(expected) - lgamma(count + 1)) for count in range(seen)))


def rate(count: int, area: float) -> Estimate:
    """How many in one unit of ``area``, with the exact interval of Poisson counts (Garwood 1936).

    ``n`` is the count. Raises ``ValueError`` when the area is not above 0 or the count is below.
    """
    if area <= 0 or count < 0:
        raise ValueError((count, area))
    low = _expected_for(lambda expected: poisson_tail(count, expected) - _TAIL) if count else 0.0
    high = _expected_for(lambda expected: _TAIL - (1 - poisson_tail(count + 1, expected)))
    return Estimate(value=count / area, n=count, low=low / area, high=high / area)


_TAIL = 0.025


def _expected_for(beyond: Callable[[float], float]) -> float:
    """Where a growing function of what is expected crosses 0."""
    low, high = 0.0, 1.0
    while beyond(high) < 0:
        low, high = high, 2 * high
    for _halving in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle) < 0 else (low, middle)
    return (low + high) / 2


def difference_of_rates(earlier: tuple[int, float], later: tuple[int, float]) -> Difference:
    """Later minus earlier, each (count, area), by the exact intervals of both (MOVER, Zou and Donner 2008).

    Raises ``ValueError`` when an area is not above 0.
    """
    was, now = rate(*earlier), rate(*later)
    (a, a_low, a_high), (b, b_low, b_high) = _known(was), _known(now)
    below, above = sqrt((b - b_low) ** 2 + (a_high - a) ** 2), sqrt((b_high - b) ** 2 + (a - a_low) ** 2)
    return Difference(value=b - a, low=b - a - below, high=b - a + above)


def _known(one: Estimate) -> tuple[float, float, float]:
    return one.value or 0.0, one.low or 0.0, one.high or 0.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Of a u-chart: the mean rate, and the three-sigma limits of a period with its own area of opportunity."""

    mean: float
    low: float
    high: float

    def is_signal(self, rate: float) -> bool:
        """Outside of the limits: a cause of its own, not chance."""
        return not self.low <= rate <= self.high


def u_chart(counts: Sequence[int], areas: Sequence[float], *, area: float) -> Limits:
    """Limits for a period of ``area`` units, from past ``counts`` in past ``areas``; a rate is per one unit.

    Lower limits end at 0. Raises ``ValueError`` when there is no past or an area is not above 0.
    """
    if not counts or len(counts) != len(areas) or min(*areas, area) <= 0:
        raise ValueError((counts, areas, area))
    rate = sum(counts) / sum(areas)
    half = 3 * sqrt(rate / area)
    return Limits(mean=rate, low=max(0.0, rate - half), high=rate + half)
