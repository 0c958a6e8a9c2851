"""No case is put away over a complaint, and the customer's word about the case is heard as their word about it."""

import pytest

from otklik.cases.actions import close_unconfirmed, edit_case, mark_solved, mark_spam, merge_cases
from otklik.cases.models import Case
from otklik.complaints import actions
from otklik.complaints.models import Complaint, Stage
from otklik.customers.actions import merge_customers
from otklik.foundation.actors import SYSTEM
from otklik.foundation.policies import change_policies
from otklik.foundation.switching import switch_module
from otklik.voice.actions import record_answer, say_it_is_solved
from otklik.voice.models import Invitation
from tests.building import acting, customer_actor, make_agent, make_case, make_customer, refused, run_jobs
from tests.building import fresh as fresh_case
from tests.complaints.making import ANSWER, boris, fresh, make_complaint

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Complaint:
    """Answered in a letter that asks whether all is solved."""
    complaint = make_complaint(Stage.INVESTIGATED)
    actions.answer(complaint=complaint, actor=acting(boris()), is_solved=True, **ANSWER)
    run_jobs()
    return fresh(complaint)


# ── The case stays open ───────────────────────────────────────────────────────────────────
def test_a_case_is_not_called_solved_before_its_complaint_is_answered() -> None:
    complaint = make_complaint(Stage.INVESTIGATED)

    with refused("complaint_unanswered"):
        mark_solved(case=fresh_case(complaint.case), actor=acting(boris()), summary="Готово")

    assert fresh_case(complaint.case).state == Case.State.OPEN


def test_silence_does_not_close_it_and_nobody_calls_it_spam(asked: Complaint) -> None:
    case = fresh_case(asked.case)

    close_unconfirmed(case=case)
    with refused("complaint_unfinished"):
        mark_spam(case=fresh_case(case), actor=acting(boris()))

    assert fresh_case(case).state == Case.State.SOLVED


def test_a_case_with_a_settled_complaint_is_a_case_as_any_other(asked: Complaint) -> None:
    actions.accept(complaint=asked, actor=customer_actor(asked.case))

    close_unconfirmed(case=fresh_case(asked.case))

    assert fresh_case(asked.case).state == Case.State.UNCONFIRMED


def test_a_house_may_rule_otherwise() -> None:
    complaint = make_complaint()
    change_policies(values={"complaints.keeps_case_open": False}, actor=SYSTEM)

    mark_solved(case=fresh_case(complaint.case), actor=acting(boris()), summary="Готово")

    assert fresh_case(complaint.case).state == Case.State.SOLVED


def test_a_house_without_complaints_is_not_held_up_by_old_ones() -> None:
    complaint = make_complaint()
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
    switch_module(name="complaints", is_on=False, actor=acting(vera))

    mark_solved(case=fresh_case(complaint.case), actor=acting(boris()), summary="Готово")

    assert fresh_case(complaint.case).state == Case.State.SOLVED


# ── The customer's word ───────────────────────────────────────────────────────────────────
def test_solved_is_heard_as_accepted(asked: Complaint) -> None:
    record_answer(invitation=Invitation.objects.get(case=asked.case), is_solved=True, words="Деньги пришли")
    run_jobs()

    step = asked.steps.get(what="accepted")
    assert fresh(asked).stage == Stage.ACCEPTED
    assert (step.is_customers, step.words) == (True, "Деньги пришли")


@pytest.mark.parametrize(
    "answer", [{"is_solved": False}, {"is_solved": True, "satisfaction": 1}, {"is_solved": True, "words": "Не решено"}]
)
def test_a_no_in_any_way_is_heard_as_refused(asked: Complaint, answer: dict[str, object]) -> None:
    record_answer(invitation=Invitation.objects.get(case=asked.case), **answer)
    run_jobs()

    assert fresh(asked).stage == Stage.REFUSED
    assert fresh_case(asked.case).state == Case.State.OPEN


def test_a_customer_may_change_their_mind(asked: Complaint) -> None:
    invitation = Invitation.objects.get(case=asked.case)
    record_answer(invitation=invitation, is_solved=True)
    run_jobs()
    record_answer(invitation=invitation, is_solved=False, words="Деньги не пришли")
    run_jobs()

    assert fresh(asked).stage == Stage.REFUSED


def test_solved_before_the_answer_is_remembered_and_the_answer_still_owed() -> None:
    complaint = make_complaint(Stage.ASSESSED)

    say_it_is_solved(case=fresh_case(complaint.case), actor=customer_actor(complaint.case))
    run_jobs()

    assert fresh_case(complaint.case).state == Case.State.SATISFIED
    assert fresh(complaint).stage == Stage.ASSESSED
    assert [step.what for step in complaint.steps.order_by("id")][-1] == "word"


def test_not_solved_before_the_answer_is_what_everybody_knows() -> None:
    complaint = make_complaint(Stage.ASSESSED)

    actor = customer_actor(complaint.case)
    actions.hear_word(complaint=complaint, actor=actor, is_solved=False, words="Ещё нет", word_id=1)

    assert fresh(complaint).stage == Stage.ASSESSED
    assert not complaint.steps.filter(what="word").exists()


# ── What happens around it ────────────────────────────────────────────────────────────────
def test_it_goes_with_its_case_and_its_customer() -> None:
    complaint = make_complaint()
    into = make_case(owner=complaint.case.owner, customer=complaint.case.customer)
    merge_cases(into=into, other=fresh_case(complaint.case), actor=acting(boris()))
    run_jobs()
    other = make_customer("Ваня", "vanya@mail.example")
    merge_customers(into=other, other=complaint.case.customer, actor=SYSTEM)
    run_jobs()

    now = fresh(complaint)
    assert (now.case_id, now.customer_id) == (into.pk, other.pk)


def test_another_kind_of_case_keeps_its_complaint() -> None:
    complaint = make_complaint()

    edit_case(case=fresh_case(complaint.case), actor=acting(boris()), changes={"kind": "question"})

    assert fresh(complaint).stage == Stage.RECEIVED
