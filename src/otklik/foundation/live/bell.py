"""What other processes should hear, open pages and idle workers, is said when the transaction is over.

PostgreSQL commits transactions with a NOTIFY in them one by one: each waits until the one before it is on the disk. So
notes are gathered and said after the commit, by one statement that writes nothing. A note lost with its process costs
a page or a worker a moment: what happened stands in the database, and both look by themselves.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from django.db import connection, transaction

LIVE_CHANNEL: Final = "otklik_live"
_WORKERS: Final = "procrastinate_any_queue_v1"
_WAKE: Final = '{"type": "job_inserted", "job_id": 0}'

type Note = tuple[str, str]


class _Here(threading.local):
    notes: list[Note] | None = None
    is_muted = False


_here = _Here()


@contextmanager
def gathered() -> Iterator[None]:
    """Inside a transaction: its notes are said together."""
    notes: list[Note] = []
    transaction.on_commit(partial(_say, notes), robust=True)
    _here.notes = notes
    try:
        yield
    finally:
        _here.notes = None


@contextmanager
def muted() -> Iterator[None]:
    """Nobody listens to what is done inside: a house that is only being made."""
    _here.is_muted = True
    try:
        yield
    finally:
        _here.is_muted = False


def tell_pages(note: str) -> None:
    """Open pages hear ``note`` once this transaction is committed, or at once outside any."""
    _tell((LIVE_CHANNEL, note))


def wake_workers() -> None:
    """For whoever defers a job that is due now; without it a worker finds the job within two seconds."""
    _tell((_WORKERS, _WAKE))


def _tell(note: Note) -> None:
    if _here.is_muted:
        return
    if _here.notes is None:
        transaction.on_commit(partial(_say, [note]), robust=True)
    elif note not in _here.notes:
        _here.notes.append(note)


def _say(notes: list[Note]) -> None:
    if not notes:
        return
    channels, words = zip(*notes, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify(channel, note) FROM unnest(%s::text[], %s::text[]) AS notes (channel, note)",
            [list(channels), list(words)],
        )
