"""Questions as fields of a page: how they are drawn, what was typed into them. No form class knows what it will ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.surveys.definition import SCORES, Instrument, Question, said

_TRUTHS = {"yes": True, "no": False}


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A row of numbers; ``legend`` is its question, or what it is a part of."""

    name: str
    legend: str
    options: list[int]
    chosen: Any


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One question for a template. ``kind``: scale, scales, choices, text. ``error``: what is wrong with the answer."""

    key: str
    name: str
    kind: str
    text: str
    hint: str
    is_required: bool
    error: str = ""
    scales: list[Scale] = field(default_factory=list)
    low: str = ""
    high: str = ""
    choices: list[Choice] = field(default_factory=list)
    is_multiple: bool = False
    words: str = ""


def drawn(
    questions: Iterable[Question], values: Mapping[str, Any], language: str, errors: Mapping[str, str]
) -> list[Drawn]:
    return [_drawn(one, values.get(one.key), language, errors.get(one.key, "")) for one in questions]


def _drawn(one: Question, value: Any, language: str, error: str) -> Drawn:
    about: dict[str, Any] = {
        "key": one.key, "name": _name(one), "text": said(one.text, language), "hint": said(one.hint, language),
        "is_required": one.is_required, "error": error,
    }  # fmt: skip
    about["low"], about["high"] = ends_of(one, language)
    if one.instrument == Instrument.TEXT:
        return Drawn(**about, kind="text", words=value if isinstance(value, str) else "")
    if one.instrument in SCORES or one.instrument == Instrument.MATRIX:
        scales = list(_scales(one, value, language))
        return Drawn(**about, kind="scale" if len(scales) == 1 and not one.rows else "scales", scales=scales)
    return Drawn(**about, kind="choices", choices=_choices(one, value, language),
                 is_multiple=one.instrument == Instrument.MULTIPLE)  # fmt: skip


def ends_of(one: Question, language: str) -> tuple[str, str]:
    """What the least and the most of its scale mean."""
    return said(one.low, language) or _low(one), said(one.high, language) or _high(one)


def _name(one: Question) -> str:
    return f"q-{one.key}"


def _scales(one: Question, value: Any, language: str) -> Iterable[Scale]:
    least, most = one.range
    numbers = list(range(least, most + 1))
    parts = value if isinstance(value, dict) else {}
    if one.instrument == Instrument.SERVQUAL:
        for part, legend in (
            ("expected", _("What you expect of a good company")),
            ("perceived", _("What you met here")),
        ):
            yield Scale(name=f"{_name(one)}-{part}", legend=legend, options=numbers, chosen=parts.get(part))
    elif one.instrument == Instrument.MATRIX:
        for row in one.rows:
            name, legend = f"{_name(one)}-{row.id}", said(row.text, language)
            yield Scale(name=name, legend=legend, options=numbers, chosen=parts.get(row.id))
    else:
        yield Scale(name=_name(one), legend=said(one.text, language), options=numbers, chosen=value)


def _choices(one: Question, value: Any, language: str) -> list[Choice]:
    if one.instrument == Instrument.CONSENT:
        words = {"yes": pgettext("to a consent", "Yes"), "no": pgettext("to a consent", "No")}
        return [Choice(value=key, text=text, is_chosen=value is _TRUTHS[key]) for key, text in words.items()]
    chosen = value if isinstance(value, list) else [value]
    return [Choice(value=o.id, text=said(o.text, language), is_chosen=o.id in chosen) for o in one.options]


def _low(one: Question) -> str:
    least = one.range[0]
    words: dict[str, str] = {
        Instrument.CSAT: _("%(number)d: not at all"),
        Instrument.CES: _("%(number)d: I do not agree"),
        Instrument.NPS: _("%(number)d: by no means"),
        Instrument.SERVQUAL: _("%(number)d: I do not agree"),
    }
    return words.get(one.instrument, "") % {"number": least}


def _high(one: Question) -> str:
    most = one.range[1]
    words: dict[str, str] = {
        Instrument.CSAT: _("%(number)d: completely"),
        Instrument.CES: _("%(number)d: I agree completely"),
        Instrument.NPS: _("%(number)d: by all means"),
        Instrument.SERVQUAL: _("%(number)d: I agree completely"),
    }
    return words.get(one.instrument, "") % {"number": most}


# ── What was typed ────────────────────────────────────────────────────────────────────────
def typed(questions: Iterable[Question], post: QueryDict) -> dict[str, Any]:
    """By question what a page has sent, as ``values.rows_of`` takes it, which refuses what makes no sense."""
    return {one.key: value for one in questions if (value := _typed(one, post)) not in (None, "", [], {})}


def _typed(one: Question, post: QueryDict) -> Any:
    name = _name(one)
    match one.instrument:
        case Instrument.MULTIPLE:
            return post.getlist(name)
        case Instrument.SERVQUAL:
            return _parts(post, name, ("expected", "perceived"))
        case Instrument.MATRIX:
            return _parts(post, name, [row.id for row in one.rows])
        case Instrument.CONSENT:
            given = post.get(name)
            return _TRUTHS.get(given, given) if given else None
        case Instrument.TEXT | Instrument.SINGLE:
            return post.get(name)
    return _number(post.get(name))


def _parts(post: QueryDict, name: str, parts: Iterable[str]) -> dict[str, Any]:
    found = {part: _number(post.get(f"{name}-{part}")) for part in parts}
    return {part: number for part, number in found.items() if number is not None}


def _number(given: str | None) -> Any:
    """A whole number, or what was given instead; None for nothing."""
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 4 else given or None  # noqa: PLR2004
