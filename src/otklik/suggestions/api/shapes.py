"""What the API says and hears of suggestions."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from otklik.foundation.actors import Actor
from otklik.foundation.http.responses import Limit, Moment, Text
from otklik.suggestions.models import Suggestion, Voice
from otklik.suggestions.queries import Weight, links_of, steps_of, voices_of, weight_of

LongText = Annotated[Text, Field(max_length=20_000)]
Title = Annotated[Text, Field(max_length=200)]
States = Literal["new", "looked_at", "planned", "in_work", "done", "declined", "duplicate"]
_MOST_VOICES = 100


# ── Said ──────────────────────────────────────────────────────────────────────────────────
class SuggestionPersonOut(BaseModel):
    id: int
    name: str


class SuggestionWordOut(BaseModel):
    """What a person said, and where; words of cases out of sight are left out."""

    text: str
    source: Literal["message", "survey", "portal", "phone", "staff", "api"]
    case: int | None
    at: datetime


class VoiceOut(BaseModel):
    """One person for it, however often they said it."""

    id: int
    customer: int | None = Field(description="Null for a colleague, for nobody known, and once they are erased.")
    at: datetime
    words: list[SuggestionWordOut]
    told_at: datetime | None = Field(description="When they were told that it is done.")
    not_told: str = Field(description="Why no letter could go: `no_way`, `refused`, or empty.")
    helped: bool | None


class WeightOut(BaseModel):
    """What weighs for it, part beside part; there is no sum of them."""

    customers: int
    colleagues: int
    organizations: int
    cases: int
    complaints: int
    hours_in_cases: int = Field(description="From the first word to the solution, all cases together.")
    first_at: datetime | None
    last_at: datetime | None
    satisfied: float | None = Field(description="Share of 4 and 5 among their last scores, 0..1.")
    satisfied_n: int
    satisfied_low: float | None = Field(description="Wilson's 95 % interval.")
    satisfied_high: float | None


class SuggestionOut(BaseModel):
    """What somebody would do better."""

    id: int
    title: str = Field(examples=["Оставлять записи занятий после курса"])
    about: str = Field(description="What your people wrote beside it.")
    state: States
    reason: str = Field(description="Why not, of a declined one.")
    duplicate_of: int | None
    owner: SuggestionPersonOut | None
    due_on: date | None
    answer: str
    answered_by: SuggestionPersonOut | None
    answered_at: datetime | None
    is_shown: bool = Field(description="It stands on the board, in words that somebody approved.")
    shown_title: str
    shown_words: str
    is_of_staff: bool
    voices: int = Field(description="How many different people want it.")
    created_at: datetime
    changed_at: datetime


class SuggestionStepOut(BaseModel):
    state: str = Field(examples=["planned"])
    at: datetime


class SuggestionLinksOut(BaseModel):
    cases: list[int]
    articles: list[int]
    standards: list[int]


class SuggestionFileOut(SuggestionOut):
    """With its way, what weighs for it, what it has to do with, and the newest hundred voices in sight."""

    steps: list[SuggestionStepOut]
    weight: WeightOut
    links: SuggestionLinksOut
    said: list[VoiceOut]


class SuggestionList(BaseModel):
    items: list[SuggestionOut]
    next: str | None


class LikeOut(BaseModel):
    suggestion: SuggestionOut
    score: float = Field(description="How near it comes, 0..1.")


class LikeList(BaseModel):
    items: list[LikeOut]


class TellingPlanOut(BaseModel):
    """Who would be told by a telling now."""

    people: int
    ways: dict[str, int] = Field(examples=[{"email": 27, "no_way": 2}])
    words: str = Field(description="Words prepared for the letter.")


# ── Heard ─────────────────────────────────────────────────────────────────────────────────
class SuggestionCustomerIn(BaseModel):
    """Whose words these are: a known customer by id, or an e-mail or phone by which they are found or met."""

    id: int | None = None
    email: Annotated[Text, Field(max_length=254)] = ""
    phone: Annotated[Text, Field(max_length=40)] = ""
    name: Annotated[Text, Field(max_length=200)] = ""


class SuggestionIn(BaseModel):
    text: Text = Field(description="In the person's own words.", examples=["Не закрывайте записи сразу после курса"])
    title: Title = Field("", description="In yours, for all colleagues; without it the first words are the title.")
    customer: SuggestionCustomerIn | None = None
    case: int | None = Field(None, description="Number of the case in which it was said; its customer has the voice.")
    message: int | None = Field(None, description="Id of the message; the same message is one word of a voice.")
    may_be_shown: bool = Field(default=False, description="They allowed to show these very words on the board.")
    at: Moment | None = None


class VoiceIn(BaseModel):
    text: Text = Field("", description="Their own words, if there are any.")
    customer: SuggestionCustomerIn | None = None
    case: int | None = None
    message: int | None = None
    at: Moment | None = None


class SuggestionChangeIn(BaseModel):
    """What is not given stays as it is."""

    title: Title | None = None
    about: LongText | None = None
    owner: int | Text | None = Field(None, description="E-mail or id.")
    due_on: date | None = None


class SuggestionStateIn(BaseModel):
    state: Text = Field(examples=["planned"], description="Any state but `duplicate`, which joining makes.")
    reason: LongText = Field("", description="Needed to decline.")


class SuggestionAnswerIn(BaseModel):
    text: LongText


class SuggestionShowIn(BaseModel):
    title: Title
    words: LongText = ""


class SuggestionMergeIn(BaseModel):
    into: int


class SuggestionLinksIn(BaseModel):
    cases: Annotated[list[int], Field(max_length=100)] = []
    articles: Annotated[list[int], Field(max_length=100)] = []
    standards: Annotated[list[int], Field(max_length=100)] = []


class TellingIn(BaseModel):
    words: LongText = Field(description="What has changed; each letter greets by name and quotes the person's words.")
    people: int = Field(
        description="How many the plan said. 422 `changed_meanwhile` when they are not so many any more."
    )


class SuggestionFilter(BaseModel):
    state: States | None = None
    owner: int | Text | None = None
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


# ── Made ──────────────────────────────────────────────────────────────────────────────────
def suggestion_out(row: Suggestion) -> dict[str, Any]:
    """``row``: as ``queries.suggestions`` has it, with its ``voice_count``."""
    same = (
        "id", "title", "about", "state", "reason", "due_on", "answer", "answered_at", "is_of_staff", "created_at",
        "changed_at", "shown_title", "shown_words",
    )  # fmt: skip
    return {name: getattr(row, name) for name in same} | {
        "duplicate_of": row.duplicate_of_id,
        "owner": _person(row.owner),
        "answered_by": _person(row.answered_by),
        "is_shown": row.shown_at is not None,
        "voices": row.voice_count,  # type: ignore[attr-defined]  # counted by the query
    }


def _person(agent: Any) -> SuggestionPersonOut | None:
    return SuggestionPersonOut(id=agent.pk, name=agent.name) if agent else None


def file_out(row: Suggestion, actor: Actor) -> SuggestionFileOut:
    links = list(links_of(row, actor))
    return SuggestionFileOut(
        **suggestion_out(row),
        steps=[SuggestionStepOut(state=step.state, at=step.at) for step in steps_of(row)],
        weight=_weight(weight_of(row)),
        links=SuggestionLinksOut(
            cases=[one.case_id for one in links if one.case_id],
            articles=[one.article_id for one in links if one.article_id],
            standards=[one.standard_id for one in links if one.standard_id],
        ),
        said=[voice_out(one) for one in voices_of(row, actor)[:_MOST_VOICES]],
    )


def voice_out(voice: Voice) -> VoiceOut:
    """``voice``: as ``queries.voices_of`` has it, with its ``said``."""
    words = [
        SuggestionWordOut(text=one.text, source=one.source, case=one.case_id, at=one.at)
        for one in voice.said  # type: ignore[attr-defined]  # fetched by the query
        if one.text
    ]
    same = ("id", "at", "told_at", "not_told", "helped")
    return VoiceOut(customer=voice.customer_id, words=words, **{name: getattr(voice, name) for name in same})


def _weight(one: Weight) -> WeightOut:
    same = ("customers", "colleagues", "organizations", "cases", "complaints")
    return WeightOut(
        **{name: getattr(one, name) for name in same},
        hours_in_cases=one.hours,
        first_at=one.first,
        last_at=one.last,
        satisfied=one.satisfied.value,
        satisfied_n=one.satisfied.n,
        satisfied_low=one.satisfied.low,
        satisfied_high=one.satisfied.high,
    )
