"""Planned absences for programs."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from otklik.absences.actions import cancel_absence, leave_it, move_it, pass_on, plan_absence
from otklik.absences.models import Absence
from otklik.absences.queries import absence_by_id, absences, checks_of, falling
from otklik.foundation.errors import Refusal
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Moment, Problem, Text, actor_of, respond
from otklik.team.models import Agent
from otklik.team.queries import agent_named

router = Router(tags=["Absences"])


class AbsenceOut(BaseModel):
    """When somebody will not be here."""

    id: int
    agent_id: int
    deputy_id: int | None
    starts_at: Moment
    ends_at: Moment
    about: str
    state: Literal["planned", "away", "over", "cancelled"]


class FallingOut(BaseModel):
    """Something that falls due meanwhile and nobody has decided about."""

    case: int
    kind: str = Field(description="first_answer, next_word, solution, call_back or visit.")
    due_at: Moment
    is_movable: bool = Field(description="A person promised it by a moment, which can be moved.")


class DecidedOut(BaseModel):
    case: int
    kind: str
    due_at: Moment
    decision: str = Field(description="passed, moved or left.")
    to_id: int | None
    moved_to: Moment | None
    because: str


class WholeAbsenceOut(AbsenceOut):
    to_look_at: list[FallingOut] = Field(description="The earliest first.")
    decided: list[DecidedOut] = Field(description="The newest first.")


class Absences(BaseModel):
    items: list[AbsenceOut]
    next: str | None


class AbsenceIn(BaseModel):
    agent: int | Text | None = Field(None, description="E-mail or id; null: whose token it is.")
    deputy: int | Text | None = Field(None, description="E-mail or id of who answers meanwhile.")
    starts_at: Moment
    ends_at: Moment
    about: Annotated[Text, Field(max_length=120)] = Field("", examples=["Отпуск"])


class DecisionIn(BaseModel):
    """`passed` needs `to` and `summary`, `moved` needs `moved_to`, `left` needs `because`."""

    case: int
    kind: Text = Field(examples=["call_back"])
    decision: Literal["passed", "moved", "left"]
    to: int | Text | None = Field(None, description="E-mail or id of the new owner.")
    summary: Text = Field("", description="What the next owner must know; `GET /cases/{n}/summary` prepares it.")
    moved_to: Moment | None = None
    because: Annotated[Text, Field(max_length=300)] = ""
    seen_message_id: int | None = Field(
        None, description="The last message you saw; 409 `changed_meanwhile` when somebody has written since."
    )


class AbsenceFilter(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


def _out(row: Absence) -> dict[str, object]:
    state = "cancelled" if row.cancelled_at else "over" if row.ended_at else "away" if row.begun_at else "planned"
    names = ("agent_id", "deputy_id", "starts_at", "ends_at", "about")
    return {"id": row.pk, "state": state} | {name: getattr(row, name) for name in names}


def _whole(request: HttpRequest, pk: int, *, status: int = 200) -> HttpResponse:
    row = absence_by_id(pk, actor=actor_of(request))
    to_look_at = [
        FallingOut(case=one.case.pk, kind=one.promise.kind, due_at=one.promise.due_at, is_movable=one.is_movable)
        for one in falling(row)
    ]
    decided = [
        DecidedOut(
            case=one.case_id,
            kind=one.kind,
            due_at=one.due_at,
            decision=one.decision,
            to_id=one.to_id,
            moved_to=one.moved_to,
            because=one.because,
        )
        for one in checks_of(row)
    ]
    whole = WholeAbsenceOut.model_validate({**_out(row), "to_look_at": to_look_at, "decided": decided})
    return respond(whole, status=status)


@router.get("/absences", response={200: Absences, 422: Problem}, summary="List absences")
def list_absences(request: HttpRequest, asked: Annotated[AbsenceFilter, Query()]) -> HttpResponse:
    """Planned last first: your own and those in which you answer; a lead sees all."""
    rows, after = absences(actor_of(request)), number_after(asked.cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows.order_by("-id")[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(Absences(items=[AbsenceOut.model_validate(_out(row)) for row in page.items], next=page.next))


@router.post("/absences", response={201: WholeAbsenceOut, 403: Problem, 422: Problem}, summary="Plan an absence")
def make_absence(request: HttpRequest, data: AbsenceIn) -> HttpResponse:
    """With what falls due meanwhile. 422 `absence_invalid`, `absence_overlaps`, `deputy_is_self`."""
    actor = actor_of(request)
    agent = agent_named(data.agent) or Agent.objects.get(pk=actor.agent_id)
    row = plan_absence(
        agent=agent,
        deputy=agent_named(data.deputy),
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        about=data.about,
        actor=actor,
    )
    return _whole(request, row.pk, status=201)


@router.get("/absences/{int:pk}", response={200: WholeAbsenceOut, 404: Problem}, summary="Read an absence")
def read_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """What falls due in it and is still to be looked at, and what was decided."""
    return _whole(request, pk)


@router.post(
    "/absences/{int:pk}/cancel",
    response={200: WholeAbsenceOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Call an absence off",
)
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is away by it is back. 422 `absence_is_over`."""
    actor = actor_of(request)
    cancel_absence(absence=absence_by_id(pk, actor=actor), actor=actor)
    return _whole(request, pk)


@router.post(
    "/absences/{int:pk}/decisions",
    response={200: WholeAbsenceOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Decide of one thing that falls due",
)
def decide(request: HttpRequest, pk: int, data: DecisionIn) -> HttpResponse:
    """Pass the case on, move the date, or leave it with a reason. 422 `not_falling`, `not_movable` …"""
    actor = actor_of(request)
    row = absence_by_id(pk, actor=actor)
    match data.decision:
        case "passed":
            to = agent_named(data.to)
            if to is None:
                text = _("Say who owns the case from now on.")
                raise Refusal("owner_unknown", text, fields={"to": text})
            pass_on(
                absence=row, number=data.case, kind=data.kind, to=to, summary=data.summary, actor=actor,
                seen_message_id=data.seen_message_id,
            )  # fmt: skip
        case "moved":
            if data.moved_to is None:
                text = _("Choose the new time.")
                raise Refusal("moment_missing", text, fields={"moved_to": text})
            move_it(
                absence=row, number=data.case, kind=data.kind, by=data.moved_to, actor=actor,
                seen_message_id=data.seen_message_id,
            )  # fmt: skip
        case "left":
            leave_it(absence=row, number=data.case, kind=data.kind, because=data.because, actor=actor)
    return _whole(request, pk)
