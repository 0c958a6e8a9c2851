from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Func, IntegerField, JSONField, Q, Value
from django.db.models.functions import Now
from django.db.models.lookups import LessThanOrEqual

from otklik.foundation.actors import Role, Sight

MOST_PINS = 12


class WorkingTime(models.Model):
    """When a team works: weekly intervals in its own time zone, and days that differ.

    ``week``: seven lists (Monday first) of ``["09:00", "18:00"]`` pairs; ``exceptions``: ISO date → list of pairs, and
    ``names`` what such a day is called. ``country``: two letters, whose holidays and moved days hold; '' for none.
    """

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=50, default="Europe/Moscow")
    week = models.JSONField()
    exceptions = models.JSONField(default=dict)
    names = models.JSONField(default=dict, db_default=Value({}, JSONField()))
    country = models.CharField(max_length=2, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    name = models.CharField(max_length=80, unique=True)
    working_time = models.ForeignKey(WorkingTime, on_delete=models.PROTECT)
    is_first = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["is_first"], condition=Q(is_first=True), name="one_team_is_asked_first"),
        )

    def __str__(self) -> str:
        return self.name


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Agent":
        agent = self.model(email=email.strip().lower(), **fields)
        agent.set_password(password)
        agent.save()
        return agent

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email=(username or "").strip().lower())


class Agent(AbstractBaseUser):
    """A person who serves customers; also the log-in. ``away_until`` None with ``is_away`` means: not known.

    ``came_at``: when they first stood at the desk; None for who was invited and never came. ``invitation_problem``:
    why the last letter with a link to choose a password did not arrive; '' while nothing is wrong.
    ``invitation_id``: the Message-ID of that letter, without brackets. ``pins``: the pages that they keep at hand, as
    ``{"address", "name"}`` in their order. ``most_open``: with so many open cases they get no new one of a customer
    whom they do not know; None: no limit. ``pause_until``: a short pause, in which their customers wait for them and no
    new ones come. ``day_ended``: that they are away because their day is over.
    """

    class Presence(models.TextChoices):
        WORKING = "working"
        PAUSE = "pause"
        AWAY = "away"
        DAY_ENDED = "day_ended"

    class InvitationProblem(models.TextChoices):
        REFUSED = "refused"
        NOT_SENT = "not_sent"
        BOUNCED = "bounced"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role], default=Role.AGENT)
    sight = models.CharField(max_length=5, choices=[(sight.value, sight.value) for sight in Sight], default=Sight.TEAM)
    photo = models.ForeignKey("foundation.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    portrait = models.CharField(max_length=60, blank=True)
    signature = models.TextField(blank=True)
    language = models.CharField(max_length=5, default="ru")
    time_zone = models.CharField(max_length=50, default="Europe/Moscow")
    writes_markdown = models.BooleanField(default=False, db_default=False)
    skills = models.JSONField(default=list)
    most_open = models.PositiveSmallIntegerField(null=True)
    is_active = models.BooleanField(default=True)
    is_away = models.BooleanField(default=False)
    away_until = models.DateTimeField(null=True)
    day_ended = models.BooleanField(default=False, db_default=False)
    pause_until = models.DateTimeField(null=True)
    deputy = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="deputy_of")
    created_at = models.DateTimeField(db_default=Now())
    came_at = models.DateTimeField(null=True)
    invitation_problem = models.CharField(max_length=10, choices=InvitationProblem, blank=True, db_default="")
    invitation_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    pins = models.JSONField(default=list, db_default=Value([], JSONField()))

    objects: ClassVar[AgentManager] = AgentManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(deputy=None) | ~Q(deputy=F("id")), name="nobody_is_their_own_deputy"),
            models.CheckConstraint(condition=~Q(name=""), name="an_agent_has_a_name"),
            models.CheckConstraint(condition=Q(day_ended=False) | Q(is_away=True), name="whose_day_ended_is_away"),
            models.CheckConstraint(
                condition=Q(is_away=False) | Q(pause_until=None), name="who_is_away_makes_no_short_pause"
            ),
            models.CheckConstraint(
                condition=Q(most_open=None) | Q(most_open__gt=0), name="an_agent_may_have_a_case_at_least"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func(F("pins"), function="jsonb_array_length", output_field=IntegerField()), MOST_PINS
                ),
                name="nobody_pins_more_than_a_dozen_pages",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]

    def presence(self, now: datetime) -> Presence:
        """What they are at this moment."""
        if self.is_away and (self.away_until is None or self.away_until > now):
            return self.Presence.DAY_ENDED if self.day_ended else self.Presence.AWAY
        return self.Presence.PAUSE if self.pause_until and self.pause_until > now else self.Presence.WORKING

    @property
    def may_own(self) -> bool:
        """Whether a case may become theirs: they work here and have come at least once."""
        return self.is_active and self.came_at is not None


class Membership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["team", "agent"], name="an_agent_is_in_a_team_once"),)


class Manager(models.Model):
    """The personal manager of a customer, or of an organization and its people: new matters come to them first."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    customer = models.OneToOneField("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    organization = models.OneToOneField("customers.Organization", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(customer=None, organization__isnull=False) | Q(customer__isnull=False, organization=None),
                name="a_manager_is_of_a_customer_or_of_an_organization",
            ),
        )


class ApiToken(models.Model):
    """A token lets a program act as an agent; only its hash is kept."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
