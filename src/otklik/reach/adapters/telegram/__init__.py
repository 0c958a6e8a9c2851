"""Telegram by its Bot API, spoken over HTTP by hand: what stands in it docs/channels.md says.

Its own words are never sent again when nobody knows what became of them: there is no mark by which it knows a repeat.
"""

import hmac
import http
import json
from collections.abc import Sequence
from typing import Any, Final, get_args
from urllib.parse import quote

from otklik.reach.adapters.channels import (
    Abilities,
    Admitted,
    ByPeer,
    Colleague,
    Door,
    FileLost,
    FileRef,
    Knock,
    Nothing,
    Part,
    Rejected,
    Removed,
    Seen,
    Taken,
    Word,
)
from otklik.reach.adapters.delivering import DeliveryFailed, Receipt, Verdict
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.adapters.messenger import fetched, id_of, part, rows, told, words
from otklik.reach.adapters.optional import Account, Batch
from otklik.reach.adapters.telegram.calling import ask
from otklik.reach.adapters.telegram.reading import happening
from otklik.reach.adapters.telegram.writing import LARGEST_SENT, LONGEST_TEXT, id_in, written

HOME: Final = "https://api.telegram.org"
PROOF: Final = "x-telegram-bot-api-secret-token"
_LARGEST_FILE: Final = 20_000_000
_WANTED: Final = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]
_LONGEST_TOLD: Final = 200
_AT_ONCE: Final = 100


class Telegram:
    """Secrets of its door: ``token`` of the bot, ``secret`` that comes back with each call."""

    kind = "telegram"
    abilities = Abilities(
        is_letter=False,
        has_hook=True,
        has_buttons=True,
        is_repeatable=False,
        file_bytes=_LARGEST_FILE,
        tells=frozenset(get_args(ByPeer.__value__)) - {Removed, Seen, Taken, Colleague, Nothing},
        has_presses=True,
        text_most=LONGEST_TEXT,
        sent_bytes=LARGEST_SENT,
        stale_after=600,
        is_foreign=True,
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
        if not self.key(knock.body):
            return Rejected(status=http.HTTPStatus.UNPROCESSABLE_ENTITY, reason="id_missing")
        return Admitted()

    def key(self, raw: bytes) -> str:
        return id_of(told(raw).get("update_id"))

    def understand(self, raw: bytes, door: Door) -> Sequence[ByPeer]:
        return (happening(told(raw)),)

    def bring(self, door: Door, ref: FileRef) -> IncomingFile:
        """From the door's own address alone; the link bears the token and is never stored."""
        kind, _colon, file_id = ref.url.partition(":")
        if kind != self.kind:
            raise FileLost("not_an_address", is_over=True)
        if ref.size > _LARGEST_FILE:
            raise FileLost("too_large", is_over=True)
        try:
            path = words(part(ask(door, "getFile", {"file_id": file_id})).get("file_path"))
        except DeliveryFailed as error:
            is_large = "too big" in error.reason
            raise FileLost("too_large" if is_large else error.reason[:100], is_over=error.permanent) from error
        if not path or path.startswith("/"):
            raise FileLost("gone", is_over=True)
        url = f"{door.settings['base_url'].rstrip('/')}/file/bot{door.secret('token')}/{quote(path)}"
        content = fetched(door, url, most=_LARGEST_FILE)
        return IncomingFile(name=ref.name, content_type=ref.content_type or "application/octet-stream", content=content)

    def write(self, word: Word, door: Door) -> Sequence[Part]:
        return written(word)

    def hand_over(self, door: Door, part_: Part) -> Receipt:
        wanted = json.loads(part_.content)
        files = tuple(zip(wanted["files"], part_.files, strict=True))
        try:
            result = ask(door, wanted["method"], wanted["values"], files)
        except DeliveryFailed as error:
            if not wanted.get("plain") or not _is_about_looks(error):
                raise
            result = ask(door, wanted["method"], wanted["plain"], files)
        return _receipt(result)

    # ── What it can besides ───────────────────────────────────────────────────────────────
    def introduce(self, door: Door) -> Account:
        me = part(ask(door, "getMe", {}))
        handle = words(me.get("username"), 64)
        return Account(
            id=id_of(me.get("id")),
            name=words(me.get("first_name"), 100),
            handle=f"@{handle}" if handle else "",
            link=f"https://t.me/{handle}" if handle else "",
        )

    def connect(self, door: Door, url: str) -> None:
        wanted = {"url": url, "secret_token": door.secret("secret"), "allowed_updates": _WANTED, "max_connections": 4}
        ask(door, "setWebhook", wanted)

    def disconnect(self, door: Door) -> None:
        ask(door, "deleteWebhook", {"drop_pending_updates": False})

    def read(self, door: Door, place: str, *, seconds: int) -> Batch:
        wanted: dict[str, Any] = {"timeout": seconds, "allowed_updates": _WANTED, "limit": _AT_ONCE}
        if place:
            wanted["offset"] = int(place)
        news = rows(ask(door, "getUpdates", wanted, seconds=seconds + 15))
        numbers = [int(one["update_id"]) for one in news if id_of(one.get("update_id")).lstrip("-").isdigit()]
        raws = tuple(json.dumps(one, ensure_ascii=False).encode("utf-8", "surrogatepass") for one in news)
        return Batch(raws=raws, place=str(max(numbers) + 1) if numbers else place)

    def answer_press(self, door: Door, press: str, text: str) -> None:
        ask(door, "answerCallbackQuery", {"callback_query_id": press, "text": text[:_LONGEST_TOLD]})

    def link(self, door: Door, mark: str) -> str:
        home = part(door.settings, "account").get("link", "")
        return f"{home}?start={mark}" if home else ""

    def typing(self, door: Door, peer: str) -> None:
        ask(door, "sendChatAction", {"chat_id": peer, "action": "typing"})


def _is_about_looks(error: DeliveryFailed) -> bool:
    """It has read our marks or the address of a button otherwise than we do."""
    said = error.reason.lower()
    return error.verdict is Verdict.REFUSED and any(word in said for word in ("entit", "button", "url"))


def _receipt(result: Any) -> Receipt:
    made = [id_in(one) for one in (rows(result) if isinstance(result, list) else [part(result)])]
    known = [one for one in made if one]
    return Receipt(external_id=known[0] if known else "", also=tuple(known[1:]))
