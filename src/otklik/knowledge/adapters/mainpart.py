"""Which part of a page is the article: what stands on every page of its site is not."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_ASIDE = re.compile(
    r"cookie|breadcrumb|sidebar|navbar|(?:^|[\s_-])(?:menu|nav|toc|share|social|comments?|related|banner|footer|header|ads?|"
    r"popup|subscribe|pagination|vote|feedback|skip)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"(?:^|[\s_-])(?:article|post|entry|content|page|text|doc|markdown|wiki|answer)(?:[-_](?:body|content|text|main))?(?:$|[\s])",
    re.IGNORECASE,
)
_NAMES = "html body main article section div header footer nav aside form script style ul ol figure"
_PARTS = frozenset(_NAMES.split())
"""Only these can be, or hold, a part of a page; their depth is bounded by whoever made the page shallow."""
_MAIN_TAGS = ("main", "article")
_LEAST_SHARE = 0.4


@dataclass(kw_only=True)
class _Element:
    """``rank``: 0 what ``main`` or ``article`` says, 1 by its role or name, 9 nothing special."""

    tag: str
    start: int
    rank: int
    is_aside: bool
    end: int = 0
    letters: int = 0


class _Reader(HTMLParser):
    """Where each element stands, and how many letters it holds that are not around an article."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[_Element] = []
        self.done: list[_Element] = []
        self._lines = [0]
        for line in text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[min(line - 1, len(self._lines) - 1)] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _PARTS:
            return
        values = dict(attrs)
        name = f"{values.get('id') or ''} {values.get('class') or ''}"
        role = values.get("role") or ""
        is_inside = bool(self.open) and any(one.rank == 0 for one in self.open)
        is_aside = role in {"navigation", "complementary", "banner", "contentinfo", "search"} or (
            tag not in {"body", "html", *_MAIN_TAGS} and bool(_ASIDE.search(name))
        )
        is_aside |= tag in {"nav", "aside", "footer", "script", "style", "form"} or (tag == "header" and not is_inside)
        rank = 0 if tag in _MAIN_TAGS or role in {"main", "article"} else 1 if _ARTICLE.search(name) else 9
        self.open.append(_Element(tag=tag, start=self._at(), rank=rank, is_aside=is_aside))

    def handle_data(self, data: str) -> None:
        count = len(data.strip())
        if count and not any(one.is_aside for one in self.open):
            for one in self.open:
                one.letters += count

    def handle_endtag(self, tag: str) -> None:
        if not any(one.tag == tag for one in self.open):
            return
        while self.open:
            element = self.open.pop()
            element.end = self._at()
            self.done.append(element)
            if element.tag == tag:
                return


def main_part(text: str) -> str:
    """The HTML of the main part, without navigation and the like inside it; of a page that has none all of it."""
    reader = _Reader(text)
    reader.feed(text)
    body = max((one.letters for one in reader.done), default=0)
    fit = [one for one in reader.done if not one.is_aside and one.letters >= _LEAST_SHARE * body]
    named = [one for one in fit if one.rank < 9]  # noqa: PLR2004  # something says that it is the article
    chosen = min(named, key=lambda one: (one.rank, -one.letters, one.end - one.start), default=None)
    chosen = chosen or next((one for one in fit if one.tag == "body"), None)
    start, end = (chosen.start, chosen.end) if chosen else (0, len(text))
    cuts = [(one.start, one.end) for one in reader.done if one.is_aside and start < one.start and one.end <= end]
    return _without(text, start, end, cuts)


def _without(text: str, start: int, end: int, cuts: list[tuple[int, int]]) -> str:
    pieces, at = [], start
    for first, last in sorted(cuts):
        if first >= at:
            pieces.append(text[at:first])
        at = max(at, last)
    return "".join([*pieces, text[at:end]])
