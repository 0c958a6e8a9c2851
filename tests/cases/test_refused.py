"""What a case does not let happen, and that nothing has changed after it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.cases.actions import (
    answer_and_solve,
    confirm_satisfaction,
    edit_case,
    let_agent_go,
    merge_cases,
    open_for_customer,
    reopen,
    reply,
    save_custom_field,
    stand_in,
)
from otklik.cases.models import Case, CustomField
from otklik.foundation.actors import SYSTEM, Role
from otklik.reach.adapters.incoming import Address
from otklik.reach.models import Message
from otklik.reach.queries import Recipients
from otklik.team.actions import create_agent, ensure_first_team
from otklik.team.models import Agent
from otklik.team.queries import here_in
from tests.building import (
    IVAN,
    acting,
    customer_actor,
    fresh,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    refused,
    run_jobs,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "ticket"}, "kind_unknown"),
        ({"priority": "yesterday"}, "priority_unknown"),
        ({"subject": "  "}, "subject_missing"),
    ],
)
def test_a_case_is_not_made_what_there_is_not(changes: dict[str, Any], code: str) -> None:
    case = make_case()
    before = Case.objects.values().get(pk=case.pk)

    with refused(code):
        edit_case(case=case, actor=acting(case.owner), changes=changes)

    assert Case.objects.values().get(pk=case.pk) == before


@pytest.mark.parametrize(
    ("key", "values", "code"),
    [
        ("Заказ", {"name": "Заказ"}, "key_invalid"),
        ("merged_into", {"name": "Заказ"}, "key_invalid"),
        ("order", {"name": "Заказ", "kind": "choice", "choices": []}, "choices_missing"),
    ],
)
def test_a_fact_that_could_not_be_filled_in_is_not_defined(key: str, values: dict[str, Any], code: str) -> None:
    with refused(code):
        save_custom_field(about="case", key=key, actor=SYSTEM, values=values)

    assert not CustomField.objects.exists()


def test_a_fact_is_of_its_kind() -> None:
    save_custom_field(about="case", key="order_number", actor=SYSTEM, values={"name": "Заказ", "kind": "number"})
    case = make_case()

    with refused("custom_invalid"):
        edit_case(case=case, actor=acting(case.owner), changes={"custom": {"order_number": "сорок"}})

    assert "order_number" not in fresh(case).custom


def test_cases_of_two_people_stay_two_and_none_is_merged_with_itself() -> None:
    case = make_case()
    other = make_case(
        owner=case.owner, customer=make_customer("Пётр", "petr@mail.example"), address="petr@mail.example"
    )

    with refused("other_customer"):
        merge_cases(into=case, other=other, actor=acting(case.owner))
    with refused("same_case"):
        merge_cases(into=case, other=fresh(case), actor=acting(case.owner))

    assert (case.threads.count(), other.threads.count()) == (1, 1)


def test_nobody_stands_in_for_an_owner_who_is_here() -> None:
    case = make_case()
    lead = make_agent("Ольга Петрова", "olga@gorizont.example", Role.LEAD)

    with refused("owner_is_here"):
        stand_in(case=case, actor=acting(lead))

    assert fresh(case).deputy is None


def test_an_agent_does_not_go_while_cases_would_be_left_without_an_owner() -> None:
    case = make_case()

    with refused("heir_missing"):
        let_agent_go(agent=case.owner, to=None, actor=SYSTEM)
    with refused("heir_missing"):
        let_agent_go(agent=case.owner, to=case.owner, actor=SYSTEM)

    assert fresh(case).owner.is_active


@pytest.mark.parametrize("days", [-1, 4000])
def test_a_letter_leaves_neither_in_the_past_nor_in_ten_years(days: int) -> None:
    case = make_case()

    with refused("send_at_invalid"):
        reply(case=case, actor=acting(case.owner), text="Готово", send_at=timezone.now() + timedelta(days=days))


def ask_for_help() -> None:
    open_for_customer(customer=make_customer(), subject="Учебник", text="Не пришёл", address=IVAN, actor=SYSTEM)


def test_a_house_in_which_nobody_is_yet_promises_nobody_an_owner() -> None:
    ensure_first_team()
    make_inbox()
    with refused("nobody_here"):
        ask_for_help()

    create_agent(email="igor@gorizont.example", name="Игорь Лыткин")  # invited, and has not come
    with refused("nobody_here"):
        ask_for_help()

    assert not Case.objects.exists()
    assert not Message.objects.exists()


def test_a_memory_of_somebody_who_has_just_left_makes_no_owner() -> None:
    anna = make_agent()
    make_inbox()
    here_in(ensure_first_team())
    Agent.objects.filter(pk=anna.pk).update(is_active=False)

    with refused("nobody_here"):
        ask_for_help()

    assert not Case.objects.exists()


def test_a_closed_case_does_not_come_back_to_nobody() -> None:
    case = make_case()
    confirm_satisfaction(case=case, actor=customer_actor(case))
    Agent.objects.update(is_active=False)
    here_in.forget()

    with refused("nobody_here"):
        reopen(case=fresh(case), actor=SYSTEM, reason="Нашли ошибку")

    assert fresh(case).state == Case.State.SATISFIED


@pytest.mark.parametrize("answer", [reply, answer_and_solve])
def test_nobody_gets_a_letter_whom_nobody_has_confirmed(answer: Callable[..., Message]) -> None:
    case = make_case()
    actor, before = acting(case.owner), Message.objects.count()
    ivan, boss = Address(email=IVAN), Address(email="boss@other.example")

    for people in (Recipients(to=(boss,)), Recipients(to=(ivan,), cc=(boss,))):
        with refused("recipient_not_confirmed"):
            answer(
                case=case, actor=actor, text="Готово", recipients=people, confirmed=frozenset({"other@mail.example"})
            )

    assert (Message.objects.count(), fresh(case).state) == (before, Case.State.OPEN)
    letter = answer(
        case=fresh(case), actor=actor, text="Готово", recipients=Recipients(to=(ivan,), cc=(boss,)),
        confirmed=frozenset({boss.email}),
    )  # fmt: skip
    run_jobs()
    assert set(letter.deliveries.values_list("address", "state")) == {(IVAN, "sent"), (boss.email, "sent")}
