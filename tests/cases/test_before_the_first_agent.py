"""A letter may arrive before the house has anybody: it waits, and nothing is lost."""

import pytest

from otklik.cases.models import Case
from otklik.reach.models import Message
from otklik.team.actions import ensure_first_team
from tests.building import arrive, letter, make_agent, make_inbox, run_jobs

pytestmark = pytest.mark.django_db


def test_letters_wait_for_the_first_agent() -> None:
    ensure_first_team()
    make_inbox()
    arrive(letter("Первое", Message_ID="<one@mail.example>"))
    arrive(letter("Второе", Message_ID="<two@mail.example>", From="Мария <maria@mail.example>"))
    assert (Message.objects.filter(direction="in").count(), Case.objects.count()) == (2, 0)

    anna = make_agent()
    run_jobs()

    assert [case.owner for case in Case.objects.order_by("id")] == [anna, anna]
    make_agent("Игорь Лыткин", "igor@gorizont.example")
    run_jobs()
    assert Case.objects.count() == 2
