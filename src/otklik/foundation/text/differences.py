"""What is different between two texts, by lines and inside them by words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 3_000
_AROUND = 2


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Lines in a row. ``is_far``: the same in both and away from every change, so that it may be folded."""

    pieces: Sequence[Piece]
    lines: int
    is_far: bool = False


def difference(old: str, new: str) -> list[Stretch]:
    """From ``old`` to ``new``. Joined without what was removed it is ``new``, without what was added ``old``."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found: list[Stretch] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=len(before) > _MOST_WORDS).get_opcodes():
        if kind == "equal":
            found += _same(before[a:b], is_first=a == 0 and c == 0, is_last=b == len(before) and d == len(after))
        else:
            found.append(
                Stretch(pieces=list(_pieces("".join(before[a:b]), "".join(after[c:d]))), lines=max(b - a, d - c))
            )
    return found


def is_different(stretches: Sequence[Stretch]) -> bool:
    return any(piece.kind is not Kind.SAME for one in stretches for piece in one.pieces)


def _same(lines: list[str], *, is_first: bool, is_last: bool) -> Iterator[Stretch]:
    """Some lines around a change stay in sight, the rest is far."""
    start = 0 if is_first else min(_AROUND, len(lines))
    end = len(lines) if is_last else max(len(lines) - _AROUND, start)
    for part, is_far in ((lines[:start], False), (lines[start:end], end - start > 1), (lines[end:], False)):
        if part:
            yield Stretch(pieces=[Piece(kind=Kind.SAME, text="".join(part))], lines=len(part), is_far=is_far)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if not before or not after or len(before) + len(after) > _MOST_WORDS:
        yield from _replaced(old, new)
        return
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(kind=Kind.SAME, text="".join(before[a:b]))
        else:
            yield from _replaced("".join(before[a:b]), "".join(after[c:d]))


def _replaced(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield Piece(kind=Kind.REMOVED, text=old)
    if new:
        yield Piece(kind=Kind.ADDED, text=new)
