from dataclasses import dataclass

from otklik.foundation.events import DomainEvent, event


@event("team.agent_joined")
@dataclass(frozen=True, kw_only=True)
class AgentJoined(DomainEvent):
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


@event("team.agent_came_back")
@dataclass(frozen=True, kw_only=True)
class AgentCameBack(DomainEvent):
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
