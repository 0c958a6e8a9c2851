"""How often the hottest deeds ask the database: each statement is a round trip, and half the cost of the deed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.cases.actions import open_for_customer, reply
from otklik.cases.models import Case
from otklik.cases.queries import case_by_number
from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.jobs import run_due_jobs
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, make_agent, make_case, make_customer, outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def case(anna: Agent) -> Case:
    return make_case(owner=anna)


def statements(deed: Callable[[], Any]) -> int:
    """How many statements a deed takes; savepoints stand for the transactions of real life."""
    deed()
    with CaptureQueriesContext(connection) as asked:
        deed()
    return len(asked)


def test_an_answer_by_api(anna: Agent, case: Case) -> None:
    program = Program(anna)

    def answer() -> None:
        assert program.post(f"/cases/{case.pk}/messages", {"kind": "reply", "text": "Уже едет."}).status_code == 201

    assert statements(answer) <= 15


def test_handing_a_letter_over(anna: Agent, case: Case) -> None:
    def hand_over() -> None:
        reply(case=case_by_number(case.pk, actor=acting(anna)), actor=acting(anna), text="Уже едет.")
        before = len(outbox())
        with CaptureQueriesContext(connection) as asked:
            run_due_jobs()
        assert len(outbox()) == before + 1
        counts.append(len(asked))

    counts: list[int] = []
    hand_over()
    hand_over()

    assert counts[1] <= 26  # nine of them: promises look for what the words promise, and for what broke before


def test_the_work_behind_a_new_case(case: Case) -> None:
    open_for_customer(
        customer=make_customer("Пётр", "petr@mail.example"),
        subject="Вопрос",
        text="Как перенести занятие?",
        address="petr@mail.example",
        actor=SYSTEM,
        owner=case.owner,
    )

    with CaptureQueriesContext(connection) as asked:
        run_due_jobs()

    assert len(asked) <= 19
