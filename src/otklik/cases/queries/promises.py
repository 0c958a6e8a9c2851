"""What a case has promised and what became of it: the same for the desk, for the customer and for programs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from otklik.cases.models import Case


class Kind(StrEnum):
    FIRST_ANSWER = "first_answer"
    NEXT_WORD = "next_word"
    SOLUTION = "solution"


class Standing(StrEnum):
    """What became of a promise."""

    RUNNING = "running"
    RESTING = "resting"
    KEPT = "kept"
    BROKEN = "broken"


WAITS_FOR_CUSTOMER = "waits_for_customer"


@dataclass(frozen=True, kw_only=True)
class Promised:
    """One promise. ``since``: from when it runs; ``given_at``: when it was kept, or broken and then made good, None
    before. ``rests_since``: since when its clock rests; ``due_at`` then stands still, and moves when the clock goes on.
    """

    kind: Kind
    due_at: datetime
    state: Standing
    since: datetime
    given_at: datetime | None = None
    rests_since: datetime | None = None

    @property
    def rests_because(self) -> str | None:
        """A stable code; None while the clock does not rest."""
        return WAITS_FOR_CUSTOMER if self.state is Standing.RESTING else None


def promises_of(case: Case, *, now: datetime) -> list[Promised]:
    """First answer, next word and solution, as far as they are promised; nothing for spam and for machines."""
    if case.is_promised_nothing or case.state == Case.State.SPAM or "merged_into" in case.custom:
        return []
    return [one for one in (_first_answer(case, now), _next_word(case, now), _solution(case, now)) if one is not None]


def _first_answer(case: Case, now: datetime) -> Promised | None:
    if case.first_answer_by is None:
        return None
    given_at = case.first_answered_at or _ended_at(case)
    return _promised(Kind.FIRST_ANSWER, case.first_answer_by, case.asked_since, given_at, now)


def _next_word(case: Case, now: datetime) -> Promised | None:
    """Owed once the customer has written after an answer of ours."""
    if case.first_answered_at is None or case.next_word_by is None:
        return None
    since, given_at = case.next_word_since or case.last_word_at, case.word_given_at
    if case.state == Case.State.OPEN and case.waits_for == Case.WaitsFor.US:
        return _promised(Kind.NEXT_WORD, case.next_word_by, since, None, now)
    if given_at is None or given_at <= case.first_answered_at:
        return None
    return _promised(Kind.NEXT_WORD, case.next_word_by, since, given_at, now)


def _solution(case: Case, now: datetime) -> Promised:
    since, rests_since = case.solution_since or case.asked_since, case.rests_since
    if case.state == Case.State.OPEN and rests_since is not None:
        state = Standing.RESTING if rests_since <= case.solution_by else Standing.BROKEN
        return Promised(kind=Kind.SOLUTION, due_at=case.solution_by, state=state, since=since, rests_since=rests_since)
    return _promised(Kind.SOLUTION, case.solution_by, since, _ended_at(case), now)


def _ended_at(case: Case) -> datetime | None:
    return None if case.state == Case.State.OPEN else case.solved_at or case.closed_at


def _promised(kind: Kind, due_at: datetime, since: datetime, given_at: datetime | None, now: datetime) -> Promised:
    is_late = (given_at or now) > due_at
    state = Standing.BROKEN if is_late else Standing.KEPT if given_at else Standing.RUNNING
    return Promised(kind=kind, due_at=due_at, state=state, since=since, given_at=given_at)
