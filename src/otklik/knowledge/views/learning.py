"""What the help centre does for customers: figures, questions asked in vain, corrections from colleagues."""

import dataclasses
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.pages import do, done, shown
from otklik.foundation.http.periods import PERIODS, span_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.knowledge.actions import decide_correction, settle_searches, take_correction
from otklik.knowledge.figures import (
    Lack,
    Question,
    asked_in_vain,
)
from otklik.knowledge.models import Correction
from otklik.knowledge.queries import COLLEAGUE, STRANGER, readable_by
from otklik.knowledge.search import Found, find
from otklik.team.queries import faces

PAGE = 50
LACKS = {
    Lack.NOTHING: gettext_lazy("Nothing fitted"),
    Lack.UNOPENED: gettext_lazy("Nothing was opened"),
    Lack.BECAME_CASE: gettext_lazy("Became a case"),
}


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
    days, since, _until = span_of(request)
    asked = request.GET.get("lack", "")
    lack = Lack(asked) if asked in set(Lack) else Lack.NOTHING
    found = asked_in_vain(lack, since=since)
    lines = _asked(found[:PAGE], is_again=request.GET.get("again") == "1")
    context = {
        "section": "knowledge", "days": days, "periods": PERIODS, "lack": lack, "lacks": LACKS, "rows": lines,
        "hidden": max(len(found) - PAGE, 0), "is_again": request.GET.get("again") == "1",
    }  # fmt: skip
    return shown(request, "knowledge/questions.html", context)


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
    return done(request, _("Off the list. It comes back with the next such search."), "knowledge:questions")


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
    context: dict[str, Any] = {"section": "knowledge", "rows": shown_rows, "is_all": "all" in request.GET}
    return shown(request, "knowledge/corrections.html", {**context, "people": faces()})


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
        return done(request, text, "knowledge:corrections")
    return shown(request, "knowledge/correction.html", {"section": "knowledge", "correction": found, "form": form})
