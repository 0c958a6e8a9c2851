"""A word of ours as messages of VK, which has no marks. Pure: the bytes of files are read when they leave."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from otklik.reach.adapters.channels import OutgoingFile, Part, Word
from otklik.reach.adapters.rich import Rich, split, spoken, with_addresses
from otklik.ui.letters import Button

LONGEST_TEXT: Final = 4096
_LONGEST_LABEL: Final = 40
_MOST_IN_ONE: Final = 10
_PHOTOS: Final = {"image/jpeg", "image/png", "image/gif"}


def written(word: Word, *, most: int) -> Sequence[Part]:
    """Files hang on the last words, ten at most on one message."""
    [peer] = word.to
    leaving = [file for file in word.files if file.size <= most]
    too_large = [f"{file.name}: {file.url}" for file in word.files if file.size > most]
    plain = Rich(text=with_addresses(spoken(word.html, word.text, word.author, too_large)))
    texts = [one.text for one in split(plain, LONGEST_TEXT)] or [""]
    albums = [leaving[place : place + _MOST_IN_ONE] for place in range(0, len(leaving), _MOST_IN_ONE)] or [[]]
    said = [(text, list[OutgoingFile]()) for text in texts[:-1]] + [(texts[-1], albums[0])]
    said += [("", album) for album in albums[1:]]
    last = len(texts) - 1
    return tuple(
        _part(word, peer, place, text, files, word.buttons if place == last else ())
        for place, (text, files) in enumerate(said)
        if text or files
    )


def _part(
    word: Word, peer: str, place: int, text: str, files: Sequence[OutgoingFile], buttons: Sequence[Button]
) -> Part:
    values = {
        "peer_id": peer,
        "message": text,
        "random_id": str(_number(word.id, place)),
        "dont_parse_links": "1",
        "disable_mentions": "1",
    }
    if buttons:
        values["keyboard"] = json.dumps({"inline": True, "buttons": _keyboard(buttons)}, ensure_ascii=False)
    answered = word.reply_to.rpartition(":")[2] if place == 0 else ""
    if answered.startswith("c") and answered[1:].isdigit():
        forward = {"peer_id": int(peer), "conversation_message_ids": [int(answered[1:])], "is_reply": True}
        values["forward"] = json.dumps(forward)
    elif answered.isdigit():
        values["reply_to"] = answered
    wanted = {"values": values, "kinds": ["photo" if file.content_type in _PHOTOS else "doc" for file in files]}
    return Part(content=json.dumps(wanted, ensure_ascii=False).encode(), to=(peer,), files=tuple(files))


def _number(word_id: str, place: int) -> int:
    """The same at every try, between 1 and 2**31: by it VK knows a repeat."""
    return int.from_bytes(hashlib.sha256(f"{word_id}#{place}".encode()).digest()[:4]) % (2**31 - 1) + 1


def _keyboard(buttons: Sequence[Button]) -> list[list[dict[str, object]]]:
    made: list[dict[str, object]] = []
    for one in buttons:
        label = one.label[:_LONGEST_LABEL]
        says = json.dumps({"says": one.press})
        action = (
            {"type": "callback", "label": label, "payload": says}
            if one.press
            else {"type": "open_link", "label": label, "link": one.url}
        )
        made.append({"action": action})
    is_row = len(buttons) > 1 and all(one.is_twin for one in buttons)
    return [made] if is_row else [[one] for one in made]
