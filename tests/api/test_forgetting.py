"""What the API has answered is forgotten with the person it speaks of."""

import pytest

from otklik.cases.actions import erase_person
from otklik.cases.models import Case
from tests.api.calling import CASE, Program
from tests.building import acting, make_agent, make_inbox

pytestmark = pytest.mark.django_db


def test_an_answer_given_again_says_nothing_of_an_erased_customer() -> None:
    admin = make_agent(role="admin")
    make_inbox()
    program = Program(admin)
    program.post("/cases", CASE, Idempotency_Key="theirs")
    program.post("/cases", {**CASE, "customer": {"email": "olga@mail.example"}}, Idempotency_Key="hers")

    erase_person(customer=Case.objects.order_by("id")[0].customer, actor=acting(admin))

    assert program.post("/cases", CASE, Idempotency_Key="theirs").json() == {}
    again = program.post("/cases", {**CASE, "customer": {"email": "olga@mail.example"}}, Idempotency_Key="hers")
    assert again.json()["customer"]["email"] == "olga@mail.example"
