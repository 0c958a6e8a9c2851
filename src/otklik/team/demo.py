"""Who accompanies whom in the demo company."""

from datetime import datetime, timedelta
from random import Random

from otklik.customers.models import Customer, Organization
from otklik.foundation.actors import SYSTEM
from otklik.foundation.manifest import Deeds
from otklik.team.actions.managers import name_manager
from otklik.team.models import Agent


def deeds(now: datetime, chance: Random) -> Deeds:
    """The first organization and one of the customers have a manager of their own."""
    yield now - timedelta(hours=1), _name


def _name() -> None:
    agents = list(Agent.objects.filter(is_active=True, role="agent").order_by("id")[:2])
    charges = [Organization.objects.order_by("id").first(), Customer.objects.order_by("id").first()]
    for agent, charge in zip(agents, charges, strict=False):
        if charge is not None:
            name_manager(charge=charge, agent=agent, actor=SYSTEM)
