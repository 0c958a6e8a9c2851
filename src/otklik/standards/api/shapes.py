"""What the API says and hears of standards: the contract, as types."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from otklik.foundation.http.responses import Text
from otklik.standards.actions import Words
from otklik.standards.models import Standard, Version
from otklik.standards.queries import in_work
from otklik.team.models import Agent

LongText = Annotated[Text, Field(max_length=4_000)]
Minutes = Annotated[int, Field(ge=1, le=1_000_000)]


# ── Said ──────────────────────────────────────────────────────────────────────────────────
class KeeperOut(BaseModel):
    id: int
    name: str = Field(examples=["Ольга Петрова"])
    email: str = Field(examples=["olga@gorizont.example"])


class StandardVersionOut(BaseModel):
    """The words and times of a standard at one time; minutes are working minutes of the case's team."""

    number: int = Field(examples=[4])
    state: str = Field(examples=["live"], description="draft, waiting, approved, live or past.")
    why: str
    emotion: str
    how: list[str] = Field(examples=[["Извинились, назвав причину"]])
    good: str = Field(description="Words as an agent would say them.")
    good_because: str
    bad: str = Field(description="Words that nobody should say.")
    bad_because: str
    first_answer_minutes: int
    next_word_minutes: int
    solution_minutes: int
    change_note: str = Field(description="What is new, and why.")
    as_in: int | None = Field(description="The earlier version whose words it has again.")
    returned_because: str
    edits: int = Field(description="How many times the draft was saved.")
    author: KeeperOut | None
    approved_by: KeeperOut | None
    published_at: datetime | None
    changed_at: datetime


class StandardOut(BaseModel):
    """One standard: what holds for new cases (`live`), and what is in work (`draft`)."""

    id: int
    name: str = Field(examples=["Жалоба"])
    case_kind: str = Field(examples=["complaint"], description="The kind of case it is for; '' for none.")
    is_default: bool = Field(description="It holds when no other does.")
    owner: KeeperOut | None
    review_every_days: int
    review_at: datetime | None
    reviewed_at: datetime | None
    live: StandardVersionOut | None
    draft: StandardVersionOut | None


class Standards(BaseModel):
    items: list[StandardOut]
    next: str | None = None


class StandardVersions(BaseModel):
    items: list[StandardVersionOut]
    next: str | None = None


def keeper(agent: Agent | None) -> KeeperOut | None:
    return KeeperOut(id=agent.pk, name=agent.name, email=agent.email) if agent else None


def version_out(version: Version) -> StandardVersionOut:
    people = {"author": keeper(version.author), "approved_by": keeper(version.approved_by)}
    copied: dict[str, Any] = {
        name: getattr(version, name) for name in StandardVersionOut.model_fields if name not in people
    }
    return StandardVersionOut(**copied | people)


def standard_out(row: Standard) -> StandardOut:
    draft = in_work(row)
    return StandardOut(
        id=row.pk,
        name=row.name,
        case_kind=row.case_kind,
        is_default=row.is_default,
        owner=keeper(row.owner),
        review_every_days=row.review_every_days,
        review_at=row.review_at,
        reviewed_at=row.reviewed_at,
        live=version_out(row.live) if row.live else None,
        draft=version_out(draft) if draft else None,
    )


# ── Heard ─────────────────────────────────────────────────────────────────────────────────
class StandardWordsIn(BaseModel):
    """What is not given is empty, or the usual time."""

    why: LongText = ""
    emotion: LongText = Field("", examples=["«Обо мне помнят, всё под контролем»"])
    how: Annotated[list[LongText], Field(max_length=20)] = Field(default_factory=list)
    good: LongText = ""
    good_because: LongText = ""
    bad: LongText = ""
    bad_because: LongText = ""
    first_answer_minutes: Minutes = 240
    next_word_minutes: Minutes = 480
    solution_minutes: Minutes = 1440
    change_note: Annotated[Text, Field(max_length=200)] = ""

    def words(self) -> Words:
        return Words(**{name: getattr(self, name) for name in StandardWordsIn.model_fields})


class StandardDraftIn(StandardWordsIn):
    edits: int | None = Field(None, description="`edits` of the draft you read: 409 when somebody saved it since.")


class StandardAroundIn(BaseModel):
    """What stands around the words; what is not given stays as it is."""

    name: Annotated[Text, Field(max_length=120)] | None = Field(None, examples=["Жалоба"])
    case_kind: Annotated[Text, Field(max_length=20)] | None = None
    is_default: bool | None = None
    owner: int | Text | None = Field(None, description="E-mail or id of the agent who keeps it.")
    review_every_days: Annotated[int, Field(ge=0, le=1_000)] | None = Field(None, description="0: never.")


class StandardIn(StandardWordsIn, StandardAroundIn):
    """A new standard; it begins as a draft that holds for no case."""


class StandardBecauseIn(BaseModel):
    because: Text = Field(examples=["Назовите час."], description="What the author should change.")


class StandardNumberIn(BaseModel):
    number: int = Field(description="Of an earlier version.")
