"""What is said to a question, and how it is kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.surveys.definition import Instrument, Question
from otklik.surveys.models import Answer

LONGEST_WORDS = 5_000
"""What is longer is cut: a person has said enough, a machine says more."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One row of an answer; see ``models.Answer``."""

    part: str = ""
    number: int | None = None
    expected: int | None = None
    choices: list[str] = field(default_factory=list)
    words: str = ""


def rows_of(question: Question, value: Any) -> list[Said]:
    """How a value is kept; [] when it says nothing: None, no words, no choice, no row.

    Raises ``Refusal('value_invalid')`` with the question among its fields.
    """
    if value is None or value in ("", [], {}):
        return []
    return _READERS.get(question.instrument, _scored)(question, value)


def _invalid(question: Question, text: str) -> Refusal:
    return Refusal("value_invalid", text, fields={question.key: text})


def _scored(question: Question, value: Any) -> list[Said]:
    return [Said(number=_score(question, value))]


def _score(question: Question, value: Any) -> int:
    least, most = question.range
    if type(value) is not int or not least <= value <= most:
        text = _("Choose a number from %(least)d to %(most)d.") % {"least": least, "most": most}
        raise _invalid(question, text)
    return value


def _consent(question: Question, value: Any) -> list[Said]:
    if type(value) is not bool:
        raise _invalid(question, _("Say yes or no."))
    return [Said(number=int(value))]


def _words(question: Question, value: Any) -> list[Said]:
    if not isinstance(value, str):
        raise _invalid(question, _("Answer in words."))
    words = value.replace("\0", "").strip()[:LONGEST_WORDS]
    return [Said(words=words)] if words else []


def _one(question: Question, value: Any) -> list[Said]:
    return [Said(choices=_ids(question, [value]))]


def _several(question: Question, value: Any) -> list[Said]:
    return [Said(choices=_ids(question, value))]


def _ids(question: Question, value: Any) -> list[str]:
    known = [one.id for one in question.options]
    if not isinstance(value, list) or any(one not in known for one in value):
        raise _invalid(question, _("Choose one of the options."))
    return [one for one in known if one in value]


def _pair(question: Question, value: Any) -> list[Said]:
    if not isinstance(value, Mapping) or set(value) - {"expected", "perceived"}:
        raise _invalid(question, _("Say what you expected and what you met."))
    expected, perceived = value.get("expected"), value.get("perceived")
    if expected is None and perceived is None:
        return []
    if expected is None or perceived is None:
        raise _invalid(question, _("Say what you expected and what you met."))
    return [Said(number=_score(question, perceived), expected=_score(question, expected))]


def _matrix(question: Question, value: Any) -> list[Said]:
    known = [one.id for one in question.rows]
    if not isinstance(value, Mapping) or any(one not in known for one in value):
        raise _invalid(question, _("Choose a number in each row."))
    return [Said(part=row, number=_score(question, value[row])) for row in known if value.get(row) is not None]


_READERS: Final[dict[str, Callable[[Question, Any], list[Said]]]] = {
    Instrument.TEXT: _words,
    Instrument.SINGLE: _one,
    Instrument.MULTIPLE: _several,
    Instrument.CONSENT: _consent,
    Instrument.SERVQUAL: _pair,
    Instrument.MATRIX: _matrix,
}
"""Of what is not one score."""


def value_of(question: Question, rows: Iterable[Answer]) -> Any:
    """The value that these rows keep, as ``rows_of`` takes it; None for none."""
    kept = list(rows)
    if not kept:
        return None
    if question.instrument == Instrument.MATRIX:
        return {row.part: row.number for row in kept}
    first = kept[0]
    shown: dict[str, Any] = {
        Instrument.TEXT: first.words,
        Instrument.SINGLE: first.choices[0] if first.choices else None,
        Instrument.MULTIPLE: first.choices,
        Instrument.CONSENT: bool(first.number),
        Instrument.SERVQUAL: {"expected": first.expected, "perceived": first.number},
    }
    return shown.get(question.instrument, first.number)
