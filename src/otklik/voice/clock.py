"""What the voice does as time passes."""

import logging
from collections.abc import Callable

from otklik.cases.models import Case
from otklik.foundation.errors import Refusal
from otklik.foundation.events.clock import latest_now
from otklik.foundation.policies import is_held_back
from otklik.voice.actions import give_up_waiting, remind
from otklik.voice.queries import due_for_closing, due_for_reminder

logger = logging.getLogger(__name__)
_AT_ONCE = 500


def mind_the_silence() -> None:
    """Remind twice, then close as unconfirmed; a customer who answers meanwhile is left alone."""
    if is_held_back():  # nobody could be reminded, and silence would be ours
        return
    now = latest_now()
    for case in due_for_reminder(now).select_related("customer", "owner")[:_AT_ONCE]:
        _one_by_one(remind, case)
    for case in due_for_closing(now)[:_AT_ONCE]:
        _one_by_one(give_up_waiting, case)


def _one_by_one(step: Callable[..., None], case: Case) -> None:
    """One case that fails is logged and tried again next time; the others have their turn."""
    try:
        step(case=case)
    except Refusal:
        logger.info("silence_broken", extra={"case": case.pk})
    except Exception:
        logger.exception("silence_not_minded", extra={"case": case.pk})
