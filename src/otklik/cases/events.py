from dataclasses import dataclass

from otklik.foundation.events import DomainEvent, event


@event("cases.opened")
@dataclass(frozen=True, kw_only=True)
class CaseOpened(DomainEvent):
    conversation_id: int
    owner_id: int
    deputy_id: int | None = None
    is_automatic: bool = False


@event("cases.heard")
@dataclass(frozen=True, kw_only=True)
class CustomerHeard(DomainEvent):
    """The customer said something new in a known case."""

    message_id: int


@event("cases.replied")
@dataclass(frozen=True, kw_only=True)
class Replied(DomainEvent):
    message_id: int
    is_first_answer: bool = False


@event("cases.noted")
@dataclass(frozen=True, kw_only=True)
class Noted(DomainEvent):
    message_id: int


@event("cases.solved")
@dataclass(frozen=True, kw_only=True)
class CaseSolved(DomainEvent):
    """The team believes it is solved; the customer has not spoken yet. ``round`` counts the attempts from 1."""

    round: int = 1


@event("cases.reopened")
@dataclass(frozen=True, kw_only=True)
class CaseReopened(DomainEvent):
    """``reason``: customer_said_no, words_contradict, low_rating, new_word, undelivered, by_agent, merged."""

    reason: str
    word_id: int | None = None


@event("cases.closed")
@dataclass(frozen=True, kw_only=True)
class CaseClosed(DomainEvent):
    """``outcome``: satisfied (the customer's word) or unconfirmed (silence)."""

    outcome: str
    word_id: int | None = None


@event("cases.owner_changed")
@dataclass(frozen=True, kw_only=True)
class OwnerChanged(DomainEvent):
    from_id: int
    to_id: int
    note_id: int


@event("cases.deputy_named")
@dataclass(frozen=True, kw_only=True)
class DeputyNamed(DomainEvent):
    deputy_id: int
    conversation_id: int


@event("cases.deputy_left")
@dataclass(frozen=True, kw_only=True)
class DeputyLeft(DomainEvent):
    deputy_id: int


@event("cases.edited")
@dataclass(frozen=True, kw_only=True)
class CaseEdited(DomainEvent):
    fields: list[str]


@event("cases.alerted")
@dataclass(frozen=True, kw_only=True)
class Alerted(DomainEvent):
    agent_id: int
    reason: str


@event("cases.merged")
@dataclass(frozen=True, kw_only=True)
class CaseMerged(DomainEvent):
    """The conversations of ``from_case_id`` now belong to this case."""

    from_case_id: int


@event("cases.macro_changed")
@dataclass(frozen=True, kw_only=True)
class MacroChanged(DomainEvent):
    macro_id: int
    fields: list[str]


@event("cases.custom_field_changed")
@dataclass(frozen=True, kw_only=True)
class CustomFieldChanged(DomainEvent):
    custom_field_id: int
    fields: list[str]
