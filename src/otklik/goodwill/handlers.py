"""What goodwill does when something happens."""

import smtplib

from otklik.cases.closing import Happened, closes_with
from otklik.cases.models import Case
from otklik.foundation.events.announcing import on
from otklik.foundation.in_use import is_in_use
from otklik.foundation.policies import is_held_back
from otklik.goodwill.actions import hear_lead, put_letter_back, put_word_back, take_up_letter, take_up_word_back
from otklik.goodwill.events import LeadAsked
from otklik.goodwill.letters import APP, send_question, send_word_back
from otklik.goodwill.models import Gesture
from otklik.reach.actions import returned_letter
from otklik.reach.events import LetterReturned


@closes_with(Happened.GESTURE)
def was_given_something(case: Case) -> bool:
    """The letter that ends such a case thanks for understanding."""
    return is_in_use("goodwill") and Gesture.objects.filter(case=case, state=Gesture.State.GIVEN).exists()


@on(LeadAsked, when=lambda _happened: not is_held_back())
def write_to_the_lead(happened: LeadAsked) -> None:
    """A lead who is not at the desk hears of it by letter, once; one that does not leave is tried again."""
    asked = take_up_letter(gesture_id=happened.gesture_id, lead_id=happened.lead_id)
    if asked is None:
        return
    try:
        send_question(asked)
    except (OSError, smtplib.SMTPException):
        put_letter_back(gesture_id=happened.gesture_id, lead_id=happened.lead_id)
        raise


@on(LetterReturned, when=lambda happened: happened.app == APP)
def hear_the_lead(happened: LetterReturned) -> None:
    """The letter that asked was answered: what it says is done, and the lead is told what became of it, once."""
    came = returned_letter(raw_id=happened.raw_id)
    letter = hear_lead(asked_id=happened.number, letter=came) if came is not None else None
    if letter is None or is_held_back() or not take_up_word_back(letter=letter):
        return
    try:
        send_word_back(letter)
    except (OSError, smtplib.SMTPException):
        put_word_back(letter=letter)
        raise
