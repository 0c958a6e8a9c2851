"""An article's Markdown as safe HTML, as plain text, and as its headings.

Besides CommonMark with tables: callouts (``> [!NOTE]``), blocks for staff (``:::staff`` … ``:::``), links to other
articles (``[…](article:slug)``) and to the article's own files (``![…](file:name.png)``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import nh3
from markdown_it import MarkdownIt

_STAFF = re.compile(r"^:::staff[ \t]*\n(.*?)(?:^:::[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_INNER_LINK = re.compile(r'(href|src)="(article|file):([^"]*)"')
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, kw_only=True)
class Heading:
    level: int
    text: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Rendered:
    html: str
    headings: tuple[Heading, ...]


def without_staff_blocks(body: str) -> str:
    """The Markdown that readers outside may have."""
    return _STAFF.sub("", body)


def plain(body: str, *, with_staff: bool = False) -> str:
    """The words of an article, for search and snippets."""
    source = body if with_staff else without_staff_blocks(body)
    html = _markdown().render(source.replace(":::staff", "").replace(":::", ""))
    return " ".join(nh3.clean(_TAG.sub(" ", html), tags=set()).split())


def render(
    body: str, *, with_staff: bool = False, url_of: Callable[[str, str], str] = lambda _kind, _name: ""
) -> Rendered:
    """HTML to show; ``url_of(kind, name)`` gives the address of an ``article`` or a ``file``, '' when there is none."""
    source = body if with_staff else without_staff_blocks(body)
    html = _markdown().render(source)
    html = _INNER_LINK.sub(lambda found: f'{found[1]}="{url_of(found[2], found[3])}"', html)
    return Rendered(html=nh3.clean(html, link_rel="noopener"), headings=())


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
