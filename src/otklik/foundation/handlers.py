"""What the ground does by itself: tells programs elsewhere, and forgets what is old."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from otklik.foundation.events.announcing import on_any
from otklik.foundation.files.keeping import forget_stray_bytes, forget_unused_files
from otklik.foundation.http.idempotency import forget_old_keys
from otklik.foundation.models import Event
from otklik.foundation.webhooks.actions import mind_webhooks, queue_deliveries
from otklik.foundation.webhooks.queries import is_listened_to


@on_any(when=is_listened_to)
def tell_webhooks(event: Event) -> None:
    queue_deliveries(event=event)


_UNUSED_FILES_STAY: Final = timedelta(hours=26)
"""A little longer than a form that is being filled in may bring its files back."""


CLEANED_EVERY_MINUTES: Final = 30
_SHELVES: Final = 256


def clean_up_files() -> None:
    """All files without use, and of bytes without a row one shelf of 256 at a time: each every five days."""
    now = timezone.now()
    before, turn = now - _UNUSED_FILES_STAY, int(now.timestamp()) // (60 * CLEANED_EVERY_MINUTES)
    forget_unused_files(before=before)
    forget_stray_bytes(shelf=turn % _SHELVES, before=before)


def tidy_up() -> None:
    mind_webhooks()
    forget_old_keys()
