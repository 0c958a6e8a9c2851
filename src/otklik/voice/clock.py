"""What the voice does as time passes."""

import logging

from django.utils import timezone

from otklik.foundation.clock import every
from otklik.foundation.errors import Refusal
from otklik.voice.actions import give_up_waiting, remind
from otklik.voice.queries import due_for_closing, due_for_reminder

logger = logging.getLogger(__name__)
_AT_ONCE = 500


@every(minutes=5)
def mind_the_silence() -> None:
    """Remind twice, then close as unconfirmed; a customer who answers meanwhile is left alone."""
    now = timezone.now()
    for case in due_for_reminder(now).select_related("customer", "owner")[:_AT_ONCE]:
        remind(case=case)
    for case in due_for_closing(now)[:_AT_ONCE]:
        try:
            give_up_waiting(case=case)
        except Refusal:
            logger.info("silence_broken", extra={"case": case.pk})
