from django.db import models
from django.db.models import Q


class Standard(models.Model):
    """How we serve one kind of matter. Minutes are working minutes of the case's team."""

    name = models.CharField(max_length=120, unique=True)
    why = models.TextField(blank=True)
    emotion = models.TextField(blank=True)
    how = models.JSONField(default=list)
    case_kind = models.CharField(max_length=20, blank=True)
    first_answer_minutes = models.PositiveIntegerField(default=240)
    next_word_minutes = models.PositiveIntegerField(default=480)
    solution_minutes = models.PositiveIntegerField(default=1440)
    is_default = models.BooleanField(default=False)

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
