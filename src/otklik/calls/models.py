from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from otklik.calls.values import Because, Direction, Outcome, Way


class Talk(models.Model):
    """What was said aloud, as somebody wrote it down: by phone or in person.

    ``word``: what the customer said, ``answer``: what we said, each a message of the case. ``seconds``: how long it
    took, None where nobody measured. A number dialled wrong is no case.
    """

    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="talks")
    way = models.CharField(max_length=5, choices=Way)
    direction = models.CharField(max_length=3, choices=Direction)
    outcome = models.CharField(max_length=8, choices=Outcome)
    agent = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    word = models.ForeignKey("reach.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.ForeignKey("reach.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    promised_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(outcome=Outcome.WRONG), name="a_talk_belongs_to_a_case_or_was_wrong"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.PROMISED) | Q(promised_at__isnull=False),
                name="what_was_promised_has_its_moment",
            ),
        )


class Call(models.Model):
    """One call as a telephone exchange tells it. ``phone``: the other side's number in E.164, '' when it hides.

    ``line``: which number of ours, ``queue``: of the exchange. ``rings_for``: agents whose screens show it. ``agent``:
    who took it up. ``recording`` goes by itself after the days that the house says; ``recording_url``: where it waits
    to be fetched, ``recording_lost``: why it could not be.
    """

    inbox = models.ForeignKey("reach.Inbox", on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=200)
    direction = models.CharField(max_length=3, choices=Direction)
    phone = models.CharField(max_length=40, blank=True)
    line = models.CharField(max_length=60, blank=True)
    queue = models.CharField(max_length=80, blank=True)
    rings_for = ArrayField(models.BigIntegerField(), default=list)
    agent = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=60, blank=True)
    talk = models.OneToOneField(Talk, null=True, on_delete=models.PROTECT, related_name="call")
    recording = models.ForeignKey("foundation.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    recording_url = models.CharField(max_length=500, blank=True)
    recording_lost = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["phone", "-id"], name="calls_of_a_number"),
            models.Index(fields=["began_at"], name="calls_that_ring", condition=Q(ended_at=None)),
            models.Index(fields=["began_at", "id"], name="recordings_by_age", condition=Q(recording__isnull=False)),
        )
        constraints = (models.UniqueConstraint(fields=["inbox", "external_id"], name="a_call_is_one_row_of_its_door"),)

    @property
    def is_missed(self) -> bool:
        return self.direction == Direction.IN and self.answered_at is None and self.ended_at is not None

    @property
    def seconds(self) -> int:
        """How long they spoke; of a missed call, how long it rang. 0 while it goes on."""
        if self.ended_at is None:
            return 0
        return max(int((self.ended_at - (self.answered_at or self.began_at)).total_seconds()), 0)


class CallBack(models.Model):
    """A call that we owe a number; its moment is the promise of its case.

    ``times``: how often they called in vain; ``tries``: how often we did. ``slot_from`` is the hour that they chose
    themselves. ``done_by``: the call that closed it, None where somebody said so.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="call_backs")
    because = models.CharField(max_length=6, choices=Because)
    phone = models.CharField(max_length=40, blank=True)
    times = models.PositiveSmallIntegerField(default=1)
    tries = models.PositiveSmallIntegerField(default=0)
    slot_from = models.DateTimeField(null=True)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Call, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = (
            models.Index(fields=["phone", "-id"], name="call_backs_of_a_number"),
            models.Index(fields=["case", "-id"], name="call_backs_of_a_case"),
            models.Index(fields=["-id"], name="call_backs_owed", condition=Q(done_at=None)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["phone"],
                condition=Q(because=Because.MISSED, done_at=None) & ~Q(phone=""),
                name="a_number_is_owed_one_call_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(because=Because.ASKED) | Q(slot_from__isnull=False), name="who_asks_for_a_call_has_a_slot"
            ),
            models.CheckConstraint(
                condition=Q(last_at__gte=F("first_at")), name="the_last_call_is_not_before_the_first"
            ),
        )


class Extension(models.Model):
    """The number inside of the exchange at which a colleague's phone rings."""

    agent = models.OneToOneField("team.Agent", on_delete=models.CASCADE, related_name="extension")
    number = models.CharField(max_length=60, unique=True)


class Counter(models.Model):
    """A counter with a tablet and a QR code. ``mark``: the unguessable word of its page."""

    name = models.CharField(max_length=80)
    address = models.CharField(max_length=160, blank=True)
    mark = models.CharField(max_length=40, unique=True)
    team = models.ForeignKey("team.Team", on_delete=models.PROTECT, related_name="+")
    topics = ArrayField(models.CharField(max_length=40), default=list)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="a_counter_has_a_name"),)

    def __str__(self) -> str:
        return self.name


class WalkIn(models.Model):
    """Somebody at a counter who called for a person; ``key``: their own word of the page that says who comes.

    What they typed is blanked once it was written down, or at the end of the day.
    """

    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="walk_ins")
    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    topic = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    agent = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    talk = models.OneToOneField(Talk, null=True, on_delete=models.PROTECT, related_name="walk_in")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["counter", "id"], name="walk_ins_that_wait", condition=Q(done_at=None)),)
        constraints = (
            models.CheckConstraint(
                condition=Q(seen_at=None) | Q(agent__isnull=False), name="who_was_seen_was_seen_by_somebody"
            ),
        )
