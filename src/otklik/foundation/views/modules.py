"""Which parts of Otklik the house uses: what leaves with each, what stays, and who said so."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.foundation.http.pages import attempt
from otklik.foundation.http.setting_pages import settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.switching import label_of, states, switch_module


@require_GET
@staff("settings.edit")
def modules(request: HttpRequest) -> HttpResponse:
    about = _(
        "A module that is switched off leaves no trace: no pages, no letters, no work behind the scenes. Nothing it"
        " knows is lost. A change holds everywhere within fifteen seconds."
    )
    context = {"title": _("Modules"), "about": about, "states": states()}
    return settings_page(request, "foundation/modules.html", "foundation:modules", **context)


@require_POST
@staff("settings.edit")
def switch(request: HttpRequest, name: str) -> HttpResponse:
    """On with ``is_on`` 1, else off."""
    is_on = request.POST.get("is_on") == "1"
    words = (
        _("Module “%(name)s” is switched on.")
        if is_on
        else _("Module “%(name)s” is switched off. What it knows stays.")
    )
    act = partial(switch_module, name=name, is_on=is_on, actor=actor_of(request))
    attempt(request, act, words % {"name": label_of(name)})
    return redirect("foundation:modules")
