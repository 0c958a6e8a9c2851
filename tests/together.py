"""Two threads at one place: the second comes when the first holds what both want, and the first goes on when it waits.

Nothing here sleeps for a guess: PostgreSQL itself says who waits for whom.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from otklik.foundation.errors import Refusal

PATIENCE_SECONDS = 20
_WAITED_FOR = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
)
_holds, _other_ended = threading.Event(), threading.Event()


def both(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Run both in threads of their own, the second once the first holds or is over. Either's error rises."""
    _holds.clear()
    _other_ended.clear()
    with ThreadPoolExecutor(2) as threads:
        for done in (threads.submit(_run, first, _holds), threads.submit(_come, second)):
            done.result(timeout=2 * PATIENCE_SECONDS)


def _run(what: Callable[[], object], ended: threading.Event) -> None:
    try:
        what()
    finally:
        ended.set()
        connection.close()


def _come(second: Callable[[], object]) -> None:
    assert _holds.wait(PATIENCE_SECONDS), "the first never held anything"
    _run(second, _other_ended)


def let_the_other_wait() -> None:
    """Said by the first inside its transaction: the second begins, and waits for it before this returns."""
    _holds.set()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _is_waited_for():
        assert not _other_ended.is_set(), "the second did not wait"
        assert time.monotonic() < deadline, "the second never came"
        time.sleep(0.01)


def let_the_other_end() -> None:
    """Said by the first inside its transaction: the second begins, and is over before this returns."""
    _holds.set()
    assert _other_ended.wait(PATIENCE_SECONDS), "the second waits"


def _is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITED_FOR)
        return bool(cursor.fetchone()[0])


def while_open(first: Callable[[], object], second: Callable[[], object], *, waits: bool = True) -> list[str]:
    """``second`` begins when ``first`` has done all but commit, and waits for it, unless it is said that it does not.

    What became of each: "done", or the code of a refusal.
    """

    def slowly() -> None:
        with transaction.atomic():
            first()
            (let_the_other_wait if waits else let_the_other_end)()

    said = ["", ""]
    both(_noting(slowly, said, 0), _noting(second, said, 1))
    return said


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """What became of deeds that begin together, in their order."""
    said = [""] * len(deeds)
    with ThreadPoolExecutor(len(deeds)) as threads:
        done = [threads.submit(_run, _noting(deed, said, place), _other_ended) for place, deed in enumerate(deeds)]
    for one in done:
        one.result()
    return said


def _noting(deed: Callable[[], object], said: list[str], place: int) -> Callable[[], None]:
    def run() -> None:
        try:
            deed()
        except Refusal as refusal:
            said[place] = refusal.code
        else:
            said[place] = "done"

    return run


def locks(*names: str) -> pytest.MarkDecorator:
    """The test shows with real threads what the locks of these functions are for; ``test_locks`` counts them."""
    return pytest.mark.locks(*names)
