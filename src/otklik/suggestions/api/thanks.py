"""Kind words of customers, for programs."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from otklik.foundation.actors import Actor, require
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond
from otklik.suggestions import actions
from otklik.suggestions.api.router import router
from otklik.suggestions.api.shapes import LongText, SuggestionPersonOut
from otklik.suggestions.queries import praise_by_id, praises


class KindWordsOut(BaseModel):
    """What a customer thanked for, and whom it praises."""

    id: int
    case: int
    agent: SuggestionPersonOut
    words: str
    at: datetime
    is_answered: bool = Field(description="Somebody answered thanks with thanks.")
    may_be_shown: bool | None = Field(description="What the customer said; null while they said nothing.")
    shown_words: str = Field(description="As somebody approved them for the portal; empty while they are not shown.")


class KindWordsList(BaseModel):
    items: list[KindWordsOut]
    next: str | None


class KindWordsFilter(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


class KindWordsShowIn(BaseModel):
    words: LongText


_ANSWERED: dict[Any, Any] = {200: KindWordsOut, 403: Problem, 404: Problem, 422: Problem}


@router.get("/kind-words", response={200: KindWordsList, 403: Problem, 422: Problem}, summary="List kind words")
def list_kind_words(request: HttpRequest, asked: Annotated[KindWordsFilter, Query()]) -> HttpResponse:
    """Of cases in sight, the newest first."""
    actor = actor_of(request)
    require(actor, "suggestions.see")
    rows = praises(actor).order_by("-id")
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(KindWordsList(items=[_out(row) for row in page.items], next=page.next))


@router.post("/kind-words/{int:pk}/show", response=_ANSWERED, summary="Approve kind words for the portal")
def show_kind_words(request: HttpRequest, pk: int, data: KindWordsShowIn) -> HttpResponse:
    """For leads. 422 `consent_missing` unless the customer has allowed it."""
    actor = actor_of(request)
    actions.show_praise(praise=praise_by_id(pk, actor=actor), words=data.words, actor=actor)
    return _read(pk, actor)


@router.post("/kind-words/{int:pk}/hide", response=_ANSWERED, summary="Take kind words off the portal")
def hide_kind_words(request: HttpRequest, pk: int) -> HttpResponse:
    """For leads."""
    actor = actor_of(request)
    actions.hide_praise(praise=praise_by_id(pk, actor=actor), actor=actor)
    return _read(pk, actor)


def _read(pk: int, actor: Actor) -> HttpResponse:
    return respond(_out(praise_by_id(pk, actor=actor)))


def _out(row: Any) -> KindWordsOut:
    """``row``: as ``queries.praises`` has it."""
    return KindWordsOut(
        id=row.pk,
        case=row.case_id,
        agent=SuggestionPersonOut(id=row.agent_id, name=row.agent.name),
        words=row.words,
        at=row.at,
        is_answered=row.is_answered,
        may_be_shown=row.may_be_shown,
        shown_words=row.shown_words if row.shown_at else "",
    )
