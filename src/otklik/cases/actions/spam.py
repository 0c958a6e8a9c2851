"""Spam: no matter of a customer, so nobody is answered, asked, promised or counted. It can all be taken back."""

from typing import Any, Unpack

from django.utils import timezone

from otklik.cases.actions.holding import hold
from otklik.cases.actions.keeping_open import check_objections
from otklik.cases.actions.naming import owner_for
from otklik.cases.actions.opening import hear
from otklik.cases.actions.owning import tell_of_new_owner
from otklik.cases.actions.promising import standing_of
from otklik.cases.events import Answered, AnswerLost, SpamMarked, SpamUnmarked
from otklik.cases.models import Case, SpamMark
from otklik.cases.moves import State, move, put_back, too_late
from otklik.cases.queries import Seen, check_goes_on, conversation_ids
from otklik.cases.vows import nearest
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.foundation.models import Event
from otklik.reach.actions import let_letters_go, stop_letters
from otklik.reach.models import Message
from otklik.team.models import Agent
from otklik.team.queries import serves


@in_one
def mark_spam(*, case: Case, actor: Actor, **seen: Unpack[Seen]) -> None:
    """Call a case spam: it stands in no list but that of spam, is promised nothing and burdens nobody.

    Letters of ours that have not left are taken back; what comes into it later is heard by nobody. ``unmark_spam``
    takes all of it back. Raises ``Refusal('not_found' | 'not_allowed' | 'merged_already' | 'changed_meanwhile')``.
    """
    hold(case, actor=actor, permission="cases.edit", even_spam=True, **seen)
    check_goes_on(case)
    check_objections(case, State.SPAM)
    before = {"state": case.state, "waits_for": case.waits_for, "due_at": case.due_at}
    move(case, to=State.SPAM, waits_for=Case.WaitsFor.NOBODY, due_at=None)
    stopped = stop_letters(conversation_ids=conversation_ids(case), actor=actor)
    SpamMark.objects.create(case=case, stopped=stopped, at=timezone.now(), **before)
    happened = SpamMarked(case_id=case.pk, customer_id=case.customer_id, letters=len(stopped))
    announce(happened, actor=actor)


@in_one
def unmark_spam(*, case: Case, actor: Actor) -> None:
    """It is a matter after all: the case stands where it stood, its letters leave, what came meanwhile is heard now.

    Who has left meanwhile has an heir. Raises ``Refusal('not_found' | 'not_allowed' | 'changed_meanwhile')``.
    """
    hold(case, actor=actor, permission="cases.edit", even_spam=True)
    mark = SpamMark.objects.filter(case=case).first()
    if mark is None:
        raise too_late()
    heir, former = _heir(case, mark), case.owner_id
    put_back(case, to=State(mark.state), **_as_before(case, mark), **({"owner": heir, "deputy": None} if heir else {}))
    mark.delete()
    let_letters_go(delivery_ids=mark.stopped, actor=actor)
    happened = SpamUnmarked(
        case_id=case.pk, customer_id=case.customer_id, letters=len(mark.stopped), words=len(mark.joined)
    )
    announce(happened, actor=actor)
    if heir is not None:
        tell_of_new_owner(case, from_id=former, actor=SYSTEM)
    for message in Message.objects.filter(pk__in=mark.joined).select_related("conversation").order_by("id"):
        hear(case=case, message=message)


def _heir(case: Case, mark: SpamMark) -> Agent | None:
    """Who takes over unfinished work whose owner has left while it was no work; None when the owner is there."""
    if mark.state not in {State.OPEN, State.SOLVED} or serves(case.owner_id):
        return None
    return owner_for(case.team, case.customer, words=(case.subject,)).agent


def _as_before(case: Case, mark: SpamMark) -> dict[str, Any]:
    """Whose move it was and by when, unless an answer has arrived or was lost meanwhile; silence did not count."""
    changes: dict[str, Any] = {"waits_for": mark.waits_for, "due_at": mark.due_at}
    told = Event.objects.filter(case_id=case.pk, name__in=[Answered.event_name, AnswerLost.event_name], at__gte=mark.at)
    if mark.state == State.OPEN and told.exists():
        changes = standing_of(case)
    elif case.first_answered_at is None and mark.due_at is not None:
        changes["due_at"] = nearest(case, case.first_answer_by)  # it may have been edited
    if mark.state == State.SOLVED and case.solved_at is not None:
        changes["solved_at"] = case.solved_at + (timezone.now() - mark.at)
    return changes
