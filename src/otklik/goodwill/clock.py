"""What goodwill does as time passes."""

import logging

from otklik.foundation.events.clock import latest_now
from otklik.goodwill.actions import tell_overdue, turn_the_month
from otklik.goodwill.queries import overdue, teams_with_budget

logger = logging.getLogger(__name__)
_AT_ONCE = 500


def mind_unanswered() -> None:
    """Whoever waits for a lead longer than was promised is not forgotten; one that fails has its turn next time."""
    for gesture in overdue(latest_now())[:_AT_ONCE]:
        try:
            tell_overdue(gesture=gesture)
        except Exception:
            logger.exception("overdue_not_told", extra={"gesture": gesture.pk})


def turn_months() -> None:
    """A month that has begun is granted, one that is over lets go; late is as good as in time."""
    for team_id in teams_with_budget():
        turn_the_month(team_id=team_id)
