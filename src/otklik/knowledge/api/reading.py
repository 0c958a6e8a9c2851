"""What programs read: sections, articles, versions."""

from collections.abc import Iterable
from typing import Annotated

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.http.paging import Page, number_after, page_of
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.knowledge.api.router import router
from otklik.knowledge.api.shapes import (
    ArticleFilter,
    Articles,
    Paged,
    RenderedVersionOut,
    Sections,
    Versions,
    WholeArticleOut,
    article_out,
    rendered,
    section_out,
    version_out,
    whole_article,
)
from otklik.knowledge.models import Article, Section, Version


@router.get("/knowledge/sections", response={200: Sections, 403: Problem}, summary="List sections")
def list_sections(request: HttpRequest) -> HttpResponse:
    """All of them; `parent` makes a tree, `place` the order."""
    require(actor_of(request), "knowledge.write")
    rows = Section.objects.order_by("place", "id")
    return respond(Sections(items=[section_out(row) for row in rows]))


@router.get("/knowledge/articles", response={200: Articles, 422: Problem}, summary="List articles")
def list_articles(request: HttpRequest, asked: Annotated[ArticleFilter, Query()]) -> HttpResponse:
    """Newest first, published or not. For what readers find, see the search."""
    rows = _filtered(_articles(actor_of(request)), asked)
    page = _page(rows, asked)
    last = last_versions(page.items)
    return respond(Articles(items=[article_out(row, last[row.pk]) for row in page.items], next=page.next))


def _articles(actor: Actor) -> QuerySet[Article]:
    require(actor, "knowledge.write")
    return Article.objects.select_related("section", "owner", "live__author", "live__approved_by")


def _filtered(rows: QuerySet[Article], asked: ArticleFilter) -> QuerySet[Article]:
    plain = {
        "language": asked.language,
        "section__slug": asked.section,
        "audience": asked.audience,
        "external_id": asked.external_id,
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if asked.state == "live":
        rows = rows.filter(live__isnull=False)
    elif asked.state == "archived":
        rows = rows.filter(archived_at__isnull=False)
    elif asked.state:
        rows = rows.filter(pk__in=Version.objects.filter(state=asked.state).values("article_id"))
    if asked.owner:
        by_id = Q(owner_id=int(asked.owner)) if asked.owner.isdecimal() else Q()
        rows = rows.filter(by_id or Q(owner__email=asked.owner.strip().lower()))
    if asked.review_before:
        rows = rows.filter(live__isnull=False, review_at__lt=asked.review_before)
    return rows


def _page[Row: (Article, Version)](rows: QuerySet[Row], asked: Paged) -> Page[Row]:
    after = number_after(asked.cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return page_of(list(rows.order_by("-id")[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])


def last_versions(articles: Iterable[Article]) -> dict[int, Version]:
    """Article id → its newest version: the one in work when there is one."""
    rows = Version.objects.filter(article__in=[row.pk for row in articles])
    newest = rows.order_by("article_id", "-number").distinct("article_id")
    return {row.article_id: row for row in newest.select_related("author", "approved_by")}


def article_by_id(pk: int, *, actor: Actor) -> Article:
    """Raises ``Refusal('not_found')``."""
    row = _articles(actor).filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("There is no such article."))
    return row


@router.get("/knowledge/articles/{int:pk}", response={200: WholeArticleOut, 404: Problem}, summary="Read an article")
def read_article(request: HttpRequest, pk: int) -> HttpResponse:
    """With the words that readers see and those being written, as Markdown and as HTML."""
    return as_it_is(pk, actor_of(request))


def as_it_is(pk: int, actor: Actor, *, status: int = 200) -> HttpResponse:
    article = article_by_id(pk, actor=actor)
    return respond(whole_article(article, last_versions([article])[pk]), status=status)


@router.get(
    "/knowledge/articles/{int:pk}/versions",
    response={200: Versions, 404: Problem},
    summary="List the versions of an article",
)
def list_versions(request: HttpRequest, pk: int, asked: Annotated[Paged, Query()]) -> HttpResponse:
    """Newest first."""
    article = article_by_id(pk, actor=actor_of(request))
    page = _page(article.versions.select_related("author", "approved_by"), asked)
    return respond(Versions(items=[version_out(row) for row in page.items], next=page.next))


@router.get(
    "/knowledge/articles/{int:pk}/versions/{int:number}",
    response={200: RenderedVersionOut, 404: Problem},
    summary="Read one version",
)
def read_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """With its HTML."""
    article = article_by_id(pk, actor=actor_of(request))
    row = article.versions.select_related("author", "approved_by").filter(number=number).first()
    if row is None:
        raise Refusal("not_found", _("There is no such version."))
    return respond(rendered(row))
