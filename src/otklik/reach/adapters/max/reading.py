"""An update of MAX as what happened. Pure; never raises."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from otklik.reach.adapters.channels import (
    Amended,
    Besides,
    Blocked,
    ByPeer,
    FileRef,
    InGroup,
    Nothing,
    Pressed,
    Reacted,
    Removed,
    Said,
    Someone,
    Started,
    Unblocked,
    Unknown,
)
from otklik.reach.adapters.messenger import Told, id_of, number, part, rows, words
from otklik.reach.adapters.rich import Rich, by_units, html

_LATEST: Final = 4_102_444_800_000
_LOOKS: Final[Mapping[str, str]] = {
    "strong": "bold", "heading": "bold", "emphasized": "italic", "monospaced": "code", "strikethrough": "strike",
    "underline": "underline", "highlighted": "bold", "quote": "quote", "link": "link",
}  # fmt: skip
_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "image": ("photo.jpg", "image/jpeg"),
    "video": ("video.mp4", "video/mp4"),
    "audio": ("voice.ogg", "audio/ogg"),
    "file": ("file", "application/octet-stream"),
    "sticker": ("sticker.webp", "image/webp"),
}


def key_of(update: Told) -> str:
    """MAX numbers no updates: their kind, what they are about and when make them one."""
    kind = words(update.get("update_type"), 60)
    about = (
        id_of(part(update, "callback").get("callback_id"))
        or id_of(part(update, "message", "body").get("mid"))
        or id_of(update.get("message_id"))
        or id_of(update.get("chat_id"))
    )
    return f"{kind}:{about}:{number(update.get('timestamp'))}" if kind and about else ""


def happening(update: Told) -> ByPeer:
    kind = words(update.get("update_type"), 40)
    read = _READERS.get(kind)
    found = read(update) if read else None
    peer = id_of(update.get("chat_id")) or id_of(part(update, "message", "recipient").get("chat_id"))
    return found or Unknown(peer=peer, external_id=key_of(update)[:200], type=kind)


def _at(given: Any) -> datetime | None:
    moment = number(given)
    return datetime.fromtimestamp(moment / 1000, UTC) if 0 < moment < _LATEST else None


def _person(given: Told) -> Someone:
    name = " ".join(filter(None, (words(given.get(one), 100).strip() for one in ("first_name", "last_name"))))
    handle = words(given.get("username"), 64)
    return Someone(name=(name or words(given.get("name"), 200))[:200], handle=f"@{handle}" if handle else "")


# ── Words ─────────────────────────────────────────────────────────────────────────────────
def _created(update: Told) -> ByPeer | None:
    message = part(update, "message")
    peer, mid = id_of(part(message, "recipient").get("chat_id")), id_of(part(message, "body").get("mid"))
    if not peer or not mid:
        return None
    if words(part(message, "recipient").get("chat_type")) not in {"dialog", ""}:
        return InGroup(peer=peer)
    if part(message, "sender").get("is_bot") is True:
        return Nothing(peer=peer)
    said = _said(message, peer, mid)
    return said if said.text.strip() or said.files or said.besides else None


def _said(message: Told, peer: str, mid: str) -> Said:
    body, link = part(message, "body"), part(message, "link")
    is_passed_on = link.get("type") == "forward"
    source = part(link, "message") if is_passed_on else body
    text, looks = _words(source)
    own = words(body.get("text")) if is_passed_on else ""
    files, besides = _held(source)
    if is_passed_on:
        besides = (*besides, Besides(kind="forwarded", text=_person(part(link, "sender")).name))
    person = _person(part(message, "sender"))
    return Said(
        peer=peer,
        external_id=mid,
        text="\n\n".join(filter(None, [own, text])) or _in_words(besides),
        html="" if own else looks,
        person=Someone(name=person.name, handle=person.handle, phone=_own_number(message)),
        files=files,
        besides=besides,
        reply_to=id_of(part(link, "message").get("mid")) if link.get("type") == "reply" else "",
        at=_at(message.get("timestamp")),
    )


def _words(body: Told) -> tuple[str, str]:
    text = words(body.get("text"))
    ranges = [
        (
            _LOOKS[words(one.get("type"))],
            number(one.get("from")),
            number(one.get("length")),
            words(one.get("url"), 2000),
        )
        for one in rows(body.get("markup"))
        if words(one.get("type")) in _LOOKS
    ]
    spans = tuple(one for one in by_units(text, ranges) if one.kind != "link" or one.url)
    return text, html(Rich(text=text, spans=spans)) if spans else ""


def _held(body: Told) -> tuple[tuple[FileRef, ...], tuple[Besides, ...]]:
    files, besides = [], []
    for one in rows(body.get("attachments")):
        if file := _file(one):
            files.append(file)
        if told := _told(one):
            besides.append(told)
    return tuple(files), tuple(besides)


def _file(one: Told) -> FileRef | None:
    kind, url = words(one.get("type"), 40), words(part(one, "payload").get("url"), 4000)
    if kind not in _FILES or not url:
        return None
    usual, content_type = _FILES[kind]
    last = unquote(urlsplit(url).path.rpartition("/")[2]) if url.isascii() else ""
    name = words(one.get("filename"), 200) or (last if "." in last and kind == "file" else usual)
    return FileRef(
        name=name[:200], url=url, content_type="" if kind == "file" else content_type, size=number(one.get("size"))
    )


def _told(one: Told) -> Besides | None:
    kind, payload = words(one.get("type"), 40), part(one, "payload")
    if kind == "audio":
        return Besides(kind="voice", seconds=number(one.get("duration")), text=words(one.get("transcription"), 4000))
    if kind == "video":
        return Besides(kind="video", seconds=number(one.get("duration")))
    if kind == "location":
        here = (one.get("latitude"), one.get("longitude"))
        is_there = all(isinstance(place, (int, float)) and not isinstance(place, bool) for place in here)
        return Besides(kind="place", text=f"{here[0]:.6f}, {here[1]:.6f}") if is_there else None
    if kind == "contact":
        named = _person(part(payload, "max_info")).name or words(payload.get("name"), 200)
        return Besides(kind="contact", text=", ".join(filter(None, [named, _number_in(payload)])))
    if kind == "share":
        return Besides(kind="link", text=words(payload.get("url"), 2000) or words(one.get("title"), 200))
    return Besides(kind="sticker") if kind == "sticker" else None


def _number_in(contact: Told) -> str:
    card = words(contact.get("vcf_info"), 4000)
    lines = (line for line in card.replace("\r", "").split("\n") if line.upper().startswith("TEL"))
    return next((line.rpartition(":")[2].strip()[:40] for line in lines), "")


def _own_number(message: Told) -> str:
    """Only a card that MAX itself says is the sender's own; its checksum cannot be judged yet."""
    sender = id_of(part(message, "sender").get("user_id"))
    for one in rows(part(message, "body").get("attachments")):
        payload = part(one, "payload")
        if one.get("type") == "contact" and sender and id_of(part(payload, "max_info").get("user_id")) == sender:
            return _number_in(payload)
    return ""


def _in_words(besides: tuple[Besides, ...]) -> str:
    return "\n".join(one.text for one in besides if one.text and one.kind in {"place", "contact", "link"})


# ── What becomes of them ──────────────────────────────────────────────────────────────────
def _edited(update: Told) -> ByPeer | None:
    found = _created(update)
    if not isinstance(found, Said):
        return found
    return Amended(
        peer=found.peer,
        external_id=found.external_id,
        text=found.text,
        html=found.html,
        at=_at(update.get("timestamp")),
    )


def _removed(update: Told) -> ByPeer | None:
    peer, mid = id_of(update.get("chat_id")), id_of(update.get("message_id"))
    return Removed(peer=peer, external_id=mid, at=_at(update.get("timestamp"))) if peer and mid else None


def _pressed(update: Told) -> ByPeer | None:
    callback, message = part(update, "callback"), part(update, "message")
    peer, press = id_of(part(message, "recipient").get("chat_id")), id_of(callback.get("callback_id"))
    if not peer or not press:
        return None
    mid = id_of(part(message, "body").get("mid"))
    return Pressed(peer=peer, external_id=mid, press=press, says=words(callback.get("payload"), 100))


def _started(update: Told) -> ByPeer | None:
    peer = id_of(update.get("chat_id"))
    if not peer:
        return None
    mark, person = words(update.get("payload"), 128), _person(part(update, "user"))
    return Started(peer=peer, external_id=key_of(update), mark=mark, person=person)


def _of_peer(make: Callable[[str], ByPeer]) -> Callable[[Told], ByPeer | None]:
    def read(update: Told) -> ByPeer | None:
        peer = id_of(update.get("chat_id"))
        return make(peer) if peer else None

    return read


def _reacted(update: Told) -> ByPeer | None:
    peer, mid = id_of(update.get("chat_id")), id_of(update.get("message_id"))
    sign = words(update.get("reaction"), 40)
    return Reacted(peer=peer, external_id=mid, sign=sign, at=_at(update.get("timestamp"))) if peer and mid else None


_READERS: Final[Mapping[str, Callable[[Told], ByPeer | None]]] = {
    "message_created": _created,
    "message_edited": _edited,
    "message_removed": _removed,
    "message_callback": _pressed,
    "message_reaction": _reacted,
    "bot_started": _started,
    "bot_stopped": _of_peer(lambda peer: Blocked(peer=peer)),
    "dialog_removed": _of_peer(lambda peer: Blocked(peer=peer)),
    "dialog_unmuted": _of_peer(lambda peer: Unblocked(peer=peer)),
    "dialog_muted": _of_peer(lambda peer: Nothing(peer=peer)),
    "dialog_cleared": _of_peer(lambda peer: Nothing(peer=peer)),
    "bot_added": _of_peer(lambda peer: InGroup(peer=peer)),
    "bot_removed": _of_peer(lambda peer: Nothing(peer=peer)),
}
