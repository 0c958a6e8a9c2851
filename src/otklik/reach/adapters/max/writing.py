"""A word of ours as messages of MAX. Pure: no network, the bytes of files are read when they leave."""

import json
from collections.abc import Sequence
from typing import Any, Final

from otklik.reach.adapters.channels import OutgoingFile, Part, Word
from otklik.reach.adapters.rich import Rich, html, split, spoken, with_addresses
from otklik.ui.letters import Button

LONGEST_TEXT: Final = 3900
_LONGEST_MARKED: Final = 3999
_MOST_SEEN: Final = 10
_SEEN: Final = {"image/jpeg": "image", "image/png": "image", "image/gif": "image", "video/mp4": "video"}


def written(word: Word, *, most: int) -> Sequence[Part]:
    """What can be seen hangs on the last words; every other file is a message of its own."""
    [peer] = word.to
    leaving = [file for file in word.files if file.size <= most]
    rich = _whole(word, [file for file in word.files if file.size > most])
    seen, others = _told_apart(leaving)
    texts = split(rich, LONGEST_TEXT) or [Rich(text="")]
    albums: list[list[OutgoingFile]] = [[] for _one in texts]
    albums[-1] = seen[:_MOST_SEEN]
    made = [
        _message(peer, one, files, word.buttons if place == len(texts) - 1 else ())
        for place, (one, files) in enumerate(zip(texts, albums, strict=True))
        if one.text or files
    ]
    rest = [seen[place : place + _MOST_SEEN] for place in range(_MOST_SEEN, len(seen), _MOST_SEEN)]
    made += [_message(peer, Rich(text=""), files, ()) for files in (*rest, *([file] for file in others))]
    if made and word.reply_to:
        made[0] = _answering(made[0], word.reply_to)
    return tuple(made)


def _whole(word: Word, too_large: Sequence[OutgoingFile]) -> Rich:
    return spoken(word.html, word.text, word.author, [f"{file.name}: {file.url}" for file in too_large])


def _told_apart(files: Sequence[OutgoingFile]) -> tuple[list[OutgoingFile], list[OutgoingFile]]:
    seen = [file for file in files if file.content_type in _SEEN]
    return seen, [file for file in files if file.content_type not in _SEEN]


def _kind(file: OutgoingFile) -> str:
    return _SEEN.get(file.content_type, "audio" if file.content_type == "audio/mpeg" else "file")


def _message(peer: str, rich: Rich, files: Sequence[OutgoingFile], buttons: Sequence[Button]) -> Part:
    marked, told = html(rich, line="\n"), with_addresses(rich)
    plain = told if len(told) <= _LONGEST_MARKED else rich.text
    is_marked = bool(rich.spans) and len(marked) <= _LONGEST_MARKED
    body: dict[str, Any] = {"text": marked, "format": "html"} if is_marked else {"text": plain}
    if buttons:
        keyboard = {"type": "inline_keyboard", "payload": {"buttons": _keyboard(buttons)}}
        body["attachments"] = [keyboard]
    wanted = {"body": body, "plain": plain if is_marked else "", "kinds": [_kind(file) for file in files]}
    return Part(content=json.dumps(wanted, ensure_ascii=False).encode(), to=(peer,), files=tuple(files))


def _keyboard(buttons: Sequence[Button]) -> list[list[dict[str, str]]]:
    made = [
        {"type": "callback", "text": one.label, "payload": one.press}
        if one.press
        else {"type": "link", "text": one.label, "url": one.url}
        for one in buttons
    ]
    is_row = len(buttons) > 1 and all(one.is_twin for one in buttons)
    return [made] if is_row else [[one] for one in made]


def _answering(part: Part, reply_to: str) -> Part:
    wanted = json.loads(part.content)
    wanted["body"]["link"] = {"type": "reply", "mid": reply_to}
    return Part(content=json.dumps(wanted, ensure_ascii=False).encode(), to=part.to, files=part.files)
