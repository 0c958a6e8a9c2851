"""Whom an answer reaches, and whom it must never reach."""

import pytest

from otklik.cases.actions import reply, retry_undelivered
from otklik.cases.models import Case
from otklik.customers.models import ContactPoint
from otklik.reach.models import Conversation, Delivery
from otklik.reach.queries import recipients_of_answer
from tests.building import HELP, IVAN, acting, arrive, fresh, letter, make_agent, make_inbox, run_jobs

pytestmark = pytest.mark.django_db


def test_a_reply_to_our_own_inbox_is_answered_to_its_author() -> None:
    make_agent()
    make_inbox()

    arrive(letter(Reply_To=HELP))

    assert [person.email for person in recipients_of_answer(Conversation.objects.get()).to] == [IVAN]


def lost(address: str) -> Delivery:
    """The answer to Ivan and a colleague in copy, which did not arrive at one of them."""
    anna = make_agent()
    make_inbox()
    arrive(letter(Cc="colleague@other.example"))
    reply(case=fresh(Case.objects.get()), actor=acting(anna), text="Учебник едет.")
    run_jobs()
    Delivery.objects.filter(address=address, message__purpose="answer").update(state=Delivery.State.BOUNCED)
    return Delivery.objects.get(address=address, message__purpose="answer")


def test_a_corrected_address_in_copy_does_not_become_the_customers() -> None:
    row = lost("colleague@other.example")
    case = Case.objects.get()

    retry_undelivered(delivery=row, actor=acting(case.owner), address="Right@other.example")
    run_jobs()

    assert Conversation.objects.get().address == IVAN
    assert list(ContactPoint.objects.filter(customer=case.customer).values_list("value", flat=True)) == [IVAN]
    assert Delivery.objects.get(pk=row.pk).address == "right@other.example"


def test_the_customers_corrected_address_becomes_their_own() -> None:
    row = lost(IVAN)
    case = Case.objects.get()

    retry_undelivered(delivery=row, actor=acting(case.owner), address="ivan.k@mail.example")
    run_jobs()

    assert Conversation.objects.get().address == "ivan.k@mail.example"
    assert ContactPoint.objects.filter(customer=case.customer, value="ivan.k@mail.example").exists()
