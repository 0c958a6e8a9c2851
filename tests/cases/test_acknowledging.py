"""The first letter leaves by the job that writes it: no second job, no second letter."""

import pytest
from django.db import connection

from otklik.cases.events import CaseOpened
from otklik.cases.handlers import acknowledge
from otklik.cases.models import CasePurpose
from otklik.foundation.events.announcing import rebuild
from otklik.foundation.models import Event
from otklik.reach.models import Delivery
from tests.building import IVAN, make_case, outbox

pytestmark = pytest.mark.django_db


def opened() -> CaseOpened:
    happened = rebuild(Event.objects.get(name="cases.opened"))
    assert isinstance(happened, CaseOpened)
    return happened


def acknowledgements() -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(message__purpose=CasePurpose.ACKNOWLEDGEMENT).order_by("id")
    return list(rows.values_list("address", "state"))


def waiting_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'reach.deliver'")
        return int(cursor.fetchone()[0])


def test_it_leaves_at_once_and_needs_no_job_of_its_own() -> None:
    make_case()

    assert acknowledgements() == [(IVAN, "sent")]
    assert waiting_jobs() == 0


def test_killed_before_it_left_it_leaves_when_the_job_runs_again() -> None:
    make_case()
    Delivery.objects.update(state=Delivery.State.QUEUED, attempts=0, sent_at=None, claimed_at=None)
    before = len(outbox())

    acknowledge(opened())
    acknowledge(opened())

    assert acknowledgements() == [(IVAN, "sent")]
    assert len(outbox()) == before + 1
