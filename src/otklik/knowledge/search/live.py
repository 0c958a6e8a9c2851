"""The index of this process: built from the database, renewed when the database has changed.

A few hundred articles are read again in the request that notices; many are read in a thread of their own, and whoever
asks meanwhile waits a moment and then gets the picture from before. The first picture is waited for.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import DatabaseError, connection

from otklik.foundation.language import lemmas
from otklik.knowledge.models import Article, Audience, StopWord, Synonym
from otklik.knowledge.queries import Reader
from otklik.knowledge.rendering import plain
from otklik.knowledge.search.asking import House
from otklik.knowledge.search.bounds import Bounds, measured
from otklik.knowledge.search.documents import DIMENSIONS, Document
from otklik.knowledge.search.index import Index, Read, read
from otklik.knowledge.search.ranking import Mask
from otklik.knowledge.search.silent import SILENT
from otklik.knowledge.search.vocabulary import Vocabulary, words_in

logger = logging.getLogger(__name__)

_FEW = 2_000
_PATIENCE_SECONDS = 2
_CHUNK = 500
_TENTH = 10

type Revision = tuple[int, int]
type Known = tuple[int, str, str]
"""A version, who derived its numbers, and its section: what is the same need not be read again."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an article stands and who may read it."""

    language: str
    brand_id: int | None
    audience: str
    organizations: frozenset[int]

    def is_for(self, reader: Reader, *, language: str | None, brand_id: int | None) -> bool:
        """The same rule as ``queries.readable_by`` and ``of_brand``; a test holds them together."""
        if language is not None and self.language != language:
            return False
        if brand_id is not None and self.brand_id not in {None, brand_id}:
            return False
        if reader.is_staff or self.audience == Audience.PUBLIC:
            return True
        if self.audience == Audience.SIGNED_IN:
            return reader.customer_id is not None
        return self.audience == Audience.ORGANIZATION and reader.organization_id in self.organizations


@dataclass(frozen=True, kw_only=True)
class Picture:
    """All live articles as they were at one revision."""

    revision: Revision
    index: Index
    places: Sequence[Place]
    house: House
    bounds: Bounds

    def seen_by(self, reader: Reader, *, language: str | None, brand_id: int | None) -> Mask:
        """Which rows of the index this reader may be shown."""
        rows = (place.is_for(reader, language=language, brand_id=brand_id) for place in self.places)
        return np.fromiter(rows, dtype=np.bool_, count=len(self.places))


@dataclass(frozen=True, kw_only=True)
class _Measured:
    """Bounds, and the articles they were found with: they hold until a tenth of those are others."""

    bounds: Bounds
    read: frozenset[Known]

    def is_old(self, now: Iterable[Known]) -> bool:
        return len(self.read.symmetric_difference(now)) * _TENTH > len(self.read)


class _Keeper:
    """Keeps the newest picture. One thread at a time renews it; others read what there is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._picture: Picture | None = None
        self.forget()

    def forget(self) -> None:
        """Another database."""
        with self._lock:
            self._picture = None
            self._vocabulary = Vocabulary()
            self._known: dict[Known, Read] = {}
            self._measured: _Measured | None = None

    def newest(self) -> Picture:
        revision, picture = _revision(), self._picture
        if picture is not None and picture.revision == revision:
            return picture
        if picture is None or len(picture.index) <= _FEW:
            return self._renew(revision)
        renewing = threading.Thread(target=self._renew_apart, args=(revision,), daemon=True)
        renewing.start()
        renewing.join(_PATIENCE_SECONDS)
        return self._picture or picture

    def _renew_apart(self, revision: Revision) -> None:
        if not self._lock.acquire(blocking=False):
            return  # somebody is at it already
        try:
            self._picture = self._make(revision)
        finally:
            self._lock.release()
            connection.close()

    def _renew(self, revision: Revision) -> Picture:
        with self._lock:
            if self._picture is None or self._picture.revision != revision:
                self._picture = self._make(revision)
            return self._picture

    def _make(self, revision: Revision) -> Picture:
        rows, places = [], []
        known: dict[Known, Read] = {}
        for row in _live_rows(self._known):
            key = (row.version_id, row.made_by, row.section)
            known[key] = self._known.get(key) or read(row.document(), self._vocabulary)
            rows.append(known[key])
            places.append(row.place)
        self._known = known
        index, house = Index(rows, self._vocabulary), _house()
        if self._measured is None or self._measured.is_old(known):
            self._measured = _Measured(bounds=measured(index, house), read=frozenset(known))
        return Picture(revision=revision, index=index, places=places, house=house, bounds=self._measured.bounds)


def read_ahead() -> None:
    """Begin to read all articles now, in a thread of its own, so that the first question need not wait for it."""
    threading.Thread(target=_read_ahead, name="articles", daemon=True).start()


def _read_ahead() -> None:
    try:
        newest()
    except DatabaseError:
        logger.info("articles_not_read_ahead")  # whoever asks first reads them
    finally:
        connection.close()


_keeper = _Keeper()
newest = _keeper.newest
forget = _keeper.forget


# ── Reading ───────────────────────────────────────────────────────────────────────────────
def _revision() -> Revision:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM knowledge_searchchange")
        count, last = cursor.fetchone()
    return int(count), int(last)


@dataclass(frozen=True, kw_only=True)
class _Row:
    article_id: int
    version_id: int
    made_by: str
    section: str
    place: Place
    texts: Mapping[str, Any]

    def document(self) -> Document:
        texts = self.texts
        vectors = texts["vectors"]
        return Document(
            id=self.article_id,
            language=self.place.language,
            title=texts["title"],
            questions=texts["questions"],
            body=plain(texts["body"]) if texts["words"] is None else texts["words"],
            section=self.section,
            vectors=np.frombuffer(vectors, dtype=np.int8).reshape(-1, DIMENSIONS) if vectors else None,
        )


def _live_rows(known: Mapping[Known, Read]) -> Iterator[_Row]:
    """Every live article in the order of ids; the words only of those that are not known yet."""
    organizations: defaultdict[int, set[int]] = defaultdict(set)
    for article_id, organization_id in Article.organizations.through.objects.values_list(
        "article_id", "organization_id"
    ):
        organizations[article_id].add(organization_id)
    live = Article.objects.filter(live__isnull=False).order_by("id")
    heads = list(
        live.values_list(
            "id", "live_id", "live__searchable__made_by", "language", "audience", "section__brand_id", "section__titles"
        )
    )
    for start in range(0, len(heads), _CHUNK):
        part = heads[start : start + _CHUNK]
        keys = {head[0]: (head[1], head[2] or "", _titles(head[6])) for head in part}
        missing = [article_id for article_id, key in keys.items() if key not in known]
        texts = {row["id"]: row for row in _texts(missing)}
        for article_id, version_id, made_by, language, audience, brand_id, titles in part:
            if article_id in missing and article_id not in texts:
                continue  # withdrawn while we read
            yield _Row(
                article_id=article_id,
                version_id=version_id,
                made_by=made_by or "",
                section=_titles(titles),
                place=Place(
                    language=language,
                    brand_id=brand_id,
                    audience=audience,
                    organizations=frozenset(organizations[article_id]),
                ),
                texts=texts.get(article_id, {}),
            )


def _texts(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    rows = Article.objects.filter(pk__in=ids, live__isnull=False).values_list(
        "id", "live__title", "live__questions", "live__body", "live__searchable__words", "live__searchable__vectors"
    )
    names = ("id", "title", "questions", "body", "words", "vectors")
    for row in rows if ids else ():
        yield dict(zip(names, row, strict=True))


def _titles(titles: Mapping[str, str] | None) -> str:
    return " ".join(titles.values()) if titles else ""


def _house() -> House:
    """Synonyms in both directions and all words to pass over."""
    synonyms: dict[str, list[str]] = {}
    for words in Synonym.objects.order_by("id").values_list("words", flat=True):
        for one in words:
            key = " ".join(lemmas(word)[0] for word in words_in(one))
            synonyms.setdefault(key, []).extend(other for other in words if other != one)
    own = {word.lower().replace("ё", "е") for word in StopWord.objects.values_list("word", flat=True)}
    return House(synonyms=synonyms, silent=SILENT | own)
