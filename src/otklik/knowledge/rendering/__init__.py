"""An article's Markdown as safe HTML, as plain words, and as its parts.

Besides CommonMark with tables: callouts (``> [!NOTE]``, ``TIP``, ``IMPORTANT``, ``WARNING``, ``CAUTION``, each with a
title if one follows), blocks for staff (``:::staff`` … ``:::``), links to other articles (``[…](article:slug#part)``),
pictures and attachments of the article (``![…](file:name.png)``, ``[…](file:rules.pdf)``), and videos: a line that is
nothing but a link to YouTube, VK Видео or Rutube.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

import nh3
from django.utils import translation
from django.utils.translation import gettext as _
from markdown_it.token import Token

from otklik.knowledge.rendering.grammar import SCHEMES, markdown, words_of
from otklik.knowledge.rendering.staff import has_staff_blocks, stretches, without_staff_blocks
from otklik.knowledge.rendering.videos import PLAYERS

__all__ = ["Heading", "Rendered", "has_staff_blocks", "mentions", "part_of", "plain", "render", "without_staff_blocks"]

type AddressOf = Callable[[str, str], str]
type SizeOf = Callable[[str], tuple[int, int] | None]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """``level`` 2…6: the title of the page is the only one of level 1."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Rendered:
    html: str
    headings: tuple[Heading, ...]


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """What a body calls by name: slugs of articles, names of files."""

    articles: frozenset[str]
    files: frozenset[str]


def render(
    body: str,
    *,
    with_staff: bool = False,
    language: str = "ru",
    url_of: AddressOf = lambda _kind, _name: "",
    size_of: SizeOf = lambda _name: None,
) -> Rendered:
    """HTML to show, harmless whatever the body holds; the body's own words decide it, so it is remembered.

    ``url_of(kind, name)`` gives the address of an ``article`` or a ``file``, '' when there is none for this reader:
    then its words stand without a link. ``size_of(name)``: width and height of a picture, if known. ``language`` is
    that of the article: labels are in it.
    """
    bare = _bare(body, with_staff, language)
    return Rendered(html=_linked(bare.html, url_of, size_of), headings=bare.headings)


def plain(body: str, *, with_staff: bool = False) -> str:
    """The words of an article in one line, for search and snippets."""
    source = "\n\n".join(one.text for one in stretches(body)) if with_staff else without_staff_blocks(body)
    return " ".join(" ".join(_words(markdown().parse(source, {"is_plain": True}))).split())


def mentions(body: str) -> Mentions:
    """The articles and files that the whole body names, staff blocks included, so that they are asked for at once."""
    found: dict[str, set[str]] = {"article": set(), "file": set()}
    for kind, name in _MENTION.findall(_bare(body, True, "ru").html):  # noqa: FBT003  # lru_cache wants it by place
        found[kind].add(_name(name)[0])
    return Mentions(articles=frozenset(found["article"]), files=frozenset(found["file"]))


def part_of(body: str, anchor: str) -> str:
    """The Markdown for readers from the heading with this anchor to the next of its level; '' when there is none."""
    source = without_staff_blocks(body)
    tokens = [token for token in markdown().parse(source, {"shift": _shift(source)}) if token.type == "heading_open"]
    lines = source.split("\n")
    for place, token in enumerate(tokens):
        if token.attrs.get("id") == anchor and token.map:
            after = (next_.map[0] for next_ in tokens[place + 1 :] if next_.map and next_.tag <= token.tag)
            return "\n".join(lines[token.map[0] : next(after, len(lines))]).strip()
    return ""


# ── The words ─────────────────────────────────────────────────────────────────────────────
def _words(tokens: list[Token]) -> list[str]:
    return [
        words_of(token.children) if token.type == "inline" else token.content
        for token in tokens
        if token.type in {"inline", "code_block", "fence"}
    ]


def _shift(source: str) -> int:
    """1 when the author used the level of the page's title."""
    return int(any(token.tag == "h1" for token in markdown().parse(source) if token.type == "heading_open"))


# ── The page ──────────────────────────────────────────────────────────────────────────────
_REMEMBERED = 400
_TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr",
    "img", "li", "ol", "otk-video", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "div": {"aria-label", "class", "data-kind", "role", "tabindex"},
    "img": {"src", "alt", "title", "loading", "decoding"},
    "ol": {"class", "start"},
    "otk-video": {"player", "host", "show", "about"},
    "p": {"class"},
    "pre": {"tabindex"},
    "td": {"data-side"},
    "th": {"data-side", "scope"},
} | {f"h{level}": {"id"} for level in range(2, 7)}
_CLASSES = {"callout", "callout-label", "for-staff", "in-steps", "table-frame"}


@lru_cache(maxsize=_REMEMBERED)
def _bare(body: str, with_staff: bool, language: str) -> Rendered:  # noqa: FBT001  # lru_cache wants it by place
    """Clean HTML whose inner links still say ``article:`` and ``file:``."""
    with translation.override(language):
        return _rendered(body, with_staff=with_staff)


def _rendered(body: str, *, with_staff: bool) -> Rendered:
    parser, outside = markdown(), without_staff_blocks(body)
    env: dict[str, Any] = {"shift": _shift(outside)}
    pieces: list[str] = []
    headings: list[Heading] = []
    texts = [(one.is_staff, one.text) for one in stretches(body)] if with_staff else [(False, outside)]
    for is_staff, text in texts:
        env["prefix"] = "staff-" if is_staff else ""
        tokens = parser.parse(text, env)
        headings += _headings(tokens)
        html = parser.renderer.render(tokens, parser.options, env)
        pieces.append(_framed(html) if is_staff else html)
    return Rendered(html=_cleaned("".join(pieces)), headings=tuple(headings))


def _framed(html: str) -> str:
    label = escape(_("For colleagues only"))
    return f'<div class="for-staff" role="note"><p class="callout-label">{label}</p>\n{html}</div>\n'


def _headings(tokens: list[Token]) -> list[Heading]:
    return [
        Heading(
            level=int(token.tag[1]),
            text=" ".join(words_of(tokens[place + 1].children).split()),
            anchor=str(token.attrs["id"]),
        )
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def _cleaned(html: str) -> str:
    """Only what our grammar makes, whatever it was made from."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes=set(SCHEMES),
        link_rel="noopener",
    )


def _kept(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(name for name in value.split() if name in _CLASSES) or None
    if attribute == "player":
        return value if value.startswith(tuple(f"{host}/" for host in PLAYERS)) else None
    return value


# ── Links of the house ────────────────────────────────────────────────────────────────────
_MENTION = re.compile(r'<(?:a href|img src)="(article|file):([^"]*)"')
_LINK = re.compile(r'<a href="(article|file):([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
_PICTURE = re.compile(r'<img src="file:([^"]*)"((?: [a-z]+="[^"]*")*)>')


def _linked(html: str, url_of: AddressOf, size_of: SizeOf) -> str:
    """Cleaned HTML quotes its attributes and escapes ``<`` in words, so these patterns meet only real tags."""

    def link(found: re.Match[str]) -> str:
        kind, (name, part), rest, words = found[1], _name(found[2]), found[3], found[4]
        url = url_of(kind, name)
        if not url:
            return words
        kept = ' class="attachment"' if kind == "file" else ""
        return f'<a href="{escape(url + part)}"{kept}{rest}>{words}</a>'

    def picture(found: re.Match[str]) -> str:
        name = _name(found[1])[0]
        url, size = url_of("file", name), size_of(name)
        if not url:
            return _alt(found[2])
        box = f' width="{size[0]}" height="{size[1]}"' if size else ""
        return f'<img src="{escape(url)}"{box}{found[2]}>'

    return _LINK.sub(link, _PICTURE.sub(picture, html))


def _alt(attributes: str) -> str:
    found = re.search(r' alt="([^"]*)"', attributes)
    return escape(unescape(found[1])) if found else ""


def _name(written: str) -> tuple[str, str]:
    """The name in a link of the house, and the part behind ``#`` with its mark or ''."""
    name, mark, part = unquote(unescape(written)).partition("#")
    return name.strip(), mark + part
