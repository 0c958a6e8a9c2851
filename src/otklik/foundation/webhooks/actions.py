"""The only writer of webhooks and their deliveries."""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.pool import AWAY
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce, announce_now, known_events
from otklik.foundation.events.clock import latest_now
from otklik.foundation.events.queue import forget_failures
from otklik.foundation.http.calling import CallFailed
from otklik.foundation.live.bell import wake_workers
from otklik.foundation.models import Event, Webhook, WebhookDelivery
from otklik.foundation.policies import is_held_back
from otklik.foundation.secrets import lock_secret, unlock_secret
from otklik.foundation.webhooks.events import WebhookChanged, WebhookDisabled, WebhookTested
from otklik.foundation.webhooks.queries import listeners, wants
from otklik.foundation.webhooks.telling import check_url, post_signed

logger = logging.getLogger(__name__)
_BACKOFF_SECONDS = (10, 60, 300, 900, 1800, 3600, 7200, 14_400)
RETRIED_FOR = timedelta(days=1)
DISABLED_AFTER = timedelta(days=3)
KEPT_FOR = timedelta(days=30)
_MOST_AT_ONCE = 500
_GOOD = range(200, 300)


@transaction.atomic
def add_webhook(*, url: str, events: Sequence[str], actor: Actor) -> tuple[Webhook, str]:
    """A new webhook and its signing secret in clear, which is told only now.

    Raises ``Refusal('webhook_url_refused' | 'event_unknown')``.
    """
    require(actor, "webhooks.edit")
    check_url(url.strip())
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    row = Webhook.objects.create(url=url.strip(), events=_checked(events), secret=lock_secret(secret))
    _changed(row.pk, "added", actor)
    return row, secret


def _checked(events: Sequence[str]) -> list[str]:
    wished = list(dict.fromkeys(event.strip() for event in events if event.strip())) or ["*"]
    known = known_events()
    for wish in wished:
        if not any(wants((wish,), name) for name in known):
            text = _("There is no event “%(name)s”.") % {"name": wish}
            raise Refusal("event_unknown", text, fields={"events": text})
    return wished


def _changed(webhook_id: int, change: str, actor: Actor) -> None:
    listeners.forget()
    announce(WebhookChanged(webhook_id=webhook_id, change=change), actor=actor)


@transaction.atomic
def edit_webhook(*, webhook: Webhook, url: str, events: Sequence[str], is_active: bool, actor: Actor) -> Webhook:
    """Change it; switching it on again forgets that it failed. What waits is sent to the new address."""
    require(actor, "webhooks.edit")
    check_url(url.strip())
    webhook.url, webhook.events, webhook.is_active = url.strip(), _checked(events), is_active
    webhook.failing_since, webhook.disabled_because = None, ""
    webhook.save(update_fields=["url", "events", "is_active", "failing_since", "disabled_because"])
    _changed(webhook.pk, "edited", actor)
    return webhook


@transaction.atomic
def remove_webhook(*, webhook: Webhook, actor: Actor) -> None:
    """Forget it and its log; what waits is not sent."""
    require(actor, "webhooks.edit")
    pk = webhook.pk
    webhook.delete()
    _changed(pk, "removed", actor)


def check_webhook(*, webhook: Webhook, actor: Actor) -> WebhookDelivery:
    """Send a test event now, once; the delivery says what came of it."""
    require(actor, "webhooks.edit")
    with transaction.atomic():
        event_id = announce_now(WebhookTested(webhook_id=webhook.pk), actor=actor)
        delivery, _new = WebhookDelivery.objects.get_or_create(webhook=webhook, event_id=event_id)
    tell(delivery_id=delivery.pk, is_test=True)
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def queue_deliveries(*, event: Event) -> None:
    """One delivery for each active webhook that wishes this event; safe to run twice."""
    for webhook_id, wished in listeners():
        if not wants(wished, event.name) or not Webhook.objects.filter(pk=webhook_id, is_active=True).exists():
            continue
        row, is_new = WebhookDelivery.objects.get_or_create(webhook_id=webhook_id, event=event)
        if is_new:
            _defer(row)


def _defer(row: WebhookDelivery) -> None:
    """One webhook is called by one worker at a time, so a slow one never holds up more."""
    lock = f"webhook:{row.webhook_id}"
    tell_job.configure(lock=lock, schedule_at=row.next_at, priority=-10).defer(delivery_id=row.pk)
    if row.next_at is None:
        wake_workers()


@jobs.task(name="webhooks.tell", retry=RetryStrategy(max_attempts=6, exponential_wait=2, retry_exceptions=AWAY))
def tell_job(delivery_id: int) -> None:
    """Tried again when our database was away: then the call counts as not made."""
    tell(delivery_id=delivery_id)


def tell(*, delivery_id: int, is_test: bool = False) -> None:
    """Make one call and write down what came of it; what fails is tried again for a day."""
    from otklik.foundation.events.feed import event_out

    if is_held_back() and not is_test:
        return
    row = WebhookDelivery.objects.select_related("webhook", "event").filter(pk=delivery_id, state="queued").first()
    if row is None or not (row.webhook.is_active or is_test) or (row.next_at and row.next_at > latest_now()):
        return
    row.attempts, row.tried_at = row.attempts + 1, timezone.now()
    body = event_out(row.event).model_dump_json().encode()
    headers = {"Otklik-Event": row.event.name, "Otklik-Delivery": str(row.pk)}
    secret = unlock_secret(row.webhook.secret)
    try:
        row.status = post_signed(row.webhook.url, body=body, secret=secret, headers=headers)
        row.last_error = "" if row.status in _GOOD else f"HTTP {row.status}"
    except CallFailed as error:
        row.status, row.last_error = None, str(error)[:200]
    if row.last_error:
        _not_told(row, is_last=is_test)
    else:
        _told(row)


def _told(row: WebhookDelivery) -> None:
    row.state, row.next_at = WebhookDelivery.State.SENT, None
    row.save(update_fields=["state", "attempts", "status", "last_error", "next_at", "tried_at"])
    Webhook.objects.filter(pk=row.webhook_id).exclude(failing_since=None).update(failing_since=None)


@transaction.atomic
def _not_told(row: WebhookDelivery, *, is_last: bool) -> None:
    now = timezone.now()
    wait = timedelta(seconds=_BACKOFF_SECONDS[min(row.attempts, len(_BACKOFF_SECONDS)) - 1])
    if is_last or now + wait > row.created_at + RETRIED_FOR:
        row.state, row.next_at = WebhookDelivery.State.FAILED, None
    else:
        row.next_at = now + wait
    row.save(update_fields=["state", "attempts", "status", "last_error", "next_at", "tried_at"])
    if is_last:
        return
    Webhook.objects.filter(pk=row.webhook_id, failing_since=None).update(failing_since=now)
    _give_up(row)
    if row.next_at is not None:
        _defer(row)


def _give_up(row: WebhookDelivery) -> None:
    """Switch a webhook off that has answered nothing for days; the audit and its page say so."""
    since = timezone.now() - DISABLED_AFTER
    failing = Webhook.objects.filter(pk=row.webhook_id, is_active=True, failing_since__lt=since)
    if failing.update(is_active=False, disabled_because=row.last_error):
        listeners.forget()
        announce(WebhookDisabled(webhook_id=row.webhook_id, since=int(timezone.now().timestamp())), actor=SYSTEM)
        logger.warning("webhook_disabled", extra={"webhook": row.webhook_id, "error": row.last_error})


def resume_deliveries(*, send: bool) -> None:
    """What waits in a restored house is told now, or never because it was told long ago."""
    waiting = WebhookDelivery.objects.filter(state=WebhookDelivery.State.QUEUED)
    if not send:
        waiting.update(state=WebhookDelivery.State.FAILED, next_at=None, last_error="restored")
    for row in waiting.order_by("id"):
        _defer(row)


def mind_webhooks() -> None:
    """Defer again what lost its job, and forget old deliveries."""
    if is_held_back():
        return
    now = timezone.now()
    forgotten = _without_a_job(before=now - timedelta(minutes=10))
    for row in forgotten:
        _defer(row)
    if not forgotten:
        forget_failures(tell_job.name)
    WebhookDelivery.objects.filter(created_at__lt=now - KEPT_FOR).delete()


_WITHOUT_A_JOB = """
    SELECT delivery.* FROM foundation_webhookdelivery delivery
    JOIN foundation_webhook webhook ON webhook.id = delivery.webhook_id AND webhook.is_active
    WHERE delivery.state = 'queued' AND coalesce(delivery.next_at, delivery.created_at) < %s
        AND delivery.id NOT IN (
            SELECT (args->>'delivery_id')::bigint FROM procrastinate_jobs
            WHERE task_name = %s AND status IN ('todo', 'doing')
        )
    ORDER BY coalesce(delivery.next_at, delivery.created_at) LIMIT %s
"""


def _without_a_job(*, before: datetime) -> list[WebhookDelivery]:
    """What has been due since then though no job will tell it, the very first try included."""
    return list(WebhookDelivery.objects.raw(_WITHOUT_A_JOB, [before, tell_job.name, _MOST_AT_ONCE]))
