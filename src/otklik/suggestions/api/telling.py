"""Everyone who asked, told by programs on behalf of the token's agent."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from otklik.foundation.actors import require
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.suggestions import actions, letters
from otklik.suggestions.api.router import router
from otklik.suggestions.api.shapes import SuggestionFileOut, TellingIn, TellingPlanOut, file_out
from otklik.suggestions.queries import plan_of, suggestion_by_id

_ANSWERED: dict[Any, Any] = {202: SuggestionFileOut, 403: Problem, 404: Problem, 422: Problem}


@router.get(
    "/suggestions/{int:pk}/telling",
    response={200: TellingPlanOut, 403: Problem, 404: Problem, 422: Problem},
    summary="See who would be told",
)
def read_telling(request: HttpRequest, pk: int) -> HttpResponse:
    """For leads: how many, and by which ways."""
    actor = actor_of(request)
    require(actor, "suggestions.decide")
    row = suggestion_by_id(pk, actor=actor)
    plan = plan_of(row)
    return respond(TellingPlanOut(people=plan.people, ways=dict(plan.ways), words=letters.prepared(row)))


@router.post("/suggestions/{int:pk}/telling", response=_ANSWERED, summary="Tell everyone who asked")
def tell_of_suggestion(request: HttpRequest, pk: int, data: TellingIn) -> HttpResponse:
    """For leads, once it is done: each is written to once, in their own channel. 422 `not_done_yet`, `nobody_to_tell`,
    `changed_meanwhile`."""
    actor = actor_of(request)
    row = suggestion_by_id(pk, actor=actor)
    actions.tell_everyone(suggestion=row, words=data.words, people=data.people, actor=actor)
    return respond(file_out(suggestion_by_id(pk, actor=actor), actor), status=202)
