"""What our Markdown has beyond CommonMark: callouts, steps, videos, tables that scroll, headings with anchors."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from otklik.knowledge.addresses import slug_of
from otklik.knowledge.rendering.videos import video_at

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_CALLOUT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*", re.IGNORECASE)
_KINDS = {"important": "note", "caution": "warning"}
SCHEMES = frozenset({"http", "https", "mailto", "tel", "article", "file"})
_DEEPEST = 6
_OF_THE_PAGE = ("main", "nav", "palette", "toasts")


@cache
def markdown() -> MarkdownIt:
    """The one parser. ``env`` may hold ``prefix`` of anchors, ``shift`` of levels, ``is_plain`` for words only."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["table", "strikethrough", "linkify"])
    parser.validateLink = _may_link  # type: ignore[method-assign]  # the documented way to choose the schemes
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})
    for rule in (_headings, _callouts, _videos, _pictures, _tables, _steps, _code):
        parser.core.ruler.push(rule.__name__, rule)
    return parser


def _may_link(url: str) -> bool:
    scheme = _SCHEME.match(url)
    return scheme is None or scheme[1].lower() in SCHEMES


def words_of(tokens: Sequence[Token] | None) -> str:
    """The words of inline tokens, without their marks."""
    parts: list[str] = []
    for token in tokens or ():
        if token.type in {"softbreak", "hardbreak", "caption_open"}:
            parts.append(" ")
        parts.append(words_of(token.children) if token.children else token.content)
    return "".join(parts)


# ── Headings ──────────────────────────────────────────────────────────────────────────────
def _headings(state: StateCore) -> None:
    """The page's title is its only h1; no level is left out; each heading has an address that its words decide."""
    taken: dict[str, int] = state.env.setdefault("anchors", dict.fromkeys(_OF_THE_PAGE, 1))
    above = state.env.get("level", 1)
    for place, token in enumerate(state.tokens):
        if token.type not in {"heading_open", "heading_close"}:
            continue
        if token.type == "heading_open":
            above = min(int(token.tag[1]) + state.env.get("shift", 0), above + 1, _DEEPEST)
            text = words_of(state.tokens[place + 1].children)
            token.attrSet("id", _anchor(state.env.get("prefix", "") + slug_of(text, otherwise="part"), taken))
        token.tag = f"h{above}"
    state.env["level"] = above


def _anchor(wanted: str, taken: dict[str, int]) -> str:
    taken[wanted] = taken.get(wanted, 0) + 1
    return wanted if taken[wanted] == 1 else _anchor(f"{wanted}-{taken[wanted]}", taken)


# ── Callouts ──────────────────────────────────────────────────────────────────────────────
def _callouts(state: StateCore) -> None:
    """``> [!TIP]`` makes a quotation a callout: a note with its kind in words."""
    tokens: list[Token] = []
    kinds: list[str] = []
    for place, token in enumerate(state.tokens):
        tokens.append(token)
        if token.type == "blockquote_open":
            kind, title = _callout(state.tokens[place + 1 : place + 4])
            kinds.append(kind)
            if kind:
                token.tag = "div"
                token.attrs = {"class": "callout", "data-kind": _KINDS.get(kind, kind), "role": "note"}
                title = title or ("" if state.env.get("is_plain") else _labels()[kind])
                tokens += _paragraph(title, "callout-label")
        elif token.type == "blockquote_close" and kinds.pop():
            token.tag = "div"
    state.tokens = tokens


def _callout(first: Sequence[Token]) -> tuple[str, str]:
    """The kind of a callout whose first paragraph this is ('' for a mere quotation) and its own title ('' if none)."""
    if first[0].type != "paragraph_open" or not first[1].children:
        return "", ""
    children = first[1].children
    marked = _CALLOUT.match(children[0].content) if children[0].type == "text" else None
    if marked is None:
        return "", ""
    kind = marked[1].lower()
    end = next((n for n, child in enumerate(children) if child.type in {"softbreak", "hardbreak"}), len(children))
    title = words_of(children[:end])[marked.end() :].strip()
    first[1].children = children[end + 1 :]
    first[0].hidden = first[2].hidden = not first[1].children
    return kind, title


def _labels() -> dict[str, str]:
    return {
        "note": pgettext("callout", "Note"),
        "tip": pgettext("callout", "Tip"),
        "important": pgettext("callout", "Important"),
        "warning": pgettext("callout", "Attention"),
        "caution": pgettext("callout", "Careful"),
    }


def _paragraph(text: str, name: str) -> list[Token]:
    inner = Token("inline", "", 0, content=text, children=[Token("text", "", 0, content=text)], block=True)
    opens = Token("paragraph_open", "p", 1, attrs={"class": name}, block=True)
    return [opens, inner, Token("paragraph_close", "p", -1, block=True)]


# ── Videos and pictures ───────────────────────────────────────────────────────────────────
def _videos(state: StateCore) -> None:
    """A paragraph that is nothing but a link to a video: a frame that loads nothing before it is pressed."""
    for opens, inline, closes in _paragraphs(state):
        link = _only_link(inline.children or [])
        video = video_at(link) if link else None
        if video is None:
            continue
        opens.tag = closes.tag = "otk-video"
        said = words_of(inline.children).strip()
        title = "" if said.startswith(("http://", "https://")) else said
        if state.env.get("is_plain"):
            inline.children = [Token("text", "", 0, content=title)]
            continue
        opens.attrs = {"player": video.player, "host": video.host, "show": _("Show the video here")}
        opens.attrs["about"] = _("%(host)s will learn of your visit.") % {"host": video.host}
        text = _("Video: %(title)s") % {"title": title} if title else _("Watch the video")
        inline.children = [
            Token("link_open", "a", 1, attrs={"href": str(link)}),
            Token("text", "", 0, content=f"{text} ({video.host})"),
            Token("link_close", "a", -1),
        ]


def _only_link(children: Sequence[Token]) -> str:
    kept = [token for token in children if token.type != "text" or token.content.strip()]
    opened = [place for place, token in enumerate(kept) if token.type == "link_open"]
    if opened != [0] or kept[-1].type != "link_close":
        return ""
    return str(kept[0].attrs.get("href", ""))


def _pictures(state: StateCore) -> None:
    """A picture alone in its paragraph is a figure, its title the caption; one of another host becomes a link."""
    for _opens, inline, _closes in _paragraphs(state):
        inline.children = [part for token in inline.children or [] for part in _picture(token)]
    for opens, inline, closes in _paragraphs(state):
        children = inline.children or []
        if len(children) == 1 and children[0].type == "image":
            opens.tag = closes.tag = "figure"
            caption = str(children[0].attrs.pop("title", ""))
            if caption:
                children += [Token("caption_open", "figcaption", 1), Token("text", "", 0, content=caption)]
                children += [Token("caption_close", "figcaption", -1)]


def _picture(token: Token) -> list[Token]:
    if token.type != "image":
        return [token]
    source = str(token.attrs.get("src", ""))
    if source.startswith("file:"):
        token.attrs |= {"loading": "lazy", "decoding": "async"}
        return [token]
    words = words_of(token.children).strip() or source
    return [
        Token("link_open", "a", 1, attrs={"href": source}),
        Token("text", "", 0, content=words),
        Token("link_close", "a", -1),
    ]


def _paragraphs(state: StateCore) -> list[tuple[Token, Token, Token]]:
    rows = state.tokens
    return [
        (rows[n], rows[n + 1], rows[n + 2])
        for n in range(len(rows) - 2)
        if rows[n].type == "paragraph_open" and rows[n + 1].type == "inline"
    ]


# ── Tables, steps, code ───────────────────────────────────────────────────────────────────
def _tables(state: StateCore) -> None:
    """Column heads have their scope; a table scrolls in a frame that the keyboard reaches."""
    tokens: list[Token] = []
    heading = ""
    for place, token in enumerate(state.tokens):
        if token.type == "heading_open":
            heading = words_of(state.tokens[place + 1].children)
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type in {"th_open", "td_open"}:
            _align(token)
        if token.type == "table_open":
            label = _("Table: %(heading)s") % {"heading": heading} if heading else _("Table")
            frame: dict[str, Any] = {"class": "table-frame", "role": "region", "tabindex": "0", "aria-label": label}
            tokens.append(Token("frame_open", "div", 1, attrs=frame, block=True))
        tokens.append(token)
        if token.type == "table_close":
            tokens.append(Token("frame_close", "div", -1, block=True))
    state.tokens = tokens


def _align(cell: Token) -> None:
    """The policy forbids styles in the page: the side becomes an attribute."""
    style = str(cell.attrs.pop("style", ""))
    if style.endswith((":right", ":center")):
        cell.attrSet("data-side", style.rpartition(":")[2])


def _steps(state: StateCore) -> None:
    """A numbered list of its own, not one inside another, is a row of steps."""
    for token in state.tokens:
        if token.type == "ordered_list_open" and token.level == 0:
            token.attrJoin("class", "in-steps")


def _code(state: StateCore) -> None:
    """Code scrolls, and the keyboard reaches it; its language is not a style."""
    for token in state.tokens:
        if token.type in {"fence", "code_block"}:
            token.type, token.info = "code_block", ""
            token.attrs = {"tabindex": "0"}
