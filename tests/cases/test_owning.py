"""One named owner; a deputy while they are away; a hand-over that spares a second telling."""

import pytest
from django.db import IntegrityError, transaction

from otklik.cases.actions import reply, stand_in, transfer
from otklik.cases.models import Alert, Case
from otklik.foundation.actors import Role, Sight
from otklik.foundation.errors import Refusal
from otklik.reach.models import Message
from otklik.team.actions import come_back, edit_agent, go_away
from tests.building import acting, arrive, fresh, letter, make_agent, make_case, make_inbox, outbox, run_jobs
from tests.stories.test_from_first_word_to_satisfied import plain

pytestmark = pytest.mark.django_db


def test_a_case_without_an_owner_cannot_exist() -> None:
    case = make_case()

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(owner=None)


def test_a_hand_over_needs_a_written_summary() -> None:
    case = make_case()
    other = make_agent("Игорь Лыткин", "igor@gorizont.example")

    with pytest.raises(Refusal) as refused:
        transfer(case=case, actor=acting(case.owner), to=other, summary=" ")

    assert refused.value.code == "summary_missing"
    assert fresh(case).owner == case.owner


def test_after_a_hand_over_the_customer_is_told_the_new_name() -> None:
    case = make_case()
    other = make_agent("Игорь Лыткин", "igor@gorizont.example")

    transfer(case=case, actor=acting(case.owner), to=other, summary="Ждёт учебник, заказ 10482")
    run_jobs()

    assert fresh(case).owner == other
    assert "Игорь Лыткин" in plain(outbox()[-1])
    assert Message.objects.filter(direction="note").get().text == "Ждёт учебник, заказ 10482"
    assert Alert.objects.get(agent=other).reason == Alert.Reason.HANDED_OVER


def test_of_two_hand_overs_at_once_only_one_wins() -> None:
    case = make_case()
    stale = fresh(case)
    other = make_agent("Игорь Лыткин", "igor@gorizont.example")
    third = make_agent("Айгуль Сафина", "aigul@gorizont.example")
    transfer(case=case, actor=acting(case.owner), to=other, summary="Первый")

    with pytest.raises(Refusal) as refused:
        transfer(case=stale, actor=acting(stale.owner), to=third, summary="Второй")

    assert refused.value.code == "changed_meanwhile"
    assert fresh(case).owner == other


def test_while_the_owner_is_away_a_deputy_answers_and_the_customer_knows_both_names() -> None:
    anna = make_agent()
    make_inbox()
    arrive(letter(Message_ID="<first@mail.example>"))
    case = Case.objects.get()
    deputy = make_agent("Игорь Лыткин", "igor@gorizont.example")
    go_away(agent=anna, actor=acting(anna), deputy=deputy)
    ours = Message.objects.filter(direction="out").latest("id")

    arrive(letter("Есть новости?", Message_ID="<second@mail.example>", References=f"<{ours.external_id}>"))

    told = plain(outbox()[-1])
    assert (fresh(case).owner, fresh(case).deputy) == (anna, deputy)
    assert "Анна Смирнова" in told
    assert "Игорь Лыткин" in told
    come_back(agent=anna, actor=acting(anna))
    run_jobs()
    assert fresh(case).deputy is None


def test_an_agent_with_own_sight_does_not_see_anothers_case() -> None:
    case = make_case()
    admin = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    other = make_agent("Игорь Лыткин", "igor@gorizont.example")
    edit_agent(agent=other, actor=acting(admin), changes={"sight": Sight.OWN})

    with pytest.raises(Refusal) as refused:
        reply(case=case, actor=acting(other), text="Здравствуйте")

    assert refused.value.code == "not_found"


def test_who_served_last_serves_again() -> None:
    anna = make_agent()
    first = make_case(owner=anna)
    make_agent("Игорь Лыткин", "igor@gorizont.example")

    arrive(letter("Новый вопрос", Message_ID="<new@mail.example>"))

    assert Case.objects.exclude(pk=first.pk).get().owner == anna


def test_a_new_customer_goes_to_the_least_busy() -> None:
    anna = make_agent()
    make_case(owner=anna)
    other = make_agent("Игорь Лыткин", "igor@gorizont.example")

    arrive(letter("Вопрос", From="Мария <maria@mail.example>", Message_ID="<m@mail.example>"))

    assert Case.objects.latest("id").owner == other


def test_who_stands_in_for_an_absent_owner_is_told_to_the_customer() -> None:
    case = make_case()
    igor = make_agent("Игорь Лыткин", "igor@gorizont.example")
    go_away(agent=case.owner, actor=acting(case.owner))

    stand_in(case=fresh(case), actor=acting(igor))
    run_jobs()

    assert (fresh(case).owner, fresh(case).deputy) == (case.owner, igor)
    assert "Игорь Лыткин" in plain(outbox()[-1])
    assert "Анна Смирнова" in plain(outbox()[-1])
