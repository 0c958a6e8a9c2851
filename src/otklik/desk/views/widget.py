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

from otklik.desk.forms.base import LANGUAGES
from otklik.desk.forms.widget import WidgetForm
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.pages import do, done
from otklik.desk.views.settings import GET_OR_POST, settings_page
from otklik.foundation.policies import change_policies

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
        return done(request, _("Saved."), "desk:widget")
    context = {"form": form, "title": _("Help button"), "base_url": settings.BASE_URL}
    return settings_page(request, "desk/settings_widget.html", "widget", **context)


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
        return render(request, "desk/widget_preview.html", {"tried": tried, "label": label})
