"""Shares of a whole, with how far they may be trusted."""

from math import sqrt

from otklik.foundation.figures.estimates import Difference, Estimate, Z


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927), 0..1; (0, 1) when ``n`` is 0. Raises ``ValueError``."""
    if not 0 <= hits <= n:
        raise ValueError((hits, n))
    if n == 0:
        return 0.0, 1.0
    share, weight = hits / n, Z * Z / n
    middle = (share + weight / 2) / (1 + weight)
    half = Z * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return low, 1.0 if hits == n else min(1.0, middle + half)


def share(hits: int, n: int, *, left_out: int = 0) -> Estimate:
    """``hits`` among ``n``, 0..1, with Wilson's interval. Raises ``ValueError`` on counts that cannot be."""
    low, high = wilson(hits, n)
    if not n:
        return Estimate(value=None, n=0, left_out=left_out)
    return Estimate(value=hits / n, n=n, low=low, high=high, left_out=left_out)


def difference_of_shares(earlier: tuple[int, int], later: tuple[int, int]) -> Difference:
    """Later minus earlier, each (hits, n), with Newcombe's interval (1998, method 10).

    Raises ``ValueError`` when either is empty.
    """
    if not (earlier[1] and later[1]):
        raise ValueError((earlier, later))
    (low, high), (low_then, high_then) = wilson(*later), wilson(*earlier)
    now, then = later[0] / later[1], earlier[0] / earlier[1]
    below = sqrt((now - low) ** 2 + (high_then - then) ** 2)
    above = sqrt((high - now) ** 2 + (then - low_then) ** 2)
    return Difference(value=now - then, low=now - then - below, high=now - then + above)


def first_contact_resolution(resolved: int, cases: int) -> Estimate:
    """Resolved at the first contact among all. Who says so (customer, absence of a repeat, agent) is never mixed."""
    return share(resolved, cases)


def repeat_rate(came_again: int, everybody: int) -> Estimate:
    """Customers who came (or bought) at least twice in the period, among all who came in it."""
    return share(came_again, everybody)


def response_rate(completed: int, invited: int, *, bounced: int = 0) -> Estimate:
    """Completed among those whom the invitation reached. Raises ``ValueError`` when more bounced than were invited."""
    return share(completed, invited - bounced, left_out=bounced)
