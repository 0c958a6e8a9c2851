from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Stage(models.TextChoices):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ASSESSED = "assessed"
    INVESTIGATED = "investigated"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IMPROVED = "improved"
    EXHAUSTED = "exhausted"
    WITHDRAWN = "withdrawn"


class Decision(models.TextChoices):
    GRANTED = "granted"
    PARTLY = "partly"
    DECLINED = "declined"


GRAVE = 3
"""From this severity on a person acknowledges a complaint, not a machine."""
SEVERITIES = range(1, 6)
FINISHED = (Stage.ACCEPTED, Stage.IMPROVED, Stage.EXHAUSTED, Stage.WITHDRAWN)
"""Stages in which nothing more is owed to the customer."""
UNANSWERED = (Stage.RECEIVED, Stage.ACKNOWLEDGED, Stage.ASSESSED, Stage.INVESTIGATED)
"""Stages in which an answer is still due."""
_LOOKED_INTO = [Stage.INVESTIGATED, Stage.ANSWERED, Stage.ACCEPTED, Stage.REFUSED, Stage.EXHAUSTED, Stage.IMPROVED]
_DECIDED = [Stage.ANSWERED, Stage.ACCEPTED, Stage.REFUSED, Stage.EXHAUSTED, Stage.IMPROVED]


class Problem(models.Model):
    """What lies behind complaints and cases, and is mended once for all of them.

    ``changes``: what we change so that it does not come again. ``fixed_at``: when it was last called fixed, None while
    it is not: complaints whose words came after it came in spite of it. ``standard``: the service standard it touches.
    ``watch_weeks``: so many whole weeks it must stay away before it is called checked, where its rate is measured.
    ``no_help_because``: why what was changed did not help.
    """

    class State(models.TextChoices):
        OPEN = "open"
        IN_WORK = "in_work"
        FIXED = "fixed"
        CHECKED = "checked"
        NO_HELP = "no_help"

    title = models.CharField(max_length=200, unique=True)
    root_cause = models.TextField(blank=True)
    changes = models.TextField(blank=True)
    owner = models.ForeignKey("team.Agent", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    standard = models.ForeignKey("standards.Standard", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    fixed_at = models.DateTimeField(null=True)
    watch_weeks = models.PositiveSmallIntegerField(default=4, db_default=4)
    no_help_because = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="a_problem_has_a_title"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in_work"], fixed_at=None)
                | Q(state__in=["fixed", "checked", "no_help"], fixed_at__isnull=False),
                name="a_fixed_problem_says_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="no_help") | ~Q(no_help_because=""), name="what_did_not_help_says_why"
            ),
            models.CheckConstraint(condition=Q(watch_weeks__range=(1, 26)), name="a_problem_is_watched_for_weeks"),
            models.CheckConstraint(
                condition=~Q(state__in=["fixed", "checked"]) | (~Q(root_cause="") & ~Q(changes="")),
                name="a_fixed_problem_says_why_it_was_and_what_has_changed",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ProblemCase(models.Model):
    """A case that shows a problem, with or without a complaint."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="case_links")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    linked_by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["problem", "case"], name="a_case_shows_a_problem_once"),)


class Fix(models.Model):
    """One thing that is done about a problem: what, by whom, until when; ``done_at`` None while it is not."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="fixes")
    what = models.CharField(max_length=300)
    agent = models.ForeignKey("team.Agent", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(what=""), name="a_fix_says_what_is_done"),)


class Telling(models.Model):
    """What customers who were touched are told: ``words`` by language, seen before by ``agent`` with their number."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="tellings")
    words = models.JSONField()
    agent = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())


class Told(models.Model):
    """One customer who was touched by a problem gets one letter about it, from the owner of their case.

    ``letter_id``: the message that was written. ``refused``: the gate let it not pass; ``no_way``: their case knows no
    address to write to.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        WRITTEN = "written"
        REFUSED = "refused"
        NO_WAY = "no_way"

    telling = models.ForeignKey(Telling, on_delete=models.PROTECT, related_name="told")
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="told")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    letter_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["problem", "customer"], name="a_customer_is_told_of_a_problem_once"),
            models.CheckConstraint(
                condition=Q(state="written", letter_id__isnull=False) | (~Q(state="written") & Q(letter_id=None)),
                name="who_was_told_has_their_letter",
            ),
        )


class Complaint(models.Model):
    """A formal complaint about one case. Its number is its primary key.

    ``received_at``: when the customer's words reached us; ``registered_at``: when they got their number here, by
    ``registered_by`` (None: by the customer). ``against``: the colleague complained of. ``is_urgent``: somebody's
    health or safety is at stake. ``acknowledged_by``: None while only a machine has. ``hear_by``: when the customer
    was told that they hear from us. ``answer_by``: the end of the nearest term while no answer is given. ``problem``:
    what lies behind it and is being mended. ``is_forgotten``: the customer was erased, and their words with them.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="complaints")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.RECEIVED)
    remedy_sought = models.TextField()
    happened = models.TextField(blank=True)
    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    severity = models.PositiveSmallIntegerField(null=True)
    is_urgent = models.BooleanField(default=False)
    against = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    investigator = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    hear_by = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    answer = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    prevention = models.TextField(blank=True)
    decided_by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    ways_offered_at = models.DateTimeField(null=True)
    root_cause = models.TextField(blank=True)
    standard = models.ForeignKey("standards.Standard", null=True, on_delete=models.PROTECT, related_name="+")
    problem = models.ForeignKey(Problem, null=True, on_delete=models.PROTECT, related_name="complaints")
    is_forgotten = models.BooleanField(default=False)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["stage", "-id"], name="complaint_by_stage"),
            models.Index(fields=["answer_by", "id"], name="complaint_due", condition=Q(answer_by__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(remedy_sought="") | Q(is_forgotten=True), name="a_complaint_says_what_is_sought"
            ),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__range=(1, 5)), name="severity_is_one_to_five"
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=_LOOKED_INTO) | Q(severity__isnull=False),
                name="what_was_looked_into_was_assessed_before",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=_LOOKED_INTO) | Q(severity__lt=GRAVE) | Q(acknowledged_by__isnull=False),
                name="a_grave_complaint_is_acknowledged_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(against=None) | Q(investigator=None) | ~Q(investigator=F("against")),
                name="nobody_looks_into_a_complaint_about_themselves",
            ),
            models.CheckConstraint(
                condition=Q(against=None) | Q(decided_by=None) | ~Q(decided_by=F("against")),
                name="nobody_decides_a_complaint_about_themselves",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=_DECIDED) | (~Q(decision="") & Q(answered_at__isnull=False)),
                name="an_answered_complaint_has_its_decision",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.EXHAUSTED) | Q(ways_offered_at__isnull=False),
                name="no_complaint_ends_before_other_ways_were_offered",
            ),
            models.CheckConstraint(condition=Q(received_at__lte=F("registered_at")), name="words_come_before_number"),
        )

    @property
    def number(self) -> int:
        return self.pk

    @property
    def is_finished(self) -> bool:
        return self.stage in FINISHED

    @property
    def last_day(self) -> datetime | None:
        """A moment on the last day for the answer: the term ends with the midnight after it."""
        return self.answer_by - timedelta(seconds=1) if self.answer_by else None

    @property
    def needs_a_person(self) -> bool:
        """A grave one that only a machine has acknowledged so far."""
        is_grave = self.severity is not None and self.severity >= GRAVE
        return is_grave and self.acknowledged_by_id is None and self.stage in {Stage.ACKNOWLEDGED, Stage.ASSESSED}


class Step(models.Model):
    """One line of a complaint's record: what became of it, who did it, in which words. Append-only but for erasure.

    ``what``: the stage that was reached, or ``entrusted``, ``ways_offered``, ``word`` (what the customer said of the
    case before an answer was given). ``facts``: codes and ids beside the words. ``letter_id``: the letter that told
    the customer, None when none may go to them.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=16)
    at = models.DateTimeField()
    agent = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    is_customers = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    letter_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(what__in=[Stage.ACCEPTED, "word"]) | Q(is_customers=True),
                name="only_the_customer_accepts_an_answer",
            ),
        )


class Term(models.Model):
    """By when a complaint is answered, by law or by the house: so many days from a moment.

    The first day is the one after that moment; the term ends with its last day, in the zone of the case's team.
    ``is_working``: working days of the team's calendar are counted, else all. ``moves_on``: a last day on which nobody
    works moves to the next working one. ``basis``: where it is written. ``warn_days``: so long before its end the
    owner is told.
    """

    class Starts(models.TextChoices):
        RECEIVED = "received"
        REGISTERED = "registered"

    name = models.CharField(max_length=120, unique=True)
    basis = models.CharField(max_length=300, blank=True)
    days = models.PositiveSmallIntegerField()
    is_working = models.BooleanField(default=False)
    starts = models.CharField(max_length=10, choices=Starts, default=Starts.RECEIVED)
    moves_on = models.BooleanField(default=True)
    warn_days = models.PositiveSmallIntegerField(default=2)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(days__range=(1, 366)), name="a_term_has_a_day_and_a_year_at_most"),
            models.CheckConstraint(condition=~Q(name=""), name="a_term_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class RunningTerm(models.Model):
    """A term of one complaint. ``due_at``: the end of its last day; ``warned_at``, ``missed_at``: when it was told."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="terms")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["complaint", "term"], name="a_term_runs_once_for_a_complaint"),)


class Way(models.Model):
    """Where a customer can turn outside the house, told in the house's own words."""

    name = models.CharField(max_length=120, unique=True)
    words = models.TextField(blank=True)
    url = models.URLField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="a_way_has_a_name"),)

    def __str__(self) -> str:
        return self.name
