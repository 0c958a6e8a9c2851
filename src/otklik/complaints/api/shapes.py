"""What the API says and hears of complaints."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from otklik.complaints.models import Complaint, RunningTerm, Step, Term, Way
from otklik.foundation.http.responses import Limit, Moment, Text
from otklik.team.models import Agent

LongText = Annotated[Text, Field(max_length=20_000)]
Stages = Literal[
    "received", "acknowledged", "assessed", "investigated", "answered", "accepted", "refused", "improved", "exhausted",
    "withdrawn",
]  # fmt: skip


# ── Said ──────────────────────────────────────────────────────────────────────────────────
class ComplaintPersonOut(BaseModel):
    id: int
    name: str


class RunningTermOut(BaseModel):
    """A term that runs, or ran until the answer was given."""

    term: int = Field(description="Id of the term.")
    name: str
    basis: str
    due_at: datetime = Field(description="The midnight after its last day.")
    is_warned: bool
    is_missed: bool = Field(description="It ended before the answer was given.")


class ComplaintStepOut(BaseModel):
    """A line of the record, which nobody rewrites."""

    what: str = Field(examples=["acknowledged"], description="A stage, or `entrusted`, `ways_offered`, `word`.")
    at: datetime
    agent: ComplaintPersonOut | None
    by_customer: bool
    words: str
    message: int | None = Field(description="The letter that told the customer.")


class ComplaintOut(BaseModel):
    """A complaint by its steps after ISO 10002."""

    number: int
    case: int
    customer: int
    stage: Stages
    is_finished: bool
    remedy_sought: str
    what_happened: str
    received_at: datetime
    registered_at: datetime
    severity: int | None
    is_urgent: bool
    against: ComplaintPersonOut | None
    investigator: ComplaintPersonOut | None
    acknowledged_by: ComplaintPersonOut | None = Field(description="null while only a machine has.")
    hear_by: datetime | None
    answer_by: datetime | None = Field(description="The end of the nearest term while an answer is due.")
    decision: Literal["", "granted", "partly", "declined"]
    answer: str
    reason: str
    prevention: str
    decided_by: ComplaintPersonOut | None
    answered_at: datetime | None
    ways_offered_at: datetime | None
    root_cause: str
    standard: int | None
    problem: int | None = Field(description="Id of the problem that it shows.")
    terms: list[RunningTermOut]


class ComplaintFileOut(ComplaintOut):
    """A complaint with its record, oldest first."""

    steps: list[ComplaintStepOut]


class ComplaintList(BaseModel):
    items: list[ComplaintOut]
    next: str | None


class TermOut(BaseModel):
    """By when a complaint is answered, by law or by the house."""

    id: int
    name: str
    basis: str
    days: int
    is_working: bool
    starts: Literal["received", "registered"]
    moves_on: bool
    warn_days: int
    is_default: bool
    is_active: bool


class TermList(BaseModel):
    items: list[TermOut]


class WayOut(BaseModel):
    """Where customers can turn outside the house."""

    id: int
    name: str
    words: str
    url: str
    position: int
    is_active: bool


class WayList(BaseModel):
    items: list[WayOut]


_PEOPLE = ("against", "investigator", "acknowledged_by", "decided_by")


def complaint_out(row: Complaint) -> ComplaintOut:
    return ComplaintOut(**_complaint(row))


def complaint_file_out(row: Complaint, steps: list[Step]) -> ComplaintFileOut:
    return ComplaintFileOut(**_complaint(row), steps=[_step_out(one) for one in steps])


def _complaint(row: Complaint) -> dict[str, Any]:
    same = (
        "number", "stage", "is_finished", "remedy_sought", "received_at", "registered_at", "severity", "is_urgent",
        "hear_by", "answer_by", "decision", "answer", "reason", "prevention", "answered_at", "ways_offered_at",
        "root_cause",
    )  # fmt: skip
    return {name: getattr(row, name) for name in same} | {
        "case": row.case_id,
        "customer": row.customer_id,
        "what_happened": row.happened,
        "standard": row.standard_id,
        "problem": row.problem_id,
        "terms": [_running_out(one, row) for one in row.terms.all()],
        **{name: _person(getattr(row, name)) for name in _PEOPLE},
    }


def _person(agent: Agent | None) -> ComplaintPersonOut | None:
    return ComplaintPersonOut(id=agent.pk, name=agent.name) if agent else None


def _running_out(running: RunningTerm, row: Complaint) -> RunningTermOut:
    is_missed = running.missed_at is not None or (row.answered_at is not None and row.answered_at > running.due_at)
    return RunningTermOut(
        term=running.term_id,
        name=running.term.name,
        basis=running.term.basis,
        due_at=running.due_at,
        is_warned=running.warned_at is not None,
        is_missed=is_missed,
    )


def _step_out(step: Step) -> ComplaintStepOut:
    return ComplaintStepOut(
        what=step.what,
        at=step.at,
        agent=_person(step.agent),
        by_customer=step.is_customers,
        words=step.words,
        message=step.letter_id,
    )


def term_out(row: Term) -> TermOut:
    return TermOut(**{name: getattr(row, name) for name in TermOut.model_fields})


def way_out(row: Way) -> WayOut:
    return WayOut(**{name: getattr(row, name) for name in WayOut.model_fields})


# ── Heard ─────────────────────────────────────────────────────────────────────────────────
class ComplaintFilter(BaseModel):
    stage: Stages | None = None
    open: bool | None = Field(None, description="true: nothing finished; false: only what is.")
    severity: Annotated[int, Field(ge=1, le=5)] | None = Field(None, description="At least so grave.")
    due_before: Moment | None = Field(None, description="Those whose answer is due before this moment.")
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


class ComplaintIn(BaseModel):
    """The customer's words; only `remedy_sought` is needed."""

    remedy_sought: LongText = Field(examples=["Верните деньги за курс"], description="What would put it right.")
    what_happened: LongText = Field("", examples=["Курс отменили за день до начала."])
    received_at: Moment | None = Field(None, description="When the words reached you; now by default.")
    severity: int | None = Field(None, description="1 to 5, when it is known at once.")
    against: int | Text | None = Field(None, description="E-mail or id of the colleague complained of.")
    terms: Annotated[list[int], Field(max_length=20)] | None = Field(
        None, description="Ids of the terms that run; those of every complaint by default."
    )


class AcknowledgeIn(BaseModel):
    words: LongText = Field("", description="Your own words; number, name and date follow them.")
    hear_by: Moment | None = Field(None, description="When the customer hears from you.")
    seen_message_id: int | None = None


class AssessIn(BaseModel):
    severity: int = Field(examples=[3], description="1 to 5.")
    is_urgent: bool = Field(default=False, description="Health or safety is at stake: the leads hear at once.")
    words: LongText = ""
    against: int | Text | None = Field(None, description="E-mail or id of the colleague complained of.")
    investigator: int | Text | None = Field(None, description="E-mail or id of who looks into it.")
    terms: Annotated[list[int], Field(max_length=20)] | None = None


class EntrustIn(BaseModel):
    investigator: int | Text = Field(description="E-mail or id of who looks into it.")


class InvestigateIn(BaseModel):
    findings: LongText


class ComplaintAnswerIn(BaseModel):
    decision: Text = Field(examples=["granted"], description="`granted`, `partly` or `declined`.")
    text: LongText = Field(description="What is done for the customer.")
    reason: LongText
    prevention: LongText = Field(description="What keeps it from happening again.")
    is_solved: bool = Field(default=False, description="The letter asks at its end whether all is solved.")
    seen_message_id: int | None = None


class ComplaintWordsIn(BaseModel):
    words: LongText = ""


class WaysIn(BaseModel):
    words: LongText
    ways: Annotated[list[int], Field(max_length=20)] | None = Field(
        None, description="Ids; all that are in use by default."
    )
    seen_message_id: int | None = None


class ImproveIn(BaseModel):
    root_cause: LongText
    standard: int | None = Field(None, description="Id of the service standard that is changed for it.")
    problem: int | None = Field(None, description="Id of the problem that it shows.")
    new_problem: Annotated[Text, Field(max_length=200)] = Field(
        "", description="Title of a new problem of this cause, in your care."
    )


class TermsIn(BaseModel):
    terms: Annotated[list[int], Field(max_length=20)]


class TermIn(BaseModel):
    """What is not given stays as it is, or is usual."""

    name: Annotated[Text, Field(max_length=120)] | None = None
    basis: Annotated[Text, Field(max_length=300)] | None = None
    days: int | None = None
    is_working: bool | None = None
    starts: Text | None = None
    moves_on: bool | None = None
    warn_days: int | None = None
    is_default: bool | None = None
    is_active: bool | None = None


class WayIn(BaseModel):
    """What is not given stays as it is, or is usual."""

    name: Annotated[Text, Field(max_length=120)] | None = None
    words: LongText | None = None
    url: Annotated[Text, Field(max_length=300)] | None = None
    position: Annotated[int, Field(ge=0, le=1000)] | None = None
    is_active: bool | None = None
