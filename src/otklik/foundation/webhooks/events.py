from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("webhooks.changed")
@dataclass(frozen=True, kw_only=True)
class WebhookChanged(DomainEvent):
    """Added, changed or removed."""

    webhook_id: int
    change: str


@event("webhooks.tested")
@dataclass(frozen=True, kw_only=True)
class WebhookTested(DomainEvent):
    webhook_id: int


@event("webhooks.disabled")
@dataclass(frozen=True, kw_only=True)
class WebhookDisabled(DomainEvent):
    """It did not answer for so long that we stopped; a person may switch it on again. ``since``: Unix seconds."""

    webhook_id: int
    since: int = 0
