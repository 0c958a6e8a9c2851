"""What customers answer on scales: NPS, CSAT, CES; what reviewers give: IQS; and how far two views lie apart.

A score belongs to one question, one scale and one wording: answers of two of them are never averaged.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist, fmean

from otklik.foundation.figures.estimates import Difference, Estimate, Z, mean, mean_counted, on_scale
from otklik.foundation.figures.shares import share

_PROMOTER, _PASSIVE, _NPS_TOP = 9, 7, 10
_CSAT_TOP, _CSAT_HAPPY = 5, 4
_PSEUDO = 0.75
"""What the adjusted Wald interval adds to promoters and to detractors; twice that to passives (Rocks 2016)."""


# ── NPS ───────────────────────────────────────────────────────────────────────────────────
def nps(promoters: int, passives: int, detractors: int, *, left_out: int = 0) -> Estimate:
    """Net promoter score in points, -100..100, with its adjusted Wald interval (Rocks 2016).

    The value is the plain score; the interval is never degenerate, and holds the value even where its centre is drawn
    far from it: of a single detractor it would begin at -98.5. ``left_out``: asked, and did not answer.
    """
    n = promoters + passives + detractors
    if not n:
        return Estimate(value=None, n=0, left_out=left_out)
    centre, error = adjusted_wald(promoters, passives, detractors)
    value = 100 * (promoters - detractors) / n
    return Estimate(
        value=value,
        n=n,
        low=max(-100.0, min(value, centre - Z * error)),
        high=min(100.0, max(value, centre + Z * error)),
        left_out=left_out,
    )


def nps_of(answers: Iterable[int | None]) -> Estimate:
    """The same of answers 0..10; None (skipped) is left out. Raises ``ValueError`` on any other value."""
    counts, skipped = [0, 0, 0], 0
    for answer in answers:
        if answer is None:
            skipped += 1
        elif not 0 <= answer <= _NPS_TOP:
            raise ValueError(answer)
        else:
            counts[0 if answer >= _PROMOTER else 1 if answer >= _PASSIVE else 2] += 1
    return nps(*counts, left_out=skipped)


def nps_error(promoters: float, passives: float, detractors: float) -> float:
    """Standard error in points. Raises ``ValueError`` when nobody answered."""
    n = promoters + passives + detractors
    if n <= 0:
        raise ValueError(n)
    more, less = promoters / n, detractors / n
    return 100 * sqrt(max(0.0, more + less - (more - less) ** 2) / n)


def adjusted_wald(promoters: int, passives: int, detractors: int) -> tuple[float, float]:
    """Centre and standard error in points after the pseudo-observations are added."""
    more, same, less = promoters + _PSEUDO, passives + 2 * _PSEUDO, detractors + _PSEUDO
    return 100 * (more - less) / (more + same + less), nps_error(more, same, less)


@dataclass(frozen=True, kw_only=True)
class NpsDifference(Difference):
    """``error`` in points; ``p``: the two-sided chance of such a difference when there is none."""

    error: float
    p: float


def difference_of_nps(earlier: tuple[int, int, int], later: tuple[int, int, int]) -> NpsDifference:
    """Later minus earlier in points; each is (promoters, passives, detractors). ``ValueError`` on an empty one."""
    error = sqrt(nps_error(*earlier) ** 2 + nps_error(*later) ** 2)
    apart = 100 * ((later[0] - later[2]) / sum(later) - (earlier[0] - earlier[2]) / sum(earlier))
    p = 2 * NormalDist().cdf(-abs(apart) / error) if error else float(apart == 0)
    return NpsDifference(value=apart, low=apart - Z * error, high=apart + Z * error, error=error, p=p)


# ── CSAT and CES ──────────────────────────────────────────────────────────────────────────
def csat(answers: Sequence[int], *, left_out: int = 0) -> tuple[Estimate, Estimate]:
    """Share of 4 and 5 with Wilson's interval, and the mean of answers 1..5; shown apart. Raises ``ValueError``."""
    return csat_counted(Counter(answers), left_out=left_out)


def csat_counted(counts: Mapping[int, int], *, left_out: int = 0) -> tuple[Estimate, Estimate]:
    """The same of answers that are given with how often each came. Raises ``ValueError``."""
    _within(counts, _CSAT_TOP)
    happy = sum(times for answer, times in counts.items() if answer >= _CSAT_HAPPY)
    return share(happy, sum(counts.values()), left_out=left_out), _mean(counts, _CSAT_TOP, left_out)


@dataclass(frozen=True, kw_only=True)
class Effort:
    """One wording of the question about effort: its scale is 1..``top``; is the top good?"""

    top: int
    is_top_good: bool


CES_1 = Effort(top=5, is_top_good=False)
"""2010: "How much effort did you personally have to put forth", 1..5, 1 is good."""
CES_2 = Effort(top=7, is_top_good=True)
"""2013: "The company made it easy for me to handle my issue", 1..7, 7 is good."""


def ces(answers: Sequence[int], *, wording: Effort = CES_2, left_out: int = 0) -> tuple[Estimate, Estimate]:
    """Share of easy answers (the better three of seven, two of five) and the mean. Raises ``ValueError``."""
    return ces_counted(Counter(answers), wording=wording, left_out=left_out)


def ces_counted(counts: Mapping[int, int], *, wording: Effort = CES_2, left_out: int = 0) -> tuple[Estimate, Estimate]:
    """The same of answers that are given with how often each came. Raises ``ValueError``."""
    _within(counts, wording.top)
    best = (wording.top - 1) // 2
    easy = sum(
        times
        for answer, times in counts.items()
        if (answer > wording.top - best if wording.is_top_good else answer <= best)
    )
    return share(easy, sum(counts.values()), left_out=left_out), _mean(counts, wording.top, left_out)


def _mean(counts: Mapping[int, int], top: int, left_out: int) -> Estimate:
    return on_scale(mean_counted(counts, left_out=left_out), 1, top)


def _within(answers: Iterable[int], top: int) -> None:
    for answer in answers:
        if not 1 <= answer <= top:
            raise ValueError(answer)


# ── Internal quality ──────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Rating:
    """One category of a review: ``score`` on ``least``..``most``, or None when it does not apply."""

    score: float | None
    weight: float = 1.0
    least: float = 0.0
    most: float = 100.0
    is_critical: bool = False

    @property
    def percent(self) -> float | None:
        """0..100 on its own scale. Raises ``ValueError`` outside of it."""
        if self.score is None:
            return None
        if not self.least <= self.score <= self.most or self.least == self.most:
            raise ValueError(self.score)
        return 100 * (self.score - self.least) / (self.most - self.least)


_FAILED_BELOW = 50


def review_score(ratings: Iterable[Rating]) -> float | None:
    """0..100: weighted over the categories that apply; 0 when a critical one is below 50; None when none applies."""
    rated = [(rating, rating.percent) for rating in ratings]
    known = [(rating, percent) for rating, percent in rated if percent is not None]
    if any(rating.is_critical and percent < _FAILED_BELOW for rating, percent in known):
        return 0.0
    weight = sum(rating.weight for rating, _percent in known)
    return sum(percent * rating.weight for rating, percent in known) / weight if weight else None


def internal_quality_score(reviews: Sequence[float]) -> Estimate:
    """The mean of reviews, 0..100, with Student's interval clamped to the scale."""
    return on_scale(mean(reviews), 0, 100)


# ── Two views of one thing ────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Perception:
    """How managers rate themselves against how customers rate them; ``gap`` is managers minus customers."""

    gap: float
    is_confirmed: bool


def perception_gap(managers: Sequence[float], customers: Sequence[float]) -> Perception:
    """Confirmed when the managers' mean lies inside the customers' 95 % interval. ``ValueError`` on an empty one."""
    theirs = mean(customers)
    if not managers or theirs.value is None:
        raise ValueError((len(managers), len(customers)))
    ours = fmean(managers)
    is_inside = theirs.low is not None and theirs.high is not None and theirs.low <= ours <= theirs.high
    return Perception(gap=ours - theirs.value, is_confirmed=is_inside)


def servqual(expected: Mapping[str, float], perceived: Mapping[str, float]) -> dict[str, float]:
    """Perceived minus expected, by dimension. Raises ``KeyError`` when a dimension has only one side."""
    if expected.keys() != perceived.keys():
        raise KeyError(*sorted(expected.keys() ^ perceived.keys()))
    return {name: perceived[name] - expected[name] for name in expected}


# ── How many answers are needed ───────────────────────────────────────────────────────────
def nps_sample(points: float, *, variance: float = 1.0) -> int:
    """Answers for ± ``points`` at 95 %; the variance of -1, 0, 1 is at most 1. Raises ``ValueError``."""
    return _sample(points / 100, variance)


def share_sample(within: float, *, expected: float = 0.5) -> int:
    """Answers for a share ± ``within`` (0..1) at 95 %; ``expected`` 0.5 is the worst. Raises ``ValueError``."""
    return _sample(within, expected * (1 - expected))


def mean_sample(within: float, *, deviation: float) -> int:
    """Answers for a mean ± ``within`` at 95 %, given the standard deviation. Raises ``ValueError``."""
    return _sample(within, deviation * deviation)


def _sample(within: float, variance: float) -> int:
    if within <= 0 or variance < 0:
        raise ValueError((within, variance))
    return ceil(Z * Z * variance / within**2)
