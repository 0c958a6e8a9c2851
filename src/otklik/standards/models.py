from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from otklik.foundation.versions import Drafted

AGENT = "team.Agent"


class Standard(models.Model):
    """How we serve one kind of matter; its words are in its versions.

    ``live`` is the version that holds for new cases, None until one is published. ``owner`` keeps it and is reminded
    at ``review_at``; ``reminded_at``: when that was last done. ``review_every_days`` 0: never.
    """

    name = models.CharField(max_length=120, unique=True)
    case_kind = models.CharField(max_length=20, blank=True)
    is_default = models.BooleanField(default=False)
    owner = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    live = models.OneToOneField("Version", null=True, on_delete=models.PROTECT, related_name="+")
    review_every_days = models.PositiveSmallIntegerField(default=180, db_default=180)
    review_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_standard_holds_when_no_other_does"
            ),
            models.UniqueConstraint(
                fields=["case_kind"], condition=~Q(case_kind=""), name="a_kind_of_case_has_one_standard"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_to_be_read_again(self) -> bool:
        return self.live_id is not None and self.review_at is not None and self.review_at <= timezone.now()


class Version(Drafted):
    """Why we serve so, what the customer should feel, how it is done, and by when, at one time.

    ``good`` and ``bad`` are words as an agent would and would not say them, each with what makes them so. Minutes are
    working minutes of the case's team.
    """

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="versions")
    why = models.TextField(blank=True)
    emotion = models.TextField(blank=True)
    how = models.JSONField(default=list)
    good = models.TextField(blank=True)
    good_because = models.TextField(blank=True)
    bad = models.TextField(blank=True)
    bad_because = models.TextField(blank=True)
    first_answer_minutes = models.PositiveIntegerField(default=240)
    next_word_minutes = models.PositiveIntegerField(default=480)
    solution_minutes = models.PositiveIntegerField(default=1440)

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
