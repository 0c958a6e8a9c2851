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
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections, connection
from django.http import HttpRequest

logger = logging.getLogger(__name__)

CHANNEL: Final = "otklik_live"
HEARTBEAT_SECONDS: Final = 15
LONGEST_QUEUE: Final = 100

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Wanted = Callable[[str], bytes | None]
"""Gets a notification's payload and gives the event for this page, or None when it does not concern it."""


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
            await listener.execute(f"LISTEN {CHANNEL}")
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


async def stream(receive: Receive, send: Send, wanted: Wanted) -> None:
    """Server-sent events until the browser goes away: those that ``wanted`` makes, and a heartbeat."""
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.create_task(_until_gone(receive))
    try:
        with _hub.subscribed() as queue:
            await _say(send, b"retry: 2000\n\n")
            while not gone.done():
                await _next(queue, gone, send, wanted)
    except OSError:
        return
    finally:
        gone.cancel()


async def _next(queue: asyncio.Queue[str], gone: asyncio.Task[None], send: Send, wanted: Wanted) -> None:
    waiting = asyncio.create_task(queue.get())
    await asyncio.wait({waiting, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        await _say(send, b": still here\n\n")
    elif (event := wanted(waiting.result())) is not None:
        await _say(send, event)


async def _say(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


# ── The stream of a logged-in agent ───────────────────────────────────────────────────────
async def live(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """``GET /live``: what happens, as it happens, for an agent who is logged in."""
    if not await sync_to_async(_is_agent, thread_sensitive=False)(scope):
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"Log in first."})
        return
    await stream(receive, send, _as_event)


def _as_event(payload: str) -> bytes:
    return f"event: happened\ndata: {payload}\n\n".encode()


def _is_agent(scope: MutableMapping[str, Any]) -> bool:
    cookies = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies.load(value.decode("latin-1"))
    if settings.SESSION_COOKIE_NAME not in cookies:
        return False
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(cookies[settings.SESSION_COOKIE_NAME].value)
    try:
        return bool(get_user(request).is_authenticated)
    finally:
        close_old_connections()
