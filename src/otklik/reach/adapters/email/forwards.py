"""Whose letter is passed on in a letter: the sender named in the head that a mail program writes over it.

Heads of Gmail, Outlook, Yandex, Mail.ru, Apple Mail, Thunderbird and The Bat!, in Russian and English: a line that says
so, or a run of «От:», «Дата:», «Кому:», «Тема:» lines. Of several heads the first, which is the newest letter, counts.
"""

import re
from collections.abc import Iterator, Sequence

from otklik.reach.adapters.incoming import Address

_MOST_LINES = 400
_LONGEST_LINE = 500
_HEAD_LINES = 12
_FEWEST_FIELDS = 3
_MARK = re.compile(
    r"^\W{0,40}(?:begin |start of )?(?:forwarded (?:message|letter)|original message"
    r"|(?:начало )?(?:пересыла\w+|пересланн\w+|переадресованн\w+|перенаправленн\w+|исходн\w+)"
    r" (?:сообщени\w|письм\w))\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"^\s*(?:fwd?|fw|пересл|перес|пер|hd)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_FROM = "from", "от кого", "от", "отправитель", "sender"
_FIELDS = {
    **dict.fromkeys(_FROM, "from"),
    **dict.fromkeys(("to", "кому", "получатель", "recipient"), "to"),
    **dict.fromkeys(("sent", "date", "дата", "отправлено", "отправленные", "послано"), "date"),
    **dict.fromkeys(("subject", "тема"), "subject"),
    **dict.fromkeys(("cc", "копия"), "cc"),
    **dict.fromkeys(("reply-to", "обратный адрес", "ответить"), "reply"),
}
_NAMES = "|".join(sorted(_FIELDS, key=len, reverse=True))
_FIELD = re.compile(rf"^[\s>*_|]*({_NAMES})[*_]*\s?:[*_\s]*(.*)$", re.IGNORECASE)
_IN_ONE_LINE = re.compile(r"^[\s>]*[^@]{0,40}\d[^@]{0,120}@[^\s>:]{1,190}>?\s?:?\s*$")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_BAT = re.compile(
    r"^\W{0,5}(?:это пересылаемое сообщение|this is a forwarded message)\W{0,5}$", re.IGNORECASE
)  # The Bat! marks with these words, then «From:», «To:», «Date:», «Subject:»


def forwarded_from(text: str, *, subject: str = "") -> Address | None:
    """The sender of the letter that is passed on in ``text``; None when nothing is, or its head names no address."""
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()[:_MOST_LINES]]
    is_said = bool(_SUBJECT.match(subject))
    for place, fields in _heads(lines):
        if "from" not in fields or not (is_said or _is_marked(lines, place)):
            continue
        found = _address(fields["from"])
        if found is not None:
            return found
    return _in_one_line(lines)


def _in_one_line(lines: Sequence[str]) -> Address | None:
    """«28.11.2026, 10:00, "Олег" <oleg@…>:» right under the line that says so."""
    for place, line in enumerate(lines):
        if _MARK.match(line):
            below = next((one for one in lines[place + 1 : place + 4] if one.strip(" >")), "")
            return _address(below.rpartition(", ")[2]) if _IN_ONE_LINE.match(below) else None
    return None


def _heads(lines: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Where each run of head lines begins, and what its fields say; a value may stand on the line below its name."""
    place = 0
    while place < len(lines):
        fields, end = _head_at(lines, place)
        if len(fields) >= _FEWEST_FIELDS:
            yield place, fields
            place = end
        place += 1


def _head_at(lines: Sequence[str], start: int) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    name, end = "", start
    for place in range(start, min(start + _HEAD_LINES, len(lines))):
        match = _FIELD.match(lines[place])
        if match:
            name = _FIELDS[match[1].lower()]
            fields.setdefault(name, match[2].strip())
            end = place
        elif place == start or not lines[place].strip(" >|*"):
            if len(fields) >= _FEWEST_FIELDS or place == start:
                break
        elif name:
            fields[name] = f"{fields[name]} {lines[place].strip()}".strip()
    return fields, end


def _is_marked(lines: Sequence[str], place: int) -> bool:
    """Whether a line just above the head says that a letter is passed on."""
    above = [line for line in lines[max(0, place - 4) : place] if line.strip(" >|")]
    return any(_MARK.match(line) or _BAT.match(line) for line in above[-2:])


def _address(value: str) -> Address | None:
    match = _ADDRESS.search(value)
    if match is None:
        return None
    email = match[0].strip(".'").lower()
    name = re.sub(r"\[?(?:mailto:)?\S*@\S*|\b(?:via|через)\b.*$", " ", value, flags=re.IGNORECASE)
    name = " ".join(re.sub(r"[<>\"'()\[\]*;,|]+", " ", name).split())
    return Address(email=email, name=name[:200])
