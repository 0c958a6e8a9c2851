"""The shape in which a survey is taken in and out (``docs/survey.schema.json``); what it means: ``definition``."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from otklik.foundation.http.responses import Text
from otklik.surveys.definition import LANGUAGES, Definition, Instrument, read

_WORDS: Final = frozenset({"title", "intro", "thanks", "text", "hint", "low", "high"})
_DEEPEST, _MOST_IN_ONE = 4, 10
_READ_ONLY: Final = ("id", "state", "version", "is_open", "url")

type Language = Literal["ru", "en"]
Key = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$", description="Stable: answers are kept under it.")]
Words = Annotated[
    dict[Language, Annotated[Text, Field(max_length=2_000)]],
    WithJsonSchema(
        {
            "description": "By language. A bare text is in the first language of the survey.",
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {one: {"type": "string"} for one in LANGUAGES}},
            ],
        }
    ),
]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


class SurveyScale(Shape):
    """Of ``rating`` and ``matrix`` alone: the others bring theirs."""

    least: int = Field(default=1, ge=0, le=1)
    most: int = Field(default=5, ge=2, le=10)


class SurveyEnds(Shape):
    """What the ends of a scale mean."""

    low: Words = {}
    high: Words = {}


class SurveyOption(Shape):
    """One option of a choice, or one row of a matrix; ``id`` is the same in every language."""

    id: Key
    text: Words


class SurveyCondition(Shape):
    """One comparison (`question`, `is`, `value`), or `all` or `any` of several. Without an answer it is false.

    `equals` and the rest of the numbers are for scores and options, `has` for what was chosen among several,
    `answered` and `not_answered` need no value.
    """

    question: Key | None = None
    is_: Literal[
        "equals", "not_equals", "at_least", "at_most", "has", "has_not", "answered", "not_answered",
    ] | None = Field(None, alias="is")  # fmt: skip
    value: int | bool | str | None = None
    all: list["SurveyCondition"] = Field(default=[], max_length=_MOST_IN_ONE)
    any: list["SurveyCondition"] = Field(default=[], max_length=_MOST_IN_ONE)

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        ways = [self.question is not None, bool(self.all), bool(self.any)]
        if sum(ways) != 1 or (self.question is not None) != (self.is_ is not None):
            raise ValueError("Give a question with what it `is`, or `all`, or `any`.")
        if self.depth > _DEEPEST:
            raise ValueError(f"{_DEEPEST} levels at most.")
        return self

    @property
    def depth(self) -> int:
        return 1 + max((one.depth for one in (*self.all, *self.any)), default=0)


class SurveyJump(Shape):
    """Where a page leads: to the key of a page or to `end`. Without `if` always."""

    if_: SurveyCondition | None = Field(None, alias="if")
    go: Annotated[str, Field(max_length=40)]


class SurveyQuestion(Shape):
    """`options` of a choice, `rows` of a matrix, `dimension` of a SERVQUAL pair. It may be skipped."""

    key: Key
    instrument: Instrument
    text: Words
    hint: Words = {}
    ends: SurveyEnds = SurveyEnds()
    scale: SurveyScale | None = None
    options: list[SurveyOption] = Field(default=[], max_length=50)
    rows: list[SurveyOption] = Field(default=[], max_length=30)
    dimension: Literal["", "tangibles", "reliability", "responsiveness", "assurance", "empathy"] = ""
    is_required: bool = Field(default=False, description="It may not be skipped.")
    show_if: SurveyCondition | None = None
    low_score: int | None = Field(
        default=None,
        description="Of an identified survey: an answer of at most this opens a case or brings it back to its owner, "
        "and the lead is told at once.",
    )


class SurveyPage(Shape):
    """Questions that stand together. It is left out where `show_if` is not true or nothing on it is shown."""

    key: Key
    title: Words = {}
    questions: list[SurveyQuestion] = Field(default=[], max_length=30)
    show_if: SurveyCondition | None = None
    then: list[SurveyJump] = Field(default=[], max_length=_MOST_IN_ONE)


class SurveyShape(Shape):
    """A survey. What is wrong with its content (a loop, a missing translation) is told when it is published."""

    name: Annotated[Text, Field(min_length=1, max_length=120, description="What the house calls it.")]
    family: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] = "general"
    names: Literal["identified", "confidential", "anonymous"] = "identified"
    languages: Annotated[list[Language], Field(min_length=1, max_length=2)] = ["ru"]
    title: Words = {}
    intro: Words = {}
    thanks: Words = {}
    pages: list[SurveyPage] = Field(default=[], max_length=40)

    @model_validator(mode="before")
    @classmethod
    def _bare_texts(cls, given: Any) -> Any:
        """A bare text is in the first language."""
        if not isinstance(given, dict):
            return given
        languages = given.get("languages")
        first = languages[0] if isinstance(languages, list) and languages else "ru"
        return _in_language(given, first)

    def definition(self) -> Definition:
        """What it means."""
        return read(self.exported())

    def exported(self) -> dict[str, Any]:
        """As it is kept and taken out; what says nothing is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"languages": self.languages}


def _in_language(given: Any, language: str) -> Any:
    if isinstance(given, list):
        return [_in_language(one, language) for one in given]
    if not isinstance(given, dict):
        return given
    return {
        name: {language: value} if name in _WORDS and isinstance(value, str) else _in_language(value, language)
        for name, value in given.items()
    }


class SurveyIn(SurveyShape):
    """A survey as `GET /surveys/{id}` gives it; what it says beside the survey itself is passed over."""

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_only_read(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: one for name, one in given.items() if name not in _READ_ONLY}
