"""The stages of a complaint, for programs: each has its own address, and each refuses out of order."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from otklik.cases.queries import case_by_number
from otklik.complaints import actions
from otklik.complaints.api.router import router
from otklik.complaints.api.shapes import (
    AcknowledgeIn,
    AssessIn,
    ComplaintAnswerIn,
    ComplaintFileOut,
    ComplaintIn,
    ComplaintWordsIn,
    EntrustIn,
    ImproveIn,
    InvestigateIn,
    TermsIn,
    WaysIn,
    complaint_file_out,
)
from otklik.complaints.models import Complaint, Term, Way
from otklik.complaints.queries import complaint_by_number, complaint_of_case, problem_by_id, record_of, ways
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.standards.models import Standard
from otklik.team.queries import agent_named

_MOVED: dict[Any, Any] = {200: ComplaintFileOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem}
_HERE = "/cases/{int:number}/complaint"


@router.post(
    _HERE,
    response={201: ComplaintFileOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Register a complaint",
)
def register(request: HttpRequest, number: int, data: ComplaintIn) -> HttpResponse:
    """It gets a number of its own, and its terms begin. A case has one complaint at a time that is not settled."""
    actor = actor_of(request)
    row = actions.receive_complaint(
        case=case_by_number(number, actor=actor),
        actor=actor,
        remedy_sought=data.remedy_sought,
        happened=data.what_happened,
        received_at=data.received_at,
        severity=data.severity,
        against=agent_named(data.against),
        terms=None if data.terms is None else _terms(data.terms),
    )
    fresh = complaint_by_number(row.pk, actor=actor)
    return respond(complaint_file_out(fresh, list(record_of(fresh))), status=201)


@router.post(f"{_HERE}/acknowledge", response=_MOVED, summary="Acknowledge a complaint")
def acknowledge(request: HttpRequest, number: int, data: AcknowledgeIn) -> HttpResponse:
    """The customer is told a name and a date, in a letter of the token's agent."""
    return _move(request, number, actions.acknowledge, **data.model_dump())


@router.post(f"{_HERE}/assess", response=_MOVED, summary="Assess a complaint")
def assess(request: HttpRequest, number: int, data: AssessIn) -> HttpResponse:
    """How grave it is, whether somebody is in danger, and which terms run; not by the person complained of."""
    values = data.model_dump()
    values |= {"against": agent_named(data.against), "investigator": agent_named(data.investigator)}
    values["terms"] = None if data.terms is None else _terms(data.terms)
    return _move(request, number, actions.assess, **values)


@router.post(f"{_HERE}/entrust", response=_MOVED, summary="Have somebody look into a complaint")
def entrust(request: HttpRequest, number: int, data: EntrustIn) -> HttpResponse:
    """Anybody but the person complained of; they are told at once."""
    to = agent_named(data.investigator)
    if to is None:
        text = _("There is no such colleague.")
        raise Refusal("owner_unknown", text, fields={"investigator": text})
    return _move(request, number, actions.entrust, to=to)


@router.post(f"{_HERE}/investigate", response=_MOVED, summary="Record the findings")
def investigate(request: HttpRequest, number: int, data: InvestigateIn) -> HttpResponse:
    """Also again, by somebody else, once the customer has refused the answer."""
    return _move(request, number, actions.investigate, findings=data.findings)


@router.post(f"{_HERE}/answer", response=_MOVED, summary="Answer a complaint")
def answer(request: HttpRequest, number: int, data: ComplaintAnswerIn) -> HttpResponse:
    """Decision, reason and prevention leave in one letter."""
    return _move(request, number, actions.answer, **data.model_dump())


@router.post(f"{_HERE}/accept", response=_MOVED, summary="Accept the answer (only the customer can)")
def accept(request: HttpRequest, number: int, data: ComplaintWordsIn) -> HttpResponse:
    """422 `only_the_customer` for every token: customers accept on their page, or by their word about the case."""
    return _move(request, number, actions.accept, words=data.words)


@router.post(f"{_HERE}/refuse", response=_MOVED, summary="Pass on that the customer does not accept the answer")
def refuse(request: HttpRequest, number: int, data: ComplaintWordsIn) -> HttpResponse:
    """The complaint stays open."""
    return _move(request, number, actions.refuse, words=data.words)


@router.post(f"{_HERE}/ways", response=_MOVED, summary="Tell the customer how to go on")
def offer_ways(request: HttpRequest, number: int, data: WaysIn) -> HttpResponse:
    """Here with somebody else, and outside."""
    values = data.model_dump() | {"ways": _ways(data.ways)}
    return _move(request, number, actions.offer_ways, **values)


@router.post(f"{_HERE}/improve", response=_MOVED, summary="Write down what the complaint has shown")
def improve(request: HttpRequest, number: int, data: ImproveIn) -> HttpResponse:
    """What lay behind it, and the standard or the problem that it belongs to."""
    standard = None
    if data.standard is not None:
        standard = Standard.objects.filter(pk=data.standard).first()
        if standard is None:
            text = _("There is no such standard.")
            raise Refusal("standard_unknown", text, fields={"standard": text})
    problem = None if data.problem is None else problem_by_id(data.problem)
    values = {"root_cause": data.root_cause, "standard": standard, "problem": problem}
    return _move(request, number, actions.improve, **values, problem_title=data.new_problem)


@router.post(f"{_HERE}/end", response=_MOVED, summary="End a refused complaint without consent")
def end(request: HttpRequest, number: int, data: ComplaintWordsIn) -> HttpResponse:
    """Only once other ways were offered; counted apart."""
    return _move(request, number, actions.end, words=data.words)


@router.post(f"{_HERE}/withdraw", response=_MOVED, summary="Withdraw a complaint")
def withdraw_complaint(request: HttpRequest, number: int, data: ComplaintWordsIn) -> HttpResponse:
    """When the customer took it back, in their words; what was written stays."""
    return _move(request, number, actions.withdraw, words=data.words)


@router.post(f"{_HERE}/terms", response=_MOVED, summary="Choose the terms that run")
def choose_terms(request: HttpRequest, number: int, data: TermsIn) -> HttpResponse:
    """Those given here, and no others; what ran before stays on the record."""
    return _move(request, number, actions.choose_terms, terms=_terms(data.terms))


@in_one
def _move(request: HttpRequest, number: int, act: Callable[..., None], **values: Any) -> HttpResponse:
    """One step of the case's last complaint; answers with all of it as it is then."""
    actor = actor_of(request)
    row = complaint_of_case(case_by_number(number, actor=actor), actor=actor)
    act(complaint=row, actor=actor, **values)
    fresh: Complaint = complaint_by_number(row.pk, actor=actor)
    return respond(complaint_file_out(fresh, list(record_of(fresh))))


def _terms(ids: list[int]) -> list[Term]:
    """Raises ``Refusal('term_unknown')``."""
    rows = Term.objects.in_bulk(ids)
    if len(rows) != len(set(ids)):
        text = _("There is no such deadline.")
        raise Refusal("term_unknown", text, fields={"terms": text})
    return list(rows.values())


def _ways(ids: list[int] | None) -> list[Way]:
    """Raises ``Refusal('way_unknown')``."""
    if ids is None:
        return list(ways())
    rows = Way.objects.in_bulk(ids)
    if len(rows) != len(set(ids)):
        text = _("There is no such way.")
        raise Refusal("way_unknown", text, fields={"ways": text})
    return list(rows.values())
