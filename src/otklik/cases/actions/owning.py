"""One named owner, a deputy while they are away, and a hand-over that spares the customer a second telling."""

from typing import Unpack

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.editing import alert
from otklik.cases.actions.holding import hold
from otklik.cases.actions.naming import check_may_own
from otklik.cases.events import DeputyLeft, DeputyNamed, OwnerChanged
from otklik.cases.models import Alert, Case
from otklik.cases.queries import Seen, conversation_to_answer, open_load, said_last_in
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.reach.actions import write_note
from otklik.team.models import Agent, Team
from otklik.team.queries import deputy_of, is_here


@in_one
def transfer(
    *, case: Case, actor: Actor, to: Agent, summary: str, team: Team | None = None, **seen: Unpack[Seen]
) -> None:
    """Give the case a new owner; the written summary becomes a note, and the customer is told the new name.

    Raises ``Refusal('summary_missing' | 'same_owner' | 'agent_inactive' | 'agent_not_come' | 'changed_meanwhile')``.
    """
    former = case.owner_id
    hold(case, actor=actor, permission="cases.transfer", **seen)
    if case.owner_id != former:
        raise Refusal("changed_meanwhile", _("A colleague has just handed this case over. Look at what is new."))
    if not summary.strip():
        text = _("Write what the next owner must know, so that the customer tells nothing twice.")
        raise Refusal("summary_missing", text, fields={"summary": text})
    if to.pk == case.owner_id:
        raise Refusal("same_owner", _("%(name)s already accompanies this case.") % {"name": to.name})
    check_may_own(to)
    give(case, to, team or team_after(case, to))
    note = write_note(conversation=conversation_to_answer(case), text=summary.strip(), actor=actor)
    tell_of_new_owner(case, from_id=former, actor=actor, note_id=note.pk)


def give(case: Case, to: Agent, team: Team) -> None:
    """Write down whose case it is; whoever stood in for the former owner steps down."""
    Case.objects.filter(pk=case.pk).update(owner=to, deputy=None, team=team, updated_at=timezone.now())
    open_load.forget()
    case.refresh_from_db(fields=["owner", "deputy", "team", "updated_at"])


def tell_of_new_owner(case: Case, *, from_id: int, actor: Actor, note_id: int | None = None) -> None:
    """The customer and the new owner learn of it; without a note the former owner has left, and history says so."""
    since = note_id or said_last_in(case)
    happened = OwnerChanged(
        case_id=case.pk,
        customer_id=case.customer_id,
        from_id=from_id,
        to_id=case.owner_id,
        note_id=since,
        has_left=note_id is None,
    )
    announce(happened, actor=actor)
    if actor.pk != case.owner_id:
        alert(agent=case.owner, case=case, reason=Alert.Reason.HANDED_OVER, source=str(since))


def team_after(case: Case, to: Agent) -> Team:
    """The case stays in its team if the new owner is a member, else it goes to theirs."""
    teams = Team.objects.filter(memberships__agent=to)
    if teams.filter(pk=case.team_id).exists():
        return case.team
    return teams.order_by("id").first() or case.team


@in_one
def name_deputy(*, case: Case, conversation_id: int) -> Agent | None:
    """Name who answers while the owner is away, also in the place of a deputy who went away; None when nobody is here.

    The deputy hears at once that a customer waits for them.
    """
    deputy = deputy_of(case.owner)
    now = Case.objects.filter(pk=case.pk, deputy_id=case.deputy_id)
    if deputy is None or deputy.pk == case.deputy_id or not now.update(deputy=deputy, updated_at=timezone.now()):
        return None
    case.deputy = deputy
    happened = DeputyNamed(
        case_id=case.pk, customer_id=case.customer_id, deputy_id=deputy.pk, conversation_id=conversation_id
    )
    announce(happened, actor=SYSTEM)
    alert(agent=deputy, case=case, reason=Alert.Reason.STANDS_IN, source=str(said_last_in(case)))
    return deputy


@in_one
def stand_in(*, case: Case, actor: Actor) -> None:
    """Answer for the owner who is away; the owner stays the owner, the customer is told both names.

    Raises ``Refusal('owner_is_here' | 'changed_meanwhile')``.
    """
    deputy_id = case.deputy_id
    hold(case, actor=actor, permission="cases.reply")
    if case.owner_id == actor.pk or is_here(case.owner):
        raise Refusal("owner_is_here", _("%(name)s is here and answers.") % {"name": case.owner.name})
    if case.deputy_id != deputy_id:
        raise Refusal("changed_meanwhile", _("A colleague has just taken this over. Look at what is new."))
    Case.objects.filter(pk=case.pk).update(deputy_id=actor.agent_id, updated_at=timezone.now())
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
        deputy_id, theirs = case.deputy_id, Case.objects.filter(pk=case.pk, deputy_id=case.deputy_id)
        if deputy_id and theirs.update(deputy=None, updated_at=timezone.now()):
            announce(DeputyLeft(case_id=case.pk, customer_id=case.customer_id, deputy_id=deputy_id), actor=SYSTEM)
