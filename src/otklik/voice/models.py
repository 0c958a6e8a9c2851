from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

REMINDER: Final = "reminder"
"""Why a letter is written to who was asked and is silent."""


class Invitation(models.Model):
    """One question to one customer about one solved case; ``token`` is the secret of the answer page's address."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="invitations")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=64, unique=True)
    wording = models.CharField(max_length=20)
    asked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "round"], name="a_customer_is_asked_once_per_attempt"),)


class Answer(models.Model):
    """What was answered, with the wording it was asked in; a customer may answer again.

    ``explained_twice`` is None where that was not asked.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="answers")
    is_solved = models.BooleanField()
    satisfaction = models.PositiveSmallIntegerField(null=True)
    ease = models.PositiveSmallIntegerField(null=True)
    explained_twice = models.BooleanField(null=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="an_answer_is_one_to_five"
            ),
            models.CheckConstraint(condition=Q(ease=None) | Q(ease__range=(1, 7)), name="an_effort_is_one_to_seven"),
        )
