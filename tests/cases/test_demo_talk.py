"""The talk of the demo company: two matters in one messenger, and a door by which nothing leaves."""

import pytest
from django.utils import timezone

from otklik.cases.demo_talk import talk
from otklik.cases.models import Case
from otklik.cases.queries import case_file, ways_of
from otklik.reach.adapters.smtp_out import rehearsing
from otklik.reach.models import Delivery
from tests.building import make_agent, make_inbox, run_jobs

pytestmark = pytest.mark.django_db


def test_a_talk_is_answered_waits_again_and_its_door_is_shut() -> None:
    make_agent()
    make_inbox()

    with rehearsing():
        for _moment, deed in sorted(talk(timezone.now()), key=lambda one: one[0]):
            deed()
            run_jobs()

    case = Case.objects.select_related("customer").get()
    assert (case.channel, case.state, case.waits_for) == ("max", "open", "us")
    assert case.customer.name == "Полина Вересова"
    assert case.first_answered_at is not None
    assert not Delivery.objects.exclude(state="sent").exists()
    ways = ways_of(case_file(case, agent_id=None))
    assert ways.chosen is not None
    assert "Сейчас канал закрыт" in ways.chosen.shut
    assert "polina.veresova@mail.example; звонок" in ways.others
