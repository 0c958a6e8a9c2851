from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Absence(models.Model):
    """When a colleague will not be here, as said before. ``about``: in a few words.

    ``begun_at``: when they went away by it; ``ended_at``: when they were back, or it was over; ``cancelled_at``: when
    it was called off before.
    """

    agent = models.ForeignKey("team.Agent", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    about = models.CharField(max_length=120, blank=True)
    planned_by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(db_default=Now())
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["starts_at", "id"],
                name="absence_to_come",
                condition=Q(ended_at=None, cancelled_at=None),
            ),
            models.Index(fields=["-starts_at", "-id"], name="absence_by_start"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("agent")), name="nobody_answers_for_themselves"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(begun_at=None), name="what_has_begun_is_not_called_off"
            ),
        )

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.cancelled_at is not None


class Check(models.Model):
    """What was decided of one thing that falls due in an absence. ``kind``: of the promise (``cases.PromiseKind``).

    ``to``: who has the case now; ``moved_to``: the other moment; ``because``: why it is left as it is.
    """

    class Decision(models.TextChoices):
        PASSED = "passed"
        MOVED = "moved"
        LEFT = "left"

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="checks")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    decision = models.CharField(max_length=6, choices=Decision)
    to = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    moved_to = models.DateTimeField(null=True)
    because = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["absence", "case", "kind"], name="one_thing_is_decided_once_an_absence"),
            models.CheckConstraint(condition=~Q(decision="left") | ~Q(because=""), name="what_is_left_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(decision="passed") | Q(to__isnull=False), name="what_is_passed_has_a_taker"
            ),
            models.CheckConstraint(
                condition=~Q(decision="moved") | Q(moved_to__isnull=False), name="what_is_moved_has_its_moment"
            ),
        )
