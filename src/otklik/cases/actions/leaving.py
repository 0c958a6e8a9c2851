"""Somebody leaves: no case stays with a person who is gone."""

import logging

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.editing import alert
from otklik.cases.actions.holding import held
from otklik.cases.actions.naming import check_may_own, owner_for
from otklik.cases.actions.owning import give, team_after, tell_of_new_owner
from otklik.cases.models import Alert, Case
from otklik.cases.queries import left_behind
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.team.actions import edit_agent
from otklik.team.actions.managers import hand_charges
from otklik.team.models import Agent
from otklik.team.queries import admins, leads_of, serves

logger = logging.getLogger(__name__)


@in_one
def let_agent_go(*, agent: Agent, to: Agent | None, actor: Actor, by_rules: bool = False) -> int:
    """Deactivate an agent; their unfinished cases get a new owner in the same step. Returns how many.

    ``to`` takes all of them, and the customers whom they managed; ``by_rules``: each case finds its owner as a new one
    would, and ``to`` takes only those customers. Raises ``Refusal('heir_missing')`` while cases are left and nobody
    takes them, ``Refusal('last_admin')``, for an heir ``Refusal('agent_inactive' | 'agent_not_come')``, and by the
    rules ``Refusal('nobody_here')``.
    """
    require(actor, "team.edit")
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)  # what is just becoming theirs is seen below
    left = Case.objects.filter(owner=agent, state__in=[Case.State.OPEN, Case.State.SOLVED]).order_by("id")
    cases = list(left.select_related("customer", "team__working_time"))
    if cases and not by_rules and (to is None or to.pk == agent.pk):
        text = _("Choose who takes over the unfinished cases.")
        raise Refusal("heir_missing", text, fields={"to": text})
    if cases and to is not None and not by_rules:
        check_may_own(to)
    edit_agent(agent=agent, actor=actor, changes={"is_active": False})
    for case in cases:
        heir = to if to is not None and not by_rules else _heir(case)
        give(case, heir, team_after(case, heir))
        tell_of_new_owner(case, from_id=agent.pk, actor=actor)
    Case.objects.filter(deputy=agent).update(deputy=None, updated_at=timezone.now())
    hand_charges(agent=agent, to=to, actor=actor)
    return len(cases)


def _heir(case: Case) -> Agent:
    return owner_for(case.team, case.customer, words=(*case.tags, case.subject)).agent


def find_those_left_behind() -> int:
    """Every unfinished case whose owner no longer serves here gets one who does, by the ordinary choice. How many did.

    Whoever leads hears of each; where nobody can be found they hear that, and the next look tries again.
    """
    Case.objects.filter(deputy__is_active=False).update(deputy=None, updated_at=timezone.now())
    return sum(_find_owner(case) for case in left_behind())


@in_one
def _find_owner(case: Case) -> bool:
    case = held(case)
    if serves(case.owner_id) or case.state not in {Case.State.OPEN, Case.State.SOLVED}:
        return False
    former, is_found = case.owner_id, True
    try:
        heir = _heir(case)
        give(case, heir, team_after(case, heir))
        tell_of_new_owner(case, from_id=former, actor=SYSTEM)
    except Refusal:
        logger.warning("case_left_behind", extra={"case": case.pk})
        is_found = False
    for lead in leads_of(case.team) or admins():
        alert(agent=lead, case=case, reason=Alert.Reason.LEFT_BEHIND, source=str(former))
    return is_found
