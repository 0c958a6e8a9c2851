"""What programs read: cases, messages, files, history; only what the token's agent may see."""

from typing import Annotated

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BaseModel, Field

from otklik.cases.api.router import router
from otklik.cases.api.shapes import (
    Cases,
    CaseWithMessagesOut,
    Events,
    Messages,
    WayOut,
    WaysOut,
    case_out,
    case_with_messages,
    message_out,
)  # fmt: skip
from otklik.cases.models import Case
from otklik.cases.queries import (
    SPAM,
    case_by_number,
    case_file,
    conversation_ids,
    events_in_sight,
    messages_in_sight,
    visible_to,
    ways_of,
)  # fmt: skip
from otklik.cases.search import search
from otklik.cases.sieving import EVERYTHING, Sieve
from otklik.customers.queries import customer_now, points_of
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.events.feed import event_out
from otklik.foundation.events.settled import settled_moment
from otklik.foundation.http.paging import Page, encode_cursor, moment_after, number_after, page_of
from otklik.foundation.http.responses import Limit, Moment, Problem, Text, actor_of, respond
from otklik.reach.models import Message
from otklik.reach.queries import messages_of

_LONGEST_ID = 18
_MOST_INSIDE = 50
_MOST_CHARACTERS = 2_000_000


class Paged(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


class CaseFilter(Paged):
    state: Text = Field("", description="open, solved, satisfied, unconfirmed or spam; several divided by commas.")
    owner: Text = Field("", description="E-mail or id of the owner.")
    customer: Text = Field("", description="E-mail or id of the customer.")
    q: Text = Field("", max_length=400, description="Words in subjects, messages and names; any of their forms.")
    updated_after: Moment | None = Field(None, description="Only what changed later; then oldest change first.")


@router.get("/cases", response={200: Cases, 422: Problem}, summary="List cases")
def list_cases(request: HttpRequest, asked: Annotated[CaseFilter, Query()]) -> HttpResponse:
    """Latest change first. With `updated_after` the earliest change first, so that nothing is missed while you page.

    With `q` the newest word first; pages may then be shorter than `limit`, follow `next` until it is null. Spam is left
    out, unless `state` names it or `updated_after` is given: whoever keeps a copy must learn of it.
    """
    actor = actor_of(request)
    rows = _filtered(visible_to(actor), asked)
    page = _found(rows, asked, actor) if asked.q.strip() else _page(rows, asked)
    points = points_of(case.customer_id for case in page.items)
    return respond(Cases(items=[case_out(case, points) for case in page.items], next=page.next))


def _filtered(rows: QuerySet[Case], asked: CaseFilter) -> QuerySet[Case]:
    if asked.state:
        rows = rows.filter(state__in=_states(asked.state))
    elif not asked.updated_after:
        rows = rows.exclude(SPAM)
    if asked.owner:
        named = _id_or_text(asked.owner)
        rows = rows.filter(owner_id=named) if isinstance(named, int) else rows.filter(owner__email=named.lower())
    if asked.customer:
        named = _id_or_text(asked.customer)
        by_address = Q(customer__contact_points__value=str(named).lower())
        rows = rows.filter(Q(customer_id__in=customer_now(named)) if isinstance(named, int) else by_address)
    if asked.updated_after:
        rows = rows.filter(updated_at__gt=asked.updated_after)
        if (moment := settled_moment()) is not None:
            rows = rows.filter(updated_at__lt=moment)
    return rows.select_related("customer", "owner", "deputy", "team", "word").defer("search")


def _found(rows: QuerySet[Case], asked: CaseFilter, actor: Actor) -> Page[Case]:
    """One page of a search, of which the other conditions leave what fits them."""
    before = number_after(asked.cursor)
    sieve = Sieve(state=asked.state) if asked.state == Case.State.SPAM else EVERYTHING
    found = search(asked.q, actor=actor, before=before, size=asked.limit, is_forgiving=False, sieve=sieve)
    fitting = rows.in_bulk([hit.case_id for hit in found.hits])
    items = [fitting[hit.case_id] for hit in found.hits if hit.case_id in fitting]
    return Page(items=items, next=encode_cursor([found.older_than]) if found.older_than else None)


def _states(asked: str) -> list[str]:
    states = [state.strip() for state in asked.split(",") if state.strip()]
    if not set(states) <= set(Case.State.values):
        text = _("A state is open, solved, satisfied, unconfirmed or spam.")
        raise Refusal("state_unknown", text, fields={"state": text})
    return states


def _id_or_text(text: str) -> int | str:
    text = text.strip()
    is_id = text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID
    return int(text) if is_id else text


def _page(rows: QuerySet[Case], asked: CaseFilter) -> Page[Case]:
    is_forward = asked.updated_after is not None
    after = moment_after(asked.cursor)
    if after is not None:
        moment, number = after
        later = Q(updated_at__gt=moment) | Q(updated_at=moment, pk__gt=number)
        earlier = Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=number)
        rows = rows.filter(updated_at__gte=moment) if is_forward else rows.filter(updated_at__lte=moment)
        rows = rows.filter(later if is_forward else earlier)
    rows = rows.order_by("updated_at", "id") if is_forward else rows.order_by("-updated_at", "-id")
    return page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=_key)


def _key(case: Case) -> tuple[str, int]:
    return case.updated_at.isoformat(), case.pk


@router.get("/cases/{int:number}", response={200: CaseWithMessagesOut, 404: Problem}, summary="Read a case")
def read_case(request: HttpRequest, number: int) -> HttpResponse:
    """The case with what was said in it last, oldest first: at most 50 messages of 2,000,000 characters together. When
    there is more, `messages_next` is the `cursor` of `/cases/{number}/messages`."""
    case = case_by_number(number, actor=actor_of(request))
    page = _bounded(
        messages_of(conversation_ids(case)).select_related("agent", "conversation__inbox"), size=_MOST_INSIDE
    )
    return respond(case_with_messages(case, points_of([case.customer_id]), page.items[::-1], messages_next=page.next))


@router.get(
    "/cases/{int:number}/messages", response={200: Messages, 404: Problem, 422: Problem}, summary="List what was said"
)
def list_said(request: HttpRequest, number: int, asked: Annotated[Paged, Query()]) -> HttpResponse:
    """Everything said in a case, newest first. A page ends early when its messages are very long."""
    case = case_by_number(number, actor=actor_of(request))
    rows = messages_of(conversation_ids(case)).select_related("agent", "conversation__inbox")
    page = _bounded(_before(rows, asked.cursor), size=asked.limit)
    return respond(Messages(items=[message_out(row, case=case.pk) for row in page.items], next=page.next))


@router.get("/cases/{int:number}/ways", response={200: WaysOut, 404: Problem}, summary="Read how an answer could leave")
def list_ways_of_case(request: HttpRequest, number: int) -> HttpResponse:
    """The way of the customer's last word first, then others of this case, then those known of the person."""
    ways = ways_of(case_file(case_by_number(number, actor=actor_of(request)), agent_id=None))
    items = [
        WayOut(key=one.key, channel=one.kind, name=one.name, to=one.to, shut=one.shut, is_chosen=one is ways.chosen)
        for one in ways.all
    ]
    return respond(WaysOut(items=items))


def _before(rows: QuerySet[Message], cursor: str) -> QuerySet[Message]:
    after = number_after(cursor)
    return rows if after is None else rows.filter(pk__lt=after)


def _bounded(rows: QuerySet[Message], *, size: int) -> Page[Message]:
    """The newest messages, as many as fit: at least one, however long it is."""
    fitting: list[Message] = []
    together = 0
    for row in rows.order_by("-id")[: size + 1]:
        together += len(row.text) + len(row.full_text) + len(row.html)
        if fitting and (len(fitting) == size or together > _MOST_CHARACTERS):
            return Page(items=fitting, next=encode_cursor([fitting[-1].pk]))
        fitting.append(row)
    return Page(items=fitting, next=None)


class MessageFilter(Paged):
    external_id: Text = Field("", description="The Message-ID, with or without angle brackets.")


@router.get("/messages", response={200: Messages, 422: Problem}, summary="List messages", tags=["Messages"])
def list_messages(request: HttpRequest, asked: Annotated[MessageFilter, Query()]) -> HttpResponse:
    """Everything said in all cases, newest first. A page ends early when its messages are very long."""
    rows = messages_in_sight(actor_of(request))
    if asked.external_id:
        rows = rows.filter(external_id=asked.external_id.strip().removeprefix("<").removesuffix(">"))
    page = _bounded(_before(rows, asked.cursor), size=asked.limit)
    said = [message_out(row, case=row.case_number) for row in page.items]  # type: ignore[attr-defined]  # annotated
    return respond(Messages(items=said, next=page.next))


class EventFilter(BaseModel):
    after: Text = Field("", max_length=19, description="Only later ones than this id; '' from the very first.")
    cursor: Text = Field("", max_length=19, description="The same as `after`.")
    limit: Limit = 50


@router.get("/events", response={200: Events, 422: Problem}, summary="Read the history feed", tags=["Events"])
def list_events(request: HttpRequest, asked: Annotated[EventFilter, Query()]) -> HttpResponse:
    """Everything that happened, oldest first. On the last page `next` is null: ask again later with the id of the last
    event as `after`. Nothing comes twice and nothing is missed, whatever happens at the same time."""
    after = _id_or_text(asked.after or asked.cursor or "0")
    if not isinstance(after, int):
        text = _("Give the id of an event.")
        raise Refusal("cursor_invalid", text, fields={"after": text})
    rows = list(events_in_sight(actor_of(request), after=after)[: asked.limit + 1])
    shown = [event_out(row) for row in rows[: asked.limit]]
    return respond(Events(items=shown, next=str(shown[-1].id) if len(rows) > asked.limit else None))
