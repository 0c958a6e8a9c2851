"""Settings: lists and forms of one shape; every change goes through an action, which checks the right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.cases.actions import save_custom_field, save_macro
from otklik.cases.models import CustomField, Macro
from otklik.desk import labels
from otklik.desk.forms.base import DeskForm
from otklik.desk.forms.house import (
    CompanyForm,
    CustomFieldForm,
    LogoForm,
    MacroForm,
    PolicyForm,
    RulesForm,
    SafetyForm,
    StandardForm,
    TeamForm,
    WorkingTimeForm,
)
from otklik.desk.sections import open_to
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.pages import do, done, shown
from otklik.foundation.errors import Refusal
from otklik.foundation.logos import logo, set_logo
from otklik.foundation.policies import change_policies, policy
from otklik.knowledge.authoring import articles_about
from otklik.standards.actions import set_standard
from otklik.standards.models import Standard
from otklik.team.actions import edit_team, found_team, join_team, leave_team, set_working_time
from otklik.team.models import Agent, Team, WorkingTime

GET_OR_POST = ["GET", "POST"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a settings list."""

    title: str
    url: str
    about: str = ""
    badge: str = ""
    tone: str = ""


def settings_page(request: HttpRequest, template: str, current: str, **context: Any) -> HttpResponse:
    """A page among the sections that are open to the actor."""
    around = {"section": "settings", "sections": open_to(actor_of(request)), "current": current}
    return shown(request, template, {**around, **context})


def list_page(request: HttpRequest, current: str, title: str, rows: Sequence[Row], **context: Any) -> HttpResponse:
    """``context``: about (a sentence), new (address of the empty form)."""
    shape = {"about": "", "new": "", "title": title, "rows": rows}
    return settings_page(request, "desk/settings_list.html", current, **shape | context)


def form_page(
    request: HttpRequest,
    form: DeskForm,
    current: str,
    title: str,
    act: Callable[[dict[str, Any]], object],
    **context: Any,
) -> HttpResponse:
    """A form in the settings: saved and back to the list of its section, or shown again with what is wrong."""
    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), f"desk:{current}")
    shape = {"about": "", "form": form, "title": title, "back": reverse(f"desk:{current}")}
    return settings_page(request, "desk/settings_form.html", current, **shape | context)


def one[M: (Team, WorkingTime, Standard, Macro, CustomField, Agent)](kind: type[M], pk: int | None) -> M | None:
    """The row to change, None for a new one. Raises ``Refusal('not_found')``."""
    if pk is None:
        return None
    row = kind._default_manager.filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("This is no longer here."))
    return row


@require_GET
@staff()
def settings(request: HttpRequest) -> HttpResponse:
    """The first section that is open to the actor."""
    sections = open_to(actor_of(request))
    if not sections:
        raise Refusal("not_allowed", _("You do not have the right to do this. Ask your lead."))
    return redirect(sections[0].url)


# ── Company, rules, safety ────────────────────────────────────────────────────────────────
def _policies(
    request: HttpRequest, kind: type[PolicyForm], current: str, title: str, about: str = "", **more: Any
) -> HttpResponse:
    initial = {name: policy(name.replace("__", ".")) for name in kind.base_fields}
    form = kind(request.POST or None, initial=initial)

    def act(_cleaned: dict[str, Any]) -> None:
        change_policies(values=form.policies(), actor=actor_of(request))

    return form_page(request, form, current, title, act, about=about, back="", **more)


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def company(request: HttpRequest) -> HttpResponse:
    more = {"template_after": "desk/settings_logo.html", "logo_form": LogoForm(auto_id="logo_%s"), "logo": logo()}
    return _policies(
        request, CompanyForm, "company", _("Company"), _("Customers see this in letters and on your pages."), **more
    )


@require_http_methods(["POST"])
@staff("settings.edit")
def company_logo(request: HttpRequest) -> HttpResponse:
    """A new logo, or none."""
    form = LogoForm(request.POST, request.FILES)

    def act(cleaned: dict[str, Any]) -> None:
        set_logo(content=cleaned["logo"].read() if cleaned["logo"] else b"", actor=actor_of(request))

    return form_page(request, form, "company", _("Logo"), act)


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def rules(request: HttpRequest) -> HttpResponse:
    return _policies(request, RulesForm, "rules", _("Rules"), _("A change holds everywhere within fifteen seconds."))


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def safety(request: HttpRequest) -> HttpResponse:
    return _policies(request, SafetyForm, "safety", _("Safety"))


# ── Teams and working time ────────────────────────────────────────────────────────────────
@require_GET
@staff("team.edit")
def teams(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=team.name,
            url=reverse("desk:team-edit", args=[team.pk]),
            about=team.working_time.name,
            badge=_("Takes what no inbox assigns") if team.is_first else "",
        )
        for team in Team.objects.select_related("working_time").order_by("name")
    ]
    return list_page(request, "teams", _("Teams"), rows, new=reverse("desk:team-new"))


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def team(request: HttpRequest, team_id: int | None = None) -> HttpResponse:
    row = one(Team, team_id)
    form = TeamForm(request.POST or None, initial=_team_initial(row))

    def act(cleaned: dict[str, Any]) -> None:
        actor = actor_of(request)
        made = row or found_team(name=cleaned["name"], working_time=cleaned["working_time"], actor=actor)
        is_first = cleaned["is_first"] or (row is None and made.is_first)
        made = edit_team(
            team=made, name=cleaned["name"], working_time=cleaned["working_time"], is_first=is_first, actor=actor
        )
        chosen = {agent.pk: agent for agent in (*cleaned["members"], *cleaned["leads"])}
        leads = {agent.pk for agent in cleaned["leads"]}
        for agent in Agent.objects.filter(memberships__team=made).exclude(pk__in=chosen):
            leave_team(agent=agent, team=made, actor=actor)
        for pk, agent in chosen.items():
            join_team(agent=agent, team=made, actor=actor, is_lead=pk in leads)

    return form_page(request, form, "teams", row.name if row else _("New team"), act)


def _team_initial(row: Team | None) -> dict[str, Any]:
    if row is None:
        return {}
    members = list(row.memberships.values_list("agent_id", "is_lead"))
    return {
        "name": row.name, "working_time": row.working_time_id, "is_first": row.is_first,
        "members": [pk for pk, _lead in members], "leads": [pk for pk, is_lead in members if is_lead],
    }  # fmt: skip


@require_GET
@staff("team.edit")
def calendars(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(title=row.name, url=reverse("desk:calendar-edit", args=[row.pk]), about=row.time_zone)
        for row in WorkingTime.objects.order_by("name")
    ]
    about = _("Promises count only working minutes of the team that keeps them.")
    return list_page(request, "calendars", _("Working time"), rows, about=about, new=reverse("desk:calendar-new"))


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def calendar(request: HttpRequest, calendar_id: int | None = None) -> HttpResponse:
    row = one(WorkingTime, calendar_id)
    form = WorkingTimeForm(request.POST or None, calendar=row)

    def act(_cleaned: dict[str, Any]) -> None:
        set_working_time(**form.values(), calendar=row, actor=actor_of(request))

    about = _("Hours like 9:00-13:00, 14:00-18:00. An empty day is free.")
    return form_page(request, form, "calendars", row.name if row else _("New calendar"), act, about=about)


# ── Standards, prepared texts, own fields ─────────────────────────────────────────────────
@require_GET
@staff("standards.edit")
def standards(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("desk:standard-edit", args=[row.pk]),
            about=str(labels.KINDS[row.case_kind].text) if row.case_kind else _("Any kind of case"),
            badge=_("Holds when no other does") if row.is_default else "",
        )
        for row in Standard.objects.order_by("name")
    ]
    about = _("Why we serve so, what the customer should feel, and by when: deadlines follow from it.")
    return list_page(request, "standards", _("Service standards"), rows, about=about, new=reverse("desk:standard-new"))


@require_http_methods(GET_OR_POST)
@staff("standards.edit")
def standard(request: HttpRequest, standard_id: int | None = None) -> HttpResponse:
    row = one(Standard, standard_id)
    shown_row = row or Standard()
    form = StandardForm(
        request.POST or None, initial={name: getattr(shown_row, name) for name in StandardForm.base_fields}
    )

    def act(cleaned: dict[str, Any]) -> None:
        values = {name: value for name, value in cleaned.items() if name != "name"}
        set_standard(name=cleaned["name"], values=values, standard=row, actor=actor_of(request))

    title = row.name if row else _("New standard")
    if row is None:
        return form_page(request, form, "standards", title, act)
    after = {"template_after": "desk/standard_after.html", "articles": articles_about(row)}
    return form_page(request, form, "standards", title, act, **after)


@require_GET
@staff("macros.edit")
def macros(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.title,
            url=reverse("desk:macro-edit", args=[row.pk]),
            about=row.team.name if row.team else _("For all"),
            badge="" if row.is_active else _("Switched off"),
        )
        for row in Macro.objects.select_related("team").order_by("title")
    ]
    return list_page(request, "macros", _("Prepared texts"), rows, new=reverse("desk:macro-new"))


@require_http_methods(GET_OR_POST)
@staff("macros.edit")
def macro(request: HttpRequest, macro_id: int | None = None) -> HttpResponse:
    row = one(Macro, macro_id)
    initial = {} if row is None else {
        "title": row.title, "text": row.text, "team": row.team_id, "is_active": row.is_active, **row.actions,
        "tags": ", ".join(row.actions.get("tags", ())),
    }  # fmt: skip
    form = MacroForm(request.POST or None, initial={"is_active": True} | initial)

    def act(cleaned: dict[str, Any]) -> None:
        plain = {name: cleaned[name] for name in ("title", "text", "team", "is_active")}
        save_macro(**plain, macro=row, actions=form.actions(), actor=actor_of(request))

    about = _("Words in double braces are filled in: {{ customer.first_name }}, {{ case.number }}, {{ agent.name }}.")
    return form_page(request, form, "macros", row.title if row else _("New prepared text"), act, about=about)


@require_GET
@staff("settings.edit")
def facts(request: HttpRequest) -> HttpResponse:
    subjects = {"case": _("About cases"), "customer": _("About customers")}
    rows = [
        Row(
            title=row.name,
            url=reverse("desk:fact-edit", args=[row.pk]),
            about=f"{subjects[row.about]}, {row.key}",
            badge="" if row.is_active else _("Not asked"),
        )
        for row in CustomField.objects.order_by("about", "position", "id")
    ]
    about = _("Facts that matter in your company, for example the number of an order.")
    return list_page(request, "facts", _("Own fields"), rows, about=about, new=reverse("desk:fact-new"))


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def fact(request: HttpRequest, field_id: int | None = None) -> HttpResponse:
    row = one(CustomField, field_id)
    form = CustomFieldForm(request.POST or None, field=row)

    def act(cleaned: dict[str, Any]) -> None:
        values = {name: value for name, value in cleaned.items() if name not in {"about", "key"}}
        save_custom_field(about=cleaned["about"], key=cleaned["key"], values=values, field=row, actor=actor_of(request))

    return form_page(request, form, "facts", row.name if row else _("New field"), act)
