"""HTML of strangers, made safe to keep and to show, and read as text.

nh3 writes canonical HTML (double-quoted, escaped attributes; ``<`` only where a tag begins), so what it returns may be
read exactly with one small regular expression. What it is given is bounded first: a tree builder that is fed thousands
of unclosed formatting tags writes megabytes for every kilobyte.
"""

import html as entities
import re
from collections.abc import Callable, Iterator, Mapping, Set
from urllib.parse import unquote, urlsplit

import nh3

from otklik.foundation.text.nesting import is_costly, shallow
from otklik.reach.adapters.email.inks import INKS, MARKERS, classes_of

LONGEST = 1_000_000
MOST_TAGS = 20_000
REMOTE = "remote-image"
_REAL_HOST = '<span class="real-host">'

_FORMATTING = re.compile(r"<(/?)(b|i|u|s|em|strong|code|font|big|small|strike|tt|nobr)(?=[\s/>])", re.IGNORECASE)
_KEPT = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "s": "s", "strike": "s", "code": "code", "tt": "code"}
_FONT_COLOUR = re.compile(r"\bcolor\s*=\s*[\"']?\s*(#?\w{3,20})", re.IGNORECASE)
_INKED = ("span", "p", "div", "td", "li")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*>')
_ATTRIBUTE = re.compile(r'([^\s=>"]+)="([^"]*)"')
_URL_IN_TEXT = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']{3,}|(?<![@\w.-])(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}(?![@\w])"
)
_WEB = ("http://", "https://")


def names(written: str) -> frozenset[str]:
    return frozenset(written.split())


_TAGS = names(
    "a abbr b blockquote br caption code dd del div dl dt h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp span "
    "sub sup table tbody td tfoot th thead tr u ul"
)
_DROPPED = names(
    "script style title noscript template iframe object embed applet svg math select textarea frameset audio video"
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "ol": {"start"},
}


def _inked(tag: str, name: str, value: str) -> str | None:
    """Of a style only its colours stay, as names of classes (see ``_rewritten``)."""
    return classes_of(value, is_inline=tag == "span") or None if name == "style" else value


def _cleaner(attributes: Mapping[str, set[str]], classes: Mapping[str, set[str]] | None = None) -> nh3.Cleaner:
    return nh3.Cleaner(
        attribute_filter=_inked,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes=attributes,
        allowed_classes=classes,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
    )


_FROM_STRANGERS = _cleaner(_ATTRIBUTES | {tag: {*_ATTRIBUTES.get(tag, ()), "style"} for tag in _INKED})
_FROM_OUR_STORE = _cleaner(
    {**_ATTRIBUTES, "img": {*_ATTRIBUTES["img"], "data-remote-src"}},
    classes={**{tag: set(INKS) for tag in _INKED}, "img": {REMOTE}, "span": {"real-host", *INKS, *MARKERS}},
)


def sanitise(html: str) -> str:
    """``html`` without anything that acts, loads or pretends; '' when there is nothing to show or it is hostile.

    Remote images wait in ``data-remote-src`` with the class ``remote-image``; ``cid:`` images stay (see ``show``).
    """
    tame = bounded(html)
    return "" if tame is None else _rewritten(_FROM_STRANGERS.clean(tame), _stored_image).strip()


def show(html: str, cid_urls: Mapping[str, str], *, remote_images: bool = False) -> str:
    """Kept ``html`` ready for a page: ``cid:`` images from ``cid_urls``, remote ones only when wished."""
    tame = bounded(html)
    if tame is None:
        return ""
    return _rewritten(
        _FROM_OUR_STORE.clean(tame), lambda image: _shown_image(image, cid_urls, remote_images=remote_images)
    )


def with_remote_images(html: str) -> str:
    """Kept ``html`` with its remote images loading again."""
    return show(html, {}, remote_images=True)


def bounded(html: str) -> str | None:
    """``html`` that a tree builder can digest in bounded time and memory; None when it has too many tags or
    ampersands for that.

    Formatting tags lose their attributes, for HTML repeats up to three open ones of each *distinct* spelling in every
    paragraph. None of their attributes would survive anyway. What stands deeper than anybody nests is lifted up.
    """
    html = html[:LONGEST]
    if html.count("<") > MOST_TAGS or is_costly(html):
        return None
    pieces, at = [], 0
    fonts: list[bool] = []
    for match in _FORMATTING.finditer(html):
        if match.start() < at:
            continue
        end = html.find(">", match.end())
        name = match[2].lower()
        kept = f"<{match[1]}{_KEPT[name]}>" if name in _KEPT else ""
        if name == "font":
            kept = _font(html[match.end() : end] if end > 0 else "", fonts, is_end=bool(match[1]))
        pieces += [html[at : match.start()], kept]
        at = len(html) if end < 0 else end + 1
    pieces.append(html[at:])
    return shallow("".join(pieces))


def _font(written: str, open_fonts: list[bool], *, is_end: bool) -> str:
    """``<font color=…>`` as a span, which no tree builder repeats; fonts without a colour leave nothing."""
    if is_end:
        return "</span>" if open_fonts and open_fonts.pop() else ""
    colour = _FONT_COLOUR.search(written[:1_000])
    open_fonts.append(colour is not None)
    return f'<span style="color:{colour[1]}">' if colour else ""


def without_tags(html: str) -> str:
    """The bare text of HTML that is too wild to build a tree from."""
    return entities.unescape(_ANY_TAG.sub("\n", html[:LONGEST]))


def attributes_of(written: str) -> dict[str, str]:
    """The attributes of a canonical tag."""
    return {name: entities.unescape(value) for name, value in _ATTRIBUTE.findall(written)}


def tags_in(html: str) -> Iterator[re.Match[str]]:
    """Every tag of canonical HTML: slash or '', name, attributes as written."""
    return _TAG.finditer(html)


def cleaner(tags: Set[str], attributes: Mapping[str, set[str]], schemes: Set[str]) -> nh3.Cleaner:
    """A cleaner for reading, not for showing: it only makes HTML canonical."""
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags=set(_DROPPED),
        attributes=attributes,
        link_rel=None,
        url_relative="deny",
        url_schemes=set(schemes),
    )


def _stored_image(attributes: dict[str, str]) -> dict[str, str]:
    """An image of a letter on its way to the database: nothing remote loads."""
    source = attributes.pop("src", "")
    if source.startswith("cid:"):
        return {"src": source, **attributes}
    if source.lower().startswith(_WEB):
        return {"class": REMOTE, "data-remote-src": source, **attributes}
    return attributes


def _shown_image(attributes: dict[str, str], cid_urls: Mapping[str, str], *, remote_images: bool) -> dict[str, str]:
    source, remote = attributes.pop("src", ""), attributes.get("data-remote-src", "")
    if source.startswith("cid:"):
        url = cid_urls.get(unquote(source[4:])) or cid_urls.get(source[4:], "")
        return {"src": url, **attributes} if url else attributes
    if remote_images and remote.lower().startswith(_WEB):
        kept = {name: value for name, value in attributes.items() if name not in {"class", "data-remote-src"}}
        return {"src": remote, "referrerpolicy": "no-referrer", "loading": "lazy", **kept}
    return attributes


def _rewritten(html: str, image: Callable[[dict[str, str]], dict[str, str]]) -> str:
    """Canonical ``html`` with its images changed by ``image`` and its links made honest."""
    out: list[str] = []
    at, link_begins, host = 0, 0, ""
    for match in tags_in(html):
        slash, name, written = match.groups()
        if name not in {"a", "img"}:
            if ' style="' in written:
                out += [html[at : match.start()], match.group().replace(' style="', ' class="', 1)]
                at = match.end()
            continue
        out.append(html[at : match.start()])
        at = match.end()
        if name == "img":
            out.append(_tag("img", image(attributes_of(written))))
        elif not slash:
            href = attributes_of(written).get("href", "")
            host, link_begins = host_of(href), match.end()
            out.append(_tag("a", _link(href, host)))
        else:
            out.append("</a>")
            if _pretends(html[link_begins : match.start()], host) and not html.startswith(_REAL_HOST, at):
                out.append(f"{_REAL_HOST} [{entities.escape(host)}]</span>")
            host = ""
    out.append(html[at:])
    return "".join(out)


def _link(href: str, host: str) -> dict[str, str]:
    if not href.lower().startswith((*_WEB, "mailto:", "tel:")):
        return {}
    title = {"title": host} if host else {}
    return {"href": href, **title, "rel": "noopener noreferrer nofollow", "target": "_blank"}


def host_of(url: str) -> str:
    """The host that a browser would go to for ``url``; '' when it is no web address."""
    if not url.lower().startswith(_WEB):
        return ""
    try:
        return (urlsplit(url.replace("\\", "/")).hostname or "").strip(".")
    except ValueError:
        return url[:100]


def _pretends(link_html: str, host: str) -> bool:
    """The text of a link names another place than the link leads to."""
    if not host:
        return False
    text = entities.unescape(_TAG.sub("", link_html[:2_000]))
    named = _URL_IN_TEXT.search(text)
    if named is None:
        return False
    written = named.group()
    shown = host_of(written if "://" in written else f"http://{written}")
    return bool(shown) and _site(shown) != _site(host)


def _site(host: str) -> list[str]:
    return host.lower().split(".")[-2:]


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    written = "".join(f' {key}="{entities.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"
