"""What the pages of the help centre show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.database.remembering import remembered
from otklik.foundation.in_use import is_in_use
from otklik.knowledge.models import Article, Audience, Brand, OldAddress, Section, Version
from otklik.knowledge.queries import (
    STRANGER,
    Reader,
    Shelf,
    articles_on,
    in_other_languages,
    of_brand,
    popular,
    readable_by,
    shelf_at,
    shelves,
    shown,
)
from otklik.portal.finding import find
from otklik.portal.queries import Face, face

_ENOUGH_FOR_CONTENTS = 3
_DEEPEST_IN_CONTENTS = 3
_RELATED = 5


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who reads, in which language, under which name of the house."""

    reader: Reader
    language: str
    brand: Brand | None

    @property
    def brand_id(self) -> int | None:
        return self.brand.pk if self.brand else None

    @property
    def readable(self) -> "QuerySet[Article]":
        if not is_in_use("knowledge"):
            return Article.objects.none()
        return of_brand(readable_by(self.reader), self.brand_id)

    @property
    def tree(self) -> list[Shelf]:
        if not is_in_use("knowledge"):
            return []
        if self.reader == STRANGER:
            return _public_tree(self.language, self.brand_id)
        return shelves(reader=self.reader, language=self.language, brand_id=self.brand_id)

    @property
    def popular(self) -> list[Article]:
        if not is_in_use("knowledge"):
            return []
        if self.reader == STRANGER:
            return _public_popular(self.language, self.brand_id)
        return popular(reader=self.reader, language=self.language, brand_id=self.brand_id)


@remembered(seconds=30)
def _public_popular(language: str, brand_id: int | None) -> list[Article]:
    return popular(reader=STRANGER, language=language, brand_id=brand_id)


@remembered(seconds=30)
def _public_tree(language: str, brand_id: int | None) -> list[Shelf]:
    return shelves(reader=STRANGER, language=language, brand_id=brand_id)


def has_answers(brand_id: int | None) -> bool:
    """Whether there is anything to read for everybody."""
    return is_in_use("knowledge") and _has_public(brand_id)


@remembered(seconds=30)
def _has_public(brand_id: int | None) -> bool:
    return of_brand(readable_by(STRANGER), brand_id).exists()


def address_of(article: Article) -> str:
    return reverse("portal:article", args=[article.slug])


# ── One article ───────────────────────────────────────────────────────────────────────────
def article_for(slug: str, asking: Asking, *, only: str = "") -> Article | None:
    """The article at an address, or the one that stood there before (its ``slug`` then differs); without its words.

    The address alone decides, whatever language is read; where two languages share it, the asked one wins.
    ``only``: nothing but this language.
    """
    found = _at(slug, asking) or list(
        _bare(asking).filter(pk__in=OldAddress.objects.filter(slug=slug).values("article_id"))
    )
    known = [one for one in found if not only or one.language == only]
    known.sort(key=lambda one: (one.language != asking.language, one.language != settings.LANGUAGE_CODE))
    return known[0] if known else None


def _at(slug: str, asking: Asking) -> list[Article]:
    if asking.reader != STRANGER:
        return list(_bare(asking).filter(slug=slug))
    if asking.brand_id is None:
        return _public(slug=slug)
    return _public_of_brand(slug=slug, brand=asking.brand_id)


def _bare(asking: Asking) -> QuerySet[Article]:
    return asking.readable.select_related(None)


_public = Compiled(lambda: readable_by(STRANGER).select_related(None).filter(slug=Given("slug")))
_public_of_brand = Compiled(
    lambda: of_brand(readable_by(STRANGER), cast(int, Given("brand"))).select_related(None).filter(slug=Given("slug"))
)


def shares_its_address(article: Article) -> bool:
    """Whether an article in another language has the same address, so that only ``?language=`` tells them apart."""
    return Article.objects.filter(slug=article.slug, live__isnull=False).exclude(pk=article.pk).exists()


@dataclass(frozen=True, kw_only=True)
class ArticlePage:
    """One article as one reader sees it."""

    article: Article
    version: Version
    html: str
    contents: Sequence[tuple[str, str]]
    """Anchor and words of the headings; () when the article is short."""
    way: Sequence[Shelf]
    author: Face | None
    is_old: bool
    others: Sequence[Article]
    related: Sequence[Article]

    @property
    def is_for_staff(self) -> bool:
        return self.article.audience == Audience.STAFF

    @property
    def is_limited(self) -> bool:
        """Not for everybody: it says so, and no cache on the way keeps it."""
        return self.article.audience != Audience.PUBLIC

    @property
    def changed_at(self) -> datetime:
        moments = (self.version.published_at, self.article.reviewed_at, self.article.created_at)
        return max(moment for moment in moments if moment is not None)


def article_page(found: Article, asking: Asking) -> ArticlePage:
    """All that the page shows. Raises ``Article.DoesNotExist`` when it was taken away this very moment."""
    article = asking.readable.select_related("live__author__photo", "owner__photo", "section").get(pk=found.pk)
    version = article.live
    assert version is not None, "only published articles are readable"
    rendered = shown(version, reader=asking.reader, address_of=address_of)
    keeper = article.owner or version.author
    contents = [(one.anchor, one.text) for one in rendered.headings if one.level <= _DEEPEST_IN_CONTENTS]
    return ArticlePage(
        article=article,
        version=version,
        html=rendered.html,
        contents=contents if len(contents) >= _ENOUGH_FOR_CONTENTS else (),
        way=shelf_at(asking.tree, article.section.slug) if article.section else (),
        author=face(keeper) if keeper else None,
        is_old=article.may_be_out_of_date,
        others=in_other_languages(article, reader=asking.reader),
        related=_related(article, version, asking),
    )


_NEAR = 0.3


def _related(article: Article, version: Version, asking: Asking) -> list[Article]:
    """What is near in meaning, then its neighbours in the section."""
    known = asking.readable.in_bulk(_nearest(version.pk, version.title, article.language, asking))
    if article.section:
        beside = articles_on(article.section, reader=asking.reader, language=article.language)
        known |= {one.pk: one for one in beside[: _RELATED + 1] if one.pk not in known}
    known.pop(article.pk, None)
    return list(known.values())[:_RELATED]


@remembered(seconds=600)
def _nearest(_version_id: int, title: str, language: str, asking: Asking) -> list[int]:
    found = find(title, reader=asking.reader, language=language, brand=asking.brand, limit=_RELATED)
    return [item.article.pk for item in found.items if item.score >= _NEAR]


# ── Before somebody writes ────────────────────────────────────────────────────────────────
_MOST_FITTING = 3


def fitting(words: str, asking: Asking) -> list[Article]:
    """Up to three articles that may answer a letter that is about to be sent; [] unless the search is sure."""
    if not words.strip() or not is_in_use("knowledge"):
        return []
    found = find(words, reader=asking.reader, language=asking.language, brand=asking.brand, limit=_MOST_FITTING)
    return [item.article for item in found.items if item.score >= _NEAR] if found.is_answered else []


# ── A section ─────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class SectionPage:
    section: Section
    way: Sequence[Shelf]
    articles: Sequence[Article]

    @property
    def shelf(self) -> Shelf:
        return self.way[-1]


def section_page(slug: str, asking: Asking) -> SectionPage | None:
    """A section with something to read; None when there is nothing for this reader in this language."""
    way = shelf_at(asking.tree, slug)
    if not way:
        return None
    section = way[-1].section
    articles = articles_on(section, reader=asking.reader, language=asking.language)
    return SectionPage(section=section, way=way, articles=list(articles))


# ── For machines ──────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the sitemap; ``others``: language → path of the same article in every language."""

    path: str
    at: datetime | None
    others: dict[str, str]


_MOST_ENTRIES = 50_000


def sitemap_entries(brand_id: int | None) -> list[Entry]:
    """The start page, the sections and the articles that everybody may read."""
    rows = of_brand(readable_by(STRANGER), brand_id).select_related("live").defer("live__body", "live__questions")
    articles = list(rows.order_by("id")[:_MOST_ENTRIES])
    families: dict[int, dict[str, str]] = {}
    for one in articles:
        families.setdefault(one.original_id or one.pk, {})[one.language] = address_of(one)
    sections = {one.section.slug: one.section for one in articles if one.section}
    return [
        Entry(path=reverse("portal:help"), at=None, others={}),
        *(Entry(path=reverse("portal:help_section", args=[slug]), at=None, others={}) for slug in sorted(sections)),
        *(
            Entry(
                path=address_of(one),
                at=one.live.published_at if one.live else None,
                others=families[one.original_id or one.pk] if len(families[one.original_id or one.pk]) > 1 else {},
            )
            for one in articles
        ),
    ]
