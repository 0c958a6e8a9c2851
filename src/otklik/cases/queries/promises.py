"""What a case has promised and what became of it: the same for the desk, for the customer and for programs."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from otklik.cases.models import Case
from otklik.cases.vows import Vow, VowKind, vows_of


class PromiseKind(StrEnum):
    FIRST_ANSWER = "first_answer"
    NEXT_WORD = "next_word"
    SOLUTION = "solution"
    CALL_BACK = "call_back"
    VISIT = "visit"


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
    ``vow``: what a person promised, None for what the standard does.
    """

    kind: PromiseKind
    due_at: datetime
    state: Standing
    since: datetime
    given_at: datetime | None = None
    rests_since: datetime | None = None
    vow: Vow | None = None

    @property
    def is_open(self) -> bool:
        """Still to be given, in time or late."""
        return self.given_at is None and self.state is not Standing.RESTING

    @property
    def rests_because(self) -> str | None:
        """A stable code; None while the clock does not rest."""
        return WAITS_FOR_CUSTOMER if self.state is Standing.RESTING else None


def promises_of(case: Case, *, now: datetime) -> list[Promised]:
    """First answer, next word, solution, call and visit, as far as they are promised; nothing for spam.

    Machines are promised nothing by the standard, nor a satisfied customer what was not due yet. Of a next word that
    the standard owes and one that a person promised that one is told which is due earlier, or was given last.
    """
    if case.state == Case.State.SPAM or "merged_into" in case.custom:
        return []
    vows = {one.kind: _of_vow(one, now) for one in vows_of(case) if not _needs_nothing(case, one)}
    next_word = _nearer(None if case.is_promised_nothing else _next_word(case, now), vows.get(VowKind.NEXT_WORD))
    rest = [next_word, vows.get(VowKind.CALL_BACK), vows.get(VowKind.VISIT)]
    if not case.is_promised_nothing:
        rest = [_first_answer(case, now), next_word, _solution(case, now), *rest[1:]]
    return [one for one in rest if one is not None]


def _needs_nothing(case: Case, vow: Vow) -> bool:
    """The customer said that all is well before it was due: nobody owes it, unless the case is opened again."""
    ended = case.closed_at if case.state == Case.State.SATISFIED else None
    return ended is not None and vow.given_at is None and vow.due_at > ended


def _of_vow(vow: Vow, now: datetime) -> Promised:
    return replace(_promised(PromiseKind(vow.kind), vow.due_at, vow.since, vow.given_at, now), vow=vow)


def _nearer(owed: Promised | None, vowed: Promised | None) -> Promised | None:
    if owed is None or vowed is None:
        return owed or vowed
    if owed.is_open and vowed.is_open:
        return min(owed, vowed, key=lambda one: one.due_at)
    if owed.is_open or vowed.is_open:
        return owed if owed.is_open else vowed
    return max(owed, vowed, key=lambda one: one.since)


def _first_answer(case: Case, now: datetime) -> Promised | None:
    if case.first_answer_by is None:
        return None
    given_at = case.first_answered_at or _ended_at(case)
    return _promised(PromiseKind.FIRST_ANSWER, case.first_answer_by, case.asked_since, given_at, now)


def _next_word(case: Case, now: datetime) -> Promised | None:
    """Owed once the customer has written after an answer of ours."""
    if case.first_answered_at is None or case.next_word_by is None:
        return None
    since, given_at = case.next_word_since or case.last_word_at, case.word_given_at
    if case.state == Case.State.OPEN and case.waits_for == Case.WaitsFor.US:
        return _promised(PromiseKind.NEXT_WORD, case.next_word_by, since, None, now)
    if given_at is None or given_at <= case.first_answered_at:
        return None
    return _promised(PromiseKind.NEXT_WORD, case.next_word_by, since, given_at, now)


def _solution(case: Case, now: datetime) -> Promised:
    since, rests_since = case.solution_since or case.asked_since, case.rests_since
    if case.state == Case.State.OPEN and rests_since is not None:
        state = Standing.RESTING if rests_since <= case.solution_by else Standing.BROKEN
        return Promised(
            kind=PromiseKind.SOLUTION, due_at=case.solution_by, state=state, since=since, rests_since=rests_since
        )
    return _promised(PromiseKind.SOLUTION, case.solution_by, since, _ended_at(case), now)


def _ended_at(case: Case) -> datetime | None:
    return None if case.state == Case.State.OPEN else case.solved_at or case.closed_at


def _promised(
    kind: PromiseKind, due_at: datetime, since: datetime, given_at: datetime | None, now: datetime
) -> Promised:
    is_late = (given_at or now) > due_at
    state = Standing.BROKEN if is_late else Standing.KEPT if given_at else Standing.RUNNING
    return Promised(kind=kind, due_at=due_at, state=state, since=since, given_at=given_at)
