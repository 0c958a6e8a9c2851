"""How a complaint ends, and what is learned from it."""

from typing import Any

from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.complaints.actions.problems import save_problem
from otklik.complaints.actions.record import about, check_not_about, go_on, held_complaint, needed
from otklik.complaints.actions.running import settle_nearest
from otklik.complaints.events import ComplaintExhausted, ComplaintImproved, ComplaintWithdrawn
from otklik.complaints.models import FINISHED, UNANSWERED, Complaint, Problem, Stage
from otklik.complaints.moves import check_move
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.in_use import is_in_use
from otklik.foundation.policies import policy
from otklik.standards.models import Standard
from otklik.team.queries import agent_by_id


@in_one
def withdraw(*, complaint: Complaint, actor: Actor, words: str) -> None:
    """The customer took it back, or it was no complaint; ``words`` say which. It keeps its number and its record.

    Raises ``Refusal('words_missing' | 'complaint_about_you' | 'cannot_withdraw_now')``.
    """
    require_case(actor, "complaints.settle", complaint.case)
    complaint = held_complaint(complaint)
    check_move(complaint.stage, Stage.WITHDRAWN)
    check_not_about(complaint, actor)
    said = needed(words, "words_missing", "words", _("Say why it is withdrawn."))
    go_on(complaint, Stage.WITHDRAWN, actor=actor, words=said, hear_by=None)
    settle_nearest(complaint)
    announce(ComplaintWithdrawn(**about(complaint)), actor=actor)


@in_one
def end(*, complaint: Complaint, actor: Actor, words: str) -> None:
    """End a refused complaint without the customer's consent; counted apart, and they may still accept.

    Raises ``Refusal('words_missing' | 'ways_not_offered' | 'complaint_about_you' | 'cannot_end_now')``.
    """
    require_case(actor, "complaints.settle", complaint.case)
    complaint = held_complaint(complaint)
    check_move(complaint.stage, Stage.EXHAUSTED)
    check_not_about(complaint, actor)
    if complaint.ways_offered_at is None:
        raise Refusal("ways_not_offered", _("Offer the customer other ways first, here and outside."))
    said = needed(words, "words_missing", "words", _("Say what was tried, and why no agreement was found."))
    go_on(complaint, Stage.EXHAUSTED, actor=actor, words=said)
    announce(ComplaintExhausted(**about(complaint)), actor=actor)


@in_one
def improve(
    *,
    complaint: Complaint,
    actor: Actor,
    root_cause: str,
    standard: Standard | None = None,
    problem: Problem | None = None,
    problem_title: str = "",
) -> None:
    """Write down why it could happen, and what is changed for it: a standard, a problem that is being mended.

    ``problem_title``: a new problem of this cause, in the actor's care. Raises ``Refusal('root_cause_missing' |
    'cannot_improve_now')``, and of a new problem what ``save_problem`` raises.
    """
    require_case(actor, "complaints.settle", complaint.case)
    complaint = held_complaint(complaint)
    check_move(complaint.stage, Stage.IMPROVED)
    cause = needed(root_cause, "root_cause_missing", "root_cause", _("Write down why it happened."))
    if problem_title.strip():
        owner = agent_by_id(actor.agent_id)
        values = {"title": problem_title, "root_cause": cause, "standard": standard, "owner": owner}
        problem = save_problem(values=values, actor=actor)
    learned: dict[str, Any] = {"root_cause": cause, "standard": standard, "problem": problem or complaint.problem}
    go_on(complaint, Stage.IMPROVED, actor=actor, words=cause, **learned)
    happened = ComplaintImproved(**about(complaint), standard_id=standard.pk if standard else None)
    announce(happened, actor=actor)


def keep_open(case: Case, to: Case.State) -> Refusal | None:
    """No case is put away over a complaint: it is not called solved before the answer, nor closed by silence after.

    ``Refusal('complaint_unanswered' | 'complaint_unfinished')``, or None when nothing speaks against it.
    """
    if not is_in_use("complaints") or not policy("complaints.keeps_case_open"):
        return None
    rows = Complaint.objects.filter(case_id=case.pk).exclude(stage__in=FINISHED)
    stages = set(rows.values_list("stage", flat=True))
    if to == Case.State.SOLVED and not stages.isdisjoint(UNANSWERED):
        return Refusal("complaint_unanswered", _("The complaint in this case has no answer yet. Answer it first."))
    if to != Case.State.SOLVED and stages:
        text = _("The complaint in this case is not settled. Settle it first, or have it withdrawn.")
        return Refusal("complaint_unfinished", text)
    return None
