"""Live pages: one PostgreSQL connection per process listens, every open page gets what concerns it.

A stream costs a few kilobytes and no thread. When the browser comes back after a break it should
fetch the region again; what was missed is in the database, not here.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any, Final

import psycopg
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest

from otklik.foundation.bell import LIVE_CHANNEL

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS: Final = 15
LONGEST_QUEUE: Final = 100

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Wanted = Callable[[str], Awaitable[bytes | None]]
"""Gets a notification's payload and gives the event for this page, or None when it does not concern it.

Raises ``Ended`` when the page may hear nothing more.
"""


class Ended(Exception):
    """The one who listens has logged out, or may not see this any more."""


class Hub:
    """Hands the notifications of this process's one listening connection to every open stream."""

    def __init__(self) -> None:
        self._streams: set[asyncio.Queue[str]] = set()
        self._listening: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def subscribed(self) -> Iterator[asyncio.Queue[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue(LONGEST_QUEUE)
        self._streams.add(queue)
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        try:
            yield queue
        finally:
            self._streams.discard(queue)

    async def _listen(self) -> None:
        """Until the last stream has gone; comes back when the database was away."""
        while self._streams:
            with contextlib.suppress(psycopg.OperationalError):
                await self._listen_once()
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        params = {key: value for key, value in connection.get_connection_params().items() if key in _PLACE}
        async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as listener:
            await listener.execute(f"LISTEN {LIVE_CHANNEL}")
            while self._streams:
                async for note in listener.notifies(timeout=HEARTBEAT_SECONDS):
                    self._hand_out(note.payload)

    def _hand_out(self, payload: str) -> None:
        for queue in self._streams:
            if queue.full():  # a page that does not read: it will catch up by itself
                queue.get_nowait()
            queue.put_nowait(payload)


_PLACE = frozenset({"host", "port", "user", "password", "dbname", "connect_timeout", "sslmode", "sslrootcert"})
_hub = Hub()


async def stream(receive: Receive, send: Send, wanted: Wanted, *, missed: Callable[[], Awaitable[bytes]]) -> None:
    """Server-sent events until the browser goes away: those that ``wanted`` makes, and a heartbeat.

    ``missed`` is asked once we listen, so that nothing falls between what it tells and what comes after.
    """
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.create_task(_until_gone(receive))
    try:
        with _hub.subscribed() as queue:
            await _say(send, b"retry: 2000\n\n" + await missed())
            while not gone.done():
                await _next(queue, gone, send, wanted)
    except (OSError, Ended):
        return
    finally:
        gone.cancel()


async def _next(queue: asyncio.Queue[str], gone: asyncio.Task[None], send: Send, wanted: Wanted) -> None:
    waiting = asyncio.create_task(queue.get())
    await asyncio.wait({waiting, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        await _say(send, b": still here\n\n")
    elif (event := await wanted(waiting.result())) is not None:
        await _say(send, event)


async def _say(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def user_of(scope: MutableMapping[str, Any]) -> Any:
    """The logged-in user behind a connection's session cookie, None for anybody else. Talks to the database."""
    cookies = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies.load(value.decode("latin-1"))
    if settings.SESSION_COOKIE_NAME not in cookies:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(cookies[settings.SESSION_COOKIE_NAME].value)
    user = get_user(request)
    return user if user.is_authenticated else None
