"""A tier is a word of the house, with a customer or with their organization; the customer's own goes first."""

import pytest

from otklik.customers.actions import (
    edit_customer,
    edit_organization,
    erase_customer,
    found_organization,
    merge_customers,
)
from otklik.customers.models import Customer, Organization
from otklik.customers.queries import tier_of, tiers
from otklik.foundation.actors import SYSTEM
from tests.building import make_case, make_customer, make_lead
from tests.desk.test_knowledge import text
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def ivan() -> Customer:
    return make_customer()


def of(customer: Customer) -> str:
    return tier_of(Customer.objects.get(pk=customer.pk))


def test_ones_own_goes_before_the_organizations(ivan: Customer) -> None:
    school = found_organization(name="Школа", tier=" Золотой  КЛУБ", actor=SYSTEM)
    assert of(ivan) == ""
    edit_customer(customer=ivan, actor=SYSTEM, changes={"organization": school})
    assert of(ivan) == "золотой клуб"

    edit_customer(customer=ivan, actor=SYSTEM, changes={"tier": "Платина"})

    assert (of(ivan), tiers()) == ("платина", ["золотой клуб", "платина"])
    edit_organization(organization=school, name="Школа", domain="", actor=SYSTEM)
    assert Organization.objects.get().tier == "золотой клуб"
    edit_organization(organization=school, name="Школа", domain="", tier="", actor=SYSTEM)
    assert Organization.objects.get().tier == ""


def test_it_stays_when_two_records_are_one_and_goes_with_the_person(ivan: Customer) -> None:
    other = make_customer("Иван К.", "ivan@work.example")
    edit_customer(customer=other, actor=SYSTEM, changes={"tier": "золотой"})

    merge_customers(into=ivan, other=other, actor=SYSTEM)
    assert (of(ivan), Customer.objects.get(pk=other.pk).tier) == ("золотой", "")

    erase_customer(customer=ivan, actor=SYSTEM)
    assert of(ivan) == ""


def test_it_is_written_and_shown_on_the_pages() -> None:
    lead, case = desk(make_lead()), make_case()
    form = {"name": "Иван Козлов", "organization": "Школа", "tier": "Золотой", "language": "ru"}

    lead.post(f"/desk/customers/{case.customer_id}/edit", form)
    school = Organization.objects.get()
    lead.post(f"/desk/organizations/{school.pk}/", {"name": "Школа", "domain": "", "tier": "Клуб"})

    assert of(case.customer) == "золотой"
    assert "золотой" in text(lead.get(f"/desk/customers/{case.customer_id}/"))
    school.refresh_from_db()
    assert school.tier == "клуб"
    assert "клуб" in lead.get(f"/desk/organizations/{school.pk}/").text
