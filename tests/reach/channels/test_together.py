"""Two workers at one talk."""

import json

import pytest

from otklik.cases.actions import add_conversation, mark_solved, reply, split_case
from otklik.cases.models import Case, CaseConversation, CustomersWord
from otklik.customers.models import ContactPoint
from otklik.foundation.actors import SYSTEM
from otklik.reach.actions.admitting import arrival
from otklik.reach.actions.bringing import bring_all
from otklik.reach.actions.intake import take_in
from otklik.reach.actions.keeping import keep_all
from otklik.reach.models import Attachment, Conversation, Message, RawMessage
from otklik.voice.actions import take_pressed_answer
from tests.building import acting, fresh, make_agent, make_case, run_jobs
from tests.reach.channels.messengers import FakeTelegram, open_door, serving
from tests.reach.channels.other_side import knock, make_channel, other_side, word
from tests.together import at_once, locks, while_open

ELSEWHERE = "https://shop.example/otklik"
pytestmark = pytest.mark.django_db(transaction=True)


@locks("reach.actions.hearing.hear_peer", "reach.actions.talking.hold_peer")
def test_two_first_words_of_one_person_are_one_talk() -> None:
    make_agent()
    inbox = make_channel()
    for number in (1, 2):
        knock(inbox, word(f"m-{number}"), run=False)
    first, second = RawMessage.objects.order_by("id").values_list("id", flat=True)

    said = while_open(lambda: take_in(raw_id=first), lambda: take_in(raw_id=second))

    assert said == ["done", "done"]
    assert Conversation.objects.count() == 1
    assert Message.objects.count() == 2


@locks("reach.actions.talking.part_talk")
def test_what_is_said_while_a_question_is_told_apart_belongs_to_it() -> None:
    make_agent()
    inbox = make_channel()
    knock(inbox, word("m-1"))
    knock(inbox, word("m-2", "А ещё вопрос"))
    knock(inbox, word("m-3", "Про доставку"), run=False)
    case, second = fresh(Case.objects.get()), Message.objects.latest("id")

    said = while_open(
        lambda: split_case(case=case, message_id=second.pk, actor=SYSTEM),
        lambda: take_in(raw_id=RawMessage.objects.latest("id").pk),
    )

    assert said == ["done", "done"]
    assert Message.objects.latest("id").conversation == Message.objects.get(pk=second.pk).conversation


@locks("reach.actions.talking.speak_first")
def test_what_is_said_while_we_speak_first_is_said_there() -> None:
    anna, inbox = make_agent(), make_channel(ELSEWHERE)
    knock(inbox, word("m-1"))
    customer = Case.objects.get().customer
    other = make_case(owner=anna, customer=customer)
    point = ContactPoint.objects.get(kind=inbox.people)
    knock(inbox, word("m-2", "Да, слушаю"), run=False)

    said = while_open(
        lambda: reply(case=other, actor=acting(anna), text="Есть минута?", via=f"p{point.pk}"),
        lambda: take_in(raw_id=RawMessage.objects.latest("id").pk),
    )

    assert said == ["done", "done"]
    assert Message.objects.filter(direction="in").latest("id").conversation.thread.case == other


@locks("reach.actions.bringing.bring_all")
def test_two_workers_fetch_a_file_once() -> None:
    make_agent()
    with other_side() as side:
        side.files["/a.txt"] = b"120 rub"
        inbox = make_channel(side.url)
        place = side.url.removesuffix("/otklik")
        knock(inbox, word(files=[{"name": "a.txt", "url": f"{place}/a.txt"}]), run=False)
        take_in(raw_id=RawMessage.objects.get().pk)
        message = Message.objects.get()

        said = at_once(*[lambda: bring_all(message_id=message.pk)] * 2)

    assert said == ["done", "done"]
    assert Attachment.objects.count() == 1


@locks("cases.actions.opening.add_conversation")
def test_a_talk_joins_its_case_once() -> None:
    case = make_case()
    talk = Conversation.objects.create(inbox=make_channel(), customer=case.customer, peer="vera-17")

    said = at_once(*[lambda: add_conversation(case=case, conversation_id=talk.pk)] * 2)

    assert said == ["done", "done"]
    assert CaseConversation.objects.filter(conversation=talk).count() == 1


@locks("voice.actions.take_pressed_answer")
def test_a_press_that_comes_twice_at_once_counts_once() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Отправили курьером")
    run_jobs()

    said = at_once(*[lambda: take_pressed_answer(case_id=case.pk, is_solved=True)] * 2)

    assert said == ["done", "done"]
    assert fresh(case).state == Case.State.SATISFIED
    assert CustomersWord.objects.count() == 1


def test_the_same_update_at_two_workers_is_one_word() -> None:
    make_agent()
    with serving(FakeTelegram()) as fake:
        inbox = open_door(fake)
        told = fake.word("Где заказ?")
        bodies = [json.dumps(told).encode(), json.dumps({**told, "late": 1}).encode()]

        said = at_once(*[lambda body=body: keep_all([arrival(inbox, body, door="hook")]) for body in bodies])
        run_jobs()

    assert said == ["done", "done"]
    assert Message.objects.filter(direction="in").count() == 1
