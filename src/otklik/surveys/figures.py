"""From counted answers to figures with their intervals. Nothing here asks the database."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from otklik.foundation.figures import (
    Counted,
    Estimate,
    Figure,
    Unit,
    ces_counted,
    csat_counted,
    mean_counted,
    nps,
    on_scale,
    share,
)
from otklik.surveys.definition import CHOICES, Instrument, Question

_PROMOTER, _PASSIVE = 9, 7


@dataclass(frozen=True, kw_only=True)
class Told:
    """One question in one wording (``series``), or one row (``part``) of a matrix.

    ``value`` has its ``unit``: points of NPS, the share of the best answers of CSAT and CES and of "yes" to a consent,
    else a mean on the scale; of SERVQUAL what was perceived minus what was expected. Of choices and words it says
    only how many answered. ``mean``: beside a share. ``options``: the share of each among those who answered.
    ``spread``: how many chose each number; ``counts``: how often each number came that the value is made of (of
    SERVQUAL the difference). ``left``: who is not counted, by reason.
    """

    question: Question
    series: int
    part: str
    value: Estimate
    unit: Unit
    mean: Estimate | None = None
    options: Mapping[str, Estimate] = field(default_factory=dict)
    spread: Mapping[int, int] = field(default_factory=dict)
    counts: Mapping[int, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)

    def figure(self, **about: Any) -> Figure:
        """In the one shape; a mean on a scale says where that ends."""
        is_on_scale = self.unit == Unit.SCORE and self.question.instrument != Instrument.SERVQUAL
        known: dict[str, Any] = {"top": self.question.range[1] if is_on_scale else 0, **about}
        return Figure.of(self.value, unit=self.unit, counted=Counted.ANSWERS, **known)

    @property
    def is_withheld(self) -> bool:
        """Somebody answered, but too few to be shown."""
        return not self.value.n and bool(self.left.get("withheld"))


def tell(
    question: Question,
    *,
    series: int,
    part: str,
    numbers: Mapping[tuple[int, int | None], int],
    options: Mapping[str, int],
    n: int,
    left: Mapping[str, int],
) -> Told:
    """``numbers``: how many gave each number (with what they expected); ``n``: how many answered."""
    counts = _counts(question, numbers)
    value, unit, beside = _value(question, counts, n)
    left_out = sum(left.values())
    return Told(
        question=question,
        series=series,
        part=part,
        value=replace(value, left_out=left_out),
        unit=unit,
        mean=replace(beside, left_out=left_out) if beside else None,
        options={one: share(hits, n) for one, hits in options.items()},
        spread=_spread(question, numbers),
        counts=counts,
        left=left,
    )


def _spread(question: Question, numbers: Mapping[tuple[int, int | None], int]) -> dict[int, int]:
    if question.instrument in {*CHOICES, Instrument.TEXT, Instrument.CONSENT}:
        return {}
    least, most = question.range
    found = dict.fromkeys(range(least, most + 1), 0)
    for (number, _expected), times in numbers.items():
        found[number] += times
    return found


def _counts(question: Question, numbers: Mapping[tuple[int, int | None], int]) -> Counter[int]:
    is_pair = question.instrument == Instrument.SERVQUAL
    counts: Counter[int] = Counter()
    for (number, expected), times in numbers.items():
        counts[number - (expected or 0) if is_pair else number] += times
    return counts


def _value(question: Question, counts: Mapping[int, int], n: int) -> tuple[Estimate, Unit, Estimate | None]:
    """The figure of the instrument, its unit, and the mean where that stands beside it."""
    if question.instrument in {*CHOICES, Instrument.TEXT}:
        return Estimate(value=None, n=n), Unit.COUNT, None
    if question.instrument in _SHARES:
        best, middle = _SHARES[question.instrument](counts)
        return best, Unit.SHARE, middle
    if question.instrument == Instrument.NPS:
        return nps(*of_nps(counts)), Unit.POINTS, None
    least, most = question.range
    if question.instrument == Instrument.SERVQUAL:
        least, most = least - most, most - least
    return on_scale(mean_counted(counts), least, most), Unit.SCORE, None


def of_nps(counts: Mapping[int, int]) -> tuple[int, int, int]:
    """Promoters, passives and detractors."""
    promoters = sum(times for number, times in counts.items() if number >= _PROMOTER)
    detractors = sum(times for number, times in counts.items() if number < _PASSIVE)
    return promoters, sum(counts.values()) - promoters - detractors, detractors


def _consents(counts: Mapping[int, int]) -> tuple[Estimate, None]:
    return share(counts.get(1, 0), sum(counts.values())), None


_SHARES: Final[dict[str, Callable[[Mapping[int, int]], tuple[Estimate, Estimate | None]]]] = {
    Instrument.CSAT: csat_counted,
    Instrument.CES: ces_counted,
    Instrument.CONSENT: _consents,
}
BEST: Final[Mapping[str, int]] = {Instrument.CSAT: 4, Instrument.CES: 5, Instrument.CONSENT: 1}
"""From which number on an answer counts in the share of its instrument."""
