"""What the team does when something happens."""

from otklik.foundation.events import on
from otklik.team.events import AgentInvited
from otklik.team.login import send_invitation
from otklik.team.models import Agent


@on(AgentInvited)
def send_the_invitation(happened: AgentInvited) -> None:
    """A new agent chooses their own password by the link in a letter."""
    send_invitation(Agent.objects.get(pk=happened.agent_id))
