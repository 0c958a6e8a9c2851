"""Solved is told and asked in one letter, which leaves after the undo time and can be taken back whole."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import answer_and_solve, mark_solved, record_undelivered, reply, take_back
from otklik.cases.events import CaseReopened
from otklik.cases.models import Case, CustomersWord
from otklik.customers.actions import record_bounce
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.reach.actions import retry_delivery
from otklik.reach.events import MessageSent
from otklik.reach.models import Delivery, Message
from otklik.voice import handlers
from otklik.voice.actions import record_answer, say_it_is_solved
from otklik.voice.models import Invitation
from tests.building import (
    IVAN,
    acting,
    arrive,
    customer_actor,
    fresh,
    letter,
    make_agent,
    make_case,
    make_inbox,
    make_lead,
    outbox,
    run_jobs,
)
from tests.desk.visiting import desk
from tests.together import both, let_the_other_wait

pytestmark = pytest.mark.django_db
ANSWER = "Учебник у вас. Второй экземпляр привезли за наш счёт."
UNDO = timedelta(seconds=30)


@pytest.fixture
def case() -> Case:
    set_policy("reach.undo_seconds", value=UNDO.total_seconds())
    return make_case()


def solve(case: Case, **how: Any) -> Message:
    """The owner answers and marks it as solved on the desk."""
    return answer_and_solve(case=fresh(case), actor=acting(case.owner), text=ANSWER, is_undoable=True, **how)


def once_the_undo_time_is_over() -> None:
    with time_machine.travel(timezone.now() + UNDO + timedelta(seconds=1), tick=False):
        run_jobs()


def written(since: int) -> list[Any]:
    """Letters that have left after the first ``since``, read as the customer's program does."""
    return [message_from_bytes(raw, policy=policy.default) for raw in outbox()[since:]]


def page_of(mail: Any) -> str:
    return str(mail.get_body(("html",)).get_content())


def events(name: str) -> list[Any]:
    return [event.payload for event in Event.objects.filter(name=name).order_by("id")]


@pytest.mark.parametrize(
    "how",
    [
        solve,
        lambda case: mark_solved(case=fresh(case), actor=acting(case.owner), summary=ANSWER, is_undoable=True),
    ],
    ids=["answer_and_solve", "solve"],
)
def test_solved_is_one_letter_after_the_undo_time(case: Case, how: Callable[[Case], Message]) -> None:
    before = len(outbox())
    how(case)
    run_jobs()
    waiting = written(before)

    once_the_undo_time_is_over()

    assert waiting == []
    [mail] = written(before)
    page, token = page_of(mail), Invitation.objects.get().token
    assert case.owner.name in str(mail["From"])
    for words in (case.owner.name, "Второй экземпляр привезли", "Да, решено", "Ещё нет", f"/answer/{token}?solved=no"):
        assert words in page
    assert f"/answer/{token}?solved=yes" in str(mail.get_body(("plain",)).get_content())
    assert fresh(case).state == Case.State.SOLVED
    assert fresh(case).first_answered_at == Delivery.objects.latest("id").sent_at
    assert len(events("voice.customer_asked")) == 1


@pytest.mark.parametrize("choice", ["yes", "no"])
def test_opening_either_address_answers_nothing(case: Case, choice: str) -> None:
    solve(case)

    page = Client().get(f"/answer/{Invitation.objects.get().token}?solved={choice}")

    assert re.search(f'value="{choice}" checked', page.text)
    assert fresh(case).state == Case.State.SOLVED
    assert not CustomersWord.objects.exists()


def test_taken_back_is_taken_back_whole(case: Case) -> None:
    before, was = len(outbox()), fresh(case)
    message = solve(case)

    draft = take_back(case=fresh(case), message=message, actor=acting(case.owner))
    run_jobs()
    once_the_undo_time_is_over()

    now = fresh(case)
    assert written(before) == []
    assert draft.text == ANSWER
    for name in ("state", "waits_for", "due_at", "next_word_by", "solution_by", "first_answered_at", "solved_at"):
        assert getattr(now, name) == getattr(was, name), name
    assert (now.summary, now.came_back, now.reminders) == ("", 0, 0)
    assert not Invitation.objects.exists()
    assert events("voice.customer_asked") == events("cases.answered") == []
    assert events("cases.reopened") == [{"reason": "taken_back", "word_id": None}]


def test_taken_back_after_an_answer_it_is_the_customers_move_again(case: Case) -> None:
    reply(case=fresh(case), actor=acting(case.owner), text="Выясняем")
    run_jobs()
    message = solve(case)

    take_back(case=fresh(case), message=message, actor=acting(case.owner))

    assert (fresh(case).waits_for, fresh(case).due_at) == ("customer", None)


def test_taken_back_after_it_came_back_what_was_done_before_stands_again(case: Case) -> None:
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Отправили курьером")
    run_jobs()
    record_answer(invitation=Invitation.objects.get(), is_solved=False, words="Не пришло")
    came_back = fresh(case)
    message = solve(case)

    take_back(case=fresh(case), message=message, actor=acting(case.owner))

    now = fresh(case)
    assert (now.state, now.waits_for, now.due_at) == ("open", "us", came_back.due_at)
    assert (now.summary, now.came_back) == ("Отправили курьером", 1)


def test_solved_again_after_the_way_back_asks_once(case: Case) -> None:
    before = len(outbox())
    take_back(case=fresh(case), message=solve(case), actor=acting(case.owner))
    solve(case)
    run_jobs()

    once_the_undo_time_is_over()

    [mail] = written(before)
    assert f"/answer/{Invitation.objects.get().token}?solved=yes" in page_of(mail)
    assert len(events("voice.customer_asked")) == 1


def test_what_the_customer_has_said_meanwhile_is_not_taken_back(case: Case) -> None:
    message = solve(case)
    say_it_is_solved(case=fresh(case), actor=customer_actor(case))

    take_back(case=fresh(case), message=message, actor=acting(case.owner))
    run_jobs()

    assert fresh(case).state == Case.State.SATISFIED
    assert Invitation.objects.count() == 1


def test_a_letter_that_has_left_leaves_solved_as_it_is(case: Case) -> None:
    message = solve(case)
    once_the_undo_time_is_over()

    with pytest.raises(Refusal) as refused:
        take_back(case=fresh(case), message=message, actor=acting(case.owner))

    assert refused.value.code == "already_sent"
    assert fresh(case).state == Case.State.SOLVED


@pytest.mark.parametrize("is_answer", [True, False])
def test_only_who_solved_it_takes_it_back(case: Case, is_answer: bool) -> None:  # noqa: FBT001
    summary = {"actor": acting(case.owner), "summary": ANSWER, "is_undoable": True}
    message = solve(case) if is_answer else mark_solved(case=fresh(case), **summary)
    assert message is not None

    with pytest.raises(Refusal) as refused:
        take_back(case=fresh(case), message=message, actor=acting(make_lead()))

    assert refused.value.code == "not_allowed"
    assert fresh(case).state == Case.State.SOLVED


@pytest.mark.parametrize("deed", ["answer_and_solve", "solve"])
def test_on_the_desk_the_way_back_takes_back_everything(case: Case, deed: str) -> None:
    browser, address = desk(case.owner), f"/desk/cases/{case.pk}/"
    typed = {"text": ANSWER, "then": "solve"} if deed == "answer_and_solve" else {"summary": ANSWER}

    page = browser.post(f"{address}{'reply' if deed == 'answer_and_solve' else 'solve'}", typed, follow=True).text
    solved = fresh(case).state
    way_back = f"{address}messages/{Message.objects.latest('id').pk}/take-back"
    answer = browser.post(way_back, follow=True)

    assert solved == Case.State.SOLVED
    assert way_back in page
    assert answer.status_code == 200
    assert ANSWER in answer.text
    assert fresh(case).state == Case.State.OPEN
    assert set(Delivery.objects.filter(message__text=ANSWER).values_list("state", flat=True)) == {"cancelled"}


# ── Who may be asked ──────────────────────────────────────────────────────────────────────
def test_whoever_reads_a_copy_cannot_answer_for_the_customer() -> None:
    make_agent()
    make_inbox()
    arrive(letter(Cc="boss@other.example", Message_ID="<first@mail.example>"))
    case = fresh(Case.objects.get())
    before = len(outbox())

    answer_and_solve(case=case, actor=acting(case.owner), text=ANSWER)
    run_jobs()

    token = Invitation.objects.get().token
    asked, copy = written(before)
    assert token in page_of(asked)
    assert token not in copy.as_string()
    assert token not in page_of(copy)
    assert asked["Message-ID"] == copy["Message-ID"]
    assert "Второй экземпляр" in page_of(copy)
    assert set(Delivery.objects.filter(message__text=ANSWER).values_list("state", flat=True)) == {"sent"}


def test_a_corrected_address_is_asked_too() -> None:
    make_agent()
    make_inbox()
    arrive(letter(Cc="boss@other.example", Message_ID="<first@mail.example>"))
    case = fresh(Case.objects.get())
    message = answer_and_solve(case=case, actor=acting(case.owner), text=ANSWER)
    run_jobs()
    row = message.deliveries.get(address=IVAN)
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.BOUNCED)
    before = len(outbox())

    retry_delivery(delivery=Delivery.objects.get(pk=row.pk), actor=acting(case.owner), address="ivan.k@mail.example")
    run_jobs()

    [mail] = written(before)
    assert Invitation.objects.get().token in page_of(mail)


def test_a_customer_whose_address_is_dead_is_not_called_solved(case: Case) -> None:
    record_bounce(email=IVAN, is_hard=True)

    solve(case)
    run_jobs()

    assert (fresh(case).state, fresh(case).is_undelivered) == (Case.State.OPEN, True)
    assert events("voice.customer_asked") == []


def test_a_lost_letter_takes_solved_and_the_first_answer_back(case: Case) -> None:
    message = solve(case)
    once_the_undo_time_is_over()
    row = message.deliveries.get()
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.BOUNCED)

    record_undelivered(case=fresh(case), delivery_id=row.pk)

    now = fresh(case)
    assert (now.state, now.waits_for, now.first_answered_at) == ("open", "us", None)
    assert now.due_at == case.first_answer_by


def test_the_reactions_may_run_twice(case: Case) -> None:
    message = solve(case)
    once_the_undo_time_is_over()
    sent = MessageSent(message_id=message.pk, conversation_id=message.conversation_id, has_question=True)
    back = CaseReopened(case_id=case.pk, customer_id=case.customer_id, reason="taken_back")

    handlers.remember_who_was_asked(sent)
    handlers.ask_nothing_that_was_taken_back(back)
    handlers.ask_nothing_that_was_taken_back(back)

    assert len(events("voice.customer_asked")) == 1
    assert Invitation.objects.count() == 1  # solved again meanwhile: its letter leads there


@pytest.mark.parametrize("text", ["", "  "])
def test_an_answer_that_solves_needs_words(case: Case, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        answer_and_solve(case=case, actor=acting(case.owner), text=text)

    assert refused.value.code == "text_missing"
    assert fresh(case).state == Case.State.OPEN


@pytest.mark.django_db(transaction=True)
def test_solving_and_the_customers_yes_at_the_same_moment(case: Case) -> None:
    def by_the_agent() -> None:
        with transaction.atomic():
            solve(case)
            let_the_other_wait()

    both(by_the_agent, lambda: say_it_is_solved(case=fresh(case), actor=customer_actor(case)))

    assert fresh(case).state == Case.State.SATISFIED
