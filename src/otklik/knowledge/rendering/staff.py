"""Blocks for staff, ``:::staff`` … ``:::``, found line by line before anything else is understood.

Whatever Markdown would make of the lines, a doubt goes against showing: a block that nobody closed lasts to the end,
a block inside a block belongs to it, one in a quotation, a list or a code block counts all the same. What staff see
inside a frame is exactly what others do not get.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKS = r"(?:[\s>*+\-\u00a0\u200b\u2060\ufeff]|\d{1,9}[.)])*"
_OPENS_STAFF = re.compile(rf"^{_MARKS}:{{3,}}\s*staff\b", re.IGNORECASE)
_OPENS = re.compile(rf"^{_MARKS}:{{3,}}\s*[^\W\d_]")
_CLOSES = re.compile(rf"^{_MARKS}:{{3,}}\s*$")


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Lines in a row that are all for staff or all for everybody."""

    is_staff: bool
    text: str


def stretches(body: str) -> list[Stretch]:
    """The body in order, without the lines that open and close blocks."""
    found: list[Stretch] = []
    lines: list[str] = []
    is_staff_now = False
    for is_staff, line in _told_apart(body):
        if is_staff != is_staff_now:
            found.append(Stretch(is_staff=is_staff_now, text="\n".join(lines)))
            lines, is_staff_now = [], is_staff
        if line is not None:
            lines.append(line)
    found.append(Stretch(is_staff=is_staff_now, text="\n".join(lines)))
    return [one for one in found if one.text.strip()]


def without_staff_blocks(body: str) -> str:
    """The Markdown that readers outside may have."""
    return "\n".join(line for is_staff, line in _told_apart(body) if not is_staff and line is not None)


def has_staff_blocks(body: str) -> bool:
    return ":::" in body and any(one.is_staff for one in stretches(body))


def _told_apart(body: str) -> Iterator[tuple[bool, str | None]]:
    """Each line and whether it is for staff; None for a line that opens or closes a block of them."""
    depth = 0
    for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if depth == 0:
            opens = bool(_OPENS_STAFF.match(line))
            depth = int(opens)
            yield opens, None if opens else line
            continue
        if _CLOSES.match(line):
            depth -= 1
            yield depth > 0, line if depth else None
            continue
        depth += bool(_OPENS.match(line))
        yield True, line
