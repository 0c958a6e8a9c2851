"""What authors do with many rows at once: articles, questions asked in vain, corrections."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from otklik.foundation.actors import Actor, may
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.bulk import Bulk, Deed, numbers
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.periods import span_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.knowledge import authoring
from otklik.knowledge.actions import (
    decide_correction,
    publish,
    reopen_correction,
    set_article,
    settle_searches,
    unarchive,
    unsettle_search,
    withdraw,
)
from otklik.knowledge.figures import Lack, asked_in_vain
from otklik.knowledge.forms import FilterForm
from otklik.knowledge.models import Article, Correction, Search, Version
from otklik.knowledge.queries import draft_of
from otklik.team.models import Agent


# ── Articles ──────────────────────────────────────────────────────────────────────────────
def articles_of(form: FilterForm, actor: Actor) -> QuerySet[Version]:
    """The articles that the filters of the list mean, by their newest version."""
    form.is_valid()
    chosen = form.cleaned_data
    wanted = authoring.Wanted(
        words=chosen.get("q", ""),
        section=chosen.get("section"),
        language=chosen.get("language", ""),
        state=chosen.get("state", ""),
        owner_id=chosen["owner"].pk if chosen.get("owner") else None,
        audience=chosen.get("audience", ""),
    )
    return authoring.found(wanted, actor)


class KeeperForm(DeskForm):
    owner = forms.ModelChoiceField(
        label=_("New keeper"), queryset=Agent.objects.filter(is_active=True).order_by(ByName())
    )


def _archive(article: Article, actor: Actor, _wishes: dict[str, Any]) -> int | None:
    shown = article.live_id
    withdraw(article=article, actor=actor)
    return shown


def _hand_over(article: Article, actor: Actor, wishes: dict[str, Any]) -> int | None:
    before = article.owner_id
    set_article(article=article, actor=actor, values={"owner": wishes["owner"]})
    return before


def _give_back(article: Article, actor: Actor, was: int | None) -> None:
    set_article(article=article, actor=actor, values={"owner": None if was is None else Agent.objects.get(pk=was)})


def _offered(actor: Actor, view: QueryDict) -> Collection[str]:
    if view.get("state") == "archived":
        return {"keeper"}
    return {"keeper", "publish", *(["archive"] if may(actor, "knowledge.publish") else [])}


ARTICLES: Bulk[Article] = Bulk(
    home="knowledge:articles",
    route="knowledge:articles-bulk",
    rows=lambda actor, view: map(str, articles_of(FilterForm(view), actor).values_list("article_id", flat=True)),
    chosen=lambda _actor, keys: {
        str(row.pk): row for row in Article.objects.filter(pk__in=numbers(keys)).select_related("live", "owner")
    },
    named=lambda article: article.live.title if article.live else article.slug,
    offered=_offered,
    deeds=(
        Deed(
            name="keeper",
            label=_("Hand to a keeper"),
            icon="user-check",
            act=_hand_over,
            told=lambda count: ngettext(
                "%(count)d article has a new keeper", "%(count)d articles have a new keeper", count
            ),
            back=_give_back,
            form=KeeperForm,
        ),
        Deed(
            name="publish",
            label=_("Publish"),
            icon="world",
            act=lambda article, actor, _wishes: publish(version=draft_of(article), actor=actor),
            told=lambda count: ngettext("%(count)d article is published.", "%(count)d articles are published.", count),
            asks=_("Readers see the drafts at once. What they have read cannot be taken back by one press."),
        ),
        Deed(
            name="archive",
            label=_("Archive"),
            icon="archive",
            act=_archive,
            told=lambda count: ngettext(
                "%(count)d article is in the archive. Readers no longer see it",
                "%(count)d articles are in the archive. Readers no longer see them",
                count,
            ),
            back=lambda article, actor, was: unarchive(article=article, actor=actor, live_id=was),
        ),
    ),
)


@require_http_methods(["GET", "POST"])
@staff("knowledge.write")
def articles(request: HttpRequest) -> HttpResponse:
    """The ticked articles, or those of the whole list: published, archived, handed to a keeper."""
    return ARTICLES.answer(request)


# ── Questions asked in vain ───────────────────────────────────────────────────────────────
def lack_of(view: QueryDict) -> Lack:
    asked = view.get("lack", "")
    return Lack(asked) if asked in set(Lack) else Lack.NOTHING


def _questions(_actor: Actor, view: QueryDict) -> list[str]:
    _days, since, _until = span_of(view)
    return [str(one.last_id) for one in asked_in_vain(lack_of(view), since=since)]


QUESTIONS: Bulk[Search] = Bulk(
    home="knowledge:questions",
    route="knowledge:questions-bulk",
    rows=_questions,
    chosen=lambda _actor, keys: {str(row.pk): row for row in Search.objects.filter(pk__in=numbers(keys))},
    named=lambda search: search.words,
    deeds=(
        Deed(
            name="settle",
            label=_("Off the list"),
            icon="check",
            act=lambda search, actor, _wishes: settle_searches(
                words=search.words, language=search.language, actor=actor
            ),
            told=lambda count: ngettext(
                "%(count)d question is off the list. It comes back with the next such search",
                "%(count)d questions are off the list. They come back with the next such searches",
                count,
            ),
            back=lambda search, actor, _was: unsettle_search(search=search, actor=actor),
        ),
    ),
)


@require_http_methods(["GET", "POST"])
@staff("knowledge.write")
def questions(request: HttpRequest) -> HttpResponse:
    """The ticked questions, or those of the whole list: taken off it."""
    return QUESTIONS.answer(request)


# ── Corrections ───────────────────────────────────────────────────────────────────────────
class WhyNotForm(DeskForm):
    answer = forms.CharField(label=_("A word to your colleagues"), widget=forms.Textarea(attrs={"rows": 2}))


def corrections_of(view: QueryDict) -> QuerySet[Correction]:
    """Those that wait; with ``all`` also those that were decided."""
    rows = Correction.objects.select_related("article__live", "article__owner", "version", "agent", "decided_by")
    return rows if "all" in view else rows.filter(state=Correction.State.OPEN)


CORRECTIONS: Bulk[Correction] = Bulk(
    home="knowledge:corrections",
    route="knowledge:corrections-bulk",
    rows=lambda _actor, view: map(str, corrections_of(view).order_by("-id").values_list("pk", flat=True)),
    chosen=lambda _actor, keys: {
        str(row.pk): row for row in Correction.objects.select_related("version").filter(pk__in=numbers(keys))
    },
    named=lambda row: row.version.title,
    deeds=(
        Deed(
            name="decline",
            label=_("Decline"),
            icon="x",
            act=lambda row, actor, wishes: decide_correction(
                correction=row, is_taken=False, actor=actor, answer=wishes["answer"]
            ),
            told=lambda count: ngettext(
                "%(count)d correction is declined. Your colleague can read why",
                "%(count)d corrections are declined. Your colleagues can read why",
                count,
            ),
            back=lambda row, actor, _was: reopen_correction(correction=row, actor=actor),
            form=WhyNotForm,
        ),
    ),
)


@require_http_methods(["GET", "POST"])
@staff("knowledge.write")
def corrections(request: HttpRequest) -> HttpResponse:
    """The ticked corrections, or those of the whole list: declined."""
    return CORRECTIONS.answer(request)


def bar(bulk: Bulk[Any], request: HttpRequest) -> dict[str, Any] | None:
    """The bar of a list, None for who may not write."""
    return bulk.bar(request) if may(actor_of(request), "knowledge.write") else None
