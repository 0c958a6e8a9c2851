"""Articles of other programs in HTML, as the Markdown that ours are written in."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote

import nh3

from otklik.knowledge.adapters.imported import ImportedArticle, decoded
from otklik.knowledge.rendering.videos import video_at

_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "iframe", "img", "li", "ol", "p", "pre", "s", "strike", "strong", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "title"}, "iframe": {"src"}, "ol": {"start"}}
_SPACES = re.compile(r"[ \t\n\r\f\xa0]+")
_MARKS = re.compile(r"([\\`*_\[\]<>])")
_AT_START = re.compile(r"^(\s*)(#{1,6}\s|[-+]\s|\d+[.)]\s|>|:::|=+$|-+$)", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")
_INLINE = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_BLOCKS = {"p", "div", "figure", "figcaption", "dl", "dt", "dd", "tbody", "thead", "tfoot"}


def article_in_html(content: bytes, *, where: str) -> ImportedArticle:
    """One page: its title from ``<title>`` or the first heading, its language from ``<html lang>``."""
    text = decoded(content, where=where)
    title = _inner(text, r"<title[^>]*>(.*?)</title>") or _inner(text, r"<h1[^>]*>(.*?)</h1>")
    language = re.search(r"<html[^>]*\slang=[\"']?([A-Za-z]{2})", text)
    about = re.search(r"<meta[^>]*name=[\"']description[\"'][^>]*content=[\"']([^\"']*)", text, re.IGNORECASE)
    main = re.search(r"<(main|article|body)\b[^>]*>(.*)</\1>", text, re.DOTALL | re.IGNORECASE)
    body = markdown_of(main[2] if main else text)
    return ImportedArticle(
        where=where,
        title=title,
        body=body.removeprefix(f"# {title}").strip() if title else body,
        summary=_plain(about[1])[:400] if about else "",
        language=language[1].lower() if language else "",
    )


def _inner(text: str, pattern: str) -> str:
    found = re.search(pattern, text, re.DOTALL | re.IGNORECASE)
    return _plain(found[1])[:500] if found else ""


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
    """The Markdown of a fragment; scripts, styles and forms are left out. ``link`` may change addresses."""
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None, clean_content_tags={"script", "style"})
    writer = _Writer(link)
    writer.feed(clean)
    writer.close()
    text = "\n".join(line.rstrip() for line in "".join(writer.out[0]).split("\n"))
    return _EMPTY_LINES.sub("\n\n", text).strip()


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

    def handle_data(self, data: str) -> None:
        if self.is_code:
            self._put(data)
            return
        words = _SPACES.sub(" ", data)
        if words.strip() or (words and self._last() not in {"", "\n", " "}):
            self._put(_MARKS.sub(r"\\\1", words.lstrip() if self._last() in {"", "\n"} else words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
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
            self._put(f"\n\n{'#' * int(tag[1])} {' '.join(self._taken().split())}\n\n")
        elif tag in _BLOCKS:
            self._put("\n\n")

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
