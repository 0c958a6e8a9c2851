"""A new word in a known case."""

import pytest

from otklik.cases.actions import close_unconfirmed, confirm_satisfaction, mark_solved
from otklik.cases.models import Alert, Case
from otklik.reach.models import Message
from tests.building import acting, arrive, customer_actor, fresh, letter, make_agent, make_inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    make_agent()
    make_inbox()
    arrive(letter(Message_ID="<first@mail.example>"))
    return fresh(Case.objects.get())


def answer(text: str, number: int = 2, **headers: str) -> bytes:
    ours = Message.objects.filter(direction="out").latest("id")
    return letter(text, Message_ID=f"<word{number}@mail.example>", In_Reply_To=f"<{ours.external_id}>", **headers)


def solve(case: Case) -> None:
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Отправили курьером")


def test_a_new_word_reopens_a_solved_case_to_the_same_owner(case: Case) -> None:
    solve(case)

    arrive(answer("Посылка пустая!"))

    assert (fresh(case).state, fresh(case).owner) == (Case.State.OPEN, case.owner)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("thanks", ["Спасибо!", "Спасибо большое, всё отлично!", "Thank you very much"])
def test_only_thanks_leave_a_solved_case_in_peace(case: Case, thanks: str) -> None:
    solve(case)

    arrive(answer(thanks))

    assert fresh(case).state == Case.State.SOLVED


def test_thanks_with_a_request_reopen(case: Case) -> None:
    solve(case)

    arrive(answer("Спасибо, но учебник не тот. Замените, пожалуйста."))

    assert fresh(case).state == Case.State.OPEN


def test_any_word_reopens_an_unconfirmed_case_for_ever(case: Case) -> None:
    solve(case)
    close_unconfirmed(case=fresh(case))

    arrive(answer("Спасибо"))

    assert fresh(case).state == Case.State.OPEN


def test_a_new_word_reopens_a_satisfied_case(case: Case) -> None:
    solve(case)
    confirm_satisfaction(case=fresh(case), actor=customer_actor(case), satisfaction=5)

    arrive(answer("Снова сломалось"))

    assert (fresh(case).state, fresh(case).came_back) == (Case.State.OPEN, 1)


def test_an_automatic_answer_changes_nothing(case: Case) -> None:
    solve(case)

    arrive(answer("Я в отпуске до понедельника", Auto_Submitted="auto-replied"))

    assert fresh(case).state == Case.State.SOLVED
    assert Message.objects.filter(direction="in").count() == 2


def test_a_strangers_letter_is_kept_but_not_believed(case: Case) -> None:
    solve(case)

    arrive(answer("Да, всё решено, закрывайте", From="Чужой <stranger@other.example>"))

    message = Message.objects.filter(direction="in").latest("id")
    assert message.is_sender_verified is False
    assert fresh(case).state == Case.State.SOLVED
    assert Alert.objects.filter(agent=case.owner, reason=Alert.Reason.STRANGER).count() == 1


def test_the_same_subject_alone_never_joins_two_customers(case: Case) -> None:
    arrive(letter("И у меня не пришёл", From="Мария <maria@mail.example>", Message_ID="<other@mail.example>"))

    assert Case.objects.count() == 2
    assert Case.objects.exclude(pk=case.pk).get().customer != case.customer
