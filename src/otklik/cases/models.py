from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class CaseKind(models.TextChoices):
    QUESTION = "question"
    COMPLAINT = "complaint"
    REQUEST = "request"
    THANKS = "thanks"
    SUGGESTION = "suggestion"


class Priority(models.TextChoices):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class CustomersWord(models.Model):
    """What the customer said of a case: solved or not, how satisfied (1–5), how easy (1–7), in words. Append-only."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="customers_words")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    said_by = models.CharField(max_length=10)
    is_solved = models.BooleanField()
    satisfaction = models.PositiveSmallIntegerField(null=True)
    ease = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["at"], name="customers_word_by_time"),)
        constraints = (
            models.CheckConstraint(condition=Q(said_by="customer"), name="the_customers_word_is_said_by_the_customer"),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="satisfaction_is_one_to_five"
            ),
            models.CheckConstraint(condition=Q(ease=None) | Q(ease__range=(1, 7)), name="ease_is_one_to_seven"),
        )


class Case(models.Model):
    """One matter of one customer, across any channels. Its number is its primary key.

    ``solved`` is our opinion, ``satisfied`` the customer's word, ``unconfirmed`` their silence. ``due_at`` is the
    nearest promise, None while we wait for the customer. ``waits_for``: whose move it is.
    ``summary``: what was done, as told to the customer when it was last marked solved.
    """

    class State(models.TextChoices):
        OPEN = "open"
        SOLVED = "solved"
        SATISFIED = "satisfied"
        UNCONFIRMED = "unconfirmed"

    class WaitsFor(models.TextChoices):
        US = "us"
        CUSTOMER = "customer"
        NOBODY = "nobody"

    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="cases")
    organization = models.ForeignKey("customers.Organization", null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("team.Team", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("team.Agent", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=CaseKind, default=CaseKind.QUESTION)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.NORMAL)
    channel = models.CharField(max_length=20, default="email")
    subject = models.CharField(max_length=300, blank=True)
    preview = models.CharField(max_length=200, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    custom = models.JSONField(default=dict)
    summary = models.TextField(blank=True)
    waits_for = models.CharField(max_length=10, choices=WaitsFor, default=WaitsFor.US)
    word = models.ForeignKey(CustomersWord, null=True, on_delete=models.PROTECT, related_name="+")
    came_back = models.PositiveSmallIntegerField(default=0)
    reminders = models.PositiveSmallIntegerField(default=0)
    is_undelivered = models.BooleanField(default=False)
    first_answer_by = models.DateTimeField()
    first_answered_at = models.DateTimeField(null=True)
    next_word_by = models.DateTimeField(null=True)
    solution_by = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    last_word_at = models.DateTimeField(db_default=Now())
    solved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    search = SearchVectorField(null=True)
    search_version = models.PositiveSmallIntegerField(db_default=0)

    class Meta:
        indexes = (
            models.Index(fields=["-last_word_at", "-id"], name="case_open_by_word", condition=Q(state="open")),
            models.Index(fields=["owner", "-last_word_at", "-id"], name="case_of_owner"),
            models.Index(fields=["team", "-last_word_at", "-id"], name="case_of_team"),
            models.Index(fields=["customer", "-id"], name="case_of_customer"),
            models.Index(fields=["due_at", "id"], name="case_due", condition=Q(state="open", due_at__isnull=False)),
            models.Index(fields=["solved_at", "id"], name="case_waiting_for_word", condition=Q(state="solved")),
            models.Index(fields=["state", "-last_word_at", "-id"], name="case_by_state"),
            models.Index(fields=["updated_at", "id"], name="case_by_update"),
            models.Index(fields=["-last_word_at", "-id"], name="case_by_word"),
            models.Index(fields=["owner", "due_at", "id"], name="case_of_owner_by_promise", condition=Q(state="open")),
            models.Index(fields=["deputy"], name="case_of_deputy", condition=Q(deputy__isnull=False)),
            models.Index(fields=["id"], name="case_came_back", condition=Q(state="open", came_back__gt=0)),
            models.Index(fields=["id"], name="case_undelivered", condition=Q(is_undelivered=True)),
            models.Index(
                fields=["owner", "state"], name="case_open_of_owner", condition=Q(state__in=["open", "solved"])
            ),
            BrinIndex(fields=["created_at"], name="case_by_creation", pages_per_range=16),
            GinIndex(fields=["search"], name="case_search"),
            GinIndex(fields=["tags"], name="case_tags"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="satisfied") | Q(word__isnull=False), name="satisfied_case_has_the_customers_word"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["satisfied", "unconfirmed"]) | Q(closed_at__isnull=False),
                name="a_closed_case_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="solved") | Q(solved_at__isnull=False), name="a_solved_case_has_its_time"
            ),
        )

    @property
    def number(self) -> int:
        return self.pk

    @property
    def is_closed(self) -> bool:
        return self.state in {self.State.SATISFIED, self.State.UNCONFIRMED}


class CaseConversation(models.Model):
    """Which case a conversation belongs to: exactly one."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="threads")
    conversation = models.OneToOneField("reach.Conversation", on_delete=models.PROTECT, related_name="thread")


class Draft(models.Model):
    """What an agent has typed and not yet sent; one letter and one note per case and agent."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    agent = models.ForeignKey("team.Agent", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=[("reply", "reply"), ("note", "note")])
    text = models.TextField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "agent", "kind"], name="an_agent_has_one_draft_of_a_kind"),
        )


class DraftFile(models.Model):
    """A file that waits with a draft; it goes with it, into the letter or away.

    The migration gives PostgreSQL the constraint, so that a draft deleted by SQL takes its files along.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, db_constraint=False, related_name="files")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=150)
    added_at = models.DateTimeField(db_default=Now())


class Presence(models.Model):
    """Who is looking at a case or typing in it, as of ``seen_at``."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("team.Agent", on_delete=models.CASCADE, related_name="+")
    is_typing = models.BooleanField(default=False)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "agent"], name="an_agent_looks_once"),)


class Macro(models.Model):
    """Prepared text with optional actions: ``{"tags": […], "kind": "…", "priority": "…", "solve": true}``."""

    title = models.CharField(max_length=120, unique=True)
    text = models.TextField(blank=True)
    team = models.ForeignKey("team.Team", null=True, on_delete=models.PROTECT, related_name="+")
    actions = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.title


class CustomField(models.Model):
    """A fact that this company keeps of its cases or customers, stored in their ``custom`` under ``key``."""

    class About(models.TextChoices):
        CASE = "case"
        CUSTOMER = "customer"

    class Kind(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        CHOICE = "choice"
        DATE = "date"
        BOOL = "bool"

    about = models.CharField(max_length=8, choices=About)
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)
    choices = models.JSONField(default=list)
    is_required = models.BooleanField(default=False)
    is_shown_to_customer = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["about", "key"], name="a_custom_field_has_one_key"),
            models.UniqueConstraint(fields=["about", "name"], name="a_custom_field_has_its_own_name"),
        )

    def __str__(self) -> str:
        return self.name


class Alert(models.Model):
    """What one agent must know at once, until they have seen it. ``case`` is None for what is about the house."""

    class Reason(models.TextChoices):
        DISSATISFIED = "dissatisfied"
        MENTION = "mention"
        UNDELIVERED = "undelivered"
        HANDED_OVER = "handed_over"
        STRANGER = "stranger"
        WEBHOOK = "webhook"

    agent = models.ForeignKey("team.Agent", on_delete=models.CASCADE, related_name="alerts")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="alerts")
    reason = models.CharField(max_length=15, choices=Reason)
    source = models.CharField(max_length=40)
    at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["agent", "-id"], name="alert_unseen", condition=Q(seen_at=None)),)
        constraints = (
            models.UniqueConstraint(
                fields=["agent", "case", "reason", "source"],
                name="nobody_is_told_the_same_thing_twice",
                nulls_distinct=False,
            ),
        )
