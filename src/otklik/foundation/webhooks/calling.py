"""One HTTP call to a program elsewhere, which must not become a way into our own network.

The name is resolved, every address it has is checked, and the connection goes to an address that was checked, so that
a second look-up cannot lead elsewhere. Redirects are not followed; time and size of the answer are bounded.
"""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from otklik import __version__
from otklik.foundation.errors import Refusal

_PORTS = {80, 443, 8080, 8443}
_PATIENCE_SECONDS = 5
_WHOLE_CALL_SECONDS = 12
_READ_BYTES = 16_384
_LONGEST_URL = 500
_CLOUD_SECRETS = {"168.63.129.16"}
"""A public-looking address at which one cloud tells its machines their secrets."""
_IPV4_INSIDE = ipaddress.ip_network("64:ff9b::/96")

type IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class CallFailed(Exception):
    """No answer; the text says why, without anything the other side said."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a call goes: an address that was checked."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def signature(secret: str, body: bytes, *, at: int) -> str:
    """``t=…,v1=…``: HMAC-SHA256 of the moment, a dot and the body."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def check_url(url: str) -> None:
    """Raises ``Refusal('webhook_url_refused')`` for an address we would not call."""
    try:
        target_of(url)
    except CallFailed as error:
        raise Refusal("webhook_url_refused", str(error), fields={"url": str(error)}) from error


def target_of(url: str) -> Target:
    """Resolve and check. Raises ``CallFailed``."""
    parts = _parts(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    is_trusted = _is_trusted(host, port)
    if port not in _PORTS and not is_trusted:
        raise CallFailed(_("Only the ports 80, 443, 8080 and 8443 are called."))
    addresses = _resolved(host, port)
    if not is_trusted and not all(map(is_public, addresses)):
        raise CallFailed(_("This address leads into a private network."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme=parts.scheme, host=host, port=port, address=addresses[0], path=path)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CallFailed(_("This is not a complete web address.")) from error
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise CallFailed(_("This is not a complete web address."))
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise CallFailed(_("The address must begin with https:// or http://."))
    if parts.username is not None or parts.password is not None:
        raise CallFailed(_("The address must not hold a password; we sign every call instead."))
    return parts


def _is_trusted(host: str, port: int) -> bool:
    """Whether the operator allowed this very host, or host:port, in OTKLIK_WEBHOOK_PRIVATE_HOSTS."""
    allowed = {name.lower() for name in settings.WEBHOOK_PRIVATE_HOSTS}
    return host in allowed or f"{host}:{port}" in allowed


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailed(_("This host is not known.")) from error
    return [str(sockaddr[0]) for _family, _type, _proto, _name, sockaddr in found]


def is_public(address: str) -> bool:
    """Whether an address is on the open internet, also what is packed inside an IPv6 address."""
    try:
        ip: IP = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_open(one) for one in (ip, *_packed(ip)))


def _is_open(ip: IP) -> bool:
    if str(ip) in _CLOUD_SECRETS:
        return False
    is_special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    return (ip.is_global or ip in _IPV4_INSIDE) and not (is_special and ip not in _IPV4_INSIDE)


def _packed(ip: IP) -> list[IP]:
    """IPv4 addresses inside an IPv6 one: mapped, 6to4, Teredo, NAT64."""
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    inside: list[IP] = [one for one in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if one is not None]
    if ip in _IPV4_INSIDE:
        inside.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return inside


def call(url: str, *, body: bytes, secret: str, headers: dict[str, str]) -> int:
    """POST the body, signed; returns the HTTP status. Raises ``CallFailed``."""
    target = target_of(url)
    sent = {
        "Content-Type": "application/json",
        "User-Agent": f"Otklik/{__version__}",
        "Otklik-Signature": signature(secret, body, at=int(time.time())),
        "Connection": "close",
        **headers,
    }
    connection = _Pinned(target)
    deadline = threading.Timer(_WHOLE_CALL_SECONDS, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", target.path, body, sent)
        response = connection.getresponse()
        response.read(_READ_BYTES)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CallFailed(type(error).__name__) from error
    else:
        return response.status
    finally:
        deadline.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, in the name of the host that was asked for."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=_PATIENCE_SECONDS)
        self._target = target
        self._pipe: socket.socket | None = None  # http.client lets go of its own before the answer is read
        if target.scheme == "https":
            self.default_port = 443

    def connect(self) -> None:
        self.sock = socket.create_connection((self._target.address, self._target.port), self.timeout)
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)
        self._pipe = self.sock

    def cut(self) -> None:
        """End a call that takes too long as a whole, however busily it trickles."""
        with suppress(OSError):
            if self._pipe is not None:
                self._pipe.shutdown(socket.SHUT_RDWR)
