"""Solved is our opinion; satisfied is the customer's word; unconfirmed is silence."""

from datetime import timedelta
from typing import TypedDict, Unpack

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.editing import alert
from otklik.cases.actions.holding import held, hold
from otklik.cases.actions.keeping_open import objection_to
from otklik.cases.actions.naming import owner_for
from otklik.cases.actions.owning import tell_of_new_owner
from otklik.cases.actions.promising import word_owed
from otklik.cases.actions.recounting import announce_went_on
from otklik.cases.clocks import going_on
from otklik.cases.events import CaseClosed, CaseReopened
from otklik.cases.models import HISTORY, Alert, Case, CaseConversation, CustomersWord
from otklik.cases.moves import State, move, too_late
from otklik.cases.queries import Seen, choice_now, conversation_to_answer
from otklik.cases.vows import nearest
from otklik.foundation.actors import SYSTEM, Actor, ActorKind
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.policies import policy
from otklik.reach.actions import let_talks_end, let_talks_go_on, write_note
from otklik.standards.queries import promise_for
from otklik.team.models import Agent
from otklik.team.queries import leads_of, serves


class Scores(TypedDict, total=False):
    """What a customer's word says beside the words: 1..5, 1..7, told twice or not; None where they were not asked."""

    satisfaction: int | None
    ease: int | None
    explained_twice: bool | None


def hold_as_it_was(case: Case, actor: Actor, permission: str, seen: Seen) -> None:
    """Hold a case that still stands where whoever moves it believes it to stand."""
    believed = case.state
    hold(case, actor=actor, permission=permission, **seen)
    if case.state != believed:
        raise too_late()


@in_one
def confirm_satisfaction(*, case: Case, actor: Actor, words: str = "", **scores: Unpack[Scores]) -> CustomersWord:
    """Close the case on the customer's own word. Raises ``Refusal('only_the_customer')`` for anybody else."""
    word = _write_word(case, actor, is_solved=True, words=words, scores=scores)
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
    _let_talks_end(case)
    return word


@in_one
def take_dissatisfaction(
    *,
    case: Case,
    actor: Actor,
    reason: str,
    words: str = "",
    is_solved: bool = False,
    **scores: Unpack[Scores],
) -> CustomersWord:
    """The customer is not satisfied: back to the same owner, and the lead knows at once.

    ``reason``: customer_said_no, words_contradict or low_rating.
    """
    word = _write_word(case, actor, is_solved=is_solved, words=words, scores=scores)
    if case.state != State.OPEN:
        come_back(case, reason=reason, actor=actor, word=word)
    else:
        now = timezone.now()
        owed = word_owed(case, since=now)
        Case.objects.filter(pk=case.pk).update(**owed, last_word_at=now, updated_at=now)
        announce_went_on(case, owed, actor=actor)
    for lead in leads_of(case.team):
        alert(agent=lead, case=case, reason=Alert.Reason.DISSATISFIED, source=f"word-{word.pk}")
    alert(agent=case.owner, case=case, reason=Alert.Reason.DISSATISFIED, source=f"word-{word.pk}")
    return word


@in_one
def bring_back(*, case: Case, actor: Actor, reason: str) -> Case:
    """Something that the customer said elsewhere brings a finished case back to its owner; an open one stays open.

    No word about the case itself is written: it was not asked about. Spam stays what it is, a merged case leads to
    where it went. Returns the case as it stands then. ``reason``: of ``CaseReopened``. Raises
    ``Refusal('only_the_customer')``.
    """
    case = held(case)
    if not actor.is_customer or actor.pk != case.customer_id:
        raise Refusal("only_the_customer", _("Only the customer can say whether they are satisfied."))
    if case.state not in {State.SPAM, State.OPEN}:
        come_back(case, reason=reason, actor=actor)
    return case


def _write_word(case: Case, actor: Actor, *, is_solved: bool, words: str, scores: Scores) -> CustomersWord:
    if actor.kind is not ActorKind.CUSTOMER or actor.pk != case.customer_id:
        raise Refusal("only_the_customer", _("Only the customer can say whether they are satisfied."))
    return CustomersWord.objects.create(
        case=case,
        customer_id=case.customer_id,
        said_by=actor.kind,
        is_solved=is_solved,
        words=words.strip(),
        **scores,
    )


def come_back(case: Case, *, reason: str, actor: Actor, word: CustomersWord | None = None) -> None:
    """To the same owner, with a new promise; whoever it was that asked. Who left has an heir, named now."""
    heir, former = _heir(case), case.owner_id
    now = timezone.now()
    standard_id = case.standard_version_id or _fitting(case)
    promise = promise_for(kind=case.kind, team=case.team, since=now, version_id=standard_id, priority=case.priority)
    is_history = HISTORY in case.custom
    first_answer_by = promise.first_answer_by if is_history else case.first_answer_by or promise.first_answer_by
    is_asked_now = case.first_answered_at is None and first_answer_by != case.first_answer_by
    due_at = first_answer_by if case.first_answered_at is None else promise.next_word_by
    clock = going_on(case, at=now)
    solution_by = max(clock.pop("solution_by", case.solution_by), promise.solution_by)
    solution_since = now if solution_by == promise.solution_by else case.solution_since
    move(
        case,
        to=State.OPEN,
        standard_version_id=standard_id,
        came_back=case.came_back + (not is_history),
        asked_at=now if is_asked_now else case.asked_at,
        first_answer_by=first_answer_by,
        waits_for=Case.WaitsFor.US,
        next_word_by=promise.next_word_by,
        next_word_since=now,
        due_at=nearest(case, due_at),
        solution_by=solution_by,
        solution_since=solution_since,
        **clock,
        solved_at=None,
        closed_at=None,
        last_word_at=now,
        **({"owner": heir, "deputy": None} if heir else {}),
        **({"custom": {key: one for key, one in case.custom.items() if key != HISTORY}} if is_history else {}),
    )
    happened = CaseReopened(
        case_id=case.pk, customer_id=case.customer_id, reason=reason, word_id=word.pk if word else None
    )
    announce(happened, actor=actor)
    let_talks_go_on(conversation_ids=_talks(case))
    if heir is not None:
        tell_of_new_owner(case, from_id=former, actor=SYSTEM)


def _fitting(case: Case) -> int | None:
    """The version by which a case that holds none is served from now on."""
    version = choice_now(case).version
    return version.pk if version else None


def _heir(case: Case) -> Agent | None:
    """Who takes over a case that was closed while its owner still worked here; None when the owner is there.

    One that is only solved is never left behind: whoever lets an agent go hands it over.
    """
    if case.state == State.SOLVED or serves(case.owner_id):
        return None
    return owner_for(case.team, case.customer, words=(case.subject,)).agent


@in_one
def reopen(*, case: Case, actor: Actor, reason: str, **seen: Unpack[Seen]) -> None:
    """An agent brings a finished case back; ``reason`` is kept as a note.

    Raises ``Refusal('reason_missing' | 'changed_meanwhile')``.
    """
    hold_as_it_was(case, actor, "cases.reopen", seen)
    if not reason.strip():
        text = _("Say why the case is opened again.")
        raise Refusal("reason_missing", text, fields={"reason": text})
    come_back(case, reason="by_agent", actor=actor)
    write_note(conversation=conversation_to_answer(case), text=reason.strip(), actor=actor)


@in_one
def close_unconfirmed(*, case: Case) -> None:
    """After the reminders: silence. Counted apart, and any new word opens it again for ever.

    What somebody still owes the customer something about is not closed by silence.
    """
    if objection_to(case, State.UNCONFIRMED) is not None:
        return
    move(case, to=State.UNCONFIRMED, closed_at=timezone.now(), waits_for=Case.WaitsFor.NOBODY, due_at=None)
    announce(CaseClosed(case_id=case.pk, customer_id=case.customer_id, outcome="unconfirmed"), actor=SYSTEM)
    _let_talks_end(case)


def _let_talks_end(case: Case) -> None:
    """A word that comes later than some days after by a messenger, where nothing ends by itself, is another matter."""
    days = int(policy("reach.same_matter_days"))
    let_talks_end(conversation_ids=_talks(case), at=timezone.now() + timedelta(days=days))


def _talks(case: Case) -> QuerySet[CaseConversation, int]:
    return CaseConversation.objects.filter(case=case).values_list("conversation_id", flat=True)
