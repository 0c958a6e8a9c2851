"""Which answers may be counted together: those to the same instrument, on the same scale, in the same words."""

from collections.abc import Sequence
from typing import Any

from otklik.surveys.definition import LANGUAGES, Definition, Question


def series_of(survey: Definition, earlier: Sequence[tuple[Definition, dict[str, int]]]) -> dict[str, int]:
    """By the key of each question the number of its wording: an earlier one's when nothing but a translation was
    added, else the next. ``earlier``: published versions, the newest first, each with its own."""
    return {one.key: _number_of(one, earlier) for one in survey.questions}


def _number_of(question: Question, earlier: Sequence[tuple[Definition, dict[str, int]]]) -> int:
    last = 0
    for before, series in earlier:
        known = before.question(question.key)
        if known is None:
            continue
        if is_same(question.wording(), known.wording()):
            return series[question.key]
        last = max(last, series[question.key])
    return last + 1


def is_same(one: Any, other: Any) -> bool:
    """Alike in all but the languages that only one of them has; at least one language is in both."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one and other and set(one) | set(other) <= set(LANGUAGES):
            both = set(one) & set(other)
            return bool(both) and all(one[name].strip() == other[name].strip() for name in both)
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(is_same(mine, theirs) for mine, theirs in zip(one, other, strict=True))
    return bool(one == other)
