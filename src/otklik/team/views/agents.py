"""People at the desk: invited, changed, let go; and tokens for programs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, do, done
from otklik.foundation.http.setting_pages import Row, form_page, list_page, one, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.team.actions import create_agent, edit_agent, invite_agent
from otklik.team.forms.people import AgentForm, NewAgentForm
from otklik.team.login import invitation_url
from otklik.team.models import Agent
from otklik.team.photos import keep_photo

INVITATION_PROBLEMS = {
    Agent.InvitationProblem.REFUSED: gettext_lazy("The invitation was refused: look at the address"),
    Agent.InvitationProblem.NOT_SENT: gettext_lazy("The invitation could not be sent yet, we keep trying"),
    Agent.InvitationProblem.BOUNCED: gettext_lazy("The invitation came back: look at the address"),
}
_ROLES = dict(NewAgentForm.base_fields["role"].choices)  # type: ignore[attr-defined]  # a choice field has them


@require_GET
@staff("team.edit")
def agents(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("team:agent-edit", args=[row.pk]),
            about=f"{row.email}, {_ROLES[row.role]}",
            badge=_badge(row),
            tone="late" if row.is_active and row.invitation_problem else "",
        )
        for row in Agent.objects.order_by("-is_active", "name", "id")
    ]
    return list_page(request, "team:agents", _("People at the desk"), rows, new=reverse("team:agent-new"))


def _badge(row: Agent) -> str:
    if not row.is_active:
        return _("No longer works here")
    if row.invitation_problem:
        return str(INVITATION_PROBLEMS[Agent.InvitationProblem(row.invitation_problem)])
    if row.came_at is None:
        return _("Invited, has not come yet")
    return _("Away") if row.is_away else ""


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def new_agent(request: HttpRequest) -> HttpResponse:
    """Create somebody; they get a letter, and the admin sees the same link once."""
    form = NewAgentForm(request.POST or None, initial={"sight": "team"})
    made: list[Agent] = []
    if request.method == "POST" and do(form, lambda cleaned: made.append(_create(request, cleaned))):
        return _invited(request, made[0])
    context = {"form": form, "title": _("New person at the desk"), "back": reverse("team:agents"), "about": ""}
    return settings_page(request, "ui/settings_form.html", "team:agents", **context)


def _create(request: HttpRequest, cleaned: dict[str, Any]) -> Agent:
    actor = actor_of(request)
    agent, is_new = create_agent(**cleaned, actor=actor)
    if not is_new:
        text = _("Somebody with this address is already at the desk.")
        raise Refusal("email_taken", text, fields={"email": text})
    invite_agent(agent=agent, actor=actor)
    return agent


def _invited(request: HttpRequest, agent: Agent) -> HttpResponse:
    context = {
        "title": agent.name,
        "words": _("A letter with this link is on its way to %(email)s. It works once, for three days.")
        % {"email": agent.email},
        "secret": invitation_url(agent),
        "back": reverse("team:agents"),
    }  # fmt: skip
    return settings_page(request, "ui/settings_once.html", "team:agents", **context)


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def agent(request: HttpRequest, agent_id: int) -> HttpResponse:
    row = _agent(agent_id)
    form = AgentForm(request.POST or None, request.FILES or None, agent=row)

    def act(cleaned: dict[str, Any]) -> None:
        changes = {name: cleaned[name] for name in ("name", "role", "sight", "deputy", "skills", "most_open")}
        if cleaned["photo"]:
            changes["photo"] = keep_photo(cleaned["photo"].read())
        edit_agent(agent=row, actor=actor_of(request), changes=changes)

    extra = {"agent": row, "template_after": "team/agent_after.html"}
    state = _badge(row)
    about = f"{row.email} · {state}" if state else row.email
    return form_page(request, form, "team:agents", row.name, act, about=about, **extra)


@require_POST
@staff("team.edit")
def invite(request: HttpRequest, agent_id: int) -> HttpResponse:
    """A new link to choose a password."""
    row = _agent(agent_id)
    invite_agent(agent=row, actor=actor_of(request))
    return _invited(request, row)


@require_POST
@staff("team.edit")
def take_back(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Somebody who left works here again."""
    row = _agent(agent_id)
    edit_agent(agent=row, actor=actor_of(request), changes={"is_active": True})
    return done(request, _("%(name)s works here again.") % {"name": row.name}, "team:agent-edit", row.pk)


def _agent(agent_id: int) -> Agent:
    row = one(Agent, agent_id)
    assert row is not None  # one() refuses
    return row
