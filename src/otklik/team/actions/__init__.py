"""The only writer of agents, teams and tokens."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import SYSTEM, Actor, ActorKind, Role, Sight, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.team.events import (
    AgentCame,
    AgentCameBack,
    AgentChanged,
    AgentEndedDay,
    AgentInvited,
    AgentJoined,
    AgentWentAway,
    InvitationFailed,
    TeamChanged,
    TokenCreated,
    TokenRevoked,
    WorkingTimeChanged,
)
from otklik.team.faces import picture_of
from otklik.team.models import Agent, ApiToken, Membership, Team, WorkingTime
from otklik.team.public_days import country_codes
from otklik.team.queries import (
    agent_by_id,
    faces,
    first_team,
    had_anybody,
    here_in,
    team_by_id,
    team_ids_of,
    team_names,
)  # fmt: skip
from otklik.team.working_time import ALWAYS, is_in_order

_EDITABLE = {
    "name", "role", "sight", "photo", "portrait", "signature", "language", "time_zone", "writes_markdown", "skills",
    "most_open", "is_active", "deputy",
}  # fmt: skip
_DAYS = 7
_TOKEN_USE_NOTED_EVERY = timedelta(minutes=1)
_OWN = {"name", "photo", "signature", "language", "time_zone", "writes_markdown", "deputy"}


def _forget() -> None:
    """What is remembered of people and teams no longer holds."""
    for known in (
        agent_by_id,
        faces,
        first_team,
        had_anybody,
        here_in,
        picture_of,
        team_by_id,
        team_ids_of,
        team_names,
    ):
        known.forget()


@once_more_if_taken
@transaction.atomic
def create_agent(
    *,
    email: str,
    name: str,
    actor: Actor = SYSTEM,
    role: str = Role.AGENT,
    sight: str | None = None,
    password: str | None = None,
) -> tuple[Agent, bool]:
    """An agent and whether they are new; a known e-mail is left exactly as it is. They join the first team.

    Whoever chose a ``password`` is here; an invited agent owns nothing before they have come (``note_coming``).
    """
    require(actor, "team.edit")
    email = email.strip().lower()
    known = Agent.objects.filter(email=email).first()
    if known is not None:
        return known, False
    _check_new(email, name, role)
    seen = sight or (Sight.TEAM if role == Role.AGENT else Sight.ALL)
    came_at = timezone.now() if password else None
    agent = Agent.objects.create_user(email, password, name=name.strip(), role=role, sight=seen, came_at=came_at)
    _forget()
    EmailAddress.objects.create(user=agent, email=email, verified=True, primary=True)  # else no second factor
    join_team(agent=agent, team=ensure_first_team(), actor=actor, is_lead=role != Role.AGENT)
    announce(AgentJoined(agent_id=agent.pk), actor=actor)
    return agent, True


def _check_new(email: str, name: str, role: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        text = _("This does not look like an e-mail address, for example ivan@mail.example.")
        raise Refusal("email_invalid", text, fields={"email": text}) from error
    if not name.strip():
        text = _("A name is missing: customers are told who accompanies them.")
        raise Refusal("name_missing", text, fields={"name": text})
    if role not in {one.value for one in Role}:
        raise Refusal("role_unknown", _("The role must be agent, lead or admin."), fields={"role": role})


def ensure_first_team() -> Team:
    """The team that takes what no inbox assigns; made at the first start, working round the clock."""
    team = Team.objects.order_by("-is_first", "id").first()
    if team is not None:
        return team
    calendar, _new = WorkingTime.objects.get_or_create(name="24/7", defaults={"week": ALWAYS})
    return Team.objects.get_or_create(is_first=True, defaults={"name": _("Service"), "working_time": calendar})[0]


@once_more_if_taken
@transaction.atomic
def found_team(*, name: str, working_time: WorkingTime, actor: Actor) -> Team:
    """Raises ``Refusal('name_missing' | 'name_taken')``."""
    require(actor, "team.edit")
    _check_team_name(name, None)
    is_first = not Team.objects.filter(is_first=True).exists()
    team = Team.objects.create(name=name.strip(), working_time=working_time, is_first=is_first)
    _forget()
    announce(TeamChanged(team_id=team.pk, fields=["name", "working_time"]), actor=actor)
    return team


@once_more_if_taken
@transaction.atomic
def edit_team(*, team: Team, name: str, working_time: WorkingTime, is_first: bool, actor: Actor) -> Team:
    """Change a team; a new first team takes the place of the old one. Raises ``Refusal('first_team_needed')`` too."""
    require(actor, "team.edit")
    _check_team_name(name, team)
    if team.is_first and not is_first:
        text = _("One team must take what no inbox assigns. Choose another team as the first.")
        raise Refusal("first_team_needed", text, fields={"is_first": text})
    values = {"name": name.strip(), "working_time": working_time, "is_first": is_first}
    changed = [field for field, value in values.items() if getattr(team, field) != value]
    if not changed:
        return team
    if is_first:
        Team.objects.filter(is_first=True).exclude(pk=team.pk).update(is_first=False)
    for field in changed:
        setattr(team, field, values[field])
    team.save(update_fields=changed)
    _forget()
    announce(TeamChanged(team_id=team.pk, fields=changed), actor=actor)
    return team


def _check_team_name(name: str, team: Team | None) -> None:
    if not name.strip():
        raise Refusal("name_missing", _("Give the team a name."), fields={"name": _("A name is missing.")})
    if Team.objects.filter(name=name.strip()).exclude(pk=team.pk if team else 0).exists():
        text = _("There is already a team with this name.")
        raise Refusal("name_taken", text, fields={"name": text})


@once_more_if_taken
@transaction.atomic
def set_working_time(
    *,
    name: str,
    time_zone: str,
    week: list[list[list[str]]],
    actor: Actor,
    exceptions: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
    country: str = "",
    calendar: WorkingTime | None = None,
) -> WorkingTime:
    """Make a calendar, or change the given one or the one of this name; intervals in order, not overlapping.

    ``names``: what days of ``exceptions`` are called. ``country``: whose holidays and moved days hold; '' for none.
    Raises ``Refusal('name_missing' | 'name_taken' | 'week_invalid' | 'country_unknown')``.
    """
    require(actor, "team.edit")
    name, own = name.strip(), dict(exceptions or {})
    _check_working_time(name, week, own, country)
    calendar = calendar or WorkingTime.objects.filter(name=name).first() or WorkingTime(week=[])
    if WorkingTime.objects.filter(name=name).exclude(pk=calendar.pk).exists():
        text = _("There is already a calendar with this name.")
        raise Refusal("name_taken", text, fields={"name": text})
    called = {day: words for day, words in (names or {}).items() if day in own and words}
    values = {
        "name": name, "time_zone": time_zone, "week": week, "exceptions": own, "names": called, "country": country,
    }  # fmt: skip
    changed = [field for field, value in values.items() if getattr(calendar, field) != value]
    for field in changed:
        setattr(calendar, field, values[field])
    calendar.save()
    if changed:
        _forget()
        announce(WorkingTimeChanged(working_time_id=calendar.pk, fields=changed), actor=actor)
    return calendar


def _check_working_time(name: str, week: list[list[list[str]]], exceptions: Mapping[str, Any], country: str) -> None:
    if not name:
        text = _("Give the calendar a name.")
        raise Refusal("name_missing", text, fields={"name": text})
    if len(week) != _DAYS or not all(map(is_in_order, [*week, *exceptions.values()])):
        raise Refusal("week_invalid", _("Each interval must end after it begins, for seven days."))
    if country and country not in country_codes():
        text = _("The holidays of this country are not known.")
        raise Refusal("country_unknown", text, fields={"country": text})


@transaction.atomic
def join_team(*, agent: Agent, team: Team, actor: Actor, is_lead: bool = False) -> None:
    require(actor, "team.edit")
    known = Membership.objects.filter(agent=agent, team=team).first()
    if known is not None and known.is_lead == is_lead:
        return
    Membership.objects.update_or_create(agent=agent, team=team, defaults={"is_lead": is_lead})
    _forget()
    announce(TeamChanged(team_id=team.pk, fields=["members"], agent_id=agent.pk), actor=actor)


@transaction.atomic
def leave_team(*, agent: Agent, team: Team, actor: Actor) -> None:
    require(actor, "team.edit")
    if Membership.objects.filter(agent=agent, team=team).delete()[0]:
        _forget()
        announce(TeamChanged(team_id=team.pk, fields=["members"], agent_id=agent.pk), actor=actor)


@transaction.atomic
def invite_agent(*, agent: Agent, actor: Actor) -> None:
    """Ask for the letter with a link to choose a password; a worker sends it, and a report of its failure names it."""
    require(actor, "team.edit")
    agent.invitation_id = f"invitation.{secrets.token_hex(12)}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}"
    Agent.objects.filter(pk=agent.pk).update(invitation_id=agent.invitation_id)
    announce(AgentInvited(agent_id=agent.pk), actor=actor)


@transaction.atomic
def note_invitation(*, agent: Agent, problem: str) -> None:
    """Keep what became of the letter with the link ('': it left); the admins hear of a new problem."""
    changed = Agent.objects.filter(pk=agent.pk).exclude(invitation_problem=problem).update(invitation_problem=problem)
    if changed and problem:
        letter = agent.invitation_id.removeprefix("invitation.")[:12]
        announce(InvitationFailed(agent_id=agent.pk, problem=problem, letter=letter), actor=SYSTEM)


@in_one
def note_bounced_invitation(*, message_ids: Collection[str]) -> bool:
    """A report says that one of these letters did not arrive; whether it was an agent's invitation, the last one."""
    agent = Agent.objects.filter(invitation_id__in=message_ids).exclude(invitation_id="").first()
    if agent is None:
        return False
    note_invitation(agent=agent, problem=Agent.InvitationProblem.BOUNCED)
    return True


@transaction.atomic
def note_coming(*, agent: Agent) -> None:
    """An agent has logged in; the first time they begin to serve, and what was wrong with the invitation is over."""
    first = Agent.objects.filter(pk=agent.pk, came_at=None).update(came_at=timezone.now(), invitation_problem="")
    if first:
        _forget()
        announce(AgentCame(agent_id=agent.pk), actor=SYSTEM)


@transaction.atomic
def edit_agent(*, agent: Agent, actor: Actor, changes: Mapping[str, Any]) -> Agent:
    """Change an agent; everyone may change their own name, photo, signature, language, time zone, deputy and
    the way they write."""
    is_self = actor.kind is ActorKind.AGENT and actor.pk == agent.pk
    if not (is_self and set(changes) <= _OWN):
        require(actor, "team.edit")
    if "name" in changes:
        changes = {**changes, "name": str(changes["name"]).strip()}
    changed = sorted(field for field in changes if field in _EDITABLE and getattr(agent, field) != changes[field])
    if not changed:
        return agent
    _check_changes(agent, {field: changes[field] for field in changed})
    for field in changed:
        setattr(agent, field, changes[field])
    agent.save(update_fields=changed)
    _forget()
    announce(AgentChanged(agent_id=agent.pk, fields=changed), actor=actor)
    return agent


def _check_changes(agent: Agent, changes: Mapping[str, Any]) -> None:
    """Raises ``Refusal('name_missing' | 'deputy_is_self' | 'last_admin')``."""
    if "name" in changes and not changes["name"]:
        text = _("A name is missing: customers are told who accompanies them.")
        raise Refusal("name_missing", text, fields={"name": text})
    deputy = changes.get("deputy")
    if deputy is not None and deputy.pk == agent.pk:
        text = _("Choose a colleague as deputy.")
        raise Refusal("deputy_is_self", text, fields={"deputy": text})
    steps_down = changes.get("role", agent.role) != Role.ADMIN or not changes.get("is_active", agent.is_active)
    if agent.role == Role.ADMIN and agent.is_active and steps_down:
        admins = Agent.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk")
        if not any(one.pk != agent.pk for one in admins):
            text = _("Somebody must be able to change settings: name another admin first.")
            raise Refusal("last_admin", text, fields={"role": text})


@transaction.atomic
def go_away(
    *,
    agent: Agent,
    actor: Actor,
    until: datetime | None = None,
    deputy: Agent | None = None,
    is_day_over: bool = False,
) -> None:
    """From now on the deputy answers; owners stay owners. ``until`` None: until they say that they are back.

    Raises ``Refusal('not_allowed' | 'deputy_is_self' | 'until_invalid')``.
    """
    if actor.pk != agent.pk:
        require(actor, "team.edit")
    _check_changes(agent, {"deputy": deputy})
    if until is not None and until <= timezone.now():
        text = _("Choose a moment in the future.")
        raise Refusal("until_invalid", text, fields={"until": text})
    agent.is_away, agent.away_until, agent.deputy = True, until, deputy or agent.deputy
    agent.day_ended, agent.pause_until = is_day_over, None
    agent.save(update_fields=["is_away", "away_until", "deputy", "day_ended", "pause_until"])
    _forget()
    kind = AgentEndedDay if is_day_over else AgentWentAway
    announce(kind(agent_id=agent.pk, deputy_id=agent.deputy_id), actor=actor)


@transaction.atomic
def come_back(*, agent: Agent, actor: Actor) -> None:
    """From a pause, from being away, after the end of a day."""
    if actor.pk != agent.pk:
        require(actor, "team.edit")
    elsewhere = Agent.objects.filter(Q(is_away=True) | Q(pause_until__isnull=False), pk=agent.pk)
    if elsewhere.update(is_away=False, away_until=None, day_ended=False, pause_until=None):
        agent.is_away, agent.away_until, agent.day_ended, agent.pause_until = False, None, False, None
        _forget()
        announce(AgentCameBack(agent_id=agent.pk), actor=actor)


@transaction.atomic
def create_token(*, agent: Agent, actor: Actor, name: str = "") -> str:
    """A new token in clear; it is shown once and only its hash is kept."""
    if actor.pk != agent.pk:
        require(actor, "team.edit")
    token = f"otk_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(agent=agent, name=name, digest=hashlib.sha256(token.encode()).hexdigest())
    announce(TokenCreated(agent_id=agent.pk, token_id=row.pk), actor=actor)
    return token


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: Actor) -> None:
    if actor.pk != token.agent_id:
        require(actor, "team.edit")
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        announce(TokenRevoked(agent_id=token.agent_id, token_id=token.pk), actor=actor)


def note_token_use(*, token: ApiToken) -> None:
    """Remember when a token was last used, to the minute; who acts through a program has come."""
    if token.agent.came_at is None:
        note_coming(agent=token.agent)
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > _TOKEN_USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
