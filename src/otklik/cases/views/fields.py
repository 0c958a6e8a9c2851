"""Custom fields: what else matters in this company about cases and customers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.cases.actions import save_custom_field
from otklik.cases.forms.settings import CustomFieldForm
from otklik.cases.models import CustomField
from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import Row, form_page, list_page, one
from otklik.foundation.http.staff import actor_of, staff


@require_GET
@staff("settings.edit")
def facts(request: HttpRequest) -> HttpResponse:
    subjects = {"case": _("About cases"), "customer": _("About customers")}
    rows = [
        Row(
            title=row.name,
            url=reverse("cases:fact-edit", args=[row.pk]),
            about=f"{subjects[row.about]}, {row.key}",
            badge="" if row.is_active else _("Not asked"),
        )
        for row in CustomField.objects.order_by("about", "position", "id")
    ]
    about = _("What else matters in your company, for example the number of an order.")
    return list_page(request, "cases:facts", _("Custom fields"), rows, about=about, new=reverse("cases:fact-new"))


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def fact(request: HttpRequest, field_id: int | None = None) -> HttpResponse:
    row = one(CustomField, field_id)
    form = CustomFieldForm(request.POST or None, field=row)

    def act(cleaned: dict[str, Any]) -> None:
        values = {name: value for name, value in cleaned.items() if name not in {"about", "key"}}
        save_custom_field(about=cleaned["about"], key=cleaned["key"], values=values, field=row, actor=actor_of(request))

    return form_page(request, form, "cases:facts", row.name if row else _("New field"), act)
