"""The whole path of one matter, in the product's words."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest

from otklik.cases.actions import mark_solved, reply
from otklik.cases.models import Alert, Case
from otklik.reach.models import Delivery, Message
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.building import acting, arrive, fresh, letter, make_agent, make_inbox, make_lead, outbox, run_jobs

pytestmark = pytest.mark.django_db


def read(raw: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(raw, policy=policy.default))


def plain(raw: bytes) -> str:
    body = read(raw).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_letter_becomes_a_case_and_ends_on_the_customers_word() -> None:
    anna, olga = make_agent(), make_lead()
    make_inbox()

    arrive(letter(Message_ID="<first@mail.example>"))

    case = Case.objects.get()
    assert case.state == Case.State.OPEN
    assert case.owner in {anna, olga}
    acknowledgement = outbox()[-1]
    assert case.owner.name in plain(acknowledgement)
    assert str(case.number) in plain(acknowledgement)
    assert read(acknowledgement)["Auto-Submitted"] == "auto-replied"

    message = reply(case=case, actor=acting(case.owner), text="Иван, учебник уже едет. Простите за ожидание.")
    run_jobs()

    answer = read(outbox()[-1])
    assert answer["In-Reply-To"] == "<first@mail.example>"
    assert answer["From"].addresses[0].display_name == f"{case.owner.name}, Помощь"
    assert answer["Auto-Submitted"] is None
    assert message.deliveries.get().state == Delivery.State.SENT

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Учебник доставлен.")
    run_jobs()

    question = plain(outbox()[-1])
    first = Invitation.objects.get()
    assert re.search(rf"/answer/{re.escape(first.token)}", question)

    record_answer(invitation=first, is_solved=False, words="Учебника всё ещё нет")
    run_jobs()

    assert fresh(case).state == Case.State.OPEN
    assert fresh(case).owner == case.owner
    assert Alert.objects.filter(agent=olga, case=case, reason="dissatisfied").exists()

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Учебник у вас.")
    run_jobs()
    second = Invitation.objects.exclude(pk=first.pk).get()
    record_answer(invitation=second, is_solved=True, satisfaction=5, ease=6, words="Спасибо!")

    done = fresh(case)
    assert done.state == Case.State.SATISFIED
    assert done.word is not None
    assert (done.word.satisfaction, done.word.ease) == (5, 6)


def test_the_customers_reply_finds_its_case_by_message_id() -> None:
    make_agent()
    arrive(letter(Message_ID="<one@mail.example>"))
    case = Case.objects.get()
    ours = Message.objects.get(direction="out")

    arrive(letter("Ещё одно: заказ 10482.", Message_ID="<two@mail.example>", References=f"<{ours.external_id}>"))

    assert Case.objects.count() == 1
    assert fresh(case).preview == "Ещё одно: заказ 10482."


def test_the_same_letter_through_two_doors_is_one_message() -> None:
    make_agent()
    one = letter(Message_ID="<same@mail.example>")

    arrive(one, door="smtp")
    arrive(b"Received: from elsewhere\r\n" + one, door="imap")

    assert Message.objects.filter(direction="in").count() == 1
    assert Case.objects.count() == 1
