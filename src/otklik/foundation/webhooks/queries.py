"""Who listens to which events."""

from django.db.models import QuerySet

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.remembering import remembered
from otklik.foundation.events.announcing import DomainEvent
from otklik.foundation.models import Webhook, WebhookDelivery


def webhooks(actor: Actor) -> QuerySet[Webhook]:
    """All of them, oldest first. Raises ``Refusal('not_allowed')`` without the right."""
    require(actor, "webhooks.edit")
    return Webhook.objects.order_by("id")


def last_deliveries(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """Newest first, with their events."""
    return WebhookDelivery.objects.filter(webhook=webhook).select_related("event").order_by("-id")


@remembered(seconds=3)
def listeners() -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Id and wished events of every active webhook."""
    rows = Webhook.objects.filter(is_active=True).order_by("id").values_list("id", "events")
    return tuple((pk, tuple(events)) for pk, events in rows)


def wants(wished: tuple[str, ...], name: str) -> bool:
    return any(wish in {"*", name} or (wish.endswith(".*") and name.startswith(wish[:-1])) for wish in wished)


def is_listened_to(happened: DomainEvent) -> bool:
    return any(wants(wished, happened.event_name) for _pk, wished in listeners())
