"""Who may become an owner, asked at the moment it becomes so: what a process remembers of the team may be old."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from otklik.cases.queries import open_load, served_before
from otklik.customers.models import Customer
from otklik.foundation.errors import Refusal
from otklik.team.choosing import Chosen, Load, next_owner
from otklik.team.models import Agent, Team
from otklik.team.queries import here_in, managers_of, serves

_TRIES = 3


def owner_for(team: Team, customer: Customer, *, words: Iterable[str] = ()) -> Chosen:
    """Who accompanies a matter of this customer from now on; they stay here until the transaction ends.

    ``words``: what the matter is about, for the team's skills. Raises ``Refusal('nobody_here')``.
    """
    load, before = open_load(team), served_before(customer)
    for _try in range(_TRIES):
        try:
            chosen = next_owner(team=team, load=load, served_before=before, managers=managers_of(customer), words=words)
        except Agent.DoesNotExist:
            break
        owner = chosen.agent
        if serves(owner.pk):
            newest = max((one.last for one in load.values()), default=0)
            load[owner.pk] = load.get(owner.pk, Load()).and_one(newest + 1)
            return chosen
        here_in.forget()
    raise Refusal("nobody_here", _("We are just opening, and nobody can answer yet. Please send it a little later."))


def check_may_own(agent: Agent) -> Agent:
    """Raises ``Refusal('agent_inactive' | 'agent_not_come')``; else they stay here until the transaction ends."""
    if serves(agent.pk):
        return agent
    if not agent.is_active or agent.came_at is not None:  # they may have left since ``agent`` was read
        text = _("%(name)s does not work here any more.") % {"name": agent.name}
        raise Refusal("agent_inactive", text, fields={"owner": text})
    text = _("%(name)s was invited, but has never been at the desk yet.") % {"name": agent.name}
    raise Refusal("agent_not_come", text, fields={"owner": text})
