"""Links and pictures between the files of an import: they become our own, or it is told that they lead nowhere."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _

from otklik.knowledge.adapters.imported import ImportedArticle, Wrong, kept_as
from otklik.knowledge.addresses import name_for, slug_of
from otklik.knowledge.rendering import render

_LINK = re.compile(
    r"(?P<before>!?\[(?:[^\[\]\n]|\[[^\[\]\n]*\](?:\([^()\n]*\))?)*\]\()"
    r"(?P<target><[^<>\n]+>|(?:[^()\n\"]|\([^()\n\"]*\))+?)(?P<after>(?:\s+\"[^\"\n]*\")?\s*\))"
)
_PICTURE = re.compile(_LINK.pattern.replace("!?", "!", 1))
_NAMED = re.compile(r"^(?P<before> {0,3}\[[^\]\n]+\]:\s*)(?P<target><[^<>\n]+>|\S+)(?P<after>.*)$", re.MULTILINE)
_IMG = re.compile(r"<img\b[^>\n]*>", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_PAGES = (".md", ".markdown", ".html", ".htm", ".docx")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg", ".avif", ".tif", ".tiff")


@dataclass(kw_only=True)
class Page:
    """An article, the file that it was, and the bytes that are its own by name."""

    path: str
    article: ImportedArticle
    files: dict[str, bytes] = field(default_factory=dict)


def joined(pages: Sequence[Page], files: Mapping[str, bytes]) -> tuple[list[ImportedArticle], list[Wrong]]:
    """The articles with links of the house, and what leads nowhere. Relative addresses are read from each file."""
    by_path = {page.path: page for page in pages}
    warnings: list[Wrong] = []
    articles = []
    for page in pages:
        joint = _Joint(page, by_path, files)
        body = joint.body()
        articles.append(replace(page.article, body=body, files={**page.article.files, **joint.attached}))
        warnings += [Wrong(where=page.article.where, text=text) for text in dict.fromkeys(joint.told)]
    return articles, warnings


class _Joint:
    def __init__(self, page: Page, pages: Mapping[str, Page], files: Mapping[str, bytes]) -> None:
        self.page, self.pages, self.files = page, pages, files
        own = f"{page.path.rpartition('.')[0]}.files/"
        self.attached = {name_for(name.removeprefix(own)): data for name, data in files.items() if name.startswith(own)}
        self.told: list[str] = []

    def body(self) -> str:
        text = _IMG.sub(_as_markdown, self.page.article.body)
        for links in (_PICTURE, _LINK, _NAMED):  # a picture may stand in the words of a link
            text = links.sub(self._replaced, text)
        return text

    def _replaced(self, found: re.Match[str]) -> str:
        written = found["target"].strip()
        target = self._target(written.strip("<>"), is_picture=found["before"].startswith("!"))
        return found[0] if target is None else f"{found['before']}{target}{found['after']}"

    def _target(self, written: str, *, is_picture: bool) -> str | None:
        """Where it leads here; None: as it is written."""
        path, _mark, part = written.partition("#")
        if _ELSEWHERE.match(path):
            return None
        if not path:
            anchor = self._anchor(self.page.article, unquote(part), written)
            return f"#{anchor}" if anchor else None
        for name in (path, unquote(path), unquote(path.partition("?")[0])):
            there = self._at(name)
            if there is not None:
                return self._page(there, unquote(part), written) if there in self.pages else self._file(there)
        if written.startswith("/") and not is_picture:
            return None  # a page of the old site
        self._tell_missing(unquote(path), is_picture=is_picture or path.lower().endswith(_PICTURES))
        return None

    def _at(self, name: str) -> str | None:
        """The path of a file that is there; one's own bytes come first, a path from the root counts as such."""
        if name in self.page.files:
            return name
        home = posixpath.dirname(self.page.path)
        there = name.lstrip("/") if name.startswith("/") else posixpath.normpath(posixpath.join(home, name))
        return there if there in self.files or there in self.pages else None

    def _page(self, there: str, part: str, written: str) -> str:
        article = self.pages[there].article
        anchor = self._anchor(article, part, written) if part else ""
        return f"article:{slug_for(article)}" + (f"#{anchor}" if anchor else "")

    def _file(self, there: str) -> str:
        content = self.page.files.get(there, self.files.get(there, b""))
        name = kept_as(self.attached, name_for(posixpath.basename(there)), content)
        return f"file:{quote(name)}" if name.isascii() else f"file:{name}"

    def _anchor(self, article: ImportedArticle, part: str, written: str) -> str:
        """Our name of a heading that the other program may have called otherwise; '' and told when there is none."""
        for heading in render(article.body).headings:
            words = re.sub(r"[^\w\s-]", "", heading.text.lower()).strip().replace(" ", "-")
            if part in {heading.anchor, words, slug_of(heading.text), heading.text} or part.lower() == words:
                return heading.anchor
        self.told.append(_("The link “%(link)s” leads to a place that is not there.") % {"link": written})
        return ""

    def _tell_missing(self, name: str, *, is_picture: bool) -> None:
        if is_picture:
            self.told.append(_("The picture “%(name)s” is missing.") % {"name": name})
        elif name.lower().endswith(_PAGES) or "." in posixpath.basename(name):
            self.told.append(_("The link “%(link)s” leads to nothing that is here.") % {"link": name})


def slug_for(article: ImportedArticle) -> str:
    return article.slug or slug_of(article.title)


def _as_markdown(found: re.Match[str]) -> str:
    values = dict(re.findall(r"(\w+)=[\"']([^\"']*)[\"']", found[0]))
    return f"![{values.get('alt', '')}](<{values['src']}>)" if values.get("src") else found[0]
