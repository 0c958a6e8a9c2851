from dataclasses import dataclass, field

from otklik.foundation.events.announcing import DomainEvent, event

DOOR_BROKEN = "reach.door_broken"
"""Also what the admins are told then, as a kind of alert."""


@event("reach.message_received")
@dataclass(frozen=True, kw_only=True)
class MessageReceived(DomainEvent):
    """A message from outside is stored; automatic ones and reports too. ``is_taken``: who stored it opens its case.

    ``is_history``: it lay in a mailbox from before the day on which we began to read it.
    """

    message_id: int
    conversation_id: int
    is_new_conversation: bool
    is_taken: bool = False
    is_history: bool = False


@event("reach.letter_returned")
@dataclass(frozen=True, kw_only=True)
class LetterReturned(DomainEvent):
    """Somebody answers letter ``number`` of an app to a colleague (``reach.returns``); nothing is proven yet."""

    raw_id: int
    app: str
    number: int


@event("reach.message_held")
@dataclass(frozen=True, kw_only=True)
class MessageHeld(DomainEvent):
    raw_id: int
    reason: str


@event("reach.held_decided")
@dataclass(frozen=True, kw_only=True)
class HeldDecided(DomainEvent):
    raw_id: int
    verdict: str


@event("reach.house_decided")
@dataclass(frozen=True, kw_only=True)
class HouseDecided(DomainEvent):
    """After a restore: so many waiting letters were sent, or taken back."""

    letters: int
    is_sent: bool


@event("reach.message_queued")
@dataclass(frozen=True, kw_only=True)
class MessageQueued(DomainEvent):
    message_id: int
    conversation_id: int
    purpose: str


@event("reach.message_cancelled")
@dataclass(frozen=True, kw_only=True)
class MessageCancelled(DomainEvent):
    """The sender took it back before it left."""

    message_id: int
    conversation_id: int


@event("reach.message_sent")
@dataclass(frozen=True, kw_only=True)
class MessageSent(DomainEvent):
    """A letter was handed over to at least one of its recipients."""

    message_id: int
    conversation_id: int
    purpose: str = ""
    has_question: bool = False


@event("reach.message_undelivered")
@dataclass(frozen=True, kw_only=True)
class MessageUndelivered(DomainEvent):
    """A recipient did not get the letter, finally: refused, bounced or given up; ``fault``: see ``email.faults``."""

    message_id: int
    conversation_id: int
    delivery_id: int
    fault: str = ""


@event("reach.our_mail_refused")
@dataclass(frozen=True, kw_only=True)
class OurMailRefused(DomainEvent):
    """Several letters of one day were refused for something about us; ``fault``: the commonest reason."""

    fault: str
    letters: int
    since: str


@event("reach.customer_complained")
@dataclass(frozen=True, kw_only=True)
class CustomerComplained(DomainEvent):
    """They pressed "spam" on a letter of ours, and their mail provider told us."""

    message_id: int
    conversation_id: int


@event("reach.delivery_retried")
@dataclass(frozen=True, kw_only=True)
class DeliveryRetried(DomainEvent):
    """A person asked to try a failed recipient again."""

    message_id: int
    conversation_id: int
    delivery_id: int


@event("reach.word_refused")
@dataclass(frozen=True, kw_only=True)
class WordRefused(DomainEvent):
    """The gate stopped a word; the step says why."""

    conversation_id: int
    purpose: str
    step: str


@event("reach.inbox_changed")
@dataclass(frozen=True, kw_only=True)
class InboxChanged(DomainEvent):
    """``fields`` that changed; never their values."""

    inbox_id: int
    fields: list[str] = field(default_factory=list)


@event("reach.message_amended")
@dataclass(frozen=True, kw_only=True)
class MessageAmended(DomainEvent):
    """The customer changed a word of theirs, or put a sign on one; what stood there before is kept."""

    message_id: int
    conversation_id: int


@event("reach.message_removed")
@dataclass(frozen=True, kw_only=True)
class MessageRemoved(DomainEvent):
    """The customer took a word back. It is kept for its owner."""

    message_id: int
    conversation_id: int


@event("reach.button_pressed")
@dataclass(frozen=True, kw_only=True)
class ButtonPressed(DomainEvent):
    """The customer pressed a button under a word of ours, in their own messenger; ``says``: what it stands for."""

    message_id: int
    conversation_id: int
    says: str


@event("reach.talk_joined")
@dataclass(frozen=True, kw_only=True)
class TalkJoined(DomainEvent):
    """They followed a link of ours into a messenger: this talk goes on where the one ``beside`` it is."""

    conversation_id: int
    beside: int


@event("reach.files_came")
@dataclass(frozen=True, kw_only=True)
class FilesCame(DomainEvent):
    """A file of a message that was stored before is here, or is lost."""

    message_id: int
    conversation_id: int


@event("reach.door_broken")
@dataclass(frozen=True, kw_only=True)
class DoorBroken(DomainEvent):
    """Nothing leaves by this door until somebody opens it again."""

    inbox_id: int
    since: str


@event("reach.door_opened")
@dataclass(frozen=True, kw_only=True)
class DoorOpened(DomainEvent):
    """A door that was shut works again, and what waited there leaves."""

    inbox_id: int
