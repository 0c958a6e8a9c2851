"""Shares of a whole, with how far they may be trusted."""

from math import sqrt

_Z = 1.959964
"""Of the 95 % interval."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927), 0..1; (0, 1) when ``n`` is 0. Raises ``ValueError``."""
    if not 0 <= hits <= n:
        raise ValueError((hits, n))
    if n == 0:
        return 0.0, 1.0
    share, weight = hits / n, _Z * _Z / n
    middle = (share + weight / 2) / (1 + weight)
    half = _Z * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)
