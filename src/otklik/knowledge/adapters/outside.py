"""Pictures and attachments that articles of another program keep on their old server, brought along when allowed."""

import posixpath
import re
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from otklik.foundation.http.calling import CallFailed, download
from otklik.knowledge.adapters.imported import Imported, ImportedArticle, Wrong, kept_as
from otklik.knowledge.addresses import name_for

_OUTSIDE = re.compile(r"(!?\[[^\]\n]*\]\()<?(https?://[^\s()<>]+)>?((?:\s+\"[^\"\n]*\")?\))")
_ATTACHMENT = re.compile(r"/(?:article_attachments|attachments/token|rails/active_storage)/")
_MOST = 2_000
_MOST_FAILED = 20
"""After so many that do not come the rest is not asked for: the server is away or wants a password."""

type Fetch = Callable[[str], bytes]


def with_outside_files(imported: Imported, *, seconds: float, fetch: Fetch = download) -> Imported:
    """Every picture, and every attachment of a help centre, becomes a file of its article. What does not come within
    so many seconds for all stays a link, and a warning says so."""
    fetching = _Fetching(fetch, until=time.monotonic() + seconds)
    articles = [fetching.article(article) for article in imported.articles]
    return replace(imported, articles=articles, warnings=[*imported.warnings, *fetching.told])


class _Fetching:
    def __init__(self, fetch: Fetch, *, until: float) -> None:
        self._fetch, self._until = fetch, until
        self._known: dict[str, bytes | None] = {}
        self._failed = 0
        self.told: list[Wrong] = []

    def article(self, article: ImportedArticle) -> ImportedArticle:
        files = dict(article.files)

        def replaced(found: re.Match[str]) -> str:
            url = found[2]
            if not found[1].startswith("!") and not _ATTACHMENT.search(url):
                return found[0]
            content = self._content(url, article.where)
            return found[0] if content is None else f"{found[1]}file:{_kept(files, url, content)}{found[3]}"

        body = _OUTSIDE.sub(replaced, article.body)
        return article if body == article.body else replace(article, body=body, files=files)

    def _content(self, url: str, where: str) -> bytes | None:
        is_known = url in self._known
        if not is_known and self._failed < _MOST_FAILED and len(self._known) < _MOST and time.monotonic() < self._until:
            try:
                self._known[url] = self._fetch(url)
            except CallFailed:
                self._failed += 1
                self._known[url] = None
        content = self._known.get(url)
        if content is None:
            text = _("The file %(url)s did not come; the link still leads there.")
            self.told.append(Wrong(where=where, text=text % {"url": url}))
        return content


def _kept(files: dict[str, bytes], url: str, content: bytes) -> str:
    name = name_for(unquote(posixpath.basename(urlsplit(url).path)) or "file")
    if "." not in name:
        name += _kind(content)
    return kept_as(files, name, content)


_KINDS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp", b"%PDF": ".pdf"}


def _kind(content: bytes) -> str:
    return next((kind for mark, kind in _KINDS.items() if content.startswith(mark)), "")
