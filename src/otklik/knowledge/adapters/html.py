"""Articles of other programs in HTML, as the Markdown that ours are written in."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import PurePath
from urllib.parse import unquote

import nh3
from django.utils.translation import gettext as _

from otklik.foundation.text.nesting import is_costly, shallow
from otklik.knowledge.adapters.imported import ImportedArticle, ImportRefused, Wrong, decoded
from otklik.knowledge.adapters.mainpart import main_part
from otklik.knowledge.rendering import render
from otklik.knowledge.rendering.videos import video_at

_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "iframe", "img", "li", "ol", "p", "pre", "s", "strike", "strong", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"*": {"id"}, "a": {"href", "name"}, "img": {"src", "alt", "title"}, "iframe": {"src"}, "ol": {"start"}}
_SILENT = {"script", "style", "nav", "aside", "footer", "form", "button", "noscript", "template", "svg", "select"}
_INSIDE = re.compile(r"\]\(#([^\s()]+)\)")
_SPACES = re.compile(r"[ \t\n\r\f\xa0]+")
_MARKS = re.compile(r"([\\`*_\[\]<>])")
_AT_START = re.compile(r"^(\s*)(#{1,6}\s|[-+]\s|\d+[.)]\s|>|:::|=+$|-+$)", re.MULTILINE)
_MOST_INDENTED = 16
"""Each list and quotation is written anew, a step further in, by the one around it."""
_EMPTY_LINES = re.compile(r"\n{3,}")
_INLINE = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_BLOCKS = {"p", "div", "figure", "figcaption", "dl", "dt", "dd", "tbody", "thead", "tfoot"}


def article_in_html(content: bytes, *, where: str) -> ImportedArticle:
    """One page, as it stands on a site or was saved from one."""
    return page_of(decoded(content, where=where), where=where)


def page_of(text: str, *, where: str) -> ImportedArticle:
    """An article of the main part of a page: without what stands around it on every page of its site. The title from
    the main heading, ``og:title`` or ``<title>``, the language from ``<html lang>``."""
    if is_costly(text):
        raise ImportRefused([Wrong(where=where, text=_("This is too large."))])
    text = shallow(text)
    main = main_part(text)
    heading = _inner(main, "h1")
    title = heading or _meta(text, "og:title") or _inner(text, "title")
    language = re.search(r"<html\b[^<>]*?\slang=[\"']?([A-Za-z]{2})", text)
    body = markdown_of(main)
    return ImportedArticle(
        where=where,
        title=title or PurePath(where).stem.replace("-", " "),
        body=re.sub(r"^# .*$", "", body, count=1, flags=re.MULTILINE).strip() if heading else body,
        summary=(_meta(text, "description") or _meta(text, "og:description"))[:400],
        language=language[1].lower() if language else "",
    )


def _meta(text: str, name: str) -> str:
    """What a ``<meta>`` of this name says, in whatever order its attributes stand."""
    for tag in re.findall(r"<meta\b[^<>]*>", text, re.IGNORECASE):
        if re.search(rf"(?:name|property)=[\"']?{re.escape(name)}[\"'\s>]", tag, re.IGNORECASE):
            said = re.search(r"content=(?:\"([^\"]*)\"|'([^']*)')", tag, re.IGNORECASE)
            return _plain(said[1] or said[2] or "") if said else ""
    return ""


def _inner(text: str, tag: str) -> str:
    """The words of the first element of this kind; each half is looked for once, however many are never closed."""
    begin = re.search(rf"<{tag}\b[^<>]*>", text, re.IGNORECASE)
    end = re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, begin.end()) if begin else None
    return _plain(text[begin.end() : end.start()])[:500] if begin and end else ""


def _plain(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    return " ".join("".join(reader.words).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def markdown_of(html: str, *, link: Callable[[str], str] = lambda url: url) -> str:
    """The Markdown of a fragment; scripts, styles and forms are left out. ``link`` may change addresses; links to a
    place in the fragment lead to the heading that stands there."""
    html = shallow(shallow(html), deepest=_MOST_INDENTED, of={"ul", "ol", "blockquote"})
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None, clean_content_tags=_SILENT)
    writer = _Writer(link)
    writer.feed(clean)
    writer.close()
    text = "\n".join(line.rstrip() for line in "".join(writer.out[0]).split("\n"))
    text = _EMPTY_LINES.sub("\n\n", text).strip()
    if not writer.places:
        return text
    anchors = {heading.text: heading.anchor for heading in render(text).headings}
    known = {name: anchors[words] for name, words in writer.places.items() if words in anchors}
    return _INSIDE.sub(lambda found: f"](#{known.get(unquote(found[1]), found[1])})", text)


class _Writer(HTMLParser):
    """Writes into the innermost of the open buffers; a block that needs its whole text has a buffer of its own."""

    def __init__(self, link: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self.link = link
        self.out: list[list[str]] = [[]]
        self.lists: list[tuple[str, int]] = []
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.is_code = 0
        self.places: dict[str, str] = {}  # what stands in ``id`` → the words of the heading there
        self._names: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.is_code:
            self._put(data)
            return
        words = _SPACES.sub(" ", data)
        if words.strip() or (words and self._last() not in {"", "\n", " "}):
            self._put(_MARKS.sub(r"\\\1", words.lstrip() if self._last() in {"", "\n"} else words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._names += [values[name] for name in ("id", "name") if values.get(name)]
        if tag in {"ul", "ol"}:
            self.lists.append((tag, int(values["start"]) if values.get("start", "").isdecimal() else 1))
        elif tag == "a":
            self.links.append(self.link(values.get("href", "")))
            self.out.append([])
        elif tag == "br":
            self._put("\\\n" if not self.rows else " ")
        elif tag == "hr":
            self._put("\n\n---\n\n")
        elif tag == "img":
            self._picture(values)
        elif tag == "iframe":
            self._video(values.get("src", ""))
        else:
            self._open(tag)

    def _open(self, tag: str) -> None:
        if tag == "table":
            self.rows = []
        elif tag == "tr":
            self.rows.append([])
        elif tag == "pre":
            self.is_code += 1
            self.out.append([])
        elif tag == "code":
            if not self.is_code:
                self.out.append([])
            self.is_code += 1
        elif tag in _INLINE or tag in {"li", "blockquote", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"}:
            self.out.append([])
        elif tag in _BLOCKS:
            self._put("\n\n")

    def handle_endtag(self, tag: str) -> None:
        closing: dict[str, Callable[[], None]] = {
            "a": self._end_link, "li": self._end_item, "blockquote": self._end_quote, "pre": self._end_pre,
            "code": self._end_code, "table": self._end_table,
        }  # fmt: skip
        if tag in closing:
            closing[tag]()
        elif tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
            self._put("\n\n" if not self.lists else "")
        elif tag in _INLINE:
            self._wrap(_INLINE[tag])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append(" ".join(self._taken().replace("|", "\\|").split()))
        elif re.fullmatch("h[1-6]", tag):
            self._head(int(tag[1]))
        elif tag in _BLOCKS:
            self._put("\n\n")

    def _head(self, level: int) -> None:
        words = " ".join(self._taken().split())
        self._put(f"\n\n{'#' * level} {words}\n\n")
        headings = render(f"## {words}").headings
        if headings:
            self.places |= dict.fromkeys(self._names, headings[0].text)
        self._names = []

    # ── Ends ──────────────────────────────────────────────────────────────────────────────
    def _end_link(self) -> None:
        words, url = self._taken(), self.links.pop() if self.links else ""
        self._put(f"[{words.strip()}]({_address(url)})" if url and words.strip() else words)

    def _end_item(self) -> None:
        text = _EMPTY_LINES.sub("\n\n", self._taken()).strip()
        kind, number = self.lists[-1] if self.lists else ("ul", 1)
        mark = "- " if kind == "ul" else f"{number}. "
        if self.lists:
            self.lists[-1] = (kind, number + 1)
        indent = "\n" + " " * len(mark)
        self._put(f"\n{mark}{indent.join(text.splitlines())}\n" if text else "")

    def _end_quote(self) -> None:
        text = _EMPTY_LINES.sub("\n\n", self._taken()).strip()
        self._put("\n\n" + "\n".join(f"> {line}".rstrip() for line in text.splitlines()) + "\n\n" if text else "")

    def _end_pre(self) -> None:
        self.is_code = max(self.is_code - 1, 0)
        text = self._taken().strip("\n")
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`{3,}", text)), 3)
        self._put(f"\n\n{fence}\n{text}\n{fence}\n\n")

    def _end_code(self) -> None:
        self.is_code = max(self.is_code - 1, 0)
        if not self.is_code:
            text = " ".join(self._taken().split())
            fence = "``" if "`" in text else "`"
            self._put(f"{fence}{text}{fence}" if text else "")

    def _end_table(self) -> None:
        rows, self.rows = [row for row in self.rows if row], []
        if not rows:
            return
        width = max(len(row) for row in rows)
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
        self._put("\n\n" + "\n".join([lines[0], "|" + "---|" * width, *lines[1:]]) + "\n\n")

    def _wrap(self, mark: str) -> None:
        text = self._taken()
        inner = text.strip()
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        self._put(f"{before}{mark}{inner}{mark}{after}" if inner else text)

    # ── Pictures and videos ───────────────────────────────────────────────────────────────
    def _picture(self, values: dict[str, str]) -> None:
        source = self.link(values.get("src", ""))
        if source and not source.startswith("data:"):
            alt = _MARKS.sub(r"\\\1", " ".join(values.get("alt", "").split()))
            self._put(f"![{alt}]({_address(source)})")

    def _video(self, source: str) -> None:
        url = f"https:{source}" if source.startswith("//") else source
        if video_at(url) is not None:
            self._put(f"\n\n{url}\n\n")

    # ── Buffers ───────────────────────────────────────────────────────────────────────────
    def _put(self, text: str) -> None:
        if text:
            self.out[-1].append(text)

    def _taken(self) -> str:
        return "".join(self.out.pop()) if len(self.out) > 1 else ""

    def _last(self) -> str:
        buffer = self.out[-1]
        return buffer[-1][-1] if buffer else ""


def _address(url: str) -> str:
    return f"<{unquote(url)}>" if re.search(r"[\s()<>]", url) and "<" not in url and ">" not in url else url
