"""One call of the Bot API of MAX, and what its refusals mean for us."""

import http
import json
import time
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from otklik.foundation.http.calling import Response
from otklik.reach.adapters.channels import Door, OutgoingFile
from otklik.reach.adapters.delivering import DeliveryFailed, Verdict
from otklik.reach.adapters.messenger import Asking, Told, form, refused, rows, sent, told, unsure, words

NOT_READY: Final = "attachment.not.ready"
WAITS: tuple[float, ...] = (1, 2, 4)
"""Seconds until a file that was just uploaded can be sent."""
_BY_CODE: Final[Mapping[str, Verdict]] = {
    "verify.token": Verdict.DOOR_BROKEN,
    "too.many.requests": Verdict.THROTTLED,
    "chat.not.found": Verdict.GONE,
    "dialog.not.found": Verdict.GONE,
    "user.not.found": Verdict.GONE,
    "chat.denied": Verdict.BLOCKED,
    "error.dialog.suspended": Verdict.BLOCKED,
    "message.too.long": Verdict.TOO_LARGE,
    "service.unavailable": Verdict.SERVER,
    "internal.error": Verdict.SERVER,
    NOT_READY: Verdict.THROTTLED,
}
_BY_STATUS: Final[Mapping[int, Verdict]] = {
    401: Verdict.DOOR_BROKEN,
    403: Verdict.BLOCKED,
    404: Verdict.GONE,
    413: Verdict.TOO_LARGE,
    429: Verdict.THROTTLED,
    503: Verdict.SERVER,
}


_HOSTS: Final = (".max.ru", ".oneme.ru", ".okcdn.ru")


def trust_for(url: str) -> str:
    """The root certificate of the Ministry, to which MAX leads since July 2026, for hosts of MAX alone.

    Russian Trusted Root CA, SHA-256 D26D2D02 31B7C39F 92CC7385 12BA5410 3519E440 5D68B5BD 703E9788 CA8ECF31.
    """
    return _root() if f".{urlsplit(url).hostname or ''}".endswith(_HOSTS) else ""


@cache
def _root() -> str:
    return (files("otklik.reach.adapters.max") / "russian_trusted_root.pem").read_text(encoding="ascii")


def ask(
    door: Door,
    method: str,
    path: str,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    *,
    seconds: float = 30,
) -> dict[str, Any]:
    """Raises ``DeliveryFailed``. What is not ready yet is asked for again some times."""
    for wait in (*WAITS, None):
        try:
            return _asked(door, method, path, query or {}, body, seconds)
        except DeliveryFailed as error:
            if wait is None or NOT_READY not in error.reason:
                raise
            time.sleep(wait)
    raise AssertionError("the last try ends it")


def _asked(
    door: Door, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None, seconds: float
) -> dict[str, Any]:
    url = f"{door.settings['base_url'].rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")
    headers = {"Authorization": door.secret("token")} | (
        {"Content-Type": "application/json"} if body is not None else {}
    )
    content = json.dumps(body).encode() if body is not None else b""
    asking = Asking(
        url=url, method=method, headers=headers, body=content, seconds=seconds, silence=seconds, trust=trust_for(url)
    )
    answer = sent(door, asking)
    said = told(answer.body)
    if answer.is_good and said.get("success") is not False:
        return dict(said)
    raise _refusal(answer, said)


def _refusal(answer: Response, said: Told) -> DeliveryFailed:
    """By its code, never by its words; what is no answer of theirs says nothing of what became of it."""
    code, text = words(said.get("code"), 100), words(said.get("message"), 200)
    is_theirs = bool(code or text)
    if not is_theirs and answer.status // 100 == 5:  # noqa: PLR2004
        return unsure(answer.status)
    default = Verdict.SERVER if answer.status // 100 == 5 else Verdict.REFUSED  # noqa: PLR2004
    verdict = _BY_CODE.get(code) or _BY_STATUS.get(answer.status, default)
    if verdict is Verdict.DOOR_BROKEN:
        return refused("HTTP 401 token", verdict)
    after = answer.headers.get("retry-after", "")
    waits = int(after) if after.isascii() and after.isdigit() else 2
    reason = f"{code or http.HTTPStatus(answer.status).phrase}: {text}" if text else code or f"HTTP {answer.status}"
    return refused(reason, verdict, after=waits if verdict is Verdict.THROTTLED else 0)


def uploaded(door: Door, kind: str, file: OutgoingFile) -> dict[str, Any]:
    """The file as an attachment: put where MAX wants it, known by a token."""
    place = ask(door, "POST", "/uploads", {"type": kind})
    content_type, body = form({}, [("data", file)])
    url = words(place.get("url"), 4000)
    head = {"Content-Type": content_type}
    answer = sent(door, Asking(url=url, headers=head, body=body, seconds=300, silence=60, trust=trust_for(url)))
    said = told(answer.body)
    if not answer.is_good:
        raise refused(f"HTTP {answer.status}", Verdict.SERVER if answer.status // 100 == 5 else Verdict.REFUSED)  # noqa: PLR2004
    if kind == "image" and isinstance(said.get("photos"), dict):
        return {"type": kind, "payload": {"photos": said["photos"]}}
    token = words(said.get("token"), 2000) or words(place.get("token"), 2000)
    found = [words(one.get("token"), 2000) for one in rows([said.get("payload")])]
    return {"type": kind, "payload": {"token": token or next(iter(found), "")}}
