"""A promise is kept by a letter handed over, and given back by one that is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from otklik.cases import handlers
from otklik.cases.actions import merge_cases, reopen, reply, take_back, take_dissatisfaction
from otklik.cases.figures import team_figures
from otklik.cases.models import Case
from otklik.customers.actions import record_bounce
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.reach.adapters import smtp_out
from otklik.reach.adapters.delivering import DeliveryFailed, Letter, Receipt
from otklik.reach.events import MessageSent, MessageUndelivered
from otklik.reach.models import Delivery, Message
from otklik.standards.queries import promise_for
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
    run_jobs,
)

pytestmark = pytest.mark.django_db
BOSS = "boss@other.example"


@pytest.fixture
def case() -> Case:
    """Ivan's letter with his boss in copy; nobody has answered."""
    make_agent()
    make_inbox()
    arrive(letter(Message_ID="<first@mail.example>", Cc=BOSS))
    return fresh(Case.objects.get())


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have the mail server refuse these addresses."""

    def refusing(*addresses: str, permanent: bool = True) -> None:
        def deliver(envelope: Letter, **_how: Any) -> Receipt:
            wrong = {one for one in envelope.recipients if one in addresses}
            return Receipt(refused={one: DeliveryFailed("550 no", permanent=permanent) for one in wrong})

        monkeypatch.setattr(smtp_out, "deliver", deliver)

    refusing()
    return refusing


def answer(case: Case, text: str = "Учебник едет.", **how: Any) -> Message:
    return reply(case=fresh(case), actor=acting(case.owner), text=text, **how)


def write_again(text: str = "Ничего не работает!!!", number: int = 2) -> None:
    ours = Message.objects.filter(direction="out").latest("id")
    arrive(letter(text, Message_ID=f"<word{number}@mail.example>", In_Reply_To=f"<{ours.external_id}>"))


def standing(case: Case) -> tuple[str, bool, datetime | None]:
    """Whose move it is, whether the first answer is given, and by when the next thing is promised."""
    now = fresh(case)
    return now.waits_for, now.first_answered_at is not None, now.due_at


def unanswered(case: Case) -> tuple[str, bool, datetime | None]:
    return "us", False, case.first_answer_by


def events(name: str) -> list[Any]:
    return [event.payload for event in Event.objects.filter(name=name).order_by("id")]


def test_an_answer_counts_from_the_moment_it_is_handed_over(case: Case) -> None:
    message = answer(case)
    assert standing(case) == unanswered(case)

    run_jobs()

    assert standing(case) == ("customer", True, None)
    assert fresh(case).first_answered_at == message.deliveries.get(role="to").sent_at
    assert fresh(case).preview == "Учебник едет."
    assert events("cases.answered") == [{"message_id": message.pk, "is_first_answer": True}]


def test_an_answer_for_next_week_keeps_no_promise_today(case: Case) -> None:
    later = timezone.now() + timedelta(days=9)
    answer(case, send_at=later)
    run_jobs()
    assert standing(case) == unanswered(case)
    assert fresh(case).last_word_at == case.last_word_at

    with time_machine.travel(later + timedelta(minutes=1), tick=False):
        run_jobs()

    assert standing(case) == ("customer", True, None)
    assert (fresh(case).first_answered_at or later) >= later


def test_an_answer_taken_back_has_kept_nothing(case: Case) -> None:
    set_policy("reach.undo_seconds", value=30)
    message = answer(case, is_undoable=True)

    take_back(case=fresh(case), message=message, actor=acting(case.owner))
    run_jobs()

    assert standing(case) == unanswered(case)
    assert fresh(case).preview == case.preview
    assert events("cases.answered") == []


def test_an_answer_stopped_at_the_gate_keeps_no_promise(case: Case) -> None:
    record_bounce(email=IVAN, is_hard=True)

    answer(case)
    run_jobs()

    assert standing(case) == unanswered(case)
    assert fresh(case).is_undelivered


@pytest.mark.parametrize("permanent", [True, False])
def test_an_answer_that_no_server_takes_keeps_no_promise(
    case: Case,
    refuse: Callable[..., None],
    permanent: bool,  # noqa: FBT001
) -> None:
    refuse(IVAN, permanent=permanent)

    answer(case)
    run_jobs()

    assert standing(case) == unanswered(case)
    assert events("cases.answered") == []


def test_a_copy_that_is_handed_over_is_no_answer_to_the_customer(case: Case, refuse: Callable[..., None]) -> None:
    refuse(IVAN)

    answer(case)
    run_jobs()

    assert standing(case) == unanswered(case)


def test_a_copy_that_is_lost_takes_nothing_back_and_is_shown(case: Case, refuse: Callable[..., None]) -> None:
    refuse(BOSS)

    answer(case)
    run_jobs()

    assert standing(case) == ("customer", True, None)
    assert fresh(case).is_undelivered


def bounce(message: Message) -> None:
    """The letter comes back later, as a report about it would say."""
    row = message.deliveries.get(role="to")
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.BOUNCED)
    happened = MessageUndelivered(message_id=message.pk, conversation_id=message.conversation_id, delivery_id=row.pk)
    handlers.bring_back_undelivered(happened)
    handlers.bring_back_undelivered(happened)


def test_a_bounce_gives_the_promise_back(case: Case) -> None:
    message = answer(case)
    run_jobs()

    bounce(message)

    assert standing(case) == unanswered(case)
    assert events("cases.answer_lost") == [{"message_id": message.pk}]


def test_a_bounce_of_the_second_answer_gives_back_the_next_word_and_not_the_first(case: Case) -> None:
    answer(case)
    run_jobs()
    write_again()
    promised = fresh(case)
    message = answer(case, "Уже чиним")
    run_jobs()
    assert standing(case) == ("customer", True, None)

    bounce(message)

    assert standing(case) == ("us", True, promised.next_word_by)
    assert promised.due_at == promised.next_word_by
    assert fresh(case).first_answered_at == promised.first_answered_at


def test_a_bounce_of_the_first_answer_leaves_what_a_second_one_has_kept(case: Case) -> None:
    first = answer(case)
    run_jobs()
    second = answer(case, "И ещё: номер посылки")
    run_jobs()

    bounce(first)

    assert standing(case) == ("customer", True, None)
    assert fresh(case).first_answered_at == second.deliveries.get(role="to").sent_at


def test_a_lost_letter_that_arrives_at_last_keeps_the_promise_again(case: Case) -> None:
    message = answer(case)
    run_jobs()
    bounce(message)
    Delivery.objects.filter(message=message, role="to").update(state=Delivery.State.SENT)
    happened = MessageSent(message_id=message.pk, conversation_id=message.conversation_id, purpose="answer")

    handlers.keep_what_was_promised(happened)
    handlers.keep_what_was_promised(happened)

    assert standing(case) == ("customer", True, None)
    assert [payload["is_first_answer"] for payload in events("cases.answered")] == [True, True]


def test_a_word_heard_before_the_hand_over_still_waits(case: Case) -> None:
    answer(case, send_at=timezone.now() + timedelta(days=1))
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        write_again()
    word = Message.objects.filter(direction="in").latest("id")

    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        run_jobs()

    promised = promise_for(kind=case.kind, team=case.team, since=word.at).next_word_by
    assert standing(case) == ("us", True, promised)
    assert fresh(case).preview == "Ничего не работает!!!"


def test_a_case_that_came_back_meanwhile_still_waits(case: Case) -> None:
    answer(case)
    run_jobs()
    Case.objects.filter(pk=case.pk).update(state="solved", solved_at=timezone.now(), due_at=None)
    message = answer(case, "Готово", send_at=timezone.now() + timedelta(hours=1))
    reopen(case=fresh(case), actor=acting(case.owner), reason="Курьер вернул посылку")
    due_at = fresh(case).due_at

    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        run_jobs()

    assert message.deliveries.get(role="to").state == Delivery.State.SENT
    assert standing(case) == ("us", True, due_at)


def test_another_word_of_the_customer_moves_no_promise(case: Case) -> None:
    answer(case)
    run_jobs()
    write_again()
    promised = fresh(case).due_at

    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        write_again("Ау!", number=3)

    assert fresh(case).due_at == promised
    assert promised is not None


def test_a_no_to_an_open_case_is_our_move(case: Case) -> None:
    answer(case)
    run_jobs()

    take_dissatisfaction(case=fresh(case), actor=customer_actor(case), reason="customer_said_no", words="Не работает")

    assert standing(case) == ("us", True, fresh(case).next_word_by)


def test_merged_words_are_owed_by_a_date(case: Case) -> None:
    answer(case)
    run_jobs()
    other = make_case(owner=case.owner, customer=case.customer)

    merge_cases(into=fresh(case), other=other, actor=acting(case.owner))

    assert standing(case) == ("us", True, fresh(case).next_word_by)


def test_an_answer_to_a_customer_without_an_address_is_told_at_once() -> None:
    case = make_case(address="")
    message = answer(case, send_at=timezone.now() + timedelta(days=1))

    assert message.send_after is None
    assert standing(case) == ("customer", True, None)


def test_the_figures_know_only_answers_that_were_handed_over(case: Case) -> None:
    since, lead = timezone.now() - timedelta(days=1), acting(make_lead())
    answer(case, send_at=timezone.now() + timedelta(days=9))
    run_jobs()
    before = team_figures(lead, since=since, now=timezone.now()).first_answer

    answer(case)
    run_jobs()

    assert before is None
    assert team_figures(lead, since=since, now=timezone.now()).first_answer is not None


def test_only_its_author_takes_a_letter_back(case: Case) -> None:
    message = answer(case, send_at=timezone.now() + timedelta(days=1))

    with pytest.raises(Refusal) as refused:
        take_back(case=fresh(case), message=message, actor=acting(make_lead()))

    assert refused.value.code == "not_allowed"
    assert message.deliveries.get(role="to").state == Delivery.State.QUEUED
