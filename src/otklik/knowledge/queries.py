"""What may be read by whom, and what stands where."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.files.keeping import PICTURES
from otklik.foundation.files.links import Use, file_url
from otklik.foundation.text.language import language_of
from otklik.knowledge.models import Article, ArticleFile, Audience, OldAddress, Section, StopWord, Synonym, Version
from otklik.knowledge.rendering import Rendered, mentions, render

_ADDRESS = re.compile(
    r"/help/(?P<slug>[-a-zA-Z0-9_]+)/?(?:\?language=(?P<language>[a-z]{2}))?(?:#(?P<anchor>[^\s)\]>\"]{1,120}))?"
)
_LINK = re.compile(r"\S*/help/\S*")
IN_WORK = (Version.State.DRAFT, Version.State.WAITING, Version.State.APPROVED)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads: a stranger, a customer who proved an address (perhaps of an organization), or one of us."""

    customer_id: int | None = None
    organization_id: int | None = None
    is_staff: bool = False


STRANGER = Reader()
COLLEAGUE = Reader(is_staff=True)


def reader_for(actor: Actor) -> Reader:
    """An agent as a reader; anybody else is a stranger here (the portal knows its customers)."""
    return COLLEAGUE if actor.is_agent else STRANGER


def readable_by(reader: Reader) -> QuerySet[Article]:
    """Published articles that this reader may see, with their words: the one place that knows who reads what."""
    shown = Article.objects.filter(live__isnull=False).select_related("live", "section")
    if reader.is_staff:
        return shown
    may = Q(audience=Audience.PUBLIC)
    if reader.customer_id is not None:
        may |= Q(audience=Audience.SIGNED_IN)
    if reader.organization_id is not None:
        may |= Q(
            audience=Audience.ORGANIZATION,
            pk__in=Article.organizations.through.objects.filter(organization_id=reader.organization_id).values(
                "article_id"
            ),
        )
    return shown.filter(may)


def of_brand(articles: QuerySet[Article], brand_id: int | None) -> QuerySet[Article]:
    """Those of one brand and those of every brand; None does not narrow."""
    if brand_id is None:
        return articles
    return articles.filter(Q(section=None) | Q(section__brand=None) | Q(section__brand=brand_id))


def article_at(*, language: str, slug: str, reader: Reader) -> Article | None:
    """The article at an address, or the one that stood there before (its ``slug`` then differs); None if none."""
    readable = readable_by(reader)
    now = readable.filter(language=language, slug=slug).first()
    if now is not None:
        return now
    old = OldAddress.objects.filter(language=language, slug=slug).values("article_id")
    return readable.filter(pk__in=old).first()


def shown(
    version: Version, *, reader: Reader, address_of: Callable[[Article], str], body: str | None = None
) -> Rendered:
    """The version as this reader gets it; ``address_of`` an article is the face's own. ``body``: instead of its words.

    Links lead only to what the reader may read. At most three queries, none for words without links of the house.
    """
    words = version.body if body is None else body
    named, language = mentions(words), version.article.language
    addresses: dict[tuple[str, str], str] = {}
    sizes: dict[str, tuple[int, int]] = {}
    files = ArticleFile.objects.filter(article_id=version.article_id, name__in=named.files).select_related("file")
    for row in files if named.files else ():
        use = Use.PICTURE if row.file.content_type in PICTURES else Use.DOWNLOAD
        addresses["file", row.name] = file_url(row.file, row.name, use=use)
        if row.width and row.height:
            sizes[row.name] = (row.width, row.height)
    for slug, article in _articles_named(named.articles, language, reader).items():
        addresses["article", slug] = address_of(article)
    return render(
        words,
        with_staff=reader.is_staff,
        language=language,
        url_of=lambda kind, name: addresses.get((kind, name), ""),
        size_of=sizes.get,
    )


def _articles_named(slugs: frozenset[str], language: str, reader: Reader) -> dict[str, Article]:
    """Articles by the names that words call them, old names too."""
    if not slugs:
        return {}
    readable = readable_by(reader).filter(language=language)
    found = {article.slug: article for article in readable.filter(slug__in=slugs)}
    if len(found) == len(slugs):
        return found
    old = OldAddress.objects.filter(language=language, slug__in=slugs - found.keys(), article__in=readable)
    return {row.slug: row.article for row in old.select_related("article")} | found


def linked_in(text: str) -> list[tuple[Article, str]]:
    """Published articles whose addresses, old ones too, stand in a text, with the part ('' for the whole) linked to.

    Each once. Where two languages share an address and the link does not say which, it is that of the text.
    """
    links = {link["slug"]: link for link in _ADDRESS.finditer(text)}
    if not links:
        return []
    spoken, found = language_of(_LINK.sub("", text)), dict[str, Article]()
    for code in sorted(dict(settings.LANGUAGES), key=lambda code: code != spoken):
        wanted = {slug for slug, link in links.items() if slug not in found and link["language"] in {None, code}}
        found |= _articles_named(frozenset(wanted), code, COLLEAGUE)
    once = {article.pk: (article, links[slug]["anchor"] or "") for slug, article in found.items()}
    return [once[pk] for pk in sorted(once)]


def draft_of(article: Article) -> Version:
    """The version in work. Raises ``Refusal('not_a_draft')`` when there is none."""
    draft = in_work(article)
    if draft is None:
        raise Refusal("not_a_draft", _("This version is no longer a draft. Start a new one."))
    return draft


def in_work(article: Article) -> Version | None:
    """The version that is being written, waits for approval or for its hour; None when there is none."""
    return article.versions.filter(state__in=IN_WORK).first()


def articles_in_sections() -> dict[int, int]:
    """How many articles, published or not, stand in each section itself."""
    rows = Article.objects.filter(archived_at=None, section__isnull=False).values("section_id").order_by()
    return dict(rows.annotate(count=Count("pk")).values_list("section_id", "count"))


def title_in(section: Section, language: str) -> str:
    """The section's title in this language, else in any."""
    return str(section.titles.get(language) or next(iter(section.titles.values()), section.slug))


# ── What stands where ─────────────────────────────────────────────────────────────────────
@dataclass(kw_only=True)
class Shelf:
    """A section as readers see it: with how many articles stand in it and below it."""

    section: Section
    title: str
    description: str
    count: int
    shelves: list["Shelf"] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return self.section.slug


def shelves(*, reader: Reader, language: str, brand_id: int | None = None) -> list[Shelf]:
    """The tree of sections with something to read in this language, in the house's order; two queries."""
    readable = of_brand(readable_by(reader), brand_id).filter(language=language, section__isnull=False)
    counts = dict(readable.order_by().values_list("section_id").annotate(Count("pk")))
    rows = Section.objects.order_by("place", "id")
    if brand_id is not None:
        rows = rows.filter(Q(brand=None) | Q(brand=brand_id))
    known = {
        row.pk: Shelf(
            section=row,
            title=title_in(row, language),
            description=str(row.descriptions.get(language, "")),
            count=counts.get(row.pk, 0),
        )
        for row in rows
    }
    tops: list[Shelf] = []
    for shelf in known.values():
        above = known.get(shelf.section.parent_id or 0)
        (above.shelves if above else tops).append(shelf)
    return _filled(tops)


def _filled(row: list[Shelf]) -> list[Shelf]:
    """Those with something to read, each with what stands below it counted in."""
    for shelf in row:
        shelf.shelves = _filled(shelf.shelves)
        shelf.count += sum(one.count for one in shelf.shelves)
    return [shelf for shelf in row if shelf.count]


def shelf_at(tree: Sequence[Shelf], slug: str) -> list[Shelf]:
    """The way down to a section, itself last; [] when there is none to see."""
    for shelf in tree:
        if shelf.slug == slug:
            return [shelf]
        below = shelf_at(shelf.shelves, slug)
        if below:
            return [shelf, *below]
    return []


def articles_on(section: Section, *, reader: Reader, language: str) -> QuerySet[Article]:
    """What stands in this section itself, in the house's order."""
    return readable_by(reader).filter(section=section, language=language).order_by("place", "id")


POPULAR_IN = timedelta(days=90)


def popular(*, reader: Reader, language: str, brand_id: int | None = None, most: int = 6) -> list[Article]:
    """The most read of the last ninety days; while nothing was read, the first of the house's order."""
    since = timezone.now() - POPULAR_IN
    readable = of_brand(readable_by(reader), brand_id).filter(language=language)
    read = Count("readings", filter=Q(readings__at__gte=since))
    return list(readable.annotate(read=read).order_by("-read", "section__place", "place", "id")[:most])


def in_other_languages(article: Article, *, reader: Reader) -> list[Article]:
    """The same article in other languages, as far as this reader may see them."""
    root = article.original_id or article.pk
    family = readable_by(reader).filter(Q(pk=root) | Q(original=root))
    return list(family.exclude(pk=article.pk).order_by("language"))


def house_words(language: str) -> tuple[list[list[str]], list[str]]:
    """Groups of words that mean the same, and words that say nothing, in one language."""
    groups = Synonym.objects.filter(language=language).order_by("id").values_list("words", flat=True)
    words = StopWord.objects.filter(language=language).order_by("word").values_list("word", flat=True)
    return [list(group) for group in groups], list(words)


def article_titles(ids: Collection[int]) -> dict[int, str]:
    """What these articles are called in their newest version."""
    rows = Version.objects.filter(article_id__in=ids).order_by("article_id", "-number").distinct("article_id")
    return dict(rows.values_list("article_id", "title"))
