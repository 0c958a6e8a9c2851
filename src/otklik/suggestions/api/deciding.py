"""What becomes of a suggestion, said by programs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from otklik.cases.queries import case_by_number
from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.foundation.in_use import is_in_use
from otklik.knowledge.models import Article
from otklik.standards.models import Standard
from otklik.suggestions import actions
from otklik.suggestions.api.router import router
from otklik.suggestions.api.shapes import (
    SuggestionAnswerIn,
    SuggestionChangeIn,
    SuggestionFileOut,
    SuggestionLinksIn,
    SuggestionMergeIn,
    SuggestionShowIn,
    SuggestionStateIn,
    file_out,
)
from otklik.suggestions.queries import suggestion_by_id
from otklik.team.queries import agent_named

_ANSWERED: dict[Any, Any] = {200: SuggestionFileOut, 403: Problem, 404: Problem, 422: Problem}


@router.post("/suggestions/{int:pk}", response=_ANSWERED, summary="Change a suggestion")
def change_suggestion(request: HttpRequest, pk: int, data: SuggestionChangeIn) -> HttpResponse:
    """Its words among you, who sees to it, by which day."""
    actor = actor_of(request)
    values = {name: value for name, value in data.model_dump(exclude_unset=True).items() if value is not None}
    if "owner" in values:
        values["owner"] = agent_named(values["owner"])
    actions.edit_suggestion(suggestion=suggestion_by_id(pk, actor=actor), values=values, actor=actor)
    return _file(pk, actor)


@router.post("/suggestions/{int:pk}/state", response=_ANSWERED, summary="Move a suggestion on")
def change_suggestion_state(request: HttpRequest, pk: int, data: SuggestionStateIn) -> HttpResponse:
    """For leads. 422 `cannot_move_now`, `reason_missing`."""
    actor = actor_of(request)
    actions.move(suggestion=suggestion_by_id(pk, actor=actor), to=data.state, reason=data.reason, actor=actor)
    return _file(pk, actor)


@router.post("/suggestions/{int:pk}/answer", response=_ANSWERED, summary="Answer a suggestion")
def answer_suggestion(request: HttpRequest, pk: int, data: SuggestionAnswerIn) -> HttpResponse:
    """For leads, under the name of the token's agent."""
    actor = actor_of(request)
    actions.answer(suggestion=suggestion_by_id(pk, actor=actor), words=data.text, actor=actor)
    return _file(pk, actor)


@router.post("/suggestions/{int:pk}/show", response=_ANSWERED, summary="Approve a suggestion for the board")
def show_suggestion(request: HttpRequest, pk: int, data: SuggestionShowIn) -> HttpResponse:
    """For leads. 422 `very_words` for a customer's own words that they did not allow to show."""
    actor = actor_of(request)
    row = suggestion_by_id(pk, actor=actor)
    actions.show(suggestion=row, title=data.title, words=data.words, actor=actor)
    return _file(pk, actor)


@router.post("/suggestions/{int:pk}/hide", response=_ANSWERED, summary="Take a suggestion off the board")
def hide_suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """For leads. Its voices stay."""
    actor = actor_of(request)
    actions.hide(suggestion=suggestion_by_id(pk, actor=actor), actor=actor)
    return _file(pk, actor)


@router.post("/suggestions/{int:pk}/merge", response=_ANSWERED, summary="Join a suggestion with another")
def merge_suggestion(request: HttpRequest, pk: int, data: SuggestionMergeIn) -> HttpResponse:
    """For leads. Voices, words and links belong to the other one, which is returned."""
    actor = actor_of(request)
    into = suggestion_by_id(data.into, actor=actor)
    actions.merge(suggestion=suggestion_by_id(pk, actor=actor), into=into, actor=actor)
    return _file(into.pk, actor)


@router.post("/suggestions/{int:pk}/links", response=_ANSWERED, summary="Link a suggestion")
def link_suggestion(request: HttpRequest, pk: int, data: SuggestionLinksIn) -> HttpResponse:
    """With cases by their numbers, articles and standards by their ids."""
    actor = actor_of(request)
    require(actor, "suggestions.write")
    row = suggestion_by_id(pk, actor=actor)
    for number in data.cases:
        actions.link(suggestion=row, case=case_by_number(number, actor=actor), actor=actor)
    for name, kind, ids in (("article", Article, data.articles), ("standard", Standard, data.standards)):
        for one in ids:
            actions.link(suggestion=row, actor=actor, **{name: _row(kind, one)})
    return _file(pk, actor)


def _row(kind: Any, pk: int) -> Any:
    found = kind.objects.filter(pk=pk).first() if kind is not Article or is_in_use("knowledge") else None
    if found is None:
        raise Refusal("not_found", _("There is no such article or standard."))
    return found


def _file(pk: int, actor: Actor) -> HttpResponse:
    return respond(file_out(suggestion_by_id(pk, actor=actor), actor))
