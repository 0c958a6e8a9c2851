"""Small facts that every process may believe for some seconds without asking the database again."""

import threading
import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Protocol, cast

_MOST = 1_000


class Remembered[**P, R](Protocol):
    """A function whose answers are remembered, and forgotten at once in this process by ``forget``."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    def forget(self) -> None: ...


_all: list[Callable[[], None]] = []


def remembered[**P, R](*, seconds: float) -> Callable[[Callable[P, R]], Remembered[P, R]]:
    """Decorator of a query with hashable arguments: its answer may be ``seconds`` old.

    Whoever writes what it reads calls ``forget`` after it; other processes follow within ``seconds``. The answer is
    shared between threads: treat it as read-only.
    """

    def decorated(function: Callable[P, R]) -> Remembered[P, R]:
        known: dict[Hashable, tuple[float, R]] = {}
        lock = threading.Lock()

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            key: Hashable = (args, tuple(sorted(kwargs.items())))
            found = known.get(key)
            now = time.time()
            if found is not None and 0 <= now - found[0] < seconds:
                return found[1]
            answer = function(*args, **kwargs)
            with lock:
                if len(known) >= _MOST:
                    known.clear()
                known[key] = (now, answer)
            return answer

        cast(Any, run).forget = known.clear
        _all.append(known.clear)
        return cast(Remembered[P, R], run)

    return decorated


def forget_everything() -> None:
    """Another database, or a test: nothing that was believed holds."""
    for forget in _all:
        forget()
