"""A promise is kept by a letter handed over, not by a row: a letter that is lost gives its promise back."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from otklik.cases.actions.holding import held
from otklik.cases.clocks import at_rest, going_on
from otklik.cases.events import Answered, AnswerLost
from otklik.cases.models import Case, CasePurpose
from otklik.cases.queries import Spoken, spoken
from otklik.cases.vows import lost_with, nearest, told_by
from otklik.cases.words import preview_of
from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.reach.models import Message
from otklik.standards.queries import Promise, promise_for

COUNTED = frozenset({Message.Purpose.ANSWER, CasePurpose.QUESTION})
"""Letters in which a person tells the customer something: an answer, and what was done with the question."""


@in_one
def keep_promise(*, case: Case, answer_id: int) -> None:
    """An answer has been handed over to the customer: the first answer, or the next word, is given.

    What the customer has said since it was written still waits for a word of ours, and so does a case that came back.
    """
    case = held(case)
    said = spoken(case, answer_id=answer_id)
    if not said.is_told or said.was_told or said.first_at is None or said.last_at is None:
        return
    first_answered_at = min(case.first_answered_at or said.first_at, said.first_at)
    changes: dict[str, Any] = {"first_answered_at": first_answered_at, "updated_at": timezone.now()}
    if said.lost_id is None or said.lost_id < answer_id:
        changes["is_undelivered"] = False
    if (promised := told_by(case, answer_id, at=said.last_at)) is not None:
        case.promised = changes["promised"] = promised
    if said.unanswered_since is None:
        changes |= {"last_word_at": max(case.last_word_at, said.last_at), "preview": preview_of(said.beginning)}
        if case.word_given_at is None or case.word_given_at < (case.next_word_since or case.asked_since):
            changes["word_given_at"] = said.last_at  # another one, that nobody waited for, is neither early nor late
    if said.unanswered_since is not None or said.has_come_back:
        changes |= _still_promised(case, said, first_answered_at)
    elif case.state == Case.State.OPEN:
        changes |= at_rest(case, since=said.last_at)
    happened = Answered(
        case_id=case.pk,
        customer_id=case.customer_id,
        message_id=answer_id,
        is_first_answer=case.first_answered_at is None,
    )
    Case.objects.filter(pk=case.pk).update(**changes)
    announce(happened, actor=SYSTEM)


@in_one
def give_promise_back(*, case: Case, answer_id: int) -> None:
    """An answer did not reach the customer: what it had kept is promised again, by the same moment as before."""
    case = held(case)
    said = spoken(case, answer_id=answer_id)
    if said.is_told:  # somebody in copy did not get it
        return
    changes: dict[str, Any] = {"first_answered_at": said.first_at}
    if (promised := lost_with(case, answer_id)) is not None:
        case.promised = changes["promised"] = promised
        changes["due_at"] = nearest(case, case.due_at) if case.state == Case.State.OPEN else None
    is_answered = said.first_at is not None and said.unanswered_since is None
    if not is_answered:
        changes["word_given_at"] = said.last_at
    if case.waits_for == Case.WaitsFor.US or not is_answered:
        changes |= _still_promised(case, said, said.first_at)
    if any(getattr(case, name) != value for name, value in changes.items()):
        Case.objects.filter(pk=case.pk).update(**changes, updated_at=timezone.now())
    if said.was_told:
        announce(AnswerLost(case_id=case.pk, customer_id=case.customer_id, message_id=answer_id), actor=SYSTEM)


def promise_of(case: Case, *, since: datetime) -> Promise:
    """What the standard that the case holds promises a customer who wrote at ``since``."""
    return promise_for(
        kind=case.kind,
        team=case.team,
        since=since,
        version_id=case.standard_version_id,
        priority=case.priority,
    )


def word_owed(case: Case, *, since: datetime) -> dict[str, Any]:
    """What an open case says when its customer waits for a word of ours; another word of theirs moves no promise.

    The first word after those of machines is the one from which promises run.
    """
    promise = promise_of(case, since=since)
    if case.first_answer_by is None and case.first_answered_at is None:
        begun = {"asked_at": since, "first_answer_by": promise.first_answer_by, "solution_by": promise.solution_by}
        due = {"next_word_by": promise.next_word_by, "due_at": nearest(case, promise.first_answer_by)}
        return {"waits_for": Case.WaitsFor.US, **begun, **due}
    next_word = {"next_word_by": promise.next_word_by, "next_word_since": since}
    if case.waits_for == Case.WaitsFor.US and case.next_word_by and case.next_word_by <= promise.next_word_by:
        next_word = {"next_word_by": case.next_word_by}
    due_at = case.first_answer_by if case.first_answered_at is None else next_word["next_word_by"]
    return {"waits_for": Case.WaitsFor.US, **next_word, **going_on(case, at=since), "due_at": nearest(case, due_at)}


def standing_of(case: Case) -> dict[str, Any]:
    """Whose move it is in an open case, and by when, by what was really said."""
    said = spoken(case)
    if said.first_at is None or said.unanswered_since is not None or said.has_come_back:
        return _promised(case, said, said.first_at)
    return at_rest(case, since=said.last_at or timezone.now())


def _still_promised(case: Case, said: Spoken, first_answered_at: datetime | None) -> dict[str, Any]:
    """Whose move it is, and by when, in an open case whose customer waits for a word of ours."""
    return _promised(case, said, first_answered_at) if case.state == Case.State.OPEN else {}


def _promised(case: Case, said: Spoken, first_answered_at: datetime | None) -> dict[str, Any]:
    next_word: dict[str, Any] = {"next_word_by": case.next_word_by}
    if first_answered_at is not None and said.unanswered_since is not None:
        promise = promise_of(case, since=said.unanswered_since)
        next_word = {"next_word_by": promise.next_word_by, "next_word_since": said.unanswered_since}
    due_at = case.first_answer_by if first_answered_at is None else next_word["next_word_by"]
    clock = going_on(case, at=said.unanswered_since)
    return {"waits_for": Case.WaitsFor.US, **next_word, **clock, "due_at": nearest(case, due_at)}
