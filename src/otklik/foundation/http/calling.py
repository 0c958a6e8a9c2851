"""Every HTTP call to a program elsewhere, which must not become a way into our own network.

The name is looked up once, every address it has is checked, and the connection goes to one of these, so that a second
look-up cannot lead elsewhere; the certificate is that of the name. No redirection is followed unless wished, and each
is checked anew. Time and size are bounded, proxies named by the environment are not asked, and no error holds what the
other side said.
"""

import http
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from django.conf import settings

from otklik import __version__
from otklik.foundation.http.addresses import is_public

_PORTS: Final = {80, 443, 8080, 8443}
_USUAL: Final = {"http": 80, "https": 443}
_LONGEST: Final = 4_000
_REDIRECTIONS: Final = {301, 302, 303, 307, 308}
_MOST_REDIRECTIONS: Final = 3
_USUALLY_SENT: Final = {"User-Agent": f"Otklik/{__version__}", "Accept-Encoding": "identity", "Connection": "close"}


class CallFailed(Exception):
    """No answer, or not the whole of it. The text is a code: one of this module, a status, or the name of what went
    wrong on the way. ``may_be_heard``: the other side may have got what we asked."""

    def __init__(self, code: str, *, may_be_heard: bool = False) -> None:
        super().__init__(code)
        self.may_be_heard = may_be_heard


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, and what it may cost.

    ``seconds``: for the whole of it, redirections included, however busily it trickles; ``silence``: without a byte.
    ``most``: bytes of the body that are taken; what is longer is ``too_large``, or, if ``a_part_will_do``, cut there
    (and so is a body that breaks off or takes too long). ``is_ours``: the operator wrote the address down, so that it
    may lead to any host and port. ``proxy``: of the operator, ``http://[user:password@]host:port``; it looks the name
    up itself. ``trust``: certificates (PEM) that are believed beside those of the machine.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 12
    silence: float = 5
    most: int = 20_000_000
    a_part_will_do: bool = False
    redirections: int = 0
    is_ours: bool = False
    proxy: str = ""
    trust: str = ""


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the other side said; the names of the headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the status is one of 200 to 299."""
        return self.status // 100 == 2  # noqa: PLR2004

    def json(self) -> Any:
        """Raises ``ValueError`` for what is no JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a call goes: a name, and the addresses of it that were checked."""

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    path: str
    proxy: "Proxy | None" = None

    @property
    def named(self) -> str:
        """``host`` or ``host:port``, as the header ``Host`` has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _USUAL[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """Who leads us on; ``login`` is ``user:password``, '' for none."""

    addresses: tuple[str, ...]
    port: int
    login: str = ""


def call(wished: Call) -> Response:
    """Make it. Whatever the status is, it is returned. Raises ``CallFailed``."""
    until = time.monotonic() + wished.seconds
    for _time in range(wished.redirections + 1):
        response = _answered(wished, until)
        place = response.headers.get("location", "")
        if response.status not in _REDIRECTIONS or not place or not wished.redirections:
            return response
        wished = _led_on(wished, urljoin(wished.url, place))
    raise CallFailed("too_many_redirections")


def download(url: str, *, most: int = 20_000_000) -> bytes:
    """GET a file from the open internet, over at most three redirections. Raises ``CallFailed``."""
    response = call(Call(url=url, most=most, redirections=_MOST_REDIRECTIONS))
    if response.status != http.HTTPStatus.OK:
        raise CallFailed(str(response.status))
    return response.body


def target_of(url: str, *, is_ours: bool = False) -> Target:
    """Look up and check. Raises ``CallFailed``."""
    parts = _parts(url)
    host = parts.hostname or ""
    port = parts.port or _USUAL[parts.scheme]
    is_trusted = is_ours or _is_trusted(host, port)
    if port not in _PORTS and not is_trusted:
        raise CallFailed("port")
    addresses = _looked_up(host, port)
    if not is_trusted and not all(map(is_public, addresses)):
        raise CallFailed("private")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme=parts.scheme, host=host, port=port, addresses=addresses, path=path)


def _answered(wished: Call, until: float) -> Response:
    from otklik.foundation.http.pinned import exchange

    target = _by_proxy(wished) if wished.proxy else target_of(wished.url, is_ours=wished.is_ours)
    headers = {"Host": target.named, **_USUALLY_SENT, "Content-Length": str(len(wished.body)), **wished.headers}
    if wished.method == "GET":
        del headers["Content-Length"]
    return exchange(target, replace(wished, headers=headers), until=until)


def _by_proxy(wished: Call) -> Target:
    """The name is not looked up here; an address that is written out is still not one of our own network."""
    parts = _parts(wished.url)
    host, port = parts.hostname or "", parts.port or _USUAL[parts.scheme]
    if not wished.is_ours and (port not in _PORTS or (_is_written_out(host) and not is_public(host))):
        raise CallFailed("private")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme=parts.scheme, host=host, port=port, addresses=(), path=path, proxy=proxy_of(wished.proxy))


def _is_written_out(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def proxy_of(url: str) -> Proxy:
    """Raises ``CallFailed``."""
    try:
        parts = urlsplit(url)
        port = parts.port or 3128
    except ValueError as error:
        raise CallFailed("not_an_address") from error
    if parts.scheme != "http" or not parts.hostname:
        raise CallFailed("scheme")
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    return Proxy(addresses=_looked_up(parts.hostname, port), port=port, login=login)


def _led_on(wished: Call, url: str) -> Call:
    """The same call elsewhere; what it says about itself is for the one who was asked at first."""
    if wished.method != "GET":
        raise ValueError("only what reads may be led on")
    is_same = urlsplit(url)[:2] == urlsplit(wished.url)[:2]
    return replace(wished, url=url, headers=wished.headers if is_same else {})


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CallFailed("not_an_address") from error
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise CallFailed("not_an_address")
    if parts.scheme not in _USUAL or not parts.hostname or port == 0:
        raise CallFailed("scheme")
    if parts.username is not None or parts.password is not None:
        raise CallFailed("has_password")
    return parts


def _is_trusted(host: str, port: int) -> bool:
    """Whether the operator allowed this very host, or host:port, in OTKLIK_WEBHOOK_PRIVATE_HOSTS."""
    allowed = {name.lower() for name in settings.WEBHOOK_PRIVATE_HOSTS}
    return host in allowed or f"{host}:{port}" in allowed


def _looked_up(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailed("unknown_host") from error
    return tuple(dict.fromkeys(str(sockaddr[0]) for _family, _type, _proto, _name, sockaddr in found))
