"""Who changes a row holds up only those who change it, too: a look at it, a file, a word about it waits for nobody."""

from collections.abc import Callable

import pytest

from otklik.cases.actions import (
    change_customer,
    edit_case,
    hear,
    keep_promise,
    let_agent_go,
    mark_solved,
    merge_cases,
    note,
    reply,
    save_custom_field,
    tag_case,
)
from otklik.cases.actions.indexing import derive_cases_anew
from otklik.cases.models import Case, Presence
from otklik.foundation.actors import SYSTEM, Role
from otklik.reach.actions.indexing import derive_messages_anew
from otklik.reach.models import Delivery, GateRefusal, Message
from otklik.team.models import Agent
from otklik.voice.actions import follow_the_answer, note_asked, record_answer, say_it_is_solved, withdraw_question
from otklik.voice.models import Invitation
from tests.building import (
    acting,
    arrive,
    customer_actor,
    fresh,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_lead,
    run_jobs,
)
from tests.together import while_open

pytestmark = pytest.mark.django_db(transaction=True)

type Deed = Callable[[], object]


@pytest.fixture
def case() -> Case:
    return make_case()


def _noted(case: Case) -> Deed:
    return lambda: note(case=case, actor=acting(case.owner), text="Позвонить завтра")


def _answered(case: Case) -> Deed:
    letter = reply(case=case, actor=acting(case.owner), text="Едет")
    Delivery.objects.filter(message=letter).update(state="sent", sent_at=letter.at)
    return lambda: keep_promise(case=case, answer_id=letter.pk)


def _heard(case: Case) -> Deed:
    arrive(letter("Ау?", References=f"<{Message.objects.filter(direction='out').latest('id').external_id}>"))
    said = Message.objects.filter(direction="in").latest("id")
    return lambda: hear(case=case, message=said)


def _edited(case: Case) -> Deed:
    save_custom_field(about="case", key="order", values={"name": "Заказ", "kind": "text"}, actor=SYSTEM)
    return lambda: edit_case(case=case, actor=acting(case.owner), changes={"custom": {"order": "7"}})


def _tagged(case: Case) -> Deed:
    return lambda: tag_case(case=case, actor=acting(case.owner), add=["доставка"])


def _merged(case: Case) -> Deed:
    other = make_case(owner=case.owner, customer=case.customer)
    return lambda: merge_cases(into=case, other=other, actor=acting(case.owner))


def _indexed(case: Case) -> Deed:
    Case.objects.filter(pk=case.pk).update(search_version=0)
    return lambda: derive_cases_anew(before=2**62, most=10)


def _asked(case: Case) -> Case:
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    run_jobs()
    return fresh(case)


def _withdrawn(case: Case) -> Deed:
    _asked(case)
    return lambda: withdraw_question(case_id=case.pk)


def _said_unasked(case: Case) -> Deed:
    return lambda: say_it_is_solved(case=case, actor=customer_actor(case))


def _pressed(case: Case) -> Deed:
    asked = Invitation.objects.get(case=_asked(case))
    return lambda: record_answer(invitation=asked, is_solved=True)


def _followed(case: Case) -> Deed:
    record_answer(invitation=Invitation.objects.get(case=_asked(case)), is_solved=True)
    return lambda: follow_the_answer(case_id=case.pk)


@pytest.mark.parametrize(
    "begun",
    [
        _noted, _answered, _heard, _edited, _tagged, _merged, _indexed,
        _withdrawn, _said_unasked, _pressed, _followed,
    ],
)  # fmt: skip
def test_a_colleague_looks_at_a_case_while_something_is_done_to_it(case: Case, begun: Callable[[Case], Deed]) -> None:
    deed, olga = begun(case), make_lead()

    said = while_open(deed, lambda: Presence.objects.create(case_id=case.pk, agent_id=olga.pk), waits=False)

    assert said == ["done", "done"]
    assert Presence.objects.filter(case=case, agent=olga).exists()


def test_who_is_being_let_go_still_looks_at_a_case(case: Case) -> None:
    boris, admin = make_agent("Борис Орлов", "boris@gorizont.example"), make_agent("Ада", "ada@g.example", Role.ADMIN)

    said = while_open(
        lambda: let_agent_go(agent=Agent.objects.get(pk=boris.pk), to=None, actor=acting(admin)),
        lambda: Presence.objects.create(case_id=case.pk, agent_id=boris.pk),
        waits=False,
    )

    assert said == ["done", "done"]


def test_a_customer_who_is_given_a_case_is_written_of_elsewhere(case: Case) -> None:
    petr = make_customer("Пётр Орлов", "petr@mail.example")

    said = while_open(
        lambda: change_customer(case=case, to=petr, actor=acting(make_lead()), may_see_own=False),
        lambda: GateRefusal.objects.create(customer=petr, address="petr@mail.example", purpose="word", step="echo"),
        waits=False,
    )

    assert said == ["done", "done"]


def test_a_message_that_is_made_findable_leaves_meanwhile(case: Case) -> None:
    ours = reply(case=case, actor=acting(case.owner), text="Едет")
    Message.objects.update(search_version=0)

    said = while_open(
        lambda: derive_messages_anew(before=2**62, most=10),
        lambda: Delivery.objects.create(message_id=ours.pk, address="petr@mail.example"),
        waits=False,
    )

    assert said == ["done", "done"]


def test_a_customer_answers_while_it_is_noted_that_they_were_asked(case: Case) -> None:
    asked = Invitation.objects.get(case=_asked(case))

    said = while_open(
        lambda: note_asked(case=fresh(case)), lambda: record_answer(invitation=asked, is_solved=True), waits=False
    )

    assert said == ["done", "done"]
