"""What the help centre does for customers: figures, questions asked in vain, corrections from colleagues."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.database.alphabet import ByName, spelled
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import do, done, shown
from otklik.foundation.http.periods import PERIODS, span_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.knowledge.actions import decide_correction, take_correction
from otklik.knowledge.figures import (
    Lack,
    Question,
    asked_in_vain,
)
from otklik.knowledge.models import Correction
from otklik.knowledge.queries import COLLEAGUE, STRANGER, readable_by
from otklik.knowledge.search import Found, find
from otklik.knowledge.views import many
from otklik.team.queries import faces

_VALUES: Mapping[str, Callable[[Question], Any]] = {
    "times": attrgetter("times"), "last": attrgetter("last_at"), "question": lambda row: spelled(row.words),
}  # fmt: skip
QUESTIONS = Listing(
    template="knowledge/questions.html",
    columns=(
        Column(name="times", label=gettext_lazy("Times"), falls=True),
        Column(name="last", label=pgettext_lazy("time", "Last"), falls=True),
        Column(name="question", label=gettext_lazy("Question")),
    ),
    still="counted over days from every search of visitors, of which the history tells nothing",
)
"""At most ``figures.MOST_LINES`` questions, those asked most often: they are sorted here."""
CORRECTIONS = Listing(
    template="knowledge/corrections.html",
    columns=(
        Column(name="at", label=gettext_lazy("Proposed"), by="pk", of=int, falls=True),
        Column(name="article", label=gettext_lazy("Article"), by=ByName("version__title")),
        Column(name="keeper", label=gettext_lazy("Keeper"), by=ByName("article__owner__name"), may_lack=True),
        Column(name="who", label=gettext_lazy("From whom"), by=ByName("agent__name")),
    ),
    live="knowledge.corrections",
)
"""What colleagues have proposed by hand: some hundreds in a year."""
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
    lack = many.lack_of(request.GET)
    found, is_again = asked_in_vain(lack, since=since), request.GET.get("again") == "1"
    page = QUESTIONS.page_at_hand(request, found, value=lambda row, name: _VALUES[name](row), key=_key_of)
    context = {
        "section": "knowledge", "days": days, "periods": PERIODS, "lack": lack, "lacks": LACKS, **page,
        "rows": _asked(page["rows"], is_again=is_again), "is_again": is_again,
        "bulk": many.bar(many.QUESTIONS, request),
    }  # fmt: skip
    return shown(request, QUESTIONS.template, context)


def _key_of(question: Question) -> str:
    return f"{question.language}:{question.words}"


def _asked(found: Sequence[Question], *, is_again: bool) -> list[Asked]:
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


# ── Corrections ───────────────────────────────────────────────────────────────────────────
class DecisionForm(DeskForm):
    answer = forms.CharField(
        label=gettext_lazy("Message to your colleague"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_GET
@staff()
def corrections(request: HttpRequest) -> HttpResponse:
    """Open proposals, newest first; ``?all=1`` also those decided."""
    page = CORRECTIONS.page(request, many.corrections_of(request.GET))
    bulk = many.bar(many.CORRECTIONS, request)
    context = {"section": "knowledge", **page, "is_all": "all" in request.GET, "bulk": bulk}
    return shown(request, CORRECTIONS.template, {**context, "people": faces()})


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
