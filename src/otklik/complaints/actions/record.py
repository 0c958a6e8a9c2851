"""The one place where a complaint moves on, and the record that grows with it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions import alert
from otklik.cases.queries import may_see
from otklik.complaints.models import Complaint, Stage, Step
from otklik.complaints.moves import check_move
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.team.models import Agent
from otklik.team.queries import actor_for, leads_of


def held_complaint(complaint: Complaint) -> Complaint:
    """The complaint as it is now, held until the transaction ends, with its case, customer and team."""
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("case__customer", "case__owner", "case__team__working_time").get(pk=complaint.pk)


def go_on(
    complaint: Complaint, to: Stage, *, actor: Actor, words: str = "", letter_id: int | None = None, **changes: Any
) -> None:
    """Move a held complaint, write what was done, and remember it. Raises the refusal of a move out of order."""
    check_move(complaint.stage, to)
    facts: dict[str, Any] = {name: changes[name] for name in ("severity", "is_urgent") if name in changes}
    write_step(complaint, to, actor=actor, words=words, facts=facts, letter_id=letter_id)
    change(complaint, stage=to, **changes)


def change(complaint: Complaint, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(complaint, name, value)
    complaint.updated_at = timezone.now()
    complaint.save(update_fields=[*changes, "updated_at"])


def write_step(
    complaint: Complaint,
    what: str,
    *,
    actor: Actor,
    words: str = "",
    facts: dict[str, Any] | None = None,
    letter_id: int | None = None,
) -> None:
    Step.objects.create(
        complaint=complaint,
        what=what,
        at=timezone.now(),
        agent_id=actor.pk if actor.is_agent else None,
        is_customers=actor.is_customer,
        words=words.strip(),
        facts=facts or {},
        letter_id=letter_id,
    )


def about(complaint: Complaint) -> dict[str, Any]:
    """What every event of a complaint says."""
    return {"case_id": complaint.case_id, "customer_id": complaint.customer_id, "complaint_id": complaint.pk}


def needed(text: str, code: str, field: str, missing: str) -> str:
    """The text without what stands around it. Raises a ``Refusal`` with this code when nothing is left."""
    if not text.strip():
        raise Refusal(code, missing, fields={field: missing})
    return text.strip()


def check_not_about(complaint: Complaint, actor: Actor) -> None:
    """Raises ``Refusal('complaint_about_you')``: nobody judges a complaint about themselves."""
    if actor.is_agent and complaint.against_id == actor.pk:
        raise Refusal("complaint_about_you", _("This complaint is about you. A colleague decides about it."))


def check_investigator(complaint: Complaint, agent: Agent) -> None:
    """Raises ``Refusal('investigator_unfit')`` for whom it is about, who decided before, or who does not see it."""
    why = ""
    if agent.pk == complaint.against_id:
        why = _("The complaint is about this colleague. Choose somebody else.")
    elif complaint.stage == Stage.REFUSED and agent.pk == complaint.decided_by_id:
        why = _("This colleague gave the answer that was refused. Choose somebody else.")
    elif not agent.is_active or not may_see(actor_for(agent), complaint.case):
        why = _("This colleague does not see the case.")
    if why:
        raise Refusal("investigator_unfit", why, fields={"investigator": why})


def tell_leads(complaint: Complaint, reason: str, *, source: str, actor: Actor) -> None:
    """The leads of the team hear at once, but for whoever did it and whom the complaint is about."""
    for lead in leads_of(complaint.case.team):
        if lead.pk not in {complaint.against_id, actor.pk if actor.is_agent else None}:
            alert(agent=lead, case=complaint.case, reason=reason, source=source)


def tell_owner(complaint: Complaint, reason: str, *, source: str, actor: Actor) -> None:
    """The owner of the case hears, unless they did it themselves."""
    if not (actor.is_agent and actor.pk == complaint.case.owner_id):
        alert(agent=complaint.case.owner, case=complaint.case, reason=reason, source=source)
