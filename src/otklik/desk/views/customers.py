"""People and organizations: who they are, how they are reached, everything they ever asked."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.cases.actions import checked_custom, erase_person
from otklik.cases.queries import custom_fields
from otklik.customers.actions import (
    add_contact_point,
    edit_customer,
    edit_organization,
    found_organization,
    mark_contact_point,
    merge_customers,
    note_export,
    remove_contact_point,
)
from otklik.customers.models import ContactPoint, Customer, Organization
from otklik.customers.queries import customer_by_id, found
from otklik.desk import people
from otklik.desk.export import personal_data
from otklik.desk.forms.custom import custom_initial
from otklik.desk.forms.customers import ContactPointForm, CustomerForm, EraseForm, MergeForm, OrganizationForm
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.pages import do, done, shown
from otklik.foundation.actors import may
from otklik.foundation.errors import Refusal
from otklik.foundation.paging import number_after, page_of

PAGE = 50
SECTION = {"section": "customers"}


@require_GET
@staff("customers.edit")
def customers(request: HttpRequest) -> HttpResponse:
    """Customers by a part of a name, address or number, newest first."""
    words = request.GET.get("q", "")[:100]
    rows = found(words).select_related("organization").prefetch_related("contact_points")
    if request.GET.get("after"):
        rows = rows.filter(pk__lt=number_after(request.GET["after"]))
    page = page_of(list(rows[: PAGE + 1]), size=PAGE, key=lambda row: [row.pk])
    context = SECTION | {"words": words, "people": page.items, "next": page.next}
    return shown(request, "desk/customers.html", context)


@require_GET
@staff("customers.edit")
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One person: addresses, facts, every case in sight with its outcome, and what was not sent and why."""
    row = customer_by_id(customer_id)
    if row.merged_into_id:
        return redirect("desk:customer", row.merged_into_id)
    return shown(request, "desk/customer.html", _page_of(request, row))


def _page_of(request: HttpRequest, row: Customer, **more: Any) -> dict[str, Any]:
    actor = actor_of(request)
    file = people.file_of(row, actor, after=request.GET.get("after", ""))
    rights = {"may_export": may(actor, "customers.export"), "may_erase": may(actor, "customers.erase")}
    return SECTION | {"file": file, "customer": row, "point_form": ContactPointForm()} | rights | more


@require_http_methods(["GET", "POST"])
@staff("customers.edit")
def edit(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Name, organization, language, time zone, what is remembered, own facts."""
    row, defined = _living(customer_id), custom_fields("customer")
    initial = {
        "name": row.name, "organization": str(row.organization or ""), "role_there": row.role_there,
        "language": row.language, "time_zone": row.time_zone, "remembered": row.remembered,
    }  # fmt: skip
    form = CustomerForm(request.POST or None, custom=defined, initial=initial | custom_initial(defined, row.custom))

    def act(cleaned: dict[str, Any]) -> None:
        changes = form.changes(cleaned)
        changes["custom"] = checked_custom("customer", changes["custom"], known=row.custom)
        changes["organization"] = _organization(request, cleaned["organization"])
        edit_customer(customer=row, actor=actor_of(request), changes=changes)

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "desk:customer", row.pk)
    names = Organization.objects.order_by("name").values_list("name", flat=True)[:200]
    return shown(request, "desk/customer_edit.html", SECTION | {"form": form, "customer": row, "organizations": names})


def _organization(request: HttpRequest, name: str) -> Organization | None:
    if not name.strip():
        return None
    known = Organization.objects.filter(name__iexact=name.strip()).order_by("id").first()
    return known or found_organization(name=name, actor=actor_of(request))


@require_POST
@staff("customers.edit")
def add_point(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One more address or number."""
    row = _living(customer_id)
    form = ContactPointForm(request.POST)

    def act(cleaned: dict[str, Any]) -> None:
        add_contact_point(customer=row, kind=cleaned["kind"], value=cleaned["value"], actor=actor_of(request))

    if do(form, act):
        return done(request, _("The address is added."), "desk:customer", row.pk)
    return shown(request, "desk/customer.html", _page_of(request, row, point_form=form, form=form))


@require_POST
@staff("customers.edit")
def change_point(request: HttpRequest, customer_id: int, point_id: int) -> HttpResponse:
    """``what``: remove, verify, doubt (not verified after all) or lives (letters arrive again)."""
    point = ContactPoint.objects.filter(pk=point_id, customer_id=customer_id).first()
    if point is None:
        raise Refusal("not_found", _("There is no such address."))
    actor = actor_of(request)
    match request.POST.get("what"):
        case "remove":
            remove_contact_point(point=point, actor=actor)
        case "verify":
            mark_contact_point(point=point, actor=actor, is_verified=True)
        case "doubt":
            mark_contact_point(point=point, actor=actor, is_verified=False)
        case "lives":
            mark_contact_point(point=point, actor=actor, lives=True)
    return done(request, _("Saved."), "desk:customer", customer_id)


@require_POST
@staff("customers.export")
def export(request: HttpRequest, customer_id: int) -> FileResponse:
    """All personal data as one ZIP."""
    row = _living(customer_id)
    note_export(customer=row, actor=actor_of(request))
    return FileResponse(
        personal_data(row), as_attachment=True, filename=f"customer-{row.pk}.zip", content_type="application/zip"
    )


@require_http_methods(["GET", "POST"])
@staff("customers.erase")
def erase(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Erase the person after a typed confirmation; the figures stay."""
    row = _living(customer_id)
    form = EraseForm(request.POST or None, number=row.pk)
    if request.method == "POST" and do(form, lambda _cleaned: erase_person(customer=row, actor=actor_of(request))):
        return done(request, _("Everything personal of this customer is erased."), "desk:customers")
    return shown(request, "desk/customer_erase.html", SECTION | {"form": form, "customer": row})


@require_http_methods(["GET", "POST"])
@staff("customers.edit")
def merge(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Join another record of the same person into this one."""
    row = _living(customer_id)
    form = MergeForm(request.POST or None, initial={"other": request.GET.get("other")})
    words = request.GET.get("q", "")[:100]
    alike = (
        found(words or row.name).exclude(pk=row.pk).prefetch_related("contact_points")[:10] if words or row.name else []
    )

    def act(cleaned: dict[str, Any]) -> None:
        merge_customers(into=row, other=cleaned["other"], actor=actor_of(request))

    if request.method == "POST" and do(form, act):
        return done(
            request, _("Both are one customer now. Their cases come together in a moment."), "desk:customer", row.pk
        )
    context = SECTION | {"form": form, "customer": row, "alike": alike, "words": words}
    return shown(request, "desk/customer_merge.html", context)


@require_GET
@staff("customers.edit")
def organizations(request: HttpRequest) -> HttpResponse:
    """Organizations by name."""
    words = request.GET.get("q", "")[:100]
    page = people.organizations(words, after=request.GET.get("after", ""))
    context = SECTION | {"words": words, "organizations": page.items, "next": page.next}
    return shown(request, "desk/organizations.html", context)


@require_http_methods(["GET", "POST"])
@staff("customers.edit")
def organization(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Its people, its cases in sight, its domain."""
    row = Organization.objects.filter(pk=organization_id).first()
    if row is None:
        raise Refusal("not_found", _("There is no such organization."))
    form = OrganizationForm.of(row, request.POST or None)

    def act(cleaned: dict[str, Any]) -> None:
        edit_organization(organization=row, name=cleaned["name"], domain=cleaned["domain"], actor=actor_of(request))

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "desk:organization", row.pk)
    context = SECTION | {"form": form, "organization": row} | people.of_organization(row, actor_of(request))
    return shown(request, "desk/organization.html", context)


@require_http_methods(["GET", "POST"])
@staff("customers.edit")
def new_organization(request: HttpRequest) -> HttpResponse:
    form = OrganizationForm(request.POST or None)
    made: list[Organization] = []
    if request.method == "POST" and do(
        form, lambda cleaned: made.append(found_organization(actor=actor_of(request), **cleaned))
    ):
        return done(request, _("Saved."), "desk:organization", made[0].pk)
    return shown(request, "desk/organization.html", SECTION | {"form": form, "organization": None})


def _living(customer_id: int) -> Customer:
    """A customer who is neither erased nor merged away."""
    row = customer_by_id(customer_id)
    if row.erased_at or row.merged_into_id:
        raise Refusal("not_found", _("There is no such customer."))
    return row
