"""An event of a VK community as what happened. Pure; never raises."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from otklik.reach.adapters.channels import (
    Amended,
    Besides,
    Blocked,
    ByPeer,
    Colleague,
    FileRef,
    InGroup,
    Nothing,
    Pressed,
    Reacted,
    Said,
    Seen,
    Started,
    Taken,
    Unblocked,
    Unknown,
)
from otklik.reach.adapters.messenger import Told, id_of, number, part, rows, told, words

_LATEST: Final = 4_102_444_800
_FIRST_GROUP: Final = 2_000_000_000
_PUBLIC: Final = ("wall_", "market_", "photo_comment", "video_comment", "board_", "group_", "like_", "poll_")
_SIGNS: Final[Mapping[int, str]] = {
    1: "❤", 2: "🔥", 3: "😂", 4: "👍", 5: "💩", 6: "❓", 7: "😭", 8: "😡", 9: "👎", 10: "👌", 11: "😃", 12: "🤔",
    13: "🙏", 14: "😘", 15: "😍", 16: "🎉",
}  # fmt: skip


def happening(event: Told) -> ByPeer:
    kind, about = words(event.get("type"), 40), part(event, "object")
    read = _READERS.get(kind)
    found = read(about) if read else None
    if found is None and kind.startswith(_PUBLIC):
        return Nothing(peer="", is_kept=True)
    message = part(about, "message") or about
    return found or Unknown(peer=id_of(message.get("peer_id")), external_id=id_of(event.get("event_id")), type=kind)


def _at(given: Any) -> datetime | None:
    seconds = number(given)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else None


def _id(message: Told) -> str:
    """By its number in the talk, which everything that is told of it bears."""
    peer, local = id_of(message.get("peer_id")), id_of(message.get("conversation_message_id"))
    whole = id_of(message.get("id"))
    if not peer or not (local or whole):
        return ""
    return f"{peer}:c{local}" if local else f"{peer}:{whole}"


# ── Words ─────────────────────────────────────────────────────────────────────────────────
def _new(about: Told) -> ByPeer | None:
    message = part(about, "message") or about
    peer, external_id = id_of(message.get("peer_id")), _id(message)
    if not external_id:
        return None
    if number(message.get("peer_id")) >= _FIRST_GROUP:
        return InGroup(peer=peer)
    if number(message.get("from_id")) < 0:
        return Nothing(peer=peer)
    said = _said(message, peer, external_id)
    if words(message.get("ref"), 300) and _is_a_start(message):
        return Started(peer=peer, external_id=external_id, mark=words(message.get("ref"), 300))
    return said if said.text.strip() or said.files or said.besides else None


def _is_a_start(message: Told) -> bool:
    """The button "Start" that VK shows to whoever comes by a link."""
    payload = told(words(message.get("payload"), 2000).encode())
    return payload.get("command") == "start"


def _said(message: Told, peer: str, external_id: str) -> Said:
    files, besides = _held(message)
    text = words(message.get("text"))
    passed_on = [_passed_on(one) for one in rows(message.get("fwd_messages"))]
    for one in rows(message.get("fwd_messages")):
        more, told_besides = _held(one)
        files, besides = (*files, *more), (*besides, *told_besides)
    return Said(
        peer=peer,
        external_id=external_id,
        text="\n\n".join(filter(None, [text, *passed_on])) or _in_words(besides),
        files=files,
        besides=(*besides, *([Besides(kind="forwarded")] if passed_on else [])),
        reply_to=_answered(part(message, "reply_message"), peer),
        at=_at(message.get("date")),
    )


def _passed_on(message: Told) -> str:
    return words(message.get("text"))


def _answered(message: Told, peer: str) -> str:
    return _id({**message, "peer_id": message.get("peer_id") or peer}) if message else ""


def _held(message: Told) -> tuple[tuple[FileRef, ...], tuple[Besides, ...]]:
    files: list[FileRef] = []
    besides: list[Besides] = []
    for one in rows(message.get("attachments")):
        kind = words(one.get("type"), 40)
        content = part(one, kind)
        if file := _file(kind, content):
            files.append(file)
        if said := _told(kind, content):
            besides.append(said)
    here = part(message, "geo", "coordinates")
    places = (here.get("latitude"), here.get("longitude"))
    if all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in places):
        besides.append(Besides(kind="place", text=f"{places[0]:.6f}, {places[1]:.6f}"))
    return tuple(files), tuple(besides)


def _file(kind: str, content: Told) -> FileRef | None:
    number_ = id_of(content.get("id"))
    found: Mapping[str, tuple[str, str, str]] = {
        "photo": (_largest(content.get("sizes")), f"photo-{number_}.jpg", "image/jpeg"),
        "sticker": (_largest(content.get("images")), "sticker.png", "image/png"),
        "graffiti": (words(content.get("url"), 4000), "graffiti.png", "image/png"),
        "doc": (words(content.get("url"), 4000), words(content.get("title"), 200), ""),
        "audio_message": (words(content.get("link_mp3"), 4000), "voice.mp3", "audio/mpeg"),
    }
    url, name, content_type = found.get(kind, ("", "", ""))
    if not url:
        return None
    return FileRef(name=name or "file", url=url, content_type=content_type, size=number(content.get("size")))


def _largest(given: Any) -> str:
    sizes = [one for one in rows(given) if words(one.get("url"), 4000)]
    largest = max(sizes, key=lambda one: number(one.get("width")) * number(one.get("height")), default={})
    return words(largest.get("url"), 4000)


def _told(kind: str, content: Told) -> Besides | None:
    if kind == "audio_message":
        text = words(content.get("transcript"), 4000)
        return Besides(kind="voice", seconds=number(content.get("duration")), text=text)
    if kind == "sticker":
        return Besides(kind="sticker")
    if kind in {"photo", "doc", "graffiti"}:
        return None
    named = words(content.get("url"), 2000) or words(content.get("title"), 200)
    if kind in {"video", "wall", "market", "audio", "article"} and not content.get("url"):
        place = f"{kind}{id_of(content.get('owner_id'))}_{id_of(content.get('id'))}"
        named = f"https://vk.com/{place}" + (f" {named}" if named else "")
    return Besides(kind="link", text=named or kind) if kind else None


def _in_words(besides: tuple[Besides, ...]) -> str:
    return "\n".join(one.text for one in besides if one.text and one.kind in {"place", "link"})


# ── What becomes of them ──────────────────────────────────────────────────────────────────
def _reply(about: Told) -> ByPeer | None:
    """What our side said: by this house, or by one of us in VK itself."""
    peer, whole = id_of(about.get("peer_id")), id_of(about.get("id"))
    if not peer or not _id(about):
        return None
    if not number(about.get("admin_author_id")):
        return Taken(peer=peer, external_id=f"{peer}:{whole}", also=_id(about))
    return Colleague(peer=peer, external_id=_id(about), text=words(about.get("text")), at=_at(about.get("date")))


def _edited(about: Told) -> ByPeer | None:
    found = _new(about)
    if not isinstance(found, Said):
        return found
    return Amended(peer=found.peer, external_id=found.external_id, text=found.text, at=_at(about.get("update_time")))


def _pressed(about: Told) -> ByPeer | None:
    peer, event = id_of(about.get("peer_id")), id_of(about.get("event_id"))
    if not peer or not event:
        return None
    given = about.get("payload")
    payload = given if isinstance(given, dict) else told(words(given, 2000).encode())
    press = f"{event}:{id_of(about.get('user_id'))}:{peer}"
    return Pressed(peer=peer, external_id=_id(about), press=press, says=words(payload.get("says"), 100))


def _reacted(about: Told) -> ByPeer | None:
    message = {"peer_id": about.get("peer_id"), "conversation_message_id": about.get("cmid")}
    sign = _SIGNS.get(number(about.get("reaction_id")), "")
    peer = id_of(about.get("peer_id"))
    return Reacted(peer=peer, external_id=_id(message), sign=sign) if _id(message) else None


def _read(about: Told) -> ByPeer | None:
    peer, last = id_of(about.get("peer_id")) or id_of(about.get("from_id")), id_of(about.get("read_message_id"))
    return Seen(peer=peer, external_id=f"{peer}:{last}") if peer and last else None


def _of_user(make: Callable[[str], ByPeer]) -> Callable[[Told], ByPeer | None]:
    def read(about: Told) -> ByPeer | None:
        peer = id_of(about.get("user_id"))
        return make(peer) if peer else None

    return read


_READERS: Final[Mapping[str, Callable[[Told], ByPeer | None]]] = {
    "message_new": _new,
    "message_reply": _reply,
    "message_edit": _edited,
    "message_event": _pressed,
    "message_reaction_event": _reacted,
    "message_read": _read,
    "message_allow": _of_user(lambda peer: Unblocked(peer=peer)),
    "message_deny": _of_user(lambda peer: Blocked(peer=peer)),
    "message_typing_state": lambda about: Nothing(peer=id_of(about.get("from_id"))),
}
