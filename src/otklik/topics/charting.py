"""Is this more than chance? Rates of a topic by week, their limits, and whether a problem has gone. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from otklik.foundation.figures import Difference, Estimate, difference_of_rates, poisson_tail, rate, u_chart

FEWEST_WEEKS: Final = 8
"""So many weeks say what is usual."""
RARE: Final = 0.001
"""What chance brings more seldom than this in a day is no chance."""
HUNDRED: Final = 100
A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Week:
    """``seen`` cases of a topic among all ``cases`` that were opened in the week that ``begins`` on this Monday."""

    begins: date
    seen: int
    cases: int


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A week on the chart, all rates per 100 cases. ``rate`` None: no case was opened; ``mean`` and ``limit`` None: too
    few weeks before it say what is usual."""

    week: Week
    rate: float | None
    mean: float | None
    limit: float | None
    is_signal: bool


def judged(weeks: Sequence[Week], *, least: int) -> list[Judged]:
    """Each week by those before it that were no signals themselves: an ongoing trouble does not become the usual.

    A signal lies above the upper limit of the u-chart and is at least ``least`` cases.
    """
    usual: list[Week] = []
    found = []
    for week in weeks:
        one = _judged(week, usual, least=least)
        found.append(one)
        if week.cases and not one.is_signal:
            usual.append(week)
    return found


def _judged(week: Week, usual: Sequence[Week], *, least: int) -> Judged:
    if not week.cases:
        return Judged(week=week, rate=None, mean=None, limit=None, is_signal=False)
    area, found = week.cases / HUNDRED, week.seen * HUNDRED / week.cases
    if len(usual) < FEWEST_WEEKS:
        return Judged(week=week, rate=found, mean=None, limit=None, is_signal=False)
    limits = u_chart([one.seen for one in usual], [one.cases / HUNDRED for one in usual], area=area)
    is_signal = found > limits.high and week.seen >= least
    return Judged(week=week, rate=found, mean=limits.mean, limit=limits.high, is_signal=is_signal)


def is_spike(seen: int, expected: float, *, least: int) -> bool:
    """Whether so many in a day are more than chance: Poisson, one day in a thousand."""
    return seen >= least and poisson_tail(seen, expected) < RARE


class Verdict(StrEnum):
    TOO_EARLY = "too_early"
    DOWN = "down"
    NOT_PROVEN = "not_proven"
    NOT_DOWN = "not_down"


@dataclass(frozen=True, kw_only=True)
class Again:
    """A problem measured again: rates per 100 cases ``before`` and ``after`` the fix, None where no case was opened.

    ``weeks``: whole weeks since the fix; ``wanted``: so many are asked.
    """

    before: Estimate | None
    after: Estimate | None
    weeks: int
    wanted: int
    verdict: Verdict

    @property
    def left(self) -> int:
        return max(0, self.wanted - self.weeks)


def again(weeks: Sequence[Judged], *, since: date, fixed: date, wanted: int) -> Again:
    """Before: from the week of ``since`` to the one before the fix, at least one. After: whole weeks that begin after
    the fix; the week of the fix is neither.

    It is down when so many weeks were wanted and have passed, no one of them was a signal, and the rate is proven to be
    lower: the interval of the difference lies below 0.
    """
    monday = fixed - timedelta(days=fixed.weekday())
    start = min(since - timedelta(days=since.weekday()), monday - A_WEEK)
    before = [one for one in weeks if start <= one.week.begins < monday]
    after = [one for one in weeks if one.week.begins > monday]
    was, now = _summed(before), _summed(after)
    return Again(
        before=rate(*was) if was[1] else None,
        after=rate(*now) if now[1] else None,
        weeks=len(after),
        wanted=wanted,
        verdict=_verdict(was, now, after, wanted),
    )


def _summed(weeks: Sequence[Judged]) -> tuple[int, float]:
    return sum(one.week.seen for one in weeks), sum(one.week.cases for one in weeks) / HUNDRED


def _verdict(was: tuple[int, float], now: tuple[int, float], after: Sequence[Judged], wanted: int) -> Verdict:
    if len(after) < wanted:
        return Verdict.TOO_EARLY
    if not (was[1] and now[1]):
        return Verdict.NOT_PROVEN
    found: Difference = difference_of_rates(was, now)
    if found.value >= 0 or any(one.is_signal for one in after[-wanted:]):
        return Verdict.NOT_DOWN
    return Verdict.DOWN if found.high < 0 else Verdict.NOT_PROVEN
