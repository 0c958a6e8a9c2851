"""A word of ours as calls of the Bot API. Pure: no network, the bytes of files are read when they leave."""

import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from otklik.reach.adapters.channels import OutgoingFile, Part, Word
from otklik.reach.adapters.messenger import Told, id_of, part
from otklik.reach.adapters.rich import Rich, split, spoken, units, with_addresses
from otklik.ui.letters import Button

LONGEST_TEXT: Final = 4096
LARGEST_SENT: Final = 50_000_000
_LONGEST_CAPTION: Final = 1024
_LARGEST_PICTURE: Final = 10_000_000
_MOST_IN_ALBUM: Final = 10
_LOOKS: Final = {
    "bold": "bold", "italic": "italic", "underline": "underline", "strike": "strikethrough", "code": "code",
    "pre": "pre", "quote": "blockquote", "link": "text_link",
}  # fmt: skip
_FAMILIES: Final = {"photo": "seen", "video": "seen", "audio": "heard", "document": "read"}
_ALONE: Final = {"photo": "sendPhoto", "video": "sendVideo", "audio": "sendAudio", "document": "sendDocument"}


def id_in(message: Told) -> str:
    """What a message that it took is called, as ``reading`` calls those that come."""
    chat, one = id_of(part(message, "chat").get("id")), id_of(message.get("message_id"))
    return f"{chat}:{one}" if chat and one else ""


def written(word: Word) -> Sequence[Part]:
    """Words first, then what hangs on them; a short word is the caption of the album that it comes with."""
    [peer] = word.to
    leaving = [file for file in word.files if file.size <= LARGEST_SENT]
    rich = _whole(word, [file for file in word.files if file.size > LARGEST_SENT])
    albums, keyboard = _albums(leaving), _keyboard(word.buttons)
    is_caption = len(albums) == 1 and units(rich.text) <= _LONGEST_CAPTION and not (keyboard and len(albums[0]) > 1)
    texts = [] if is_caption else split(rich, LONGEST_TEXT, size=units)
    wanted = [_text(one, keyboard if one is texts[-1] else []) for one in texts]
    caption = rich if is_caption else Rich(text="")
    wanted += [_album(album, caption, keyboard if is_caption else []) for album in albums]
    if word.reply_to and wanted:
        wanted[0] = _answering(wanted[0], word.reply_to)
    files = [
        (),
    ] * len(texts) + [tuple(album) for album in albums]
    return tuple(_part(peer, one, theirs) for one, theirs in zip(wanted, files, strict=True))


def _part(peer: str, wanted: dict[str, Any], files: Sequence[OutgoingFile]) -> Part:
    for name in ("values", "plain"):
        if name in wanted:
            wanted[name] = {"chat_id": int(peer) if peer.lstrip("-").isdigit() else peer, **wanted[name]}
    return Part(content=json.dumps(wanted, ensure_ascii=False).encode(), to=(peer,), files=tuple(files))


def _whole(word: Word, too_large: Sequence[OutgoingFile]) -> Rich:
    """With the addresses of what cannot leave as a file, and of buttons that lead where this messenger does not."""
    more = [f"{file.name}: {file.url}" for file in too_large]
    more += [f"{one.label}: {one.url}" for one in word.buttons if not one.press and not _leads(one.url)]
    return spoken(word.html, word.text, word.author, more)


def _leads(url: str) -> bool:
    """It takes only addresses on the open internet for buttons."""
    host = urlsplit(url).hostname or ""
    return "." in host and not host.replace(".", "").isdigit() and ":" not in host


def _keyboard(buttons: Sequence[Button]) -> list[list[dict[str, str]]]:
    """Twins stand beside each other; what can be pressed says what it stands for."""
    shown = [one for one in buttons if one.press or _leads(one.url)]
    made = [{"text": one.label} | ({"callback_data": one.press} if one.press else {"url": one.url}) for one in shown]
    is_row = len(shown) > 1 and all(one.is_twin for one in shown)
    return ([made] if is_row else [[one] for one in made]) if made else []


def _text(rich: Rich, keyboard: list[list[dict[str, str]]]) -> dict[str, Any]:
    quiet: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}
    if keyboard:
        quiet["reply_markup"] = {"inline_keyboard": keyboard}
    wanted: dict[str, Any] = {"method": "sendMessage", "files": [], "values": {"text": rich.text, **quiet}}
    pressed = [[one for one in row if "callback_data" in one] for row in keyboard]
    if looks := _entities(rich):
        wanted["values"]["entities"] = looks
    if looks or keyboard:
        plain = {"text": _plain(rich, keyboard)[:LONGEST_TEXT], "link_preview_options": {"is_disabled": True}}
        kept = [row for row in pressed if row]
        wanted["plain"] = plain | ({"reply_markup": {"inline_keyboard": kept}} if kept else {})
    return wanted


def _plain(rich: Rich, keyboard: list[list[dict[str, str]]]) -> str:
    links = [f"{one['text']}: {one['url']}" for row in keyboard for one in row if "url" in one]
    return "\n\n".join([with_addresses(rich), *links])


def _entities(rich: Rich) -> list[dict[str, Any]]:
    made = []
    for one in rich.spans:
        shown = rich.text[one.start : one.end]
        if one.kind == "link" and (not one.url.startswith(("http://", "https://", "tg://")) or shown == one.url):
            continue
        entity: dict[str, Any] = {
            "type": _LOOKS[one.kind],
            "offset": units(rich.text[: one.start]),
            "length": units(shown),
        }
        made.append(entity | ({"url": one.url} if one.kind == "link" else {}))
    return made


# ── Files ─────────────────────────────────────────────────────────────────────────────────
def _kind(file: OutgoingFile) -> str:
    if file.content_type in {"image/jpeg", "image/png"} and file.size <= _LARGEST_PICTURE:
        return "photo"
    if file.content_type == "video/mp4":
        return "video"
    return "audio" if file.content_type in {"audio/mpeg", "audio/mp4"} else "document"


def _albums(files: Sequence[OutgoingFile]) -> list[list[OutgoingFile]]:
    """What is seen, heard and read goes apart, ten at most together."""
    made = []
    for family in dict.fromkeys(_FAMILIES.values()):
        these = [file for file in files if _FAMILIES[_kind(file)] == family]
        made += [these[place : place + _MOST_IN_ALBUM] for place in range(0, len(these), _MOST_IN_ALBUM)]
    return made


def _album(files: Sequence[OutgoingFile], caption: Rich, keyboard: list[list[dict[str, str]]]) -> dict[str, Any]:
    said: dict[str, Any] = {"caption": caption.text} if caption.text else {}
    if looks := _entities(caption):
        said["caption_entities"] = looks
    if len(files) > 1:
        names = [f"f{place}" for place in range(len(files))]
        media = [
            {"type": _kind(file), "media": f"attach://{name}"} | (said if place == 0 else {})
            for place, (name, file) in enumerate(zip(names, files, strict=True))
        ]
        return {"method": "sendMediaGroup", "files": names, "values": {"media": media}}
    kind = _kind(files[0])
    values = said | ({"reply_markup": {"inline_keyboard": keyboard}} if keyboard else {})
    return {"method": _ALONE[kind], "files": [kind], "values": values}


def _answering(wanted: dict[str, Any], reply_to: str) -> dict[str, Any]:
    """What it answers may be gone there; then it simply stands by itself."""
    one = reply_to.rpartition(":")[2]
    if not one.isdigit():
        return wanted
    answers = {"reply_parameters": {"message_id": int(one), "allow_sending_without_reply": True}}
    return wanted | {name: {**wanted[name], **answers} for name in ("values", "plain") if name in wanted}
