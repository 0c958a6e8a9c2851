"""What happened in a very long case: its newest events are the ones that are shown."""

import pytest
from django.db import connection

from otklik.cases.actions import note
from otklik.cases.queries import case_file
from tests.building import acting, make_case
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


def test_of_more_than_a_thousand_events_the_newest_are_shown_in_their_order() -> None:
    case = make_case()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_event (name, case_id, actor_kind, payload, at) SELECT 'cases.heard', %s, 'system',"
            " '{}', now() FROM generate_series(1, 1200)",
            [case.pk],
        )

    note(case=case, actor=acting(case.owner), text="Последнее")
    events = case_file(case, agent_id=case.owner_id).events

    assert len(events) == 1000
    assert events[-1].name == "cases.noted"
    assert [event.pk for event in events] == sorted(event.pk for event in events)
    assert desk(case.owner).get(f"/desk/cases/{case.pk}/").status_code == 200
