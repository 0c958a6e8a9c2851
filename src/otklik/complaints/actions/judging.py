"""A complaint is assessed and looked into, by people whom it is not about."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from otklik.cases.actions import alert
from otklik.cases.queries import require_case
from otklik.complaints.actions.receiving import check_severity
from otklik.complaints.actions.record import (
    about,
    change,
    check_investigator,
    check_not_about,
    go_on,
    held_complaint,
    needed,
    tell_leads,
    write_step,
)
from otklik.complaints.actions.running import begin_terms
from otklik.complaints.events import (
    ComplaintAssessed,
    ComplaintEntrusted,
    ComplaintInvestigated,
    TermsChanged,
)
from otklik.complaints.models import GRAVE, UNANSWERED, Complaint, Stage, Term
from otklik.complaints.moves import check_move
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.team.models import Agent
from otklik.team.queries import agent_by_id


@in_one
def assess(
    *,
    complaint: Complaint,
    actor: Actor,
    severity: int,
    is_urgent: bool = False,
    words: str = "",
    against: Agent | None = None,
    investigator: Agent | None = None,
    terms: Iterable[Term] | None = None,
) -> None:
    """Say how grave it is; where health or safety is at stake the leads hear at once.

    ``against``: whom it is about; ``investigator``: who looks into it. None leaves them, and ``terms``, as they are.
    Raises ``Refusal('severity_invalid' | 'complaint_about_you' | 'investigator_unfit' | 'cannot_assess_now')``.
    """
    require_case(actor, "complaints.handle", complaint.case)
    complaint = held_complaint(complaint)
    check_severity(severity)
    complaint.against = against or complaint.against
    check_not_about(complaint, actor)
    changes: dict[str, Any] = {"severity": severity, "is_urgent": is_urgent, "against": complaint.against}
    go_on(complaint, Stage.ASSESSED, actor=actor, words=words, **changes)
    announce(ComplaintAssessed(**about(complaint), severity=severity, is_urgent=is_urgent), actor=actor)
    if is_urgent:
        tell_leads(complaint, "complaints.urgent", source=str(complaint.pk), actor=actor)
    if terms is not None:
        _choose(complaint, list(terms), actor)
    if investigator is not None:
        _entrust(complaint, investigator, actor)


@in_one
def choose_terms(*, complaint: Complaint, actor: Actor, terms: Iterable[Term]) -> None:
    """Exactly these terms run from now on. Raises ``Refusal('cannot_change_terms')`` once the answer is given."""
    require_case(actor, "complaints.handle", complaint.case)
    complaint = held_complaint(complaint)
    if complaint.stage not in UNANSWERED:
        raise Refusal("cannot_change_terms", _("The answer is given: the deadlines stay as they were met."))
    _choose(complaint, list(terms), actor)


def _choose(complaint: Complaint, terms: list[Term], actor: Actor) -> None:
    before = set(complaint.terms.values_list("term_id", flat=True))
    if before != {term.pk for term in terms}:
        begin_terms(complaint, terms)
        announce(TermsChanged(**about(complaint), because="choice"), actor=actor)


@in_one
def entrust(*, complaint: Complaint, actor: Actor, to: Agent) -> None:
    """Ask a colleague to look into it, who hears of it at once; not whom it is about, nor who decided before.

    Raises ``Refusal('complaint_about_you' | 'investigator_unfit' | 'cannot_investigate_now')``.
    """
    require_case(actor, "complaints.handle", complaint.case)
    complaint = held_complaint(complaint)
    check_move(complaint.stage, Stage.INVESTIGATED)
    check_not_about(complaint, actor)
    _entrust(complaint, to, actor)


def _entrust(complaint: Complaint, to: Agent, actor: Actor) -> None:
    check_investigator(complaint, to)
    if complaint.investigator_id == to.pk:
        return
    change(complaint, investigator=to)
    write_step(complaint, "entrusted", actor=actor, facts={"agent_id": to.pk})
    announce(ComplaintEntrusted(**about(complaint), agent_id=to.pk), actor=actor)
    if to.pk != actor.pk:
        alert(agent=to, case=complaint.case, reason="complaints.entrusted", source=f"{complaint.pk}:{to.pk}")


@in_one
def investigate(*, complaint: Complaint, actor: Actor, findings: str) -> None:
    """Write down what was found, by whoever looked into it.

    Raises ``Refusal('findings_missing' | 'complaint_about_you' | 'investigator_unfit' | 'complaint_needs_a_person' |
    'cannot_investigate_now')``: a grave one must have been acknowledged by a person before.
    """
    require_case(actor, "complaints.handle", complaint.case)
    complaint = held_complaint(complaint)
    check_move(complaint.stage, Stage.INVESTIGATED)
    check_not_about(complaint, actor)
    check_investigator(complaint, agent_by_id(actor.agent_id))
    if (complaint.severity or 0) >= GRAVE and complaint.acknowledged_by_id is None:
        text = _("A complaint this serious is acknowledged by a person. Write to the customer first.")
        raise Refusal("complaint_needs_a_person", text)
    found = needed(findings, "findings_missing", "findings", _("Record the findings."))
    go_on(complaint, Stage.INVESTIGATED, actor=actor, words=found, investigator_id=actor.agent_id)
    announce(ComplaintInvestigated(**about(complaint), agent_id=actor.agent_id), actor=actor)
