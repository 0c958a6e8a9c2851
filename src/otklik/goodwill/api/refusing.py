"""What programs do with refusals: say no by a rule, and read who was told so."""

from django.http import HttpRequest, HttpResponse

from otklik.cases.queries import case_by_number
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.goodwill.actions import say_no
from otklik.goodwill.api.router import router
from otklik.goodwill.api.shapes import RefuseIn, SaidNoOut, SaidNos, said_no_out
from otklik.goodwill.queries import gift_by_code, refusals_in, rule_by_code


@router.post(
    "/cases/{int:number}/refusals",
    response={201: SaidNoOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Say no by a rule",
)
def create_refusal(request: HttpRequest, number: int, data: RefuseIn) -> HttpResponse:
    """It takes a rule and a reason; the case stays open. `instead` is offered, not given."""
    actor = actor_of(request)
    row = say_no(
        case=case_by_number(number, actor=actor),
        rule=rule_by_code(data.rule),
        reason=data.reason,
        words=data.words,
        instead=gift_by_code(data.instead) if data.instead else None,
        actor=actor,
    )
    return respond(said_no_out(refusals_in(actor).get(pk=row.pk)), status=201)


@router.get("/cases/{int:number}/refusals", response={200: SaidNos, 404: Problem}, summary="List refusals")
def list_refusals(request: HttpRequest, number: int) -> HttpResponse:
    """Of this case, newest first."""
    actor = actor_of(request)
    rows = refusals_in(actor).filter(case=case_by_number(number, actor=actor))
    return respond(SaidNos(items=[said_no_out(row) for row in rows]))
