"""Whether a difference is more than chance. Where it is not proven, or too few were counted, the words say so."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from otklik.figures.asked import Asked, By, Measure
from otklik.figures.counting import Counted, Tally
from otklik.figures.telling import Part, figure_of
from otklik.foundation.figures import ENOUGH, Figure, difference_of_means, difference_of_shares
from otklik.ui.figures import value

_LESS_IS_BETTER: Final = frozenset(
    {Measure.UNSATISFIED, Measure.UNCONFIRMED, Measure.REOPENED, Measure.EXPLAINED_TWICE, Measure.TOLD_AGAIN}
)
_NEITHER: Final = frozenset({Measure.GESTURES, Measure.REFUSALS})
"""More of these is neither better nor worse: a gesture can be right, a "no" too."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a difference means in words; ``tone`` and ``icon`` say the same beside them."""

    text: str
    tone: str = ""
    icon: str = "circle-dashed"


def against_the_rest(asked: Asked, found: Counted, part: Part, *, by: By) -> Verdict | None:
    """How a group differs from all others; None for a person, for whom nobody is ranked, and where too few are."""
    rest = [tally for key, tally in found.groups.items() if key != part.key]
    if by is By.AGENT or part.figure.n < ENOUGH or sum(tally.n for tally in rest) < ENOUGH:
        return None
    direction = _direction(asked, found, part, rest)
    if direction == 0:
        return Verdict(text=_("no proven difference"))
    if asked.measure.is_span:
        text = _("slower than all together, proven") if direction > 0 else _("faster than all together, proven")
    else:
        text = _("higher than the others, proven") if direction > 0 else _("lower than the others, proven")
    return _toned(asked, direction, text)


def _direction(asked: Asked, found: Counted, part: Part, rest: list[Tally]) -> int:
    """1: proven to be more than the rest, -1: less, 0: not proven."""
    if asked.measure.is_span:
        return _apart(figure_of(asked, found, found.whole), part.figure)
    if asked.measure is Measure.EFFORT:
        found_apart = difference_of_means([one for tally in rest for one in tally.scores], part.tally.scores)
    else:
        others = sum(tally.yes for tally in rest), sum(tally.n for tally in rest)
        found_apart = difference_of_shares(others, (part.tally.yes, part.tally.n))
    return (1 if found_apart.value > 0 else -1) if found_apart.is_proven else 0


def _apart(one: Figure, other: Figure) -> int:
    """Whether the intervals do not touch: 1 when ``other`` lies above, -1 below."""
    if other.low is not None and one.high is not None and other.low > one.high:
        return 1
    if other.high is not None and one.low is not None and other.high < one.low:
        return -1
    return 0


def _toned(asked: Asked, direction: int, text: str) -> Verdict:
    if asked.measure in _NEITHER:
        return Verdict(text=text)
    is_less_better = asked.measure.is_span or asked.measure in _LESS_IS_BETTER
    if (direction < 0) is is_less_better:
        return Verdict(text=text, tone="satisfied", icon="circle-check")
    return Verdict(text=text, tone="risk", icon="alert-circle")


def against_before(asked: Asked, now: Counted, before: Counted) -> Verdict | None:
    """How the whole differs from as long a time just before; None when nothing was counted then."""
    then, later = figure_of(asked, before, before.whole), figure_of(asked, now, now.whole)
    if then.value is None or later.value is None:
        return None
    said = {"value": value(then)}
    if min(then.n, later.n) < ENOUGH:
        return Verdict(text=_("was %(value)s; too few to compare") % said)
    direction = _change(asked, now.whole, before.whole, then, later)
    if direction == 0:
        return Verdict(text=_("was %(value)s; a difference is not proven") % said)
    return _toned(asked, direction, _("was %(value)s; the difference is proven") % said)


def _change(asked: Asked, now: Tally, before: Tally, then: Figure, later: Figure) -> int:
    if asked.measure.is_span:
        return _apart(then, later)
    if asked.measure is Measure.EFFORT:
        change = difference_of_means(before.scores, now.scores)
    else:
        change = difference_of_shares((before.yes, before.n), (now.yes, now.n))
    return (1 if change.value > 0 else -1) if change.is_proven else 0
