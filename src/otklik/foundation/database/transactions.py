"""One transaction for a whole action, however many smaller actions it is made of."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from psycopg.errors import UniqueViolation

from otklik.foundation.live.bell import gathered


class _Here(threading.local):
    depth: int | None = None
    """How many transactions and savepoints stand around the whole that runs in this thread; None outside any."""
    gathered: dict[Callable[[list[Any]], object], list[Any]]


_here = _Here()


@contextmanager
def whole() -> Iterator[None]:
    """A transaction that actions inside join without savepoints: an error that leaves it undoes everything."""
    if _here.depth is not None:
        yield
        return
    with transaction.atomic(), gathered():
        _here.depth, _here.gathered = len(connection.savepoint_ids), {}
        try:
            yield
            for write, items in _here.gathered.items():
                write(items)
        finally:
            _here.depth = None


def gather[T](write: Callable[[list[T]], object], item: T) -> None:
    """Have ``write`` called once with all that was given to it in this whole, just before the commit.

    At once outside any whole, and inside a savepoint, which might be undone alone.
    """
    if _here.depth == len(connection.savepoint_ids) and connection.in_atomic_block:
        _here.gathered.setdefault(write, []).append(item)
    else:
        write([item])


def in_one[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """``transaction.atomic`` for actions that others are made of: two statements less for each that joins.

    Beware: who calls such an action inside another must let its errors pass, or open a savepoint of their own.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with whole():
            return function(*args, **kwargs)

    return run


def once_more_if_taken[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """For actions that ask whether a name is free and then write it: of two at once, both are told that it is.

    The second is then begun again from the start, with its rows as they are, where its own question sees the first and
    refuses in true words.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
        for row in kwargs.values():
            if isinstance(row, Model) and row.pk is not None:
                row.refresh_from_db()
        return function(*args, **kwargs)

    return run
