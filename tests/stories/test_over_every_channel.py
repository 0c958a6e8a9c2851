"""One story by every way: Vera writes and learns who serves her, is answered, shuts the way where she can and opens it
again, and says by a press that all is well."""

from collections.abc import Iterator

import pytest

from otklik.cases.actions import answer_and_solve, reply
from otklik.cases.models import Case
from otklik.cases.queries import case_file, ways_of
from otklik.customers.models import ContactPoint
from otklik.reach.models import Delivery, Inbox, Message
from tests.building import acting, fresh, make_agent, make_inbox, run_jobs
from tests.stories.channels import WAYS, Way

pytestmark = pytest.mark.django_db


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    with WAYS[request.param]() as one:
        yield one


def test_from_the_first_word_to_yes_by_a_press(way: Way) -> None:
    anna = make_agent()
    if not Inbox.objects.filter(kind="email").exists():
        make_inbox()

    # she writes, and hears a name
    way.says("Где мой заказ 12?")
    case = Case.objects.get()
    assert (case.owner, case.channel, fresh(case).customer.name) == (anna, way.kind, "Вера Лунина")
    assert "Анна Смирнова" in way.heard[-1]

    # she is answered by the same way
    reply(case=case, actor=acting(anna), text="Он **уже** едет.")
    run_jobs()
    assert "Он уже едет." in way.heard[-1].replace("*", "")
    assert fresh(case).first_answered_at is not None

    if way.may_shut:
        she_shuts_it(way, case)

    # she writes again, which opens it
    way.says("Я снова тут")
    answer_and_solve(case=fresh(case), actor=acting(anna), text="Привезли в 14:00.")
    run_jobs()
    assert "Привезли в 14:00." in way.heard[-1]

    # and presses "yes"
    way.presses_yes()
    assert fresh(case).state == Case.State.SATISFIED
    assert Case.objects.count() == 1
    assert Message.objects.filter(direction="in").count() == 2


def she_shuts_it(way: Way, case: Case) -> None:
    """Nothing leaves there any more, and other ways are named before a word is written."""
    way.shuts()
    before = len(way.heard)
    lost = reply(case=fresh(case), actor=acting(case.owner), text="Курьер будет в 14:00.")
    run_jobs()
    assert len(way.heard) == before
    assert Delivery.objects.get(message=lost).verdict == "not_allowed"
    ContactPoint.objects.create(customer=case.customer, kind="email", value="vera@mail.example")
    ways = ways_of(case_file(fresh(case), agent_id=None))
    assert ways.chosen is not None
    assert ways.chosen.shut
    assert "vera@mail.example" in ways.others
