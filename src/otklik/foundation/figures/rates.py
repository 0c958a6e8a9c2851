"""How often something happens: is this more than chance?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt


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
