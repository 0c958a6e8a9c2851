from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from otklik.foundation.versions import Drafted

CUSTOMER = "customers.Customer"
CASE = "cases.Case"


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


class Because(models.TextChoices):
    """Why somebody is asked: they stand in a list, it is their turn, a case of theirs ended, one of ours chose them."""

    LIST = "list"
    SCHEDULE = "schedule"
    CASE = "case"
    HAND = "hand"


class Rule(models.TextChoices):
    """Why somebody is not asked. The first to hold is the one that is written down."""

    ADDRESS = "address"
    TWICE = "twice"
    CLOSED = "closed"
    GONE = "gone"
    NEVER = "never"
    NOT_NOW = "not_now"
    SPAM = "spam"
    NO_ADDRESS = "no_address"
    CASE_OPEN = "case_open"
    COMPLAINT = "complaint"
    WAITING = "waiting"
    LATELY = "lately"
    FAMILY = "family"
    GATE = "gate"


class Plan(models.Model):
    """How a survey asks by itself: at an end of cases, or each ``every_days`` a share of all customers.

    ``share`` in percent. ``delay_hours``: after the event. ``reminders``: letters to the silent, ``remind_after_days``
    apart. ``next_at``: when a schedule asks again.
    """

    class Trigger(models.TextChoices):
        NONE = "none"
        SATISFIED = "satisfied"
        CLOSED = "closed"
        SCHEDULE = "schedule"

    survey = models.OneToOneField(Survey, on_delete=models.PROTECT, related_name="plan")
    trigger = models.CharField(max_length=10, choices=Trigger, default=Trigger.NONE)
    share = models.PositiveSmallIntegerField(default=100)
    every_days = models.PositiveSmallIntegerField(default=30)
    delay_hours = models.PositiveSmallIntegerField(default=24)
    reminders = models.PositiveSmallIntegerField(default=1)
    remind_after_days = models.PositiveSmallIntegerField(default=4)
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(reminders__lte=2), name="the_silent_are_reminded_twice_at_most"),
            models.CheckConstraint(condition=Q(share__range=(1, 100)), name="a_share_of_customers_is_a_share"),
            models.CheckConstraint(
                condition=Q(every_days__gte=1, remind_after_days__gte=1), name="days_between_letters_are_days"
            ),
            models.CheckConstraint(
                condition=Q(trigger="schedule", next_at__isnull=False) | (~Q(trigger="schedule") & Q(next_at=None)),
                name="a_schedule_says_when_it_asks_next",
            ),
        )


class Invitation(models.Model):
    """A survey for one person; ``token`` is the secret of its address.

    ``state`` of an anonymous one says only that it was used. ``ask_again_at``: the person said "not now".
    ``case``: whose end caused it. ``letter``: the last one that asked, ``letters``: how many did, ``asked_at``: when
    the last one was written; None for an address that was only made. ``remind_at``: when the silent are reminded.
    ``is_opened``: its page was shown, as a browser and no scanner shows it. No moment of that is kept.
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
    case = models.ForeignKey(CASE, null=True, on_delete=models.PROTECT, related_name="+")
    letter = models.ForeignKey("reach.Message", null=True, on_delete=models.PROTECT, related_name="+")
    letters = models.PositiveSmallIntegerField(default=0, db_default=0)
    asked_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    is_delivered = models.BooleanField(default=False, db_default=False)
    is_opened = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["customer", "-asked_at"], name="invitation_of_customer"),
            models.Index(fields=["survey", "asked_at"], name="invitation_by_survey"),
            models.Index(fields=["remind_at"], name="invitation_silent", condition=Q(remind_at__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state="later", ask_again_at__isnull=False) | (~Q(state="later") & Q(ask_again_at=None)),
                name="not_now_says_when_to_ask_again",
            ),
            models.CheckConstraint(
                condition=Q(letters=0) | Q(asked_at__isnull=False), name="who_got_a_letter_was_asked_at_a_moment"
            ),
            models.CheckConstraint(condition=Q(letters__lte=3), name="one_survey_writes_three_times_at_most"),
        )


class AskingList(models.Model):
    """People to be asked, taken from a file; ``name``: of the file."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="lists")
    name = models.CharField(max_length=200)
    by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())


class Turn(models.Model):
    """Somebody is to be asked at ``due_at``, and what became of it: an invitation, or the ``rule`` that said no.

    ``detail``: the step of the gate, ``until``: when the rule lets go, None where nobody knows. ``line``: of its list.
    ``text``: what stands there, until it is known whose address it is. ``is_reminder``: they were asked before.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="turns")
    customer = models.ForeignKey(CUSTOMER, null=True, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=8, choices=Because)
    case = models.ForeignKey(CASE, null=True, on_delete=models.PROTECT, related_name="+")
    list = models.ForeignKey(AskingList, null=True, on_delete=models.PROTECT, related_name="turns")
    line = models.PositiveIntegerField(null=True)
    text = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    segment = models.CharField(max_length=80, blank=True)
    is_reminder = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.PROTECT, related_name="turns")
    rule = models.CharField(max_length=10, choices=Rule, blank=True)
    detail = models.CharField(max_length=30, blank=True)
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["due_at", "id"], name="turn_due", condition=Q(done_at=None)),
            models.Index(fields=["survey", "-id"], name="turn_of_survey"),
            models.Index(fields=["customer", "-id"], name="turn_of_customer"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["survey", "case"],
                condition=Q(case__isnull=False, is_reminder=False),
                name="the_end_of_a_case_asks_once",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=False) | Q(rule=""),
                name="nobody_is_passed_over_before_their_turn",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(invitation__isnull=False) | ~Q(rule=""),
                name="a_turn_that_is_over_says_what_became_of_it",
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
    ``is_trial``: one of ours tries it; that never counts. ``case``: which a low score of theirs opened or brought back.
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
    case = models.ForeignKey(CASE, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (
            models.Index(fields=["version", "at"], name="sitting_by_version"),
            models.Index(fields=["seal"], condition=~Q(seal=""), name="sitting_by_seal"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(case=None) | Q(names="identified"),
                name="only_an_identified_answer_has_a_case",
            ),
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


class _Marks(models.Model):
    """So many answers more or fewer, alike in all that is told of them: ``day`` (UTC), place, way and value.

    ``question`` '': those who went through, not an answer; ``number`` 1 of who finished, ``expected`` 1 of whom a
    letter asked, ``choices`` the questions that they were shown.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    question = models.CharField(max_length=40, blank=True)
    part = models.CharField(max_length=40, blank=True)
    segment = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=30, blank=True)
    number = models.SmallIntegerField(null=True)
    expected = models.SmallIntegerField(null=True)
    choices = ArrayField(models.CharField(max_length=40), default=list)
    n = models.IntegerField()

    class Meta:
        abstract = True


class Stroke(_Marks):
    """What came or went since the tallies were brought up to date. Triggers write it with the answer."""


class Tally(_Marks):
    """How many gave a value on a day. A figure is the sum of tallies at one ``level`` and of all strokes.

    Every answer stands once at each: a level keeps segment and channel apart, or '' for all of them. ``CELL``: both,
    whatever the value, of those without a name.
    """

    class Level(models.IntegerChoices):
        ALL = 0
        SEGMENT = 1
        CHANNEL = 2
        BOTH = 3
        CELL = 4

    level = models.SmallIntegerField(choices=Level)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["version", "level", "segment", "question", "part", "day", "channel", "number", "expected",
                        "choices"], name="a_tally_is_kept_once", nulls_distinct=False,
            ),
        )  # fmt: skip


class DayNote(models.Model):
    """What happened in the house on a day ("we moved"), for whoever reads a trend."""

    day = models.DateField()
    text = models.CharField(max_length=120)
    by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["day"], name="day_note_by_day"),)
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="a_note_of_a_day_says_something"),)

    def __str__(self) -> str:
        return self.text
