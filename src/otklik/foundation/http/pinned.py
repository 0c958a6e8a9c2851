"""HTTP over a connection to an address that was checked, of which every turn ends when the whole call must.

Imported by ``calling`` alone, at its first call (ADR 16).
"""

import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from typing import Any

import httpcore

from otklik.foundation.http.calling import Call, CallFailed, Proxy, Response, Target


def exchange(target: Target, wished: Call, *, until: float) -> Response:
    """Ask the target and hear it out. Raises ``CallFailed``."""
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    line = _Line(target, until=until, silence=wished.silence)
    asked = httpcore.Request(wished.method, url, headers=[*wished.headers.items()], content=wished.body)
    try:
        context = trust(wished.trust) if target.scheme == "https" else None
        with closing(httpcore.HTTPConnection(url.origin, ssl_context=context, network_backend=line)) as connection:
            response = connection.handle_request(asked)
            with closing(response):
                body = _body(response.iter_stream(), wished)
    except (OSError, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise CallFailed(_code(error), may_be_heard=line.turns.has_spoken) from error
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    return Response(status=response.status, headers=headers, body=body)


@cache
def trust(besides: str = "") -> ssl.SSLContext:
    """What the machine trusts, and ``besides``; the certificate must be good and that of the host."""
    context = ssl.create_default_context()
    if besides:
        context.load_verify_locations(cadata=besides)
    return context


def _body(chunks: Iterator[bytes], wished: Call) -> bytes:
    taken = bytearray()
    try:
        for chunk in chunks:
            taken += chunk
            if len(taken) > wished.most:
                break
    except (OSError, httpcore.ProtocolError):
        if not wished.a_part_will_do:
            raise
    if len(taken) > wished.most and not wished.a_part_will_do:
        raise CallFailed("too_large")
    return bytes(taken[: wished.most])


def _code(error: Exception) -> str:
    """The name of what went wrong: of the system's where there is one."""
    if isinstance(error, httpcore.RemoteProtocolError) and error.__cause__ is None:
        return "RemoteDisconnected"
    return type(error).__name__


class _Turns:
    """How long one turn on the line may take: until the end of the call, and not in silence."""

    def __init__(self, until: float, silence: float) -> None:
        self._until, self._silence = until, silence
        self.has_spoken = False

    def left(self) -> float:
        left = min(self._until - time.monotonic(), self._silence)
        if left <= 0:
            raise TimeoutError
        return left


class _Line(httpcore.NetworkBackend):
    """Leads to the addresses that were checked, whatever the host is called; or to a proxy that leads on."""

    def __init__(self, target: Target, *, until: float, silence: float) -> None:
        self._target, self.turns = target, _Turns(until, silence)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        proxy = self._target.proxy
        if proxy is None:
            return _Pipe(self._reached(self._target.addresses, port), self.turns)
        pipe = self._reached(proxy.addresses, proxy.port)
        try:
            _ask_the_way(pipe, self._target, proxy, self.turns)
        except OSError:
            pipe.close()
            raise
        return _Pipe(pipe, self.turns)

    def _reached(self, addresses: Iterable[str], port: int) -> socket.socket:
        failed: OSError = OSError()
        for address in addresses:
            try:
                pipe = socket.create_connection((address, port), self.turns.left())
            except OSError as error:
                failed = error
            else:
                pipe.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # head and body are two writes
                return pipe
        raise failed


class ProxyRefused(OSError):
    """The proxy does not lead there."""


_LONGEST_HEAD = 16_384


def _ask_the_way(pipe: socket.socket, target: Target, proxy: Proxy, turns: _Turns) -> None:
    host = f"[{target.host}]" if ":" in target.host else target.host
    place = f"{host}:{target.port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.login:
        lines.append(f"Proxy-Authorization: Basic {b64encode(proxy.login.encode()).decode()}")
    pipe.settimeout(turns.left())
    pipe.sendall("\r\n".join([*lines, "", ""]).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        pipe.settimeout(turns.left())
        one = pipe.recv(1)  # not a byte of what comes after the head
        head += one
        if not one or len(head) > _LONGEST_HEAD:
            raise ProxyRefused
    if head.split(b" ", 2)[1:2] != [b"200"]:
        raise ProxyRefused


class _Pipe(httpcore.NetworkStream):
    def __init__(self, pipe: socket.socket, turns: _Turns) -> None:
        self._pipe, self._turns = pipe, turns

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._pipe.settimeout(self._turns.left())
        return self._pipe.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        self._turns.has_spoken = True
        try:
            while rest:
                self._pipe.settimeout(self._turns.left())
                rest = rest[self._pipe.send(rest) :]
        except TimeoutError:
            raise
        except OSError as error:  # who has answered before hearing us out is heard all the same
            raise httpcore.WriteError from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._pipe.settimeout(self._turns.left())
        return _Pipe(ssl_context.wrap_socket(self._pipe, server_hostname=server_hostname), self._turns)

    def close(self) -> None:
        self._pipe.close()

    def get_extra_info(self, info: str) -> Any:
        return self._pipe if info == "ssl_object" and isinstance(self._pipe, ssl.SSLSocket) else None
