"""People at the desk: invited, changed, let go; and tokens for programs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.cases.actions import let_agent_go
from otklik.cases.models import Case
from otklik.desk.forms.house import AgentForm, LetGoForm, NewAgentForm, TokenForm
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.pages import do, done
from otklik.desk.views.settings import GET_OR_POST, Row, form_page, list_page, one, settings_page
from otklik.foundation.errors import Refusal
from otklik.team.actions import create_agent, create_token, edit_agent, invite_agent, revoke_token
from otklik.team.login import invitation_url
from otklik.team.models import Agent, ApiToken
from otklik.team.photos import keep_photo

_ROLES = dict(NewAgentForm.base_fields["role"].choices)  # type: ignore[attr-defined]  # a choice field has them


@require_GET
@staff("team.edit")
def agents(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("desk:agent-edit", args=[row.pk]),
            about=f"{row.email}, {_ROLES[row.role]}",
            badge=_("Away") if row.is_away and row.is_active else "" if row.is_active else _("No longer works here"),
        )
        for row in Agent.objects.order_by("-is_active", "name", "id")
    ]
    return list_page(request, "agents", _("People at the desk"), rows, new=reverse("desk:agent-new"))


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def new_agent(request: HttpRequest) -> HttpResponse:
    """Create somebody; they get a letter, and the admin sees the same link once."""
    form = NewAgentForm(request.POST or None, initial={"sight": "team"})
    made: list[Agent] = []
    if request.method == "POST" and do(form, lambda cleaned: made.append(_create(request, cleaned))):
        return _invited(request, made[0])
    context = {"form": form, "title": _("New person at the desk"), "back": reverse("desk:agents"), "about": ""}
    return settings_page(request, "desk/settings_form.html", "agents", **context)


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
        "back": reverse("desk:agents"),
    }  # fmt: skip
    return settings_page(request, "desk/settings_once.html", "agents", **context)


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def agent(request: HttpRequest, agent_id: int) -> HttpResponse:
    row = _agent(agent_id)
    form = AgentForm(request.POST or None, request.FILES or None, agent=row)

    def act(cleaned: dict[str, Any]) -> None:
        changes = {name: cleaned[name] for name in ("name", "role", "sight", "deputy", "skills")}
        if cleaned["photo"]:
            changes["photo"] = keep_photo(cleaned["photo"].read())
        edit_agent(agent=row, actor=actor_of(request), changes=changes)

    extra = {"agent": row, "template_after": "desk/agent_after.html"}
    return form_page(request, form, "agents", row.name, act, about=row.email, **extra)


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
    return done(request, _("%(name)s works here again.") % {"name": row.name}, "desk:agent-edit", row.pk)


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def let_go(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Close the door for somebody; their unfinished cases get a new owner in the same step."""
    row = _agent(agent_id)
    form = LetGoForm(request.POST or None, agent=row)
    moved: list[int] = []
    if request.method == "POST" and do(
        form, lambda cleaned: moved.append(let_agent_go(agent=row, to=cleaned["to"], actor=actor_of(request)))
    ):
        text = ngettext("%(count)d case has a new owner.", "%(count)d cases have a new owner.", moved[0])
        return done(request, text % {"count": moved[0]}, "desk:agents")
    left = Case.objects.filter(owner=row, state__in=[Case.State.OPEN, Case.State.SOLVED]).count()
    about = ngettext("%(count)d unfinished case is theirs.", "%(count)d unfinished cases are theirs.", left) % {
        "count": left
    }
    context = {
        "form": form,
        "title": _("%(name)s leaves") % {"name": row.name},
        "back": reverse("desk:agent-edit", args=[row.pk]),
    }
    return settings_page(request, "desk/settings_form.html", "agents", **context, about=about)


def _agent(agent_id: int) -> Agent:
    row = one(Agent, agent_id)
    assert row is not None  # one() refuses
    return row


@require_GET
@staff("team.edit")
def tokens(request: HttpRequest) -> HttpResponse:
    rows = ApiToken.objects.select_related("agent").order_by("revoked_at", "-id")[:200]
    context = {"tokens": rows, "form": TokenForm(initial={"agent": actor_of(request).pk}), "title": _("API tokens")}
    return settings_page(request, "desk/settings_tokens.html", "tokens", **context)


@require_POST
@staff("team.edit")
def new_token(request: HttpRequest) -> HttpResponse:
    """Shown once; only its hash is kept."""
    form = TokenForm(request.POST)
    made: list[str] = []
    if do(
        form,
        lambda cleaned: made.append(
            create_token(agent=cleaned["agent"], name=cleaned["name"], actor=actor_of(request))
        ),
    ):
        words = _("Copy it now: it is shown only once, and we keep only its fingerprint.")
        context = {"title": _("New API token"), "words": words, "secret": made[0], "back": reverse("desk:tokens")}
        return settings_page(request, "desk/settings_once.html", "tokens", **context)
    rows = ApiToken.objects.select_related("agent").order_by("revoked_at", "-id")[:200]
    return settings_page(request, "desk/settings_tokens.html", "tokens", tokens=rows, form=form, title=_("API tokens"))


@require_POST
@staff("team.edit")
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    row = ApiToken.objects.filter(pk=token_id).first()
    if row is None:
        raise Refusal("not_found", _("This is no longer here."))
    revoke_token(token=row, actor=actor_of(request))
    return done(request, _("The token no longer opens anything."), "desk:tokens")
