"""How every letter of this house looks: its parts as data, drawn as HTML and said as plain text.

Pure: a letter knows no database and no clock. All words in it are in the language of its reader already.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from textwrap import indent
from typing import Any
from urllib.parse import unquote

from django.template.loader import get_template
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_INK, _SOFT = "color:#1a212b;", "color:#424a54;"
_PLAIN = "font-size:17px; line-height:1.55;"
_HEAD = f"margin:22px 0 8px; font-size:19px; line-height:1.3; font-weight:600; {_INK}"
_LIST = f"margin:0 0 14px; padding:0 0 0 22px; {_PLAIN} {_INK}"
_LOOKS: dict[str, tuple[str, str]] = {  # what Markdown makes → the class that the night knows, and the day's look
    "p": ("o-ink", f"margin:0 0 14px; {_PLAIN} {_INK}"),
    "ul": ("o-ink", _LIST),
    "ol": ("o-ink", _LIST),
    "li": ("o-ink", f"margin:0 0 4px; {_INK}"),
    "a": ("o-link", "color:#1d5b91; text-decoration:underline;"),
    "blockquote": ("o-line", "margin:0 0 14px; padding:2px 0 2px 14px; border-left:3px solid #e5e3de;"),
    "hr": ("o-line", "border:0; border-top:1px solid #e5e3de; margin:20px 0;"),
    "pre": ("o-soft", "margin:0 0 14px; padding:12px 14px; background:#ebf3fb; border-radius:9px; overflow-x:auto;"),
    "code": ("o-ink", f"font-family:Consolas,Menlo,monospace; font-size:15px; {_INK}"),
    **{f"h{level}": ("o-ink", _HEAD) for level in range(1, 7)},
}


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who speaks. ``id``: the colleague whose face is shown, 0 for none; ``role``: what they are to the reader."""

    name: str
    role: str = ""
    id: int = 0


@dataclass(frozen=True, kw_only=True)
class Button:
    """Leads to a page; opening it changes nothing. Twins are two answers of the same weight.

    ``press``: what it says in a messenger, where a press comes back to us and is certainly theirs; '' for a link.
    """

    label: str
    url: str
    is_twin: bool = False
    press: str = ""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A question that is answered by a number: each leads to ``url`` with it at the end; ``low`` and ``high`` say what
    the ends mean. Opening that page keeps nothing."""

    url: str
    numbers: Sequence[int]
    low: str = ""
    high: str = ""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What comes next («Первый ответ»), when («завтра, 20 ноября, до 13:00») and by whose clock."""

    label: str
    moment: str
    zone: str = ""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What the reader wrote, and a line that says when."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All parts of a letter but the words themselves, in the order in which they are read.

    ``heading``: the sentence that is said first. ``done``: what was done, point by point, under the words.
    ``question``: stands with ``answers_hint`` over the scale and the buttons. ``hints``: quiet lines below them.
    ``link``: a quiet way to all that was said. ``glance``: what a list of letters shows beside the subject. ``reader``:
    the one address that question and links are for, '' when nobody else gets the letter. ``stop_url``: where mail
    programs say, at one press, that no such letter is wanted any more (RFC 8058).
    """

    owner: Owner | None = None
    glance: str = ""
    heading: str = ""
    code: str = ""
    done: Sequence[str] = ()
    promise: Promise | None = None
    question: str = ""
    answers_hint: str = ""
    scale: Scale | None = None
    buttons: Sequence[Button] = ()
    hints: Sequence[str] = ()
    signature: str = ""
    link: Button | None = None
    quote: Quote | None = None
    reader: str = ""
    stop_url: str = ""

    def asking_as(self, other: "Sheet") -> "Sheet":
        """With the question of another sheet at its end."""
        asked = {name: getattr(other, name) for name in ("glance", "question", "answers_hint", "buttons", "hints")}
        return replace(self, **asked)

    def for_others(self) -> "Sheet":
        """For whoever gets a copy: without the question and the links, which are their reader's alone."""
        return replace(
            self, glance="", question="", answers_hint="", scale=None, buttons=(), hints=(), link=None, stop_url=""
        )

    def kept(self) -> dict[str, Any]:
        """For a JSON column: only what is there."""
        return {name: value for name, value in asdict(self).items() if value}


_PARTS: Mapping[str, type] = {"owner": Owner, "promise": Promise, "scale": Scale, "link": Button, "quote": Quote}
_NAMES = frozenset(field.name for field in fields(Sheet))


def sheet_of(kept: Mapping[str, Any]) -> Sheet:
    """The sheet that ``kept`` was made of; parts that this version does not know are left out."""
    values: dict[str, Any] = {name: value for name, value in kept.items() if name in _NAMES}
    for name, kind in _PARTS.items():
        if values.get(name):
            values[name] = kind(**values[name])
    if "buttons" in values:
        values["buttons"] = [Button(**one) for one in values["buttons"]]
    return Sheet(**values)


@dataclass(frozen=True, kw_only=True)
class House:
    """Who stands behind every letter: the name above it, the line below it, where it says what is stored."""

    name: str
    foot: str = ""
    data_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Addresses (``cid:``, ``data:``) of the pictures that a letter shows; '' leaves one out."""

    mark: str = ""
    face: str = ""


def letter_html(
    *, sheet: Sheet, words: str, house: House, pictures: Pictures, subject: str, language: str
) -> SafeString:
    """The whole letter as a page. ``words`` are Markdown; raw HTML in them stays text."""
    parts = {
        "sheet": sheet,
        "words": words_html(words),
        "signature": words_html(sheet.signature),
        "house": house,
        "pictures": pictures,
        "subject": subject,
        "language": language,
    }
    with translation.override(language):
        return SafeString(_template().render(parts))


@cache
def _template() -> Any:  # Django's stubs know no class of a template without its engine
    return get_template("ui/letter.html")


def letter_text(*, sheet: Sheet, words: str, house: House) -> str:
    """The same as plain text: nothing that the page says is missing here."""
    blocks = [
        sheet.heading,
        words_text(words),
        sheet.code and f"    {sheet.code}",
        "\n".join(f"* {one}" for one in sheet.done),
        _promise_text(sheet.promise),
        _lines(sheet.question, sheet.answers_hint),
        _scale_text(sheet.scale),
        "\n".join(f"  {one.label}:\n  {one.url}" if one.url else f"  {one.label}" for one in sheet.buttons),
        *sheet.hints,
        words_text(sheet.signature) or (_lines(sheet.owner.name, sheet.owner.role) if sheet.owner else ""),
        f"{sheet.link.label}:\n{sheet.link.url}" if sheet.link else "",
        _quote_text(sheet.quote),
    ]
    said = "\n\n".join(filter(None, blocks))
    return f"{said}\n\n-- \n{house.foot}\n" if house.foot else f"{said}\n"


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _promise_text(promise: Promise | None) -> str:
    if promise is None:
        return ""
    return _lines(f"{promise.label}: {promise.moment}", f"({promise.zone})" if promise.zone else "")


def _scale_text(scale: Scale | None) -> str:
    if scale is None:
        return ""
    numbers = "\n".join(f"  {one}: {scale.url}{one}" for one in scale.numbers)
    return _lines(numbers if scale.url else "  ".join(map(str, scale.numbers)), scale.low, scale.high)


def _quote_text(quote: Quote | None) -> str:
    if quote is None:
        return ""
    return _lines(f"{quote.label}:", *(f"> {line}".rstrip() for line in quote.text.splitlines()))


# ── What people type ──────────────────────────────────────────────────────────────────────
def words_html(words: str) -> SafeString:
    """Markdown as a letter shows it: every element bears its look, for mail programs know no style sheets."""
    parser = markdown()
    tokens = parser.parse(words)
    _dress(tokens)
    return mark_safe(str(parser.renderer.render(tokens, parser.options, {})))  # noqa: S308  # raw HTML is off in the parser


def words_text(words: str) -> str:
    """The same as plain words, without a sign of formatting; a link is «words: address»."""
    return _said(SyntaxTreeNode(markdown().parse(words)).children)


def _said(blocks: Iterable[SyntaxTreeNode]) -> str:
    return "\n\n".join(_block_text(one) for one in blocks).strip()


def _block_text(block: SyntaxTreeNode) -> str:
    match block.type:
        case "bullet_list":
            return "\n".join(_item("- ", one) for one in block.children)
        case "ordered_list":
            first = int(block.attrs.get("start", 1))
            return "\n".join(_item(f"{number}. ", one) for number, one in enumerate(block.children, start=first))
        case "blockquote":
            return indent(_said(block.children), "> ", lambda _line: True)
        case "fence" | "code_block":
            return block.content.rstrip()
        case "hr":
            return "* * *"
        case _:
            return _inline_text(block.children)


def _item(mark: str, item: SyntaxTreeNode) -> str:
    lines = "\n".join(_block_text(one) for one in item.children)
    return mark + indent(lines, " " * len(mark)).lstrip()


def _inline_text(parts: Iterable[SyntaxTreeNode]) -> str:
    return "".join(_part_text(one) for one in parts)


def _part_text(part: SyntaxTreeNode) -> str:
    if part.type in {"softbreak", "hardbreak"}:
        return "\n"
    if part.type not in {"link", "image"}:
        return _inline_text(part.children) if part.children else part.content
    label = part.content if part.type == "image" else _inline_text(part.children)
    address = str(part.attrs.get("href") or part.attrs.get("src"))
    is_said = not label.strip() or unquote(label) == unquote(address).removeprefix("mailto:")
    if is_said:
        return label.strip() or address.removeprefix("mailto:")
    return f"{label}: {address}"


@cache
def markdown() -> MarkdownIt:
    """The Markdown that a letter may use. A picture from elsewhere is a link: it would tell who opened the letter.

    ``ui/visual/grammar.js`` reads it the same way.
    """
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    parser.enable(["strikethrough", "linkify"])
    parser.validateLink = _may_link  # type: ignore[method-assign]  # the documented way to choose the schemes
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})
    parser.add_render_rule("image", _picture)
    return parser


def _may_link(url: str) -> bool:
    scheme = _SCHEME.match(url)
    return scheme is None or scheme[1].lower() in _SCHEMES


def _picture(_renderer: RendererHTML, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    address = str(tokens[index].attrs["src"])
    return f'<a href="{escape(address)}">{escape(tokens[index].content or address)}</a>'


def _dress(tokens: Iterable[Token]) -> None:
    for token in tokens:
        if token.tag in _LOOKS and token.nesting >= 0:
            token.attrs["class"], token.attrs["style"] = _LOOKS[token.tag]
        if token.children:
            _dress(token.children)
