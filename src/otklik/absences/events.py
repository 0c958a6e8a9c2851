from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("absences.planned")
@dataclass(frozen=True, kw_only=True)
class AbsencePlanned(DomainEvent):
    absence_id: int
    agent_id: int


@event("absences.cancelled")
@dataclass(frozen=True, kw_only=True)
class AbsenceCancelled(DomainEvent):
    absence_id: int
    agent_id: int


@event("absences.began")
@dataclass(frozen=True, kw_only=True)
class AbsenceBegan(DomainEvent):
    """``left``: how many things that fall due in it nobody had looked at."""

    absence_id: int
    agent_id: int
    left: int


@event("absences.ended")
@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(DomainEvent):
    absence_id: int
    agent_id: int


@event("absences.checked")
@dataclass(frozen=True, kw_only=True)
class AbsenceChecked(DomainEvent):
    """``kind``: of the promise; ``decision``: of ``Check.Decision``; ``agent_id``: who will be away."""

    absence_id: int
    agent_id: int
    kind: str
    decision: str
