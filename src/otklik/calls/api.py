"""Calls and visits for programs: written down, listed, what is owed."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from otklik.calls.actions import Spoken, note_talk
from otklik.calls.models import Call, CallBack, Talk
from otklik.calls.queries import calls_seen, owed, promise_of
from otklik.calls.values import Direction, Way
from otklik.cases.queries import case_by_number
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Moment, Problem, Text, actor_of, respond

router = Router(tags=["Calls"])
Words = Annotated[Text, Field(max_length=100_000)]


class TalkIn(BaseModel):
    """What was said aloud. `text` is the customer's of a talk that they began (`in`), ours of one that we began."""

    text: Words = Field("", examples=["Счёт получила, но в нём двое из трёх."])
    told: Words = Field("", description="What we answered or promised; it counts as an answer.")
    promised_at: Moment | None = Field(None, description="By when we promised something; it becomes a promise.")
    promise: Literal["next_word", "call_back", "visit"] = Field("next_word", description="What is promised then.")
    is_solved: bool = Field(default=False, description="It was solved at once; the customer is asked whether it is so.")
    seconds: int | None = Field(None, ge=0, description="How long it took.")
    seen_message_id: int | None = Field(
        None, description="The last message you saw; 409 `changed_meanwhile` when somebody has written since."
    )


class CallIn(TalkIn):
    direction: Literal["in", "out"] = Field(description="Who called: `in`, the customer; `out`, we.")


class TalkOut(BaseModel):
    """A talk as it was written down. The ids are of messages in the case, null for what was not said."""

    id: int
    case: int
    way: str = Field(examples=["phone"], description="phone or visit.")
    direction: str = Field(description="in or out.")
    outcome: str = Field(description="noted, promised or solved.")
    word_id: int | None = Field(description="What the customer said.")
    answer_id: int | None = Field(description="What we said.")
    promised_at: datetime | None
    seconds: int | None
    at: datetime


class CallOut(BaseModel):
    """One call as a telephone exchange told it."""

    id: int
    channel: str = Field(description="Name of the exchange.")
    external_id: str
    direction: str
    phone: str = Field(description="In E.164; '' when it was hidden.")
    agent_id: int | None
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: str
    is_missed: bool
    is_recorded: bool
    case: int | None


class Calls(BaseModel):
    items: list[CallOut]
    next: str | None


class OwedOut(BaseModel):
    """A call that we owe."""

    id: int
    case: int
    because: str = Field(description="missed or asked.")
    phone: str
    times: int = Field(description="How often they called in vain.")
    tries: int = Field(description="How often we did.")
    due_at: datetime | None
    slot_from: datetime | None = Field(description="The hour that they chose.")


class OwedList(BaseModel):
    items: list[OwedOut]
    next: str | None


class Paged(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


_WRITTEN = {201: TalkOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


@router.post("/cases/{int:number}/calls", response=_WRITTEN, summary="Write down a call")
def write_call(request: HttpRequest, number: int, data: CallIn) -> HttpResponse:
    """A further call in a known case: its words, and what was promised. It keeps a promise to call back."""
    return _write(request, number, data, Way.PHONE, data.direction)


@router.post("/cases/{int:number}/visits", response=_WRITTEN, summary="Write down a visit")
def write_visit(request: HttpRequest, number: int, data: TalkIn) -> HttpResponse:
    """Somebody came: their words, and what was promised."""
    return _write(request, number, data, Way.VISIT, Direction.IN)


def _write(request: HttpRequest, number: int, data: TalkIn, way: Way, direction: str) -> HttpResponse:
    actor = actor_of(request)
    is_theirs = direction == Direction.IN
    spoken = Spoken(
        way=way,
        direction=direction,
        said=data.text if is_theirs else "",
        told=data.told if is_theirs else "\n\n".join(filter(None, [data.text, data.told])),
        promised_at=data.promised_at,
        promise=data.promise,
        is_solved=data.is_solved,
        seconds=data.seconds,
    )
    case = case_by_number(number, actor=actor)
    talk = note_talk(case=case, actor=actor, spoken=spoken, seen_message_id=data.seen_message_id)
    talk.refresh_from_db()
    return respond(_talk_out(talk), status=201)


@router.get("/calls", response={200: Calls, 422: Problem}, summary="List calls")
def list_calls(request: HttpRequest, asked: Annotated[Paged, Query()]) -> HttpResponse:
    """What telephone exchanges have told, newest first, as far as you may see it."""
    rows = calls_seen(actor_of(request)).order_by("-id")
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(Calls(items=[_call_out(row) for row in page.items], next=page.next))


@router.get("/calls/owed", response={200: OwedList, 422: Problem}, summary="List calls that we owe")
def list_owed(request: HttpRequest, asked: Annotated[Paged, Query()]) -> HttpResponse:
    """Missed or asked for, and not made yet; newest first."""
    rows = owed(actor_of(request)).order_by("-id")
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(OwedList(items=[_owed_out(row) for row in page.items], next=page.next))


def _talk_out(row: Talk) -> TalkOut:
    assert row.case_id is not None, "a talk in a case"
    return TalkOut(
        id=row.pk,
        case=row.case_id,
        way=row.way,
        direction=row.direction,
        outcome=row.outcome,
        word_id=row.word_id,
        answer_id=row.answer_id,
        promised_at=row.promised_at,
        seconds=row.seconds,
        at=row.at,
    )


def _call_out(row: Call) -> CallOut:
    names = (
        "external_id",
        "direction",
        "phone",
        "agent_id",
        "began_at",
        "answered_at",
        "ended_at",
        "cause",
        "is_missed",
    )
    return CallOut(
        id=row.pk,
        channel=row.inbox.name,
        is_recorded=row.recording_id is not None,
        case=row.talk.case_id if row.talk else None,
        **{name: getattr(row, name) for name in names},
    )


def _owed_out(row: CallBack) -> OwedOut:
    vow = promise_of(row)
    return OwedOut(
        id=row.pk,
        case=row.case_id,
        because=row.because,
        phone=row.phone,
        times=row.times,
        tries=row.tries,
        due_at=vow.due_at if vow else None,
        slot_from=row.slot_from,
    )
