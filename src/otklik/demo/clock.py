"""A clock that can be moved, so that five weeks pass in half a minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now
from django.utils import timezone


class Clock:
    """Says the moment it was set to, for ever."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@contextmanager
def moved_clock(start: datetime) -> Iterator[Clock]:
    """Inside the block the whole process lives at ``clock.moment``: actions, and rows that the database would date.

    Beware: it replaces Django's clocks, so it belongs to a process that serves nobody (``otklik demo``).
    """
    clock, real, kept, in_sql = Clock(start), timezone.now, DateTimeField.pre_save, Now.as_postgresql

    def dated(field: "DateTimeField[Any, Any]", row: Model, add: bool) -> Any:  # noqa: FBT001  # as Django calls it
        value = kept(field, row, add)
        if isinstance(value, DatabaseDefault) and isinstance(field.db_default, Now):
            value = clock.moment
            setattr(row, field.attname, value)
        return value

    def said(_now: Now, *_rest: Any, **_more: Any) -> tuple[str, list[datetime]]:
        return "%s::timestamptz", [clock.moment]

    timezone.now, DateTimeField.pre_save, Now.as_postgresql = clock.now, dated, said  # type: ignore[assignment,method-assign]
    try:
        yield clock
    finally:
        timezone.now, DateTimeField.pre_save, Now.as_postgresql = real, kept, in_sql  # type: ignore[method-assign]
