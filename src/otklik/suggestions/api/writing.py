"""Suggestions and voices from elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from otklik.cases.models import Case
from otklik.cases.queries import case_by_number
from otklik.customers.actions import identify
from otklik.customers.models import Customer
from otklik.customers.queries import customer_by_id
from otklik.foundation.actors import Actor, require
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.suggestions import actions
from otklik.suggestions.actions import Said
from otklik.suggestions.api.router import router
from otklik.suggestions.api.shapes import (
    SuggestionCustomerIn,
    SuggestionFileOut,
    SuggestionIn,
    VoiceIn,
    file_out,
)
from otklik.suggestions.models import Word
from otklik.suggestions.queries import suggestion_by_id

_ANSWERED: dict[Any, Any] = {201: SuggestionFileOut, 403: Problem, 404: Problem, 422: Problem}


@router.post("/suggestions", response=_ANSWERED, summary="Write down a suggestion")
def create_suggestion(request: HttpRequest, data: SuggestionIn) -> HttpResponse:
    """In the words of a customer, out of a case or from elsewhere; it stays among you until somebody words it for the
    board. Send an `Idempotency-Key`, and what is sent twice is one."""
    actor = actor_of(request)
    require(actor, "suggestions.write")
    row = actions.suggest(said=_said(data, actor), title=data.title, actor=actor)
    return _file(row.pk, actor)


@router.post("/suggestions/{int:pk}/voices", response=_ANSWERED, summary="Add a voice to a suggestion")
def add_voice_to_suggestion(request: HttpRequest, pk: int, data: VoiceIn) -> HttpResponse:
    """One more person wants it. A person has one voice, however often it is sent; all their words are kept."""
    actor = actor_of(request)
    require(actor, "suggestions.write")
    row = suggestion_by_id(pk, actor=actor)
    actions.add_voice(suggestion=row, said=_said(data, actor), actor=actor)
    return _file(pk, actor)


def _said(data: SuggestionIn | VoiceIn, actor: Actor) -> Said:
    case = case_by_number(data.case, actor=actor) if data.case is not None else None
    return Said(
        customer=_whose(data.customer, case, actor),
        words=data.text,
        source=Word.Source.MESSAGE if case else Word.Source.API,
        case=case,
        message_id=data.message if case else None,
        may_be_shown=isinstance(data, SuggestionIn) and data.may_be_shown,
        at=data.at,
    )


def _whose(given: SuggestionCustomerIn | None, case: Case | None, actor: Actor) -> Customer | None:
    if given is None or not (given.id or given.email or given.phone):
        return case.customer if case else None
    if given.id:
        return customer_by_id(given.id, actor=actor)
    kind, value = ("email", given.email) if given.email else ("phone", given.phone)
    return customer_by_id(identify(kind=kind, value=value, name=given.name).pk, actor=actor)


def _file(pk: int, actor: Actor) -> HttpResponse:
    return respond(file_out(suggestion_by_id(pk, actor=actor), actor), status=201)
