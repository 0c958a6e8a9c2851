"""Somebody leaves: everything of theirs goes on with somebody who is here, and the house itself sees to that."""

import pytest

from otklik.cases.actions import find_those_left_behind, let_agent_go, mark_solved
from otklik.cases.checks import owners
from otklik.cases.clock import see_that_nobody_is_left_behind
from otklik.cases.models import Alert, Case
from otklik.cases.queries import open_load
from otklik.customers.actions import found_organization
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.models import Event
from otklik.team.actions.managers import name_manager
from otklik.team.models import Agent, Manager
from otklik.team.queries import manager_of
from tests.building import acting, fresh, make_agent, make_case, make_customer, make_lead, outbox, refused, run_jobs
from tests.desk.test_knowledge import text
from tests.desk.visiting import desk
from tests.stories.test_from_first_word_to_satisfied import plain
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def igor() -> Agent:
    return make_agent("Игорь Лыткин", "igor@gorizont.example")


def gone(agent: Agent) -> None:
    """As no action does it: a restored row, SQL by hand."""
    Agent.objects.filter(pk=agent.pk).update(is_active=False)
    open_load.forget()


def test_by_the_rules_each_case_finds_its_own_owner(anna: Agent, igor: Agent) -> None:
    vlad = make_agent("Влад Орлов", "vlad@gorizont.example")
    petr, maria = make_customer("Пётр", "petr@mail.example"), make_customer("Мария", "maria@mail.example")
    make_case(owner=vlad, customer=petr)
    for _number in range(3):
        make_case(owner=vlad)
    his, hers = make_case(owner=anna, customer=petr), make_case(owner=anna, customer=maria)
    mark_solved(case=hers, actor=acting(anna), summary="Отправили")
    open_load.forget()

    moved = let_agent_go(agent=anna, to=None, actor=SYSTEM, by_rules=True)

    assert moved == 2
    assert (fresh(his).owner, fresh(hers).owner) == (vlad, igor)
    assert not Agent.objects.get(pk=anna.pk).is_active


def test_by_the_rules_nobody_goes_while_nobody_else_is_there(anna: Agent) -> None:
    case = make_case(owner=anna)

    with refused("nobody_here"):
        let_agent_go(agent=anna, to=None, actor=SYSTEM, by_rules=True)

    assert fresh(case).owner.is_active


def test_whom_they_managed_goes_to_the_heir_or_to_nobody(anna: Agent, igor: Agent) -> None:
    ivan, school = make_customer(), found_organization(name="Школа", actor=SYSTEM)
    name_manager(charge=ivan, agent=anna, actor=SYSTEM)
    name_manager(charge=school, agent=anna, actor=SYSTEM)

    let_agent_go(agent=anna, to=igor, actor=SYSTEM)
    taken = [manager_of(ivan), manager_of(school)]
    let_agent_go(agent=igor, to=None, actor=SYSTEM)

    assert [one.agent if one else None for one in taken] == [igor, igor]
    assert not Manager.objects.exists()


def test_a_case_of_somebody_who_is_gone_finds_a_new_owner_and_the_lead_hears(anna: Agent, igor: Agent) -> None:
    olga = make_lead()
    case, solved, closed = make_case(owner=anna), make_case(owner=anna), make_case(owner=anna)
    mark_solved(case=solved, actor=acting(anna), summary="Отправили")
    Case.objects.filter(pk=closed.pk).update(state="unconfirmed", closed_at=closed.created_at)
    deputised = make_case(owner=igor)
    Case.objects.filter(pk=deputised.pk).update(deputy=anna)
    gone(anna)
    before = list(owners())

    see_that_nobody_is_left_behind()
    see_that_nobody_is_left_behind()
    run_jobs()

    assert fresh(case).owner in {igor, olga}
    assert fresh(solved).owner in {igor, olga}
    assert (fresh(closed).owner, fresh(deputised).deputy) == (anna, None)
    told = Alert.objects.filter(reason="left_behind", agent=olga).order_by("case").values_list("case_id", flat=True)
    assert list(told) == [case.pk, solved.pk]
    assert Event.objects.filter(name="cases.owner_changed", payload__has_left=True).count() == 2
    assert fresh(case).owner.name in "".join(plain(one) for one in outbox())
    assert [well for well, _words in before] == [False]
    assert str(case.pk) in before[0][1]
    assert [well for well, _words in owners()] == [True]


def test_where_nobody_is_there_the_admins_hear_and_the_next_look_tries_again(anna: Agent) -> None:
    admin = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    Agent.objects.filter(pk=admin.pk).update(came_at=None)
    case = make_case(owner=anna)
    gone(anna)

    found = [find_those_left_behind()]
    told = Alert.objects.get(reason="left_behind").agent
    Agent.objects.filter(pk=admin.pk).update(came_at=case.created_at)
    found.append(find_those_left_behind())

    assert (found, told, fresh(case).owner) == ([0, 1], admin, admin)


def test_the_page_offers_the_rules_and_to_look_at_each(anna: Agent, igor: Agent) -> None:
    admin = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    case = make_case(owner=anna)
    browser = desk(admin)

    page = browser.get(f"/desk/settings/agents/{anna.pk}/leave")
    nobody = browser.post(f"/desk/settings/agents/{anna.pk}/leave", {"to": ""})
    done = browser.post(f"/desk/settings/agents/{anna.pk}/leave", {"to": "", "by_rules": "on"})

    assert f"/desk/hand-over?case={case.pk}" in page.text
    assert nobody.status_code == 422
    assert "Выберите" in text(nobody)
    assert done.status_code == 302
    assert fresh(case).owner in {igor, admin}


@pytest.mark.django_db(transaction=True)
@locks("cases.actions.leaving.find_those_left_behind")
def test_of_two_looks_at_once_only_one_names_an_owner() -> None:
    case = make_case()
    make_agent("Игорь Лыткин", "igor@gorizont.example")
    gone(case.owner)

    while_open(find_those_left_behind, find_those_left_behind)

    assert Event.objects.filter(name="cases.owner_changed").count() == 1
