"""Whether two figures differ by more than chance, in words. Where it is not proven, or too few answered, it says so."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.foundation.figures import (
    ENOUGH,
    Difference,
    Unit,
    difference_counted,
    difference_of_nps,
    difference_of_shares,
)
from otklik.surveys.definition import Instrument
from otklik.surveys.figures import BEST, Told, of_nps
from otklik.ui import figures as words


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a difference means; ``tone`` and ``icon`` say the same beside the words."""

    text: str
    tone: str = ""
    icon: str = "circle-dashed"


def difference(then: Told, now: Told) -> Difference | None:
    """``now`` minus ``then`` with its interval; None for what has no value, or where fewer than two answered."""
    if now.unit == Unit.COUNT or min(then.value.n, now.value.n) < 2:  # noqa: PLR2004  (one value has no spread)
        return None
    if now.unit == Unit.SHARE:
        return difference_of_shares(_hits(then), _hits(now))
    if now.unit == Unit.POINTS:
        return difference_of_nps(of_nps(then.counts), of_nps(now.counts))
    return difference_counted(then.counts, now.counts)


def _hits(told: Told) -> tuple[int, int]:
    best = BEST[told.question.instrument]
    return sum(times for number, times in told.counts.items() if number >= best), sum(told.counts.values())


def compared(then: Told | None, now: Told) -> Verdict | None:
    """How ``now`` stands against ``then``: the difference, where the true one may lie, and whether it is proven.

    None when there is nothing to compare. Below thirty answers on a side nothing is compared.
    """
    if then is None or then.value.value is None or now.value.value is None:
        return None
    was = words.value(then.figure())
    if min(then.value.n, now.value.n) < ENOUGH:
        return Verdict(text=_("was %(value)s; too few to compare") % {"value": was})
    found = difference(then, now)
    if found is None:
        return None
    said = {"value": was, **_ends(found, now.unit)}
    if not found.is_proven:
        return Verdict(text=_("was %(value)s; a difference is not proven: %(apart)s, from %(low)s to %(high)s") % said)
    text = _("was %(value)s; the difference is proven: %(apart)s, from %(low)s to %(high)s") % said
    return _toned(now, found, text)


def against_the_rest(part: Told, rest: Told) -> Verdict | None:
    """How a group differs from all others; None where too few answered on a side, or nothing can differ."""
    if min(part.value.n, rest.value.n) < ENOUGH or (found := difference(rest, part)) is None:
        return None
    if not found.is_proven:
        return Verdict(text=_("no proven difference"))
    text = _("higher than the others, proven") if found.value > 0 else _("lower than the others, proven")
    return _toned(part, found, text)


def _toned(now: Told, found: Difference, text: str) -> Verdict:
    if now.question.instrument == Instrument.CONSENT:
        return Verdict(text=text)  # a "no" is as good as a "yes"
    if found.value > 0:
        return Verdict(text=text, tone="satisfied", icon="circle-check")
    return Verdict(text=text, tone="risk", icon="alert-circle")


def _ends(found: Difference, unit: Unit) -> dict[str, str]:
    """Signed, in the unit of the figure; shares in points of percent."""
    return {name: signed(getattr(found, name), unit) for name in ("low", "high")} | {"apart": signed(found.value, unit)}


def signed(value: float, unit: str) -> str:
    """``+4`` · ``−0,3`` · ``0``."""
    size = abs(100 * value) if unit == Unit.SHARE else abs(value)
    shown = words.plain(size, "score" if unit == Unit.SCORE else "count")
    if not shown.strip("0,."):
        return shown
    return f"+{shown}" if value > 0 else f"\N{MINUS SIGN}{shown}"
