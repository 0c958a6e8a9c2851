"""Templates: texts and changes prepared for the cases of a team."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.cases.actions import restore_macro, save_macro
from otklik.cases.forms.settings import MacroForm
from otklik.cases.labels import PRIORITIES
from otklik.cases.macros import example_for, fill, unknown_in
from otklik.cases.models import Macro, MacroVersion
from otklik.foundation.database.alphabet import ByName, spelled
from otklik.foundation.errors import Refusal
from otklik.foundation.http import versions as versions_page
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, attempt, is_part, shown
from otklik.foundation.http.setting_pages import NAME, Row, form_page, list_page, one, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.http.versions import MOST_SHOWN
from otklik.standards.kinds import KINDS

_TEAM = Column(name="team", label=gettext_lazy("Team"))


@require_GET
@staff("macros.edit")
def macros(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.title,
            url=reverse("cases:macro-edit", args=[row.pk]),
            about=row.team.name if row.team else _("For all"),
            badge="" if row.is_active else _("Switched off"),
            is_off=not row.is_active,
            by={"team": spelled(row.team.name) if row.team else ""},
        )
        for row in Macro.objects.select_related("team").order_by(ByName("title"))
    ]
    return list_page(request, "cases:macros", _("Templates"), rows, (NAME, _TEAM), new=reverse("cases:macro-new"))


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
        plain = {name: cleaned[name] for name in ("title", "text", "team", "is_active", "change_note")}
        save_macro(**plain, macro=row, actions=form.actions(), actor=actor_of(request))

    about = _("Words in double braces are filled in: {{ customer.first_name }}, {{ case.number }}, {{ agent.name }}.")
    after = {
        "template_after": "cases/macro_after.html",
        "macro": row,
        **_filled(request, str(form["text"].value() or "")),
    }
    title = row.title if row else _("New template")
    return form_page(request, form, "cases:macros", title, act, about=about, **after)


# ── How it will read ──────────────────────────────────────────────────────────────────────
def _filled(request: HttpRequest, text: str) -> dict[str, Any]:
    return {"filled": fill(text, example_for(actor_of(request))), "unknown": unknown_in(text)}


@require_POST
@staff("macros.edit")
def preview(request: HttpRequest) -> HttpResponse:
    """What is being typed with the words of the newest case put in: a part for htmx, else a page."""
    part = _filled(request, request.POST.get("text", "").replace("\r\n", "\n"))
    if is_part(request):
        return shown(request, "cases/macro_filled.html", part)
    title = request.POST.get("title", "") or _("New template")
    return settings_page(request, "cases/macro_preview.html", "cases:macros", title=title, **part)


# ── Versions ──────────────────────────────────────────────────────────────────────────────
@require_GET
@staff("macros.edit")
def versions(request: HttpRequest, macro_id: int) -> HttpResponse:
    """Every version; ``?from=1&to=3`` compares two of them, else the newest with the one before."""
    row = _macro(macro_id)
    all_of_it = list(row.versions.select_related("author", "team").order_by("-number")[:MOST_SHOWN])
    rows = [
        versions_page.Row(
            version=one, back=reverse("cases:macro-restore", args=[row.pk, one.number]) if place else "",
            badge="" if place else _("Now"), tone="" if place else "satisfied",
        )
        for place, one in enumerate(all_of_it)
    ]  # fmt: skip
    part = versions_page.versions_part(request, rows, parts=_parts, before=_before)
    return settings_page(request, "cases/macro_versions.html", "cases:macros", title=row.title, macro=row, **part)


@require_POST
@staff("macros.edit")
def back_to(request: HttpRequest, macro_id: int, number: int) -> HttpResponse:
    """The words of this version hold again."""
    version = _macro(macro_id).versions.filter(number=number).first()
    if version is None:
        raise Refusal("not_found", _("This is no longer here."))
    told = _("The template says again what it said in version %(number)s.") % {"number": number}
    attempt(request, lambda: restore_macro(version=version, actor=actor_of(request)), told)
    return redirect("cases:macro-versions", macro_id)


def _macro(macro_id: int) -> Macro:
    row = one(Macro, macro_id)
    assert row is not None, "a number was given"
    return row


def _before(version: MacroVersion) -> MacroVersion | None:
    return MacroVersion.objects.filter(macro_id=version.macro_id, number=version.number - 1).first()


def _parts(version: MacroVersion) -> versions_page.Parts:
    actions = version.actions
    does = [
        f"{_('Adds tags')}: {', '.join(actions['tags'])}" if actions.get("tags") else "",
        f"{_('Sets the kind')}: {KINDS[actions['kind']].text}" if actions.get("kind") in KINDS else "",
        f"{_('Sets the priority')}: {PRIORITIES[actions['priority']].text}" if actions.get("priority") else "",
        str(_("Marks the case as solved")) if actions.get("solve") else "",
    ]
    return (
        (_("Title"), version.title),
        (_("Text"), version.text),
        (_("For which team"), version.team.name if version.team else _("For all")),
        (_("What it does"), "\n".join(filter(None, does))),
        (_("Can be used"), _("Yes") if version.is_active else _("No")),
    )
