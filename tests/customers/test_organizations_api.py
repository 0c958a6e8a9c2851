"""Organizations for programs: as on the pages, people only as far as one may see them."""

import pytest

from otklik.customers.actions import edit_customer, found_organization
from otklik.customers.models import Customer, Organization
from otklik.foundation.actors import SYSTEM, Sight
from otklik.team.actions import edit_agent
from otklik.team.actions.managers import name_manager
from otklik.team.models import Agent, Membership
from tests.api.calling import Program
from tests.building import make_agent, make_case, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def test_they_are_added_read_changed_and_found(anna: Agent) -> None:
    program = Program(anna)
    school = program.post("/organizations", {"name": "Школа № 57", "domain": "@School57.example", "tier": " Золотой "})
    pk = school.json()["id"]
    name_manager(charge=Organization.objects.get(), agent=anna, actor=SYSTEM)

    changed = program.post(f"/organizations/{pk}", {"name": "Гимназия"}).json()

    assert (school.status_code, school.json()["domain"], school.json()["manager"]) == (201, "school57.example", None)
    assert {name: changed[name] for name in ("name", "domain", "tier")} == {
        "name": "Гимназия", "domain": "school57.example", "tier": "золотой",
    }  # fmt: skip
    assert changed["manager"] == {"id": anna.pk, "name": "Анна Смирнова"}
    assert program.get(f"/organizations/{pk}").json() == changed
    assert program.get("/organizations", q="имназ").json()["items"] == [changed]
    assert program.get("/organizations", q="нет такой").json()["items"] == []
    assert program.post(f"/organizations/{pk}", {"tier": "", "domain": ""}).json()["tier"] == ""


def test_they_come_in_pages(anna: Agent) -> None:
    made = [found_organization(name=f"Школа {number}", actor=SYSTEM).pk for number in range(3)]
    program = Program(anna)

    first = program.get("/organizations", limit=2).json()
    second = program.get("/organizations", limit=2, cursor=first["next"]).json()

    assert [one["id"] for one in (*first["items"], *second["items"])] == made[::-1]
    assert second["next"] is None


def test_what_is_wrong_is_told(anna: Agent) -> None:
    program, school = Program(anna), found_organization(name="Школа", domain="school.example", actor=SYSTEM)

    codes = [
        program.post(path, body).json()["code"]
        for path, body in (
            ("/organizations", {"name": " "}),
            ("/organizations", {"name": "А", "domain": "school.example"}),
            (f"/organizations/{school.pk}", {"domain": "mail.ru"}),
            ("/organizations/404", {"name": "А"}),
        )
    ]

    assert codes == ["name_missing", "domain_taken", "domain_public", "not_found"]
    assert program.get("/organizations/404").status_code == 404
    assert program.get("/organizations/404/customers").status_code == 404


def test_its_people_are_told_as_far_as_one_may_see_them(anna: Agent) -> None:
    igor = make_agent("Игорь Лыткин", "igor@gorizont.example")
    Membership.objects.filter(agent=igor).delete()
    edit_agent(agent=igor, actor=SYSTEM, changes={"sight": Sight.OWN})
    school = found_organization(name="Школа", actor=SYSTEM)
    ivan, maria = make_customer(), make_customer("Мария", "maria@mail.example")
    gone = make_customer("Пётр", "petr@mail.example")
    for one in (ivan, maria, gone):
        edit_customer(customer=one, actor=SYSTEM, changes={"organization": school})
    make_case(owner=anna, customer=ivan)
    make_case(owner=igor, customer=maria)
    Customer.objects.filter(pk=gone.pk).update(merged_into=ivan)

    his = Program(igor).get(f"/organizations/{school.pk}/customers").json()
    page = Program(anna).get(f"/organizations/{school.pk}/customers", limit=1).json()
    rest = Program(anna).get(f"/organizations/{school.pk}/customers", limit=1, cursor=page["next"]).json()

    assert [one["id"] for one in his["items"]] == [maria.pk]
    assert [one["id"] for one in (*page["items"], *rest["items"])] == [maria.pk, ivan.pk]
    assert his["items"][0]["organization"]["name"] == "Школа"
