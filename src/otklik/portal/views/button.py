"""The help button for other sites: how it looks, where it may stand, and the line to copy."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.http.forms import LANGUAGES
from otklik.foundation.http.pages import GET_OR_POST, do, done
from otklik.foundation.http.setting_pages import settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.in_use import is_in_use
from otklik.foundation.policies import change_policies
from otklik.portal.forms.button import WidgetForm

_TRIED = ("position", "accent", "theme")
_FRAMING: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
_FRAMED: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}


@csp_override(_FRAMING)
@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def widget(request: HttpRequest) -> HttpResponse:
    form = WidgetForm(request.POST or None, initial=WidgetForm.in_force())

    def act(_cleaned: dict[str, Any]) -> None:
        change_policies(values=form.policies(), actor=actor_of(request))

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "portal:button")
    context = {
        "form": form,
        "title": _("Help button"),
        "base_url": settings.BASE_URL,
        "has_help": is_in_use("knowledge"),
    }
    return settings_page(request, "portal/settings_button.html", "portal:button", **context)


@csp_override(_FRAMED)
@xframe_options_sameorigin
@require_GET
@staff("settings.edit")
def preview(request: HttpRequest) -> HttpResponse:
    """A page of some site with the real button, as the form now says it; only the desk may frame it."""
    language = request.GET.get("language", "")
    tried = {name: request.GET[name] for name in _TRIED if name in request.GET}
    with translation.override(language if language in dict(LANGUAGES) else request.user.language):  # type: ignore[union-attr]  # staff() saw to it
        label = request.GET.get(f"label_{translation.get_language()}", "")
        return render(request, "portal/button_preview.html", {"tried": tried, "label": label})
