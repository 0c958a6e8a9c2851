"""Two matters in one case become two cases: what was said from one word on goes on by itself."""

from datetime import timedelta
from typing import Any, Unpack

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.holding import hold
from otklik.cases.actions.merging import merge_cases
from otklik.cases.actions.opening import open_beside
from otklik.cases.actions.promising import standing_of
from otklik.cases.events import CaseClosed, CaseOpened, CaseReopened, CaseSolved, CaseSplit
from otklik.cases.models import Case, CaseConversation, CasePurpose
from otklik.cases.moves import State, end_again
from otklik.cases.queries import Seen, case_by_number, check_goes_on, conversation_ids, spoken
from otklik.cases.words import preview_of
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.models import Event
from otklik.foundation.policies import policy
from otklik.reach.actions import let_talks_end, part_talk
from otklik.reach.models import Conversation, Message


@in_one
def split_case(*, case: Case, message_id: int, actor: Actor, **seen: Unpack[Seen]) -> Case:
    """From this word of the customer on it is another question: it becomes a case of the same customer and owner.

    What was said before stays where it is, with its state and its promises; a case that only this word had brought
    back is finished again. The customer is told nothing: who serves them stays the same. Raises ``Refusal('not_found' |
    'not_allowed' | 'is_spam' | 'merged_already' | 'changed_meanwhile')``, ``Refusal('no_word')`` for what the customer
    did not say themselves, ``Refusal('nothing_stays')`` for their first word, and ``Refusal('asked_since')`` when they
    were asked after it whether all is solved.
    """
    hold(case, actor=actor, permission="cases.edit", **seen)
    check_goes_on(case)
    word = _word(case, message_id)
    end = _end_undone_by(word, case)
    CaseConversation.objects.filter(case=case, conversation=_part(word, case)).delete()
    word.refresh_from_db()
    new = open_beside(case, word, actor=actor)
    _stand_by_what_was_said(new)
    if end is not None:
        _finish_again(case, end)
    _let_rest(case)
    happened = CaseSplit(
        case_id=case.pk,
        customer_id=case.customer_id,
        to_case_id=new.pk,
        message_id=word.pk,
        is_ended=end is not None,
    )
    announce(happened, actor=actor)
    return new


@in_one
def join_again(*, case: Case, actor: Actor) -> Case:
    """It was no other question after all: back into the case that it was told apart from, which is returned.

    Raises ``Refusal('not_split')``, and what ``merge_cases`` raises.
    """
    opened = Event.objects.filter(case_id=case.pk, name=CaseOpened.event_name).first()
    number = opened.payload.get("from_case_id") if opened else None
    if number is None:
        raise Refusal("not_split", _("This case did not begin in another one."))
    before = case_by_number(number, actor=actor)
    merge_cases(into=before, other=case, actor=actor)
    return before


# ── Which words ───────────────────────────────────────────────────────────────────────────
def _word(case: Case, message_id: int) -> Message:
    said = Message.objects.filter(conversation__thread__case=case)
    word = said.select_related("conversation__inbox", "conversation__customer").filter(pk=message_id).first()
    if word is None:
        raise Refusal("not_found", _("This is no longer here."))
    if word.direction != Message.Direction.IN or word.automatic_because:
        raise Refusal("no_word", _("A new question begins with a word of the customer."))
    after = said.filter(conversation=word.conversation_id, pk__gte=word.pk)
    heard = said.filter(direction=Message.Direction.IN, automatic_because="")
    if not heard.exclude(pk__in=after.values("pk")).exists():
        raise Refusal("nothing_stays", _("The case begins with this word: nothing would be left in it."))
    if after.filter(purpose=CasePurpose.QUESTION).exclude(deliveries__state="cancelled").exists():
        text = _("After this word the customer was asked whether all is solved. Wait for what they say.")
        raise Refusal("asked_since", text)
    return word


def _part(word: Message, case: Case) -> Conversation:
    """Their own conversation; one that begins with this word follows the first of the case."""
    others = Conversation.objects.filter(thread__case=case).exclude(pk=word.conversation_id)
    return part_talk(message=word, after=others.order_by("thread__id").first())


# ── How both stand afterwards ─────────────────────────────────────────────────────────────
def _stand_by_what_was_said(new: Case) -> None:
    """Answers that went along count here as they did there."""
    said = spoken(new)
    if said.first_at is not None:
        new.first_answered_at = said.first_at
        changes = standing_of(new) | {"first_answered_at": said.first_at, "word_given_at": said.last_at}
        Case.objects.filter(pk=new.pk).update(**changes)
    _show_last_word(new)


def _let_rest(case: Case) -> None:
    """Nobody waits here any more for an answer to what was told apart; what is still owed stays owed."""
    if case.state == State.OPEN:
        said = spoken(case)
        if said.first_at is not None and said.unanswered_since is None and not said.has_come_back:
            Case.objects.filter(pk=case.pk).update(**standing_of(case))
    _show_last_word(case)


def _show_last_word(case: Case) -> None:
    """In lists, as of the last word that is left."""
    said = Message.objects.filter(conversation__thread__case=case, automatic_because="")
    told = said.filter(direction=Message.Direction.IN) | said.filter(purpose=Message.Purpose.ANSWER)
    last = told.exclude(deliveries__state="cancelled").order_by("-id").first()
    if last is not None:
        changes: dict[str, Any] = {"last_word_at": last.at, "preview": preview_of(last.text)}
        Case.objects.filter(pk=case.pk).update(**changes, updated_at=timezone.now())


# ── A case that only this word had brought back ───────────────────────────────────────────
def _end_undone_by(word: Message, case: Case) -> tuple[Event, Event] | None:
    """How the case had ended and what brought it back, if nothing is left in it that came after."""
    told = Event.objects.filter(case_id=case.pk).order_by("-id")
    back = told.filter(name=CaseReopened.event_name).first()
    if case.state != State.OPEN or back is None or back.payload.get("reason") != "new_word" or back.at < word.at:
        return None
    newest = Message.objects.filter(conversation__thread__case=case).exclude(conversation=word.conversation_id)
    if (newest.aggregate(last=Max("id"))["last"] or 0) > word.pk:
        return None
    end = told.filter(name__in=[CaseSolved.event_name, CaseClosed.event_name]).first()
    return (end, back) if end is not None and end.pk < back.pk else None


def _finish_again(case: Case, undone: tuple[Event, Event]) -> None:
    """As it was: the time while it was open does not count as their silence."""
    end, back = undone
    before: dict[str, Any] = {"due_at": None, "came_back": max(case.came_back - 1, 0)}
    if end.name == CaseSolved.event_name:
        solved_at = end.at + (timezone.now() - back.at)
        before |= {"waits_for": Case.WaitsFor.CUSTOMER, "solved_at": solved_at}
        end_again(case, to=State.SOLVED, **before)
        return
    before |= {"waits_for": Case.WaitsFor.NOBODY, "closed_at": end.at}
    end_again(case, to=State(end.payload["outcome"]), **before)
    days = int(policy("reach.same_matter_days"))
    let_talks_end(conversation_ids=conversation_ids(case), at=end.at + timedelta(days=days))
