"""Who gets a new case, and why: by acquaintance, by skill, by turn, never more than one may have."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone, translation

from otklik.cases.models import Alert, Case
from otklik.cases.queries import open_load
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.models import Event
from otklik.team.actions import edit_agent, go_away
from otklik.team.models import Agent
from tests.building import acting, arrive, letter, make_agent, make_case, make_inbox, make_lead
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    make_inbox()
    return make_agent()


def wrote(name: str, text: str = "Здравствуйте! Помогите.") -> Case:
    arrive(letter(text, From=f"{name} <{name}@mail.example>", Message_ID=f"<{name}@mail.example>"))
    open_load.forget()
    return Case.objects.latest("id")


def because(case: Case) -> str:
    told: str = Event.objects.get(name="cases.opened", case_id=case.pk).payload["owner_because"]
    return told


def limit(agent: Agent, most: int | None) -> None:
    edit_agent(agent=agent, actor=SYSTEM, changes={"most_open": most})


def test_among_equals_it_is_the_turn_of_who_waited_longest(anna: Agent) -> None:
    igor = make_agent("Игорь Лыткин", "igor@gorizont.example")
    vlad = make_agent("Влад Орлов", "vlad@gorizont.example")

    owners = [wrote(f"client{number}").owner for number in range(6)]

    assert owners == [anna, igor, vlad, anna, igor, vlad]
    assert because(Case.objects.latest("id")) == "least_busy"


def test_an_old_case_weighs_more_than_a_new_one(anna: Agent) -> None:
    igor = make_agent("Игорь Лыткин", "igor@gorizont.example")
    old, _new = make_case(owner=anna), make_case(owner=igor)
    Case.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=4))
    open_load.forget()

    assert wrote("client").owner == igor
    assert {pk: has.cases for pk, has in open_load(old.team).items()} == {anna.pk: 1, igor.pk: 2}
    assert 1.5 < open_load(old.team)[anna.pk].weight < 1.6


def test_a_very_old_case_weighs_no_more_than_two_new_ones(anna: Agent) -> None:
    old = make_case(owner=anna)
    Case.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=400))
    open_load.forget()

    assert open_load(old.team)[anna.pk].weight == 2


def test_who_has_as_many_as_they_may_gets_no_more(anna: Agent) -> None:
    igor = make_agent("Игорь Лыткин", "igor@gorizont.example")
    for _number in range(3):
        make_case(owner=igor)
    make_case(owner=anna)
    limit(anna, 1)

    assert wrote("client").owner == igor
    limit(anna, 2)
    assert wrote("another").owner == anna


def test_an_acquaintance_goes_before_the_limit(anna: Agent) -> None:
    make_agent("Игорь Лыткин", "igor@gorizont.example")
    make_case(owner=anna)
    limit(anna, 1)

    arrive(letter("Ещё вопрос", Message_ID="<again@mail.example>"))

    assert Case.objects.latest("id").owner == anna
    assert because(Case.objects.latest("id")) == "served_before"


def test_a_skill_counts_only_while_there_is_room(anna: Agent) -> None:
    igor = make_agent("Игорь Лыткин", "igor@gorizont.example")
    Agent.objects.filter(pk=anna.pk).update(skills=["возврат"])
    make_case(owner=anna)

    skilled = wrote("client", "Как оформить возврат?")
    limit(anna, 1)
    full = wrote("another", "Как оформить возврат?")

    assert (skilled.owner, because(skilled)) == (anna, "skill")
    assert (full.owner, because(full)) == (igor, "least_busy")


def test_when_all_are_full_the_least_busy_goes_on_and_the_leads_hear_once(anna: Agent) -> None:
    olga = make_lead()
    limit(olga, 1)
    make_case(owner=olga)
    make_case(owner=anna)
    limit(anna, 1)

    first, second = wrote("client"), wrote("another")

    assert {first.owner, second.owner} == {anna, olga}
    assert because(first) == because(second) == "all_full"
    assert list(Alert.objects.filter(agent=olga, reason="nobody_free").values_list("case_id", flat=True)) == [first.pk]


def test_when_nobody_is_here_the_case_has_an_owner_and_the_lead_hears(anna: Agent) -> None:
    olga = make_lead()
    for one in (anna, olga):
        go_away(agent=one, actor=acting(one))

    case = wrote("client")

    assert because(case) == "nobody_here"
    assert case.owner in {anna, olga}
    assert Alert.objects.get(agent=olga, reason="nobody_free").case_id == case.pk


def test_a_free_colleague_is_no_news_for_the_lead(anna: Agent) -> None:
    make_lead()
    wrote("client")

    assert not Alert.objects.filter(reason="nobody_free").exists()


def test_the_case_says_why(anna: Agent) -> None:
    with translation.override("ru"):
        case = wrote("client")
        page = desk(case.owner).get(f"/desk/cases/{case.number}/").text

    assert "меньше всех обращений, или подошла очередь" in page


def test_whoever_is_named_was_named(anna: Agent) -> None:
    case = make_case(owner=anna)

    assert because(case) == "named"


def test_the_limit_is_a_setting_of_the_admin(anna: Agent) -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    typed = {"name": anna.name, "role": "agent", "sight": "team", "skills": "", "deputy": "", "most_open": "12"}

    answer = desk(vera).post(f"/desk/settings/agents/{anna.pk}", typed)

    assert answer.status_code == 302
    assert Agent.objects.get(pk=anna.pk).most_open == 12
    assert desk(vera).post(f"/desk/settings/agents/{anna.pk}", typed | {"most_open": "0"}).status_code == 422
    assert desk(vera).post(f"/desk/settings/agents/{anna.pk}", typed | {"most_open": ""}).status_code == 302
    assert Agent.objects.get(pk=anna.pk).most_open is None


def test_the_database_wants_at_least_one(anna: Agent) -> None:
    with pytest.raises(IntegrityError, match="an_agent_may_have_a_case_at_least"):
        Agent.objects.filter(pk=anna.pk).update(most_open=0)
