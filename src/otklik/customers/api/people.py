"""Customers for programs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from otklik.customers.actions import edit_customer, meet_customer
from otklik.customers.api.router import router
from otklik.customers.models import ContactPoint, Customer, Organization
from otklik.customers.queries import Accompanying, Managers, customer_now, living_customer, managers_among
from otklik.customers.sight import in_sight, not_found
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond


class ContactPointOut(BaseModel):
    kind: str = Field(examples=["email"])
    value: str = Field(examples=["ivan@mail.example"])
    is_verified: bool
    bounce: str = Field(description="'', soft or hard: what became of the last letter to it.")


class ManagerOut(BaseModel):
    """A colleague to whom new matters come first, unless they are away."""

    id: int
    name: str = Field(examples=["Анна Смирнова"])


class OrganizationOfOut(BaseModel):
    """The organization that somebody belongs to."""

    id: int
    name: str
    tier: str = Field(description="'' for none; a customer's own goes before it.")
    manager: ManagerOut | None


class CustomerOut(BaseModel):
    """A person who turned to us."""

    id: int
    name: str = Field(examples=["Иван Козлов"])
    email: str | None = Field(examples=["ivan@mail.example"])
    phone: str | None = Field(examples=["+79005550142"])
    language: str = Field(examples=["ru"])
    time_zone: str
    tier: str = Field(examples=["золотой"], description="What they are to the house, in its own word; '' for none.")
    organization: OrganizationOfOut | None
    manager: ManagerOut | None = Field(description="Their own personal manager, who goes before the organization's.")
    contact_points: list[ContactPointOut]
    created_at: datetime
    erased_at: datetime | None = Field(description="When they were forgotten at their wish.")


class Customers(BaseModel):
    items: list[CustomerOut]
    next: str | None


class CustomerIn(BaseModel):
    """At least one of `email` and `phone`. A known address is the known customer: nothing of theirs is changed."""

    name: Annotated[Text, Field(max_length=200)] = Field("", examples=["Иван Козлов"])
    email: Annotated[Text, Field(max_length=254)] = Field("", examples=["ivan@mail.example"])
    phone: Annotated[Text, Field(max_length=40)] = Field("", examples=["+7 900 555-01-42"])
    language: Literal["", "ru", "en"] = ""


class TierIn(BaseModel):
    tier: Annotated[Text, Field(max_length=40)] = Field(examples=["золотой"], description="'' for none.")


class CustomerFilter(BaseModel):
    email: Text = ""
    phone: Text = Field("", description="In international form: +79005550142.")
    kind: Text = Field("", examples=["http:shop"], description="With `value`: a way to reach them, of any kind.")
    value: Text = Field("", examples=["vera-17"], description="Their id in the channel that `kind` names.")
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


def customers_out(rows: Sequence[Customer]) -> list[CustomerOut]:
    """In their order; organizations and contact points should have been read with them."""
    managers = managers_among(
        customers=[row.pk for row in rows],
        organizations=[row.organization_id for row in rows if row.organization_id],
    )
    return [_customer_out(row, managers) for row in rows]


def _customer_out(customer: Customer, managers: Managers) -> CustomerOut:
    points = list(customer.contact_points.all())
    return CustomerOut(
        id=customer.pk,
        name=customer.name,
        email=_first(points, ContactPoint.Kind.EMAIL),
        phone=_first(points, ContactPoint.Kind.PHONE),
        language=customer.language,
        time_zone=customer.time_zone,
        tier=customer.tier,
        organization=_organization(customer.organization, managers) if customer.organization else None,
        manager=manager_out(managers.customers.get(customer.pk)),
        contact_points=[
            ContactPointOut(kind=p.kind, value=p.value, is_verified=p.verified_at is not None, bounce=p.bounce)
            for p in points
        ],
        created_at=customer.created_at,
        erased_at=customer.erased_at,
    )


def _organization(row: Organization, managers: Managers) -> OrganizationOfOut:
    manager = manager_out(managers.organizations.get(row.pk))
    return OrganizationOfOut(id=row.pk, name=row.name, tier=row.tier, manager=manager)


def manager_out(manager: Accompanying | None) -> ManagerOut | None:
    return ManagerOut(id=manager.id, name=manager.name) if manager else None


def _first(points: Iterable[ContactPoint], kind: str) -> str | None:
    return next((point.value for point in points if point.kind == kind), None)


def _customers() -> QuerySet[Customer]:
    return Customer.objects.select_related("organization").prefetch_related("contact_points")


@router.get("/customers", response={200: Customers, 422: Problem}, summary="List customers")
def list_customers(request: HttpRequest, asked: Annotated[CustomerFilter, Query()]) -> HttpResponse:
    """Newest first."""
    rows = _customers().filter(in_sight(actor_of(request)))
    if asked.email:
        rows = rows.filter(contact_points__kind="email", contact_points__value=asked.email.strip().lower())
    if asked.phone:
        rows = rows.filter(contact_points__kind="phone", contact_points__value=asked.phone.strip())
    if asked.kind or asked.value:
        rows = rows.filter(contact_points__kind=asked.kind, contact_points__value=asked.value)
    after = number_after(asked.cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows.order_by("-id")[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(Customers(items=customers_out(page.items), next=page.next))


@router.post("/customers", response={201: CustomerOut, 200: CustomerOut, 422: Problem}, summary="Make a customer known")
def create_customer(request: HttpRequest, data: CustomerIn) -> HttpResponse:
    """201 for a new customer, 200 for one whose address is known."""
    customer, is_new = meet_customer(
        name=data.name, email=data.email, phone=data.phone, language=data.language, actor=actor_of(request)
    )
    return respond(customers_out([_customers().get(pk=customer.pk)])[0], status=201 if is_new else 200)


@router.get("/customers/{int:pk}", response={200: CustomerOut, 404: Problem}, summary="Read a customer")
def read_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Who they are and how to reach them. The number of a record that was merged leads to the one it lives on in."""
    row = _customers().filter(in_sight(actor_of(request)), pk__in=customer_now(pk)).first()
    if row is None:
        raise not_found()
    return respond(customers_out([row])[0])


@router.post("/customers/{int:pk}/tier", response={200: CustomerOut, 404: Problem}, summary="Say what they are to us")
def set_tier(request: HttpRequest, pk: int, data: TierIn) -> HttpResponse:
    """A word of the house's own; standards may be chosen by it. Theirs goes before their organization's."""
    actor = actor_of(request)
    edit_customer(customer=living_customer(pk, actor=actor), actor=actor, changes={"tier": data.tier})
    return respond(customers_out([_customers().get(pk=pk)])[0])
