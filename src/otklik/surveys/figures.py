"""From counted answers to figures with their intervals. Nothing here asks the database."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from otklik.foundation.figures import Estimate, Unit, ces, csat, mean, nps, on_scale, share
from otklik.surveys.definition import CHOICES, Instrument, Question

_PROMOTER, _PASSIVE = 9, 7


@dataclass(frozen=True, kw_only=True)
class Told:
    """One question in one wording (``series``), or one row (``part``) of a matrix.

    ``value`` has its ``unit``: points of NPS, the share of the best answers of CSAT and CES and of "yes" to a consent,
    else a mean on the scale; of SERVQUAL what was perceived minus what was expected. Of choices and words it says
    only how many answered. ``mean``: beside a share. ``options``: the share of each among those who answered.
    ``spread``: how many chose each number. ``left``: who is not counted, by reason.
    """

    question: Question
    series: int
    part: str
    value: Estimate
    unit: Unit
    mean: Estimate | None = None
    options: Mapping[str, Estimate] = field(default_factory=dict)
    spread: Mapping[int, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_withheld(self) -> bool:
        """Somebody answered, but too few to be shown."""
        return not self.value.n and bool(self.left.get("withheld"))


def tell(
    question: Question,
    *,
    series: int,
    part: str,
    numbers: Counter[tuple[int, int | None]],
    options: Mapping[str, int],
    n: int,
    left: Mapping[str, int],
) -> Told:
    """``numbers``: how many gave each number (with what they expected); ``n``: how many answered."""
    value, unit, beside = _value(question, numbers, n)
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
        left=left,
    )


def _spread(question: Question, numbers: Counter[tuple[int, int | None]]) -> dict[int, int]:
    if question.instrument in {*CHOICES, Instrument.TEXT, Instrument.CONSENT}:
        return {}
    least, most = question.range
    found = dict.fromkeys(range(least, most + 1), 0)
    for (number, _expected), times in numbers.items():
        found[number] += times
    return found


def _value(
    question: Question, numbers: Counter[tuple[int, int | None]], n: int
) -> tuple[Estimate, Unit, Estimate | None]:
    """The figure of the instrument, its unit, and the mean where that stands beside it."""
    if question.instrument in {*CHOICES, Instrument.TEXT}:
        return Estimate(value=None, n=n), Unit.COUNT, None
    given = [number for (number, _expected), times in numbers.items() for _time in range(times)]
    if question.instrument in _SHARES:
        best, middle = _SHARES[question.instrument](given)
        return best, Unit.SHARE, middle
    if question.instrument == Instrument.NPS:
        promoters, detractors = sum(one >= _PROMOTER for one in given), sum(one < _PASSIVE for one in given)
        return nps(promoters, len(given) - promoters - detractors, detractors), Unit.POINTS, None
    if question.instrument == Instrument.SERVQUAL:
        apart = [got - (hoped or 0) for (got, hoped), times in numbers.items() for _time in range(times)]
        least, most = question.range
        return on_scale(mean(apart), least - most, most - least), Unit.SCORE, None
    return on_scale(mean(given), *question.range), Unit.SCORE, None


def _consents(given: Sequence[int]) -> tuple[Estimate, None]:
    return share(sum(given), len(given)), None


_SHARES: Final[dict[str, Callable[[Sequence[int]], tuple[Estimate, Estimate | None]]]] = {
    Instrument.CSAT: csat,
    Instrument.CES: ces,
    Instrument.CONSENT: _consents,
}
