"""Percentiles of waiting, with those who still wait.

One definition everywhere: linear between the two nearest ranks, as numpy's default and PostgreSQL's
``percentile_cont`` have it (type 7 of Hyndman and Fan 1996).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, lgamma, log, log1p, sqrt

from otklik.foundation.figures.estimates import CONFIDENCE, Estimate


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0..1) of sorted ``values`` lies. Raises ``ValueError`` when there is none."""
    if not values or not 0 <= share <= 1:
        raise ValueError((len(values), share))
    place = (len(values) - 1) * share
    below = int(place)
    above = min(below + 1, len(values) - 1)
    if place == below or values[below] == values[above]:
        return values[below]
    return values[below] + (place - below) * (values[above] - values[below])


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Spans in seconds, each sorted: of those who were served, and how long those wait who are not yet."""

    finished: Sequence[float] = ()
    unfinished: Sequence[float] = ()

    @property
    def n(self) -> int:
        return len(self.finished) + len(self.unfinished)

    def at(self, share: float) -> Estimate:
        """The percentile with the interval of its order statistics.

        Whoever still waits counts as *at least* what they have waited. So ``value`` and ``low`` take them as served
        this moment, ``high`` as never served: the truth lies between. ``value`` is None without anybody.
        """
        n = self.n
        if not n:
            return Estimate(value=None, n=0)
        low, high = ranks(n, share)
        return Estimate(
            value=percentile(self._at_least, share),
            n=n,
            low=self._at_least[low - 1] if low else None,
            high=self.finished[high - 1] if high <= len(self.finished) else None,
        )

    @cached_property
    def _at_least(self) -> Sequence[float]:
        return sorted([*self.finished, *self.unfinished]) if self.unfinished else self.finished

    def is_at_least(self, share: float) -> bool:
        """So many still wait that the percentile is not known yet, only what it is at least."""
        place = (self.n - 1) * share
        return self.n > 0 and ceil(place) >= len(self.finished)

    def within(self, span: float) -> tuple[int, int]:
        """How many were served within ``span`` seconds, and of how many that is known."""
        served = bisect_right(self.finished, span)
        return served, len(self.finished) + sum(waited > span for waited in self.unfinished)


def ranks(n: int, share: float) -> tuple[int, int]:
    """Ranks, from 1, of the sorted values between which the percentile lies with at least 95 %.

    0 or n + 1 where ``n`` values are too few to say.
    """
    if not 0 < share < 1:
        raise ValueError(share)
    tail, total, low = (1 - CONFIDENCE) / 2, 0.0, 0
    first = max(0, int(n * share - 8 * sqrt(n * share * (1 - share)) - 1))
    chance, odds = _binomial(first, n, share), share / (1 - share)
    for count in range(first, n + 1):
        total += chance
        if total <= tail:
            low = count + 1
        if total >= 1 - tail:
            return low, count + 1
        chance *= (n - count) / (count + 1) * odds
    return low, n + 1


def _binomial(count: int, n: int, share: float) -> float:
    ways = lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1)
    return exp(ways + count * log(share) + (n - count) * log1p(-share))
