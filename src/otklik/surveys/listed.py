"""A list of people as other programs give it: CSV in any charset, with any divider, with or without a head."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from otklik.foundation.text.decoding import text_of

_HEADS: Final = {
    "email": ("email", "e-mail", "mail", "почта", "адрес", "эл. почта", "электронная почта", "e-mail адрес"),
    "name": ("name", "имя", "фио", "клиент", "customer", "full name"),
    "segment": ("segment", "сегмент", "group", "группа", "город", "филиал"),
}
_DIVIDERS: Final = ",;\t|"
_MAIL: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+")


@dataclass(frozen=True, kw_only=True)
class Line:
    """``number``: of the line in the file, from 1. ``email`` as it stands there, also when it is none."""

    number: int
    email: str
    name: str = ""
    segment: str = ""


def lines_of(content: bytes) -> list[Line]:
    """Everybody in the file, empty lines left out. Raises ``NotText``."""
    text = text_of(content)
    rows = list(_rows(text))
    if not rows:
        return []
    places = _places(rows[0][1])
    return [_line(number, cells, places) for number, cells in rows[bool(_is_head(rows[0][1])) :]]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Numbered as an editor numbers them. A quotation mark that nothing closes ends with its line."""
    head = text.lstrip().split("\n", 1)[0]
    divider = max(_DIVIDERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, skipinitialspace=True)
    before = 0
    for cells in reader:
        number, before = before + 1, reader.line_num
        clean = [" ".join(one.replace("\xa0", " ").split()) for one in cells]
        if any(clean):
            yield number, clean


def _is_head(cells: Sequence[str]) -> bool:
    return not any(_MAIL.search(one) for one in cells)


def _places(cells: Sequence[str]) -> dict[str, int]:
    """Where each of what we know stands: by its head, else the address where an address is, a name after it."""
    named = [one.casefold().strip(" *:") for one in cells]
    if _is_head(cells):
        found = {what: named.index(word) for what, words in _HEADS.items() for word in words if word in named}
        return {"email": 0} | found
    email = next((at for at, one in enumerate(cells) if _MAIL.search(one)), 0)
    others = [at for at in range(len(cells)) if at != email]
    return {"email": email} | dict(zip(("name", "segment"), others, strict=False))


def _line(number: int, cells: Sequence[str], places: dict[str, int]) -> Line:
    given = {what: cells[at] for what, at in places.items() if at < len(cells)}
    written = given.get("email", "")
    inside = _MAIL.search(written)
    name = given.get("name", "") or (written[: inside.start()].strip(' <"') if inside and inside.start() else "")
    return Line(number=number, email=inside[0] if inside else written, name=name, segment=given.get("segment", ""))
