"""Solved is our opinion, satisfied the customer's word, unconfirmed their silence."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from otklik.cases.actions import (
    close_unconfirmed,
    confirm_satisfaction,
    mark_solved,
    reopen,
    take_dissatisfaction,
)
from otklik.cases.models import Alert, Case, CustomersWord
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from tests.building import acting, customer_actor, fresh, make_agent, make_case, make_lead

pytestmark = pytest.mark.django_db


def names_of(case: Case) -> list[str]:
    return list(Event.objects.filter(case_id=case.pk).order_by("id").values_list("name", flat=True))


def test_solving_needs_a_summary_for_the_customer() -> None:
    case = make_case()

    with pytest.raises(Refusal) as refused:
        mark_solved(case=case, actor=acting(case.owner), summary="  ")

    assert refused.value.code == "summary_missing"
    assert fresh(case).state == Case.State.OPEN


def test_solving_waits_for_the_customers_word() -> None:
    case = make_case()

    mark_solved(case=case, actor=acting(case.owner), summary="Отправили курьером")

    solved = fresh(case)
    assert (solved.state, solved.waits_for, solved.due_at) == (Case.State.SOLVED, Case.WaitsFor.CUSTOMER, None)
    assert names_of(case)[-1] == "cases.solved"


def test_of_two_who_solve_at_once_only_one_wins() -> None:
    case = make_case()
    stale = fresh(case)
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")

    with pytest.raises(Refusal) as refused:
        mark_solved(case=stale, actor=acting(case.owner), summary="Готово")

    assert refused.value.code == "changed_meanwhile"
    assert names_of(case).count("cases.solved") == 1


def test_an_agent_cannot_say_the_customers_word() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")

    with pytest.raises(Refusal) as refused:
        confirm_satisfaction(case=fresh(case), actor=acting(case.owner), satisfaction=5)

    assert refused.value.code == "only_the_customer"
    assert fresh(case).state == Case.State.SOLVED


def test_the_database_refuses_satisfied_without_the_customers_word() -> None:
    case = make_case()

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state=Case.State.SATISFIED, closed_at=case.created_at)


def test_the_database_refuses_the_word_of_another_case() -> None:
    case = make_case()
    other = make_case(owner=case.owner, text="Другой вопрос")
    mark_solved(case=other, actor=acting(other.owner), summary="Готово")
    word = confirm_satisfaction(case=fresh(other), actor=customer_actor(other))

    with pytest.raises(DatabaseError, match="only the word of this case"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state=Case.State.SATISFIED, closed_at=case.created_at, word=word)


def test_the_customers_word_is_never_rewritten() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    word = confirm_satisfaction(case=fresh(case), actor=customer_actor(case), satisfaction=2)

    with pytest.raises(DatabaseError, match="not rewritten"), transaction.atomic():
        CustomersWord.objects.filter(pk=word.pk).update(satisfaction=5)


def test_history_is_never_rewritten() -> None:
    case = make_case()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(case_id=case.pk).delete()


def test_a_dissatisfied_customer_gets_the_case_back_to_the_same_owner() -> None:
    anna, olga = make_agent(), make_lead()
    case = make_case(owner=anna)
    mark_solved(case=case, actor=acting(anna), summary="Готово")

    take_dissatisfaction(
        case=fresh(case), actor=customer_actor(case), reason="customer_said_no", words="Всё ещё не работает"
    )

    back = fresh(case)
    assert (back.state, back.owner, back.came_back, back.waits_for) == (Case.State.OPEN, anna, 1, Case.WaitsFor.US)
    assert back.due_at is not None
    assert Alert.objects.filter(agent=olga, case=case, reason=Alert.Reason.DISSATISFIED).count() == 1


def test_silence_is_counted_apart() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")

    close_unconfirmed(case=fresh(case))

    assert fresh(case).state == Case.State.UNCONFIRMED
    assert Event.objects.get(case_id=case.pk, name="cases.closed").payload["outcome"] == "unconfirmed"


def test_an_open_case_cannot_fall_silent() -> None:
    case = make_case()

    with pytest.raises(Refusal) as refused:
        close_unconfirmed(case=case)

    assert refused.value.code == "changed_meanwhile"


def test_reopening_by_an_agent_needs_a_reason_and_keeps_it_as_a_note() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")

    with pytest.raises(Refusal) as refused:
        reopen(case=fresh(case), actor=acting(case.owner), reason="")
    reopen(case=fresh(case), actor=acting(case.owner), reason="Курьер вернул посылку")

    assert refused.value.code == "reason_missing"
    assert fresh(case).state == Case.State.OPEN
    notes = case.threads.get().conversation.messages.filter(direction="note")
    assert [note.text for note in notes] == ["Курьер вернул посылку"]


def test_a_second_yes_is_the_word_of_its_own_case_alone() -> None:
    case, other = make_case(), make_case()
    for one in (case, other):
        mark_solved(case=one, actor=acting(one.owner), summary="Готово")
        confirm_satisfaction(case=one, actor=customer_actor(one), satisfaction=4)
    before = fresh(other).word_id

    again = confirm_satisfaction(case=fresh(case), actor=customer_actor(case), satisfaction=5)

    assert fresh(case).word_id == again.pk
    assert fresh(other).word_id == before
