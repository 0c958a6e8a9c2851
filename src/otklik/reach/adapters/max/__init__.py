"""MAX by its Bot API, spoken over HTTP by hand: what stands in it docs/channels.md says.

It knows no repeat, but what it has can be read back: so a word of unknown outcome is looked for before anybody decides.
"""

import hmac
import http
import json
from collections.abc import Sequence
from typing import Any, Final, get_args

from otklik.reach.adapters.channels import (
    Abilities,
    Admitted,
    ByPeer,
    Colleague,
    Door,
    FileLost,
    FileRef,
    Knock,
    Part,
    Rejected,
    Seen,
    Taken,
    Word,
)
from otklik.reach.adapters.delivering import DeliveryFailed, Receipt, Verdict
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.adapters.max.calling import ask, trust_for, uploaded
from otklik.reach.adapters.max.reading import happening, key_of
from otklik.reach.adapters.max.writing import LONGEST_TEXT, written
from otklik.reach.adapters.messenger import fetched, id_of, part, refused, rows, told, words
from otklik.reach.adapters.optional import Account, Batch

HOME: Final = "https://platform-api2.max.ru"
PROOF: Final = "x-max-bot-api-secret"
_LARGEST_FILE: Final = 50_000_000
_LARGEST_SENT: Final = 250_000_000
_WANTED: Final = [
    "message_created", "message_callback", "message_edited", "message_removed", "bot_started", "bot_stopped",
    "bot_added",
]  # fmt: skip
_LOOKED_BACK: Final = 10


class Max:
    """Secrets of its door: ``token`` of the bot, ``secret`` that comes back with each call."""

    kind = "max"
    abilities = Abilities(
        is_letter=False,
        has_hook=True,
        has_buttons=True,
        is_repeatable=False,
        file_bytes=_LARGEST_FILE,
        tells=frozenset(get_args(ByPeer.__value__)) - {Seen, Taken, Colleague},
        has_presses=True,
        text_most=LONGEST_TEXT,
        sent_bytes=_LARGEST_SENT,
        stale_after=600,
    )

    def check(self, door: Door) -> str:
        try:
            self.introduce(door)
        except DeliveryFailed as error:
            return error.reason
        return ""

    def admit(self, door: Door, knock: Knock) -> Admitted | Rejected:
        secret = door.secret("secret")
        if not secret or not hmac.compare_digest(knock.headers.get(PROOF, "").encode(), secret.encode()):
            return Rejected(status=http.HTTPStatus.FORBIDDEN, reason="signature")
        return Admitted()

    def key(self, raw: bytes) -> str:
        return key_of(told(raw))

    def understand(self, raw: bytes, door: Door) -> Sequence[ByPeer]:
        return (happening(told(raw)),)

    def bring(self, door: Door, ref: FileRef) -> IncomingFile:
        """From the open internet alone: whoever knew the secret could name any address."""
        if ref.size > _LARGEST_FILE:
            raise FileLost("too_large", is_over=True)
        content = fetched(door, ref.url, most=_LARGEST_FILE, trust=trust_for(ref.url))
        kind = ref.content_type or "application/octet-stream"
        return IncomingFile(name=ref.name, content_type=kind, content=content)

    def write(self, word: Word, door: Door) -> Sequence[Part]:
        return written(word, most=_LARGEST_SENT)

    def hand_over(self, door: Door, part_: Part) -> Receipt:
        wanted = json.loads(part_.content)
        body = dict(wanted["body"])
        hung = [uploaded(door, kind, file) for kind, file in zip(wanted["kinds"], part_.files, strict=True)]
        if hung:
            body["attachments"] = [*hung, *body.get("attachments", [])]
        [peer] = part_.to
        try:
            return _receipt(ask(door, "POST", "/messages", {"chat_id": peer, **_QUIET}, body))
        except DeliveryFailed as error:
            if error.is_unknown:
                return self._read_back(door, peer, body, error)
            if error.verdict is not Verdict.REFUSED or "format" not in body:
                raise
        plain = {name: value for name, value in body.items() if name != "format"} | {"text": wanted["plain"]}
        return _receipt(ask(door, "POST", "/messages", {"chat_id": peer, **_QUIET}, plain))

    def _read_back(self, door: Door, peer: str, body: dict[str, Any], error: DeliveryFailed) -> Receipt:
        """Whether what we said last is there. Where that cannot be read either, nobody knows."""
        try:
            found = ask(door, "GET", "/messages", {"chat_id": peer, "count": str(_LOOKED_BACK)})
        except DeliveryFailed:
            raise error from None
        for one in rows(found.get("messages")):
            is_ours = part(one, "sender").get("is_bot") is True
            if is_ours and _bare(words(part(one, "body").get("text"))) == _bare(wanted_text(body)):
                return Receipt(external_id=id_of(part(one, "body").get("mid")))
        raise refused(error.reason, Verdict.SERVER) from None

    # ── What it can besides ───────────────────────────────────────────────────────────────
    def introduce(self, door: Door) -> Account:
        me = ask(door, "GET", "/me")
        handle = words(me.get("username"), 64)
        return Account(
            id=id_of(me.get("user_id")),
            name=words(me.get("name"), 100) or words(me.get("first_name"), 100),
            handle=f"@{handle}" if handle else "",
            link=f"https://max.ru/{handle}" if handle else "",
        )

    def connect(self, door: Door, url: str) -> None:
        ask(door, "POST", "/subscriptions", {}, {"url": url, "update_types": _WANTED, "secret": door.secret("secret")})

    def disconnect(self, door: Door) -> None:
        """Asking and being brought exclude each other: every address that was named is taken back."""
        for one in rows(ask(door, "GET", "/subscriptions").get("subscriptions")):
            ask(door, "DELETE", "/subscriptions", {"url": words(one.get("url"), 2000)})

    def read(self, door: Door, place: str, *, seconds: int) -> Batch:
        wanted = {"timeout": str(seconds), "limit": "100", "types": ",".join(_WANTED)}
        found = ask(door, "GET", "/updates", wanted | ({"marker": place} if place else {}), seconds=seconds + 15)
        raws = tuple(
            json.dumps(one, ensure_ascii=False).encode("utf-8", "surrogatepass") for one in rows(found.get("updates"))
        )
        return Batch(raws=raws, place=id_of(found.get("marker")) or place)

    def answer_press(self, door: Door, press: str, text: str) -> None:
        ask(door, "POST", "/answers", {"callback_id": press}, {"notification": text[:200]})

    def link(self, door: Door, mark: str) -> str:
        home = part(door.settings, "account").get("link", "")
        return f"{home}?start={mark}" if home else ""

    def typing(self, door: Door, peer: str) -> None:
        ask(door, "POST", f"/chats/{peer}/actions", {}, {"action": "typing_on"})


_QUIET: Final = {"disable_link_preview": "true"}


def wanted_text(body: dict[str, Any]) -> str:
    return words(body.get("text"))


def _bare(text: str) -> str:
    """Without marks and white space: they show a text otherwise than they were given it."""
    is_mark, kept = False, []
    for letter in text:
        is_mark = letter == "<" or (is_mark and letter != ">")
        if not is_mark and letter != ">" and not letter.isspace():
            kept.append(letter)
    return "".join(kept)


def _receipt(answer: dict[str, Any]) -> Receipt:
    return Receipt(external_id=id_of(part(answer, "message", "body").get("mid")))
