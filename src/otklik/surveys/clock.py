"""What surveys do as time passes."""

import logging
from collections.abc import Callable
from functools import partial

from otklik.foundation.errors import Refusal
from otklik.foundation.events.clock import latest_now
from otklik.foundation.policies import is_held_back
from otklik.surveys.actions import begin_round, forget_lines, remind, take_turn, tally
from otklik.surveys.queries import due_for_reminder, due_plans, due_turns

logger = logging.getLogger(__name__)
_AT_ONCE = 300


def ask_whose_turn_it_is() -> None:
    """Begin the rounds that are due, then ask; whoever does not fit into one run has their turn in the next."""
    if is_held_back():
        return
    now = latest_now()
    for plan in due_plans(now):
        _one_by_one(partial(begin_round, plan=plan, now=now), plan.pk)
    for turn in due_turns(now)[:_AT_ONCE]:
        _one_by_one(partial(take_turn, turn=turn), turn.pk)


def mind_the_silent() -> None:
    """Remind those who are silent, and forget what stood in lists that led to nobody."""
    if is_held_back():
        return
    now = latest_now()
    for invitation in due_for_reminder(now)[:_AT_ONCE]:
        _one_by_one(partial(remind, invitation=invitation, now=now), invitation.pk)
    forget_lines(now=now)


def bring_tallies_up_to_date() -> None:
    """A figure is right before and after; it is told sooner after."""
    while tally():
        pass


def _one_by_one(step: Callable[[], object], pk: int) -> None:
    """One that fails is logged and tried again next time; the others have their turn."""
    try:
        step()
    except Refusal as refusal:
        logger.info("turn_refused", extra={"row": pk, "code": refusal.code})
    except Exception:
        logger.exception("turn_not_taken", extra={"row": pk})
