"""What the help centre does for customers: figures, questions asked in vain, corrections from colleagues."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.cases.figures import Share, shares_of
from otklik.desk.forms.base import DeskForm
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.pages import do, done, shown
from otklik.knowledge.actions import decide_correction, settle_searches, take_correction
from otklik.knowledge.figures import (
    Lack,
    Question,
    Reach,
    asked_in_vain,
    quoted_in,
    reach_of_articles,
)
from otklik.knowledge.models import Article, Correction
from otklik.knowledge.queries import COLLEAGUE, STRANGER, readable_by
from otklik.knowledge.search import Found, find
from otklik.knowledge.visits import self_service
from otklik.team.queries import faces

PERIODS = (7, 30, 90)
PAGE = 50
LACKS = {
    Lack.NOTHING: gettext_lazy("Nothing fitted"),
    Lack.UNOPENED: gettext_lazy("Nothing was opened"),
    Lack.BECAME_CASE: gettext_lazy("Became a case"),
}


# ── Figures ───────────────────────────────────────────────────────────────────────────────
@dataclasses.dataclass(frozen=True, kw_only=True)
class Line:
    """One article of the table. ``share``: the customers' word in cases in which it was quoted."""

    article: Article
    title: str
    reach: Reach
    share: Share


@require_GET
@staff()
def figures(request: HttpRequest) -> HttpResponse:
    """Each published article, the most read first."""
    days, since, until = _span(request)
    reach = reach_of_articles(since=since, until=until)
    shares = shares_of(quoted_in(since=since, until=until))
    articles = readable_by(COLLEAGUE).defer("live__body", "live__questions").order_by("id")
    lines = [
        Line(
            article=article,
            title=article.live.title if article.live else article.slug,
            reach=reach.get(article.pk, Reach()),
            share=shares.get(article.pk, Share()),
        )
        for article in articles
    ]
    whole = self_service(since=since, until=until)
    lines.sort(key=lambda line: (-line.reach.views, line.title))
    context = {
        "section": "knowledge",
        "days": days,
        "periods": PERIODS,
        "whole": whole,
        "deflection": None if whole.deflection is None else round(100 * whole.deflection),
        "lines": lines[: PAGE * 4],
        "hidden": max(len(lines) - PAGE * 4, 0),
    }
    return shown(request, "desk/knowledge_figures.html", context)


def _span(request: HttpRequest) -> tuple[int, datetime, datetime]:
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else 30
    until = timezone.now()
    return days, until - timedelta(days=days), until


# ── Questions asked in vain ───────────────────────────────────────────────────────────────
@dataclasses.dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with what was shown first then and, when asked again now, what is shown first today."""

    question: Question
    then: str
    now: str = ""
    is_answered_now: bool | None = None


@require_GET
@staff()
def questions(request: HttpRequest) -> HttpResponse:
    """The authors' work list; ``?again=1`` asks every question of the page once more and shows the difference."""
    days, since, _until = _span(request)
    asked = request.GET.get("lack", "")
    lack = Lack(asked) if asked in set(Lack) else Lack.NOTHING
    found = asked_in_vain(lack, since=since)
    lines = _asked(found[:PAGE], is_again=request.GET.get("again") == "1")
    context = {
        "section": "knowledge", "days": days, "periods": PERIODS, "lack": lack, "lacks": LACKS, "lines": lines,
        "hidden": max(len(found) - PAGE, 0), "is_again": request.GET.get("again") == "1",
    }  # fmt: skip
    return shown(request, "desk/knowledge_questions.html", context)


def _asked(found: list[Question], *, is_again: bool) -> list[Asked]:
    results = {row: _ask(row) for row in found} if is_again else {}
    wanted = {row.top_id for row in found if row.top_id} | {hit.id for one in results.values() for hit in one.items}
    titles = dict(readable_by(COLLEAGUE).filter(pk__in=wanted).values_list("pk", "live__title"))
    lines = []
    for row in found:
        line = Asked(question=row, then=titles.get(row.top_id or 0, ""))
        if row in results:
            first = next((titles.get(hit.id, "") for hit in results[row].items), "")
            line = dataclasses.replace(line, now=first, is_answered_now=results[row].is_answered)
        lines.append(line)
    return lines


def _ask(question: Question) -> Found:
    return find(question.words, reader=STRANGER, language=question.language or None, limit=1)


@require_POST
@staff()
def settled(request: HttpRequest) -> HttpResponse:
    """Take a question off the list."""
    words, language = request.POST.get("words", ""), request.POST.get("language", "")
    settle_searches(words=words, language=language, actor=actor_of(request))
    return done(request, _("Off the list. It comes back with the next such search."), "desk:knowledge-questions")


# ── Corrections ───────────────────────────────────────────────────────────────────────────
class DecisionForm(DeskForm):
    answer = forms.CharField(
        label=gettext_lazy("A word to your colleague"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_GET
@staff()
def corrections(request: HttpRequest) -> HttpResponse:
    """Open proposals, my articles first; ``?all=1`` also those decided."""
    rows = Correction.objects.select_related("article__live", "version", "agent", "decided_by")
    if "all" not in request.GET:
        rows = rows.filter(state=Correction.State.OPEN)
    mine = actor_of(request).agent_id
    shown_rows = sorted(rows.order_by("-id")[:PAGE], key=lambda row: row.article.owner_id != mine)
    context: dict[str, Any] = {"section": "knowledge", "corrections": shown_rows, "is_all": "all" in request.GET}
    return shown(request, "desk/corrections.html", {**context, "people": faces()})


@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def correction(request: HttpRequest, correction_id: int) -> HttpResponse:
    """One proposal: take it into the draft, or say why not."""
    found = get_object_or_404(Correction.objects.select_related("article__live", "version", "agent"), pk=correction_id)
    actor, form = actor_of(request), DecisionForm(request.POST or None)
    is_taken = request.POST.get("then") == "take"

    def decide(typed: dict[str, Any]) -> None:
        if is_taken:
            take_correction(correction=found, actor=actor, answer=typed["answer"])
        else:
            decide_correction(correction=found, is_taken=False, actor=actor, answer=typed["answer"])

    if request.method == "POST" and do(form, decide):
        text = _("It stands in the draft of the article now.") if is_taken else _("Your colleague can read why.")
        return done(request, text, "desk:corrections")
    return shown(request, "desk/correction.html", {"section": "knowledge", "correction": found, "form": form})
