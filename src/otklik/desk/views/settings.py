"""Settings: lists and forms of one shape; every change goes through an action, which checks the right."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.desk.forms.house import (
    RulesForm,
    SafetyForm,
)
from otklik.desk.settings_home import overview
from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import policy_page, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.manifest import open_to
from otklik.foundation.modules import settings_pages

_LONGEST = 200


@require_GET
@staff()
def settings(request: HttpRequest) -> HttpResponse:
    """What is set where, for whoever may set something; ``q`` narrows it."""
    pages = open_to(actor_of(request), settings_pages())
    if not pages:
        raise Refusal("not_allowed", _("You do not have the right to do this. Ask your lead."))
    text = request.GET.get("q", "")[:_LONGEST]
    context = {"q": text, "sections": overview(pages, text), "title": _("Settings")}
    return settings_page(request, "desk/settings.html", "desk:settings", **context)


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def rules(request: HttpRequest) -> HttpResponse:
    return policy_page(
        request, RulesForm, "desk:rules", _("Rules"), _("A change holds everywhere within fifteen seconds.")
    )


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def safety(request: HttpRequest) -> HttpResponse:
    return policy_page(request, SafetyForm, "desk:safety", _("Safety"))
