from dataclasses import dataclass, field
from typing import Final

from otklik.foundation.events.announcing import DomainEvent, event


@event("cases.opened")
@dataclass(frozen=True, kw_only=True)
class CaseOpened(DomainEvent):
    """``is_history``: taken in, closed, with what lay in a mailbox from before the day on which we began to read it.

    ``owner_because``: as ``team.choosing.Because``. ``passed_managers``: personal managers who were passed over, id of
    the agent (as text) → ``team.choosing.NotHere``. ``standard_because`` and ``passed_over``: as ``conditions`` and
    ``passed_over`` of ``StandardChosen``. ``from_case_id``: the case in which it had been said, when an agent told it
    apart as another question; None for what came by itself.
    """

    conversation_id: int
    owner_id: int
    kind: str = ""
    deputy_id: int | None = None
    is_automatic: bool = False
    is_history: bool = False
    owner_because: str = ""
    passed_managers: dict[str, str] = field(default_factory=dict)
    standard_because: list[str] = field(default_factory=list)
    passed_over: list[int] = field(default_factory=list)
    from_case_id: int | None = None


@event("cases.heard")
@dataclass(frozen=True, kw_only=True)
class CustomerHeard(DomainEvent):
    """The customer said something new in a known case."""

    message_id: int


@event("cases.told_again")
@dataclass(frozen=True, kw_only=True)
class ToldAgain(DomainEvent):
    """A customer had to tell something twice: they ``said`` so, or a letter of ours ``asked`` for what was told."""

    because: str
    message_id: int


@event("cases.replied")
@dataclass(frozen=True, kw_only=True)
class Replied(DomainEvent):
    """An answer was written; it may leave later, be taken back or fail."""

    message_id: int


@event("cases.answered")
@dataclass(frozen=True, kw_only=True)
class Answered(DomainEvent):
    """An answer was handed over to the customer: what was promised is kept."""

    message_id: int
    is_first_answer: bool = False


@event("cases.answer_lost")
@dataclass(frozen=True, kw_only=True)
class AnswerLost(DomainEvent):
    """An answer that was handed over did not arrive: what it had kept is promised again."""

    message_id: int


@event("cases.noted")
@dataclass(frozen=True, kw_only=True)
class Noted(DomainEvent):
    message_id: int


@event("cases.solved")
@dataclass(frozen=True, kw_only=True)
class CaseSolved(DomainEvent):
    """The team believes it is solved; the customer has not spoken yet. ``round`` counts the attempts from 1.

    ``message_id``: the letter that tells and asks the customer, None when none may go to them. ``is_asked``: false only
    for what was solved before the question became a part of that letter.
    """

    round: int = 1
    message_id: int | None = None
    is_asked: bool = False


@event("cases.reopened")
@dataclass(frozen=True, kw_only=True)
class CaseReopened(DomainEvent):
    """``reason``: customer_said_no, words_contradict, low_rating, new_word, undelivered, by_agent, merged,
    taken_back (the word "solved" itself was, before its letter left), low_survey (a low score in a survey)."""

    reason: str
    word_id: int | None = None


@event("cases.closed")
@dataclass(frozen=True, kw_only=True)
class CaseClosed(DomainEvent):
    """``outcome``: satisfied (the customer's word) or unconfirmed (silence)."""

    outcome: str
    word_id: int | None = None


@event("cases.marked_spam")
@dataclass(frozen=True, kw_only=True)
class SpamMarked(DomainEvent):
    """It is no matter of a customer: nobody is answered, asked or counted. ``letters`` of ours were taken back."""

    letters: int = 0


@event("cases.unmarked_spam")
@dataclass(frozen=True, kw_only=True)
class SpamUnmarked(DomainEvent):
    """It is a matter after all, and stands where it stood; ``letters`` leave after all, ``words`` are heard now."""

    letters: int = 0
    words: int = 0


@event("cases.owner_changed")
@dataclass(frozen=True, kw_only=True)
class OwnerChanged(DomainEvent):
    """``note_id``: what the former owner wrote, or, ``has_left``, the last word before the case got its heir."""

    from_id: int
    to_id: int
    note_id: int
    has_left: bool = False


@event("cases.customer_changed")
@dataclass(frozen=True, kw_only=True)
class CustomerChanged(DomainEvent):
    """The case is ``customer_id``'s now; ``since_message_id``: the last word before."""

    from_customer_id: int
    may_see_own: bool
    since_message_id: int


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


@event("cases.promises_moved")
@dataclass(frozen=True, kw_only=True)
class PromisesMoved(DomainEvent):
    """Promises were counted anew. ``because``: calendar (the working time has changed), team, kind, priority,
    standard (a later version was taken), or rest (we waited for the customer). ``moved``: first_answer, next_word,
    solution → the moment before and after, in ISO."""

    because: str
    moved: dict[str, list[str]]


@event("cases.promise_made")
@dataclass(frozen=True, kw_only=True)
class PromiseMade(DomainEvent):
    """A person promised something beside the standard. ``kind``: call_back, visit, next_word; ``due_at`` in ISO."""

    kind: str
    due_at: str


@event("cases.promise_moved")
@dataclass(frozen=True, kw_only=True)
class PromiseMoved(DomainEvent):
    """A person's promise got another moment; ``before`` and ``due_at`` in ISO."""

    kind: str
    before: str
    due_at: str


@event("cases.promise_kept")
@dataclass(frozen=True, kw_only=True)
class PromiseKept(DomainEvent):
    """A call, a visit or a word that a person promised was given at ``given_at``, in ISO; late if after ``due_at``."""

    kind: str
    due_at: str
    given_at: str


@event("cases.promise_withdrawn")
@dataclass(frozen=True, kw_only=True)
class PromiseWithdrawn(DomainEvent):
    kind: str
    due_at: str


ALERTS_SEEN: Final = "cases.alerts_seen"
"""Whispered: somebody has seen alerts of theirs, or wants to be told of some again."""


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


@event("cases.split")
@dataclass(frozen=True, kw_only=True)
class CaseSplit(DomainEvent):
    """What was said here from ``message_id`` on is another question: it goes on in ``to_case_id``.

    ``is_ended``: this case is finished again, as it was before that word brought it back.
    """

    to_case_id: int
    message_id: int
    is_ended: bool = False


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


@event("cases.standard_chosen")
@dataclass(frozen=True, kw_only=True)
class StandardChosen(DomainEvent):
    """An open case is served by another standard, or another version of it, from now on.

    ``because``: kind, team, tags or customer (that changed), fits or newer (somebody took what was offered).
    ``conditions``: what the standard is for and the case meets; ``passed_over``: standards that fit as well, but are
    for a wider circle.
    """

    version_id: int | None
    standard_id: int | None
    from_version_id: int | None
    because: str
    conditions: list[str]
    passed_over: list[int]


@event("cases.step_ticked")
@dataclass(frozen=True, kw_only=True)
class StepTicked(DomainEvent):
    """A step of the case's standard was taken. ``fact``: what was seen to happen, '' for a person's own tick."""

    version_id: int
    number: int
    fact: str = ""


@event("cases.step_skipped")
@dataclass(frozen=True, kw_only=True)
class StepSkipped(DomainEvent):
    """A step was left out, for a reason that stands beside it."""

    version_id: int
    number: int


@event("cases.step_opened")
@dataclass(frozen=True, kw_only=True)
class StepOpened(DomainEvent):
    """What was ticked or skipped is open again."""

    version_id: int
    number: int
