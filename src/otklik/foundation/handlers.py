"""What the ground does by itself: tells programs elsewhere, and forgets what is old."""

from otklik.foundation.clock import every
from otklik.foundation.events import on_any
from otklik.foundation.idempotency import forget_old_keys
from otklik.foundation.models import Event
from otklik.foundation.webhooks.actions import mind_webhooks, queue_deliveries
from otklik.foundation.webhooks.queries import is_listened_to


@on_any(when=is_listened_to)
def tell_webhooks(event: Event) -> None:
    queue_deliveries(event=event)


@every(minutes=10)
def tidy_up() -> None:
    mind_webhooks()
    forget_old_keys()
