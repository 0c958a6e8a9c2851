"""One person or organization with everything they ever asked, as far as the agent sees it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.cases import people
from otklik.cases.actions import checked_custom, erase_person
from otklik.cases.custom_fields import custom_initial
from otklik.cases.forms.people import ContactPointForm, CustomerForm, EraseForm, OrganizationForm
from otklik.cases.queries import custom_fields
from otklik.customers.actions import add_contact_point, edit_customer, edit_organization, found_organization
from otklik.customers.models import Customer, Organization
from otklik.customers.queries import customer_by_id, living_customer
from otklik.foundation.actors import may
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import do, done, shown
from otklik.foundation.http.staff import actor_of, staff

SECTION = {"section": "customers"}


@require_GET
@staff("customers.edit")
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One person: addresses, facts, every case in sight with its outcome, and what was not sent and why."""
    row = customer_by_id(customer_id, actor=actor_of(request))
    if row.merged_into_id:
        return redirect("cases:customer", row.merged_into_id)
    return shown(request, "cases/customer.html", _page_of(request, row))


def _page_of(request: HttpRequest, row: Customer, **more: Any) -> dict[str, Any]:
    actor = actor_of(request)
    file = people.file_of(row, actor, after=request.GET.get("after", ""))
    rights = {"may_export": may(actor, "customers.export"), "may_erase": may(actor, "customers.erase")}
    rights["may_name_manager"] = may(actor, "team.appoint")
    return SECTION | {"file": file, "customer": row, "point_form": ContactPointForm()} | rights | more


@require_http_methods(["GET", "POST"])
@staff("customers.edit")
def edit(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Name, organization, language, time zone, what is remembered, own facts."""
    row, defined = living_customer(customer_id, actor=actor_of(request)), custom_fields("customer")
    initial = {
        "name": row.name, "organization": str(row.organization or ""), "role_there": row.role_there, "tier": row.tier,
        "language": row.language, "time_zone": row.time_zone, "remembered": row.remembered,
    }  # fmt: skip
    form = CustomerForm(request.POST or None, custom=defined, initial=initial | custom_initial(defined, row.custom))

    def act(cleaned: dict[str, Any]) -> None:
        changes = form.changes(cleaned)
        changes["custom"] = checked_custom("customer", changes["custom"], known=row.custom)
        changes["organization"] = _organization(request, cleaned["organization"])
        edit_customer(customer=row, actor=actor_of(request), changes=changes)

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "cases:customer", row.pk)
    names = Organization.objects.order_by(ByName()).values_list("name", flat=True)[:200]
    return shown(request, "cases/customer_edit.html", SECTION | {"form": form, "customer": row, "organizations": names})


def _organization(request: HttpRequest, name: str) -> Organization | None:
    if not name.strip():
        return None
    known = Organization.objects.filter(name__iexact=name.strip()).order_by("id").first()
    return known or found_organization(name=name, actor=actor_of(request))


@require_POST
@staff("customers.edit")
def add_point(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One more address or number."""
    row = living_customer(customer_id, actor=actor_of(request))
    form = ContactPointForm(request.POST)

    def act(cleaned: dict[str, Any]) -> None:
        add_contact_point(customer=row, kind=cleaned["kind"], value=cleaned["value"], actor=actor_of(request))

    if do(form, act):
        return done(request, _("The address is added."), "cases:customer", row.pk)
    return shown(request, "cases/customer.html", _page_of(request, row, point_form=form, form=form))


@require_http_methods(["GET", "POST"])
@staff("customers.erase")
def erase(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Erase the person after a typed confirmation; the figures stay."""
    row = living_customer(customer_id, actor=actor_of(request))
    form = EraseForm(request.POST or None, number=row.pk)
    if request.method == "POST" and do(form, lambda _cleaned: erase_person(customer=row, actor=actor_of(request))):
        return done(request, _("Everything personal of this customer is erased."), "customers:customers")
    return shown(request, "cases/customer_erase.html", SECTION | {"form": form, "customer": row})


@require_http_methods(["GET", "POST"])
@staff("customers.edit")
def organization(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Its people, its cases in sight, its domain."""
    row = Organization.objects.filter(pk=organization_id).first()
    if row is None:
        raise Refusal("not_found", _("There is no such organization."))
    form = OrganizationForm.of(row, request.POST or None)

    def act(cleaned: dict[str, Any]) -> None:
        edit_organization(organization=row, actor=actor_of(request), **cleaned)

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "cases:organization", row.pk)
    actor = actor_of(request)
    context = {"section": "organizations", "form": form, "organization": row, **people.of_organization(row, actor)}
    context["may_name_manager"] = may(actor, "team.appoint")
    return shown(request, "cases/organization.html", context)


@require_http_methods(["GET", "POST"])
@staff("customers.edit")
def new_organization(request: HttpRequest) -> HttpResponse:
    form = OrganizationForm(request.POST or None)
    made: list[Organization] = []
    if request.method == "POST" and do(
        form, lambda cleaned: made.append(found_organization(actor=actor_of(request), **cleaned))
    ):
        return done(request, _("Saved."), "cases:organization", made[0].pk)
    return shown(request, "cases/organization.html", {"section": "organizations", "form": form, "organization": None})
