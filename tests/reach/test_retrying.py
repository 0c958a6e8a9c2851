"""A letter that did not arrive is tried again at a person's wish, but not where it cannot or must not go."""

import pytest

from otklik.cases.actions import reply
from otklik.customers.actions import record_bounce
from otklik.foundation.models import Event
from otklik.reach.actions import retry_delivery
from otklik.reach.adapters.incoming import Address
from otklik.reach.models import Delivery
from otklik.reach.queries import Recipients
from tests.building import IVAN, acting, make_case, make_customer, outbox, refused, run_jobs

pytestmark = pytest.mark.django_db
BOSS = "boss@other.example"


@pytest.fixture
def lost() -> Delivery:
    """Ivan's copy of a letter that has reached his boss."""
    case = make_case()
    people = Recipients(to=(Address(email=IVAN),), cc=(Address(email=BOSS),))
    letter = reply(case=case, actor=acting(case.owner), text="Готово", recipients=people, confirmed=frozenset({BOSS}))
    run_jobs()
    letter.deliveries.filter(address=IVAN).update(state=Delivery.State.BOUNCED)
    return letter.deliveries.get(address=IVAN)


def try_again(lost: Delivery, address: str = "") -> None:
    author = lost.message.conversation.thread.case.owner
    retry_delivery(delivery=Delivery.objects.get(pk=lost.pk), actor=acting(author), address=address)


@pytest.mark.parametrize("address", ["", "gone@mail.example"])
def test_not_to_an_address_that_does_not_exist(lost: Delivery, address: str) -> None:
    make_customer("Пётр", "gone@mail.example")
    record_bounce(email=address or IVAN, is_hard=True)
    before = len(outbox())

    with refused("address_bounces"):
        try_again(lost, address)
    run_jobs()

    assert len(outbox()) == before
    assert Delivery.objects.get(pk=lost.pk).state == Delivery.State.BOUNCED


def test_not_to_somebody_who_has_it_already(lost: Delivery) -> None:
    with refused("address_told"):
        try_again(lost, " Boss@Other.example")

    assert Delivery.objects.get(pk=lost.pk).address == IVAN


def test_once_and_then_it_is_on_its_way(lost: Delivery) -> None:
    before = len(outbox())
    Delivery.objects.filter(pk=lost.pk).update(last_error="550 no such user", attempts=7)
    try_again(lost)
    again = Delivery.objects.get(pk=lost.pk)
    assert (again.state, again.last_error, again.attempts) == (Delivery.State.QUEUED, "", 0)

    with refused("changed_meanwhile"):
        try_again(lost)
    run_jobs()

    assert len(outbox()) == before + 1
    assert Delivery.objects.get(pk=lost.pk).state == Delivery.State.SENT
    assert Event.objects.filter(name="reach.delivery_retried").count() == 1
