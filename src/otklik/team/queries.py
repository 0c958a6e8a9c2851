"""Who is here, who leads, who may be named."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.models import Customer, Organization
from otklik.customers.queries import Accompanying, Managers, known_by, seen_when
from otklik.foundation.actors import Actor, ActorKind, Role, Sight
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.database.remembering import remembered
from otklik.foundation.errors import Refusal
from otklik.foundation.files.links import Use, file_url, thumbnail_url
from otklik.foundation.manifest import Person
from otklik.team.models import Agent, ApiToken, Manager, Membership, Team, WorkingTime
from otklik.team.working_time import add_working, is_working, working_minutes


@dataclass(frozen=True, kw_only=True)
class Face:
    """A colleague as the screen shows them. ``photo`` is an address or ''."""

    id: int
    name: str
    photo: str
    is_active: bool
    may_own: bool

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A page that a person keeps at hand."""

    address: str
    name: str


def pins_of(agent: Agent) -> list[Pin]:
    """In their order. They stand on the agent's own row, which every page reads anyway."""
    return [Pin(address=one["address"], name=one["name"]) for one in agent.pins]


@remembered(seconds=5)
def faces() -> Mapping[int, Face]:
    """Everyone who works or worked here, by id, in the order of their names."""
    agents = Agent.objects.select_related("photo").order_by(ByName(), "id")
    return {
        agent.pk: Face(
            id=agent.pk, name=agent.name, photo=face_url(agent), is_active=agent.is_active, may_own=agent.may_own
        )
        for agent in agents.only("id", "name", "is_active", "came_at", "portrait", "photo__id", "photo__has_thumbnail")
    }


@remembered(seconds=5)
def team_names() -> Mapping[int, str]:
    """Every team, by id, in the order of their names."""
    return dict(Team.objects.order_by(ByName()).values_list("id", "name"))


@remembered(seconds=5)
def team_ids_of(agent_id: int) -> frozenset[int]:
    return frozenset(Membership.objects.filter(agent_id=agent_id).values_list("team_id", flat=True))


def actor_for(agent: Agent) -> Actor:
    """The agent as the one who acts: role, sight and teams in one value; a team left elsewhere counts for 5 seconds."""
    return Actor(
        kind=ActorKind.AGENT,
        pk=agent.pk,
        name=agent.name,
        role=Role(agent.role),
        sight=Sight(agent.sight),
        team_ids=team_ids_of(agent.pk),
    )


@remembered(seconds=5)
def actors_here() -> Sequence[Actor]:
    """Everyone who works here, as those who act, in the order of their names."""
    teams: dict[int, set[int]] = defaultdict(set)
    for agent_id, team_id in Membership.objects.values_list("agent_id", "team_id"):
        teams[agent_id].add(team_id)
    rows = Agent.objects.filter(is_active=True).order_by(ByName(), "id").values_list("id", "name", "role", "sight")
    return [
        Actor(
            kind=ActorKind.AGENT, pk=pk, name=name, role=Role(role), sight=Sight(sight), team_ids=frozenset(teams[pk])
        )
        for pk, name, role, sight in rows
    ]


def serving() -> QuerySet[Agent]:
    """Agents who may own cases: who work here and have come at least once."""
    return Agent.objects.filter(is_active=True, came_at__isnull=False)


_SERVES = "SELECT FROM team_agent WHERE id = %s AND is_active AND came_at IS NOT NULL FOR SHARE"


def serves(agent_id: int) -> bool:
    """Whether the agent may own a case, asked of the database and true until the caller's transaction ends.

    Whoever lets an agent go waits here for what is just becoming theirs, and then sees it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SERVES, [agent_id])
        return cursor.fetchone() is not None


def is_colleague(email: str) -> bool:
    """Whether somebody who works here writes from this address."""
    return email.lower() in _addresses()


@remembered(seconds=5)
def _addresses() -> frozenset[str]:
    return frozenset(Agent.objects.filter(is_active=True).values_list("email", flat=True))


def has_anybody() -> bool:
    """Whether the house has an agent who can own a case."""
    return had_anybody() or serving().exists()


@remembered(seconds=5)
def had_anybody() -> bool:
    """The same as of some seconds ago: a yes is believed, a no is asked again."""
    return serving().exists()


def colleagues(actor: Actor) -> QuerySet[Agent]:
    """Everyone a case may be handed to, by name."""
    return serving().order_by(ByName(), "id")


def is_here(agent: Agent) -> bool:
    return agent.may_own and not (agent.is_away and (agent.away_until is None or agent.away_until > timezone.now()))


@remembered(seconds=1)
def here_in(team: Team) -> list[Agent]:
    """Members of the team who are not away, in a stable order; as of a second ago."""
    away = Q(is_away=True) & (Q(away_until=None) | Q(away_until__gt=timezone.now()))
    return list(serving().filter(memberships__team=team).exclude(away).order_by("id"))


def deputy_of(agent: Agent) -> Agent | None:
    """Who answers while the agent is away: their chosen deputy, else a colleague who is here; None if nobody is.

    Of colleagues rather one who makes no pause.
    """
    if agent.deputy is not None and is_here(agent.deputy):
        return agent.deputy
    team = Team.objects.filter(memberships__agent=agent).order_by("id").first()
    others = [other for other in here_in(team) if other.pk != agent.pk] if team else []
    now = timezone.now()
    return min(others, key=lambda other: (makes_a_pause(other, now), other.pk), default=None)


def makes_a_pause(agent: Agent, now: datetime) -> bool:
    """A short one: who knows them waits for them, nobody new comes to them."""
    return agent.presence(now) is Agent.Presence.PAUSE


def next_day_of(agent: Agent, *, now: datetime) -> datetime | None:
    """When work begins again after the end of this day, by the calendar of the first of their teams.

    None for who belongs to no team, or to one that works over midnight: they say themselves when they are back.
    """
    team = Team.objects.select_related("working_time").filter(memberships__agent=agent).order_by("id").first()
    if team is None:
        return None
    midnight = _midnight_after(now, team)
    if is_working(midnight, team.working_time):
        return None
    return add_working(midnight, 1, team.working_time) - timedelta(minutes=1)


def back_by_now(now: datetime) -> list[Agent]:
    """Who said that they would be back by this moment, and is still written down as away."""
    return list(Agent.objects.filter(is_away=True, away_until__lte=now).order_by("id"))


def leads_of(team: Team) -> list[Agent]:
    """Who is told at once when a customer is dissatisfied; without a lead in the team, every lead and admin."""
    leads = list(serving().filter(memberships__team=team, memberships__is_lead=True).order_by("id"))
    return leads or list(serving().filter(role__in=[Role.LEAD, Role.ADMIN]).order_by("id"))


@remembered(seconds=5)
def agent_by_id(pk: int) -> Agent:
    """An agent as of some seconds ago. Raises ``Agent.DoesNotExist``."""
    return Agent.objects.get(pk=pk)


@remembered(seconds=5)
def team_by_id(pk: int) -> Team:
    """A team with its working time. Raises ``Team.DoesNotExist``."""
    return Team.objects.select_related("working_time").get(pk=pk)


def admins() -> list[Agent]:
    return list(Agent.objects.filter(is_active=True, role=Role.ADMIN).order_by("id"))


@remembered(seconds=5)
def first_team() -> Team:
    """The team that takes what no inbox assigns. Raises ``Team.DoesNotExist`` in an empty house."""
    return team_asked_first().select_related("working_time").get()


def team_asked_first() -> QuerySet[Team]:
    """The same one as a part of another question."""
    return Team.objects.order_by("-is_first", "id")[:1]


def agent_of_token(token: str) -> Agent | None:
    """The active agent whose unrevoked token this is."""
    row = token_in_force(hashlib.sha256(token.encode()).hexdigest())
    return row.agent if row else None


def token_in_force(digest: str) -> ApiToken | None:
    """The unrevoked token of an active agent with this SHA-256 digest, with its agent."""
    rows = ApiToken.objects.select_related("agent").filter(digest=digest, revoked_at=None, agent__is_active=True)
    return rows.first()


def lay_out_calendars() -> None:
    """Make this year of every calendar ready for counting, and load the holidays of its country."""
    now = timezone.now()
    for calendar in WorkingTime.objects.order_by("id"):
        is_working(now, calendar)


def teams_working_by(working_time_id: int) -> list[int]:
    """Ids of the teams that have this working time."""
    return list(Team.objects.filter(working_time_id=working_time_id).order_by("id").values_list("id", flat=True))


def team_named(named: int | str | None) -> Team | None:
    """The team with this name or id; None for nothing. Raises ``Refusal('team_unknown')``."""
    if named is None or named == "":
        return None
    rows = Team.objects.select_related("working_time")
    row = rows.filter(pk=named).first() if isinstance(named, int) else rows.filter(name=named).first()
    if row is None:
        text = _("There is no such team.")
        raise Refusal("team_unknown", text, fields={"team": text})
    return row


def agent_named(named: int | str | None) -> Agent | None:
    """The active agent with this e-mail or id; None for nothing. Raises ``Refusal('owner_unknown')``."""
    if named is None or named == "":
        return None
    rows = Agent.objects.filter(is_active=True)
    row = rows.filter(pk=named).first() if isinstance(named, int) else rows.filter(email=named.strip().lower()).first()
    if row is None:
        text = _("There is no such colleague.")
        raise Refusal("owner_unknown", text, fields={"owner": text})
    return row


def on_duty(*, now: datetime) -> list[Agent]:
    """Who can be reached today: not away, and their team works now or later today; in a stable order."""
    away = Q(is_away=True) & (Q(away_until=None) | Q(away_until__gt=now))
    rows = serving().exclude(away).exclude(role=Role.ADMIN).select_related("photo").order_by("id")
    teams = [team.pk for team in Team.objects.select_related("working_time") if works_today(team, now=now)]
    members = set(Membership.objects.filter(team_id__in=teams).values_list("agent_id", flat=True))
    return [agent for agent in rows if agent.pk in members]


def works_today(team: Team, *, now: datetime) -> bool:
    return working_minutes(now, _midnight_after(now, team), team.working_time) > 0


def _midnight_after(now: datetime, team: Team) -> datetime:
    local = now.astimezone(ZoneInfo(team.working_time.time_zone))
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def face_url(agent: Agent) -> str:
    """Their photo, else the drawn portrait of the demo company (``portrait``: a name in ``ui/people``), else ''."""
    if agent.photo is not None:
        return thumbnail_url(agent.photo) or file_url(agent.photo, use=Use.PICTURE)
    return static(f"ui/people/{agent.portrait}.svg") if agent.portrait else ""


_managers = Compiled(
    lambda: (
        Manager.objects.select_related("agent")
        .filter(Q(customer_id=Given("customer")) | Q(organization_id=Given("organization")))
        .order_by("customer_id")
    )
)


def managers_of(customer: Customer) -> list[Manager]:
    """The customer's own personal manager, then their organization's, as far as there are any; here or not."""
    return _managers(customer=customer.pk, organization=customer.organization_id or 0)


def manager_of(charge: Customer | Organization) -> Manager | None:
    """The one who was named for this very customer, or this organization."""
    rows = Manager.objects.select_related("agent")
    theirs = rows.filter(customer=charge) if isinstance(charge, Customer) else rows.filter(organization=charge)
    return theirs.first()


@known_by
def managers_among(customers: Collection[int], organizations: Collection[int]) -> Managers:
    """Whom the customers' own pages and programs name."""
    rows = Manager.objects.filter(Q(customer_id__in=customers) | Q(organization_id__in=organizations))
    found = rows.values_list("customer_id", "organization_id", "agent_id", "agent__name")
    told = [(customer, organization, Accompanying(id=pk, name=name)) for customer, organization, pk, name in found]
    return Managers(
        customers={customer: who for customer, _organization, who in told if customer},
        organizations={organization: who for _customer, organization, who in told if organization},
    )


@seen_when
def of_their_charges(actor: Actor) -> Q:
    """A personal manager sees whom they manage, also before the first case."""
    theirs = Manager.objects.filter(agent_id=actor.pk or 0)
    return Q(pk__in=theirs.exclude(customer=None).values("customer_id")) | Q(
        organization_id__in=theirs.exclude(organization=None).values("organization_id")
    )


def manager_kept(person: Person) -> Mapping[str, Any]:
    """Who accompanies them, for what is taken out of a person."""
    name = Manager.objects.filter(customer_id=person.customer_id).values_list("agent__name", flat=True).first()
    return {"personal_manager": name} if name else {}


def agent_names(ids: Collection[int]) -> dict[int, str]:
    """What these agents are called."""
    return dict(Agent.objects.filter(pk__in=ids).values_list("id", "name"))
