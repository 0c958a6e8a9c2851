"""Held letters for programs."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond
from otklik.reach.models import RawMessage
from otklik.reach.queries import DoorState, doors, held

router = Router(tags=["Messages"])


class HeldOut(BaseModel):
    """A letter that a person must decide about."""

    id: int
    reason: str = Field(examples=["no_inbox"])
    detail: str
    sender: str = Field(description="The envelope's sender; '' for reports.")
    recipients: list[str]
    inbox: str | None
    door: str = Field(examples=["smtp"])
    size: int = Field(description="Bytes.")
    received_at: datetime


class HeldList(BaseModel):
    items: list[HeldOut]
    next: str | None


class HeldFilter(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


def _held_out(row: RawMessage) -> HeldOut:
    return HeldOut(
        id=row.pk,
        reason=row.held_reason,
        detail=row.held_detail,
        sender=row.envelope_from,
        recipients=row.envelope_to,
        inbox=row.inbox.address if row.inbox else None,
        door=row.door,
        size=row.size,
        received_at=row.kept_at,
    )


@router.get("/held", response={200: HeldList, 422: Problem}, summary="List held letters")
def list_held(request: HttpRequest, asked: Annotated[HeldFilter, Query()]) -> HttpResponse:
    """Letters kept whole that could not become messages by themselves, newest first, each with its reason."""
    rows = held(actor_of(request)).defer("body")
    after = number_after(asked.cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(HeldList(items=[_held_out(row) for row in page.items], next=page.next))


class ChannelOut(BaseModel):
    """One door by which people reach us."""

    id: int
    kind: str = Field(examples=["http"], description="email, http, telegram, max, vk or cti.")
    name: str = Field(examples=["shop"])
    team: str | None
    state: str = Field(examples=["open"], description="open, paused or broken: then nothing leaves by it, and waits.")
    problem: str = Field(description="Why it is broken, as a code; '' while it is not.")
    problem_since: datetime | None
    last_in: datetime | None = Field(description="When something came last; some seconds behind.")
    last_out: datetime | None = Field(description="When something left last; some seconds behind.")
    waiting: int = Field(description="Words that have not left yet.")
    forged: int = Field(description="Calls that were refused because they were not signed, or too long ago.")


class Channels(BaseModel):
    items: list[ChannelOut]


@router.get("/channels", response={200: Channels}, summary="List channels")
def list_channels(request: HttpRequest) -> HttpResponse:
    """Every door by which people reach us and whether it works."""
    return respond(Channels(items=[_channel_out(door) for door in doors()]))


def _channel_out(door: DoorState) -> ChannelOut:
    return ChannelOut(
        id=door.inbox.pk,
        kind=door.inbox.kind,
        name=door.inbox.name,
        team=door.inbox.team.name if door.inbox.team else None,
        state=door.state,
        problem=door.inbox.problem,
        problem_since=door.inbox.problem_since,
        last_in=door.last_in,
        last_out=door.last_out,
        waiting=door.waiting,
        forged=door.inbox.forged,
    )
