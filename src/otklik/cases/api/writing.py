"""What programs do: open, answer, note, solve, hand over, reopen, tag, call spam."""

from dataclasses import asdict

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from otklik.cases.actions import (
    change_customer,
    join_again,
    mark_solved,
    mark_spam,
    not_told,
    note,
    open_for_customer,
    reopen,
    reply,
    split_case,
    tag_case,
    take_newer_standard,
    transfer,
    unmark_spam,
)
from otklik.cases.api.heard import (
    CaseIn,
    CustomerIn,
    CustomerOfCaseIn,
    MessageIn,
    ReopenIn,
    SolveIn,
    SpamIn,
    SplitIn,
    TagIn,
    TransferIn,
)
from otklik.cases.api.router import router
from otklik.cases.api.shapes import CaseOut, NotToldOut, WrittenOut, case_out, message_out
from otklik.cases.models import Case
from otklik.cases.queries import case_by_number
from otklik.customers.actions import identify
from otklik.customers.models import Customer
from otklik.customers.queries import may_see_customer, points_of
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.reach.models import Message
from otklik.reach.queries import deliveries_of, files_of, is_known
from otklik.team.queries import agent_named, team_named


@router.post("/cases", response={201: CaseOut, 409: Problem, 422: Problem}, summary="Open a case")
def create_case(request: HttpRequest, data: CaseIn) -> HttpResponse:
    """A customer said something elsewhere: it becomes a case with one owner, and they are told who that is."""
    case = _open(request, data)
    return respond(case_out(case, points_of([case.customer_id])), status=201)


@in_one
def _open(request: HttpRequest, data: CaseIn) -> Case:
    customer, address = _customer(data.customer, actor_of(request))
    external_id = data.external_id.strip().removeprefix("<").removesuffix(">")
    if external_id and is_known(external_id):
        raise _taken()
    try:
        case, _message = open_for_customer(
            customer=customer,
            address=address,
            subject=data.subject,
            text=data.text,
            actor=actor_of(request),
            kind=data.kind,
            priority=data.priority,
            team=team_named(data.team),
            owner=agent_named(data.owner),
            tags=data.tags,
            files=[file.incoming() for file in data.attachments],
            external_id=external_id,
        )
    except IntegrityError as error:
        if external_id and "external_id" in str(error):
            raise _taken() from error
        raise
    return case


def _taken() -> Refusal:
    text = _("There is already a message with this id.")
    return Refusal("external_id_taken", text, fields={"external_id": text})


def _customer(given: CustomerIn, actor: Actor) -> tuple[Customer, str]:
    """The customer and the address to which answers go ('' when there is none)."""
    if given.id is not None:
        known = Customer.objects.select_related("merged_into").filter(pk=given.id, erased_at=None).first()
        known = known.merged_into or known if known else None  # the number that a program remembers leads on
        if known is None or not may_see_customer(actor, known):
            text = _("There is no such customer.")
            raise Refusal("customer_unknown", text, fields={"customer.id": text})
        return known, points_of([known.pk]).get(known.pk, {}).get("email", "")
    if given.email:
        customer = identify(kind="email", value=given.email, name=given.name, language=given.language)
        return customer, given.email.strip().lower()
    if given.phone:
        return identify(kind="phone", value=given.phone, name=given.name, language=given.language), ""
    text = _("Say who the customer is: an id, an e-mail address or a phone number.")
    raise Refusal("customer_missing", text, fields={"customer": text})


@router.post(
    "/cases/{int:number}/messages",
    response={201: WrittenOut, 404: Problem, 409: Problem, 422: Problem},
    summary="Answer the customer, or write a note",
)
def create_message(request: HttpRequest, number: int, data: MessageIn) -> HttpResponse:
    """`reply` is queued for the customer in the name of the token's agent; `note` never leaves the house."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    message = _say(case, actor, data)
    said = message_out(
        message, case=number, files=files_of(message) if data.attachments else [], deliveries=deliveries_of(message)
    )
    unaware = not_told(case=case, actor=actor, text=data.text) if data.kind == "note" else []
    return respond(WrittenOut(**dict(said), not_told=[NotToldOut(**asdict(one)) for one in unaware]), status=201)


@in_one
def _say(case: Case, actor: Actor, data: MessageIn) -> Message:
    files = [file.incoming() for file in data.attachments]
    if data.kind == "note":
        return note(case=case, actor=actor, text=data.text, files=files, seen_message_id=data.seen_message_id)
    seen = data.seen_message_id
    return reply(case=case, actor=actor, text=data.text, files=files, via=data.via, seen_message_id=seen)


_CHANGED = {200: CaseOut, 404: Problem, 409: Problem, 422: Problem}


@router.post("/cases/{int:number}/solve", response=_CHANGED, summary="Say that it is solved")
def solve(request: HttpRequest, number: int, data: SolveIn) -> HttpResponse:
    """We think it is solved; the customer is asked. Only their own word closes it."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    seen = data.seen_message_id
    mark_solved(case=case, actor=actor, summary=data.summary, closing=data.closing, seen_message_id=seen)
    return _as_it_is(request, number)


@router.post("/cases/{int:number}/transfer", response=_CHANGED, summary="Hand over to a new owner")
def hand_over(request: HttpRequest, number: int, data: TransferIn) -> HttpResponse:
    """The summary becomes a note, and the customer is told the new name."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    to = agent_named(data.owner)
    if to is None:
        text = _("Say who owns the case from now on.")
        raise Refusal("owner_unknown", text, fields={"owner": text})
    transfer(case=case, actor=actor, to=to, summary=data.summary, seen_message_id=data.seen_message_id)
    return respond(case_out(case, points_of([case.customer_id])))


@router.post("/cases/{int:number}/customer", response=_CHANGED, summary="Change the customer of a case")
def change_hands(request: HttpRequest, number: int, data: CustomerOfCaseIn) -> HttpResponse:
    """Answers go to the new customer from now on, who is told the owner's name and the promise."""
    _change_hands(actor_of(request), number, data)
    return _as_it_is(request, number)


@in_one
def _change_hands(actor: Actor, number: int, data: CustomerOfCaseIn) -> None:
    case = case_by_number(number, actor=actor)
    to, _address = _customer(data.customer, actor)
    change_customer(case=case, actor=actor, to=to, may_see_own=data.may_see_own, seen_message_id=data.seen_message_id)


@router.post("/cases/{int:number}/reopen", response=_CHANGED, summary="Bring a finished case back")
def bring_back(request: HttpRequest, number: int, data: ReopenIn) -> HttpResponse:
    """To the same owner, with a new promise; the reason is kept as a note."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    reopen(case=case, actor=actor, reason=data.reason, seen_message_id=data.seen_message_id)
    return _as_it_is(request, number)


@router.post(
    "/cases/{int:number}/split",
    response={201: CaseOut, 404: Problem, 409: Problem, 422: Problem},
    summary="Say that a new question begins",
)
def split_off(request: HttpRequest, number: int, data: SplitIn) -> HttpResponse:
    """From this message on it is another case, with the same customer and owner, which is returned.

    What was said before stays. `join` undoes it.
    """
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    new = split_case(case=case, message_id=data.message, actor=actor, seen_message_id=data.seen_message_id)
    return respond(case_out(case_by_number(new.pk, actor=actor), points_of([new.customer_id])), status=201)


@router.post("/cases/{int:number}/join", response=_CHANGED, summary="Say that it was no new question")
def join_what_was_split(request: HttpRequest, number: int) -> HttpResponse:
    """Back into the case that it was split off from, which is returned; 422 `not_split` for any other case."""
    actor = actor_of(request)
    before = join_again(case=case_by_number(number, actor=actor), actor=actor)
    return _as_it_is(request, before.pk)


@router.post("/cases/{int:number}/spam", response=_CHANGED, summary="Mark as spam")
def call_spam(request: HttpRequest, number: int, data: SpamIn) -> HttpResponse:
    """Nobody is answered, asked or counted; letters that have not left are taken back. `not-spam` undoes all of it."""
    actor = actor_of(request)
    mark_spam(case=case_by_number(number, actor=actor), actor=actor, seen_message_id=data.seen_message_id)
    return _as_it_is(request, number)


@router.post("/cases/{int:number}/not-spam", response=_CHANGED, summary="Say that it is not spam")
def call_no_spam(request: HttpRequest, number: int) -> HttpResponse:
    """The case stands where it stood, with its owner and its promise; what came meanwhile is heard now."""
    actor = actor_of(request)
    unmark_spam(case=case_by_number(number, actor=actor), actor=actor)
    return _as_it_is(request, number)


@router.post("/cases/{int:number}/standard", response=_CHANGED, summary="Go on by the later version of its standard")
def take_standard(request: HttpRequest, number: int) -> HttpResponse:
    """Its promises are renewed from its beginning. 422 `standard_is_newest` when there is no later one."""
    actor = actor_of(request)
    take_newer_standard(case=case_by_number(number, actor=actor), actor=actor)
    return _as_it_is(request, number)


@router.post("/cases/{int:number}/tag", response=_CHANGED, summary="Add and remove tags")
def tag(request: HttpRequest, number: int, data: TagIn) -> HttpResponse:
    """Tags are lower-case; adding a known one and removing a missing one changes nothing."""
    actor = actor_of(request)
    tag_case(case=case_by_number(number, actor=actor), actor=actor, add=data.add, remove=data.remove)
    return _as_it_is(request, number)


def _as_it_is(request: HttpRequest, number: int) -> HttpResponse:
    case = case_by_number(number, actor=actor_of(request))
    return respond(case_out(case, points_of([case.customer_id])))
