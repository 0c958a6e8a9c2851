"""What programs promise in the name of a colleague: a call, a visit, the next word."""

from django.http import HttpRequest, HttpResponse

from otklik.cases.actions import keep_vow, make_promise, move_promise, withdraw_promise
from otklik.cases.api.heard import KeptIn, MovedIn, PromiseIn, SeenIn
from otklik.cases.api.router import router
from otklik.cases.api.shapes import CaseOut, PromiseOut, case_out, promise_out
from otklik.cases.models import Case
from otklik.cases.queries import case_by_number
from otklik.customers.queries import points_of
from otklik.foundation.http.responses import Problem, actor_of, respond

_SAID = {200: PromiseOut, 404: Problem, 409: Problem, 422: Problem}
_ROUTE = "/cases/{int:number}/promises"


@router.post(
    _ROUTE, response={201: PromiseOut, 404: Problem, 409: Problem, 422: Problem}, summary="Promise a call or a visit"
)
def promise(request: HttpRequest, number: int, data: PromiseIn) -> HttpResponse:
    """The customer's page shows the same moment, and the case is due by it. A case promises one of a kind at a time:
    422 `promised_already`."""
    case = _case(request, number)
    make_promise(
        case=case,
        actor=actor_of(request),
        kind=data.kind,
        by=data.due_at,
        about=data.about,
        seen_message_id=data.seen_message_id,
    )
    return respond(promise_out(case, data.kind), status=201)


@router.post(_ROUTE + "/{kind}/move", response=_SAID, summary="Move a promise to another moment")
def move(request: HttpRequest, number: int, kind: str, data: MovedIn) -> HttpResponse:
    """422 `promise_unknown` when nothing of that kind is promised now."""
    case = _case(request, number)
    seen = data.seen_message_id
    move_promise(case=case, actor=actor_of(request), kind=kind, by=data.due_at, seen_message_id=seen)
    return respond(promise_out(case, kind))


@router.post(_ROUTE + "/{kind}/keep", response=_SAID, summary="Say that a promise was kept")
def keep(request: HttpRequest, number: int, kind: str, data: KeptIn) -> HttpResponse:
    """The customer was called, visited or told. An answer keeps a next word by itself."""
    case = _case(request, number)
    keep_vow(case=case, actor=actor_of(request), kind=kind, at=data.given_at, seen_message_id=data.seen_message_id)
    return respond(promise_out(case, kind))


@router.post(
    _ROUTE + "/{kind}/withdraw",
    response={200: CaseOut, 404: Problem, 409: Problem, 422: Problem},
    summary="Withdraw a promise",
)
def withdraw(request: HttpRequest, number: int, kind: str, data: SeenIn) -> HttpResponse:
    """It is not promised any more, as the customer knows."""
    case = _case(request, number)
    withdraw_promise(case=case, actor=actor_of(request), kind=kind, seen_message_id=data.seen_message_id)
    return respond(case_out(_case(request, number), points_of([case.customer_id])))


def _case(request: HttpRequest, number: int) -> Case:
    return case_by_number(number, actor=actor_of(request))
