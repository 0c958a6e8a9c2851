"""A short pause, the end of a day, and who is back at the moment they said."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.team.actions import come_back, go_away
from otklik.team.events import AgentPaused
from otklik.team.models import Agent
from otklik.team.queries import back_by_now, here_in, next_day_of

LONGEST_PAUSE = 60
"""Minutes: who is gone for longer is away, and somebody answers for them."""


@transaction.atomic
def take_pause(*, agent: Agent, actor: Actor, minutes: int) -> None:
    """For some minutes no new customer comes to them; those whom they know wait. Nobody stands in.

    Raises ``Refusal('not_allowed' | 'pause_invalid' | 'away_already')``.
    """
    if actor.pk != agent.pk:
        require(actor, "team.edit")
    if minutes not in range(1, LONGEST_PAUSE + 1):
        text = _("A short pause has 1 to %(most)d minutes.") % {"most": LONGEST_PAUSE}
        raise Refusal("pause_invalid", text, fields={"minutes": text})
    until = timezone.now() + timedelta(minutes=minutes)
    if not Agent.objects.filter(pk=agent.pk, is_away=False).update(pause_until=until):
        raise Refusal("away_already", _("%(name)s is away already.") % {"name": agent.name})
    agent.pause_until = until
    here_in.forget()
    announce(AgentPaused(agent_id=agent.pk), actor=actor)


def end_day(*, agent: Agent, actor: Actor, deputy: Agent | None = None) -> None:
    """Away until the team's next working day begins; who works over midnight, until they are back."""
    until = next_day_of(agent, now=timezone.now())
    go_away(agent=agent, actor=actor, until=until, deputy=deputy, is_day_over=True)


def bring_back(now: datetime) -> None:
    """Who said they would be back by now is back; their deputies step down when that is heard."""
    for agent in back_by_now(now):
        come_back(agent=agent, actor=SYSTEM)
