"""What is done for complaints as time passes."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db.models import DurationField, ExpressionWrapper, F, Value

from otklik.complaints.actions import tell_of_hearing, tell_of_term
from otklik.complaints.models import UNANSWERED, Complaint, RunningTerm
from otklik.foundation.events.clock import latest_now
from otklik.foundation.policies import is_held_back

logger = logging.getLogger(__name__)
_A_DAY = timedelta(days=1)
_BEFORE_HEARING = timedelta(hours=4)
_AT_ONCE = 500


def mind_the_terms() -> None:
    """Tell owners before a term ends, and their leads, too, once it has; remind of the word that was announced."""
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
            _one_by_one(partial(tell_of_term, running=running, now=now), running.complaint_id)
    hearing = Complaint.objects.filter(stage__in=UNANSWERED, hear_by__range=(now - _A_DAY, now + _BEFORE_HEARING))
    hearing = hearing.exclude(case__state="spam").select_related("case__owner", "case__team")
    for complaint in hearing.order_by("id")[:_AT_ONCE]:
        _one_by_one(partial(tell_of_hearing, complaint=complaint), complaint.pk)


def _one_by_one(tell: Callable[[], None], complaint_id: int) -> None:
    """One that fails is logged and tried again next time; the others have their turn."""
    try:
        tell()
    except Exception:
        logger.exception("term_not_minded", extra={"complaint": complaint_id})
