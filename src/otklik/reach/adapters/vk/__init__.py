"""Communities of VK by their API, spoken over HTTP by hand: what stands in it docs/channels.md says.

Each word has a number of its own (``random_id``), by which VK knows a repeat.
"""

import hmac
import http
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args
from urllib.parse import urlencode

from otklik.reach.adapters.channels import (
    Abilities,
    Admitted,
    ByPeer,
    Door,
    FileLost,
    FileRef,
    Knock,
    Part,
    Rejected,
    Removed,
    Someone,
    Word,
)
from otklik.reach.adapters.delivering import DeliveryFailed, Receipt, Verdict
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.adapters.messenger import Asking, fetched, id_of, number, part, refused, rows, sent, told, words
from otklik.reach.adapters.optional import Account, Batch
from otklik.reach.adapters.vk.calling import ask, hung
from otklik.reach.adapters.vk.reading import happening
from otklik.reach.adapters.vk.writing import LONGEST_TEXT, written

HOME: Final = "https://api.vk.ru/method"
_CONFIRMATION: Final = "confirmation"
_LARGEST_FILE: Final = 50_000_000
_LARGEST_SENT: Final = 200_000_000
_WANTED: Final = (
    "message_new", "message_reply", "message_edit", "message_allow", "message_deny", "message_read", "message_event",
    "message_reaction_event",
)  # fmt: skip
_CALLED: Final = "Otklik"


class Vk:
    """Settings of its door besides: ``group``, the number of the community.

    Secrets: ``token``, ``secret`` that comes with each call, ``confirmation`` that answers the first of them.
    """

    kind = "vk"
    abilities = Abilities(
        is_letter=False,
        has_hook=True,
        has_buttons=True,
        is_repeatable=True,
        file_bytes=_LARGEST_FILE,
        tells=frozenset(get_args(ByPeer.__value__)) - {Removed},
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
        event = told(knock.body)
        is_first = event.get("type") == _CONFIRMATION and "secret" not in event
        if id_of(event.get("group_id")) != _group(door) or not (is_first or _is_proven(event, door)):
            return Rejected(status=http.HTTPStatus.FORBIDDEN, reason="signature")
        if event.get("type") == _CONFIRMATION:
            answer = door.secret("confirmation").encode()
            return Admitted(answer=answer, content_type="text/plain", is_kept=False)
        return Admitted(answer=b"ok", content_type="text/plain")

    def key(self, raw: bytes) -> str:
        return id_of(told(raw).get("event_id"))

    def understand(self, raw: bytes, door: Door) -> Sequence[ByPeer]:
        return (happening(told(raw)),)

    def bring(self, door: Door, ref: FileRef) -> IncomingFile:
        """From the open internet alone: whoever knew the secret could name any address."""
        if ref.size > _LARGEST_FILE:
            raise FileLost("too_large", is_over=True)
        content = fetched(door, ref.url, most=_LARGEST_FILE)
        kind = ref.content_type or "application/octet-stream"
        return IncomingFile(name=ref.name, content_type=kind, content=content)

    def write(self, word: Word, door: Door) -> Sequence[Part]:
        return written(word, most=_LARGEST_SENT)

    def hand_over(self, door: Door, part_: Part) -> Receipt:
        wanted = json.loads(part_.content)
        [peer] = part_.to
        values = dict(wanted["values"])
        attached = [hung(door, peer, kind, file) for kind, file in zip(wanted["kinds"], part_.files, strict=True)]
        if attached:
            values["attachment"] = ",".join(attached)
        return _receipt(ask(door, "messages.send", values), peer)

    # ── What it can besides ───────────────────────────────────────────────────────────────
    def introduce(self, door: Door) -> Account:
        found = ask(door, "groups.getById", {"group_id": _group(door)})
        groups = rows(found) if isinstance(found, list) else rows(part(found).get("groups"))
        one: Mapping[str, Any] = groups[0] if groups else {}
        handle = words(one.get("screen_name"), 64)
        return Account(
            id=id_of(one.get("id")) or _group(door),
            name=words(one.get("name"), 100),
            handle=handle,
            link=f"https://vk.me/{handle}" if handle else f"https://vk.me/club{_group(door)}",
        )

    def connect(self, door: Door, url: str) -> None:
        """A server of the Callback API of our own; one that is there already gets the new address."""
        about = {"group_id": _group(door), "url": url, "title": _CALLED, "secret_key": door.secret("secret")[:50]}
        known = rows(part(ask(door, "groups.getCallbackServers", {"group_id": _group(door)})).get("items"))
        ours = next((one for one in known if one.get("title") == _CALLED), None)
        if ours is None:
            server = part(ask(door, "groups.addCallbackServer", about)).get("server_id")
        else:
            server = ours.get("id")
            ask(door, "groups.editCallbackServer", {**about, "server_id": id_of(server)})
        events = dict.fromkeys(_WANTED, "1")
        ask(door, "groups.setCallbackSettings", {"group_id": _group(door), "server_id": id_of(server), **events})

    def disconnect(self, door: Door) -> None:
        """Asking goes beside being brought; it need only be allowed."""
        events = dict.fromkeys(_WANTED, "1")
        ask(door, "groups.setLongPollSettings", {"group_id": _group(door), "enabled": "1", **events})

    def read(self, door: Door, place: str, *, seconds: int) -> Batch:
        """``place``: server, key and number, as VK gave them; lost ones are asked for anew."""
        where = told(place.encode()) or self._place(door)
        query = {"act": "a_check", "key": words(where.get("key")), "ts": id_of(where.get("ts")), "wait": str(seconds)}
        url = f"{words(where.get('server'), 2000)}?{urlencode(query)}"
        answer = sent(door, Asking(url=url, method="GET", seconds=seconds + 15, silence=seconds + 15))
        if not answer.is_good:
            raise refused(f"HTTP {answer.status}", Verdict.SERVER)
        news = told(answer.body)
        if number(news.get("failed")) > 1:
            return Batch(raws=(), place=json.dumps(self._place(door)))
        raws = tuple(
            json.dumps(one, ensure_ascii=False).encode("utf-8", "surrogatepass") for one in rows(news.get("updates"))
        )
        return Batch(raws=raws, place=json.dumps({**where, "ts": id_of(news.get("ts")) or id_of(where.get("ts"))}))

    def _place(self, door: Door) -> Mapping[str, Any]:
        found = part(ask(door, "groups.getLongPollServer", {"group_id": _group(door)}))
        return {name: found.get(name) for name in ("server", "key", "ts")}

    def answer_press(self, door: Door, press: str, text: str) -> None:
        event, user, peer = (*press.split(":"), "", "")[:3]
        data = json.dumps({"type": "show_snackbar", "text": text[:90]}, ensure_ascii=False)
        wanted = {"event_id": event, "user_id": user, "peer_id": peer, "event_data": data}
        ask(door, "messages.sendMessageEventAnswer", wanted)

    def person(self, door: Door, peer: str) -> Someone:
        [found, *_more] = rows(ask(door, "users.get", {"user_ids": peer})) or [{}]
        name = " ".join(filter(None, (words(found.get(one), 100) for one in ("first_name", "last_name"))))
        return Someone(name=name)

    def link(self, door: Door, mark: str) -> str:
        home = part(door.settings, "account").get("link", "")
        return f"{home}?ref={mark}" if home else ""

    def typing(self, door: Door, peer: str) -> None:
        ask(door, "messages.setActivity", {"peer_id": peer, "type": "typing", "group_id": _group(door)})

    def confirmation(self, door: Door) -> str:
        """What the first call must be answered with, where nobody has told us."""
        found = part(ask(door, "groups.getCallbackConfirmationCode", {"group_id": _group(door)}))
        return words(found.get("code"), 100)


def _group(door: Door) -> str:
    return str(door.settings.get("group", ""))


def _is_proven(event: Mapping[str, Any], door: Door) -> bool:
    secret = door.secret("secret")[:50]
    return bool(secret) and hmac.compare_digest(words(event.get("secret")).encode(), secret.encode())


def _receipt(answer: Any, peer: str) -> Receipt:
    """A number, or with several peers one row for each."""
    one = rows(answer)[0] if isinstance(answer, list) and rows(answer) else {"message_id": answer}
    message, local = id_of(one.get("message_id")), id_of(one.get("conversation_message_id"))
    return Receipt(external_id=f"{peer}:{message}" if message else "", also=(f"{peer}:c{local}",) if local else ())
