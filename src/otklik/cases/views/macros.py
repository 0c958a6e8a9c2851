"""Templates: texts and changes prepared for the cases of a team."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.cases.actions import save_macro
from otklik.cases.forms.settings import MacroForm
from otklik.cases.models import Macro
from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import Row, form_page, list_page, one
from otklik.foundation.http.staff import actor_of, staff


@require_GET
@staff("macros.edit")
def macros(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.title,
            url=reverse("cases:macro-edit", args=[row.pk]),
            about=row.team.name if row.team else _("For all"),
            badge="" if row.is_active else _("Switched off"),
        )
        for row in Macro.objects.select_related("team").order_by("title")
    ]
    return list_page(request, "cases:macros", _("Templates"), rows, new=reverse("cases:macro-new"))


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
    return form_page(request, form, "cases:macros", row.title if row else _("New template"), act, about=about)
