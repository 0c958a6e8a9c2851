"""What a survey is: pages with questions, conditions, jumps, words in several languages.

It is read from JSON whose shape was looked at when it was taken in (``shape``); what is wrong with its content is told
by ``checking``. Every process loads this, so nothing slow is imported here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

END: Final = "end"
"""Where a jump goes that leads out of the survey."""
LANGUAGES: Final = ("ru", "en")
_STARS: Final = (1, 5)

type Words = Mapping[str, str]
"""By language."""


class Instrument(StrEnum):
    """What a question is. CSAT is 1..5, CES 2.0 is 1..7 (7 is easy), NPS is 0..10, a SERVQUAL pair twice 1..7."""

    CSAT = "csat"
    CES = "ces"
    NPS = "nps"
    SERVQUAL = "servqual"
    RATING = "rating"
    SINGLE = "single"
    MULTIPLE = "multiple"
    MATRIX = "matrix"
    TEXT = "text"
    CONSENT = "consent"


FIXED: Final[Mapping[str, tuple[int, int]]] = {
    Instrument.CSAT: (1, 5),
    Instrument.CES: (1, 7),
    Instrument.NPS: (0, 10),
    Instrument.SERVQUAL: (1, 7),
}
"""Scales that belong to their instrument."""
SCORES: Final = frozenset({*FIXED, Instrument.RATING})
CHOICES: Final = frozenset({Instrument.SINGLE, Instrument.MULTIPLE})


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a choice, or one row of a matrix; ``id`` is the same in every language."""

    id: str
    text: Words


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One comparison (``question`` with what it ``is_``), or ``all`` or ``any`` of several."""

    question: str | None
    is_: str | None
    value: int | bool | str | None
    all: Sequence["Condition"]
    any: Sequence["Condition"]

    def atoms(self) -> Iterator["Condition"]:
        """The comparisons in it."""
        if self.question is not None:
            yield self
        for one in (*self.all, *self.any):
            yield from one.atoms()


@dataclass(frozen=True, kw_only=True)
class Jump:
    """Where a page leads: to the key of a page or to ``END``; without a condition always."""

    if_: Condition | None
    go: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """``range``: the least and the most of its scale. ``low`` and ``high``: what its ends mean.

    ``low_score``: an answer of at most this opens or brings back a case; None for none. It is no part of the wording.
    """

    key: str
    instrument: str
    text: Words
    hint: Words
    low: Words
    high: Words
    range: tuple[int, int]
    options: Sequence[Option]
    rows: Sequence[Option]
    dimension: str
    is_required: bool
    show_if: Condition | None
    low_score: int | None = None

    def wording(self) -> dict[str, Any]:
        """All that an answer depends on: two wordings that differ are never counted together."""
        return {
            "instrument": self.instrument,
            "dimension": self.dimension,
            "range": list(self.range),
            "text": dict(self.text),
            "low": dict(self.low),
            "high": dict(self.high),
            "options": [{"id": one.id, "text": dict(one.text)} for one in self.options],
            "rows": [{"id": one.id, "text": dict(one.text)} for one in self.rows],
        }


@dataclass(frozen=True, kw_only=True)
class Page:
    """Questions that stand together. It is left out where ``show_if`` is not true or nothing on it is shown."""

    key: str
    title: Words
    questions: Sequence[Question]
    show_if: Condition | None
    then: Sequence[Jump]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A survey; ``source`` is the JSON that it is kept and taken out as."""

    name: str
    family: str
    names: str
    languages: Sequence[str]
    title: Words
    intro: Words
    thanks: Words
    pages: Sequence[Page]
    source: Mapping[str, Any]

    @cached_property
    def questions(self) -> list[Question]:
        return [one for page in self.pages for one in page.questions]

    def question(self, key: str) -> Question | None:
        return next((one for one in self.questions if one.key == key), None)

    def called(self, name: str) -> "Definition":
        """The same under another name."""
        return replace(self, name=name, source={**self.source, "name": name})


def read(source: Mapping[str, Any]) -> Definition:
    """The survey that this JSON is; it has the shape of ``shape.SurveyShape``."""
    return Definition(
        name=source["name"],
        family=source.get("family", "general"),
        names=source.get("names", "identified"),
        languages=source.get("languages") or ["ru"],
        title=source.get("title", {}),
        intro=source.get("intro", {}),
        thanks=source.get("thanks", {}),
        pages=[_page(one) for one in source.get("pages", ())],
        source=source,
    )


def _page(source: Mapping[str, Any]) -> Page:
    return Page(
        key=source["key"],
        title=source.get("title", {}),
        questions=[_question(one) for one in source.get("questions", ())],
        show_if=_condition(source.get("show_if")),
        then=[Jump(if_=_condition(one.get("if")), go=one["go"]) for one in source.get("then", ())],
    )


def _question(source: Mapping[str, Any]) -> Question:
    ends, scale = source.get("ends") or {}, source.get("scale") or {}
    own = (scale.get("least", _STARS[0]), scale.get("most", _STARS[1]))
    return Question(
        key=source["key"],
        instrument=source["instrument"],
        text=source["text"],
        hint=source.get("hint", {}),
        low=ends.get("low", {}),
        high=ends.get("high", {}),
        range=FIXED.get(source["instrument"], own),
        options=[Option(id=one["id"], text=one["text"]) for one in source.get("options", ())],
        rows=[Option(id=one["id"], text=one["text"]) for one in source.get("rows", ())],
        dimension=source.get("dimension", ""),
        is_required=source.get("is_required", False),
        show_if=_condition(source.get("show_if")),
        low_score=source.get("low_score"),
    )


def _condition(source: Mapping[str, Any] | None) -> Condition | None:
    return _one(source) if source else None


def _one(source: Mapping[str, Any]) -> Condition:
    return Condition(
        question=source.get("question"),
        is_=source.get("is"),
        value=source.get("value"),
        all=[_one(one) for one in source.get("all", ())],
        any=[_one(one) for one in source.get("any", ())],
    )


def said(words: Words, language: str) -> str:
    """The words in this language, else in whichever they are written."""
    return words.get(language) or next(iter(words.values()), "")


def said_in(words: Words, languages: Sequence[str]) -> bool:
    """Whether all of these languages say it."""
    return all(words.get(one, "").strip() for one in languages)
