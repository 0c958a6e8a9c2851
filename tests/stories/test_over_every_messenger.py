"""One story in every messenger: Vera writes and learns who serves her, is answered, shuts the way, opens it again,
and says by a button that all is well."""

from collections.abc import Iterator

import pytest

from otklik.cases.actions import answer_and_solve, reply
from otklik.cases.models import Case
from otklik.customers.models import ContactPoint
from otklik.reach.models import Conversation, Delivery, Message
from otklik.reach.queries import recipients_of_answer, why_shut
from tests.building import acting, fresh, make_agent, make_inbox, run_jobs
from tests.reach.channels.messengers import FAKES, Fake, knock, open_door, serving

pytestmark = pytest.mark.django_db


@pytest.fixture(params=FAKES)
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    with serving(FAKES[request.param]()) as one:
        yield one


def test_from_the_first_word_to_yes_by_a_button(fake: Fake) -> None:
    anna = make_agent()
    make_inbox()
    inbox = open_door(fake)

    # she writes, and hears a name
    assert knock(fake, inbox, fake.word("Где мой заказ 12?")) == [200]
    case = Case.objects.get()
    assert (case.owner, case.channel, fresh(case).customer.name) == (anna, fake.kind, "Вера Лунина")
    assert "Анна Смирнова" in str(fake.said[-1].values)

    # she is answered in the same talk
    reply(case=case, actor=acting(anna), text="Он **уже** едет.")
    run_jobs()
    assert fake.text(fake.said[-1]) == "Он уже едет."
    assert fresh(case).first_answered_at is not None

    # she shuts the way: nothing leaves there any more, and other ways are named before a word is written
    knock(fake, inbox, fake.block())
    before = len(fake.said)
    lost = reply(case=fresh(case), actor=acting(anna), text="Курьер будет в 14:00.")
    run_jobs()
    assert len(fake.said) == before
    assert Delivery.objects.get(message=lost).verdict == "not_allowed"
    ContactPoint.objects.create(customer=case.customer, kind="email", value="vera@mail.example")
    told = why_shut(recipients_of_answer(Conversation.objects.get()))
    assert "vera@mail.example" in told

    # she writes again, which opens it
    knock(fake, inbox, fake.word("Я снова тут"))
    answer_and_solve(case=fresh(case), actor=acting(anna), text="Привезли в 14:00.")
    run_jobs()
    asked = fake.said[-1]
    assert fake.presses(asked) == ["solved:yes", "solved:no"]

    # and presses "yes"
    knock(fake, inbox, fake.press(asked, "solved:yes"))
    assert fresh(case).state == Case.State.SATISFIED
    assert Case.objects.count() == 1
    assert Message.objects.filter(direction="in").count() == 2
