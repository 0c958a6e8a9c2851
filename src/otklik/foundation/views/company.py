"""The company as customers see it: its name, hours, address and logo."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.foundation.files.logos import logo, set_logo
from otklik.foundation.forms import CompanyForm, LogoForm
from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import form_page, policy_page
from otklik.foundation.http.staff import actor_of, staff


# ── Company, rules, safety ────────────────────────────────────────────────────────────────
@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def company(request: HttpRequest) -> HttpResponse:
    more = {"template_after": "foundation/logo.html", "logo_form": LogoForm(auto_id="logo_%s"), "logo": logo()}
    return policy_page(
        request,
        CompanyForm,
        "foundation:company",
        _("Company"),
        _("Customers see this in letters and on your pages."),
        **more,
    )


@require_http_methods(["POST"])
@staff("settings.edit")
def company_logo(request: HttpRequest) -> HttpResponse:
    """A new logo, or none."""
    form = LogoForm(request.POST, request.FILES)

    def act(cleaned: dict[str, Any]) -> None:
        set_logo(content=cleaned["logo"].read() if cleaned["logo"] else b"", actor=actor_of(request))

    return form_page(request, form, "foundation:company", _("Logo"), act)
