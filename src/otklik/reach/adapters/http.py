"""The channel of other programs: signed JSON in, signed JSON out. What stands in it: docs/channels.md."""

import hmac
import http
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from otklik.foundation.http.calling import Call, CallFailed, Response, call
from otklik.foundation.webhooks.telling import signature
from otklik.foundation.webhooks.words import problem_in_words
from otklik.reach.adapters.channels import (
    Abilities,
    Admitted,
    Amended,
    Blocked,
    ByPeer,
    Door,
    FileLost,
    FileRef,
    Knock,
    Part,
    Reacted,
    Rejected,
    Removed,
    Said,
    Seen,
    Someone,
    Unblocked,
    Unknown,
    Word,
)
from otklik.reach.adapters.delivering import DeliveryFailed, Receipt, Verdict
from otklik.reach.adapters.incoming import IncomingFile

SIGNED: Final = "X-Otklik-Signature"
WINDOW: Final = 300
"""Seconds by which the clocks of both sides may differ; an older call is a replay."""
_LONGEST_ID: Final = 200
_LONGEST_NAME: Final = 200
_MOST_FILES: Final = 50
_LARGEST_FILE: Final = 20_000_000
_LARGEST_ANSWER: Final = 16_384
_LONGEST_REST: Final = 3600
_MOMENT: Final = re.compile(r"[0-9]{1,12}")
_BY_STATUS: Final[Mapping[int, Verdict]] = {
    401: Verdict.DOOR_BROKEN,
    403: Verdict.BLOCKED,
    404: Verdict.GONE,
    408: Verdict.SERVER,
    410: Verdict.GONE,
    413: Verdict.TOO_LARGE,
    425: Verdict.SERVER,
    429: Verdict.THROTTLED,
}
_FINAL: Final = {Verdict.BLOCKED, Verdict.GONE, Verdict.TOO_LARGE, Verdict.REFUSED}
_NOT_OURS: Final = {"private", "port", "scheme", "not_an_address", "has_password"}
"""Where a call would lead nowhere however often it was made: the address itself is wrong."""


class Http:
    """Settings of its door: ``base_url`` ('' when words only come in), ``is_ours``: the operator wrote it down.

    Its secret ``secret`` signs both ways.
    """

    kind = "http"
    abilities = Abilities(
        is_letter=False,
        has_hook=True,
        has_buttons=True,
        is_repeatable=True,
        file_bytes=_LARGEST_FILE,
        tells=frozenset({Said, Amended, Removed, Reacted, Blocked, Unblocked, Seen, Unknown}),
    )

    def check(self, door: Door) -> str:
        """Any answer will do: what a GET means there is not known."""
        if not door.settings.get("base_url"):
            return ""
        try:
            call(_call(door, most=_LARGEST_ANSWER))
        except CallFailed as error:
            return problem_in_words(str(error))
        return ""

    def admit(self, door: Door, knock: Knock) -> Admitted | Rejected:
        if not is_signed(knock.headers.get(SIGNED.lower(), ""), door.secret("secret"), knock.body, now=knock.at):
            return Rejected(status=http.HTTPStatus.FORBIDDEN, reason="signature")
        told = _told(knock.body)
        missing = next((name for name in ("id", "peer") if not _id(told.get(name))), "")
        if missing:
            return Rejected(status=http.HTTPStatus.UNPROCESSABLE_ENTITY, reason=f"{missing}_missing")
        return Admitted(answer=b'{"status": "kept"}')

    def key(self, raw: bytes) -> str:
        return _id(_told(raw).get("id"))

    def understand(self, raw: bytes, door: Door) -> Sequence[ByPeer]:
        told = _told(raw)
        kind = told.get("type") or "message"
        read = _READERS.get(kind) if isinstance(kind, str) else None
        found = read(told) if read else None
        unknown = Unknown(peer=_id(told.get("peer")), external_id=_id(told.get("id")), type=_words(kind)[:40])
        return (found or unknown,)

    def bring(self, door: Door, ref: FileRef) -> IncomingFile:
        """From the program itself wherever it stands; from elsewhere only what lies on the open internet."""
        is_theirs = _place(ref.url) == _place(door.settings.get("base_url", ""))
        is_ours = is_theirs and bool(door.settings.get("is_ours"))
        try:
            found = call(
                Call(url=ref.url, most=self.abilities.file_bytes, redirections=0 if is_ours else 3, is_ours=is_ours)
            )
        except CallFailed as error:
            raise FileLost(str(error), is_over=str(error) in {*_NOT_OURS, "too_large"}) from error
        if not found.is_good:
            raise FileLost(str(found.status), is_over=found.status // 100 == 4)  # noqa: PLR2004
        declared = ref.content_type or found.headers.get("content-type", "").partition(";")[0].strip()
        return IncomingFile(name=ref.name, content_type=declared or "application/octet-stream", content=found.body)

    def write(self, word: Word, door: Door) -> Sequence[Part]:
        [peer] = word.to
        said: dict[str, Any] = {
            "id": word.id,
            "peer": peer,
            "text": word.text,
            "html": word.html,
            "files": [
                {"name": file.name, "url": file.url, "content_type": file.content_type, "size": file.size}
                for file in word.files
            ],
            "reply_to": word.reply_to or None,
            "buttons": [{"text": button.label, "url": button.url} for button in word.buttons],
            "author": word.author,
        }
        return (Part(content=json.dumps(said, ensure_ascii=False).encode(), to=word.to),)

    def hand_over(self, door: Door, part: Part) -> Receipt:
        headers = {
            "Content-Type": "application/json",
            SIGNED: signature(door.secret("secret"), part.content, at=int(time.time())),
        }
        try:
            answer = call(_call(door, method="POST", headers=headers, body=part.content, most=_LARGEST_ANSWER))
        except CallFailed as error:
            verdict = Verdict.DOOR_BROKEN if str(error) in _NOT_OURS else Verdict.SERVER
            raise DeliveryFailed(str(error), permanent=False, verdict=verdict) from error
        if not answer.is_good:
            raise _refusal(answer)
        return Receipt(external_id=_id(_told(answer.body).get("external_id")))


def is_signed(header: str, secret: str, body: bytes, *, now: datetime) -> bool:
    """Whether ``t=…,v1=…`` was made of this body with this secret, and lately."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    moment = next((value for name, _is, value in parts if name == "t"), "")
    if not secret or not _MOMENT.fullmatch(moment) or abs(now.timestamp() - int(moment)) > WINDOW:
        return False
    right = signature(secret, body, at=int(moment)).partition("v1=")[2].encode()
    return any(hmac.compare_digest(value.encode(), right) for name, _is, value in parts if name == "v1")


def _call(door: Door, **values: Any) -> Call:
    return Call(
        url=door.settings["base_url"], is_ours=bool(door.settings.get("is_ours")), a_part_will_do=True, **values
    )


def _refusal(answer: Response) -> DeliveryFailed:
    """What the other side said of it: by its status, or by a ``verdict`` of ours in its words."""
    said = _words(_told(answer.body).get("verdict"))
    default = Verdict.SERVER if answer.status // 100 == 5 else Verdict.REFUSED  # noqa: PLR2004
    verdict = Verdict(said) if said and said in Verdict else _BY_STATUS.get(answer.status, default)
    after = answer.headers.get("retry-after", "")
    return DeliveryFailed(
        f"HTTP {answer.status}",
        permanent=verdict in _FINAL,
        verdict=verdict,
        after=min(int(after), _LONGEST_REST) if after.isascii() and after.isdigit() else 0,
    )


# ── What stands in the JSON ───────────────────────────────────────────────────────────────
def _told(raw: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _id(given: Any) -> str:
    """Numbers are ids, too, of any length; '' for what is none."""
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        return ""
    text = _words(str(given)).strip()
    return text if len(text) <= _LONGEST_ID else ""


def _words(given: Any) -> str:
    """PostgreSQL keeps no NUL, and half a surrogate pair is no letter."""
    return given.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(given, str) else ""


def _moment(given: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _about(told: Mapping[str, Any]) -> dict[str, Any]:
    """The message of which something is told; ``message_id`` is its id, theirs or ours."""
    return {"peer": _id(told.get("peer")), "external_id": _id(told.get("message_id"))}


def _said(told: Mapping[str, Any]) -> Said | None:
    text, files = _words(told.get("text")), _files(told.get("files"))
    if not text.strip() and not files:
        return None
    return Said(
        peer=_id(told.get("peer")),
        external_id=_id(told.get("id")),
        text=text,
        person=_person(told.get("person")),
        files=files,
        reply_to=_id(told.get("reply_to")),
        at=_moment(told.get("at")),
    )


def _person(given: Any) -> Someone:
    known = given if isinstance(given, dict) else {}
    return Someone(**{name: _words(known.get(name))[:_LONGEST_NAME].strip() for name in ("name", "phone", "email")})


def _files(given: Any) -> tuple[FileRef, ...]:
    rows = [one for one in given if isinstance(one, dict) and _words(one.get("url"))] if isinstance(given, list) else []
    return tuple(
        FileRef(
            name=_words(one.get("name"))[:_LONGEST_NAME] or "file",
            url=_words(one["url"]),
            content_type=_words(one.get("content_type"))[:150],
        )
        for one in rows[:_MOST_FILES]
    )


def _amended(told: Mapping[str, Any]) -> Amended | None:
    about = _about(told)
    if not about["external_id"]:
        return None
    return Amended(**about, text=_words(told.get("text")), at=_moment(told.get("at")))


def _removed(told: Mapping[str, Any]) -> Removed | None:
    about = _about(told)
    return Removed(**about, at=_moment(told.get("at"))) if about["external_id"] else None


def _reacted(told: Mapping[str, Any]) -> Reacted | None:
    about = _about(told)
    if not about["external_id"]:
        return None
    return Reacted(**about, sign=_words(told.get("sign"))[:40], at=_moment(told.get("at")))


def _seen(told: Mapping[str, Any]) -> Seen | None:
    about = _about(told)
    return Seen(**about, at=_moment(told.get("at"))) if about["external_id"] else None


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], ByPeer | None]]] = {
    "message": _said,
    "edited": _amended,
    "removed": _removed,
    "reaction": _reacted,
    "seen": _seen,
    "blocked": lambda told: Blocked(peer=_id(told.get("peer"))),
    "unblocked": lambda told: Unblocked(peer=_id(told.get("peer"))),
}


def _place(url: str) -> tuple[str, int] | None:
    """Host and port; None for what is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.hostname, port) if parts.hostname else None
