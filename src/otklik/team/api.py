"""Who calls the API: a token stands for an agent, and for what they may see and do."""

import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.security import HttpBearer
from pydantic import BaseModel, Field

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.http.rates import Rate, spend
from otklik.foundation.http.responses import actor_of, respond
from otklik.team.actions import note_token_use
from otklik.team.models import Agent
from otklik.team.queries import actor_for, colleagues, token_in_force

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


class Agents(BaseModel):
    items: list[AgentOut]
    next: str | None = None


router = Router(tags=["Agents"])


@router.get("/me", response=Me, summary="Who am I")
def me(request: HttpRequest) -> HttpResponse:
    """The agent whose token this is; a cheap way to test a token."""
    agent = Agent.objects.get(pk=actor_of(request).agent_id)
    return respond(Me(id=agent.pk, name=agent.name, email=agent.email, role=agent.role, sight=agent.sight))


@router.get("/agents", response=Agents, summary="List agents")
def agents(request: HttpRequest) -> HttpResponse:
    """Everybody who serves customers, by name: possible owners of a case."""
    rows = colleagues(actor_of(request))
    shown = [AgentOut(id=row.pk, name=row.name, email=row.email, is_away=row.is_away) for row in rows]
    return respond(Agents(items=shown))
