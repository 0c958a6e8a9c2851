"""HTML of strangers made cheap: a tree builder takes time by the depth of each tag, and by how many ampersands and
names of characters stand in one text."""

import re
from collections.abc import Set
from typing import Final

DEEPEST: Final = 256
"""Browsers stop at 512; letters of real programs are rarely deeper than 60."""

_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>?", re.IGNORECASE)
_WITHOUT_CONTENT: Final = "area base basefont br col embed hr img input link meta param source track wbr"
_CLOSED_BY_THE_NEXT: Final = "caption colgroup dd dt li option p tbody td tfoot th thead tr"
_NEVER_DEEP: Final = frozenset(f"{_WITHOUT_CONTENT} {_CLOSED_BY_THE_NEXT}".split())

_SLOW: Final = re.compile(r"&(?!#(?:\d|x[0-9a-f]))|&#(?:0*38|x0*26)\b", re.IGNORECASE)
_MOST_SLOW: Final = 50_000
_MOST_WORK: Final = 4_000_000_000


def is_costly(html: str) -> bool:
    """Whether so many ampersands stand so close that a tree builder would take minutes."""
    slow = [len(_SLOW.findall(piece)) * len(piece) for piece in html.split("<") if "&" in piece]
    return sum(slow) > _MOST_WORK or len(_SLOW.findall(html)) > _MOST_SLOW


def shallow(html: str, *, deepest: int = DEEPEST, of: Set[str] = frozenset()) -> str:
    """``html`` in which no tag stands deeper than ``deepest``: tags below are left out, their words stay. One pass.

    ``of``: the names of tags to count; none for all.
    """
    pieces: list[str] = []
    at = depth = left_out = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _NEVER_DEEP or (of and name not in of):
            continue
        if not tag[1] and depth < deepest:
            depth += 1
        elif tag[1] and not left_out:
            depth = max(0, depth - 1)
        else:
            left_out += -1 if tag[1] else 1
            pieces.append(html[at : tag.start()])
            at = tag.end()
    return "".join([*pieces, html[at:]])
