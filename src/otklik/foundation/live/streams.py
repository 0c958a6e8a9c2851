"""Live pages: one PostgreSQL connection per process listens, every open page gets what concerns it.

A stream costs a few kilobytes and no thread. Its ``id:`` is a place in the settled history, told at its beginning and
with each beat: whoever comes back with it has missed nothing before it. Whenever notes may have been lost here
(the database was away, a page did not read) the stream ends; the browser comes back at once and is told the rest.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any, Final

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpRequest
from psycopg_pool import PoolTimeout

from otklik.foundation.events.settled import settled_id
from otklik.foundation.live.bell import LIVE_CHANNEL

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS: Final = 15
BEAT_SECONDS: Final = 3.0
"""How often a stream says that it lives; a page that hears nothing for longer tells its reader so."""
HEARS_WITHIN_SECONDS: Final = 5
PLACE_KEPT_SECONDS: Final = 5.0
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
        self._streams: set[asyncio.Queue[str | None]] = set()
        self._listening: asyncio.Task[None] | None = None
        self._hears = asyncio.Event()
        self._place: int | None = None
        self._placed_at = -PLACE_KEPT_SECONDS

    @contextlib.asynccontextmanager
    async def subscribed(self) -> AsyncIterator[asyncio.Queue[str | None]]:
        """A queue of notes, from now on; ``None`` in it says that notes may be missing from here.

        Raises ``TimeoutError`` when the database cannot be heard.
        """
        queue: asyncio.Queue[str | None] = asyncio.Queue(LONGEST_QUEUE)
        self._streams.add(queue)
        if self._listening is None or self._listening.done():
            self._hears = asyncio.Event()  # whatever ended the one before, it heard for itself alone
            self._listening = asyncio.create_task(self._listen())
        try:
            await asyncio.wait_for(self._hears.wait(), HEARS_WITHIN_SECONDS)
            yield queue
        finally:
            self._streams.discard(queue)

    async def place(self) -> bytes:
        """The line that tells a browser where the settled history ends; a little behind, never ahead."""
        now = time.monotonic()
        if now - self._placed_at >= PLACE_KEPT_SECONDS:
            self._placed_at = now
            with contextlib.suppress(DatabaseError, PoolTimeout):  # then the former place, which is as true
                self._place = await in_thread(settled_id)
        return b"" if self._place is None else f"id: {self._place}\n".encode()

    async def _listen(self) -> None:
        """Until the last stream has gone; comes back when the database was away."""
        while self._streams:
            with contextlib.suppress(psycopg.OperationalError):
                await self._listen_once()
            self._hears.clear()
            for queue in self._streams:
                _end(queue)
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        params = {key: value for key, value in connection.get_connection_params().items() if key in _PLACE}
        async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as listener:
            await listener.execute(f"LISTEN {LIVE_CHANNEL}")
            self._hears.set()
            while self._streams:
                async for note in listener.notifies(timeout=HEARTBEAT_SECONDS):
                    self._hand_out(note.payload)

    def _hand_out(self, payload: str) -> None:
        for queue in self._streams:
            if queue.full():
                _end(queue)
            else:
                queue.put_nowait(payload)


def _end(queue: asyncio.Queue[str | None]) -> None:
    """Notes are lost: what waits is dropped with them, for the page will ask for all of it."""
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(None)


_PLACE = frozenset({"host", "port", "user", "password", "dbname", "connect_timeout", "sslmode", "sslrootcert"})
_hub = Hub()
_OPEN: Final[Message] = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"),
    ],
}  # fmt: skip


async def stream(receive: Receive, send: Send, wanted: Wanted, *, missed: Callable[[], Awaitable[bytes]]) -> None:
    """Server-sent events until the browser goes away: those that ``wanted`` makes, and a heartbeat.

    ``missed`` is asked once we listen, so that nothing falls between what it tells and what comes after. The place
    told with it is older than the answer, so that what happens meanwhile is rather told twice than never.
    """
    gone = asyncio.create_task(_until_gone(receive))
    is_open = False
    try:
        async with _hub.subscribed() as queue:
            await send(_OPEN)  # not before: a page that is told so believes that it hears
            is_open = True
            place = await _hub.place()
            await _say(send, b"retry: 2000\n" + place + b"\n" + await missed())
            while not gone.done():
                await _next(queue, gone, send, wanted)
    except (OSError, Ended):  # a TimeoutError is an OSError
        if not is_open:
            await send(_OPEN)  # and over: the browser comes back by itself
    finally:
        gone.cancel()


async def _next(queue: asyncio.Queue[str | None], gone: asyncio.Task[None], send: Send, wanted: Wanted) -> None:
    waiting = asyncio.create_task(queue.get())
    await asyncio.wait({waiting, gone}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        await _say(send, await _hub.place() + b"\nevent: beat\ndata: .\n\n")
    elif (note := waiting.result()) is None:
        raise Ended
    elif (event := await wanted(note)) is not None:
        await _say(send, event)


async def in_thread[T](ask: Callable[[], T]) -> T:
    """Ask the database from here, over a connection that is given back."""

    def asked() -> T:
        try:
            return ask()
        finally:
            close_old_connections()

    return await sync_to_async(asked, thread_sensitive=False)()


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
