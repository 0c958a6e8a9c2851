"""What programs do with articles: write, offer, approve, send back, publish, withdraw."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from otklik.customers.models import Organization
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of
from otklik.knowledge.actions import (
    approve,
    edit_draft,
    offer,
    publish,
    send_back,
    set_article,
    start_draft,
    withdraw,
    write_article,
)
from otklik.knowledge.api.arranging import section_named
from otklik.knowledge.api.reading import article_by_id, as_it_is
from otklik.knowledge.api.router import router
from otklik.knowledge.api.shapes import AroundIn, ArticleIn, BecauseIn, DraftIn, PublishIn, WholeArticleOut
from otklik.knowledge.models import Article, Version
from otklik.knowledge.queries import in_work
from otklik.standards.models import Standard
from otklik.team.queries import agent_named

CHANGED = {200: WholeArticleOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


def _row[M: (Article, Standard)](kind: type[M], pk: int | None, field: str) -> M | None:
    if pk is None:
        return None
    row = kind._default_manager.filter(pk=pk).first()
    if row is None:
        text = _("There is nothing with this id.")
        raise Refusal(f"{field}_unknown", text, fields={field: text})
    return row


def _around(data: AroundIn) -> dict[str, Any]:
    """The given values, with rows instead of their names. Raises ``Refusal('…_unknown')``."""
    given = data.model_dump(include=data.model_fields_set & set(AroundIn.model_fields))
    nullable = {"section", "owner", "standard", "original", "review_at"}
    values = {name: value for name, value in given.items() if value is not None or name in nullable}
    found: dict[str, Callable[[Any], Any]] = {
        "section": section_named,
        "owner": agent_named,
        "standard": lambda pk: _row(Standard, pk, "standard"),
        "original": lambda pk: _row(Article, pk, "original"),
        "organizations": _organizations,
    }
    return {name: found[name](value) if name in found else value for name, value in values.items()}


def _organizations(pks: list[int]) -> list[Organization]:
    rows = list(Organization.objects.filter(pk__in=pks))
    if len(rows) < len(set(pks)):
        text = _("There is nothing with this id.")
        raise Refusal("organization_unknown", text, fields={"organizations": text})
    return rows


@router.post(
    "/knowledge/articles", response={201: WholeArticleOut, 403: Problem, 422: Problem}, summary="Write an article"
)
def create_article(request: HttpRequest, data: ArticleIn) -> HttpResponse:
    """It begins as a draft; readers see it once it is published."""
    actor = actor_of(request)
    article = write_article(words=data.words(), actor=actor, language=data.language, values=_around(data))
    return as_it_is(article.pk, actor, status=201)


@router.post("/knowledge/articles/{int:pk}", response=CHANGED, summary="Change what stands around the words")
def change_article(request: HttpRequest, pk: int, data: AroundIn) -> HttpResponse:
    """Address, section, audience, keeper, review. It holds at once, also for readers."""
    actor = actor_of(request)
    set_article(article=article_by_id(pk, actor=actor), actor=actor, values=_around(data))
    return as_it_is(pk, actor)


@router.post("/knowledge/articles/{int:pk}/draft", response=CHANGED, summary="Save the draft")
def save_draft(request: HttpRequest, pk: int, data: DraftIn) -> HttpResponse:
    """Begins one when there is none; readers go on seeing the published version."""
    actor = actor_of(request)
    _save(pk, data, request)
    return as_it_is(pk, actor)


@in_one
def _save(pk: int, data: DraftIn, request: HttpRequest) -> None:
    actor = actor_of(request)
    version = start_draft(article=article_by_id(pk, actor=actor), actor=actor)
    edit_draft(version=version, words=data.words(), actor=actor, edits=data.edits)


def version_in_work(pk: int, request: HttpRequest) -> Version:
    """The version in work. Raises ``Refusal('nothing_in_work')`` when the published one is the last word."""
    version = in_work(article_by_id(pk, actor=actor_of(request)))
    if version is None:
        raise Refusal("nothing_in_work", _("This article has no draft. Save one first."))
    return version


@router.post("/knowledge/articles/{int:pk}/offer", response=CHANGED, summary="Ask for a second pair of eyes")
def offer_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft waits for a colleague who may publish."""
    offer(version=version_in_work(pk, request), actor=actor_of(request))
    return as_it_is(pk, actor_of(request))


@router.post("/knowledge/articles/{int:pk}/approve", response=CHANGED, summary="Approve what waits")
def approve_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Never one's own words."""
    approve(version=version_in_work(pk, request), actor=actor_of(request))
    return as_it_is(pk, actor_of(request))


@router.post("/knowledge/articles/{int:pk}/send-back", response=CHANGED, summary="Send it back to its author")
def send_back_draft(request: HttpRequest, pk: int, data: BecauseIn) -> HttpResponse:
    """With what should change."""
    send_back(version=version_in_work(pk, request), actor=actor_of(request), because=data.because)
    return as_it_is(pk, actor_of(request))


@router.post("/knowledge/articles/{int:pk}/publish", response=CHANGED, summary="Publish, now or later")
def publish_draft(request: HttpRequest, pk: int, data: PublishIn) -> HttpResponse:
    """An approved version may be published by its author; a draft only by who may publish."""
    publish(version=version_in_work(pk, request), actor=actor_of(request), at=data.at)
    return as_it_is(pk, actor_of(request))


@router.post("/knowledge/articles/{int:pk}/withdraw", response=CHANGED, summary="Take it away from readers")
def withdraw_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Its words and its address are kept."""
    actor = actor_of(request)
    withdraw(article=article_by_id(pk, actor=actor), actor=actor)
    return as_it_is(pk, actor)
