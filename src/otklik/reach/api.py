"""Held letters for programs."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond
from otklik.reach.models import RawMessage
from otklik.reach.queries import held

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
