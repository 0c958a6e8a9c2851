"""What the ground does by itself: tells programs elsewhere, and forgets what is old."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from otklik.foundation.clock import every
from otklik.foundation.events import on_any
from otklik.foundation.files import forget_unused_files
from otklik.foundation.idempotency import forget_old_keys
from otklik.foundation.models import Event
from otklik.foundation.webhooks.actions import mind_webhooks, queue_deliveries
from otklik.foundation.webhooks.queries import is_listened_to


@on_any(when=is_listened_to)
def tell_webhooks(event: Event) -> None:
    queue_deliveries(event=event)


_UNUSED_FILES_STAY: Final = timedelta(hours=26)
"""A little longer than a form that is being filled in may bring its files back."""


@every(minutes=30)
def clean_up_files() -> None:
    forget_unused_files(before=timezone.now() - _UNUSED_FILES_STAY)


@every(minutes=10)
def tidy_up() -> None:
    mind_webhooks()
    forget_old_keys()
