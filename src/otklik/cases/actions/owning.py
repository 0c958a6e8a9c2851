"""One named owner, a deputy while they are away, and a hand-over that spares the customer a second telling."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.editing import alert
from otklik.cases.events import DeputyLeft, DeputyNamed, OwnerChanged
from otklik.cases.models import Alert, Case
from otklik.cases.queries import conversation_to_answer, open_load, require_case
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events import announce
from otklik.foundation.transactions import in_one
from otklik.reach.actions import write_note
from otklik.team.actions import edit_agent
from otklik.team.models import Agent, Team
from otklik.team.queries import deputy_of, is_here


@in_one
def transfer(*, case: Case, actor: Actor, to: Agent, summary: str, team: Team | None = None) -> None:
    """Give the case a new owner; the written summary becomes a note, and the customer is told the new name.

    Raises ``Refusal('summary_missing' | 'same_owner' | 'agent_inactive' | 'changed_meanwhile')``.
    """
    require_case(actor, "cases.transfer", case)
    if not summary.strip():
        text = _("Write what the next owner must know, so that the customer tells nothing twice.")
        raise Refusal("summary_missing", text, fields={"summary": text})
    if to.pk == case.owner_id:
        raise Refusal("same_owner", _("%(name)s already accompanies this case.") % {"name": to.name})
    if not to.is_active:
        raise Refusal("agent_inactive", _("%(name)s does not work here any more.") % {"name": to.name})
    former = case.owner_id
    changed = Case.objects.filter(pk=case.pk, owner_id=former).update(
        owner=to, deputy=None, team=team or _team_after(case, to), updated_at=timezone.now()
    )
    if not changed:
        raise Refusal("changed_meanwhile", _("A colleague has just handed this case over. Look at what is new."))
    open_load.forget()
    note = write_note(conversation=conversation_to_answer(case), text=summary.strip(), actor=actor)
    case.refresh_from_db(fields=["owner", "deputy", "team", "updated_at"])
    happened = OwnerChanged(case_id=case.pk, customer_id=case.customer_id, from_id=former, to_id=to.pk, note_id=note.pk)
    announce(happened, actor=actor)
    if actor.pk != to.pk:
        alert(agent=to, case=case, reason=Alert.Reason.HANDED_OVER, source=str(note.pk))


def _team_after(case: Case, to: Agent) -> Team:
    """The case stays in its team if the new owner is a member, else it goes to theirs."""
    teams = Team.objects.filter(memberships__agent=to)
    if teams.filter(pk=case.team_id).exists():
        return case.team
    return teams.order_by("id").first() or case.team


@in_one
def name_deputy(*, case: Case, conversation_id: int) -> Agent | None:
    """Name who answers while the owner is away; None when nobody is here."""
    deputy = deputy_of(case.owner)
    if deputy is None or not Case.objects.filter(pk=case.pk, deputy=None).update(deputy=deputy):
        return None
    case.deputy = deputy
    happened = DeputyNamed(
        case_id=case.pk, customer_id=case.customer_id, deputy_id=deputy.pk, conversation_id=conversation_id
    )
    announce(happened, actor=SYSTEM)
    return deputy


@in_one
def stand_in(*, case: Case, actor: Actor) -> None:
    """Answer for the owner who is away; the owner stays the owner, the customer is told both names.

    Raises ``Refusal('owner_is_here' | 'changed_meanwhile')``.
    """
    require_case(actor, "cases.reply", case)
    if case.owner_id == actor.pk or is_here(case.owner):
        raise Refusal("owner_is_here", _("%(name)s is here and answers.") % {"name": case.owner.name})
    if not Case.objects.filter(pk=case.pk, deputy_id=case.deputy_id).update(deputy_id=actor.agent_id):
        raise Refusal("changed_meanwhile", _("A colleague has just taken this over. Look at what is new."))
    happened = DeputyNamed(
        case_id=case.pk,
        customer_id=case.customer_id,
        deputy_id=actor.agent_id,
        conversation_id=conversation_to_answer(case).pk,
    )
    announce(happened, actor=actor)


@in_one
def dismiss_deputies(*, owner_id: int) -> None:
    """The owner is back: their deputies step down."""
    for case in Case.objects.filter(owner_id=owner_id).exclude(deputy=None).order_by("id"):
        deputy_id = case.deputy_id
        if deputy_id and Case.objects.filter(pk=case.pk, deputy_id=deputy_id).update(deputy=None):
            announce(DeputyLeft(case_id=case.pk, customer_id=case.customer_id, deputy_id=deputy_id), actor=SYSTEM)


@in_one
def let_agent_go(*, agent: Agent, to: Agent | None, actor: Actor) -> int:
    """Deactivate an agent; their unfinished cases get a new owner in the same step. Returns how many.

    Raises ``Refusal('heir_missing')`` while cases are left and ``to`` is None, ``Refusal('last_admin')``.
    """
    require(actor, "team.edit")
    left = Case.objects.filter(owner=agent, state__in=[Case.State.OPEN, Case.State.SOLVED]).order_by("id")
    cases = list(left.select_related("customer", "team"))
    if cases and (to is None or to.pk == agent.pk):
        text = _("Choose who takes over the unfinished cases.")
        raise Refusal("heir_missing", text, fields={"to": text})
    for case in cases:
        if to is not None:
            summary = _("%(name)s no longer works here. The whole story of the case is above.") % {"name": agent.name}
            transfer(case=case, actor=actor, to=to, summary=summary)
    Case.objects.filter(deputy=agent).update(deputy=None)
    edit_agent(agent=agent, actor=actor, changes={"is_active": False})
    return len(cases)
