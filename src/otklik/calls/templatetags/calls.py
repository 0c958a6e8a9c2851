"""How calls are told on pages."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.calls.forms import slot_words
from otklik.calls.models import Call, CallBack
from otklik.calls.slots import Slot
from otklik.calls.values import Because
from otklik.ui.words import duration, when

register = template.Library()


@register.filter
def why_owed(row: CallBack) -> str:
    """Why we owe a call, and how often they and we have tried."""
    if row.because == Because.ASKED:
        return _("Asked for a call")
    at = when(row.last_at, now=timezone.now())
    called = ngettext("Called once, %(at)s", "Called %(count)d times, last %(at)s", row.times)
    text = called % {"count": row.times, "at": at}
    if not row.tries:
        return text
    tried = ngettext("we tried once", "we tried %(count)d times", row.tries) % {"count": row.tries}
    return f"{text}; {tried}"


@register.filter
def slot_of(row: CallBack) -> str:
    """«завтра, 18:30–19:00»: the hour that was chosen."""
    assert row.slot_from is not None, "only a call that was asked for has an hour"
    day = when(row.slot_from, now=timezone.now()).rpartition(",")[0]
    return f"{day}, {slot_words(Slot(start=row.slot_from))}"


@register.filter
def spoken_for(call: Call) -> str:
    """How long they spoke."""
    return _("Spoke for %(time)s") % {"time": duration(timedelta(seconds=max(call.seconds, 60)))}


@register.filter
def day_of(moment: datetime) -> str:
    """«завтра», «4 дек»: the day by the clock of the page."""
    return when(moment, now=timezone.now()).rpartition(",")[0]


@register.filter
def clock_of(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


@register.filter
def at_least_a_minute(span: timedelta) -> str:
    return duration(max(span, timedelta(minutes=1)))
