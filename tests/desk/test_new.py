"""A case that an agent writes down."""

import pytest

from otklik.cases.models import Case
from otklik.customers.models import ContactPoint
from otklik.team.models import Agent
from tests.building import IVAN, make_agent, make_case, make_customer
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
TYPED = {"channel": "phone", "kind": "request", "text": "Просит счёт на троих.", "name": "Пётр Новосельцев"}


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def test_a_call_becomes_a_case_with_an_owner(anna: Agent) -> None:
    answer = desk(anna).post("/desk/new/", {**TYPED, "phone": "8 900 555-01-42", "email": "petr@mail.example"})

    case = Case.objects.get()
    assert answer.headers["Location"] == f"/desk/cases/{case.pk}/"
    assert (case.channel, case.kind, case.owner) == ("phone", "request", anna)
    points = ContactPoint.objects.filter(customer=case.customer).order_by("kind")
    assert [point.value for point in points] == ["petr@mail.example", "+79005550142"]


def test_a_known_person_is_found_and_not_made_twice(anna: Agent) -> None:
    ivan = make_customer()

    desk(anna).post("/desk/new/", {**TYPED, "email": IVAN.upper()})

    assert Case.objects.get().customer == ivan


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"text": " "}, "text"), ({}, "phone"), ({"phone": "abc"}, "phone"), ({"email": "nobody"}, "email")],
)
def test_what_is_wrong_is_said_at_its_field(anna: Agent, wrong: dict[str, str], field: str) -> None:
    make_case(owner=anna)

    answer = desk(anna).post("/desk/new/", {**TYPED, **wrong})

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text
    assert "Пётр Новосельцев" in answer.text
    assert Case.objects.count() == 1
