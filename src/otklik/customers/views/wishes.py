"""The page on which colleagues write down how a person likes to be served, with everything that was written before."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.customers.actions import write_wishes
from otklik.customers.forms import WishesForm
from otklik.customers.manner import changes_of
from otklik.customers.queries import living_customer, wishes_written
from otklik.customers.wished import initial_wishes
from otklik.foundation.errors import CONFLICTS
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.staff import actor_of, staff


@require_http_methods(GET_OR_POST)
@staff("customers.edit")
def wishes(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One form; every earlier saving stands below it as sentences."""
    row = living_customer(customer_id, actor=actor_of(request))
    written = wishes_written(row.pk)
    held = written[-1] if written else None
    form = WishesForm(request.POST or None, initial=initial_wishes(held))

    def act(cleaned: dict[str, Any]) -> None:
        write_wishes(customer=row, actor=actor_of(request), wished=form.wished(), was=cleaned["was"])

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "cases:customer", row.pk)
    if form.refused in CONFLICTS:
        form.has_seen(held)
    context = {"section": "customers", "form": form, "customer": row, "changes": changes_of(written)}
    return shown(request, "customers/wishes.html", context)
