"""The place in an article where the found words stand."""

import re
from collections.abc import Set

from otklik.knowledge.search.documents import MARK_OFF, MARK_ON

_WORD = re.compile(r"[a-zа-яё0-9]+", re.IGNORECASE)
_MARKS = str.maketrans("", "", MARK_ON + MARK_OFF)
LONGEST = 220
_LEAD = 40


def snippet(text: str, wanted: Set[str]) -> str:
    """About 220 letters of plain text around most of the ``wanted`` words (lower case, ё as е), these in marks."""
    text = text.translate(_MARKS)
    found = [match.span() for match in _WORD.finditer(text) if _plain(match.group()) in wanted]
    start = max(_richest(found) - _LEAD, 0)
    if start:
        start = text.find(" ", start) + 1
    end = start + LONGEST
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + 1)
    pieces, at = ["… " if start else ""], start
    for first, last in found:
        if first < at or last > end:
            continue
        pieces += [text[at:first], MARK_ON, text[first:last], MARK_OFF]
        at = last
    pieces += [text[at:end], " …" if end < len(text) else ""]
    return "".join(pieces)


def _plain(word: str) -> str:
    return word.lower().replace("ё", "е")


def _richest(spans: list[tuple[int, int]]) -> int:
    """Where a window of the snippet's length holds most found words; the first such place, 0 for none."""
    best, place, last = 0, 0, 0
    for first, (start, _end) in enumerate(spans):
        while last < len(spans) and spans[last][1] <= start + LONGEST - _LEAD:
            last += 1
        if last - first > best:
            best, place = last - first, start
    return place
