"""Promises are counted anew when what they stand on changes; the reason stays on the record."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from otklik.cases.clocks import counted_anew, moved
from otklik.cases.events import PromisesMoved
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.standards.queries import times_for
from otklik.team.models import Team

BATCH: Final = 500
"""Cases that one transaction holds: a colleague at the desk waits for one of them some tenths of a second at most."""
_READ: Final = (
    "id", "state", "customer_id", "team_id", "kind", "priority", "standard_version_id", "waits_for", "rests",
    "asked_at", "created_at", "first_answer_by", "first_answered_at", "next_word_by", "next_word_since",
    "last_word_at", "solution_by", "solution_since", "promised", "due_at",
)  # fmt: skip
_WRITE: Final = """
    UPDATE cases_case SET first_answer_by = given.first_answer_by, next_word_by = given.next_word_by,
        solution_by = given.solution_by, due_at = given.due_at, updated_at = %s
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
        AS given (id, first_answer_by, next_word_by, solution_by, due_at)
    WHERE cases_case.id = given.id
"""
_WRITTEN: Final = ("first_answer_by", "next_word_by", "solution_by", "due_at")


def count_promises_anew(*, team_ids: Iterable[int], because: str) -> int:
    """What promises of these teams stand on has changed: the running ones follow. Returns how many cases moved.

    In batches of their own, so that the desk goes on; safe to run again from the start. ``because``: as in
    ``PromisesMoved``.
    """
    teams = {team.pk: team for team in Team.objects.select_related("working_time").filter(pk__in=list(team_ids))}
    numbers = Case.objects.filter(team_id__in=teams, state=Case.State.OPEN).order_by("id").values_list("id", flat=True)
    return sum(_count(batch, teams, because) for batch in batched(numbers, BATCH, strict=False))


@in_one
def _count(numbers: Sequence[int], teams: dict[int, Team], because: str) -> int:
    now = timezone.now()
    rows = Case.objects.select_for_update(no_key=True).filter(pk__in=numbers).order_by("id").only(*_READ)
    found: list[tuple[Case, dict[str, Any]]] = []
    for case in rows:
        team = teams.get(case.team_id)
        if team is None:  # it went to another team, and was counted there
            continue
        standard = times_for(case.kind, case.standard_version_id, case.priority)
        changes = counted_anew(case, standard=standard, calendar=team.working_time, now=now)
        if changes:
            announce_moved(case, changes, because=because, actor=SYSTEM)
            found.append((case, changes))
    _write(found)
    return len(found)


def _write(found: Iterable[tuple[Case, dict[str, Any]]]) -> None:
    found = list(found)
    if not found:
        return
    columns = [[changes.get(name, getattr(case, name)) for case, changes in found] for name in _WRITTEN]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [timezone.now(), [case.pk for case, _changes in found], *columns])


def announce_went_on(case: Case, changes: dict[str, Any], *, actor: Actor) -> None:
    """The clock of ``case``, as it still stands, goes on by these changes: tell the new moment of the solution."""
    if case.rests_since and "solution_by" in changes:
        announce_moved(case, {"solution_by": changes["solution_by"]}, because="rest", actor=actor)


def announce_moved(case: Case, changes: dict[str, Any], *, because: str, actor: Actor) -> None:
    """Tell which promises of ``case``, as it still stands, these changes move, and why; nothing if none."""
    if by_kind := moved(case, changes):
        announce(
            PromisesMoved(case_id=case.pk, customer_id=case.customer_id, because=because, moved=by_kind), actor=actor
        )
