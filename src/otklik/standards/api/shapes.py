"""What the API says and hears of standards: the contract, as types."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from otklik.foundation.http.responses import Text
from otklik.standards.actions import Words
from otklik.standards.models import Proposal, Standard, Version
from otklik.standards.queries import in_work
from otklik.team.models import Agent

LongText = Annotated[Text, Field(max_length=4_000)]
Minutes = Annotated[int, Field(ge=1, le=1_000_000)]


# ── Said ──────────────────────────────────────────────────────────────────────────────────
class KeeperOut(BaseModel):
    id: int
    name: str = Field(examples=["Ольга Петрова"])
    email: str = Field(examples=["olga@gorizont.example"])


class NamedOut(BaseModel):
    id: int
    name: str


class StandardVersionOut(BaseModel):
    """The words and times of a standard at one time; minutes are working minutes of the case's team, unless it counts
    round the clock."""

    number: int = Field(examples=[4])
    state: str = Field(examples=["live"], description="draft, waiting, approved, live or past.")
    why: str
    emotion: str
    how: list[str] = Field(examples=[["Извинились, назвав причину"]])
    ticked_by: list[str] = Field(
        description="For each step what ticks it by itself, '' for a person; [] when all are ticked by people.",
        examples=[["first_answer_in_time"]],
    )
    good: str = Field(description="Words as an agent would say them.")
    good_because: str
    bad: str = Field(description="Words that nobody should say.")
    bad_because: str
    first_answer_minutes: int
    next_word_minutes: int
    solution_minutes: int
    is_round_the_clock: bool = Field(description="Minutes of day and night, not of the team's working time.")
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
    case_kind: str = Field(examples=["complaint"], description="The kind of case it is for; '' for any.")
    tag: str = Field(examples=["доставка"], description="A tag that the case has; '' for any.")
    channel: str = Field(examples=["phone"], description="How the customer turned to us; '' for any.")
    tier: str = Field(examples=["золотой"], description="What the customer is to the house; '' for any.")
    team: NamedOut | None = Field(description="The team that has the case; null for any.")
    organization: NamedOut | None = Field(description="Whose customer it is; null for any.")
    archived_at: datetime | None = Field(description="Chosen for no case since then; null while it may be.")
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
        tag=row.tag,
        channel=row.channel,
        tier=row.tier,
        team=NamedOut(id=row.team.pk, name=row.team.name) if row.team else None,
        organization=NamedOut(id=row.organization.pk, name=row.organization.name) if row.organization else None,
        archived_at=row.archived_at,
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
    ticked_by: Annotated[list[Text], Field(max_length=20)] = Field(
        default_factory=list,
        description="For each step what ticks it by itself, or '': owner_named, first_answer_in_time, moment_named, "
        "solved_in_time or asked_whether_solved.",
    )
    good: LongText = ""
    good_because: LongText = ""
    bad: LongText = ""
    bad_because: LongText = ""
    first_answer_minutes: Minutes = 240
    next_word_minutes: Minutes = 480
    solution_minutes: Minutes = 1440
    is_round_the_clock: bool = False
    change_note: Annotated[Text, Field(max_length=200)] = ""

    def words(self) -> Words:
        return Words(**{name: getattr(self, name) for name in StandardWordsIn.model_fields})


class StandardDraftIn(StandardWordsIn):
    edits: int | None = Field(None, description="`edits` of the draft you read: 409 when somebody saved it since.")


class StandardAroundIn(BaseModel):
    """What stands around the words; what is not given stays as it is."""

    name: Annotated[Text, Field(max_length=120)] | None = Field(None, examples=["Жалоба"])
    case_kind: Annotated[Text, Field(max_length=20)] | None = None
    tag: Annotated[Text, Field(max_length=40)] | None = None
    channel: Annotated[Text, Field(max_length=20)] | None = None
    tier: Annotated[Text, Field(max_length=40)] | None = None
    team: int | Text | None = Field(None, description="Its name or id; null for any.")
    organization: int | None = Field(None, description="Its id; null for any.")
    is_default: bool | None = None
    owner: int | Text | None = Field(None, description="E-mail or id of the agent who keeps it.")
    review_every_days: Annotated[int, Field(ge=0, le=1_000)] | None = Field(None, description="0: never.")


class StandardIn(StandardWordsIn, StandardAroundIn):
    """A new standard; it begins as a draft that holds for no case."""


class StandardBecauseIn(BaseModel):
    because: Text = Field(examples=["Назовите час."], description="What the author should change.")


class StandardNumberIn(BaseModel):
    number: int = Field(description="Of an earlier version.")


# ── Proposals ─────────────────────────────────────────────────────────────────────────────
class ProposalIn(BaseModel):
    words: LongText = Field(examples=["Добавить шаг: прислать главу в PDF"], description="What to change, and why.")
    case: Annotated[int, Field(ge=1, lt=2**63)] | None = Field(None, description="Number of the case that shows it.")


class ProposalOut(BaseModel):
    """What somebody who works by a standard would change in it."""

    id: int
    standard: NamedOut
    words: str
    author: KeeperOut | None
    case: int | None = Field(description="Number of the case over which they thought so.")
    state: str = Field(examples=["open"], description="open, taken (its words stand beside a draft) or declined.")
    because: str = Field(description="Why it was declined.")
    decided_by: KeeperOut | None
    decided_at: datetime | None
    created_at: datetime


class Proposals(BaseModel):
    items: list[ProposalOut]
    next: str | None = None


def proposal_out(row: Proposal) -> ProposalOut:
    return ProposalOut(
        id=row.pk,
        standard=NamedOut(id=row.standard_id, name=row.standard.name),
        words=row.words,
        author=keeper(row.author),
        case=row.case_number,
        state=row.state,
        because=row.because,
        decided_by=keeper(row.decided_by),
        decided_at=row.decided_at,
        created_at=row.created_at,
    )
