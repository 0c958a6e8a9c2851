"""Reactions to time: ``@every(minutes=1)`` on a function without arguments."""

from collections.abc import Callable
from typing import Any

from procrastinate.contrib.django import app as jobs


def every(*, minutes: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run the function each ``minutes`` (1..59) on one worker; a run is skipped while the last one still waits."""
    if minutes not in range(1, 60):
        raise ValueError(minutes)

    def registered(function: Callable[[], None]) -> Callable[[], None]:
        name = f"{function.__module__}.{function.__name__}"

        def run(timestamp: int, **_rest: Any) -> None:
            function()

        task = jobs.task(name=name, queueing_lock=name, lock=name)(run)
        jobs.periodic(cron=f"*/{minutes} * * * *", periodic_id=name)(task)
        return function

    return registered
