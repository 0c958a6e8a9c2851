"""Whoever writes is met once and known ever after."""

import pytest

from otklik.customers.actions import close_way, erase_customer, found_organization, identify, open_way
from otklik.customers.models import ContactPoint, Customer
from otklik.customers.queries import by_address, is_closed
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from tests.building import IVAN, refused
from tests.together import while_open

pytestmark = pytest.mark.django_db


def meet(name: str = "", **more: object) -> Customer:
    return identify(kind="email", value=IVAN, name=name, **more)  # type: ignore[arg-type]


def stored(customer: Customer) -> str:
    return Customer.objects.get(pk=customer.pk).name


def test_who_had_no_name_is_called_as_they_sign_later() -> None:
    first = meet()
    again = meet("Иван Козлов")

    assert again.pk == first.pk
    assert (first.name, again.name, stored(again)) == ("", "Иван Козлов", "Иван Козлов")


def test_who_has_a_name_keeps_it() -> None:
    meet("Иван Козлов")
    again = meet("Ванька")

    assert (again.name, stored(again)) == ("Иван Козлов", "Иван Козлов")


def test_who_says_no_name_keeps_theirs() -> None:
    meet("Иван Козлов")

    assert stored(meet()) == "Иван Козлов"


def test_an_endless_name_is_cut() -> None:
    meet()

    assert [stored(meet("а" * 300)), stored(identify(kind="phone", value="+79005550142", name="б" * 300))] == [
        "а" * 200,
        "б" * 200,
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_meet_somebody_at_once_the_second_knows_them() -> None:
    assert while_open(lambda: meet("Иван Козлов"), lambda: meet("Ванька")) == ["done", "done"]

    assert Customer.objects.get().name == "Иван Козлов"


def test_who_was_forgotten_is_met_anew() -> None:
    known = meet("Иван Козлов")
    erase_customer(customer=known, actor=SYSTEM)

    again = meet("Иван Козлов")

    assert again.pk != known.pk
    assert stored(known) == ""


def test_a_proof_stays_a_proof() -> None:
    point = ContactPoint.objects.filter(value=IVAN)
    meet()
    assert point.get().verified_at is None
    meet(is_verified=True)
    proven_at = point.get().verified_at
    assert proven_at is not None
    meet(is_verified=True)
    meet()
    assert point.get().verified_at == proven_at


def test_a_colleague_belongs_to_the_organization_of_their_domain() -> None:
    ours = found_organization(name="Почта", domain="mail.example", actor=SYSTEM)

    assert meet().organization == ours
    assert identify(kind="email", value="i@gmail.com").organization is None
    assert identify(kind="phone", value="+79005550142").organization is None


def test_an_identity_of_a_channel_is_taken_as_the_channel_writes_it() -> None:
    numbered = identify(kind="telegram", value="279058397", name="Вера")

    assert by_address("telegram", "279058397") == numbered
    assert identify(kind="http:shop", value="279058397") != numbered
    with refused("identity_empty"):
        identify(kind="telegram", value=" ")


def test_a_way_that_was_closed_is_told_once_and_opens_again() -> None:
    vera = identify(kind="http:shop", value="vera-17")
    for _time in range(2):
        close_way(kind="http:shop", value="vera-17")
    closed = is_closed("http:shop", "vera-17")
    for _time in range(2):
        open_way(kind="http:shop", value="vera-17")

    told = Event.objects.filter(customer_id=vera.pk, name__startswith="customers.way_").order_by("id")
    assert closed
    assert not is_closed("http:shop", "vera-17")
    assert [one.name for one in told] == ["customers.way_closed", "customers.way_opened"]
