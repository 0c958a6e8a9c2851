from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("voice.customer_asked")
@dataclass(frozen=True, kw_only=True)
class CustomerAsked(DomainEvent):
    invitation_id: int


@event("voice.customer_reminded")
@dataclass(frozen=True, kw_only=True)
class CustomerReminded(DomainEvent):
    invitation_id: int
    count: int


@event("voice.answer_recorded")
@dataclass(frozen=True, kw_only=True)
class AnswerRecorded(DomainEvent):
    invitation_id: int
    answer_id: int
    is_solved: bool
    satisfaction: int | None = None
    ease: int | None = None
    explained_twice: bool | None = None
