"""What is done for complaints as time passes."""

import logging
from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Value

from otklik.complaints.actions import tell_of_term
from otklik.complaints.models import UNANSWERED, RunningTerm
from otklik.foundation.events.clock import latest_now
from otklik.foundation.policies import is_held_back

logger = logging.getLogger(__name__)
_A_DAY = timedelta(days=1)
_AT_ONCE = 500


def mind_the_terms() -> None:
    """Tell owners before a term ends, and their leads, too, once it has; each once."""
    if is_held_back():
        return
    now = latest_now()
    due = RunningTerm.objects.filter(complaint__stage__in=UNANSWERED).exclude(complaint__case__state="spam")
    soon = due.filter(warned_at=None, due_at__gt=now)
    warning = ExpressionWrapper(F("term__warn_days") * Value(_A_DAY), output_field=DurationField())
    soon = soon.annotate(warn_at=F("due_at") - warning).filter(warn_at__lte=now)
    over = due.filter(missed_at=None, due_at__lte=now)
    for rows in (soon, over):
        for running in rows.select_related("complaint").order_by("id")[:_AT_ONCE]:
            _one_by_one(running, now)


def _one_by_one(running: RunningTerm, now: datetime) -> None:
    """One that fails is logged and tried again next time; the others have their turn."""
    try:
        tell_of_term(running=running, now=now)
    except Exception:
        logger.exception("term_not_minded", extra={"complaint": running.complaint_id})
