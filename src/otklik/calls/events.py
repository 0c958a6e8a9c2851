from dataclasses import dataclass, field

from otklik.foundation.events.announcing import DomainEvent, event


@event("calls.noted")
@dataclass(frozen=True, kw_only=True)
class TalkNoted(DomainEvent):
    """A talk with the customer was written down. ``way``: phone or visit."""

    talk_id: int
    agent_id: int | None
    way: str


@event("calls.rang")
@dataclass(frozen=True, kw_only=True)
class CallRang(DomainEvent):
    """A call rings, was taken up or is over: the screens of these agents show it, or show it no longer."""

    call_id: int
    agent_ids: list[int] = field(default_factory=list)


@event("calls.owed")
@dataclass(frozen=True, kw_only=True)
class CallOwed(DomainEvent):
    """We owe a call: one was missed, or was asked for."""

    call_back_id: int
    because: str


@event("calls.missed_again")
@dataclass(frozen=True, kw_only=True)
class MissedAgain(DomainEvent):
    """Whoever we owe a call has called in vain once more."""

    call_back_id: int


@event("calls.called_back")
@dataclass(frozen=True, kw_only=True)
class CalledBack(DomainEvent):
    """We do not owe this call any longer. ``call_id``: by which call we spoke, 0 where somebody said so."""

    call_back_id: int
    call_id: int = 0


@event("calls.walked_in")
@dataclass(frozen=True, kw_only=True)
class WalkedIn(DomainEvent):
    """Somebody at a counter waits, or waits no longer: the screens of these agents show it."""

    walk_in_id: int
    counter_id: int
    agent_ids: list[int] = field(default_factory=list)


@event("calls.counter_changed")
@dataclass(frozen=True, kw_only=True)
class CounterChanged(DomainEvent):
    counter_id: int


@event("calls.numbers_changed")
@dataclass(frozen=True, kw_only=True)
class NumbersChanged(DomainEvent):
    """Other phones ring at other colleagues."""
