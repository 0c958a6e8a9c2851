"""An update of Telegram as what happened. Pure; never raises."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from otklik.reach.adapters.channels import (
    Amended,
    Besides,
    Blocked,
    ByPeer,
    FileRef,
    InGroup,
    Pressed,
    Reacted,
    Said,
    Someone,
    Started,
    Unblocked,
    Unknown,
)
from otklik.reach.adapters.messenger import Told, id_of, number, part, rows, words
from otklik.reach.adapters.rich import Rich, by_units, html

_LATEST: Final = 4_102_444_800
_START: Final = "/start"
_LOOKS: Final[Mapping[str, str]] = {
    "bold": "bold", "italic": "italic", "underline": "underline", "strikethrough": "strike", "code": "code",
    "pre": "pre", "blockquote": "quote", "expandable_blockquote": "quote", "text_link": "link", "url": "link",
}  # fmt: skip
_HOLDS: Final[Mapping[str, tuple[str, str, str]]] = {  # field → kind, name and type where none is given
    "document": ("", "file", "application/octet-stream"),
    "video": ("video", "video.mp4", "video/mp4"),
    "audio": ("audio", "audio.mp3", "audio/mpeg"),
    "voice": ("voice", "voice.ogg", "audio/ogg"),
    "video_note": ("round_video", "video.mp4", "video/mp4"),
    "animation": ("video", "animation.mp4", "video/mp4"),
}


def happening(update: Told) -> ByPeer:
    kind = next((name for name in update if name != "update_id"), "")
    read = _READERS.get(kind)
    found = read(part(update, kind)) if read else None
    return found or Unknown(peer="", external_id=id_of(update.get("update_id")), type=words(kind, 40))


def _id(message: Told) -> str:
    chat, one = id_of(part(message, "chat").get("id")), id_of(message.get("message_id"))
    return f"{chat}:{one}" if chat and one else ""


def _at(given: Any) -> datetime | None:
    seconds = number(given)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else None


def _is_private(message: Told) -> bool:
    return words(part(message, "chat").get("type")) in {"private", ""}


def _person(given: Told) -> Someone:
    name = " ".join(filter(None, (words(given.get(one), 100).strip() for one in ("first_name", "last_name"))))
    handle = words(given.get("username"), 64)
    return Someone(name=name[:200], handle=f"@{handle}" if handle else "")


# ── Words ─────────────────────────────────────────────────────────────────────────────────
def _message(message: Told) -> ByPeer | None:
    peer, external_id = id_of(part(message, "chat").get("id")), _id(message)
    if not external_id:
        return None
    if not _is_private(message):
        return InGroup(peer=peer)
    text, person = words(message.get("text")), _person(part(message, "from"))
    if text.split(" ", 1)[0] == _START:
        mark = text.removeprefix(_START).strip()
        return Started(peer=peer, external_id=external_id, mark=mark[:64], person=person)
    said = _said(message, peer, external_id, person)
    if not (said.text.strip() or said.files or said.besides):
        return Unknown(peer=peer, external_id=external_id, type=_what(message))
    return said


def _said(message: Told, peer: str, external_id: str, person: Someone) -> Said:
    text, looks = _words(message)
    files, besides = _held(message)
    phone = _own_number(message)
    return Said(
        peer=peer,
        external_id=external_id,
        text=text or _in_words(besides),
        html=looks,
        person=Someone(name=person.name, handle=person.handle, phone=phone),
        files=files,
        besides=besides,
        album=id_of(message.get("media_group_id")),
        reply_to=_id(part(message, "reply_to_message")),
        at=_at(message.get("date")),
    )


def _words(message: Told) -> tuple[str, str]:
    """The text, and the same with its looks ('' where it has none)."""
    name = "text" if isinstance(message.get("text"), str) else "caption"
    text = words(message.get(name))
    given = rows(message.get("entities" if name == "text" else "caption_entities"))
    ranges = [
        (
            _LOOKS[words(one.get("type"))],
            number(one.get("offset")),
            number(one.get("length")),
            words(one.get("url"), 2000),
        )
        for one in given
        if words(one.get("type")) in _LOOKS
    ]
    spans = tuple(one for one in by_units(text, ranges) if one.kind != "link" or one.url)
    return text, html(Rich(text=text, spans=spans)) if spans else ""


def _held(message: Told) -> tuple[tuple[FileRef, ...], tuple[Besides, ...]]:
    """Files, and what it is besides words."""
    files = [one for one in (_photo(message), *_files(message), _sticker_file(message)) if one]
    besides = [*_played(message), *_shown(message), *_forwarded(message)]
    return tuple(files), tuple(besides)


def _photo(message: Told) -> FileRef | None:
    """The largest of its sizes."""
    sizes = [one for one in rows(message.get("photo")) if id_of(one.get("file_id"))]
    if not sizes:
        return None
    largest = max(sizes, key=lambda one: number(one.get("width")) * number(one.get("height")))
    name = f"photo-{id_of(message.get('message_id'))}.jpg"
    return _file(largest, name, "image/jpeg")


def _files(message: Told) -> list[FileRef]:
    return [
        _file(part(message, name), usual, content_type)
        for name, (_kind, usual, content_type) in _HOLDS.items()
        if part(message, name).get("file_id") and not (name == "document" and part(message, "animation"))
    ]


def _file(given: Told, name: str, content_type: str) -> FileRef:
    return FileRef(
        name=words(given.get("file_name"), 200).strip() or name,
        url=f"telegram:{words(given.get('file_id'), 300)}",
        content_type=words(given.get("mime_type"), 150) or content_type,
        size=number(given.get("file_size")),
    )


def _sticker_file(message: Told) -> FileRef | None:
    """A still one is a picture; what moves is told by its sign alone."""
    sticker = part(message, "sticker")
    if not sticker.get("file_id") or sticker.get("is_animated") or sticker.get("is_video"):
        return None
    return _file(sticker, "sticker.webp", "image/webp")


def _played(message: Told) -> list[Besides]:
    return [
        Besides(kind=kind, seconds=number(part(message, name).get("duration")))
        for name, (kind, _usual, _type) in _HOLDS.items()
        if kind and part(message, name)
    ]


def _shown(message: Told) -> list[Besides]:
    found = []
    if sticker := part(message, "sticker"):
        found.append(Besides(kind="sticker", text=words(sticker.get("emoji"), 20)))
    if place := _place(message):
        found.append(Besides(kind="place", text=place))
    if contact := part(message, "contact"):
        named = " ".join(filter(None, (words(contact.get(one), 100) for one in ("first_name", "last_name"))))
        found.append(
            Besides(kind="contact", text=", ".join(filter(None, (named, words(contact.get("phone_number"), 40)))))
        )
    return found


def _place(message: Told) -> str:
    venue = part(message, "venue")
    location = part(venue, "location") or part(message, "location")
    here = (location.get("latitude"), location.get("longitude"))
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in here):
        return ""
    named = [words(venue.get(one), 200) for one in ("title", "address")]
    return ", ".join(filter(None, [*named, f"{here[0]:.6f}, {here[1]:.6f}"]))


def _forwarded(message: Told) -> list[Besides]:
    origin = part(message, "forward_origin")
    if not origin:
        return []
    sender = _person(part(origin, "sender_user")).name or words(origin.get("sender_user_name"), 200)
    chat = part(origin, "chat") or part(origin, "sender_chat")
    return [Besides(kind="forwarded", text=sender or words(chat.get("title"), 200))]


def _own_number(message: Told) -> str:
    """Anybody may pass on another's card: only their own says something of who speaks."""
    contact = part(message, "contact")
    is_own = number(contact.get("user_id")) and contact.get("user_id") == part(message, "from").get("id")
    return words(contact.get("phone_number"), 40) if is_own else ""


def _in_words(besides: tuple[Besides, ...]) -> str:
    return "\n".join(one.text for one in besides if one.text and one.kind in {"sticker", "place", "contact"})


def _what(message: Told) -> str:
    usual = {"message_id", "chat", "from", "date", "entities", "reply_to_message", "business_connection_id"}
    return words(next((name for name in message if name not in usual), "message"), 40)


# ── What becomes of them ──────────────────────────────────────────────────────────────────
def _edited(message: Told) -> ByPeer | None:
    external_id = _id(message)
    if not external_id:
        return None
    peer = id_of(part(message, "chat").get("id"))
    if not _is_private(message):
        return InGroup(peer=peer)
    text, looks = _words(message)
    if not text:
        _files_of, besides = _held(message)
        text = _in_words(besides)
    return Amended(peer=peer, external_id=external_id, text=text, html=looks, at=_at(message.get("edit_date")))


def _pressed(query: Told) -> ByPeer | None:
    message, press = part(query, "message"), id_of(query.get("id"))
    if not press or not _id(message):
        return None
    says = words(query.get("data"), 64)
    return Pressed(peer=id_of(part(message, "chat").get("id")), external_id=_id(message), press=press, says=says)


def _member(change: Told) -> ByPeer | None:
    peer, status = id_of(part(change, "chat").get("id")), words(part(change, "new_chat_member").get("status"))
    if not peer:
        return None
    if status in {"kicked", "left"}:
        return Blocked(peer=peer)
    return Unblocked(peer=peer) if _is_private(change) else InGroup(peer=peer)


def _reacted(change: Told) -> ByPeer | None:
    external_id = _id(change)
    if not external_id:
        return None
    signs = [words(one.get("emoji"), 40) or "⭐" for one in rows(change.get("new_reaction"))]
    peer = id_of(part(change, "chat").get("id"))
    return Reacted(peer=peer, external_id=external_id, sign=signs[-1] if signs else "", at=_at(change.get("date")))


_READERS: Final[Mapping[str, Callable[[Told], ByPeer | None]]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _member,
    "message_reaction": _reacted,
}
