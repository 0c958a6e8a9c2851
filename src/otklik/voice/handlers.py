"""What the voice does when something happens below."""

from otklik.cases.actions import asks_the_customer
from otklik.cases.events import CaseReopened, CaseSolved, SpamUnmarked
from otklik.cases.letters import Written
from otklik.cases.models import Case
from otklik.cases.queries import case_of_conversation
from otklik.customers.events import CustomersMerged
from otklik.foundation.events.announcing import on
from otklik.reach.events import ButtonPressed, MessageSent
from otklik.reach.models import Conversation
from otklik.voice.actions import (
    ask_customer,
    follow_the_answer,
    move_questions,
    note_asked,
    question_for,
    take_pressed_answer,
    withdraw_question,
)
from otklik.voice.letters import PRESSED_NO, PRESSED_YES


@asks_the_customer
def ask_in_the_same_letter(case: Case, conversation: Conversation) -> Written:
    """Solved is our opinion: the customer is asked for theirs in the letter that says what was done."""
    return question_for(case=case, conversation=conversation)


@on(ButtonPressed, when=lambda happened: happened.says in {PRESSED_YES, PRESSED_NO})
def write_down_what_was_pressed(happened: ButtonPressed) -> None:
    """A press in a messenger is the customer's own word, as a press on the answer page is."""
    case = case_of_conversation(happened.conversation_id)
    if case is not None:
        take_pressed_answer(case_id=case.pk, is_solved=happened.says == PRESSED_YES)


@on(MessageSent, when=lambda happened: happened.has_question)
def remember_who_was_asked(happened: MessageSent) -> None:
    case = case_of_conversation(happened.conversation_id)
    if case is not None:
        note_asked(case=case)


@on(CaseReopened, when=lambda happened: happened.reason == "taken_back")
def ask_nothing_that_was_taken_back(happened: CaseReopened) -> None:
    withdraw_question(case_id=happened.case_id or 0)


@on(CaseSolved, when=lambda happened: not happened.is_asked)
def ask_the_customer(happened: CaseSolved) -> None:
    """What an older version called solved just before it was replaced is still asked about."""
    case = Case.objects.select_related("customer", "owner").get(pk=happened.case_id or 0)
    ask_customer(case=case, round_=happened.round)


@on(SpamUnmarked)
def hear_what_was_answered_meanwhile(happened: SpamUnmarked) -> None:
    follow_the_answer(case_id=happened.case_id or 0)


@on(CustomersMerged)
def bring_questions_together(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        move_questions(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)
