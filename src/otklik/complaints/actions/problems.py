"""Problems behind complaints: written down once, mended by somebody by a day, and checked whether they came again."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions import alert
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.complaints.actions.measuring import check_measures
from otklik.complaints.actions.record import about, change, held_complaint
from otklik.complaints.events import CaseLinked, CaseUnlinked, ComplaintLinked, FixSaved, ProblemMoved, ProblemSaved
from otklik.complaints.models import Complaint, Fix, Problem, ProblemCase
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.team.models import Agent

_State = Problem.State
_FIELDS = ("title", "root_cause", "changes", "owner", "due_on", "standard", "watch_weeks")
MOVES: Final[Mapping[str, tuple[Problem.State, ...]]] = {
    _State.OPEN: (_State.IN_WORK, _State.FIXED),
    _State.IN_WORK: (_State.FIXED, _State.OPEN),
    _State.FIXED: (_State.CHECKED, _State.NO_HELP, _State.IN_WORK),
    _State.CHECKED: (_State.IN_WORK,),
    _State.NO_HELP: (_State.IN_WORK,),
}
"""Which state follows which, the usual one first."""


@once_more_if_taken
@in_one
def save_problem(*, values: Mapping[str, Any], actor: Actor, problem: Problem | None = None) -> Problem:
    """Write down a problem, or change one.

    Raises ``Refusal('title_missing' | 'title_taken' | 'owner_missing' | 'root_cause_missing' | 'changes_missing')``;
    the last two only of a problem that is fixed.
    """
    require(actor, "complaints.mend")
    row = Problem() if problem is None else held_problem(problem)
    before = {name: getattr(row, name, None) if name != "owner" else row.owner_id for name in _FIELDS}
    for name in _FIELDS:
        if name in values:
            setattr(row, name, values[name].strip() if isinstance(values[name], str) else values[name])
    _check(row)
    now_is = {name: getattr(row, name) if name != "owner" else row.owner_id for name in _FIELDS}
    changed = [name for name in _FIELDS if row._state.adding or now_is[name] != before[name]]
    if changed:
        row.updated_at = timezone.now()
        row.save()
        announce(ProblemSaved(problem_id=row.pk, fields=changed), actor=actor)
    return row


def held_problem(problem: Problem) -> Problem:
    """The problem as it is now, held until the transaction ends."""
    return Problem.objects.select_for_update(of=("self",), no_key=True).get(pk=problem.pk)


def _check(row: Problem) -> None:
    if not row.title:
        raise _at("title_missing", "title", _("Give the problem a name."))
    if Problem.objects.filter(title=row.title).exclude(pk=row.pk).exists():
        raise _at("title_taken", "title", _("There is a problem with this name. Link to it."))
    if row.owner_id is None:
        raise _at("owner_missing", "owner", _("Say who is in charge of it."))
    if row.fixed_at is not None:
        _check_known(row)


def _check_known(row: Problem) -> None:
    if not row.root_cause:
        raise _at("root_cause_missing", "root_cause", _("Write down why it happened."))
    if not row.changes:
        raise _at("changes_missing", "changes", _("Write down what was changed so that it does not happen again."))


def _at(code: str, field: str, said: str) -> Refusal:
    return Refusal(code, said, fields={field: said})


@in_one
def move_problem(*, problem: Problem, to: str, actor: Actor, because: str = "") -> Problem:
    """Say that it is in work, fixed, or checked; that what was done did not help, ``because``; or that it is not after
    all.

    Raises ``Refusal('cannot_move_now' | 'root_cause_missing' | 'changes_missing' | 'reason_missing')``, and when it is
    called checked ``'came_again'`` if complaints came after it was fixed, and what whoever measures it objects.
    """
    require(actor, "complaints.mend")
    row = held_problem(problem)
    if to not in MOVES[row.state]:
        raise Refusal("cannot_move_now", _("Somebody has changed this problem in the meantime. Look at it again."))
    if to == _State.FIXED:
        _check_known(row)
        row.fixed_at = timezone.now()
    elif to == _State.CHECKED:
        _check_gone(row)
    elif to in {_State.OPEN, _State.IN_WORK}:
        row.fixed_at = None
    row.no_help_because = because.strip() if to == _State.NO_HELP else ""
    if to == _State.NO_HELP and not row.no_help_because:
        raise _at("reason_missing", "because", _("Write down why it did not help: the next try begins there."))
    row.state, row.updated_at = to, timezone.now()
    row.save(update_fields=["state", "fixed_at", "no_help_because", "updated_at"])
    announce(ProblemMoved(problem_id=row.pk, state=to), actor=actor)
    return row


def _check_gone(row: Problem) -> None:
    if Complaint.objects.filter(problem=row, received_at__gt=row.fixed_at).exists():
        raise Refusal("came_again", _("Complaints about it came after it was fixed. Start work on it again."))
    check_measures(row)


@in_one
def save_fix(*, problem: Problem, what: str, agent: Agent, due_on: date, actor: Actor) -> Fix:
    """Write down one thing that is done about it. Raises ``Refusal('what_missing')``."""
    require(actor, "complaints.mend")
    if not what.strip():
        raise _at("what_missing", "what", _("Say what is done."))
    fix = Fix.objects.create(problem=problem, what=what.strip()[:300], agent=agent, due_on=due_on)
    announce(FixSaved(problem_id=problem.pk, is_done=False), actor=actor)
    return fix


@in_one
def finish_fix(*, fix: Fix, actor: Actor, is_done: bool = True) -> None:
    """It is done, or is not after all; said twice it is said once."""
    require(actor, "complaints.mend")
    rows = Fix.objects.filter(pk=fix.pk, done_at__isnull=is_done)
    if rows.update(done_at=timezone.now() if is_done else None):
        announce(FixSaved(problem_id=fix.problem_id, is_done=is_done), actor=actor)


# ── What shows it ─────────────────────────────────────────────────────────────────────────
@in_one
def link_complaint(*, complaint: Complaint, problem: Problem | None, actor: Actor) -> None:
    """Say which problem a complaint shows, None for none. Of one that came after it was fixed its owner is told."""
    require_case(actor, "complaints.handle", complaint.case)
    complaint = held_complaint(complaint)
    if complaint.problem_id == (problem.pk if problem else None):
        return
    change(complaint, problem=problem)
    announce(ComplaintLinked(**about(complaint), problem_id=problem.pk if problem else None), actor=actor)
    if problem is not None and problem.fixed_at is not None and complaint.received_at > problem.fixed_at:
        source = f"{problem.pk}:{complaint.pk}"
        alert(agent=problem.owner, case=complaint.case, reason="complaints.came_again", source=source)


@in_one
def link_case(*, case: Case, problem: Problem, actor: Actor) -> None:
    """Say that a case shows a problem; said twice it is said once."""
    require_case(actor, "complaints.handle", case)
    by = actor.pk if actor.is_agent else None
    _row, is_new = ProblemCase.objects.get_or_create(
        problem=problem, case=case, defaults={"linked_by_id": by, "at": timezone.now()}
    )
    if is_new:
        happened = CaseLinked(case_id=case.pk, customer_id=case.customer_id, problem_id=problem.pk)
        announce(happened, actor=actor)


@in_one
def unlink_case(*, case: Case, problem: Problem, actor: Actor) -> None:
    """It does not show this problem after all."""
    require_case(actor, "complaints.handle", case)
    gone, _rows = ProblemCase.objects.filter(problem=problem, case=case).delete()
    if gone:
        happened = CaseUnlinked(case_id=case.pk, customer_id=case.customer_id, problem_id=problem.pk)
        announce(happened, actor=actor)
