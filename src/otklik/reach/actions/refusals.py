"""Other servers refuse our mail: one such report is a letter that did not arrive, several are a fault in the house."""

from collections import Counter
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.foundation.models import Event
from otklik.reach.adapters.email.faults import OURS
from otklik.reach.events import MessageUndelivered, OurMailRefused

_SEVERAL: Final = 3
_AT_ONCE: Final = timedelta(days=1)


@in_one
def mind_refusals() -> None:
    """Say once a day that several letters were refused for something about us, with the commonest reason."""
    since = timezone.now() - _AT_ONCE
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('reach.our_mail_refused', 0))")
    if Event.objects.filter(name=OurMailRefused.event_name, at__gte=since).exists():
        return
    refused = Event.objects.filter(name=MessageUndelivered.event_name, at__gte=since, payload__fault__in=sorted(OURS))
    faults = dict(refused.order_by("id").values_list("payload__message_id", "payload__fault"))
    if len(faults) < _SEVERAL:
        return
    [(commonest, _times)] = Counter(faults.values()).most_common(1)
    today = timezone.now().date().isoformat()
    announce(OurMailRefused(fault=commonest, letters=len(faults), since=today), actor=SYSTEM)
