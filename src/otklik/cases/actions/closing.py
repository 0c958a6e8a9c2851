"""Solved is our opinion; satisfied is the customer's word; unconfirmed is silence."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.editing import alert
from otklik.cases.events import CaseClosed, CaseReopened, CaseSolved
from otklik.cases.models import Alert, Case, CustomersWord
from otklik.cases.moves import State, move
from otklik.cases.queries import conversation_to_answer, require_case
from otklik.foundation.actors import SYSTEM, Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.events import announce
from otklik.foundation.transactions import in_one
from otklik.reach.actions import write_note
from otklik.standards.queries import promise_for
from otklik.team.queries import leads_of


@in_one
def mark_solved(*, case: Case, actor: Actor, summary: str) -> None:
    """Say that the team believes the matter is solved; only the customer can close it.

    ``summary`` tells the customer what was done. Raises ``Refusal('summary_missing' | 'changed_meanwhile')``.
    """
    require_case(actor, "cases.solve", case)
    if not summary.strip():
        text = _("Tell the customer what was done.")
        raise Refusal("summary_missing", text, fields={"summary": text})
    now = timezone.now()
    move(
        case,
        to=State.SOLVED,
        solved_at=now,
        waits_for=Case.WaitsFor.CUSTOMER,
        due_at=None,
        reminders=0,
        summary=summary.strip(),
    )
    announce(
        CaseSolved(case_id=case.pk, customer_id=case.customer_id, round=case.came_back + 1),
        actor=actor,
    )


@in_one
def confirm_satisfaction(
    *, case: Case, actor: Actor, satisfaction: int | None = None, ease: int | None = None, words: str = ""
) -> CustomersWord:
    """Close the case on the customer's own word. Raises ``Refusal('only_the_customer')`` for anybody else."""
    word = _write_word(case, actor, is_solved=True, satisfaction=satisfaction, ease=ease, words=words)
    if case.state == State.SATISFIED:
        Case.objects.filter(pk=case.pk, state=State.SATISFIED).update(word=word, updated_at=timezone.now())
        case.word = word
        return word
    move(
        case,
        to=State.SATISFIED,
        word=word,
        closed_at=timezone.now(),
        waits_for=Case.WaitsFor.NOBODY,
        due_at=None,
        is_undelivered=False,
    )
    happened = CaseClosed(case_id=case.pk, customer_id=case.customer_id, outcome="satisfied", word_id=word.pk)
    announce(happened, actor=actor)
    return word


@in_one
def take_dissatisfaction(
    *,
    case: Case,
    actor: Actor,
    reason: str,
    satisfaction: int | None = None,
    ease: int | None = None,
    words: str = "",
    is_solved: bool = False,
) -> CustomersWord:
    """The customer is not satisfied: back to the same owner, and the lead knows at once.

    ``reason``: customer_said_no, words_contradict or low_rating.
    """
    word = _write_word(case, actor, is_solved=is_solved, satisfaction=satisfaction, ease=ease, words=words)
    if case.state != State.OPEN:
        come_back(case, reason=reason, actor=actor, word=word)
    for lead in leads_of(case.team):
        alert(agent=lead, case=case, reason=Alert.Reason.DISSATISFIED, source=f"word-{word.pk}")
    alert(agent=case.owner, case=case, reason=Alert.Reason.DISSATISFIED, source=f"word-{word.pk}")
    return word


def _write_word(
    case: Case, actor: Actor, *, is_solved: bool, satisfaction: int | None, ease: int | None, words: str
) -> CustomersWord:
    if actor.kind is not ActorKind.CUSTOMER or actor.pk != case.customer_id:
        raise Refusal("only_the_customer", _("Only the customer can say whether they are satisfied."))
    return CustomersWord.objects.create(
        case=case,
        customer_id=case.customer_id,
        said_by=actor.kind,
        is_solved=is_solved,
        satisfaction=satisfaction,
        ease=ease,
        words=words.strip(),
    )


def come_back(case: Case, *, reason: str, actor: Actor, word: CustomersWord | None = None) -> None:
    """To the same owner, with a new promise; whoever it was that asked."""
    now = timezone.now()
    promise = promise_for(kind=case.kind, team=case.team, since=now)
    move(
        case,
        to=State.OPEN,
        came_back=case.came_back + 1,
        waits_for=Case.WaitsFor.US,
        next_word_by=promise.next_word_by,
        due_at=promise.next_word_by,
        solution_by=max(case.solution_by, promise.solution_by),
        solved_at=None,
        closed_at=None,
        last_word_at=now,
    )
    happened = CaseReopened(
        case_id=case.pk, customer_id=case.customer_id, reason=reason, word_id=word.pk if word else None
    )
    announce(happened, actor=actor)


@in_one
def reopen(*, case: Case, actor: Actor, reason: str) -> None:
    """An agent brings a finished case back; ``reason`` is kept as a note. Raises ``Refusal('reason_missing')``."""
    require_case(actor, "cases.reopen", case)
    if not reason.strip():
        text = _("Say why the case is opened again.")
        raise Refusal("reason_missing", text, fields={"reason": text})
    come_back(case, reason="by_agent", actor=actor)
    write_note(conversation=conversation_to_answer(case), text=reason.strip(), actor=actor)


@in_one
def close_unconfirmed(*, case: Case) -> None:
    """After the reminders: silence. Counted apart, and any new word opens it again for ever."""
    move(case, to=State.UNCONFIRMED, closed_at=timezone.now(), waits_for=Case.WaitsFor.NOBODY, due_at=None)
    announce(CaseClosed(case_id=case.pk, customer_id=case.customer_id, outcome="unconfirmed"), actor=SYSTEM)
