"""What people did with articles: searched, read, judged, quoted, corrected."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from otklik.knowledge.models.articles import AGENT, Article, Brand, Version


class Place(models.TextChoices):
    """Where somebody searched or read."""

    PORTAL = "portal"
    FORM = "form"
    WIDGET = "widget"
    DESK = "desk"
    API = "api"


class Search(models.Model):
    """One question to the help centre. ``visitor`` is a random key of one visit, never a person; '' when unknown.

    ``case_id``: the case that it became, by the main job's number; None while it did not.
    """

    words = models.CharField(max_length=300)
    language = models.CharField(max_length=5, blank=True)
    brand = models.ForeignKey(Brand, null=True, on_delete=models.SET_NULL, related_name="+")
    place = models.CharField(max_length=6, choices=Place)
    visitor = models.CharField(max_length=32, blank=True)
    found = models.PositiveSmallIntegerField()
    is_answered = models.BooleanField()
    top = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")
    opened = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")
    case_id = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["-at"], name="search_by_time"),
            models.Index(fields=["visitor", "-id"], name="search_of_visit", condition=~Q(visitor="")),
            models.Index(fields=["case_id"], name="search_of_case", condition=Q(case_id__isnull=False)),
        )


class Reading(models.Model):
    """An article was opened. ``case_id`` as with a search."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="readings")
    place = models.CharField(max_length=6, choices=Place)
    visitor = models.CharField(max_length=32, blank=True)
    case_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["article", "-at"], name="readings_of_article"),
            models.Index(fields=["visitor", "-id"], name="reading_of_visit", condition=~Q(visitor="")),
            models.Index(fields=["case_id"], name="reading_of_case", condition=Q(case_id__isnull=False)),
        )


class Feedback(models.Model):
    """ "Was it helpful?" about one version, once a visit; ``missing`` in the reader's words.

    ``settled_at``: when one of us had read these words, None while they wait for the keeper.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="feedback")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="feedback")
    visitor = models.CharField(max_length=32)
    is_helpful = models.BooleanField()
    missing = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["version", "visitor"], name="a_visit_says_once_whether_it_helped"),
        )
        indexes = (
            models.Index(fields=["article", "-at"], name="feedback_of_article"),
            models.Index(fields=["article"], name="words_to_read", condition=~Q(missing="") & Q(settled_at=None)),
        )


class SelfService(models.Model):
    """Somebody who was about to write to us pressed "this solved it": the only success that we count."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="successes")
    place = models.CharField(max_length=6, choices=Place)
    visitor = models.CharField(max_length=32)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "visitor"], name="a_visit_is_solved_by_an_article_once"),
        )
        indexes = (models.Index(fields=["-at"], name="self_service_by_time"),)


class Quote(models.Model):
    """An agent put an article, or the part under ``anchor``, into an answer to a customer."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="quotes")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    case_id = models.BigIntegerField()
    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    anchor = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "case_id", "agent"], name="an_agent_quotes_it_in_a_case_once"),
        )
        indexes = (models.Index(fields=["case_id"], name="quotes_of_case"),)


class Verdict(models.Model):
    """What an agent said of an article suggested for a case: it fits, or it does not."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="verdicts")
    case_id = models.BigIntegerField()
    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    is_right = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "case_id", "agent"], name="an_agent_judges_a_suggestion_once"),
        )
        indexes = (models.Index(fields=["case_id"], name="verdicts_of_case"),)


class Correction(models.Model):
    """What an agent proposes to the author: words, and perhaps the whole ``body`` as it should be ('' if not)."""

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        DECLINED = "declined"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="corrections")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    case_id = models.BigIntegerField(null=True)
    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    body = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="a_correction_says_what_is_wrong"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="a_decided_correction_has_its_moment"
            ),
        )
        indexes = (models.Index(fields=["article", "-at"], name="corrections_of_article"),)
