"""Found words marked in the few texts that a page shows: by their lemmas, so that every form of a word is marked."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from otklik.foundation.text.language import lemmas

_WORD = re.compile(r"[a-zа-яё0-9]+", re.IGNORECASE)
_BEFORE, _LENGTH = 40, 170


def marked(text: str, wanted: frozenset[str]) -> SafeString:
    """The whole text with each found word in ``<mark>``."""
    pieces, at = [], 0
    for match in _WORD.finditer(text):
        if _is_wanted(match.group(), wanted):
            pieces.append(f"{escape(text[at : match.start()])}<mark>{escape(match.group())}</mark>")
            at = match.end()
    return mark_safe("".join([*pieces, escape(text[at:])]))  # noqa: S308  # every piece is escaped


def snippet(text: str, wanted: frozenset[str]) -> SafeString:
    """A line of the text around the first found word, with the found words marked."""
    text = " ".join(text.split())
    first = next((match.start() for match in _WORD.finditer(text) if _is_wanted(match.group(), wanted)), 0)
    start = max(first - _BEFORE, 0)
    if start:
        start = text.find(" ", start, first) + 1 or start
    cut = text[start : start + _LENGTH]
    return mark_safe(f"{'…' if start else ''}{marked(cut, wanted)}")  # noqa: S308  # escaped above


def _is_wanted(word: str, wanted: frozenset[str]) -> bool:
    return not wanted.isdisjoint(lemmas(word.lower()))
