"""Words with looks, as messengers have them: a text and spans over it. Pure.

Ours is HTML that we made ourselves; theirs are ranges of UTF-16 units (Telegram) or other HTML (MAX), or nothing (VK).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

_BREAK: Final = re.compile(r"\n{3,}")
_LINKED: Final = frozenset({"http", "https", "mailto", "tel", "tg"})
_KINDS: Final[Mapping[str, str]] = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline", "s": "strike",
    "del": "strike", "strike": "strike", "code": "code", "pre": "pre", "blockquote": "quote", "a": "link", "h1": "bold",
    "h2": "bold", "h3": "bold", "h4": "bold", "h5": "bold", "h6": "bold",
}  # fmt: skip
_TAGS: Final[Mapping[str, str]] = {
    "bold": "b", "italic": "i", "underline": "u", "strike": "s", "code": "code", "pre": "pre", "quote": "blockquote",
    "link": "a",
}  # fmt: skip
_BLOCKS: Final = frozenset({"p", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})
_WHOLE: Final = frozenset({"link", "code"})
"""What is not torn in two as long as it fits into one message."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """``kind``: bold, italic, underline, strike, code, pre, quote or link; from ``start`` up to ``end`` in letters."""

    kind: str
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Rich:
    text: str
    spans: tuple[Span, ...] = ()

    def cut(self, start: int, end: int) -> "Rich":
        """A piece of it, without white space around."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        moved = (replace(one, start=max(one.start, start) - start, end=min(one.end, end) - start) for one in self.spans)
        return Rich(text=self.text[start:end], spans=tuple(one for one in moved if one.start < one.end))


# ── From our HTML ─────────────────────────────────────────────────────────────────────────
class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.spans: list[Span] = []
        self._open: list[tuple[str, int, str]] = []
        self._lists: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS and not self._lists:
            self._gap("\n\n")
        if tag in {"ul", "ol"}:
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._item()
        elif tag == "br":
            self.text += "\n"
        elif tag in _KINDS:
            self._open.append((tag, len(self.text), dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                _tag, start, url = self._open.pop(place)
                self._span(tag, start, url)
                break
        if tag in _BLOCKS and not self._lists:
            self._gap("\n\n")

    def handle_data(self, data: str) -> None:
        is_shown_as_is = any(tag == "pre" for tag, _start, _url in self._open)
        if not is_shown_as_is:
            data = re.sub(r"[ \t\r\n]+", " ", data)
            if not self.text or self.text.endswith("\n"):
                data = data.lstrip(" ")
        self.text += data

    def _span(self, tag: str, start: int, url: str) -> None:
        end = len(self.text.rstrip("\n")) if tag in _BLOCKS else len(self.text)
        kind = _KINDS[tag]
        if tag == "code" and any(open_ == "pre" for open_, _start, _url in self._open):
            return
        if start >= end or (kind == "link" and urlsplit(url).scheme not in _LINKED):
            return
        self.spans.append(Span(kind=kind, start=start, end=end, url=url if kind == "link" else ""))

    def _item(self) -> None:
        self._gap("\n")
        depth = "  " * (len(self._lists) - 1)
        mark = "• "
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            mark = f"{self._lists[-1]}. "
        self.text += depth + mark

    def _gap(self, wished: str) -> None:
        if self.text:
            kept = self.text.rstrip(" ")
            missing = len(wished) - (len(kept) - len(kept.rstrip("\n")))
            self.text = kept + "\n" * max(missing, 0) if not self._open else self.text + "\n" * max(missing, 0)


def rich_of(html: str) -> Rich:
    """Our own HTML as text with spans; what is not known of it leaves its words behind."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = reader.text
    spans = sorted(reader.spans, key=lambda one: (one.start, -one.end))
    return Rich(text=text, spans=tuple(spans)).cut(0, len(text))


def spoken(html_: str, text: str, author: str, more: Sequence[str] = ()) -> Rich:
    """What is said in a talk: who speaks stands first, for a messenger shows the house alone; ``more`` stands last."""
    said = rich_of(html_) if html_ else Rich(text=text)
    head = f"{author}\n" if author else ""
    spans = [replace(one, start=one.start + len(head), end=one.end + len(head)) for one in said.spans]
    if author:
        spans.insert(0, Span(kind="bold", start=0, end=len(author)))
    return Rich(text="\n\n".join(filter(None, [f"{head}{said.text}".rstrip(), *more])), spans=tuple(spans))


# ── Splitting ─────────────────────────────────────────────────────────────────────────────
def split(rich: Rich, most: int, *, size: Callable[[str], int] = len) -> list[Rich]:
    """Pieces of at most ``most`` units, torn between paragraphs, else lines, sentences, words; never inside a link.

    Only what is longer than a whole message by itself is torn where it happens to be.
    """
    pieces = []
    start, text = 0, rich.text
    while start < len(text):
        end = _furthest(text, start, most, size)
        if end < len(text):
            end = _place_to_tear(rich, start, end)
        piece = rich.cut(start, end)
        if piece.text:
            pieces.append(piece)
        start = end
    return pieces


def _furthest(text: str, start: int, most: int, size: Callable[[str], int]) -> int:
    end = min(len(text), start + most)
    while end > start + 1 and size(text[start:end]) > most:
        end -= max(1, (size(text[start:end]) - most) // 2)
    return end


def _place_to_tear(rich: Rich, start: int, end: int) -> int:
    piece = rich.text[start : end + 1]
    for mark, least in (("\n\n", 3), ("\n", 3), (". ", 2), ("! ", 2), ("? ", 2), (" ", 10**9)):
        place = piece.rfind(mark, len(piece) // least if least < 10**9 else 1)
        while place > 0:
            at = start + place + len(mark.rstrip(" \n") or "")
            whole = _around(rich.spans, at)
            if whole is None:
                return at
            place = piece.rfind(mark, 1, max(whole.start - start, 0))
    whole = _around(rich.spans, end)
    return whole.start if whole is not None and whole.start > start else end


def _around(spans: Sequence[Span], at: int) -> Span | None:
    return next((one for one in spans if one.kind in _WHOLE and one.start < at < one.end), None)


# ── In other units, and as HTML ───────────────────────────────────────────────────────────
def units(text: str) -> int:
    """How long it is in UTF-16."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def by_units(text: str, ranges: Iterable[tuple[str, int, int, str]]) -> tuple[Span, ...]:
    """Spans from ranges of UTF-16 units: kind, offset, length, address; what lies outside of the text is left out."""
    places = _places(text)
    found = []
    for kind, offset, length, url in ranges:
        start, end = places.get(offset), places.get(offset + length)
        if start is not None and end is not None and start < end:
            found.append(Span(kind=kind, start=start, end=end, url=url))
    return tuple(found)


def _places(text: str) -> dict[int, int]:
    places, unit = {}, 0
    for place, letter in enumerate(text):
        places[unit] = place
        unit += 2 if letter > "\uffff" else 1
    places[unit] = len(text)
    return places


def html(rich: Rich, *, line: str = "<br>") -> str:
    """As HTML; spans that cross are closed and opened again, so that every tag is well nested."""
    edges = sorted({0, len(rich.text), *(place for one in rich.spans for place in (one.start, one.end))})
    made: list[str] = []
    open_: list[Span] = []
    for start, end in pairwise(edges):
        wanted = [one for one in rich.spans if one.start <= start and one.end >= end and one.kind in _TAGS]
        kept = 0
        while kept < min(len(open_), len(wanted)) and open_[kept] == wanted[kept]:
            kept += 1
        made += [f"</{_TAGS[one.kind]}>" for one in reversed(open_[kept:])]
        made += [_opening(one) for one in wanted[kept:]]
        open_ = wanted
        made.append(escape(rich.text[start:end], quote=False).replace("\n", line))
    made += [f"</{_TAGS[one.kind]}>" for one in reversed(open_)]
    return "".join(made)


def _opening(span: Span) -> str:
    return f'<a href="{escape(span.url)}">' if span.kind == "link" else f"<{_TAGS[span.kind]}>"


def with_addresses(rich: Rich) -> str:
    """Plain text where links cannot be hidden behind words: each address stands behind its word."""
    text, moved = rich.text, 0
    for one in sorted((one for one in rich.spans if one.kind == "link"), key=lambda one: one.end):
        shown = rich.text[one.start : one.end]
        address = one.url.removeprefix("mailto:").removeprefix("tel:")
        if shown.strip("/") == address.strip("/"):
            continue
        place = one.end + moved
        text = f"{text[:place]} ({address}){text[place:]}"
        moved += len(address) + 3
    return text
