"""A complaint gets its number; the customer learns a name and a date."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Unpack

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.cases.actions import edit_case, reply
from otklik.cases.actions.closing import come_back
from otklik.cases.actions.holding import check_no_spam, held
from otklik.cases.models import Case, CaseKind
from otklik.cases.queries import Seen, check_goes_on, conversation_to_answer, may_see, require_case
from otklik.complaints import letters
from otklik.complaints.actions.record import (
    about,
    change,
    go_on,
    held_complaint,
    needed,
    tell_leads,
    tell_owner,
    write_step,
)
from otklik.complaints.actions.running import begin_terms
from otklik.complaints.events import ComplaintAcknowledged, ComplaintReceived
from otklik.complaints.models import FINISHED, GRAVE, SEVERITIES, Complaint, Stage, Term
from otklik.complaints.queries import promised
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.policies import policy
from otklik.reach.actions import hear_on_page, send
from otklik.team.models import Agent


@in_one
def receive_complaint(
    *,
    case: Case,
    actor: Actor,
    remedy_sought: str,
    happened: str = "",
    received_at: datetime | None = None,
    severity: int | None = None,
    against: Agent | None = None,
    terms: Iterable[Term] | None = None,
) -> Complaint:
    """Give a complaint of the case's customer its number; a case that was put away comes back.

    ``received_at``: when their words reached us, None for now. ``terms`` that run; None for those of every complaint.
    Raises ``Refusal('remedy_missing' | 'received_at_invalid' | 'severity_invalid' | 'complaint_open_already')`` and
    what holding the case refuses.
    """
    if not actor.is_customer:
        require_case(actor, "complaints.handle", case)
    _hold(case, actor)
    remedy = needed(remedy_sought, "remedy_missing", "remedy_sought", _("Say what would put it right."))
    now = timezone.now()
    _check_moment(received_at, now)
    check_severity(severity)
    if Complaint.objects.filter(case=case).exclude(stage__in=FINISHED).exists():
        raise Refusal("complaint_open_already", _("This case has a complaint that is not settled yet. Go on with it."))
    complaint = Complaint.objects.create(
        case=case,
        customer_id=case.customer_id,
        remedy_sought=remedy,
        happened=happened.strip(),
        received_at=received_at or now,
        registered_at=now,
        registered_by_id=actor.pk if actor.is_agent else None,
        severity=severity,
        against=against,
    )
    _begin(complaint, case, actor, Term.objects.filter(is_active=True, is_default=True) if terms is None else terms)
    return complaint


def _hold(case: Case, actor: Actor) -> None:
    """So that of two who register at once one is refused. Raises ``Refusal('not_found' | 'is_spam' | …)``."""
    held(case)
    if not may_see(actor, case):
        raise Refusal("not_found", _("There is no such case, or you may not see it."))
    check_no_spam(case)
    check_goes_on(case)


def _check_moment(received_at: datetime | None, now: datetime) -> None:
    if received_at is not None and received_at > now:
        text = _("Choose a moment in the past.")
        raise Refusal("received_at_invalid", text, fields={"received_at": text})


def _begin(complaint: Complaint, case: Case, actor: Actor, terms: Iterable[Term]) -> None:
    write_step(complaint, Stage.RECEIVED, actor=actor)
    begin_terms(complaint, terms)
    if actor.is_customer:
        said = "\n\n".join(filter(None, (complaint.remedy_sought, complaint.happened)))
        hear_on_page(conversation=conversation_to_answer(case), text=said, external_id=f"complaint:{complaint.pk}")
    if case.state != Case.State.OPEN:
        come_back(case, reason="new_word" if actor.is_customer else "by_agent", actor=actor)
    if case.kind != CaseKind.COMPLAINT:
        edit_case(case=case, actor=SYSTEM, changes={"kind": CaseKind.COMPLAINT})
    announce(ComplaintReceived(**about(complaint), is_lodged=actor.is_customer), actor=actor)
    tell_owner(complaint, "complaints.received", source=str(complaint.pk), actor=actor)
    tell_leads(complaint, "complaints.received", source=str(complaint.pk), actor=actor)


def check_severity(severity: int | None) -> None:
    """Raises ``Refusal('severity_invalid')`` for what is none; None is not assessed yet."""
    if severity is not None and severity not in SEVERITIES:
        text = _("Choose a number from 1 to 5.")
        raise Refusal("severity_invalid", text, fields={"severity": text})


# ── Acknowledged ──────────────────────────────────────────────────────────────────────────
@in_one
def acknowledge(
    *, complaint: Complaint, actor: Actor, words: str = "", hear_by: datetime | None = None, **seen: Unpack[Seen]
) -> None:
    """A person tells the customer who looks into it and when they hear; ``words`` stand before name and date.

    ``hear_by`` None: the end of a working day, as many ahead as the house says. Also after a letter that nobody wrote,
    until it is looked into. Raises ``Refusal('cannot_acknowledge_now' | 'hear_by_invalid')`` and what ``reply`` raises.
    """
    require_case(actor, "complaints.handle", complaint.case)
    complaint = held_complaint(complaint)
    moment = promised(complaint) if hear_by is None else _checked(complaint, hear_by)
    changes: dict[str, Any] = {"acknowledged_by_id": actor.agent_id, "hear_by": moment}
    with translation.override(complaint.case.customer.language):
        text = letters.acknowledgement(complaint, words.strip(), moment)
    is_again = complaint.acknowledged_by_id is None and complaint.stage in {Stage.ACKNOWLEDGED, Stage.ASSESSED}
    letter = reply(case=complaint.case, actor=actor, text=text, **seen)
    if is_again:
        write_step(complaint, Stage.ACKNOWLEDGED, actor=actor, words=words, letter_id=letter.pk)
        change(complaint, **changes)
    else:
        go_on(complaint, Stage.ACKNOWLEDGED, actor=actor, words=words, letter_id=letter.pk, **changes)
    announce(ComplaintAcknowledged(**about(complaint)), actor=actor)


def _checked(complaint: Complaint, hear_by: datetime) -> datetime:
    text = ""
    if hear_by <= timezone.now():
        text = _("Choose a moment in the future.")
    elif complaint.answer_by is not None and timezone.now() < complaint.answer_by < hear_by:
        text = _("The answer itself is due before that. Choose an earlier moment.")
    if text:
        raise Refusal("hear_by_invalid", text, fields={"hear_by": text})
    return hear_by


@in_one
def acknowledge_by_itself(*, complaint: Complaint) -> None:
    """The letter that leaves at once when a customer lodges a complaint, unless it is grave; safe to run twice.

    Where no letter may go to them, the complaint waits for a person.
    """
    complaint = held_complaint(complaint)
    is_grave = complaint.severity is not None and complaint.severity >= GRAVE
    if complaint.stage != Stage.RECEIVED or is_grave or not policy("complaints.acknowledge_at_once"):
        return
    moment, case = promised(complaint), complaint.case
    conversation = conversation_to_answer(case)
    with translation.override(case.customer.language):
        written = letters.receipt(complaint, conversation, moment)
    letter = send(
        conversation=conversation,
        text=written.words,
        purpose=letters.ACKNOWLEDGEMENT,
        subject=written.subject,
        sheet=written.sheet,
    )
    if letter is not None:
        go_on(complaint, Stage.ACKNOWLEDGED, actor=SYSTEM, letter_id=letter.pk, hear_by=moment)
        announce(ComplaintAcknowledged(**about(complaint), is_automatic=True), actor=SYSTEM)
