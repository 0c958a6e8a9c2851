"""A program on this machine that hears one request a call and says what it is told to, byte by byte."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

type Play = Callable[[socket.socket], None]
_HEARD = 65_536
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.I)


class There:
    """``asked``: the requests, each up to 64 kB, in the order of the plays that answered them."""

    def __init__(self, *plays: Play, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[bytes] = []
        self._plays, self._context = plays, context
        self._ended = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/path?is=this"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        for play in self._plays:
            pipe, _address = self._door.accept()
            with pipe:
                if self._ended.is_set():
                    return
                self._hear(pipe, play)

    def _hear(self, pipe: socket.socket, play: Play) -> None:
        try:
            heard = self._context.wrap_socket(pipe, server_side=True) if self._context else pipe
            with heard:
                self.asked.append(_request(heard))
                play(heard)
        except OSError:
            pass  # the caller has hung up

    def close(self) -> None:
        self._ended.set()
        socket.create_connection(("127.0.0.1", self.port)).close()  # for a play that nobody asked for
        self._thread.join()
        self._door.close()


@contextmanager
def there(*plays: Play, context: ssl.SSLContext | None = None) -> Iterator[There]:
    """Answers one call with each play, in turn."""
    program = There(*plays, context=context)
    try:
        yield program
    finally:
        program.close()


def says(*parts: bytes) -> Play:
    def play(pipe: socket.socket) -> None:
        for part in parts:
            pipe.sendall(part)

    return play


def falls_silent(*parts: bytes) -> Play:
    """After these, until the caller hangs up."""

    def play(pipe: socket.socket) -> None:
        says(*parts)(pipe)
        pipe.recv(1)

    return play


def trickles(beginning: bytes, drop: bytes) -> Play:
    """For ten seconds, unless the caller hangs up."""

    def play(pipe: socket.socket) -> None:
        pipe.sendall(beginning)
        for _ in range(200):
            pipe.sendall(drop)
            time.sleep(0.05)

    return play


def _request(pipe: socket.socket) -> bytes:
    heard = b""
    while len(heard) < _HEARD:
        part = pipe.recv(_HEARD)
        heard += part
        head, end, body = heard.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not part or (end and len(body) >= int(length[1] if length else 0)):
            break
    return heard
