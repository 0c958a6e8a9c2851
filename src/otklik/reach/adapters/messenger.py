"""What the clients of messengers share: calls over the door's own road, and JSON from outside, which nobody trusts.

Settings of such a door: ``base_url`` (``is_ours``: the operator wrote it down), ``mode`` (push or poll), ``account``
(who we are there), ``proxy`` and ``ca`` (certificates that are believed beside those of the machine), '' for none.
"""

import http
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from otklik.foundation.http.calling import Call, CallFailed, Response, call
from otklik.reach.adapters.channels import Door, FileLost, OutgoingFile
from otklik.reach.adapters.delivering import DeliveryFailed, Verdict

LONGEST_REST: Final = 3600
FINAL: Final = frozenset({Verdict.BLOCKED, Verdict.GONE, Verdict.TOO_LARGE, Verdict.REFUSED})
_LONGEST_ID: Final = 200
_LEADS_NOWHERE: Final = {"private", "port", "scheme", "not_an_address", "has_password", "SSLCertVerificationError"}
_OVER: Final = {*_LEADS_NOWHERE, "too_large"}


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One call. ``silence``: seconds without a byte. ``most``: bytes of the answer. ``trust``: as of ``Call``."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 30
    silence: float = 15
    most: int = 2_000_000
    trust: str = ""


def sent(door: Door, asking: Asking) -> Response:
    """By the road of this door. Raises ``DeliveryFailed``; whatever the status is, it is returned."""
    try:
        return _called(door, asking)
    except CallFailed as error:
        code = str(error)
        verdict = Verdict.DOOR_BROKEN if code in _LEADS_NOWHERE else Verdict.SERVER
        raise DeliveryFailed(code, permanent=False, is_unknown=error.may_be_heard, verdict=verdict) from error


def fetched(door: Door, url: str, *, most: int, trust: str = "") -> bytes:
    """The bytes of a file. Raises ``FileLost``."""
    asking = Asking(url=url, method="GET", most=most, seconds=120, trust=trust)
    try:
        found = _called(door, asking)
    except CallFailed as error:
        raise FileLost(str(error), is_over=str(error) in _OVER) from error
    if not found.is_good:
        raise FileLost(str(found.status), is_over=found.status // 100 == 4)  # noqa: PLR2004
    return found.body


def _called(door: Door, asking: Asking) -> Response:
    is_theirs = place_of(asking.url) == place_of(door.settings["base_url"])
    return call(
        Call(
            url=asking.url,
            method=asking.method,
            headers=asking.headers,
            body=asking.body,
            seconds=asking.seconds,
            silence=asking.silence,
            most=asking.most,
            is_ours=is_theirs and bool(door.settings.get("is_ours")),
            proxy=door.settings.get("proxy", ""),
            trust=door.settings.get("ca", "") or asking.trust,
        )
    )


def place_of(url: str) -> tuple[str, int] | None:
    """Host and port; None for what is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.hostname, port) if parts.hostname else None


def is_dead(status: int) -> bool:
    return status in {http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.NOT_FOUND}


def refused(reason: str, verdict: Verdict, *, after: int = 0) -> DeliveryFailed:
    return DeliveryFailed(
        reason[:300], permanent=verdict in FINAL, verdict=verdict, after=min(max(after, 0), LONGEST_REST)
    )


def unsure(status: int) -> DeliveryFailed:
    """A server in the middle answered: what it stands before may have done what we asked."""
    return DeliveryFailed(f"HTTP {status}", permanent=False, is_unknown=True)


def form(fields: Mapping[str, str], files: Sequence[tuple[str, OutgoingFile]]) -> tuple[str, bytes]:
    """``multipart/form-data``: its type and its bytes; ``files`` by the names of their fields."""
    line = secrets.token_hex(16)
    pieces = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, file in files:
        called = file.name.replace('"', "'").replace("\r", " ").replace("\n", " ")
        head = f'--{line}\r\nContent-Disposition: form-data; name="{name}"; filename="{called}"\r\n'
        pieces.append(f"{head}Content-Type: {file.content_type or 'application/octet-stream'}\r\n\r\n".encode())
        pieces += [file.read(), b"\r\n"]
    return f"multipart/form-data; boundary={line}", b"".join([*pieces, f"--{line}--\r\n".encode()])


# ── JSON of strangers ─────────────────────────────────────────────────────────────────────
type Told = Mapping[str, Any]


def told(raw: bytes) -> Told:
    try:
        read = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def part(given: Any, *names: str) -> Told:
    """The object at this place, {} where there is none."""
    for name in names:
        given = given.get(name) if isinstance(given, dict) else None
    return given if isinstance(given, dict) else {}


def rows(given: Any) -> list[Told]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def words(given: Any, most: int = 500_000) -> str:
    """PostgreSQL keeps no NUL, and half a surrogate pair is no letter."""
    if not isinstance(given, str):
        return ""
    return given.replace("\0", "")[:most].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def number(given: Any) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) else 0


def id_of(given: Any) -> str:
    """Numbers are ids, too, of any length; '' for what is none."""
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        return ""
    text = words(str(given)).strip()
    return text if len(text) <= _LONGEST_ID else ""
