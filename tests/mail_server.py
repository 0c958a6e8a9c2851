"""How a mail server of a test ends: when the sessions it serves have ended, so that none is torn in the middle."""

import asyncio
import time

from aiosmtpd.controller import Controller

_PATIENCE_SECONDS = 3


def close(controller: Controller) -> None:
    """Wait for the sessions, at most three seconds, then stop."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while asyncio.all_tasks(controller.loop) and time.monotonic() < deadline:
        time.sleep(0.01)
    controller.stop()
