from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("promises.warned")
@dataclass(frozen=True, kw_only=True)
class Warned(DomainEvent):
    """A colleague was told that a promise is about to break."""

    notice_id: int
    agent_id: int
    kind: str
    due_at: str


@event("promises.broken")
@dataclass(frozen=True, kw_only=True)
class PromiseBroken(DomainEvent):
    """A promise was not kept in time; ``owner_id``: who owned the case then; ``due_at`` in ISO."""

    broken_id: int
    owner_id: int
    kind: str
    due_at: str


@event("promises.word_given")
@dataclass(frozen=True, kw_only=True)
class WordGiven(DomainEvent):
    """After a promise broke, the customer got a word of a person: in a letter, or in another way (0)."""

    message_id: int = 0


@event("promises.word_lost")
@dataclass(frozen=True, kw_only=True)
class WordLost(DomainEvent):
    """The letter with that word did not arrive: the customer waits for one again."""

    message_id: int


@event("promises.offered")
@dataclass(frozen=True, kw_only=True)
class PromiseOffered(DomainEvent):
    """An answer promises something in words; its author is asked whether it is a promise of the case."""

    offer_id: int


@event("promises.offer_decided")
@dataclass(frozen=True, kw_only=True)
class OfferDecided(DomainEvent):
    offer_id: int
    is_taken: bool
