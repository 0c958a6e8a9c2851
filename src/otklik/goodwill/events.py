"""What happens when somebody says yes or no."""

from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("goodwill.given")
@dataclass(frozen=True, kw_only=True)
class Given(DomainEvent):
    """A customer was given something of ``amount`` kopecks."""

    gesture_id: int
    gift_id: int
    agent_id: int
    amount: int


@event("goodwill.reversed")
@dataclass(frozen=True, kw_only=True)
class Reversed(DomainEvent):
    """What was given was taken back in the ledger."""

    gesture_id: int
    gift_id: int
    amount: int


@event("goodwill.lead_asked")
@dataclass(frozen=True, kw_only=True)
class LeadAsked(DomainEvent):
    """A lead is to say whether a customer may be given more than an agent may give; one event for each lead."""

    gesture_id: int
    gift_id: int
    lead_id: int


@event("goodwill.lead_answered")
@dataclass(frozen=True, kw_only=True)
class LeadAnswered(DomainEvent):
    gesture_id: int
    gift_id: int
    is_yes: bool


@event("goodwill.withdrawn")
@dataclass(frozen=True, kw_only=True)
class Withdrawn(DomainEvent):
    """Whoever asked needs no answer any more."""

    gesture_id: int
    gift_id: int


@event("goodwill.answer_overdue")
@dataclass(frozen=True, kw_only=True)
class AnswerOverdue(DomainEvent):
    """No lead has answered by the moment that was promised."""

    gesture_id: int
    gift_id: int


@event("goodwill.no_said")
@dataclass(frozen=True, kw_only=True)
class NoSaid(DomainEvent):
    """A customer was told "no" by a rule."""

    said_no_id: int
    rule_id: int


@event("goodwill.gift_changed")
@dataclass(frozen=True, kw_only=True)
class GiftChanged(DomainEvent):
    gift_id: int
    fields: list[str]


@event("goodwill.situation_changed")
@dataclass(frozen=True, kw_only=True)
class SituationChanged(DomainEvent):
    situation_id: int
    fields: list[str]


@event("goodwill.rule_changed")
@dataclass(frozen=True, kw_only=True)
class RuleChanged(DomainEvent):
    rule_id: int
    fields: list[str]


@event("goodwill.limit_changed")
@dataclass(frozen=True, kw_only=True)
class LimitChanged(DomainEvent):
    agent_id: int


@event("goodwill.budget_changed")
@dataclass(frozen=True, kw_only=True)
class BudgetChanged(DomainEvent):
    team_id: int
    amount: int
