"""Terms and ways outside, for programs."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel

from otklik.complaints.actions import save_term, save_way
from otklik.complaints.api.router import router
from otklik.complaints.api.shapes import TermIn, TermList, TermOut, WayIn, WayList, WayOut, term_out, way_out
from otklik.complaints.models import Term, Way
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of, respond

_CHANGED: dict[Any, Any] = {200: TermOut, 403: Problem, 404: Problem, 422: Problem}


@router.get("/complaint-terms", response=TermList, summary="List terms for complaints")
def list_terms(request: HttpRequest) -> HttpResponse:
    """All of them, also those that are no longer chosen."""
    return respond(TermList(items=[term_out(row) for row in Term.objects.order_by("id")]))


@router.post("/complaint-terms", response={201: TermOut, 403: Problem, 422: Problem}, summary="Add a term")
def create_term(request: HttpRequest, data: TermIn) -> HttpResponse:
    """Offered from now on when a complaint is assessed."""
    row = save_term(values=_given(data) | {"name": data.name or ""}, actor=actor_of(request))
    return respond(term_out(row), status=201)


@router.post("/complaint-terms/{int:term_id}", response=_CHANGED, summary="Change a term")
def change_term(request: HttpRequest, term_id: int, data: TermIn) -> HttpResponse:
    """Complaints for which it runs already keep the end they were given."""
    return respond(term_out(save_term(values=_given(data), actor=actor_of(request), term=_row(Term, term_id))))


@router.get("/complaint-ways", response=WayList, summary="List ways outside")
def list_ways(request: HttpRequest) -> HttpResponse:
    """Where customers can turn who do not accept an answer."""
    return respond(WayList(items=[way_out(row) for row in Way.objects.order_by("position", "id")]))


@router.post("/complaint-ways", response={201: WayOut, 403: Problem, 422: Problem}, summary="Add a way outside")
def create_way(request: HttpRequest, data: WayIn) -> HttpResponse:
    """Offered from now on to customers who are not content with an answer."""
    row = save_way(values=_given(data) | {"name": data.name or ""}, actor=actor_of(request))
    return respond(way_out(row), status=201)


@router.post("/complaint-ways/{int:way_id}", response=_CHANGED | {200: WayOut}, summary="Change a way outside")
def change_way(request: HttpRequest, way_id: int, data: WayIn) -> HttpResponse:
    """What stands on a complaint already stays there as it was said."""
    return respond(way_out(save_way(values=_given(data), actor=actor_of(request), way=_row(Way, way_id))))


def _given(data: BaseModel) -> dict[str, Any]:
    return data.model_dump(exclude_none=True)


def _row[M: Model](kind: type[M], pk: int) -> M:
    """Raises ``Refusal('not_found')``."""
    row = kind._default_manager.filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("This is no longer here."))
    return row
