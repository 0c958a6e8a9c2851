"""Asking and writing down the answer."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypedDict

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.cases.actions import close_unconfirmed, confirm_satisfaction, take_dissatisfaction
from otklik.cases.letters import Written
from otklik.cases.models import Case, CasePurpose
from otklik.cases.queries import conversation_to_answer, where_it_went
from otklik.cases.words import says_not_solved
from otklik.foundation.actors import SYSTEM, Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.manifest import Person
from otklik.foundation.models import Event
from otklik.foundation.policies import policy
from otklik.reach.actions import send
from otklik.reach.models import Conversation
from otklik.voice import letters
from otklik.voice.events import AnswerRecorded, CustomerAsked, CustomerReminded
from otklik.voice.models import REMINDER, Answer, Invitation
from otklik.voice.queries import check_theirs, is_theirs

WORDING = "2026-12"
"""Version of the words on the answer page: csat 1–5, effort 1–7, told twice or not, as in ``portal/answer.html``."""

SATISFACTION = range(1, 6)
EASE = range(1, 8)
_VALID_FOR = timedelta(days=365)


@transaction.atomic
def ask_customer(*, case: Case, round_: int) -> Invitation | None:
    """Ask whether the case is solved, once per attempt; None when it was asked already or nothing is to be asked."""
    if case.state != Case.State.SOLVED:
        return None
    invitation = _invitation(case, round_)
    if _was_asked(invitation):
        return None
    _write_letter(case, invitation, letters.question, CasePurpose.QUESTION)
    happened = CustomerAsked(case_id=case.pk, customer_id=case.customer_id, invitation_id=invitation.pk)
    announce(happened, actor=SYSTEM)
    return invitation


def question_for(*, case: Case, conversation: Conversation) -> Written:
    """The question of this attempt, as a part of the letter that says what was done."""
    return letters.question(case, conversation, _invitation(case, case.came_back + 1))


@transaction.atomic
def note_asked(*, case: Case) -> None:
    """The question has been handed over to the customer."""
    invitation = Invitation.objects.filter(case=case).order_by("-round").first()
    if invitation is None or _was_asked(invitation):
        return
    happened = CustomerAsked(case_id=case.pk, customer_id=case.customer_id, invitation_id=invitation.pk)
    announce(happened, actor=SYSTEM)


def _was_asked(invitation: Invitation) -> bool:
    """Whether history says so; the invitation is held until the transaction ends."""
    Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    asked = Event.objects.filter(name=CustomerAsked.event_name, case_id=invitation.case_id)
    return asked.filter(payload__invitation_id=invitation.pk).exists()


@transaction.atomic
def withdraw_question(*, case_id: int) -> None:
    """The word "solved" was taken back before its letter left: nobody has seen the question, so there is none."""
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    if case.state != Case.State.SOLVED:
        Invitation.objects.filter(case=case, round=case.came_back + 1, answers=None).delete()


def _invitation(case: Case, round_: int) -> Invitation:
    """The question of this attempt, locked for this transaction."""
    invitation, _new = Invitation.objects.get_or_create(
        case=case,
        round=round_,
        defaults={
            "customer_id": case.customer_id,
            "token": secrets.token_urlsafe(24),
            "wording": WORDING,
            "expires_at": timezone.now() + _VALID_FOR,
        },
    )
    invitation = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    if not is_theirs(invitation, case):  # the case is somebody else's now: the old link is dead
        invitation.customer_id, invitation.token = case.customer_id, secrets.token_urlsafe(24)
        invitation.save(update_fields=["customer", "token"])
    return invitation


@transaction.atomic
def say_it_is_solved(*, case: Case, actor: Actor) -> Invitation:
    """The customer says "solved" without being asked; they may add a rating to the returned invitation.

    Raises ``Refusal('only_the_customer')``.
    """
    if not actor.is_customer or actor.pk != case.customer_id:
        raise Refusal("only_the_customer", _("Only the customer can say whether they are satisfied."))
    case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)  # before its question, as whoever solves it
    invitation = _invitation(case, case.came_back + 1)
    record_answer(invitation=invitation, is_solved=True)
    return invitation


def _write_letter(
    case: Case, invitation: Invitation, write: Callable[[Case, Conversation, Invitation], Written], purpose: str
) -> None:
    conversation = conversation_to_answer(case)
    with translation.override(case.customer.language):
        written = write(case, conversation, invitation)
    send(conversation=conversation, text=written.words, purpose=purpose, subject=written.subject, sheet=written.sheet)


@transaction.atomic
def record_answer(
    *,
    invitation: Invitation,
    is_solved: bool = True,
    satisfaction: int | None = None,
    ease: int | None = None,
    explained_twice: bool | None = None,
    words: str = "",
) -> Answer:
    """Write down what the customer pressed and said, and let the case follow it, unless it is called spam. Words beat
    buttons.

    ``satisfaction`` 1..5, ``ease`` 1..7, None when not answered; ``explained_twice`` None when they were not asked.
    Raises ``Refusal('score_invalid')``.
    """
    _check(satisfaction, ease)
    scores: _Scores = {"satisfaction": satisfaction, "ease": ease, "explained_twice": explained_twice}
    said = Answer(invitation=invitation, is_solved=is_solved, words=words.strip(), **scores)
    case = _case_of(invitation)
    check_theirs(invitation, case)
    known = _said_already(case, said)
    if known is not None:
        return known
    said.save(force_insert=True)
    if case.state != Case.State.SPAM:
        _let_the_case_follow(case, said)
    return said


@transaction.atomic
def take_pressed_answer(*, case_id: int, is_solved: bool) -> Answer | None:
    """The customer pressed a button of the question in their own messenger, whichever letter of this case it was in.

    None when nothing was asked, or the question is somebody else's now. Safe to run twice.
    """
    invitation = Invitation.objects.filter(case_id=case_id).order_by("-round").first()
    if invitation is None or not is_theirs(invitation, _case_of(invitation)):
        return None
    return record_answer(invitation=invitation, is_solved=is_solved)


@transaction.atomic
def follow_the_answer(*, case_id: int) -> None:
    """What the customer answered while their case was called spam counts now; safe to run twice."""
    last = Answer.objects.filter(invitation__case_id=case_id).order_by("-id").first()
    if last is None:
        return
    case = _case_of(last.invitation)
    followed = Event.objects.filter(name=AnswerRecorded.event_name, case_id=case.pk, payload__answer_id=last.pk)
    if case.state != Case.State.SPAM and not followed.exists():
        _let_the_case_follow(case, last)


def _case_of(invitation: Invitation) -> Case:
    """The case an answer is about, held until the answer is written down; a merged one leads to where it went."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("owner", "team__working_time")
    return rows.get(pk=where_it_went(invitation.case))


def _let_the_case_follow(case: Case, said: Answer) -> None:
    customer = Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id)
    happened = AnswerRecorded(
        case_id=case.pk,
        customer_id=case.customer_id,
        invitation_id=said.invitation_id,
        answer_id=said.pk,
        is_solved=said.is_solved,
        **_scores_of(said),
    )
    announce(happened, actor=customer)
    scores: dict[str, Any] = {**_scores_of(said), "words": said.words}
    reason = _why_not_satisfied(said)
    if reason:
        take_dissatisfaction(case=case, actor=customer, reason=reason, is_solved=said.is_solved, **scores)
    else:
        confirm_satisfaction(case=case, actor=customer, **scores)


def _said_already(case: Case, now: Answer) -> Answer | None:
    """The same answer pressed twice is one answer, as long as the case stands where that answer put it."""
    last = now.invitation.answers.order_by("-id").first()
    if last is None:
        return None
    is_same = (last.is_solved, last.words, _scores_of(last)) == (now.is_solved, now.words, _scores_of(now))
    is_settled = case.state in {Case.State.OPEN, Case.State.SATISFIED, Case.State.SPAM}
    return last if is_same and is_settled else None


class _Scores(TypedDict):
    satisfaction: int | None
    ease: int | None
    explained_twice: bool | None


def _scores_of(said: Answer) -> _Scores:
    return {"satisfaction": said.satisfaction, "ease": said.ease, "explained_twice": said.explained_twice}


def _check(satisfaction: int | None, ease: int | None) -> None:
    if satisfaction not in {None, *SATISFACTION}:
        raise Refusal("score_invalid", _("Choose a number from 1 to 5."), fields={"satisfaction": _("From 1 to 5.")})
    if ease not in {None, *EASE}:
        raise Refusal("score_invalid", _("Choose a number from 1 to 7."), fields={"ease": _("From 1 to 7.")})


def _why_not_satisfied(said: Answer) -> str:
    """'' when the customer is satisfied, else the reason to bring the case back."""
    if not said.is_solved:
        return "customer_said_no"
    if says_not_solved(said.words):
        return "words_contradict"
    if said.satisfaction is not None and said.satisfaction <= int(policy("voice.low_score")):
        return "low_rating"
    return ""


@transaction.atomic
def remind(*, case: Case) -> None:
    """Ask once more, kindly; counted in the same statement, so that two clocks never remind twice."""
    changed = Case.objects.filter(pk=case.pk, state=Case.State.SOLVED, reminders=case.reminders).update(
        reminders=case.reminders + 1
    )
    invitation = Invitation.objects.filter(case=case).order_by("-round").first()
    if not changed or invitation is None:
        return
    _write_letter(case, invitation, letters.reminder, REMINDER)
    happened = CustomerReminded(
        case_id=case.pk, customer_id=case.customer_id, invitation_id=invitation.pk, count=case.reminders + 1
    )
    announce(happened, actor=SYSTEM)


def give_up_waiting(*, case: Case) -> None:
    """After the reminders: silence."""
    close_unconfirmed(case=case)


@transaction.atomic
def forget_kept_responses(person: Person) -> None:
    """The words of an erased customer's answers go and their links stop working; the scores stay."""
    asked = Invitation.objects.filter(Q(customer_id=person.customer_id) | Q(case__customer_id=person.customer_id))
    Answer.objects.filter(invitation__in=asked).exclude(words="").update(words="")
    asked.filter(expires_at__gt=timezone.now()).update(expires_at=timezone.now())


@transaction.atomic
def move_questions(*, from_customer_id: int, to_customer_id: int) -> None:
    """Two customers were one person: open questions follow."""
    Invitation.objects.filter(customer_id=from_customer_id).update(customer_id=to_customer_id)
