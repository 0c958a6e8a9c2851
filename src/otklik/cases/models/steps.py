from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

FORGOTTEN = "—"
"""Stands for a reason whose words went with the person whom they were about."""


class CaseStep(models.Model):
    """What became of one step of the standard by which a case is served; a step without a row is open.

    ``number``: of the step in ``version``, from 1. ``fact``: what was seen to happen (``standards.observed``), '' for
    a person's own tick; ``message_id``: the letter of ours in which it was seen. ``because``: why it was skipped.
    """

    class State(models.TextChoices):
        DONE = "done"
        SKIPPED = "skipped"

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="step_marks")
    version = models.ForeignKey("standards.Version", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=State)
    by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=200, blank=True)
    fact = models.CharField(max_length=40, blank=True)
    message_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "version", "number"], name="a_step_of_a_case_is_marked_once"),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(because=""), name="a_step_is_skipped_for_a_reason"
            ),
        )
