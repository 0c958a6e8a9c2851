"""What readers say of an article, and that they read it. No button here needs a log-in or a script."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from otklik.foundation.http.own_pages import own_pages_only
from otklik.knowledge.actions import Asked, note_opened, note_reading, note_search, say_helpful, say_solved
from otklik.knowledge.models import Article, Place, Version
from otklik.portal.reading import address_of, article_for, fitting
from otklik.portal.views.centre import LONGEST_QUESTION, asking_of, help_page, missing
from otklik.portal.visit import is_counted, keep_said, keep_visit, visit_of

_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


@require_POST
@own_pages_only
def said(request: HttpRequest, slug: str) -> HttpResponse:
    """Yes, no, what was missing, or that it is solved; the page then thanks in place."""
    found = article_for(slug, asking_of(request), only=request.POST.get("language", ""))
    if found is None or found.live is None:
        return missing(request, slug)
    answer = redirect(address_of(found) + "#helped")
    word = request.POST.get("word", "")
    if word in _WORDS and is_counted(request):
        visitor = visit_of(request)
        _WORDS[word](found, found.live, visitor, request.POST.get("missing", ""))
        keep_said(request, answer, version_id=found.live.pk, word=word)
        keep_visit(answer, visitor)
    return answer


def _yes(_article: Article, version: Version, visitor: str, _missing: str) -> None:
    say_helpful(version=version, visitor=visitor, is_helpful=True)


def _no(_article: Article, version: Version, visitor: str, missing: str) -> None:
    say_helpful(version=version, visitor=visitor, is_helpful=False, missing=missing)


def _solved(article: Article, version: Version, visitor: str, _missing: str) -> None:
    say_helpful(version=version, visitor=visitor, is_helpful=True)
    say_solved(article=article, place=Place.PORTAL, visitor=visitor)


_WORDS = {"y": _yes, "n": _no, "m": _no, "s": _solved}


@require_http_methods(["GET", "HEAD", "POST"])
@own_pages_only
def read(request: HttpRequest, number: int) -> HttpResponse:
    """Told by the page itself once somebody looks at it, so that the page may be shared; GET where scripts are off.

    ``asked``: the words that were typed when this article was chosen from the suggestions.
    """
    found = _readable(request, number)
    asking = asking_of(request)
    answer = HttpResponse(status=204) if request.method == "POST" else HttpResponse(_PIXEL, content_type="image/gif")
    answer["Cache-Control"] = "no-store"
    if request.method == "HEAD" or asking.reader.is_staff or not is_counted(request):
        return answer
    visitor = visit_of(request)
    words = " ".join(request.POST.get("asked", "").split())[:LONGEST_QUESTION]
    if words:
        asked = Asked(
            words=words, place=Place.PORTAL, language=found.language, brand_id=asking.brand_id, visitor=visitor
        )
        row = note_search(asked, found=1, is_answered=True, top_id=found.pk)
        note_opened(search_id=row.pk, visitor=visitor, article=found)
    note_reading(article=found, place=Place.PORTAL, visitor=visitor)
    return keep_visit(answer, visitor)


def _readable(request: HttpRequest, number: int) -> Article:
    found = asking_of(request).readable.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


@require_POST
@own_pages_only
def fits(request: HttpRequest) -> HttpResponse:
    """While a letter to us is typed: articles that may help at once, if we are sure; nothing of it is kept."""
    asking = asking_of(request)
    words = f"{request.POST.get('subject', '')}\n{request.POST.get('text', '')}"
    context: dict[str, Any] = {"fitting": fitting(words, asking)}
    answer = help_page(request, "portal/fitting.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@own_pages_only
def solved(request: HttpRequest) -> HttpResponse:
    """Somebody about to write to us found it in an article: the only success that we count."""
    if request.method != "POST":
        return help_page(request, "portal/solved.html")
    number = request.POST.get("article", "")
    found = _readable(request, int(number)) if number.isdecimal() and len(number) < 19 else None  # noqa: PLR2004
    answer = redirect("portal:help_solved")
    if found is None or not is_counted(request):
        return answer
    visitor = visit_of(request)
    say_solved(article=found, place=Place.FORM, visitor=visitor)
    return keep_visit(answer, visitor)
