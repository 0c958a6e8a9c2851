"""HTML read as lines of text that still know which of them the sender's program marked as a quotation."""

import html as entities
import re
from dataclasses import dataclass, field

from otklik.reach.adapters.email.charsets import clean
from otklik.reach.adapters.email.html import attributes_of, bounded, cleaner, names, tags_in, without_tags

LONGEST_LINK = 300
LONGEST_EMOJI = 8
DEEPEST = 9
_BLOCKS = names(
    "address article aside blockquote caption center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tbody tfoot thead tr ul"
)
_APART = names("p h1 h2 h3 h4 h5 h6 ul ol table pre blockquote dl")
_CELLS = frozenset({"td", "th"})
_READING = cleaner(
    _BLOCKS | _CELLS | {"a", "br", "img", "span"},
    {"*": {"class", "id", "style", "type"}, "a": {"href"}, "img": {"alt", "src"}},
    schemes={"http", "https", "mailto", "cid"},
)
_SPACE = re.compile(r"[ \t\n\r\xa0\u200b\u2007]+")
_CITED = re.compile(
    r"\b(gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote|tutanota_quote|mail-quote-collapse|zmail_extra"
    r"|ms-outlook-mobile-reference-message|mail-editor-reference-message-container|wls-quote|b4be_quote)\b",
    re.IGNORECASE,
)
_DIVIDER = re.compile(r"\b(divRplyFwdMsg|OutlookMessageHeader|mail-editor-reference-message-container)\b")
_WRAPPER = re.compile(r"\b(yahoo_quoted|mail-quote-collapse|ms-outlook-mobile-reference-message)\b")
_MERE_INDENT = re.compile(r"border\s*:\s*(none|0)", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Line:
    """One line: ``depth`` of quotation, ``is_cited`` when the sender's program itself says that this is a quotation,
    ``is_divider`` when it says that all from here on is one; ``original``: as it stood in a plain letter."""

    text: str
    depth: int = 0
    is_cited: bool = False
    is_divider: bool = False
    original: str | None = None


def text_from_html(html: str) -> str:
    """The text of ``html`` with its paragraphs, lists, links, tables and quotations (as ``>``)."""
    return plain("\n".join(written(line) for line in lines_of_html(html)))


def written(line: Line) -> str:
    """A line as it would be written in a plain letter."""
    if line.original is not None:
        return line.original
    return ">" * line.depth + (" " if line.depth and line.text else "") + line.text


def plain(text: str) -> str:
    """``text`` without spaces at the ends of lines and with at most one empty line in a row."""
    lines = [line.rstrip() for line in text.split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip("\n")


def lines_of_html(html: str) -> list[Line]:
    """The lines of ``html``; of HTML too wild to read, the bare words."""
    tame = bounded(html)
    if tame is None:
        return [Line(text=_SPACE.sub(" ", line).strip()) for line in without_tags(html).split("\n")]
    return _Reader().read(clean(_READING.clean(tame)))


@dataclass(slots=True)
class _Reader:
    """Walks over canonical HTML once; text is put down lazily, so that breaks around it collapse as in a browser."""

    lines: list[Line] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    pending: int = 0
    is_new_cell: bool = False
    row_has_text: bool = False
    preformatted: int = 0
    quotes: list[bool] = field(default_factory=list)
    cited: int = 0
    open_tags: list[tuple[str, bool, int]] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    bullet: str = ""
    links: list[tuple[str, int, int]] = field(default_factory=list)
    divider: bool = False

    def read(self, html: str) -> list[Line]:
        at = 0
        for match in tags_in(html):
            if match.start() > at:
                self._text(html[at : match.start()])
            at = match.end()
            slash, name, attributes = match.groups()
            if slash:
                self._close(name)
            else:
                self._open(name, attributes_of(attributes) if attributes else {})
        self._text(html[at:])
        self._break()
        return self.lines

    def _text(self, escaped: str) -> None:
        text = clean(entities.unescape(escaped)) if "&" in escaped else escaped
        if self.preformatted:
            first, *others = text.split("\n")
            self._put(first)
            for other in others:
                self._break(empty=True)
                self._put(other)
            return
        text = _SPACE.sub(" ", text)
        if text.strip() or (text and self.current and not self.pending and not self.is_new_cell):
            self._put(text)

    def _put(self, text: str) -> None:
        if not text:
            return
        if self.is_new_cell:
            if self.row_has_text and self.current:
                self.current.append(" | ")
            self.is_new_cell = False
        elif self.pending:
            self._break()
            if self.pending > 1 and self.lines and self.lines[-1].text:
                self._line("")
        self.pending = 0
        self.row_has_text = True
        if self.bullet:
            self.current.append(self.bullet)
            self.bullet = ""
        self.current.append(text if self.current or self.preformatted else text.lstrip())

    def _line(self, text: str) -> None:
        self.lines.append(
            Line(text=text, depth=min(len(self.quotes), DEEPEST), is_cited=self.cited > 0, is_divider=self.divider)
        )
        self.divider = self.divider and not text

    def _break(self, *, empty: bool = False) -> None:
        if self.current or empty:
            self._line("".join(self.current).rstrip())
            self.current = []

    def _apart(self, breaks: int) -> None:
        if not self.is_new_cell:
            self.pending = max(self.pending, breaks)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        marks = f"{attributes.get('class', '')} {attributes.get('id', '')}" if attributes else ""
        if name == "br":
            self._put_pending()
            self._break(empty=True)
        elif name == "img":
            self._image(attributes.get("alt", ""), attributes.get("src", ""))
        elif name == "a":
            self.links.append((attributes.get("href", ""), len(self.lines), len(self.current)))
        elif name in _CELLS:
            self.is_new_cell, self.pending = (True, 0) if self.row_has_text else (False, max(self.pending, 1))
        elif name in _BLOCKS:
            self._open_block(name, attributes, marks)

    def _open_block(self, name: str, attributes: dict[str, str], marks: str) -> None:
        is_quote = self._is_quote(name, attributes, marks)
        if name in {"tr", "table"} or is_quote:
            self.is_new_cell, self.row_has_text = False, False
        breaks = 2 if name in _APART and "Mso" not in marks else 1  # Word has no space between paragraphs
        self._apart(breaks)
        is_divider = bool(_DIVIDER.search(marks))
        if is_quote or is_divider:
            self._put_pending()
            self._break()
            self.divider |= is_divider
        if is_quote:
            cited = attributes.get("type", "").lower() == "cite" or bool(_CITED.search(marks))
            self.quotes.append(cited)
            self.cited += cited
        if name != "hr":
            self.open_tags.append((name, is_quote, breaks))
        self._begin(name)

    def _begin(self, name: str) -> None:
        if name == "hr":
            self._put("_" * 32)
            self._apart(1)
        elif name in {"ul", "ol"}:
            self.lists.append(0 if name == "ol" else None)
        elif name == "li":
            self.bullet = self._next_bullet()
        elif name == "pre":
            self.preformatted += 1

    def _put_pending(self) -> None:
        """Write down the break that waits for text, because what follows is a break or a quotation."""
        if self.pending:
            self._break()
            if self.pending > 1 and self.lines and self.lines[-1].text:
                self._line("")
            self.pending = 0

    def _close(self, name: str) -> None:
        if name == "a" and self.links:
            self._close_link(*self.links.pop())
        if name not in _BLOCKS:
            return
        _, is_quote, breaks = self.open_tags.pop() if self.open_tags else (name, False, 1)
        if is_quote:
            self._break()
            self.cited -= self.quotes.pop()
        if name in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif name == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        elif name in {"tr", "table"}:
            self.is_new_cell, self.row_has_text = False, False
        self._apart(breaks)

    def _close_link(self, href: str, line: int, place: int) -> None:
        text = "".join(self.current[place:] if line == len(self.lines) else self.current).strip()
        bare = href.split("://", 1)[-1].rstrip("/")
        if href.lower().startswith(("http://", "https://")) and text and bare not in text and len(href) <= LONGEST_LINK:
            self.current.append(f" <{href}>")

    def _image(self, alt: str, source: str) -> None:
        """Pictures of letters («😊») are letters, a picture that comes with the letter is named in its place."""
        if source.startswith("cid:"):
            self._put(f"[{source}]")
        elif 0 < len(alt) <= LONGEST_EMOJI and not any(character.isalnum() for character in alt):
            self._put(clean(alt))

    def _next_bullet(self) -> str:
        indent = "  " * min(len(self.lists) - 1, DEEPEST)
        if not self.lists or self.lists[-1] is None:
            return f"{indent}- "
        self.lists[-1] += 1
        return f"{indent}{self.lists[-1]}. "

    def _is_quote(self, name: str, attributes: dict[str, str], marks: str) -> bool:
        if name == "blockquote":
            is_indent = bool(_MERE_INDENT.search(attributes.get("style", "")))
            return not is_indent or attributes.get("type", "").lower() == "cite" or bool(_CITED.search(marks))
        return name == "div" and bool(_WRAPPER.search(marks))
