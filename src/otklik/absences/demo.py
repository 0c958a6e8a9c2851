"""What the demo company knows of absences: somebody goes on holiday next week."""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from otklik.absences.actions import plan_absence
from otklik.foundation.manifest import Deeds
from otklik.team.models import Agent
from otklik.team.queries import actor_for


def deeds(now: datetime, chance: Random) -> Deeds:
    """Planned this morning, with some of its list still to be looked at."""
    yield now - timedelta(hours=2), partial(_plan, now)


def _plan(now: datetime) -> None:
    agents = list(Agent.objects.filter(is_active=True, is_away=False, role="agent").order_by("id")[:2])
    if len(agents) == 2:  # noqa: PLR2004  # somebody goes, somebody answers
        agent, deputy = agents
        starts_at = (now + timedelta(days=1)).replace(hour=6, minute=0, second=0, microsecond=0)
        ends_at = starts_at + timedelta(days=7)
        actor = actor_for(agent)
        plan_absence(agent=agent, deputy=deputy, starts_at=starts_at, ends_at=ends_at, about="Отпуск", actor=actor)
