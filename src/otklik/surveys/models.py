from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from otklik.foundation.versions import Drafted

CUSTOMER = "customers.Customer"


class Names(models.TextChoices):
    """Whether answers have a name; the database keeps it, beside these constraints by a key over ``(version, names)``.

    ``CONFIDENTIAL``: of the person there is only a seal, from which nobody reads a name, but by which their answers are
    found to be taken out or erased. ``ANONYMOUS``: not even that, and no hour.
    """

    IDENTIFIED = "identified"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


class Survey(models.Model):
    """What is asked stands in its versions. ``link`` is the secret of its address that anybody may open.

    ``family``: surveys of one sort, such as all after a delivery: "do not ask any more" counts for all of them.
    ``closed_at``: since when it takes no answers; a survey that was never published takes none either.
    """

    name = models.CharField(max_length=120)
    family = models.SlugField(max_length=40, default="general")
    link = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="a_survey_has_a_name"),)

    def __str__(self) -> str:
        return self.name


class Version(Drafted):
    """What is asked, as JSON (``definition.Definition``); once it holds it is never changed, by a trigger.

    ``series``: by the key of each question the number of its wording. The same number in two versions means that
    instrument, scale and words are the same, so that their answers may be counted together. {} until it holds.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions")
    definition = models.JSONField()
    names = models.CharField(max_length=12, choices=Names, default=Names.IDENTIFIED)
    series = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["survey", "number"], name="versions_of_a_survey_are_numbered"),
            models.UniqueConstraint(
                fields=["survey"], condition=Q(state="live"), name="one_version_of_a_survey_is_asked"
            ),
            models.UniqueConstraint(
                fields=["survey"],
                condition=Q(state__in=["draft", "waiting", "approved"]),
                name="one_version_of_a_survey_is_written",
            ),
            models.CheckConstraint(
                condition=~Q(state="live") | Q(published_at__isnull=False), name="what_is_asked_was_published"
            ),
        )


class Invitation(models.Model):
    """A survey for one person; ``token`` is the secret of its address.

    ``state`` of an anonymous one says only that it was used. ``ask_again_at``: the person said "not now".
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        BEGUN = "begun"
        FINISHED = "finished"
        LATER = "later"
        NEVER = "never"

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations")
    customer = models.ForeignKey(CUSTOMER, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=40, unique=True)
    channel = models.SlugField(max_length=30, default="link")
    segment = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    ask_again_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="later", ask_again_at__isnull=False) | (~Q(state="later") & Q(ask_again_at=None)),
                name="not_now_says_when_to_ask_again",
            ),
        )


class Silence(models.Model):
    """A person wants no survey of a family until a moment; None: never again."""

    customer = models.ForeignKey(CUSTOMER, on_delete=models.CASCADE, related_name="+")
    family = models.SlugField(max_length=40)
    until = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["customer", "family"], name="a_family_is_silenced_once"),)


class Sitting(models.Model):
    """Somebody goes through a survey; half of one counts as half of one. Its key is random: it tells no order.

    ``token`` is the secret of its pages. ``asked``: keys of the questions that they were shown and left behind,
    answered or not. ``at``: when they began; of an anonymous one only the day (UTC). ``seal``: see ``Names``.
    ``is_trial``: one of ours tries it; that never counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="sittings")
    names = models.CharField(max_length=12, choices=Names)
    customer = models.ForeignKey(CUSTOMER, null=True, on_delete=models.PROTECT, related_name="+")
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.PROTECT, related_name="sittings")
    seal = models.CharField(max_length=64, blank=True)
    token = models.CharField(max_length=40, unique=True)
    channel = models.SlugField(max_length=30, default="link")
    segment = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=5, default="ru")
    asked = ArrayField(models.CharField(max_length=40), default=list)
    page = models.CharField(max_length=40, blank=True)
    is_finished = models.BooleanField(default=False)
    is_trial = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["version", "at"], name="sitting_by_version"),
            models.Index(fields=["seal"], condition=~Q(seal=""), name="sitting_by_seal"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(names="identified") | Q(customer=None, invitation=None),
                name="only_an_identified_answer_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(names="confidential") | Q(seal=""), name="only_a_confidential_answer_has_a_seal"
            ),
            models.CheckConstraint(
                condition=Q(is_trial=False) | Q(customer=None, invitation=None, seal=""),
                name="a_trial_is_nobodys_answer",
            ),
        )


class Answer(models.Model):
    """What was answered to one question (``part``: one row of a matrix, else ''). Not answered: no row.

    ``number``: a score on the scale of the question, 0 or 1 of a consent; of a SERVQUAL pair what was perceived,
    beside what was ``expected``. ``choices``: stable ids of options. ``words``: the person's own.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    part = models.CharField(max_length=40, blank=True)
    number = models.SmallIntegerField(null=True)
    expected = models.SmallIntegerField(null=True)
    choices = ArrayField(models.CharField(max_length=40), default=list)
    words = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["sitting", "question", "part"], name="a_question_is_answered_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | ~Q(choices=[]) | ~Q(words=""), name="an_answer_says_something"
            ),
            models.CheckConstraint(
                condition=Q(expected=None) | Q(number__isnull=False), name="an_expectation_is_half_of_a_pair"
            ),
        )
