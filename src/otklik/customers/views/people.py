"""People and organizations: who they are, how they are reached, everything they ever asked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.customers import queries
from otklik.customers.actions import (
    mark_contact_point,
    merge_customers,
    remove_contact_point,
)
from otklik.customers.forms import MergeForm
from otklik.customers.models import ContactPoint
from otklik.customers.queries import found, living_customer, may_see_customer
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.errors import Refusal
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import do, done, shown
from otklik.foundation.http.staff import actor_of, staff

SECTION = {"section": "customers"}
CUSTOMERS = Listing(
    template="customers/customers.html",
    columns=(
        Column(name="since", label=_("Known since"), by="pk", of=int, falls=True),
        Column(name="name", label=_("Customer"), by=ByName(), may_lack=True),
        Column(name="organization", label=_("Organization"), by=ByName("organization__name"), may_lack=True),
    ),
    still="people do not change while somebody looks for one of them",
)
"""Each is one walk of an index: of the key, ``customer_by_name``, and ``organization_by_name`` with its people."""
ORGANIZATIONS = Listing(
    template="customers/organizations.html",
    columns=(
        Column(name="name", label=_("Organization"), by=ByName()),
        Column(name="domain", label=_("Domain"), by="domain", may_lack=True),
        Column(name="since", label=_("Known since"), by="pk", of=int, falls=True),
    ),
    still="set up by us, seldom",
)
"""By ``organization_by_name``, the unique index of the domains, the key."""


@require_GET
@staff("customers.edit")
def customers(request: HttpRequest) -> HttpResponse:
    """Customers by a part of a name, address or number, newest first."""
    words = request.GET.get("q", "")[:100]
    rows = found(words, actor=actor_of(request)).select_related("organization").prefetch_related("contact_points")
    context = SECTION | {"words": words, "is_narrowed": bool(words), **CUSTOMERS.page(request, rows)}
    return shown(request, CUSTOMERS.template, context)


@require_POST
@staff("customers.edit")
def change_point(request: HttpRequest, customer_id: int, point_id: int) -> HttpResponse:
    """``what``: remove, verify, doubt (not verified after all) or lives (letters arrive again)."""
    point = ContactPoint.objects.filter(pk=point_id, customer_id=customer_id).first()
    actor = actor_of(request)
    if point is None or not may_see_customer(actor, point.customer):
        raise Refusal("not_found", gettext("There is no such address."))
    match request.POST.get("what"):
        case "remove":
            remove_contact_point(point=point, actor=actor)
        case "verify":
            mark_contact_point(point=point, actor=actor, is_verified=True)
        case "doubt":
            mark_contact_point(point=point, actor=actor, is_verified=False)
        case "lives":
            mark_contact_point(point=point, actor=actor, lives=True)
    return done(request, gettext("Saved."), "cases:customer", customer_id)


@require_http_methods(["GET", "POST"])
@staff("customers.edit")
def merge(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Join another record of the same person into this one."""
    row = living_customer(customer_id, actor=actor_of(request))
    form = MergeForm(request.POST or None, initial={"other": request.GET.get("other")})
    words = request.GET.get("q", "")[:100]
    alike = (
        found(words or row.name, actor=actor_of(request)).exclude(pk=row.pk).prefetch_related("contact_points")[:10]
        if words or row.name
        else []
    )

    def act(cleaned: dict[str, Any]) -> None:
        merge_customers(into=row, other=cleaned["other"], actor=actor_of(request))

    if request.method == "POST" and do(form, act):
        return done(
            request,
            gettext("Both are one customer now. Their cases come together in a moment."),
            "cases:customer",
            row.pk,
        )
    context = SECTION | {"form": form, "customer": row, "alike": alike, "words": words}
    return shown(request, "customers/merge.html", context)


@require_GET
@staff("customers.edit")
def organizations(request: HttpRequest) -> HttpResponse:
    """Organizations by name."""
    words = request.GET.get("q", "")[:100]
    page = ORGANIZATIONS.page(request, queries.organizations(words))
    context = {"section": "organizations", "words": words, "is_narrowed": bool(words), **page}
    return shown(request, ORGANIZATIONS.template, context)
