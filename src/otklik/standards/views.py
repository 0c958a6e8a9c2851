"""Service standards: why we serve so, what the customer should feel, and by when."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import Row, form_page, list_page, one
from otklik.foundation.http.staff import actor_of, staff
from otklik.standards.actions import set_standard
from otklik.standards.forms import StandardForm
from otklik.standards.kinds import KINDS
from otklik.standards.models import Standard


# ── Standards, prepared texts, own fields ─────────────────────────────────────────────────
@require_GET
@staff("standards.edit")
def standards(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("standards:standard-edit", args=[row.pk]),
            about=str(KINDS[row.case_kind].text) if row.case_kind else _("Any kind of case"),
            badge=_("Holds when no other does") if row.is_default else "",
        )
        for row in Standard.objects.order_by("name")
    ]
    about = _("Why we serve so, what the customer should feel, and by when: deadlines follow from it.")
    return list_page(
        request, "standards:standards", _("Service standards"), rows, about=about, new=reverse("standards:standard-new")
    )


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

    if row is None:
        return form_page(request, form, "standards:standards", _("New standard"), act)
    after = {"template_after": "standards/after.html", "standard": row}
    return form_page(request, form, "standards:standards", row.name, act, **after)
