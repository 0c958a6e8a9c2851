"""After the customer's "yes" the house is silent: nothing leaves, nobody is pressed, until they write again."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from otklik.cases.actions import make_promise, mark_solved, reply
from otklik.cases.models import Alert, Case
from otklik.cases.vows import VowKind
from otklik.foundation.modules import modules
from otklik.promises.models import Broken, Notice
from otklik.reach.models import Delivery, Message
from otklik.standards.actions import Words
from tests.building import acting, fresh, make_agent, make_case, make_lead, make_standard, outbox, run_jobs
from tests.portal.typing_in import link_in
from tests.stories.test_from_a_broken_promise_to_satisfied import letter

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
LATER = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=9), timedelta(days=40))


def told() -> dict[str, int]:
    """Everything by which anybody could be told anything."""
    return {
        "letters": Message.objects.filter(direction="out").count(),
        "deliveries": Delivery.objects.count(),
        "left": len(outbox()),
        "to colleagues": len(mail.outbox),
        "alerts": Alert.objects.count(),
        "warnings": Notice.objects.count(),
        "broken": Broken.objects.count(),
    }


def time_passes(clock: time_machine.Traveller, since: datetime) -> None:
    """All that any room does as time passes, again and again."""
    for span in LATER:
        clock.move_to(since + span)
        for module in modules():
            for every in module.clock:
                every.run()
        run_jobs()


def case_with_promises() -> Case:
    """Solved and asked, with a call, a word and the standard's times still to come."""
    make_lead()
    anna = make_agent()
    make_standard("Обычный", words=Words(first_answer_minutes=240, solution_minutes=600), is_default=True)
    case = make_case(owner=anna, at=NOON)
    for kind, hours in ((VowKind.CALL_BACK, 30), (VowKind.NEXT_WORD, 50)):
        due_at = NOON + timedelta(hours=hours)
        make_promise(case=fresh(case), kind=kind, by=due_at, actor=acting(anna))
    reply(case=fresh(case), actor=acting(anna), text="Курьер едет.")
    mark_solved(case=fresh(case), actor=acting(anna), summary="Книга у вас.")
    return fresh(case)


def test_after_satisfied_nothing_leaves_and_nobody_is_pressed(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        case = case_with_promises()
        run_jobs()
        clock.shift(timedelta(minutes=5))
        client.post(link_in(letter(), "answer"), {"solved": "yes", "satisfaction": "5", "ease": "7"})
        run_jobs()
        assert fresh(case).state == Case.State.SATISFIED
        before = told()

        time_passes(clock, NOON)

        assert told() == before


def test_whoever_is_silent_is_reminded_in_the_same_time(client: Client) -> None:
    """The same days without the "yes": so it is the customer's word that silences the house, not the test."""
    with time_machine.travel(NOON, tick=False) as clock:
        case_with_promises()
        run_jobs()
        before = told()

        time_passes(clock, NOON)

        after = told()
        assert after["left"] > before["left"]
        assert after["warnings"] + after["broken"] > before["warnings"] + before["broken"]
