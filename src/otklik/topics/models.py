from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

BETWEEN = " › "
"""Stands between the names of a path."""


class Topic(models.Model):
    """What people speak about. ``path``: the names from the top down, by which the tree is sorted.

    ``synonyms``: other words for it, which teach, too. The measure is of ``measured_at``, by cross-validation on
    ``examples`` confirmed texts: of the texts that it would have taken by itself (``taken``) so many were ``right``.
    ``bar``: how sure one must be that a text is of it, None while it has not earned to take any; then ``taken`` are all
    that were nearest to it.
    """

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=80)
    path = models.CharField(max_length=400, unique=True)
    synonyms = ArrayField(models.CharField(max_length=80), default=list)
    is_active = models.BooleanField(default=True)
    examples = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    bar = models.FloatField(null=True)
    measured_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="a_topic_has_a_name"),
            models.CheckConstraint(condition=Q(right__lte=models.F("taken")), name="no_more_is_right_than_was_taken"),
            models.CheckConstraint(
                condition=Q(bar=None) | Q(measured_at__isnull=False, taken__gt=0),
                name="a_topic_that_takes_by_itself_was_measured",
            ),
        )

    def __str__(self) -> str:
        return self.path

    @property
    def takes_by_itself(self) -> bool:
        return self.is_active and self.bar is not None


class Text(models.Model):
    """What a customer said in their own words: the first words of a case, a complaint, an answer to a survey; or an
    example that somebody gave.

    ``topic``: what it is of, None while nobody knows; ``said_at``: when a person said so (or that it is of none), which
    makes it an example, None while it came by itself. ``first``, ``second`` and ``third`` are what it is nearest to,
    and ``surety`` how near to the first, 0..1. ``meaning``: numbers made by ``made_by``, empty before. ``words`` is
    empty where nothing was said, or it was forgotten.
    """

    class Source(models.TextChoices):
        CASE = "case"
        COMPLAINT = "complaint"
        SURVEY = "survey"
        GIVEN = "given"

    source = models.CharField(max_length=10, choices=Source)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    complaint = models.ForeignKey("complaints.Complaint", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey("surveys.Answer", null=True, on_delete=models.CASCADE, related_name="+")
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    meaning = models.BinaryField(default=b"")
    made_by = models.CharField(max_length=60, blank=True)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="texts")
    said_by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(null=True)
    first = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    third = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    surety = models.FloatField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=["topic", "-at", "-id"], name="text_of_topic"),
            models.Index(fields=["-at", "-id"], name="text_without_a_topic", condition=Q(topic=None, said_at=None)),
            models.Index(fields=["said_at"], name="text_said", condition=Q(said_at__isnull=False)),
            models.Index(fields=["made_by", "id"], name="text_by_maker", condition=~Q(words="")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(source="case", case__isnull=False, complaint=None, answer=None)
                | Q(source="complaint", case__isnull=False, complaint__isnull=False, answer=None)
                | Q(source="survey", case=None, complaint=None, answer__isnull=False)
                | Q(source="given", case=None, complaint=None, answer=None),
                name="a_text_comes_from_one_place",
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(source="case"), name="a_case_begins_once"),
            models.UniqueConstraint(fields=["complaint"], name="a_complaint_is_one_text"),
            models.UniqueConstraint(fields=["answer"], name="an_answer_is_one_text"),
            models.CheckConstraint(
                condition=Q(said_by=None) | Q(said_at__isnull=False), name="who_said_the_topic_said_it_at_a_time"
            ),
        )


class Watch(models.Model):
    """A problem is measured by the rate of a topic. ``since``: the first day on which it showed."""

    problem = models.OneToOneField("complaints.Problem", on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="watches")
    since = models.DateField()
    at = models.DateTimeField(db_default=Now())


class Signal(models.Model):
    """More was said of a topic than chance explains, in a week (u-chart) or in a day (Poisson): told once.

    ``seen`` of ``cases``, where ``expected`` were usual; ``limit``: so many a week would still have been chance, None
    for a day. ``begins``: the first day of it.
    """

    class Kind(models.TextChoices):
        WEEK = "week"
        DAY = "day"

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="signals")
    kind = models.CharField(max_length=4, choices=Kind)
    begins = models.DateField()
    seen = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    expected = models.FloatField()
    limit = models.FloatField(null=True)
    problem = models.ForeignKey("complaints.Problem", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["topic", "kind", "begins"], name="a_signal_is_told_once"),
            models.CheckConstraint(condition=Q(seen__gt=0), name="a_signal_was_seen"),
        )


class Lesson(models.Model):
    """What was learnt from the examples at ``at``: a column of ``weights`` for each of ``topics``; 0 stands for none.

    ``examples``: a checksum of what it was learnt from, so that it is learnt anew only when that has changed. Texts
    with ids from ``oldest`` to ``newest`` have been judged by it.
    """

    topics = ArrayField(models.BigIntegerField())
    weights = models.BinaryField()
    examples = models.CharField(max_length=64)
    oldest = models.BigIntegerField()
    newest = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
