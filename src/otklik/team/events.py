from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("team.agent_joined")
@dataclass(frozen=True, kw_only=True)
class AgentJoined(DomainEvent):
    agent_id: int


@event("team.agent_came")
@dataclass(frozen=True, kw_only=True)
class AgentCame(DomainEvent):
    """An invited agent stands at the desk for the first time: from now on they may own cases."""

    agent_id: int


@event("team.agent_changed")
@dataclass(frozen=True, kw_only=True)
class AgentChanged(DomainEvent):
    agent_id: int
    fields: list[str]


@event("team.agent_went_away")
@dataclass(frozen=True, kw_only=True)
class AgentWentAway(DomainEvent):
    agent_id: int
    deputy_id: int | None = None


@event("team.day_ended")
@dataclass(frozen=True, kw_only=True)
class AgentEndedDay(DomainEvent):
    """Away until the next working day."""

    agent_id: int
    deputy_id: int | None = None


@event("team.agent_paused")
@dataclass(frozen=True, kw_only=True)
class AgentPaused(DomainEvent):
    agent_id: int


@event("team.agent_came_back")
@dataclass(frozen=True, kw_only=True)
class AgentCameBack(DomainEvent):
    agent_id: int


@event("team.manager_named")
@dataclass(frozen=True, kw_only=True)
class ManagerNamed(DomainEvent):
    """An agent is the personal manager of the customer now."""

    agent_id: int


@event("team.manager_released")
@dataclass(frozen=True, kw_only=True)
class ManagerReleased(DomainEvent):
    """An agent is the personal manager of the customer no more."""

    agent_id: int


@event("team.organizations_manager_named")
@dataclass(frozen=True, kw_only=True)
class OrganizationsManagerNamed(DomainEvent):
    organization_id: int
    agent_id: int


@event("team.organizations_manager_released")
@dataclass(frozen=True, kw_only=True)
class OrganizationsManagerReleased(DomainEvent):
    organization_id: int
    agent_id: int


@event("team.token_created")
@dataclass(frozen=True, kw_only=True)
class TokenCreated(DomainEvent):
    agent_id: int
    token_id: int


@event("team.token_revoked")
@dataclass(frozen=True, kw_only=True)
class TokenRevoked(DomainEvent):
    agent_id: int
    token_id: int


@event("team.team_changed")
@dataclass(frozen=True, kw_only=True)
class TeamChanged(DomainEvent):
    """``fields``: name, working_time, is_first, members."""

    team_id: int
    fields: list[str]
    agent_id: int | None = None


@event("team.working_time_changed")
@dataclass(frozen=True, kw_only=True)
class WorkingTimeChanged(DomainEvent):
    working_time_id: int
    fields: list[str]


@event("team.agent_invited")
@dataclass(frozen=True, kw_only=True)
class AgentInvited(DomainEvent):
    """A letter with the link to choose a password was asked for."""

    agent_id: int


@event("team.invitation_failed")
@dataclass(frozen=True, kw_only=True)
class InvitationFailed(DomainEvent):
    """That letter did not arrive; ``problem``: an ``Agent.InvitationProblem``; ``letter``: its mark."""

    agent_id: int
    problem: str
    letter: str = ""


@event("team.login_changed")
@dataclass(frozen=True, kw_only=True)
class LoginChanged(DomainEvent):
    """How an agent logs in is now different; ``what``: password_changed, password_reset, totp_activated …"""

    agent_id: int
    what: str


@event("team.reset_asked")
@dataclass(frozen=True, kw_only=True)
class ResetAsked(DomainEvent):
    """Somebody asked for a letter by which this agent chooses a new password."""

    agent_id: int
