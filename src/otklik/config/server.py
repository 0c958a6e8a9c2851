"""How the web server is run: a few processes that share one port, each with a few threads."""

import os
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from otklik.config import environment as env
from otklik.config.asgi import application
from otklik.config.warming import warm_up
from otklik.foundation.database.pool import close_pool
from otklik.foundation.processes import end_with_parent, settle_memory, take_longer_turns
from otklik.knowledge.search.live import read_ahead
from otklik.team.queries import lay_out_calendars

LIVE_STREAMS = 10_000
GRACE_SECONDS = 10


def serve(*, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished, a process that dies is replaced."""
    parent = os.getpid()
    warm_up()
    read_ahead()  # the articles, shared by all processes because they are loaded before these part
    lay_out_calendars()  # and the holidays of their countries, if any
    close_pool()  # its threads would not survive the parting
    settle_memory()
    take_longer_turns()

    def load() -> Callable[..., Any]:
        end_with_parent(parent)
        return application

    server = Granian(
        "otklik.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=env.number("OTKLIK_WEB_PROCESSES", min(2 * (os.cpu_count() or 1), 8)),
        websockets=False,
        backlog=1024,
        backpressure=LIVE_STREAMS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels.error,  # it would warn of more processes than cores, which is meant (docs/performance.md)
    )
    server.serve(target_loader=load, wrap_loader=False)
