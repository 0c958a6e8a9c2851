"""A new matter becomes a case with an owner at once; a known one hears the new word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.closing import come_back
from otklik.cases.actions.editing import alert, clean_tags
from otklik.cases.actions.holding import held
from otklik.cases.actions.indexing import case_vector
from otklik.cases.actions.naming import check_may_own, owner_for
from otklik.cases.actions.owning import name_deputy
from otklik.cases.actions.promising import COUNTED, give_promise_back, word_owed
from otklik.cases.actions.recounting import announce_went_on
from otklik.cases.events import CaseOpened, CustomerHeard, ToldAgain
from otklik.cases.known import says_again
from otklik.cases.models import HISTORY, Alert, Case, CaseConversation, CaseKind, Priority, SpamMark
from otklik.cases.queries import tier_in_question, where_it_went
from otklik.cases.words import is_only_thanks, preview_of
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM, Actor, ActorKind, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.text.language import VERSION
from otklik.reach.actions import start_conversation
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Inbox, Message
from otklik.reach.queries import inbox_of_kind
from otklik.standards.choosing import Choice, Matter
from otklik.standards.queries import Promise, chosen_for, promise_for
from otklik.team.choosing import Because, Chosen
from otklik.team.models import Agent, Team
from otklik.team.queries import deputy_of, first_team, is_here, leads_of, serves, team_by_id


@in_one
def open_case(
    *,
    message: Message,
    actor: Actor = SYSTEM,
    owner: Agent | None = None,
    kind: str = CaseKind.QUESTION,
    priority: str = Priority.NORMAL,
    team: Team | None = None,
    tags: Iterable[str] = (),
) -> Case:
    """Open a case for a customer's first word; the same conversation never opens two."""
    wanted = _Wanted(kind=kind, priority=priority, team=team, owner=owner, tags=tags)
    return _case_now(message.conversation_id) or _open(message, wanted, actor)


def open_beside(case: Case, message: Message, *, actor: Actor) -> Case:
    """Open another case for a word that was said in ``case``: the same team and owner, unless they have left."""
    wanted = _Wanted(
        kind=CaseKind.QUESTION,
        priority=case.priority,
        team=case.team,
        owner=case.owner if serves(case.owner_id) else None,
        tags=(),
        from_case_id=case.pk,
    )
    return _open(message, wanted, actor)


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """What whoever opens a case says of it; ``team`` and ``owner`` are else chosen here, ``channel`` is the inbox's."""

    kind: str
    priority: str
    team: Team | None
    owner: Agent | None
    tags: Iterable[str]
    channel: str = ""
    is_history: bool = False
    from_case_id: int | None = None


@in_one
def add_conversation(*, case: Case, conversation_id: int) -> None:
    """The customer goes on with it by another way. Safe to run twice."""
    if _case_now(conversation_id) is None:
        CaseConversation.objects.create(case=case, conversation_id=conversation_id)


@in_one
def file_history(*, message: Message) -> None:
    """File a letter from before this house read its mailbox: a case closed without confirmation, or a word in one.

    Nobody is told, asked or promised anything, and no figure counts it; a new word of the customer reopens it.
    """
    case = _case_now(message.conversation_id)
    if case is None:
        wanted = _Wanted(
            kind=CaseKind.QUESTION, priority=Priority.NORMAL, team=None, owner=None, tags=(), is_history=True
        )
        _open(message, wanted, SYSTEM)
    elif HISTORY in case.custom and case.state == Case.State.UNCONFIRMED:
        later = Case.objects.filter(pk=case.pk, last_word_at__lt=message.at)
        later.update(last_word_at=message.at, closed_at=message.at, preview=preview_of(message.text))


def _open(message: Message, wanted: _Wanted, actor: Actor) -> Case:
    conversation = message.conversation
    team = wanted.team or _team_of(conversation.inbox)
    chosen = _owner_for(message, wanted, team)
    owner = chosen.agent
    choice = _chosen(message, wanted, team)
    held = choice.version.pk if choice.version else None
    promise = promise_for(kind=wanted.kind, team=team, since=message.at, version_id=held, priority=wanted.priority)
    subject = (wanted.from_case_id is None and message.subject) or preview_of(message.text)[:80]
    case = Case.objects.create(
        customer=conversation.customer,
        organization_id=conversation.customer.organization_id,
        team=team,
        owner=owner,
        deputy=None if wanted.is_history or is_here(owner) else deputy_of(owner),
        kind=wanted.kind,
        priority=wanted.priority,
        channel=wanted.channel or conversation.inbox.kind,
        tags=clean_tags(wanted.tags),
        subject=subject,
        preview=preview_of(message.text),
        first_answer_by=None if message.automatic_because else promise.first_answer_by,
        solution_by=promise.solution_by,
        created_at=message.at,
        updated_at=message.at,
        last_word_at=message.at,
        search=case_vector(subject, conversation.customer.name, conversation.address),
        search_version=VERSION,
        **(_closed_long_ago(message) if wanted.is_history else _promised(promise, message, held)),
    )
    CaseConversation.objects.create(case=case, conversation=conversation)
    _announce_opened(case, message, wanted, (chosen, choice), actor)
    if not (wanted.is_history or message.automatic_because or wanted.from_case_id):
        _note_telling(case, message)
    _tell_who_is_missing(case, chosen)
    if case.deputy is not None:
        alert(agent=case.deputy, case=case, reason=Alert.Reason.STANDS_IN, source=str(message.pk))
    return case


def _announce_opened(
    case: Case, message: Message, wanted: _Wanted, chosen: tuple[Chosen, Choice], actor: Actor
) -> None:
    owner, choice = chosen
    happened = CaseOpened(
        case_id=case.pk,
        customer_id=case.customer_id,
        conversation_id=message.conversation_id,
        owner_id=case.owner_id,
        kind=case.kind,
        deputy_id=case.deputy_id,
        is_automatic=bool(message.automatic_because) or "forwarded_from" in message.people or wanted.is_history,
        is_history=wanted.is_history,
        owner_because=owner.because,
        passed_managers={str(pk): why.value for pk, why in owner.passed.items()},
        standard_because=list(choice.because),
        passed_over=choice.lost,
        from_case_id=wanted.from_case_id,
    )
    announce(happened, actor=actor)


def _chosen(message: Message, wanted: _Wanted, team: Team) -> Choice:
    """By which standard the case is served from now on; what others served before is served by none of ours."""
    if wanted.is_history:
        return Choice(version=None, because=(), passed=())
    conversation = message.conversation
    matter = Matter(
        kind=wanted.kind,
        channel=wanted.channel or conversation.inbox.kind,
        team_id=team.pk,
        tags=clean_tags(wanted.tags),
        tier=tier_in_question(conversation.customer),
        organization_id=conversation.customer.organization_id,
    )
    return chosen_for(matter)


def _promised(promise: Promise, message: Message, held: int | None) -> dict[str, Any]:
    """The standard that held when the promise was made is the case's own from now on."""
    standard = {"standard_version_id": held}
    if message.automatic_because:
        return standard
    return standard | {"next_word_by": promise.next_word_by, "due_at": promise.first_answer_by}


def _closed_long_ago(message: Message) -> dict[str, Any]:
    """We know neither how it ended nor whether anybody answered: closed by nobody's word, with a mark that says why."""
    return {
        "state": Case.State.UNCONFIRMED,
        "closed_at": message.at,
        "waits_for": Case.WaitsFor.NOBODY,
        "custom": {HISTORY: True},
    }


def _team_of(inbox: Inbox) -> Team:
    return team_by_id(inbox.team_id) if inbox.team_id else first_team()


def _case_now(conversation_id: int) -> Case | None:
    """The case of a conversation; two workers with the same first word wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"conversation:{conversation_id}"])
        cursor.execute("SELECT case_id FROM cases_caseconversation WHERE conversation_id = %s", [conversation_id])
        known = cursor.fetchone()
    return Case.objects.get(pk=known[0]) if known else None


def _owner_for(message: Message, wanted: _Wanted, team: Team) -> Chosen:
    if wanted.owner is not None:
        return Chosen(agent=check_may_own(wanted.owner), because=Because.NAMED)
    return owner_for(team, message.conversation.customer, words=(*wanted.tags, message.subject, message.text))


def _tell_who_is_missing(case: Case, chosen: Chosen) -> None:
    """The case has an owner all the same, and its promise runs; the leads hear that nobody was free, once a day."""
    if chosen.because not in {Because.NOBODY_HERE, Because.ALL_FULL} or case.state != Case.State.OPEN:
        return
    today = f"{chosen.because}-{timezone.localdate():%Y%m%d}"
    for lead in leads_of(case.team):
        if not Alert.objects.filter(agent=lead, reason=Alert.Reason.NOBODY_FREE, source=today).exists():
            alert(agent=lead, case=case, reason=Alert.Reason.NOBODY_FREE, source=today)


@in_one
def hear(*, case: Case, message: Message) -> None:
    """A new word in a known case: reopens a finished one to the same owner; automatic and strangers' words do not.

    Nobody hears what comes into spam.
    """
    case = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner__deputy", "deputy", "team__working_time")
        .get(pk=case.pk)
    )
    if "merged_into" in case.custom:  # while we waited for the row
        hear(case=Case(pk=where_it_went(case)), message=message)
        return
    if message.automatic_because:
        return
    if case.state == Case.State.SPAM:
        _join_in_silence(case, message)
        return
    if not message.is_sender_verified:
        alert(agent=case.owner, case=case, reason=Alert.Reason.STRANGER, source=str(message.pk))
        _note_word(case, message)
        return
    is_finished = case.state != Case.State.OPEN
    if is_finished and not (case.state != Case.State.UNCONFIRMED and is_only_thanks(message.text)):
        come_back(case, reason="new_word", actor=_customer(case))
    if case.state == Case.State.OPEN:
        owed = word_owed(case, since=message.at)
        _note_word(case, message, **owed)
        announce_went_on(case, owed, actor=_customer(case))
        _mind_absence(case, message)
    else:
        _note_word(case, message)
    announce(CustomerHeard(case_id=case.pk, customer_id=case.customer_id, message_id=message.pk), actor=_customer(case))
    _note_telling(case, message)


def _note_telling(case: Case, message: Message) -> None:
    """Whoever says that they have told it before had to tell it twice."""
    if says_again(message.text):
        happened = ToldAgain(case_id=case.pk, customer_id=case.customer_id, because="said", message_id=message.pk)
        announce(happened, actor=_customer(case))


def _note_word(case: Case, message: Message, **changes: Any) -> None:
    changes |= {"last_word_at": message.at, "updated_at": timezone.now(), "preview": preview_of(message.text)}
    Case.objects.filter(pk=case.pk).update(**changes)


def _join_in_silence(case: Case, message: Message) -> None:
    mark = SpamMark.objects.get(case=case)
    if message.pk not in mark.joined:
        SpamMark.objects.filter(case=case).update(joined=[*mark.joined, message.pk])
    _note_word(case, message)


def _mind_absence(case: Case, message: Message) -> None:
    if not is_here(case.owner) and (case.deputy is None or not is_here(case.deputy)):
        name_deputy(case=case, conversation_id=message.conversation_id)


def _customer(case: Case) -> Actor:
    return Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id)


@in_one
def open_for_customer(
    *,
    customer: Customer,
    subject: str,
    text: str,
    actor: Actor,
    address: str = "",
    inbox_kind: str = "api",
    kind: str = CaseKind.QUESTION,
    priority: str = Priority.NORMAL,
    team: Team | None = None,
    owner: Agent | None = None,
    tags: Iterable[str] = (),
    files: Sequence[IncomingFile] = (),
    external_id: str = "",
    at: datetime | None = None,
    channel: str = "",
) -> tuple[Case, Message]:
    """Open a case for what a customer said elsewhere: the form, the API, the phone, in person.

    ``channel`` is how they turned to us when the inbox does not say it: 'phone', 'visit'.
    """
    if not actor.is_customer:
        require(actor, "cases.open")
    if not text.strip():
        raise Refusal("text_missing", _("Write what happened."), fields={"text": _("Write what happened.")})
    message = start_conversation(
        customer=customer,
        inbox=inbox_of_kind(inbox_kind),
        subject=subject,
        text=text,
        address=address,
        files=files,
        external_id=external_id,
        at=at,
    )
    wanted = _Wanted(kind=kind, priority=priority, team=team, owner=owner, tags=tags, channel=channel)
    return _open(message, wanted, actor), message


@in_one
def record_undelivered(*, case: Case, delivery_id: int) -> None:
    """A letter did not arrive: the case comes back to its owner, marked; a customer who is satisfied stays so.

    An answer gives back what it had kept. Spam stays what it is, and nobody is told.
    """
    letter = Message.objects.only("purpose").get(deliveries=delivery_id)
    case = held(case)
    if case.state in {Case.State.SOLVED, Case.State.UNCONFIRMED}:
        come_back(case, reason="undelivered", actor=SYSTEM)
    Case.objects.filter(pk=case.pk, is_undelivered=False).update(is_undelivered=True, updated_at=timezone.now())
    if letter.purpose in COUNTED:
        give_promise_back(case=case, answer_id=letter.pk)
    if case.state != Case.State.SPAM:
        alert(agent=case.owner, case=case, reason=Alert.Reason.UNDELIVERED, source=str(delivery_id))
