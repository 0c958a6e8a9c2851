"""What happens in one action is written together, and told when it is committed, never before."""

import json
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.transactions import whole
from otklik.foundation.events.announcing import announce, whisper
from otklik.foundation.live.bell import LIVE_CHANNEL, muted
from otklik.foundation.models import Event
from otklik.foundation.webhooks.events import WebhookTested

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = "procrastinate_any_queue_v1"


@pytest.fixture
def ear() -> Iterator[psycopg.Connection]:
    parameters = connection.get_connection_params()
    place = {name: parameters[name] for name in ("host", "port", "user", "dbname") if parameters.get(name)}
    with psycopg.connect(**place, autocommit=True) as listening:
        listening.execute(f"LISTEN {LIVE_CHANNEL}")
        listening.execute(f"LISTEN {WORKERS}")
        yield listening


def heard(ear: psycopg.Connection) -> list[tuple[str, str]]:
    return [(note.channel, note.payload) for note in ear.notifies(timeout=0.3)]


def happen(number: int) -> None:
    announce(WebhookTested(webhook_id=number), actor=SYSTEM)


def written() -> list[int]:
    return [row.payload["webhook_id"] for row in Event.objects.order_by("id")]


def test_events_of_one_action_are_one_statement_in_their_order_and_told_once_it_is_committed(
    ear: psycopg.Connection,
) -> None:
    with CaptureQueriesContext(connection) as asked, whole():
        for number in (1, 2, 3):
            happen(number)
        whisper("cases.looking", case_id=7, actor=SYSTEM)
        assert heard(ear) == []

    notes = [json.loads(payload) for channel, payload in heard(ear) if channel == LIVE_CHANNEL]
    assert written() == [1, 2, 3]
    assert [note["id"] for note in notes if note["id"]] == list(
        Event.objects.order_by("id").values_list("id", flat=True)
    )
    assert [note["name"] for note in notes if not note["id"]] == ["cases.looking"]
    assert sum("foundation_event" in one["sql"] for one in asked) == 1
    assert sum("pg_notify" in one["sql"] for one in asked) == 1


def test_nothing_is_told_of_what_was_undone(ear: psycopg.Connection) -> None:
    with suppress(RuntimeError), whole():
        happen(1)
        raise RuntimeError

    assert written() == []
    assert heard(ear) == []
    with whole():
        happen(2)
    assert written() == [2]


def test_an_event_goes_with_the_savepoint_that_is_undone() -> None:
    with whole():
        happen(1)
        with suppress(RuntimeError), transaction.atomic():
            happen(2)
            raise RuntimeError
        happen(3)

    assert written() == [1, 3]


def test_an_event_outside_any_action_is_written_at_once(ear: psycopg.Connection) -> None:
    with transaction.atomic():
        happen(1)
        assert written() == [1]

    assert [channel for channel, _payload in heard(ear)] == [LIVE_CHANNEL]


def test_a_job_that_is_put_in_the_queue_does_not_ring_inside_the_transaction(ear: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'nobody.waits', '{}')"
        )
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'nobody.waits'")

    assert heard(ear) == []


def test_a_house_that_is_being_made_tells_nobody_and_is_heard_again_afterwards(ear: psycopg.Connection) -> None:
    with muted(), whole():
        happen(1)
        whisper("cases.looking", case_id=7, actor=SYSTEM)
    assert heard(ear) == []
    assert written() == [1]

    happen(2)

    assert LIVE_CHANNEL in {channel for channel, _payload in heard(ear)}
