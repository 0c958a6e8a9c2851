"""Whoever reads the history in parts misses nothing and gets nothing twice, in whatever order transactions end."""

import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.announcing import announce
from otklik.foundation.events.settled import settled_events, settled_id
from otklik.foundation.models import Event
from otklik.foundation.webhooks.events import WebhookTested

pytestmark = pytest.mark.django_db(transaction=True)


class Writer:
    """A transaction in a thread of its own, taken step by step."""

    def __init__(self, *, takes_its_number_first: bool = False) -> None:
        self._takes_its_number_first = takes_its_number_first
        self._steps: dict[str, threading.Event] = {name: threading.Event() for name in ("begin", "write", "end")}
        self._done: dict[str, threading.Event] = {name: threading.Event() for name in ("begin", "write", "end")}
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with transaction.atomic():
            self._wait("begin")
            if self._takes_its_number_first:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_current_xact_id()")
            self._done["begin"].set()
            self._wait("write")
            announce(WebhookTested(webhook_id=1), actor=SYSTEM)
            self._done["write"].set()
            self._wait("end")
        self._done["end"].set()
        connection.close()

    def _wait(self, step: str) -> None:
        assert self._steps[step].wait(10)

    def step(self, name: str) -> None:
        self._steps[name].set()
        assert self._done[name].wait(10)


def read(after: int) -> list[int]:
    return list(settled_events(after=after).values_list("id", flat=True))


@pytest.mark.parametrize("ends_first", ["older transaction, greater id", "younger transaction, smaller id"])
def test_ids_and_transactions_that_begin_in_different_orders(ends_first: str) -> None:
    start = settled_id()
    older, younger = Writer(takes_its_number_first=True), Writer(takes_its_number_first=True)
    older.step("begin")
    younger.step("begin")
    younger.step("write")
    older.step("write")
    first, second = (older, younger) if ends_first.startswith("older") else (younger, older)

    first.step("end")
    meanwhile = read(start)
    second.step("end")
    afterwards = read(max([start, *meanwhile]))

    together = list(Event.objects.filter(pk__gt=start).order_by("id").values_list("id", flat=True))
    assert len(together) == 2
    assert meanwhile + afterwards == together


def test_an_undone_transaction_holds_nothing_back() -> None:
    start = settled_id()
    with transaction.atomic():
        announce(WebhookTested(webhook_id=1), actor=SYSTEM)
        transaction.set_rollback(True)
    announce(WebhookTested(webhook_id=2), actor=SYSTEM)

    assert [row.payload["webhook_id"] for row in settled_events(after=start)] == [2]
    assert settled_id() == Event.objects.order_by("-id")[0].pk


def test_a_reader_that_reads_on_while_many_write_gets_everything_once() -> None:
    start, seed = settled_id(), random.Random(7)
    waits = [[seed.random() * 0.01 for _ in range(20)] for _ in range(6)]

    def write(pauses: list[float]) -> Callable[[], None]:
        def run() -> None:
            for pause in pauses:
                with transaction.atomic():
                    if pause > 0.005:
                        with connection.cursor() as cursor:
                            cursor.execute("SELECT pg_current_xact_id()")
                        time.sleep(pause / 2)
                    announce(WebhookTested(webhook_id=1), actor=SYSTEM)
                    time.sleep(pause)
            connection.close()

        return run

    writers = [threading.Thread(target=write(pauses)) for pauses in waits]
    for writer in writers:
        writer.start()
    got: list[int] = []
    while any(writer.is_alive() for writer in writers):
        got += read(max([start, *got[-1:]]))
    got += read(max([start, *got[-1:]]))

    assert got == list(Event.objects.filter(pk__gt=start).order_by("id").values_list("id", flat=True))
    assert len(got) == 120
