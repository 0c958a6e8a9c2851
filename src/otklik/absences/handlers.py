"""What absences do when something happens below."""

from otklik.absences.actions import end_those_begun
from otklik.foundation.events.announcing import on
from otklik.team.events import AgentCameBack


@on(AgentCameBack)
def see_their_absence_end(happened: AgentCameBack) -> None:
    end_those_begun(agent_id=happened.agent_id)
