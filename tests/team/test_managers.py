"""A personal manager: of a customer, else of their organization; asked after whoever served them last."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from otklik.cases.models import Case
from otklik.cases.queries import open_load
from otklik.customers.actions import edit_customer, erase_customer, found_organization, merge_customers
from otklik.customers.models import Customer, Organization
from otklik.customers.queries import may_see_customer
from otklik.foundation.actors import SYSTEM, Sight
from otklik.foundation.manifest import Person
from otklik.foundation.models import Event
from otklik.team.actions import create_agent, edit_agent, go_away
from otklik.team.actions.managers import forget_manager, name_manager
from otklik.team.models import Agent, Manager, Membership
from otklik.team.queries import manager_kept, manager_of
from tests.api.calling import Program
from tests.building import (
    acting,
    arrive,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    make_lead,
    refused,
    run_jobs,
)
from tests.desk.test_knowledge import text
from tests.desk.visiting import desk
from tests.together import both, let_the_other_wait

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    make_inbox()
    return make_agent()


@pytest.fixture
def igor(anna: Agent) -> Agent:
    """With so many cases that nobody would choose him by load, and of no team."""
    igor = make_agent("Игорь Лыткин", "igor@gorizont.example")
    Membership.objects.filter(agent=igor).delete()
    return igor


@pytest.fixture
def ivan() -> Customer:
    return make_customer()


def writes() -> Case:
    arrive(letter(Message_ID=f"<{Case.objects.count()}@mail.example>"))
    open_load.forget()
    return Case.objects.latest("id")


def told(case: Case) -> tuple[str, dict[str, str]]:
    payload = Event.objects.get(name="cases.opened", case_id=case.pk).payload
    return payload["owner_because"], payload["passed_managers"]


def test_a_customers_own_manager_goes_before_the_organizations(anna: Agent, igor: Agent, ivan: Customer) -> None:
    school = found_organization(name="Школа", actor=SYSTEM)
    edit_customer(customer=ivan, actor=SYSTEM, changes={"organization": school})
    name_manager(charge=school, agent=igor, actor=SYSTEM)

    by_organization = writes()
    Case.objects.all().update(owner=make_lead())
    go_away(agent=Agent.objects.get(name="Ольга Петрова"), actor=SYSTEM)
    name_manager(charge=ivan, agent=anna, actor=SYSTEM)
    own = writes()

    assert (by_organization.owner, told(by_organization)) == (igor, ("organizations_manager", {}))
    assert (own.owner, told(own)) == (anna, ("customers_manager", {}))


def test_who_served_last_goes_before_a_manager_unless_away(anna: Agent, igor: Agent, ivan: Customer) -> None:
    make_case(owner=anna, customer=ivan)
    name_manager(charge=ivan, agent=igor, actor=SYSTEM)

    first = writes()
    go_away(agent=anna, actor=SYSTEM)
    second = writes()

    assert (first.owner, told(first)[0]) == (anna, "served_before")
    assert (second.owner, told(second)[0]) == (igor, "customers_manager")


def test_a_manager_who_is_not_here_is_passed_over_and_the_case_says_so(
    anna: Agent, igor: Agent, ivan: Customer
) -> None:
    school = found_organization(name="Школа", actor=SYSTEM)
    edit_customer(customer=ivan, actor=SYSTEM, changes={"organization": school})
    olga = make_lead()
    name_manager(charge=ivan, agent=igor, actor=SYSTEM)
    name_manager(charge=school, agent=olga, actor=SYSTEM)
    go_away(agent=igor, actor=SYSTEM)
    Agent.objects.filter(pk=olga.pk).update(is_active=False)

    case = writes()

    assert (case.owner, told(case)) == (anna, ("least_busy", {str(igor.pk): "away", str(olga.pk): "gone"}))
    with translation.override("ru"):
        page = desk(anna).get(f"/desk/cases/{case.number}/").text
    assert "персонального менеджера (Игорь Лыткин) не было на месте" in page
    assert "персональный менеджер (Ольга Петрова) здесь больше не работает" in page


def test_naming_is_announced_and_once_is_enough(anna: Agent, igor: Agent, ivan: Customer) -> None:
    school = found_organization(name="Школа", actor=SYSTEM)
    for _time in range(2):
        name_manager(charge=ivan, agent=anna, actor=SYSTEM)
        name_manager(charge=school, agent=anna, actor=SYSTEM)
    name_manager(charge=ivan, agent=igor, actor=SYSTEM)
    name_manager(charge=school, agent=None, actor=SYSTEM)
    name_manager(charge=school, agent=None, actor=SYSTEM)

    happened = Event.objects.filter(name__contains="manager").order_by("id")
    assert [(one.name, one.payload["agent_id"], one.customer_id) for one in happened] == [
        ("team.manager_named", anna.pk, ivan.pk),
        ("team.organizations_manager_named", anna.pk, None),
        ("team.manager_released", anna.pk, ivan.pk),
        ("team.manager_named", igor.pk, ivan.pk),
        ("team.organizations_manager_released", anna.pk, None),
    ]
    assert (manager_of(school), Manager.objects.get().agent) == (None, igor)


def test_only_leads_name_and_only_who_serves_is_named(anna: Agent, ivan: Customer) -> None:
    invited = create_agent(email="new@gorizont.example", name="Новенькая")[0]

    with refused("not_allowed"):
        name_manager(charge=ivan, agent=anna, actor=acting(anna))
    with refused("manager_unfit"):
        name_manager(charge=ivan, agent=invited, actor=acting(make_lead()))

    assert not Manager.objects.exists()


def test_nobody_is_named_for_a_customer_out_of_sight(anna: Agent, ivan: Customer) -> None:
    make_case(owner=anna, customer=ivan)
    lead = make_lead()
    Membership.objects.filter(agent=lead).delete()
    edit_agent(agent=lead, actor=SYSTEM, changes={"sight": Sight.OWN})

    with refused("not_found"):
        name_manager(charge=ivan, agent=anna, actor=acting(lead))


def test_a_manager_sees_whom_they_manage(anna: Agent, igor: Agent, ivan: Customer) -> None:
    make_case(owner=anna, customer=ivan)
    edit_agent(agent=igor, actor=SYSTEM, changes={"sight": Sight.OWN})
    school = found_organization(name="Школа", actor=SYSTEM)
    maria = make_customer("Мария", "maria@mail.example")
    make_case(owner=anna, customer=maria)
    edit_customer(customer=maria, actor=SYSTEM, changes={"organization": school})
    seen = [may_see_customer(acting(igor), one) for one in (ivan, maria)]

    name_manager(charge=ivan, agent=igor, actor=SYSTEM)
    name_manager(charge=school, agent=igor, actor=SYSTEM)

    assert seen == [False, False]
    assert [may_see_customer(acting(igor), one) for one in (ivan, maria)] == [True, True]


def test_they_come_along_when_two_records_are_one(anna: Agent, igor: Agent, ivan: Customer) -> None:
    other, third = make_customer("Иван К.", "i@work.example"), make_customer("И. К.", "k@work.example")
    name_manager(charge=other, agent=igor, actor=SYSTEM)
    name_manager(charge=third, agent=anna, actor=SYSTEM)

    merge_customers(into=ivan, other=other, actor=SYSTEM)
    merge_customers(into=ivan, other=third, actor=SYSTEM)
    run_jobs()

    row = Manager.objects.get()
    assert (row.agent, row.customer) == (igor, ivan)


def test_it_is_taken_out_with_a_person_and_forgotten_with_them(anna: Agent, ivan: Customer) -> None:
    name_manager(charge=ivan, agent=anna, actor=SYSTEM)
    person = Person(customer_id=ivan.pk, cases=[])
    kept = manager_kept(person)

    erase_customer(customer=ivan, actor=SYSTEM)
    forget_manager(person)

    assert kept == {"personal_manager": "Анна Смирнова"}
    assert manager_kept(person) == {}
    assert not Manager.objects.exists()


def test_a_manager_is_of_one_only(anna: Agent, ivan: Customer) -> None:
    with pytest.raises(IntegrityError, match="a_manager_is_of_a_customer_or_of_an_organization"):
        Manager.objects.create(agent=anna)


def test_it_is_named_and_shown_on_the_pages(anna: Agent, ivan: Customer) -> None:
    lead, case = desk(make_lead()), make_case(owner=anna, customer=ivan)
    school = found_organization(name="Школа", actor=SYSTEM)
    edit_customer(customer=ivan, actor=SYSTEM, changes={"organization": school})

    answers = [
        lead.post(f"/desk/customers/{ivan.pk}/manager", {"agent": anna.pk}),
        lead.post(f"/desk/organizations/{school.pk}/manager", {"agent": anna.pk}),
    ]

    assert [one.status_code for one in answers] == [302, 302]
    assert Manager.objects.count() == 2
    assert text(lead.get(f"/desk/customers/{case.customer_id}/")).count("Анна Смирнова") >= 3
    assert "Анна Смирнова" in text(lead.get(f"/desk/organizations/{school.pk}/"))
    assert desk(anna).get(f"/desk/customers/{ivan.pk}/manager").status_code == 403
    assert "/manager" not in desk(anna).get(f"/desk/customers/{ivan.pk}/").text
    assert lead.get("/desk/organizations/404/manager").status_code == 404
    assert f'value="{anna.pk}" selected' in lead.get(f"/desk/customers/{ivan.pk}/manager").text


def test_programs_name_and_read_them(anna: Agent, ivan: Customer) -> None:
    make_case(owner=anna, customer=ivan)
    school = found_organization(name="Школа", actor=SYSTEM)
    edit_customer(customer=ivan, actor=SYSTEM, changes={"organization": school})
    program, named = Program(make_lead()), {"id": anna.pk, "name": "Анна Смирнова"}

    told = [
        program.post(f"/customers/{ivan.pk}/manager", {"agent": anna.email}).json(),
        program.post(f"/organizations/{school.pk}/manager", {"agent": anna.pk}).json(),
    ]

    assert told == [{"manager": named}, {"manager": named}]
    ivans = program.get(f"/customers/{ivan.pk}").json()
    assert (ivans["manager"], ivans["organization"]["manager"]) == (named, named)
    assert program.get(f"/organizations/{school.pk}").json()["manager"] == named
    assert program.post(f"/customers/{ivan.pk}/manager", {"agent": None}).json() == {"manager": None}
    assert program.get("/customers").json()["items"][0]["manager"] is None
    assert program.post("/organizations/404/manager", {"agent": None}).status_code == 404
    assert Program(anna).post(f"/customers/{ivan.pk}/manager", {"agent": None}).status_code == 403
    assert Organization.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_namings_at_once_both_are_heard_one_after_the_other() -> None:
    ivan, anna, igor = make_customer(), make_agent(), make_agent("Игорь Лыткин", "igor@gorizont.example")

    def slowly() -> None:
        with transaction.atomic():
            name_manager(charge=ivan, agent=anna, actor=SYSTEM)
            let_the_other_wait()

    both(slowly, lambda: name_manager(charge=ivan, agent=igor, actor=SYSTEM))

    assert Manager.objects.get().agent == igor
    assert Event.objects.filter(name="team.manager_released").count() == 1
