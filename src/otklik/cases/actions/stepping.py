"""The steps of a case's standard: ticked by hand or by what happened, skipped for a reason, open again."""

from typing import Any

from django.utils.translation import gettext as _

from otklik.cases.actions.holding import held, hold
from otklik.cases.events import StepOpened, StepSkipped, StepTicked
from otklik.cases.models import Case, CaseStep
from otklik.cases.observing import seen_in
from otklik.cases.queries import open_steps
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.policies import policy
from otklik.standards.queries import version_by_id

_LONGEST_REASON = 200


@in_one
def tick_step(*, case: Case, number: int, actor: Actor, version_id: int | None = None) -> None:
    """The step was taken. ``version_id``: the version that whoever ticks has before them.

    Raises ``Refusal('not_found' | 'changed_meanwhile')``.
    """
    hold(case, actor=actor, permission="cases.edit")
    _check(case, number, version_id)
    if _mark(case, number, state=CaseStep.State.DONE, by_id=_agent(actor), because="", fact="", message_id=None):
        announce(StepTicked(**_about(case, number)), actor=actor)


@in_one
def skip_step(*, case: Case, number: int, because: str, actor: Actor, version_id: int | None = None) -> None:
    """The step is left out, for a reason that leads read. Raises ``Refusal('reason_missing' | 'text_too_long')`` and
    what ``tick_step`` raises."""
    hold(case, actor=actor, permission="cases.edit")
    _check(case, number, version_id)
    because = because.strip()
    if not because:
        text = _("Say why this step is left out: it helps to make the standard better.")
        raise Refusal("reason_missing", text, fields={"because": text})
    if len(because) > _LONGEST_REASON:
        text = _("At most %(most)s characters, please.") % {"most": _LONGEST_REASON}
        raise Refusal("text_too_long", text, fields={"because": text})
    values = {"state": CaseStep.State.SKIPPED, "because": because, "fact": "", "message_id": None}
    if _mark(case, number, by_id=_agent(actor), **values):
        announce(StepSkipped(**_about(case, number)), actor=actor)


@in_one
def open_step(*, case: Case, number: int, actor: Actor, version_id: int | None = None) -> None:
    """Neither taken nor left out after all. Raises what ``tick_step`` raises."""
    hold(case, actor=actor, permission="cases.edit")
    _check(case, number, version_id)
    rows = CaseStep.objects.filter(case=case, version=case.standard_version_id, number=number)
    if rows.delete()[0]:
        announce(StepOpened(**_about(case, number)), actor=actor)


def check_steps(case: Case) -> None:
    """Raises ``Refusal('steps_open')`` where the house wants every step ticked or skipped before a case is solved."""
    if not policy("cases.steps_before_solved"):
        return
    waiting = open_steps(case)
    if waiting:
        text = _("Tick what was done, or say why a step is left out: %(steps)s.")
        raise Refusal("steps_open", text % {"steps": "; ".join(f"“{step.words}”" for step in waiting)})


# ── By what happened ──────────────────────────────────────────────────────────────────────
@in_one
def tick_what_happened(*, case: Case, answer_id: int) -> None:
    """An answer was handed over: open steps that are bound to what it shows are ticked. Safe to run twice."""
    case = held(case)
    waiting = [step for step in open_steps(case) if step.ticked_by]
    if not waiting:
        return
    seen = seen_in(case, answer_id=answer_id, facts={step.ticked_by for step in waiting})
    for step in waiting:
        if step.ticked_by in seen:
            values = {"state": CaseStep.State.DONE, "fact": step.ticked_by, "message_id": answer_id}
            _mark(case, step.number, by_id=None, because="", **values)
            announce(StepTicked(**_about(case, step.number), fact=step.ticked_by), actor=SYSTEM)


@in_one
def untick_what_was_lost(*, case: Case, answer_id: int) -> None:
    """An answer did not arrive: what was ticked by it is open again. Safe to run twice."""
    case = held(case)
    rows = CaseStep.objects.filter(case=case, message_id=answer_id).exclude(fact="")
    for version_id, number in list(rows.values_list("version_id", "number")):
        announce(StepOpened(**_about(case, number) | {"version_id": version_id}), actor=SYSTEM)
    rows.delete()


def carry_steps(case: Case, version_id: int | None) -> None:
    """The case goes on by another version: what was done of steps with the same words stays done. Safe to run twice."""
    if case.standard_version_id is None or version_id is None:
        return
    known = {words: number for number, words, _fact in version_by_id(version_id).steps}
    former = {number: words for number, words, _fact in version_by_id(case.standard_version_id).steps}
    marks = CaseStep.objects.filter(case=case, version_id=case.standard_version_id)
    kept = [(mark, known[former[mark.number]]) for mark in marks if former.get(mark.number) in known]
    copied = ("state", "by_id", "because", "fact", "message_id", "at")
    rows = [
        CaseStep(
            case_id=case.pk, version_id=version_id, number=number, **{name: getattr(mark, name) for name in copied}
        )
        for mark, number in kept
    ]
    CaseStep.objects.bulk_create(rows, ignore_conflicts=True)


def _check(case: Case, number: int, version_id: int | None) -> None:
    """To be asked once the case is held. Raises ``Refusal('not_found' | 'changed_meanwhile')``."""
    if version_id is not None and version_id != case.standard_version_id:
        text = _("The case is served by another version meanwhile. Look at its steps again.")
        raise Refusal("changed_meanwhile", text)
    version = version_by_id(case.standard_version_id) if case.standard_version_id else None
    if version is None or not 1 <= number <= len(version.how):
        raise Refusal("not_found", _("The standard of this case has no such step."))


def _mark(case: Case, number: int, **values: Any) -> bool:
    """Whether anything is different by it."""
    row, is_new = CaseStep.objects.get_or_create(
        case=case, number=number, version_id=case.standard_version_id or 0, defaults=values
    )
    if not is_new and (row.state, row.because) == (values["state"], values["because"]):
        return False
    if not is_new:
        CaseStep.objects.filter(pk=row.pk).update(**values)
    return True


def _about(case: Case, number: int) -> dict[str, Any]:
    about = {"case_id": case.pk, "customer_id": case.customer_id}
    return about | {"version_id": case.standard_version_id, "number": number}


def _agent(actor: Actor) -> int | None:
    return actor.pk if actor.is_agent else None
