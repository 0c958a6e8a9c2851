"""Somebody's turn: they are asked by a letter, or it is written down why they are not."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils import timezone, translation

from otklik.cases.letters import Written
from otklik.customers.actions import identify
from otklik.customers.models import Customer
from otklik.customers.queries import email_of
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.reach.actions import begin_conversation, send
from otklik.reach.models import Conversation, GateRefusal, Inbox, Message
from otklik.reach.queries import first_mail_inbox
from otklik.surveys import letters
from otklik.surveys.definition import Definition, said
from otklik.surveys.events import CustomerInvited, CustomerPassedOver
from otklik.surveys.models import Because, Invitation, Plan, Rule, Survey, Turn
from otklik.surveys.queries import Why, definition_of, live_of, plan_of, why_not

VALID_FOR: Final = timedelta(days=90)
EMAIL: Final = "email"


@in_one
def ask_by_hand(*, survey: Survey, customer: Customer, actor: Actor) -> Turn:
    """One of ours has this person asked now, by the same rules as everybody. Raises ``Refusal('survey_closed')``."""
    require(actor, "surveys.edit")
    live_of(survey)
    turn = Turn.objects.create(survey=survey, customer=customer, because=Because.HAND, due_at=timezone.now())
    return take_turn(turn=turn)


@in_one
def take_turn(*, turn: Turn) -> Turn:
    """Ask the person, or write down the rule that says no; a turn that was taken changes nothing.

    The person is held while the rules are looked at, so that of two surveys at once the second finds the first.
    """
    turn = Turn.objects.select_for_update(of=("self",), no_key=True).select_related("survey").get(pk=turn.pk)
    if turn.done_at is not None:
        return turn
    now = timezone.now()
    customer = _held(turn)
    if customer is None:
        return _over(turn, Why(rule=Rule.ADDRESS if turn.text else Rule.GONE))
    turn.customer, turn.text, turn.name = customer, "", ""
    why = _closed(turn.survey) or _not_over(turn) or why_not(customer=customer, survey=turn.survey, now=now)
    if why is None:
        why = _ask(turn, customer, now)
    return _over(turn, why)


def _held(turn: Turn) -> Customer | None:
    """The person, locked; None for an address that nobody can have."""
    if turn.customer_id is None:
        try:
            turn.customer = identify(kind="email", value=turn.text, name=turn.name)
        except Refusal:
            return None
    return _living(turn.customer_id or 0)


def _living(customer_id: int) -> Customer:
    """The person, locked, under the record in which they live on."""
    rows = Customer.objects.select_for_update(no_key=True)
    customer = rows.get(pk=customer_id)
    return customer if customer.merged_into_id is None else rows.get(pk=customer.merged_into_id)


def _closed(survey: Survey) -> Why | None:
    try:
        live_of(survey)
    except Refusal:
        return Why(rule=Rule.CLOSED)
    return None


def _not_over(turn: Turn) -> Why | None:
    """The case whose end it was has not ended after all."""
    is_over = turn.case is None or turn.case.is_closed
    return None if is_over else Why(rule=Rule.CASE_OPEN)


def _over(turn: Turn, why: Why | None) -> Turn:
    turn.done_at = timezone.now()
    if why is not None:
        turn.rule, turn.until, turn.detail, turn.invitation = why.rule, why.until, why.detail, None
    turn.save(update_fields=["customer", "text", "name", "done_at", "rule", "until", "detail", "invitation"])
    if why is not None and turn.customer_id is not None:
        happened = CustomerPassedOver(survey_id=turn.survey_id, customer_id=turn.customer_id, rule=turn.rule)
        announce(happened, actor=SYSTEM)
    return turn


def _ask(turn: Turn, customer: Customer, now: datetime) -> Why | None:
    """The invitation and its letter; the step of the gate when that says no, and then there is neither."""
    version = live_of(turn.survey)
    survey = definition_of(version)
    plan = plan_of(turn.survey)
    invitation = Invitation(
        survey=turn.survey, customer=customer, token=secrets.token_urlsafe(24), channel=EMAIL, segment=turn.segment,
        case=turn.case, expires_at=now + VALID_FOR, created_at=now,
    )  # fmt: skip
    sent = _write(survey, invitation, _conversation(invitation, survey), letters.INVITATION)
    if isinstance(sent, Why):
        return sent
    invitation.letter, invitation.letters, invitation.asked_at = sent, 1, now
    invitation.remind_at = _next(plan, 1, now)
    invitation.save(force_insert=True)
    turn.invitation = invitation
    announce(CustomerInvited(survey_id=turn.survey_id, customer_id=customer.pk, letters=1), actor=SYSTEM)
    return None


def _next(plan: Plan, letters_sent: int, now: datetime) -> datetime | None:
    """When the silent are reminded; None once they were as often as the survey does."""
    return now + timedelta(days=plan.remind_after_days) if letters_sent <= plan.reminders else None


def _conversation(invitation: Invitation, survey: Definition) -> Conversation | None:
    inbox = _inbox(invitation)
    if inbox is None:
        return None
    customer = invitation.customer
    subject = said(survey.title, customer.language)
    return begin_conversation(customer=customer, inbox=inbox, address=email_of(customer), subject=subject)


def _inbox(invitation: Invitation) -> Inbox | None:
    """The mail inbox of the team whose case it was, else the first one of the house."""
    if invitation.case is not None:
        theirs = Inbox.objects.filter(kind="email", team_id=invitation.case.team_id, is_active=True).order_by("id")
        return theirs.first() or first_mail_inbox()
    return first_mail_inbox()


def _write(
    survey: Definition,
    invitation: Invitation,
    conversation: Conversation | None,
    purpose: str,
    *,
    is_last: bool = False,
) -> Message | Why:
    """The letter through the gate, in the language of the person where the survey speaks it."""
    if conversation is None:
        return Why(rule=Rule.GATE, detail="no_inbox")
    language = invitation.customer.language
    with translation.override(language if language in survey.languages else survey.languages[0]):
        written: Written = (
            letters.reminding(survey, invitation, is_last=is_last)
            if purpose == letters.REMINDER
            else letters.asking(survey, invitation)
        )
        sent = send(
            conversation=conversation,
            text=written.words,
            purpose=purpose,
            subject=written.subject,
            sheet=written.sheet,
        )
    if sent is not None:
        return sent
    refused = GateRefusal.objects.filter(conversation=conversation).order_by("-id").values_list("step", flat=True)
    return Why(rule=Rule.GATE, detail=refused.first() or "")


# ── The silent ────────────────────────────────────────────────────────────────────────────
@in_one
def remind(*, invitation: Invitation, now: datetime) -> None:
    """Ask once more whoever is silent, or said "not now" until today; at most as often as the survey reminds.

    Whom a rule protects now is not reminded of this any more, and that is written down as any other "no".
    """
    customer = _living(invitation.customer_id)
    rows = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("survey", "case__owner")
    invitation = rows.get(pk=invitation.pk)
    if invitation.remind_at is None or invitation.remind_at > now:
        return
    invitation.customer = customer
    why = _closed(invitation.survey)
    why = why or why_not(customer=customer, survey=invitation.survey, now=now, is_reminder=True)
    if why is None:
        why = _remind(invitation, now)
    if why is not None:
        Invitation.objects.filter(pk=invitation.pk).update(remind_at=None)
        _note_passed_over(invitation, why, now)


def _remind(invitation: Invitation, now: datetime) -> Why | None:
    survey, plan = definition_of(live_of(invitation.survey)), plan_of(invitation.survey)
    letters_sent = invitation.letters + 1
    conversation = invitation.letter.conversation if invitation.letter else None
    is_last = letters_sent > plan.reminders
    sent = _write(survey, invitation, conversation, letters.REMINDER, is_last=is_last)
    if isinstance(sent, Why):
        return sent
    Invitation.objects.filter(pk=invitation.pk).update(
        letter=sent, letters=F("letters") + 1, asked_at=now, remind_at=_next(plan, letters_sent, now),
        state=Invitation.State.WAITING, ask_again_at=None, expires_at=now + VALID_FOR,
    )  # fmt: skip
    happened = CustomerInvited(survey_id=invitation.survey_id, customer_id=invitation.customer_id, letters=letters_sent)
    announce(happened, actor=SYSTEM)
    return None


def _note_passed_over(invitation: Invitation, why: Why, now: datetime) -> None:
    first = Turn.objects.filter(invitation=invitation).order_by("id").values_list("because", flat=True).first()
    Turn.objects.create(
        survey=invitation.survey, customer=invitation.customer, because=first or Because.HAND, case=invitation.case,
        is_reminder=True, due_at=now, done_at=now, rule=why.rule, until=why.until, detail=why.detail,
        segment=invitation.segment,
    )  # fmt: skip
    happened = CustomerPassedOver(survey_id=invitation.survey_id, customer_id=invitation.customer_id, rule=why.rule)
    announce(happened, actor=SYSTEM)


# ── What became of the letter ─────────────────────────────────────────────────────────────
@in_one
def note_arrived(*, message_id: int, is_there: bool) -> None:
    """The letter was handed over, or came back after all; who never got it is not reminded by the same way."""
    rows = Invitation.objects.filter(letter_id=message_id)
    rows.update(is_delivered=True) if is_there else rows.update(is_delivered=False, remind_at=None)


@in_one
def note_opened(*, invitation: Invitation) -> None:
    """A browser showed the page; no moment is kept of that."""
    Invitation.objects.filter(pk=invitation.pk, is_opened=False).update(is_opened=True)
