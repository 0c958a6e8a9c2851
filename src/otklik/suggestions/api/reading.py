"""Suggestions, read by programs."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query

from otklik.foundation.actors import require
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Problem, Text, actor_of, respond
from otklik.suggestions.api.router import router
from otklik.suggestions.api.shapes import (
    LikeList,
    LikeOut,
    SuggestionFileOut,
    SuggestionFilter,
    SuggestionList,
    SuggestionOut,
    file_out,
    suggestion_out,
)
from otklik.suggestions.models import State
from otklik.suggestions.queries import similar, suggestion_by_id, suggestions
from otklik.team.queries import agent_named


@router.get("/suggestions", response={200: SuggestionList, 403: Problem, 422: Problem}, summary="List suggestions")
def list_suggestions(request: HttpRequest, asked: Annotated[SuggestionFilter, Query()]) -> HttpResponse:
    """The last written down first."""
    actor = actor_of(request)
    require(actor, "suggestions.see")
    rows = suggestions(actor).select_related("answered_by").order_by("-id")
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    if asked.owner is not None:
        rows = rows.filter(owner=agent_named(asked.owner))
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(SuggestionList(items=[SuggestionOut(**suggestion_out(row)) for row in page.items], next=page.next))


@router.get(
    "/suggestions/like", response={200: LikeList, 403: Problem, 422: Problem}, summary="Find similar suggestions"
)
def list_suggestions_like(request: HttpRequest, text: Text) -> HttpResponse:
    """What was said already, the nearest first: to be shown while somebody types."""
    actor = actor_of(request)
    require(actor, "suggestions.see")
    rows = suggestions(actor).select_related("answered_by").exclude(state=State.DUPLICATE)
    near = similar(text[:300], rows)
    items = [LikeOut(suggestion=SuggestionOut(**suggestion_out(one.suggestion)), score=one.score) for one in near]
    return respond(LikeList(items=items))


@router.get(
    "/suggestions/{int:pk}",
    response={200: SuggestionFileOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Read a suggestion",
)
def read_suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Its way, what weighs for it, and who said it, as far as the token's agent sees it."""
    actor = actor_of(request)
    require(actor, "suggestions.see")
    return respond(file_out(suggestion_by_id(pk, actor=actor), actor))
