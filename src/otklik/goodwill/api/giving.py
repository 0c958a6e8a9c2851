"""What programs do with gifts: give, ask a lead, answer, tell the customer, take back; and the ledger."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query

from otklik.cases.queries import case_by_number
from otklik.foundation.actors import may
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.goodwill.actions import (
    Wish,
    answer_asked,
    ask_lead,
    give,
    reverse_gesture,
    tell_customer,
    withdraw,
)
from otklik.goodwill.api.router import router
from otklik.goodwill.api.shapes import (
    AnswerIn,
    AskIn,
    BecauseIn,
    EntryOut,
    GestureOut,
    Gestures,
    GiveIn,
    Ledger,
    LedgerFilter,
    LeftOut,
    TellIn,
    entry_out,
    gesture_out,
)
from otklik.goodwill.queries import (
    gesture_by_id,
    gestures,
    gift_by_code,
    ledger,
    left_of_agent,
    purse_of,
    situation_by_id,
    usual_answer_by,
    usual_told,
    waiting_for,
)

_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


def _wish(data: GiveIn) -> Wish:
    situation = None if data.situation is None else situation_by_id(data.situation)
    return Wish(
        gift=gift_by_code(data.gift), amount=data.amount, reason=data.reason, words=data.words, situation=situation
    )


def _as_it_is(request: HttpRequest, pk: int, *, status: int = 200) -> HttpResponse:
    return respond(gesture_out(gesture_by_id(pk, actor=actor_of(request))), status=status)


@router.post("/cases/{int:number}/goodwill", response={201: GestureOut, **_PROBLEMS}, summary="Give something")
def create_goodwill(request: HttpRequest, number: int, data: GiveIn) -> HttpResponse:
    """From the team's budget, within the limits of the token's agent. 422 `limit_exceeded`, `needs_a_lead` (then ask)
    or `budget_spent`; `tied_to_a_rating` when words or reason speak of a rating or a review."""
    actor = actor_of(request)
    row = give(case=case_by_number(number, actor=actor), wish=_wish(data), actor=actor)
    return _as_it_is(request, row.pk, status=201)


@router.get("/cases/{int:number}/goodwill", response={200: Gestures, 404: Problem}, summary="List what was given")
def list_goodwill(request: HttpRequest, number: int) -> HttpResponse:
    """In this case, newest first, with what a lead was asked about."""
    actor = actor_of(request)
    rows = gestures(actor).filter(case=case_by_number(number, actor=actor))
    return respond(Gestures(items=[gesture_out(row) for row in rows]))


@router.get("/cases/{int:number}/goodwill/left", response={200: LeftOut, 404: Problem}, summary="Read what is left")
def read_goodwill_left(request: HttpRequest, number: int) -> HttpResponse:
    """What may still be given in this case without asking."""
    actor = actor_of(request)
    case, now = case_by_number(number, actor=actor), timezone.now()
    left = left_of_agent(actor.agent_id, case.team_id, now=now)
    is_limited = not may(actor, "goodwill.decide")
    purse = purse_of(case.team_id, now=now)
    return respond(LeftOut(today=left.day, this_month=left.month, budget=purse.left, is_limited=is_limited))


@router.post("/cases/{int:number}/goodwill/ask", response={201: GestureOut, **_PROBLEMS}, summary="Ask a lead")
def ask_for_goodwill(request: HttpRequest, number: int, data: AskIn) -> HttpResponse:
    """The leads of the team are told at the desk and by letter; `reason` is what they decide by."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    by = data.answer_by or usual_answer_by(case, now=timezone.now())
    told = usual_told(case, by=by) if data.told is None else data.told
    row = ask_lead(case=case, wish=_wish(data), actor=actor, answer_by=by, told=told)
    return _as_it_is(request, row.pk, status=201)


@router.get("/goodwill/asked", response=Gestures, summary="List what waits for a lead")
def list_asked_goodwill(request: HttpRequest) -> HttpResponse:
    """For a lead what others asked, for an agent what they asked themselves; the most urgent first."""
    return respond(Gestures(items=[gesture_out(row) for row in waiting_for(actor_of(request))[:200]]))


@router.post("/goodwill/{int:pk}/answer", response={200: GestureOut, **_PROBLEMS}, summary="Answer as a lead")
def answer_goodwill(request: HttpRequest, pk: int, data: AnswerIn) -> HttpResponse:
    """A yes gives it at once. 422 `own_wish`, `answered_already`, `reason_missing` or `budget_spent`."""
    actor = actor_of(request)
    gesture = gesture_by_id(pk, actor=actor)
    answer_asked(gesture=gesture, is_yes=data.is_yes, words=data.words, amount=data.amount, actor=actor)
    return _as_it_is(request, pk)


@router.post("/goodwill/{int:pk}/withdraw", response={200: GestureOut, **_PROBLEMS}, summary="Withdraw the question")
def withdraw_goodwill(request: HttpRequest, pk: int) -> HttpResponse:
    """No answer is needed any more."""
    actor = actor_of(request)
    withdraw(gesture=gesture_by_id(pk, actor=actor), actor=actor)
    return _as_it_is(request, pk)


@router.post("/goodwill/{int:pk}/tell", response={200: GestureOut, **_PROBLEMS}, summary="Tell the customer")
def tell_of_goodwill(request: HttpRequest, pk: int, data: TellIn) -> HttpResponse:
    """What became of it, once. 422 `told_already`."""
    actor = actor_of(request)
    tell_customer(gesture=gesture_by_id(pk, actor=actor), words=data.words, actor=actor)
    return _as_it_is(request, pk)


@router.post("/goodwill/{int:pk}/reverse", response={201: EntryOut, **_PROBLEMS}, summary="Take it back")
def reverse_goodwill(request: HttpRequest, pk: int, data: BecauseIn) -> HttpResponse:
    """By an entry of its own; one's own within a day, later and others' as a lead."""
    actor = actor_of(request)
    entry = reverse_gesture(gesture=gesture_by_id(pk, actor=actor), reason=data.reason, actor=actor)
    return respond(entry_out(ledger(actor).get(pk=entry.pk)), status=201)


@router.get("/goodwill/ledger", response={200: Ledger, 422: Problem}, summary="Read the ledger")
def read_goodwill_ledger(request: HttpRequest, asked: Annotated[LedgerFilter, Query()]) -> HttpResponse:
    """Entries of the teams in sight, newest first."""
    rows = ledger(actor_of(request))
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(Ledger(items=[entry_out(row) for row in page.items], next=page.next))
