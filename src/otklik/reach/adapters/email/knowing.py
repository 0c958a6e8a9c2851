"""Which lines of a reply repeat what was said before: we know every letter of the conversation, so nothing is guessed.

Words are compared, not lines, marks or spaces: a mail program may wrap, mark and dress anew whatever it quotes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from otklik.reach.adapters.email.html_text import Line

STRETCH: Final = 3
MOST_KNOWN: Final = 300_000
MOST_WORDS: Final = 100_000
"""Letters of what was said, and words of the reply; what lies beyond is not known, and so it stays."""

LONGEST_LINKS: Final = 20_000
SHORTEST_PIECE: Final = 5
CLEAR: Final = 8
"""So many words in a row of one of our letters are nobody's own, however they are marked."""

_LINK = re.compile(r"<?\b(?:https?://|mailto:|www\.)[^\s<>]{1,2000}>?|\[cid:[^\]\s]{1,300}\]", re.IGNORECASE)
_PICTURE = re.compile(r"\[[^\[\]\n]{1,180}\.(?:png|jpe?g|gif|bmp|webp|tiff?|heic)\]", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, kw_only=True)
class Said:
    """The letters of a conversation: ``ours`` and those of the customer, as they left and as they came."""

    ours: Sequence[str] = ()
    theirs: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.ours or self.theirs)


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """For each line: ``known`` when all its words were said before, None when it has no words; ``is_clear`` when it
    belongs to a long repetition of a letter of ours, which needs no mark to be a quotation."""

    known: Sequence[bool | None]
    is_clear: Sequence[bool]


def repeated(lines: Sequence[Line], said: Said) -> Repeated:
    """What of these lines repeats what was said. Linear in the lengths of both."""
    links = " ".join(_links_in(said.ours))[:LONGEST_LINKS]
    words = [[] if _is_piece(line.text, links) else _words_of(line.text) for line in lines]
    flat = [word for line in words for word in line]
    places = [number for number, line in enumerate(words) for _ in line]
    ours = _covered(flat, said.ours)
    either = [a or b for a, b in zip(ours, _covered(flat, said.theirs), strict=True)]
    known: list[bool | None] = [True if line else None for line in words]
    by_us = [bool(line) for line in words]
    for place, is_known, is_ours in zip(places, either, ours, strict=True):
        known[place] = known[place] and is_known
        by_us[place] = by_us[place] and is_ours
    return Repeated(known=known, is_clear=_clear(words, by_us))


def is_picture(text: str) -> bool:
    """A line on which nothing stands but pictures."""
    return bool(text.strip()) and not _PICTURE.sub("", text).strip()


def _links_in(letters: Iterable[str]) -> list[str]:
    return [link for letter in letters for link in _LINK.findall(letter[:MOST_KNOWN])]


def _is_piece(text: str, links: str) -> bool:
    """The second half of a link of ours, which some programs break like any long word."""
    text = text.strip().strip("<>")
    return len(text) >= SHORTEST_PIECE and " " not in text and text in links


def _words_of(text: str) -> list[str]:
    return _WORD.findall(_PICTURE.sub(" ", _LINK.sub(" ", text)).casefold().replace("ё", "е"))


def _covered(words: Sequence[str], letters: Iterable[str]) -> list[bool]:
    """For each word: does it stand in a stretch of words that stands in one of the letters just so?"""
    stretches: set[tuple[str, ...]] = set()
    room = MOST_KNOWN
    for letter in letters:
        there = _words_of(letter[:room])
        room -= min(room, len(letter))
        stretches.update(zip(*(there[n:] for n in range(min(STRETCH, len(there) or 1))), strict=False))
    found = [False] * len(words)
    for length in {len(stretch) for stretch in stretches}:
        for place, stretch in enumerate(zip(*(words[n:MOST_WORDS] for n in range(length)), strict=False)):
            if stretch in stretches:
                found[place : place + length] = [True] * length
    return found


def _clear(words: Sequence[Sequence[str]], by_us: Sequence[bool]) -> list[bool]:
    is_clear = [False] * len(words)
    begin = 0
    while begin < len(words):
        end = begin
        while end < len(words) and (by_us[end] or not words[end]):
            end += 1
        if sum(map(len, words[begin:end])) >= CLEAR:
            is_clear[begin:end] = by_us[begin:end]
        begin = end + 1
    return is_clear
