"""The pages of the app sample."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from otklik.cases.queries import case_by_number
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.setting_pages import policy_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.sample.actions import write_down
from otklik.sample.forms import EntryForm, SampleForm
from otklik.sample.queries import entries

ENTRIES = Listing(
    template="sample/entries.html",
    columns=(
        Column(name="written", label=_("Written"), by="pk", of=int, falls=True),
        Column(name="case", label=_("Case"), by="case_id", of=int),
    ),
    live="sample.entries",
)
"""By the key, and by the index of the cases."""


@require_http_methods(GET_OR_POST)
@staff()
def entries_page(request: HttpRequest) -> HttpResponse:
    """What was written down, newest first, and a form for more."""
    actor, form = actor_of(request), EntryForm(request.POST or None)

    def act(cleaned: dict[str, Any]) -> None:
        write_down(case=case_by_number(cleaned["case"], actor=actor), text=cleaned["text"], actor=actor)

    if request.method == "POST" and do(form, act):
        return done(request, gettext("Written down."), "sample:entries")
    context = {"section": "sample", "form": form, **ENTRIES.page(request, entries(actor))}
    return shown(request, ENTRIES.template, context)


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def settings(request: HttpRequest) -> HttpResponse:
    return policy_page(request, SampleForm, "sample:settings", gettext("Sample"))
