from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Entry(models.Model):
    """What an agent wrote down about a case."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="a_sample_entry_says_something"),)
