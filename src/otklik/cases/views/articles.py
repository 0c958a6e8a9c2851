"""Help articles inside a case: suggestions, putting one into a letter, telling its author what is wrong."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.cases.articles import MOST, offered
from otklik.cases.lessons import words_from
from otklik.cases.macros import prepared
from otklik.cases.models import Case
from otklik.cases.queries import case_by_number, case_file
from otklik.foundation.errors import Refusal
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.pages import do, done, is_part, shown, sorry
from otklik.foundation.http.staff import actor_of, staff
from otklik.knowledge.actions import judge, propose_correction, write_article
from otklik.knowledge.models import Article
from otklik.knowledge.queries import COLLEAGUE, readable_by

_LONGEST = 200
SUGGESTED = Listing(template="cases/articles.html", order="what fits the case best comes first", still="asked once")


class CorrectionForm(DeskForm):
    words = forms.CharField(
        label=gettext_lazy("What should be different, and why"), widget=forms.Textarea(attrs={"rows": 3})
    )
    body = forms.CharField(
        label=gettext_lazy("The text as it should be"),
        help_text=gettext_lazy("Change it here if you like; leave it as it is if words are enough."),
        widget=forms.Textarea(attrs={"rows": 16}),
        required=False,
        strip=False,
    )


@require_GET
@staff()
def suggested(request: HttpRequest, number: int) -> HttpResponse:
    """What fits this case, or the words in ``q``; a part of the case page, and a page of its own without scripts."""
    actor, typed = actor_of(request), request.GET.get("q", "").strip()[:_LONGEST]
    case = case_by_number(number, actor=actor)
    context: dict[str, Any] = {"case": case, "q": typed, "found": offered(case, actor=actor, typed=typed)}
    if is_part(request):
        return render(request, "cases/articles.html#offers", context)
    return shown(request, SUGGESTED.template, context | {"rows": True})


@require_GET
@staff()
def insertable(request: HttpRequest, number: int) -> HttpResponse:
    """Templates and articles for the words typed after ``/`` in the editor."""
    actor, typed = actor_of(request), request.GET.get("q", "").strip()[:_LONGEST]
    case = case_by_number(number, actor=actor)
    macros = [one for one in prepared(case, actor) if typed.lower() in one.title.lower()][:MOST]
    found = offered(case, actor=actor, typed=typed)
    return render(request, "cases/articles.html#slash", {"macros": macros, "found": found, "q": typed})


@require_POST
@staff()
def judged(request: HttpRequest, number: int, article_id: int) -> HttpResponse:
    """Say whether a suggestion fits; the list is shown again without what does not."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    judge(article=_article(article_id), case_id=case.pk, is_right=request.POST.get("is_right") == "1", actor=actor)
    if is_part(request):
        return render(request, "cases/articles.html#offers", {"case": case, "found": offered(case, actor=actor)})
    return redirect("cases:case-articles", number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def correct(request: HttpRequest, article_id: int) -> HttpResponse:
    """Tell the author what is wrong; ``?case=`` is where the agent noticed it."""
    article, actor = _article(article_id), actor_of(request)
    assert article.live is not None, "readable articles are published"
    number = request.GET.get("case", "")
    case = case_by_number(int(number), actor=actor) if number.isascii() and number.isdigit() else None
    form = CorrectionForm(request.POST or None, initial={"body": article.live.body})
    case_id = case.pk if case else None
    if request.method == "POST" and do(
        form, lambda typed: propose_correction(article=article, case_id=case_id, actor=actor, **typed)
    ):
        text = _("Thank you. The author will see it.")
        return done(request, text, "desk:case", case.number) if case else done(request, text, "knowledge:corrections")
    return shown(request, "cases/correct.html", {"article": article, "case": case, "form": form, "section": ""})


def _article(article_id: int) -> Article:
    return get_object_or_404(readable_by(COLLEAGUE), pk=article_id)


@require_POST
@staff("knowledge.write")
def from_case(request: HttpRequest, number: int) -> HttpResponse:
    """A draft from a case whose customer is satisfied, with the personal data hidden."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    if case.state != Case.State.SATISFIED:
        refusal = Refusal("not_satisfied", _("Only what satisfied the customer becomes an article."))
        return sorry(request, refusal, "desk:case", number)
    written = write_article(
        words=words_from(case_file(case, agent_id=None)), actor=actor, language=get_language() or "ru"
    )
    return done(
        request, _("A draft from this case. Check that nothing personal is left."), "knowledge:edit", written.pk
    )
