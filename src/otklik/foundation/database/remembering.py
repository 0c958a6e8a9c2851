"""Small facts that every process may believe for some seconds without asking the database again."""

import os
import threading
import time
from collections.abc import Callable, Hashable
from functools import wraps
from itertools import count
from mmap import mmap
from typing import Any, Final, Protocol, cast

from django.db import transaction

_MOST: Final = 1_000
_MOST_FACTS: Final = 512
_marks: Final = memoryview(mmap(-1, 8 * _MOST_FACTS)).cast("Q")
"""One number a fact, in memory that processes share when they part: a new number says that the fact has changed."""
_places: Final = count()


class Remembered[**P, R](Protocol):
    """A function whose answers are remembered until ``forget``, or for their seconds."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    def forget(self) -> None: ...


_all: list[Callable[[], None]] = []


def remembered[**P, R](*, seconds: float) -> Callable[[Callable[P, R]], Remembered[P, R]]:
    """Decorator of a query with hashable arguments: its answer may be ``seconds`` old.

    Whoever writes what it reads calls ``forget`` after it: every process of the same server asks anew at once, and
    once more when the transaction is committed. Processes that were started apart follow within ``seconds``. The
    answer is shared between threads: treat it as read-only.
    """

    def decorated(function: Callable[P, R]) -> Remembered[P, R]:
        known: dict[Hashable, tuple[float, int, R]] = {}
        lock = threading.Lock()
        place = next(_places)

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            key: Hashable = (args, tuple(sorted(kwargs.items())))
            found = known.get(key)
            now, mark = time.time(), _marks[place]
            if found is not None and found[1] == mark and 0 <= now - found[0] < seconds:
                return found[2]
            answer = function(*args, **kwargs)
            with lock:
                if len(known) >= _MOST:
                    known.clear()
                known[key] = (now, mark, answer)
            return answer

        def change_mark() -> None:
            _marks[place] = int.from_bytes(os.urandom(8))

        def forget() -> None:
            change_mark()
            transaction.on_commit(change_mark)

        cast(Any, run).forget = forget
        _all.append(change_mark)
        return cast(Remembered[P, R], run)

    return decorated


def forget_everything() -> None:
    """Another database, or a test: nothing that was believed holds."""
    for forget in _all:
        forget()
