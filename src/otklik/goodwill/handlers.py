"""What goodwill does when something happens."""

import smtplib

from otklik.foundation.events.announcing import on
from otklik.foundation.policies import is_held_back
from otklik.goodwill.actions import put_letter_back, take_up_letter
from otklik.goodwill.events import LeadAsked
from otklik.goodwill.letters import send_question
from otklik.team.models import Agent


@on(LeadAsked, when=lambda _happened: not is_held_back())
def write_to_the_lead(happened: LeadAsked) -> None:
    """A lead who is not at the desk hears of it by letter, once; one that does not leave is tried again."""
    gesture = take_up_letter(gesture_id=happened.gesture_id, lead_id=happened.lead_id)
    if gesture is None:
        return
    try:
        send_question(gesture, Agent.objects.get(pk=happened.lead_id))
    except (OSError, smtplib.SMTPException):
        put_letter_back(gesture_id=happened.gesture_id, lead_id=happened.lead_id)
        raise
