"""A WSGI application served by an ASGI server, one hop into a thread and one back per request.

The body is read before a thread is taken and a file is sent after it is given back, so a slow client
holds no thread. Only answers that are made while they are sent (``StreamingHttpResponse``) keep theirs.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from django.db import close_old_connections

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Environ = dict[str, Any]
type Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

SMALL_BODY: Final = 1_000_000
CHUNK: Final = 256 * 1024


class _ClientGone(Exception):
    pass


class _TooLarge(Exception):
    pass


class FileStream:
    """What Django is given as ``wsgi.file_wrapper``: the file is read by the bridge, not by its thread."""

    def __init__(self, file: IO[bytes], _block_size: int = CHUNK) -> None:
        self.file = file

    def __iter__(self) -> Iterable[bytes]:
        return iter(lambda: self.file.read(CHUNK), b"")

    def close(self) -> None:
        self.file.close()


@dataclass
class _Answer:
    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    file: FileStream | None = None
    is_sent: bool = False

    def start(self, status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> None:
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    def head(self) -> Message:
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}


class Threaded:
    """The ASGI application that runs ``wsgi`` in ``threads`` threads."""

    def __init__(self, wsgi: Wsgi, *, threads: int, body_limit: int) -> None:
        self.wsgi = wsgi
        self.body_limit = body_limit
        self.threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _read_body(receive, self.body_limit, _content_length(scope))
        except _ClientGone:
            return
        except _TooLarge:
            await _send_whole(send, _refusal(self.body_limit))
            return
        with body:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self.threads, self._call, environ_of(scope, body), send, loop)
        if answer.file is not None:
            await _send_file(send, answer)
        elif not answer.is_sent:
            await _send_whole(send, answer)

    def _call(self, environ: Environ, send: Send, loop: asyncio.AbstractEventLoop) -> _Answer:
        answer = _Answer()
        content = self.wsgi(environ, answer.start)
        if isinstance(content, FileStream):
            close_old_connections()  # the answer is closed in another thread, later
            answer.file = content
            return answer
        try:
            if getattr(content, "streaming", False):
                _stream(answer, content, send, loop)
            else:
                answer.body = b"".join(content)
        finally:
            if close := getattr(content, "close", None):
                close()
        return answer

    def close(self) -> None:
        self.threads.shutdown(wait=True)


# ── In ────────────────────────────────────────────────────────────────────────────────────
def _content_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


async def _read_body(receive: Receive, limit: int, announced: int) -> IO[bytes]:
    """The whole body: small ones in memory, large ones in a temporary file."""
    if announced > limit:
        raise _TooLarge
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        return io.BytesIO(message.get("body", b""))
    file: IO[bytes] = SpooledTemporaryFile(max_size=SMALL_BODY)  # noqa: SIM115 - the caller closes it
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            file.close()
            raise _ClientGone
        size += len(message.get("body", b""))
        if size > limit:
            file.close()
            raise _TooLarge
        file.write(message.get("body", b""))
        if not message.get("more_body"):
            file.seek(0)
            return file
        message = await receive()


def environ_of(scope: Scope, body: IO[bytes]) -> Environ:
    """PEP 3333 from an ASGI scope; headers with underscores are dropped, they could pass for others."""
    server_name, server_port = scope.get("server") or ("localhost", 80)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server_name,
        "SERVER_PORT": str(server_port or 0),
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileStream,
    }
    return environ | _headers(scope["headers"])


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        if b"_" in raw_name:
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        if key in headers:
            value = headers[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
        headers[key] = value
    return headers


# ── Out ───────────────────────────────────────────────────────────────────────────────────
async def _send_whole(send: Send, answer: _Answer) -> None:
    await send(answer.head())
    await send({"type": "http.response.body", "body": answer.body})


async def _send_file(send: Send, answer: _Answer) -> None:
    assert answer.file is not None
    try:
        await send(answer.head())
        while chunk := await asyncio.to_thread(answer.file.file.read, CHUNK):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await asyncio.to_thread(answer.file.close)


def _stream(answer: _Answer, content: Iterable[bytes], send: Send, loop: asyncio.AbstractEventLoop) -> None:
    def say(message: Message) -> None:
        asyncio.run_coroutine_threadsafe(_awaited(send, message), loop).result()

    answer.is_sent = True
    say(answer.head())
    for chunk in content:
        say({"type": "http.response.body", "body": chunk, "more_body": True})
    say({"type": "http.response.body", "body": b""})


async def _awaited(send: Send, message: Message) -> None:
    await send(message)


def _refusal(limit: int) -> _Answer:
    text = f"This is larger than {limit // 1_000_000} MB, the most that is taken at once."
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    return _Answer(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers=headers, body=text.encode())
