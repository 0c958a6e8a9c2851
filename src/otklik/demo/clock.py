"""A clock that can be moved, so that five weeks pass in half a minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now
from django.db.models.signals import pre_save
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

    Beware: it replaces Django's clock, so it belongs to a process that serves nobody (``otklik demo``).
    """
    clock, real = Clock(start), timezone.now

    def date(sender: type[Model], instance: Model, **_rest: Any) -> None:
        for field in sender._meta.concrete_fields:
            is_left_to_database = isinstance(getattr(instance, field.attname), DatabaseDefault)
            if is_left_to_database and isinstance(field.db_default, Now):
                setattr(instance, field.attname, clock.moment)

    timezone.now = clock.now
    pre_save.connect(date, weak=False, dispatch_uid="moved_clock")
    try:
        yield clock
    finally:
        timezone.now = real
        pre_save.disconnect(dispatch_uid="moved_clock")
