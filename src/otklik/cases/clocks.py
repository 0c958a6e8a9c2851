"""The clocks of a case's promises as values: when they rest, go on, and are counted anew. Actions write them down."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from otklik.cases.models import Case
from otklik.cases.vows import nearest
from otklik.standards.queries import Times, times_for
from otklik.team.models import WorkingTime
from otklik.team.working_time import Rest, hours_of, moved_by


def at_rest(case: Case, *, since: datetime) -> dict[str, Any]:
    """We wait for the customer: nothing of the standard is due, and the clock of the solution rests from now on."""
    rests = case.rests if case.rests_since else [*case.rests, [_iso(since), None]]
    return {"waits_for": Case.WaitsFor.CUSTOMER, "due_at": nearest(case, None), "rests": rests}


def going_on(case: Case, *, at: datetime | None) -> dict[str, Any]:
    """The customer has spoken at this moment: the time that was left for the solution is left again.

    ``at`` None: they had not heard from us after all, so the clock has never rested.
    """
    since = case.rests_since
    if since is None:
        return {}
    before = case.rests[:-1]
    if at is None or at <= since:
        return {"rests": before}
    times = times_for(case.kind, case.standard_version_id, case.priority)
    solution_by = moved_by(case.solution_by, (since, at), times.clock(case.team.working_time))
    return {"rests": [*before, [case.rests[-1][0], _iso(at)]], "solution_by": solution_by}


def counted_anew(case: Case, *, standard: Times, calendar: WorkingTime, now: datetime) -> dict[str, Any]:
    """The running promises of an open case by this standard and calendar: only what differs.

    What is kept or broken stays; and where the new moment has passed already, the old one stays, too: a change of ours
    breaks no promise.
    """
    if case.state != Case.State.OPEN or case.is_promised_nothing:
        return {}
    hours, running_until = hours_of(standard.clock(calendar)), case.rests_since or now
    found: dict[str, Any] = {}
    if case.first_answered_at is None and case.first_answer_by and case.first_answer_by > now:
        found["first_answer_by"] = hours.add(case.asked_since, standard.first_answer_minutes)
    if _owes_next_word(case) and case.next_word_by and case.next_word_by > now:
        found["next_word_by"] = hours.add(case.next_word_since or case.last_word_at, standard.next_word_minutes)
    if case.solution_by > running_until:
        begun = case.solution_since or case.asked_since
        found["solution_by"] = hours.add(begun, standard.solution_minutes, rests_of(case))
    passed = {"solution_by": running_until}
    found = {name: by for name, by in found.items() if by != getattr(case, name) and by > passed.get(name, now)}
    if case.due_at is None:
        return found
    due_at = nearest(case, owed_at(case, found))
    return found | ({"due_at": due_at} if due_at != case.due_at else {})


def owed_at(case: Case, changes: Mapping[str, Any] = MappingProxyType({})) -> datetime | None:
    """By when the standard owes the customer of an open case a word, after these changes; None while it owes none."""
    if case.waits_for != Case.WaitsFor.US or case.is_promised_nothing:
        return None
    column = "first_answer_by" if case.first_answered_at is None else "next_word_by"
    owed: datetime | None = changes.get(column, getattr(case, column))
    return owed


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _owes_next_word(case: Case) -> bool:
    return case.first_answered_at is not None and case.waits_for == Case.WaitsFor.US


def rests_of(case: Case) -> list[Rest]:
    """Those that are over."""
    return [(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in case.rests if until]


MOVING = {"first_answer_by": "first_answer", "next_word_by": "next_word", "solution_by": "solution"}
"""Columns and the kinds of promises that they hold."""


def moved(case: Case, changes: dict[str, Any]) -> dict[str, list[str]]:
    """Which promises these changes move: kind → the moment before and the one after, as ISO."""
    found = {}
    for column, kind in MOVING.items():
        before, after = getattr(case, column), changes.get(column)
        if before is not None and after is not None and before != after:
            found[kind] = [_iso(before), _iso(after)]
    return found
