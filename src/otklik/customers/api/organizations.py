"""Organizations for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from otklik.customers import queries
from otklik.customers.actions import edit_organization, found_organization
from otklik.customers.api.people import Customers, ManagerOut, customers_out, manager_out
from otklik.customers.api.router import router
from otklik.customers.models import Customer, Organization
from otklik.customers.queries import managers_among, organization_in_sight
from otklik.customers.sight import in_sight
from otklik.foundation.actors import require
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond


class OrganizationOut(BaseModel):
    """A corporate customer, to which people belong."""

    id: int
    name: str = Field(examples=["Школа № 57"])
    domain: str = Field(examples=["school57.example"], description="Who writes from it belongs to it; '' for none.")
    tier: str = Field(description="'' for none; a customer's own goes before it.")
    manager: ManagerOut | None = Field(description="The personal manager of its people.")
    created_at: datetime


class Organizations(BaseModel):
    items: list[OrganizationOut]
    next: str | None


class OrganizationIn(BaseModel):
    name: Annotated[Text, Field(max_length=200)] = Field(examples=["Школа № 57"])
    domain: Annotated[Text, Field(max_length=120)] = Field("", examples=["school57.example"])
    tier: Annotated[Text, Field(max_length=40)] = Field("", examples=["золотой"])


class OrganizationChange(BaseModel):
    """What is left out stays as it is."""

    name: Annotated[Text, Field(max_length=200)] | None = None
    domain: Annotated[Text, Field(max_length=120)] | None = None
    tier: Annotated[Text, Field(max_length=40)] | None = None


class OrganizationFilter(BaseModel):
    q: Annotated[Text, Field(max_length=100)] = Field("", description="A part of the name or of the domain.")
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


class PeopleFilter(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


def _out(rows: Sequence[Organization]) -> list[OrganizationOut]:
    managers = managers_among(organizations=[row.pk for row in rows]).organizations
    return [
        OrganizationOut(
            id=row.pk,
            name=row.name,
            domain=row.domain,
            tier=row.tier,
            manager=manager_out(managers.get(row.pk)),
            created_at=row.created_at,
        )
        for row in rows
    ]


@router.get("/organizations", response={200: Organizations, 403: Problem, 422: Problem}, summary="List organizations")
def list_organizations(request: HttpRequest, asked: Annotated[OrganizationFilter, Query()]) -> HttpResponse:
    """Newest first."""
    require(actor_of(request), "customers.edit")
    rows, after = queries.organizations(asked.q), number_after(asked.cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows.order_by("-id")[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(Organizations(items=_out(page.items), next=page.next))


@router.post("/organizations", response={201: OrganizationOut, 403: Problem, 422: Problem}, summary="Add one")
def create_organization(request: HttpRequest, data: OrganizationIn) -> HttpResponse:
    """422 `name_missing`, `domain_taken`, `domain_public`."""
    row = found_organization(name=data.name, domain=data.domain, tier=data.tier, actor=actor_of(request))
    return respond(_out([row])[0], status=201)


@router.get(
    "/organizations/{int:pk}",
    response={200: OrganizationOut, 403: Problem, 404: Problem},
    summary="Read an organization",
)
def read_organization(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name, domain, tier and personal manager."""
    require(actor_of(request), "customers.edit")
    return respond(_out([organization_in_sight(pk)])[0])


@router.post(
    "/organizations/{int:pk}",
    response={200: OrganizationOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Change an organization",
)
def change_organization(request: HttpRequest, pk: int, data: OrganizationChange) -> HttpResponse:
    """422 `name_missing`, `domain_taken`, `domain_public`."""
    row = organization_in_sight(pk)
    wanted = {name: getattr(row, name) for name in ("name", "domain")} | data.model_dump(exclude_none=True)
    return respond(_out([edit_organization(organization=row, actor=actor_of(request), **wanted)])[0])


@router.get(
    "/organizations/{int:pk}/customers",
    response={200: Customers, 403: Problem, 404: Problem, 422: Problem},
    summary="List its people",
)
def list_people(request: HttpRequest, pk: int, asked: Annotated[PeopleFilter, Query()]) -> HttpResponse:
    """Those of them whom you may see, newest first."""
    actor = actor_of(request)
    require(actor, "customers.edit")
    living = Customer.objects.filter(in_sight(actor), erased_at=None, merged_into=None)
    rows = living.filter(organization=organization_in_sight(pk)).select_related("organization")
    after = number_after(asked.cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.prefetch_related("contact_points").order_by("-id")[: asked.limit + 1])
    page = page_of(found, size=asked.limit, key=lambda row: [row.pk])
    return respond(Customers(items=customers_out(page.items), next=page.next))
