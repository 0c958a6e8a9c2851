from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils import timezone

from otklik.foundation.versions import Drafted

AGENT = "team.Agent"
_MATTER = ("organization", "tier", "tag", "case_kind", "team", "channel")


class Standard(models.Model):
    """How we serve one sort of matter; its words are in its versions.

    What it is for stands in ``case_kind``, ``tag`` … ``organization``: all that is set must fit (``choosing``). What is
    archived is chosen for no case any more; cases that hold it keep it.

    ``live`` is the version that holds for new cases, None until one is published. ``owner`` keeps it and is reminded
    at ``review_at``; ``reminded_at``: when that was last done. ``review_every_days`` 0: never.
    """

    name = models.CharField(max_length=120, unique=True)
    case_kind = models.CharField(max_length=20, blank=True)
    tag = models.CharField(max_length=40, blank=True, default="", db_default="")
    channel = models.CharField(max_length=20, blank=True, default="", db_default="")
    team = models.ForeignKey("team.Team", null=True, on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=40, blank=True, default="", db_default="")
    organization = models.ForeignKey("customers.Organization", null=True, on_delete=models.PROTECT, related_name="+")
    is_default = models.BooleanField(default=False)
    owner = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    live = models.OneToOneField("Version", null=True, on_delete=models.PROTECT, related_name="+")
    review_every_days = models.PositiveSmallIntegerField(default=180, db_default=180)
    review_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_standard_holds_when_no_other_does"
            ),
            models.UniqueConstraint(
                fields=_MATTER,
                condition=Q(archived_at=None)
                & ~Q(organization=None, tier="", tag="", case_kind="", team=None, channel=""),
                nulls_distinct=False,
                name="a_sort_of_matter_has_one_standard",
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(is_default=False), name="an_archived_standard_is_chosen_for_nothing"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_to_be_read_again(self) -> bool:
        is_kept = self.live_id is not None and self.archived_at is None
        return is_kept and self.review_at is not None and self.review_at <= timezone.now()


class Version(Drafted):
    """Why we serve so, what the customer should feel, how it is done, and by when, at one time.

    ``how``: its steps; ``ticked_by``: for each of them what ticks it by itself (``observed``), '' for a person.
    ``good`` and ``bad`` are words as an agent would and would not say them, each with what makes them so. Minutes are
    working minutes of the case's team, or ``is_round_the_clock`` those of day and night.
    """

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="versions")
    why = models.TextField(blank=True)
    emotion = models.TextField(blank=True)
    how = models.JSONField(default=list)
    ticked_by = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    good = models.TextField(blank=True)
    good_because = models.TextField(blank=True)
    bad = models.TextField(blank=True)
    bad_because = models.TextField(blank=True)
    first_answer_minutes = models.PositiveIntegerField(default=240)
    next_word_minutes = models.PositiveIntegerField(default=480)
    solution_minutes = models.PositiveIntegerField(default=1440)
    is_round_the_clock = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["standard", "number"], name="versions_of_a_standard_are_numbered"),
            models.UniqueConstraint(
                fields=["standard"],
                condition=Q(state__in=["draft", "waiting", "approved"]),
                name="one_version_of_a_standard_is_in_work",
            ),
            models.UniqueConstraint(
                fields=["standard"], condition=Q(state="live"), name="one_version_of_a_standard_holds"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(author=None) | ~Q(approved_by=F("author")),
                name="a_second_pair_of_eyes_approves_a_standard",
            ),
            models.CheckConstraint(
                condition=~Q(state="live") | Q(published_at__isnull=False), name="a_standard_that_holds_was_published"
            ),
            models.CheckConstraint(
                condition=Q(first_answer_minutes__gt=0, next_word_minutes__gt=0, solution_minutes__gt=0),
                name="a_standard_promises_at_least_a_minute",
            ),
        )

    def __str__(self) -> str:
        return f"{self.standard_id}/{self.number}"

    @property
    def steps(self) -> list[tuple[int, str, str]]:
        """Number from 1, words, and what ticks the step by itself ('' for a person)."""
        facts = [*self.ticked_by, *[""] * len(self.how)]
        return [(place + 1, words, facts[place]) for place, words in enumerate(self.how)]


class Proposal(models.Model):
    """What somebody who works by a standard would change in it. ``case_number``: the case over which they thought so.

    ``because``: why it was declined; its author reads it. ``version``: the draft into which it was taken.
    """

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        DECLINED = "declined"

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="proposals")
    words = models.TextField()
    author = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    case_number = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    because = models.TextField(blank=True)
    version = models.ForeignKey(Version, null=True, on_delete=models.SET_NULL, related_name="proposals")
    decided_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["standard", "-id"], name="proposal_of_standard"),
            models.Index(fields=["case_number"], name="proposal_of_case", condition=Q(case_number__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(because=""), name="a_declined_proposal_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="a_decided_proposal_has_its_time"
            ),
        )

    def __str__(self) -> str:
        return self.words
