"""The customer's word about the answer: accepted, or refused and open again."""

from django.utils.translation import gettext as _

from otklik.cases.actions import take_dissatisfaction
from otklik.cases.actions.holding import held
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.complaints.actions.record import about, go_on, held_complaint, needed, tell_leads, tell_owner, write_step
from otklik.complaints.events import ComplaintAccepted, ComplaintRefused
from otklik.complaints.models import UNANSWERED, Complaint, Stage, Step
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce

_PUT_AWAY = frozenset({Case.State.SOLVED, Case.State.SATISFIED, Case.State.UNCONFIRMED})


@in_one
def accept(*, complaint: Complaint, actor: Actor, words: str = "") -> None:
    """The customer accepts the answer; nobody can do that for them.

    Raises ``Refusal('only_the_customer' | 'cannot_accept_now')``.
    """
    complaint = held_complaint(complaint)
    _check_customer(complaint, actor)
    _accepted(complaint, actor, words)


@in_one
def refuse(*, complaint: Complaint, actor: Actor, words: str = "") -> None:
    """The customer does not accept the answer: it stays open, and so does the case. Staff may pass a "no" on.

    Raises ``Refusal('only_the_customer' | 'cannot_refuse_now')``, and ``'words_missing'`` for staff, who write down
    what the customer said.
    """
    if actor.is_customer:
        complaint = held_complaint(complaint)
        _check_customer(complaint, actor)
    else:
        require_case(actor, "complaints.handle", complaint.case)
        complaint = held_complaint(complaint)
        needed(words, "words_missing", "words", _("Write down what the customer said."))
    _refused(complaint, actor, words)
    case = held(complaint.case)
    if actor.is_customer and case.state in _PUT_AWAY:
        take_dissatisfaction(case=case, actor=actor, reason="customer_said_no", words=words)


def _check_customer(complaint: Complaint, actor: Actor) -> None:
    if not actor.is_customer or actor.pk != complaint.customer_id:
        raise Refusal("only_the_customer", _("Only the customer can say whether they are satisfied."))


def _accepted(complaint: Complaint, actor: Actor, words: str) -> None:
    go_on(complaint, Stage.ACCEPTED, actor=actor, words=words)
    announce(ComplaintAccepted(**about(complaint)), actor=actor)


def _refused(complaint: Complaint, actor: Actor, words: str) -> None:
    go_on(complaint, Stage.REFUSED, actor=actor, words=words)
    announce(ComplaintRefused(**about(complaint)), actor=actor)
    source = f"{complaint.pk}:{complaint.steps.filter(what=Stage.REFUSED).count()}"
    tell_owner(complaint, "complaints.refused", source=source, actor=actor)
    tell_leads(complaint, "complaints.refused", source=source, actor=actor)


@in_one
def hear_word(*, complaint: Complaint, actor: Actor, is_solved: bool, words: str, word_id: int) -> None:
    """What the customer said of the case is their word about the answer, once there is one; safe to run twice.

    Before the answer "solved" is remembered and moves nothing: the answer is still owed.
    """
    complaint = held_complaint(complaint)
    if actor.pk != complaint.customer_id:
        return
    now = Stage(complaint.stage)
    if is_solved and now in {Stage.ANSWERED, Stage.REFUSED, Stage.EXHAUSTED}:
        _accepted(complaint, actor, words)
    elif not is_solved and now in {Stage.ANSWERED, Stage.ACCEPTED}:
        _refused(complaint, actor, words)
    elif is_solved and now in UNANSWERED and not _is_noted(complaint, word_id):
        write_step(complaint, "word", actor=actor, words=words, facts={"word_id": word_id})


def _is_noted(complaint: Complaint, word_id: int) -> bool:
    return Step.objects.filter(complaint=complaint, what="word", facts__word_id=word_id).exists()
