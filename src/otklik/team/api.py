"""Who calls the API: a token stands for an agent, and for what they may see and do."""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from ninja.security import HttpBearer
from pydantic import BaseModel, Field

from otklik.customers.models import Customer, Organization
from otklik.customers.queries import living_customer, organization_in_sight
from otklik.foundation.actors import Actor
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.errors import Refusal
from otklik.foundation.http.rates import Rate, spend
from otklik.foundation.http.responses import Moment, Problem, Text, actor_of, respond
from otklik.team.actions import come_back, go_away, note_token_use
from otklik.team.actions.managers import name_manager
from otklik.team.actions.presence import end_day, take_pause
from otklik.team.models import Agent, WorkingTime
from otklik.team.queries import actor_for, agent_named, colleagues, token_in_force

REMEMBERED_SECONDS = 5
"""How long a process believes a token without asking: a revoked one is refused after at most so long."""
_MOST_REMEMBERED = 5_000


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The agent for whom a program speaks; ``scope`` names the token without giving it away."""

    actor: Actor
    scope: str
    believed_until: float


_remembered: dict[str, Caller] = {}


def caller_of(token: str) -> Caller | None:
    """Who calls with this token; None for one that is unknown, revoked, or of somebody who no longer works here."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    known = _remembered.get(digest)
    if known is not None and known.believed_until > time.monotonic():
        return known
    row = token_in_force(digest)
    if row is None:
        _remembered.pop(digest, None)
        return None
    note_token_use(token=row)
    if len(_remembered) > _MOST_REMEMBERED:
        _remembered.clear()
    until = time.monotonic() + REMEMBERED_SECONDS
    caller = Caller(actor=actor_for(row.agent), scope=f"token:{row.pk}", believed_until=until)
    _remembered[digest] = caller
    return caller


class BearerToken(HttpBearer):
    """``Authorization: Bearer TOKEN``, and the count of calls in the minute."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        caller = caller_of(token.strip())
        if caller is not None:
            _count(request, caller)
        return caller


def _count(request: HttpRequest, caller: Caller) -> None:
    rate: Rate = spend(caller.scope, settings.API_CALLS_PER_MINUTE)
    request.rate = rate  # type: ignore[attr-defined]  # read by foundation.http.edge.ApiDoor
    if rate.is_exceeded:
        raise Refusal("too_many_requests", _("Too many calls. Wait %(seconds)d s.") % {"seconds": rate.reset})


class Me(BaseModel):
    """The agent whose token this is."""

    id: int
    name: str = Field(examples=["Анна Смирнова"])
    email: str = Field(examples=["anna@gorizont.example"])
    role: str = Field(examples=["agent"])
    sight: str = Field(examples=["team"])


class AgentOut(BaseModel):
    """Somebody to whom a case may be handed."""

    id: int
    name: str
    email: str
    is_away: bool
    presence: Agent.Presence = Field(
        description="In a pause no new customers come to them; while away their deputy answers."
    )
    back_at: datetime | None = Field(description="When a pause or an absence ends, as far as it is known.")
    deputy_id: int | None


class Agents(BaseModel):
    items: list[AgentOut]
    next: str | None = None


router = Router(tags=["Agents"])


class AccompanyingOut(BaseModel):
    """A colleague to whom new matters come first, unless they are away."""

    id: int
    name: str = Field(examples=["Анна Смирнова"])


class PresenceIn(BaseModel):
    presence: Literal["working", "pause", "away", "day_ended"]
    minutes: int = Field(15, description="How long a pause is: 1 to 60.")
    until: Moment | None = Field(None, description="When they are back from being away; null: not known.")
    deputy: int | Text | None = Field(None, description="E-mail or id of who answers meanwhile; null: as before.")


class ManagerIn(BaseModel):
    agent: int | Text | None = Field(
        examples=["anna@gorizont.example"], description="E-mail or id of the agent; null: nobody."
    )


class ManagerNow(BaseModel):
    """Who accompanies; null: nobody."""

    manager: AccompanyingOut | None


class CalendarOut(BaseModel):
    """When teams work."""

    id: int
    name: str
    time_zone: str = Field(examples=["Europe/Moscow"])
    week: list[list[tuple[str, str]]] = Field(description="Seven days, Monday first: intervals that are worked.")
    exceptions: dict[str, list[tuple[str, str]]] = Field(description="ISO date → intervals of that very day.")
    names: dict[str, str] = Field(description="What days among the exceptions are called.")
    country: str = Field(description="Whose holidays and moved days hold; '' for none.")
    teams: list[str] = Field(description="The teams that work by it.")


class Calendars(BaseModel):
    items: list[CalendarOut]
    next: str | None = None


@router.get("/me", response=Me, summary="Who am I")
def me(request: HttpRequest) -> HttpResponse:
    """The agent whose token this is; a cheap way to test a token."""
    agent = Agent.objects.get(pk=actor_of(request).agent_id)
    return respond(Me(id=agent.pk, name=agent.name, email=agent.email, role=agent.role, sight=agent.sight))


@router.post("/me/presence", response={200: AgentOut, 422: Problem}, summary="Say whether I am here")
def set_presence(request: HttpRequest, data: PresenceIn) -> HttpResponse:
    """A short pause, the end of the day, away until a moment, or back."""
    actor = actor_of(request)
    agent, deputy = Agent.objects.get(pk=actor.agent_id), agent_named(data.deputy)
    match data.presence:
        case "pause":
            take_pause(agent=agent, actor=actor, minutes=data.minutes)
        case "away":
            go_away(agent=agent, actor=actor, until=data.until, deputy=deputy)
        case "day_ended":
            end_day(agent=agent, actor=actor, deputy=deputy)
        case "working":
            come_back(agent=agent, actor=actor)
    return respond(_agent_out(agent, timezone.now()))


@router.get("/agents", response=Agents, summary="List agents")
def agents(request: HttpRequest) -> HttpResponse:
    """Everybody who serves customers, by name: possible owners of a case."""
    now = timezone.now()
    return respond(Agents(items=[_agent_out(row, now) for row in colleagues(actor_of(request))]))


def _agent_out(row: Agent, now: datetime) -> AgentOut:
    presence = row.presence(now)
    back_at = row.pause_until if presence is Agent.Presence.PAUSE else row.away_until
    return AgentOut(
        id=row.pk,
        name=row.name,
        email=row.email,
        is_away=row.is_away,
        presence=presence,
        back_at=None if presence is Agent.Presence.WORKING else back_at,
        deputy_id=row.deputy_id,
    )


@router.post(
    "/customers/{int:pk}/manager",
    response={200: ManagerNow, 403: Problem, 404: Problem, 422: Problem},
    summary="Name a customer's personal manager",
)
def set_customers_manager(request: HttpRequest, pk: int, data: ManagerIn) -> HttpResponse:
    """New cases come to them, unless somebody who is here served the customer last. 422 `manager_unfit`."""
    return _name(request, living_customer(pk, actor=actor_of(request)), data)


@router.post(
    "/organizations/{int:pk}/manager",
    response={200: ManagerNow, 403: Problem, 404: Problem, 422: Problem},
    summary="Name an organization's personal manager",
)
def set_organizations_manager(request: HttpRequest, pk: int, data: ManagerIn) -> HttpResponse:
    """Of all its people who have no manager of their own. 422 `manager_unfit`."""
    return _name(request, organization_in_sight(pk), data)


def _name(request: HttpRequest, charge: Customer | Organization, data: ManagerIn) -> HttpResponse:
    agent = agent_named(data.agent)
    name_manager(charge=charge, agent=agent, actor=actor_of(request))
    return respond(ManagerNow(manager=AccompanyingOut(id=agent.pk, name=agent.name) if agent else None))


@router.get("/calendars", response=Calendars, summary="List working times")
def list_calendars(request: HttpRequest) -> HttpResponse:
    """When each team works: by these hours promises are counted."""
    rows = WorkingTime.objects.prefetch_related("team_set").order_by(ByName(), "id")
    shown = [
        CalendarOut(
            id=row.pk,
            name=row.name,
            time_zone=row.time_zone,
            week=row.week,
            exceptions=row.exceptions,
            names=row.names,
            country=row.country,
            teams=sorted(team.name for team in row.team_set.all()),
        )
        for row in rows
    ]
    return respond(Calendars(items=shown))
