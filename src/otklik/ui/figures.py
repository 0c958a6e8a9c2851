"""How a figure is said: its number, where the true one may lie, how many it stands on, how old it is.

Pure words. What is shown is any object with the fields of ``Shown``; a share is 0..1, a span is in seconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext, pgettext

from otklik.ui import words

NOTHING: Final = "—"
_MINUTE = timedelta(minutes=1)
_IN_MINUTES, _IN_HOURS = 2 * words.HOUR, 2 * words.DAY
_NARROW = 0.02
"""An interval of a share narrower than this needs a digit after the comma."""


class Estimated(Protocol):
    """A value with its 95 % interval."""

    @property
    def value(self) -> float | None: ...
    @property
    def n(self) -> int: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


class Labelled(Estimated, Protocol):
    """One point of a series."""

    @property
    def label(self) -> str: ...


class Marked(Protocol):
    """What happened beside a series, at one of its points."""

    @property
    def place(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def is_seam(self) -> bool: ...


class Shown(Estimated, Protocol):
    """A figure."""

    @property
    def unit(self) -> str: ...
    @property
    def counted(self) -> str: ...
    @property
    def series(self) -> Sequence[Labelled]: ...
    @property
    def marks(self) -> Sequence[Marked]: ...
    @property
    def left_out(self) -> int: ...
    @property
    def unfinished(self) -> int: ...
    @property
    def is_at_least(self) -> bool: ...
    @property
    def top(self) -> int: ...
    @property
    def enough(self) -> int: ...
    @property
    def rows_url(self) -> str: ...
    @property
    def counted_at(self) -> datetime | None: ...
    @property
    def kept_for(self) -> timedelta | None: ...


# ── The number ────────────────────────────────────────────────────────────────────────────
def number(value: float, unit: str, *, digits: int = 0) -> str:
    """``86 %`` · ``+30`` · ``5,8`` · ``21 мин`` · ``1 245``."""
    if unit == "share":
        return f"{plain(value, unit, digits=digits)} %"
    if unit == "span":
        return words.duration(timedelta(seconds=value))
    return plain(value, unit, digits=digits)


def plain(value: float, unit: str, *, digits: int = 0) -> str:
    """The same without the sign of its unit, for the ends of a range and for axes."""
    match unit:
        case "share":
            return formats.number_format(round(100 * value, digits), digits)
        case "score":
            return formats.number_format(round(value, 1), 1)
        case "points":
            sign = "+" if round(value) > 0 else ("\N{MINUS SIGN}" if round(value) < 0 else "")
            return f"{sign}{abs(round(value))}"
        case "span":
            return words.duration(timedelta(seconds=value))
        case _:
            return formats.number_format(round(value), 0, force_grouping=True)


def digits_of(figure: Estimated, unit: str) -> int:
    """One digit after the comma where whole percents would make a point of an interval."""
    if unit != "share" or figure.low is None or figure.high is None:
        return 0
    return 1 if figure.high - figure.low < _NARROW else 0


def value(figure: Shown) -> str:
    """The number itself; ``≥`` when it is not known how much more it is, a dash when nothing was counted."""
    if figure.value is None:
        return NOTHING
    said = number(figure.value, figure.unit, digits=digits_of(figure, figure.unit))
    if figure.unit == "score" and figure.top:
        said = gettext("%(value)s of %(top)s") % {"value": said, "top": figure.top}
    return f"≥ {said}" if figure.is_at_least else said


@dataclass(frozen=True, kw_only=True)
class Axis:
    """How the numbers of a drawing are said: in what (``мин``, ``%``, '' for plain numbers), and how."""

    unit: str
    number: Callable[[float], str]


def axis(unit: str, most: float) -> Axis:
    """Short numbers for an axis that ends at ``most``: a span in minutes, hours or days."""
    if unit == "share":
        return Axis(unit="%", number=lambda value: plain(value, unit))
    if unit != "span":
        return Axis(unit="", number=lambda value: plain(value, unit))
    if most <= _IN_MINUTES:
        return Axis(unit=pgettext("unit of an axis", "min"), number=lambda value: _short(value / words.MINUTE))
    if most <= _IN_HOURS:
        return Axis(unit=pgettext("unit of an axis", "h"), number=lambda value: _short(value / words.HOUR))
    return Axis(unit=pgettext("unit of an axis", "days"), number=lambda value: _short(value / words.DAY))


def _short(value: float) -> str:
    rounded = round(value, 1 if value < 10 else 0)  # noqa: PLR2004  (a digit after the comma for small numbers only)
    if value > 0 and not rounded:
        return f"<{formats.number_format(0.1, 1)}"
    return formats.number_format(rounded, 0 if rounded == int(rounded) else 1)


# ── Where the true one may lie ────────────────────────────────────────────────────────────
def between(figure: Estimated, unit: str) -> str:
    """``от 25 до 37 %`` · ``от 18 до 24 мин`` · ``не меньше 18 мин``; '' where the data cannot say."""
    digits = digits_of(figure, unit)
    low, high = figure.low, figure.high
    if low is None:
        return "" if high is None else gettext("at most %(high)s") % {"high": number(high, unit, digits=digits)}
    if high is None:
        return gettext("at least %(low)s") % {"low": number(low, unit, digits=digits)}
    ends = {"low": plain(low, unit, digits=digits), "high": plain(high, unit, digits=digits)}
    said = gettext("from %(low)s to %(high)s %%") if unit == "share" else gettext("from %(low)s to %(high)s")
    return said % ends


def _answers(count: int) -> str:
    return ngettext("%(count)s answer", "%(count)s answers", count)


def _cases(count: int) -> str:
    return ngettext("%(count)s case", "%(count)s cases", count)


def _visits(count: int) -> str:
    return ngettext("%(count)s visit", "%(count)s visits", count)


def _promises(count: int) -> str:
    return ngettext("%(count)s promise", "%(count)s promises", count)


def _waits(count: int) -> str:
    return ngettext("%(count)s wait", "%(count)s waits", count)


def _texts(count: int) -> str:
    return ngettext("%(count)s text", "%(count)s texts", count)


_COUNTS: Final[dict[str, Callable[[int], str]]] = {
    "answers": _answers, "cases": _cases, "visits": _visits, "promises": _promises, "waits": _waits,
    "texts": _texts,
}  # fmt: skip


def how_many(figure: Shown) -> str:
    """``263 ответа``."""
    return _COUNTS[figure.counted](figure.n) % {"count": formats.number_format(figure.n, 0, force_grouping=True)}


def reach(figure: Shown) -> str:
    """``от 25 до 37 %, 263 ответа``; in words when there is no interval, or nothing at all."""
    if figure.n == 0:
        return nothing(figure.counted)
    range_ = between(figure, figure.unit) or gettext("too few to say how sure this is")
    return gettext("%(range)s, %(count)s") % {"range": range_, "count": how_many(figure)}


def nothing(counted: str) -> str:
    """Why there is no number."""
    match counted:
        case "answers":
            return gettext("nobody has answered yet")
        case "visits":
            return gettext("nobody has come yet")
        case _:
            return gettext("there was nothing to count")


def caution(figure: Shown) -> str:
    """``рано судить: 22 из 30``; '' when there are enough, or none."""
    if not 0 < figure.n < figure.enough:
        return ""
    return gettext("too early to judge: %(n)s of %(enough)s") % {"n": figure.n, "enough": figure.enough}


_OF_PEOPLE: Final = frozenset({"answers", "visits"})
"""Who is counted there can be silent; a case cannot."""


def aside(figure: Shown) -> list[str]:
    """What is not in the number, or not wholly: the silent, and those who still wait."""
    found = []
    if figure.left_out:
        text = gettext("silent: %(n)s") if figure.counted in _OF_PEOPLE else gettext("not counted: %(n)s")
        found.append(text % {"n": figure.left_out})
    if figure.unfinished:
        text = ngettext(
            "%(count)s still waits, and is counted", "%(count)s still wait, and are counted", figure.unfinished
        )
        found.append(text % {"count": figure.unfinished})
    return found


# ── How old it is ─────────────────────────────────────────────────────────────────────────
def age(figure: Shown) -> str:
    """``посчитано сегодня, 14:34``, and for a kept one how often it is counted anew; '' when it does not say."""
    if figure.counted_at is None:
        return ""
    moment = words.when(figure.counted_at, now=timezone.now())
    if figure.kept_for is None:
        return gettext("counted %(moment)s") % {"moment": moment}
    minutes = max(1, round(figure.kept_for / _MINUTE))
    text = ngettext(
        "counted %(moment)s, anew every minute", "counted %(moment)s, anew every %(count)s minutes", minutes
    )
    return text % {"moment": moment, "count": minutes}


def whole(name: str, figure: Shown) -> str:
    """Everything in one sentence, for the ear: a drawing's description."""
    parts = [f"{name}: {value(figure)}", reach(figure), caution(figure), *aside(figure)]
    return ", ".join(part for part in parts if part)
