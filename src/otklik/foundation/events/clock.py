"""Reactions to time: what the ``clock`` of each app's manifest names is run again and again."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app as jobs

from otklik.foundation.events.queue import forget_failures
from otklik.foundation.in_use import is_in_use
from otklik.foundation.manifest import Every
from otklik.foundation.modules import modules


def latest_now() -> datetime:
    """The later of this machine's clock and the database's: what the database finds due is due, whoever looks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
    return max(timezone.now(), told)


def wind_up() -> None:
    """Let everything that the apps do as time passes be done; once in a process."""
    for module in modules():
        for one in module.clock:
            _repeat(one, module.name)


def _repeat(every: Every, app: str) -> None:
    """One run is skipped while the last one still waits, and while the house does without the app.

    A run that went well makes former failures good: it did what they left.
    """
    name = f"{every.run.__module__}.{every.run.__name__}"

    def run(timestamp: int, **_rest: Any) -> None:
        if not (every.while_off or is_in_use(app)):
            return
        every.run()
        forget_failures(name)

    task = jobs.task(name=name, queueing_lock=name, lock=name)(run)
    jobs.periodic(cron=f"*/{every.minutes} * * * *", periodic_id=name)(task)
