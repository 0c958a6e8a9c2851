"""Never tell it twice: what the customer told is known with its source, and an answer that asks again is warned of."""

from typing import Any

import pytest
from django.test import Client

from otklik.cases.actions import erase_person, mark_spam
from otklik.cases.models import Case
from otklik.cases.queries import known_facts, told_already
from otklik.foundation.actors import SYSTEM
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, make_agent, make_case, make_customer
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
TOLD = "Заказ № 4711-22 не пришёл, мой телефон 8 900 555-01-42."
ASKS = "Здравствуйте! Напишите, пожалуйста, номер заказа."


@pytest.fixture
def case() -> Case:
    return make_case(text=TOLD)


def known(case: Case) -> list[tuple[str, str, int]]:
    return [(one.kind, one.value, one.case_number) for one in known_facts(case, actor=acting(case.owner))]


def again(case: Case, text: str) -> list[str]:
    return [one.value for one in told_already(case, actor=acting(case.owner), text=text)]


def test_it_is_known_with_its_source(case: Case) -> None:
    assert known(case) == [("order", "4711-22", case.pk), ("phone", "+79005550142", case.pk)]
    fact = known_facts(case, actor=acting(case.owner))[0]
    message = Message.objects.get(direction="in")
    assert (fact.message_id, fact.at) == (message.pk, message.at)


def test_it_is_known_in_every_case_of_the_person_and_in_nobody_elses(case: Case) -> None:
    later = make_case(owner=case.owner, customer=case.customer, text="Ещё раз: заказ 4711-22")
    other = make_case(owner=case.owner, customer=make_customer("Пётр", "petr@mail.example"), text="Где книга?")

    assert known(case) == [("order", "4711-22", later.pk), ("phone", "+79005550142", case.pk)]
    assert known(other) == []


def test_nothing_is_known_of_machines_forgers_and_cases_out_of_sight(case: Case) -> None:
    vera = make_agent("Вера", "vera@gorizont.example")
    Agent.objects.filter(pk=vera.pk).update(sight="own")
    theirs = make_case(owner=Agent.objects.get(pk=vera.pk), customer=case.customer, text="Где книга?")
    assert known(theirs) == []

    Message.objects.update(is_sender_verified=False)
    assert known(case) == []
    Message.objects.update(is_sender_verified=True, automatic_because="out_of_office")
    assert known(case) == []
    Message.objects.update(automatic_because="")
    mark_spam(case=case, actor=acting(case.owner))
    assert known(case) == []


def test_nothing_of_an_erased_person_is_known(case: Case) -> None:
    erase_person(customer=case.customer, actor=SYSTEM)

    assert known(case) == []


def test_an_order_of_another_case_may_be_another_order_a_phone_is_theirs(case: Case) -> None:
    later = make_case(owner=case.owner, customer=case.customer, text="Новый вопрос")

    assert again(case, ASKS) == ["4711-22"]
    assert again(later, ASKS) == []
    assert again(later, "Какой у вас номер телефона?") == ["+79005550142"]


def test_who_names_what_is_known_does_not_ask_for_it(case: Case) -> None:
    assert again(case, "Вы писали про 4711-22. Подскажите номер заказа?") == []
    assert again(case, "Спасибо, проверяю.") == []


def press(client: Client, case: Case, **values: Any) -> Any:
    seen = {"seen": Message.objects.filter(direction="in").latest("id").pk, "word": 0}
    return client.post(f"/desk/cases/{case.pk}/reply", {"text": ASKS, "then": "send", **seen, **values})


def test_the_editor_warns_once_and_the_next_press_sends(case: Case) -> None:
    anna, answers = desk(case.owner), Message.objects.filter(direction="out", purpose="answer")

    told = press(anna, case)

    assert told.status_code == 422
    assert "4711-22" in told.text
    assert "уже известно" in told.text
    assert 'name="warned" value="order"' in told.text
    assert ASKS in told.text
    assert not answers.exists()
    assert press(anna, case, warned="order").status_code == 302
    assert answers.count() == 1


def test_an_ordinary_answer_leaves_at_once(case: Case) -> None:
    assert press(desk(case.owner), case, text="Ваш заказ уже в пути, спасибо!").status_code == 302


def test_a_warning_of_one_thing_is_none_of_another(case: Case) -> None:
    told = press(desk(case.owner), case, warned="order", text=ASKS + " И укажите контактный телефон.")

    assert told.status_code == 422
    assert 'name="warned" value="order phone"' in told.text


def test_it_stands_folded_beside_the_case_and_can_be_put_in(case: Case) -> None:
    anna = desk(case.owner)
    assert f'hx-get="/desk/cases/{case.pk}/known"' in anna.get(f"/desk/cases/{case.pk}/").text

    part = anna.get(f"/desk/cases/{case.pk}/known", headers={"HX-Request": "true"}).text

    assert 'data-insert="4711-22"' in part
    assert "<html" not in part
    assert "<html" in anna.get(f"/desk/cases/{case.pk}/known").text


def test_programs_read_it(case: Case) -> None:
    items = Program(case.owner).get(f"/cases/{case.pk}/known").json()["items"]

    assert [(one["kind"], one["value"], one["case"]) for one in items] == known(case)
    assert Program(case.owner).get("/cases/999999/known").status_code == 404
