"""Problems behind complaints, for programs: written down, mended, and what shows them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BaseModel, Field

from otklik.cases.queries import case_by_number
from otklik.complaints import queries
from otklik.complaints.actions import (
    finish_fix,
    link_case,
    link_complaint,
    move_problem,
    save_fix,
    save_problem,
    unlink_case,
)
from otklik.complaints.api.router import router
from otklik.complaints.api.shapes import ComplaintPersonOut, LongText
from otklik.complaints.models import Problem as Mended
from otklik.complaints.queries import (
    cases_showing,
    complaint_by_number,
    complaints_showing,
    fix_by_id,
    problem_by_id,
    told_of,
)
from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond
from otklik.standards.models import Standard
from otklik.team.queries import agent_named

States = Literal["open", "in_work", "fixed", "checked", "no_help"]
_MOST = 1000


class ProblemOut(BaseModel):
    """What lies behind complaints and cases, and is mended once for all of them."""

    id: int
    title: str = Field(examples=["Об отмене занятий говорят накануне"])
    root_cause: str
    changes: str = Field(description="What you change so that it does not come again.")
    owner: ComplaintPersonOut = Field(description="Who sees to it.")
    due_on: date | None
    standard: int | None
    state: States
    fixed_at: datetime | None
    complaints: int = Field(description="How many show it.")
    cases: int = Field(description="How many are linked beside the complaints.")
    came_again: int = Field(description="Complaints whose words came after it was fixed.")
    watch_weeks: int = Field(description="Weeks that it must stay away, where its rate is measured.")
    no_help_because: str = Field(description="Why what was changed did not help.")


class ProblemFixOut(BaseModel):
    """One thing that is done about a problem."""

    id: int
    what: str
    agent: ComplaintPersonOut
    due_on: date
    done_at: datetime | None


class ProblemFileOut(ProblemOut):
    """With numbers of what shows it, as far as the token's agent sees it; the newest first, at most a thousand."""

    fixes: list[ProblemFixOut] = Field(description="What is done about it.")
    told: int = Field(description="Customers who were written to about what has changed.")
    complaint_numbers: list[int]
    case_numbers: list[int]


class ProblemList(BaseModel):
    items: list[ProblemOut]
    next: str | None


class ProblemIn(BaseModel):
    """What is not given stays as it is."""

    title: Annotated[Text, Field(max_length=200)] | None = None
    root_cause: LongText | None = None
    changes: LongText | None = None
    owner: int | Text | None = Field(None, description="E-mail or id; whoever writes it down by default.")
    due_on: date | None = None
    standard: int | None = None
    watch_weeks: Annotated[int, Field(ge=1, le=26)] | None = None


class ProblemStateIn(BaseModel):
    state: Text = Field(examples=["fixed"], description="`open`, `in_work`, `fixed`, `checked` or `no_help`.")
    because: LongText = Field("", description="Why it did not help.")


class ProblemFixIn(BaseModel):
    what: Annotated[Text, Field(max_length=300)]
    agent: int | Text | None = Field(None, description="E-mail or id; whoever sees to the problem by default.")
    due_on: date


class ProblemFixDoneIn(BaseModel):
    is_done: bool = True


class ProblemShowsIn(BaseModel):
    """Numbers of what shows it."""

    complaints: Annotated[list[int], Field(max_length=100)] = []
    cases: Annotated[list[int], Field(max_length=100)] = []


class ProblemFilter(BaseModel):
    state: States | None = None
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


_ANSWERED: dict[Any, Any] = {200: ProblemFileOut, 403: Problem, 404: Problem, 422: Problem}


@router.get("/problems", response={200: ProblemList, 403: Problem, 422: Problem}, summary="List problems")
def list_problems(request: HttpRequest, asked: Annotated[ProblemFilter, Query()]) -> HttpResponse:
    """The last written down first."""
    require(actor_of(request), "complaints.handle")
    rows = queries.problems().order_by("-id")
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(ProblemList(items=[ProblemOut(**_out(row)) for row in page.items], next=page.next))


@router.post("/problems", response={201: ProblemFileOut, 403: Problem, 422: Problem}, summary="Write down a problem")
def create_problem(request: HttpRequest, data: ProblemIn) -> HttpResponse:
    """For leads. A title of its own is needed."""
    actor = actor_of(request)
    values = _given(data)
    values.setdefault("owner", agent_named(actor.pk) if actor.is_agent else None)
    return _file(save_problem(values=values, actor=actor).pk, actor, status=201)


@router.get("/problems/{int:pk}", response=_ANSWERED, summary="Read a problem")
def read_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """With what shows it, and how often it came again."""
    actor = actor_of(request)
    require(actor, "complaints.handle")
    return _file(pk, actor)


@router.post("/problems/{int:pk}", response=_ANSWERED, summary="Change a problem")
def change_problem(request: HttpRequest, pk: int, data: ProblemIn) -> HttpResponse:
    """For leads. What is fixed says why it was and what has changed."""
    actor = actor_of(request)
    save_problem(values=_given(data), actor=actor, problem=problem_by_id(pk))
    return _file(pk, actor)


@router.post("/problems/{int:pk}/state", response=_ANSWERED, summary="Move a problem on")
def change_problem_state(request: HttpRequest, pk: int, data: ProblemStateIn) -> HttpResponse:
    """For leads. 422 `cannot_move_now`, `changes_missing`, or `came_again` when complaints came after it was fixed."""
    actor = actor_of(request)
    move_problem(problem=problem_by_id(pk), to=data.state, because=data.because, actor=actor)
    return _file(pk, actor)


@router.post("/problems/{int:pk}/fixes", response=_ANSWERED, summary="Agree what is done about a problem")
def add_problem_fix(request: HttpRequest, pk: int, data: ProblemFixIn) -> HttpResponse:
    """For leads: what, by whom, until when."""
    actor, row = actor_of(request), problem_by_id(pk)
    agent = agent_named(data.agent) or row.owner
    save_fix(problem=row, what=data.what, agent=agent, due_on=data.due_on, actor=actor)
    return _file(pk, actor)


@router.post("/problems/{int:pk}/fixes/{int:fix}", response=_ANSWERED, summary="Say that something is done")
def finish_problem_fix(request: HttpRequest, pk: int, fix: int, data: ProblemFixDoneIn) -> HttpResponse:
    """For leads; `is_done` false takes it back."""
    actor = actor_of(request)
    finish_fix(fix=fix_by_id(fix, problem=problem_by_id(pk)), is_done=data.is_done, actor=actor)
    return _file(pk, actor)


@router.post("/problems/{int:pk}/links", response=_ANSWERED, summary="Link what shows a problem")
def link_to_problem(request: HttpRequest, pk: int, data: ProblemShowsIn) -> HttpResponse:
    """A complaint shows one problem at a time, a case as many as you like."""
    actor, row = actor_of(request), problem_by_id(pk)
    for number in data.complaints:
        link_complaint(complaint=complaint_by_number(number, actor=actor), problem=row, actor=actor)
    for number in data.cases:
        link_case(case=case_by_number(number, actor=actor), problem=row, actor=actor)
    return _file(pk, actor)


@router.post("/problems/{int:pk}/unlink", response=_ANSWERED, summary="Unlink what does not show a problem")
def unlink_from_problem(request: HttpRequest, pk: int, data: ProblemShowsIn) -> HttpResponse:
    """What shows another problem stays with it."""
    actor, row = actor_of(request), problem_by_id(pk)
    for number in data.complaints:
        complaint = complaint_by_number(number, actor=actor)
        if complaint.problem_id == row.pk:
            link_complaint(complaint=complaint, problem=None, actor=actor)
    for number in data.cases:
        unlink_case(case=case_by_number(number, actor=actor), problem=row, actor=actor)
    return _file(pk, actor)


def _given(data: ProblemIn) -> dict[str, Any]:
    """What the body speaks of, rows for ids."""
    given = {name: value for name, value in data.model_dump(exclude_unset=True).items() if value is not None}
    if "owner" in given:
        given["owner"] = agent_named(given["owner"])
    if "standard" in given:
        given["standard"] = Standard.objects.filter(pk=given["standard"]).first()
        if given["standard"] is None:
            text = _("There is no such standard.")
            raise Refusal("standard_unknown", text, fields={"standard": text})
    return given


def _file(pk: int, actor: Actor, *, status: int = 200) -> HttpResponse:
    row = problem_by_id(pk)
    complaints, cases = complaints_showing(row, actor), cases_showing(row, actor)
    numbers = list(complaints.values_list("pk", flat=True)[:_MOST])
    case_numbers = list(cases.values_list("case_id", flat=True)[:_MOST])
    fixes = [
        ProblemFixOut(
            id=one.pk,
            what=one.what,
            agent=ComplaintPersonOut(id=one.agent_id, name=one.agent.name),
            due_on=one.due_on,
            done_at=one.done_at,
        )
        for one in row.fixes.select_related("agent").order_by("due_on", "id")
    ]
    written = told_of(row).get("written", 0)
    told = ProblemFileOut(**_out(row), fixes=fixes, told=written, complaint_numbers=numbers, case_numbers=case_numbers)
    return respond(told, status=status)


def _out(row: Any) -> dict[str, Any]:
    """``row``: a problem as ``queries.problems`` has it, with its counts."""
    assert isinstance(row, Mended), "a problem"
    same = ("id", "title", "root_cause", "changes", "due_on", "state", "fixed_at", "watch_weeks", "no_help_because")
    return {name: getattr(row, name) for name in same} | {
        "owner": ComplaintPersonOut(id=row.owner_id, name=row.owner.name),
        "standard": row.standard_id,
        "complaints": row.complaint_count,  # type: ignore[attr-defined]  # counted by the query
        "cases": row.case_count,  # type: ignore[attr-defined]
        "came_again": row.came_again,  # type: ignore[attr-defined]
    }
