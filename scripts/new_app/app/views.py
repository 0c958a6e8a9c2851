"""The pages of the app sample."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.cases.queries import case_by_number
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.setting_pages import policy_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.sample.actions import write_down
from otklik.sample.forms import EntryForm, SampleForm
from otklik.sample.queries import entries

PAGE = 50


@require_http_methods(GET_OR_POST)
@staff()
def entries_page(request: HttpRequest) -> HttpResponse:
    """What was written down, newest first, and a form for more."""
    actor, form = actor_of(request), EntryForm(request.POST or None)

    def act(cleaned: dict[str, Any]) -> None:
        write_down(case=case_by_number(cleaned["case"], actor=actor), text=cleaned["text"], actor=actor)

    if request.method == "POST" and do(form, act):
        return done(request, _("Written down."), "sample:entries")
    rows = entries(actor)
    if request.GET.get("after"):
        rows = rows.filter(pk__lt=number_after(request.GET["after"]))
    page = page_of(list(rows[: PAGE + 1]), size=PAGE, key=lambda row: [row.pk])
    context = {"section": "sample", "form": form, "rows": page.items, "next": page.next}
    return shown(request, "sample/entries.html", context)


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def settings(request: HttpRequest) -> HttpResponse:
    return policy_page(request, SampleForm, "sample:settings", _("Sample"))
