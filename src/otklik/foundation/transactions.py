"""One transaction for a whole action, however many smaller actions it is made of."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.db import transaction

from otklik.foundation.bell import gathered

_here = threading.local()


@contextmanager
def whole() -> Iterator[None]:
    """A transaction that actions inside join without savepoints: an error that leaves it undoes everything."""
    if getattr(_here, "is_inside", False):
        yield
        return
    with transaction.atomic(), gathered():
        _here.is_inside = True
        try:
            yield
        finally:
            _here.is_inside = False


def in_one[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """``transaction.atomic`` for actions that others are made of: two statements less for each that joins.

    Beware: who calls such an action inside another must let its errors pass, or open a savepoint of their own.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with whole():
            return function(*args, **kwargs)

    return run
