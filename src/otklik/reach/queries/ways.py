"""Why a word would not leave by a way now, told before it is written."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.customers.models import ContactPoint
from otklik.reach.foreign import is_closed_by_law
from otklik.reach.models import Inbox


def why_shut(door: Inbox | None, point: ContactPoint | None) -> str:
    """``door``: of a channel with one peer, None where letters leave; ``point``: what is known of the way, if anything.

    In words; '' when it would leave at once.
    """
    if point is not None and point.bounce == ContactPoint.Bounce.HARD:
        return _shut_by_them(point) if door else _("Letters to this address come back.")
    if door is None:
        return ""
    if is_closed_by_law(door):
        return _("Law 41-FZ: this house may not answer in messengers of foreign owners.")
    if not door.settings.get("base_url"):
        return _("This channel only takes words in.")
    return _("This channel is shut now. The answer waits until it is opened.") if door.is_shut else ""


def _shut_by_them(point: ContactPoint) -> str:
    if point.bounced_at is None:
        return _("The customer shut this way.")
    day = date_format(timezone.localtime(point.bounced_at), "MONTH_DAY_FORMAT")
    return _("The customer shut this way on %(day)s.") % {"day": day}
