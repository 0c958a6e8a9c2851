"""The help centre for its authors: finding an article, looking at it, and what is done with it."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.actors import Actor, may
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.errors import Refusal
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import Step, do, done, shown, take_step
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.policies import policy
from otklik.knowledge import authoring
from otklik.knowledge.actions import (
    Words,
    approve,
    bring_back,
    confirm_review,
    confirm_translation,
    drop_draft,
    offer,
    publish,
    send_back,
    set_article,
    settle_words,
    start_draft,
    take_back,
    withdraw,
    write_article,
)
from otklik.knowledge.forms import FilterForm, NewArticleForm, PropertiesForm
from otklik.knowledge.labels import AUDIENCES, audience_of, page_for_readers, page_of_article, state_of
from otklik.knowledge.models import Article, Version
from otklik.knowledge.queries import COLLEAGUE, STRANGER, Reader, draft_of, in_work, title_in
from otklik.knowledge.queries import shown as words_shown
from otklik.knowledge.views import many

ARTICLES = Listing(
    template="knowledge/articles.html",
    columns=(
        Column(name="changed", label=gettext_lazy("Changed"), by="changed_at", of=datetime, falls=True),
        Column(name="title", label=gettext_lazy("Title"), by=ByName("title")),
        Column(name="section", label=gettext_lazy("Section"), by=authoring.title_of_section, may_lack=True),
        Column(name="keeper", label=gettext_lazy("Keeper"), by=ByName("article__owner__name"), may_lack=True),
    ),
    live="knowledge.articles",
)
"""All of them sort the newest versions, one for each article: a help centre has thousands of them, not more."""
GET_OR_POST = ["GET", "POST"]
READERS = {"staff": COLLEAGUE, "customers": Reader(customer_id=0, organization_id=0), "everybody": STRANGER}


# ── Finding ───────────────────────────────────────────────────────────────────────────────
@require_GET
@staff()
def articles(request: HttpRequest) -> HttpResponse:
    """Articles by their newest words, those changed last first."""
    actor, form = actor_of(request), FilterForm(request.GET)
    page = ARTICLES.page(request, many.articles_of(form, actor))
    language = get_language() or "ru"
    rows = [
        {
            "version": version,
            "article": version.article,
            "state": state_of(version),
            "audience": audience_of(version.article),
            "section": title_in(version.article.section, language) if version.article.section else "",
            "is_behind": _is_behind(version),
        }
        for version in page["rows"]
    ]
    context = {
        **page,
        "rows": rows,
        "filter": form,
        "is_narrowed": any(form.cleaned_data.values()),
        "bulk": many.bar(many.ARTICLES, request),
        "waiting": authoring.for_me(actor).count(),
    }
    return shown(request, ARTICLES.template, {"section": "knowledge", **context})


def _is_behind(version: Version) -> bool:
    original = version.article.original
    return original is not None and original.live_id is not None and original.live_id != version.translated_from_id


# ── Beginning ─────────────────────────────────────────────────────────────────────────────
@require_http_methods(GET_OR_POST)
@staff("knowledge.write")
def new(request: HttpRequest) -> HttpResponse:
    """An empty article, or a translation of another (``?of=7&language=en``): its words are the first draft."""
    source = article_by_id(int(request.GET["of"])) if request.GET.get("of", "").isdecimal() else None
    form = NewArticleForm(request.POST or None, initial=_first_values(request, source))
    written: list[Article] = []

    def act(cleaned: dict[str, Any]) -> None:
        values: dict[str, Any] = {"section": cleaned["section"]}
        body, summary = "", ""
        if source is not None and source.live is not None:
            values |= {"original": source.original or source, "audience": source.audience, "standard": source.standard}
            body, summary = source.live.body, source.live.summary
        words = Words(title=cleaned["title"], body=body, summary=summary)
        written.append(write_article(words=words, actor=actor_of(request), language=cleaned["language"], values=values))

    if request.method == "POST" and do(form, act):
        return redirect("knowledge:edit", written[0].pk)
    context = {"section": "knowledge", "form": form, "source": source, "title": _("New article")}
    return shown(request, "knowledge/new.html", context)


def _first_values(request: HttpRequest, source: Article | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "language": request.GET.get("language", get_language()),
        "title": request.GET.get("title", ""),
    }
    if source is not None and source.live is not None:
        values |= {"title": source.live.title, "section": source.section_id}
    return values


# ── One article ───────────────────────────────────────────────────────────────────────────
@require_GET
@staff()
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    """What readers see, or the draft when there is nothing else; ``?as=customers`` without what is for staff."""
    row, actor = article_by_id(article_id), actor_of(request)
    draft = in_work(row)
    version = draft if draft is not None and (request.GET.get("show") == "draft" or row.live is None) else row.live
    version = version or authoring.versions_of(row).first()
    assert version is not None, "an article has at least one version"
    reader = READERS.get(request.GET.get("as", ""), COLLEAGUE)
    context = {
        **around(request, row, "read"),
        "version": version,
        "draft": draft,
        "words": words_shown(version, reader=reader, address_of=page_of_article),
        "reader": next(name for name, one in READERS.items() if one is reader),
        "may": _ways(row, draft, actor),
        "act_url": reverse("knowledge:act", args=[row.pk]),
        "missed": authoring.unread_words(row),
    }
    return shown(request, "knowledge/article.html", context)


def around(request: HttpRequest, row: Article, current: str) -> dict[str, Any]:
    """What stands around every page of an article."""
    language = get_language() or "ru"
    newest = authoring.versions_of(row).first()
    assert newest is not None, "an article has at least one version"
    newest.article = row
    family = authoring.family(row)
    has = {one.language for one in family}
    return {
        "section": "knowledge",
        "article": row,
        "newest": newest,
        "title": newest.title,
        "state": state_of(newest),
        "audience": audience_of(row),
        "shelf": title_in(row.section, language) if row.section else "",
        "family": family,
        "untranslated": [code for code in ("ru", "en") if code not in has] if row.live_id else [],
        "is_behind": _is_behind(newest),
        "for_readers": page_for_readers(row),
        "current": current,
        "audiences": AUDIENCES,
    }


def _ways(row: Article, draft: Version | None, actor: Actor) -> dict[str, bool]:
    """What this agent may do with the article as it is now; the actions decide again."""
    may_publish, state = may(actor, "knowledge.publish"), draft.state if draft else ""
    alone = may_publish and not policy("knowledge.second_pair_of_eyes")
    is_other = draft is not None and draft.author_id != actor.pk
    return {
        "offer": state == "draft" and not alone,
        "approve": state == "waiting" and may_publish and is_other,
        "send_back": state in {"waiting", "approved"} and may_publish,
        "take_back": state in {"waiting", "approved"},
        "publish": state == "approved" or (state in {"draft", "waiting"} and alone),
        "drop": state == "draft" and row.live_id is not None,
        "archive": may_publish and row.archived_at is None,
        "review": row.live_id is not None,
    }


@require_POST
@staff("knowledge.write")
def act(request: HttpRequest, article_id: int) -> HttpResponse:
    """One step of an article's life (``do``); a rule that says no is told on the article's page."""
    return take_step(request, _STEPS, article_by_id(article_id), back=lambda _refusal: _PAGE)


type _Done = tuple[str, str]
_PAGE, _EDITOR = "knowledge:article", "knowledge:edit"


def _edit(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    start_draft(article=row, actor=actor)
    return _("Readers see your changes when they are published."), _EDITOR


def _offer(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    offer(version=draft_of(row), actor=actor)
    return _("A colleague will look at it."), _PAGE


def _approve(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    approve(version=draft_of(row), actor=actor)
    return _("Approved. It can be published now."), _PAGE


def _approve_and_publish(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    draft = draft_of(row)
    approve(version=draft, actor=actor)
    publish(version=draft, actor=actor)
    return _("Published."), _PAGE


def _send_back(request: HttpRequest, row: Article, actor: Actor) -> _Done:
    send_back(version=draft_of(row), actor=actor, because=request.POST.get("because", ""))
    return _("The author has it again, with your words."), _PAGE


def _take_back(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    take_back(version=draft_of(row), actor=actor)
    return _("It is a draft again."), _EDITOR


def _publish(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    publish(version=draft_of(row), actor=actor)
    return _("Published."), _PAGE


def _schedule(request: HttpRequest, row: Article, actor: Actor) -> _Done:
    publish(version=draft_of(row), actor=actor, at=_moment(request.POST.get("at", "")))
    return _("It will be published at its hour."), _PAGE


def _moment(written: str) -> datetime:
    """Raises ``Refusal('moment_invalid')`` for what is no moment still to come."""
    try:
        at: datetime = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]).clean(written)
    except forms.ValidationError as error:
        raise Refusal("moment_invalid", _("Choose the day and the hour.")) from error
    if at <= timezone.now():
        raise Refusal("moment_invalid", _("This moment has passed. Choose one still to come."))
    return at


def _drop(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    drop_draft(version=draft_of(row), actor=actor)
    return _("The draft is gone. Readers see what they saw before."), _PAGE


def _review(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    confirm_review(article=row, actor=actor)
    return _("Thank you. We will ask again later."), _PAGE


def _words_read(request: HttpRequest, row: Article, actor: Actor) -> _Done:
    until = request.POST.get("until", "")
    settle_words(article=row, until=int(until) if until.isdecimal() and len(until) < 19 else 0, actor=actor)  # noqa: PLR2004
    return _("Thank you. New words of readers will stand here again."), _PAGE


def _same_as_original(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    newest = authoring.versions_of(row).first()
    assert newest is not None, "an article has at least one version"
    confirm_translation(version=newest, actor=actor)
    return _("The translation fits its original again."), _PAGE


def _archive(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    withdraw(article=row, actor=actor)
    return _("In the archive. Readers no longer see it."), _PAGE


def _bring_back(_request: HttpRequest, row: Article, actor: Actor) -> _Done:
    bring_back(article=row, actor=actor)
    return _("Out of the archive, as a draft."), _PAGE


_STEPS: dict[str, Step[Article]] = {
    "edit": _edit,
    "offer": _offer,
    "approve": _approve,
    "approve_and_publish": _approve_and_publish,
    "send_back": _send_back,
    "take_back": _take_back,
    "publish": _publish,
    "schedule": _schedule,
    "drop": _drop,
    "review": _review,
    "words_read": _words_read,
    "same_as_original": _same_as_original,
    "archive": _archive,
    "bring_back": _bring_back,
}


# ── What stands around the words ──────────────────────────────────────────────────────────
@require_http_methods(GET_OR_POST)
@staff("knowledge.write")
def properties(request: HttpRequest, article_id: int) -> HttpResponse:
    row = article_by_id(article_id)
    form = PropertiesForm(request.POST or None, article=row)

    def act_on(cleaned: dict[str, Any]) -> None:
        set_article(article=row, actor=actor_of(request), values=cleaned)

    if request.method == "POST" and do(form, act_on):
        return done(request, _("Saved."), "knowledge:article", row.pk)
    return shown(
        request,
        "knowledge/properties.html",
        {**around(request, article_by_id(article_id), "properties"), "form": form},
    )


def article_by_id(article_id: int) -> Article:
    """Raises ``Refusal('not_found')``."""
    rows = Article.objects.select_related(
        "section", "owner", "live__author", "original__live", "standard", "reviewed_by"
    )
    row = rows.filter(pk=article_id).first()
    if row is None:
        raise Refusal("not_found", _("This article is not here."))
    return row
