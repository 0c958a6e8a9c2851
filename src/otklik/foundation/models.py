from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now

from otklik.foundation.webhooks.words import problem_in_words


class Event(models.Model):
    """One thing that happened: the timeline, the audit trail and the webhook feed. Append-only by a database trigger.

    ``payload`` carries ids and numbers, never texts, so that a person can be erased without rewriting history.
    """

    name = models.CharField(max_length=60)
    case_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["case_id", "id"], name="event_of_case", condition=models.Q(case_id__isnull=False)),
            models.Index(
                fields=["customer_id", "id"], name="event_of_customer", condition=models.Q(customer_id__isnull=False)
            ),
            models.Index(fields=["name", "id"], name="event_by_name"),
            models.Index(fields=["actor_id", "id"], name="event_of_agent", condition=models.Q(actor_kind="agent")),
            BrinIndex(fields=["at"], name="event_by_time", pages_per_range=16),
        )


class StoredFile(models.Model):
    """Bytes kept once under their hash; the same picture sent ten times is one file."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=150)
    has_thumbnail = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    @property
    def path(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


class IdempotencyKey(models.Model):
    """The response once given to a POST, given again to the same key and body."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    response = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["scope", "key"], name="an_idempotency_key_has_one_effect"),)
        indexes = (models.Index(fields=["created_at"], name="idempotency_by_age"),)


class RateWindow(models.Model):
    """How many calls one token has made since ``started`` (seconds since 1970). Unlogged: a crash forgets it."""

    scope = models.CharField(max_length=80, primary_key=True)
    started = models.BigIntegerField()
    used = models.BigIntegerField()


class Webhook(models.Model):
    """A program elsewhere that is told of events. ``events``: names, ``cases.*``, or ``*``; the secret is encrypted."""

    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    secret = models.TextField()
    is_active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True)
    disabled_because = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    @property
    def problem(self) -> str:
        """Why it was switched off, in the reader's words."""
        return problem_in_words(self.disabled_because)


class WebhookDelivery(models.Model):
    """One event told to one program, and what it answered. ``status`` is its HTTP status, None when it gave none."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    tried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["webhook", "event"], name="a_webhook_hears_an_event_once"),)
        indexes = (
            models.Index(fields=["webhook", "-id"], name="deliveries_of_webhook"),
            models.Index(fields=["next_at"], name="webhook_delivery_due", condition=models.Q(state="queued")),
        )

    @property
    def problem(self) -> str:
        """What went wrong last, in the reader's words."""
        return problem_in_words(self.last_error)


class Tally(models.Model):
    """How often somebody did something since a moment; ``who`` is a keyed hash, never an address."""

    who = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()


class HousePicture(models.Model):
    """A picture of the house under a fixed name, such as its logo."""

    name = models.CharField(max_length=20, primary_key=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")


class Policy(models.Model):
    """One named rule of the house that managers may change; defaults are in ``foundation.policies``."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)
