from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext

from otklik.foundation.versions import Numbered


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
    """What the customer said of a case: solved or not, how satisfied (1–5), how easy (1–7), in words. Append-only.

    ``explained_twice``: that they had to tell something twice; None where they were not asked.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="customers_words")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    said_by = models.CharField(max_length=10)
    is_solved = models.BooleanField()
    satisfaction = models.PositiveSmallIntegerField(null=True)
    ease = models.PositiveSmallIntegerField(null=True)
    explained_twice = models.BooleanField(null=True)
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


def titled(subject: str) -> str:
    """A subject for people; one that is empty is worded in the reader's language."""
    return subject or gettext("Without a subject")


HISTORY = "history"
"""The key in ``Case.custom`` of a case that was taken in, closed, from an old mailbox; no figure counts it."""


class Case(models.Model):
    """One matter of one customer, across any channels. Its number is its primary key.

    ``solved`` is our opinion, ``satisfied`` the customer's word, ``unconfirmed`` their silence, ``spam`` no matter at
    all. ``due_at`` is the nearest promise, None while we wait for the customer. ``waits_for``: whose move it is.
    ``first_answer_by`` is None while only machines wrote: they are promised nothing. ``asked_at``: the word of a person
    from which promises run, None where that is the one which opened the case; ``asked_since`` is the moment itself.
    ``next_word_since`` and ``solution_since``: from when these two promises are counted where that is another moment;
    ``word_given_at``: when the last word that was owed reached the customer. ``rests``: pairs of ISO moments between
    which the clock of the solution rested, for we waited for the customer; the last has no end while it rests.
    ``subject`` is empty when the customer gave none, or it was erased; ``title`` says so to a reader.
    ``promised``: what people of ours promised beside the standard (see ``vows``), at most one of a kind.
    ``summary``: what was done, as told to the customer when it was last marked solved.
    ``standard_version``: the words and times by which it is served, frozen when it was opened; None where the house had
    no standard for it, or it was opened before standards had versions.
    """

    class State(models.TextChoices):
        OPEN = "open"
        SOLVED = "solved"
        SATISFIED = "satisfied"
        UNCONFIRMED = "unconfirmed"
        SPAM = "spam"

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
    standard_version = models.ForeignKey(
        "standards.Version", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
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
    asked_at = models.DateTimeField(null=True)
    first_answer_by = models.DateTimeField(null=True)
    first_answered_at = models.DateTimeField(null=True)
    next_word_by = models.DateTimeField(null=True)
    next_word_since = models.DateTimeField(null=True)
    word_given_at = models.DateTimeField(null=True)
    solution_since = models.DateTimeField(null=True)
    rests = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    promised = models.JSONField(default=list, db_default=Value([], models.JSONField()))
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
            models.Index(
                fields=["standard_version", "-id"],
                name="case_of_standard",
                condition=Q(standard_version__isnull=False),
            ),
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
            models.Index(fields=["asked_at"], name="case_asked_later", condition=Q(asked_at__isnull=False)),
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
            models.CheckConstraint(condition=~Q(state="spam") | Q(due_at=None), name="spam_is_promised_nothing"),
        )

    @property
    def number(self) -> int:
        return self.pk

    @property
    def title(self) -> str:
        return titled(self.subject)

    @property
    def asked_since(self) -> datetime:
        return self.asked_at or self.created_at

    @property
    def rests_since(self) -> datetime | None:
        """Since when the clock of the solution rests; None while it runs."""
        if not self.rests or self.rests[-1][1] is not None:
            return None
        return datetime.fromisoformat(self.rests[-1][0])

    @property
    def is_promised_nothing(self) -> bool:
        """Only machines wrote and nobody answered them: no clock runs until a person says something."""
        return self.first_answer_by is None and self.first_answered_at is None

    @property
    def is_closed(self) -> bool:
        return self.state in {self.State.SATISFIED, self.State.UNCONFIRMED}


class SpamMark(models.Model):
    """A case that somebody calls spam, and how it stood before.

    ``stopped``: the recipients (``reach.Delivery``) whose letters were taken back with it. ``joined``: the messages
    that came since and were heard by nobody.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="spam_mark")
    state = models.CharField(max_length=12, choices=Case.State)
    waits_for = models.CharField(max_length=10, choices=Case.WaitsFor)
    due_at = models.DateTimeField(null=True)
    stopped = ArrayField(models.BigIntegerField(), default=list)
    joined = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(state="spam"), name="spam_was_something_else_before"),)


class FormerCustomer(models.Model):
    """Who had a case before and may still see what they said themselves and were answered until then."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="former_customers")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    until_message_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "customer"], name="a_former_customer_looks_once"),)


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

    @property
    def version(self) -> str:
        """Which of its texts this is, for a page that goes on writing."""
        return self.saved_at.isoformat()


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


class MacroVersion(Numbered):
    """What a prepared text was after one saving; the newest is what it is."""

    macro = models.ForeignKey(Macro, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    team = models.ForeignKey("team.Team", null=True, on_delete=models.PROTECT, related_name="+")
    actions = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["macro", "number"], name="versions_of_a_template_are_numbered"),)


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


class CasePurpose(models.TextChoices):
    """Why a case has a letter written that nobody of ours writes."""

    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    HANDOVER = "handover"


class Alert(models.Model):
    """What one agent must know at once, until they have seen it. ``case`` is None for what is about the house.

    ``reason``: a kind of alert that some app brings; those of the cases are ``Reason``.
    """

    class Reason(models.TextChoices):
        DISSATISFIED = "dissatisfied"
        MENTION = "mention"
        UNDELIVERED = "undelivered"
        HANDED_OVER = "handed_over"
        STRANGER = "stranger"
        WEBHOOK = "webhook"
        INVITATION = "invitation"
        MAIL_REFUSED = "mail_refused"
        COMPLAINT = "complaint"
        NOBODY_FREE = "nobody_free"
        STANDS_IN = "stands_in"
        LEFT_BEHIND = "left_behind"

    agent = models.ForeignKey("team.Agent", on_delete=models.CASCADE, related_name="alerts")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="alerts")
    reason = models.CharField(max_length=40)
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
