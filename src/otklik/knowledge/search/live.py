"""The index of this process: built from the database, renewed when the database has changed.

A few hundred articles are read again in the request that notices; many are read in a thread of their own, and whoever
asks meanwhile waits a moment and then gets the picture from before. The first picture is waited for.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.db import DatabaseError, connection
from psycopg_pool import PoolTimeout

from otklik.foundation.text.language import lemmas
from otklik.knowledge.models import Article, Audience, StopWord, Synonym
from otklik.knowledge.queries import Reader
from otklik.knowledge.rendering import has_staff_blocks, plain
from otklik.knowledge.search.asking import House
from otklik.knowledge.search.bounds import Bounds, carried, measured
from otklik.knowledge.search.documents import DIMENSIONS, Circle, Document, Manner
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
type Known = tuple[int, str, str, bool]
"""A version, who derived its numbers, its section, and whether blocks for staff are in: need not be read again."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an article stands and who may read it.

    One with blocks for staff stands in the index twice: ``has_inner`` without their words, for everybody else, and
    ``is_inner`` with them, for staff alone.
    """

    language: str
    brand_id: int | None
    audience: str
    organizations: frozenset[int]
    has_inner: bool = False
    is_inner: bool = False

    def is_for(self, reader: Reader, *, language: str | None, brand_id: int | None) -> bool:
        """The same rule as ``queries.readable_by`` and ``of_brand``; a test holds them together."""
        if language is not None and self.language != language:
            return False
        if brand_id is not None and self.brand_id not in {None, brand_id}:
            return False
        if reader.is_staff or self.is_inner:
            return reader.is_staff and not self.has_inner
        if self.audience == Audience.PUBLIC:
            return True
        if self.audience == Audience.SIGNED_IN:
            return reader.customer_id is not None
        return self.audience == Audience.ORGANIZATION and reader.organization_id in self.organizations

    @property
    def circle(self) -> Circle:
        if self.is_inner or self.audience == Audience.STAFF:
            return Circle.STAFF
        return Circle.EVERYBODY if self.audience == Audience.PUBLIC else Circle.CUSTOMERS


def circle_of(reader: Reader) -> Circle:
    if reader.is_staff:
        return Circle.STAFF
    return (
        Circle.CUSTOMERS if reader.customer_id is not None or reader.organization_id is not None else Circle.EVERYBODY
    )


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
        kinds, kind_of = self._kinds
        rows = (place.is_for(reader, language=language, brand_id=brand_id) for place in kinds)
        return np.fromiter(rows, dtype=np.bool_, count=len(kinds))[kind_of]

    @cached_property
    def _kinds(self) -> tuple[Sequence[Place], np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """Places that differ, and for each row which of them is its own: there are few of them, and many articles."""
        kinds = {place: number for number, place in enumerate(dict.fromkeys(self.places))}
        return list(kinds), np.array([kinds[place] for place in self.places], dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class _Measured:
    """Bounds, and the articles they were found with: they hold until a tenth of those are others, or all are weighed
    in another manner."""

    bounds: Bounds
    articles: Sequence[int]
    manner: Manner
    read: frozenset[Known]

    def is_old(self, now: Iterable[Known], manner: Manner) -> bool:
        return manner != self.manner or len(self.read.symmetric_difference(now)) * _TENTH > len(self.read)


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
            key = row.key
            known[key] = self._known.get(key) or read(row.document(), self._vocabulary)
            rows.append(known[key])
            places.append(row.place)
        self._known = known
        index, house = Index(rows, self._vocabulary, circles=[place.circle for place in places]), _house()
        articles = [document.id for document in index.documents]
        if self._measured is None or self._measured.is_old(known, index.manner):
            self._measured = _Measured(
                bounds=measured(index, house), articles=articles, manner=index.manner, read=frozenset(known)
            )
        bounds = carried(self._measured.bounds, before=self._measured.articles, now=articles)
        return Picture(revision=revision, index=index, places=places, house=house, bounds=bounds)


def read_ahead() -> None:
    """Read all articles now, so that the first question need not wait for it."""
    try:
        newest()
    except (DatabaseError, PoolTimeout):
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

    @property
    def key(self) -> Known:
        return self.version_id, self.made_by, self.section, self.place.is_inner

    def document(self) -> Document:
        texts = self.texts
        vectors = texts["vectors"]
        return Document(
            id=self.article_id,
            language=self.place.language,
            title=texts["title"],
            questions=texts["questions"],
            body=self._body(),
            section=self.section,
            vectors=np.frombuffer(vectors, dtype=np.int8).reshape(-1, DIMENSIONS) if vectors else None,
        )

    def _body(self) -> str:
        if self.place.is_inner:
            return plain(self.texts["body"], with_staff=True)
        return plain(self.texts["body"]) if self.texts["words"] is None else str(self.texts["words"])

    def inner(self) -> "_Row":
        """The same with the words of blocks for staff; its meaning is that of the words for everybody."""
        return replace(self, place=replace(self.place, is_inner=True))

    def outer(self) -> "_Row":
        return replace(self, place=replace(self.place, has_inner=True))


def _live_rows(known: Mapping[Known, Read]) -> Iterator[_Row]:
    """Every live article in the order of ids; the words only of those that are not known yet."""
    heads = list(_heads())
    for start in range(0, len(heads), _CHUNK):
        part = heads[start : start + _CHUNK]
        missing = [row.article_id for row in part if row.key not in known]
        texts = {row["id"]: row for row in _texts(missing)}
        for row in part:
            if row.key in known:
                yield from _twice(row, row.inner().key in known)
            elif row.article_id in texts:  # else it was withdrawn while we read
                read_now = replace(row, texts=texts[row.article_id])
                yield from _twice(read_now, has_staff_blocks(read_now.texts["body"]))


def _twice(row: _Row, has_inner: bool) -> Iterator[_Row]:  # noqa: FBT001  # the row and the answer about it
    if has_inner:
        yield row.outer()
        yield row.inner()
    else:
        yield row


def _heads() -> Iterator[_Row]:
    organizations: defaultdict[int, set[int]] = defaultdict(set)
    for article_id, organization_id in Article.organizations.through.objects.values_list(
        "article_id", "organization_id"
    ):
        organizations[article_id].add(organization_id)
    heads = Article.objects.filter(live__isnull=False).order_by("id")
    for article_id, version_id, made_by, language, audience, brand_id, titles in heads.values_list(
        "id", "live_id", "live__searchable__made_by", "language", "audience", "section__brand_id", "section__titles"
    ):
        place = Place(
            language=language,
            brand_id=brand_id,
            audience=audience,
            organizations=frozenset(organizations[article_id]),
        )
        yield _Row(
            article_id=article_id,
            version_id=version_id,
            made_by=made_by or "",
            section=_titles(titles),
            place=place,
            texts={},
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
