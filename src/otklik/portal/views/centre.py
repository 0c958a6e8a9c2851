"""The help centre: find an answer, read it, say whether it helped; a person is one step away on every page."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, urlencode
from django.views.decorators.http import require_safe

from otklik.foundation.policies import policy
from otklik.knowledge.actions import Asked, note_opened, note_search
from otklik.knowledge.models import Article, Place
from otklik.portal.finding import Answer, Item, find_anywhere
from otklik.portal.finding import suggest as suggest_items
from otklik.portal.meta import meta_of_article, meta_of_section, meta_of_start, origin
from otklik.portal.reading import (
    Asking,
    address_of,
    article_for,
    article_page,
    section_page,
    sitemap_entries,
)
from otklik.portal.views.pages import page
from otklik.portal.views.shared import OWN, SHARED, is_strangers, shared
from otklik.portal.visit import brand_of, is_counted, keep_visit, reader_of, said_about, visit_of, visitor_of

LONGEST_QUESTION = 1_000
_SHOWN, _SHORTEST = 10, 2
_LANGUAGES = {code for code, _name in settings.LANGUAGES}


def chosen_language(request: HttpRequest) -> str:
    """The language that the address asks for, '' when it leaves it to the reader."""
    chosen = request.GET.get("language", "")
    return chosen if chosen in _LANGUAGES else ""


def asking_of(request: HttpRequest, language: str = "") -> Asking:
    language = language or chosen_language(request) or translation.get_language() or settings.LANGUAGE_CODE
    return Asking(reader=reader_of(request), language=language, brand=brand_of(request))


def help_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page without a secret of its visitor: its buttons need no token, so that it may be shared."""
    own_path = request.path + (f"?language={chosen_language(request)}" if chosen_language(request) else "")
    around = {"here": "help", "q": "", "csrf_token": "", "own_path": own_path, "language_next": request.path}
    return page(request, template, {**around, **(context or {})}, status=status)


def question_of(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").split())[:LONGEST_QUESTION]


# ── Reading ───────────────────────────────────────────────────────────────────────────────
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """All topics, the search first, what is read most."""
    asking = asking_of(request)

    def draw() -> HttpResponse:
        context = {
            "tree": asking.tree,
            "popular": asking.popular,
            "meta": meta_of_start(brand=asking.brand, house=house_of(asking)),
        }
        return help_page(request, "portal/help.html", context)

    with translation.override(asking.language):
        return _in(asking.language, shared(request, draw, key=("start", asking.language)))


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    asking = asking_of(request)
    found = section_page(slug, asking)
    if found is None:
        return missing(request, slug)

    def draw() -> HttpResponse:
        context = {"at": found, "meta": meta_of_section(found, brand=asking.brand)}
        return help_page(request, "portal/help_section.html", context)

    with translation.override(asking.language):
        return _in(asking.language, shared(request, draw, key=("section", asking.language)))


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """The address decides what is shown and in which language; an old address leads on for good."""
    asking = asking_of(request)
    found = article_for(slug, asking, only=chosen_language(request))
    if found is None or found.live_id is None:
        return missing(request, slug)
    if found.slug != slug:
        return redirect(address_of(found), permanent=True)
    _note_opened(request, found)
    asking = asking_of(request, found.language)
    said = said_about(request, found.live_id)

    def draw() -> HttpResponse:
        return _draw_article(request, found, asking, said)

    key = ("article", found.live_id, found.reviewed_at, found.review_at, said, found.language)
    with translation.override(found.language):
        return _in(found.language, shared(request, draw, key=key))


def _draw_article(request: HttpRequest, found: Article, asking: Asking, said: str) -> HttpResponse:
    shown = article_page(found, asking)
    context = {
        "at": shown,
        "said": said,
        "meta": meta_of_article(shown, brand=asking.brand, house=house_of(asking)),
        "language_next": address_of(shown.others[0]) if shown.others else reverse("portal:help"),
    }
    answer = help_page(request, "portal/article.html", context)
    answer["Last-Modified"] = http_date(shown.changed_at.timestamp())
    return answer


def _note_opened(request: HttpRequest, found: Article) -> None:
    """It was chosen from what a search of this visit showed (``?s=``)."""
    search, visitor = request.GET.get("s", ""), visitor_of(request)
    if visitor and search.isdecimal() and len(search) < 19 and request.method == "GET" and is_counted(request):  # noqa: PLR2004
        note_opened(search_id=int(search), visitor=visitor, article=found)


def without_slash(request: HttpRequest, slug: str) -> HttpResponse:
    return redirect("portal:article", slug=slug, permanent=True)


def missing(request: HttpRequest, slug: str) -> HttpResponse:
    """Nothing is here for this reader: a search with the words of the address, and a person."""
    context = {
        "q": " ".join(slug.replace("_", "-").split("-"))[:LONGEST_QUESTION],
        "popular": asking_of(request).popular,
    }
    answer = help_page(request, "portal/help_missing.html", context, status=404)
    answer["Cache-Control"] = OWN
    return answer


def house_of(asking: Asking) -> str:
    return asking.brand.name if asking.brand else str(policy("company.name"))


def _in(language: str, answer: HttpResponse) -> HttpResponse:
    answer["Content-Language"] = language
    return answer


# ── Finding ───────────────────────────────────────────────────────────────────────────────
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What fits, or in words that nothing does and who helps then."""
    asking, words = asking_of(request), question_of(request)
    with translation.override(asking.language):
        found = find_anywhere(words, reader=asking.reader, language=asking.language, brand=asking.brand, limit=_SHOWN)
        visitor, search_id = visitor_of(request), 0
        if words and not asking.reader.is_staff and request.method == "GET" and is_counted(request):
            visitor = visit_of(request)
            search_id = _note(asking, words, found, visitor)
        again = f"{request.path}?{urlencode({'q': words})}"
        context = {"q": words, "found": found, "search_id": search_id, "own_path": again, "language_next": again}
        if not found.is_answered:
            context["popular"] = asking.popular
        answer = help_page(request, "portal/help_search.html", context)
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "private, no-store"
    return _in(asking.language, keep_visit(answer, visitor) if search_id else answer)


def _note(asking: Asking, words: str, found: Answer, visitor: str) -> int:
    asked = Asked(words=words, place=Place.PORTAL, language=asking.language, brand_id=asking.brand_id, visitor=visitor)
    top = found.items[0].article.pk if found.items else None
    return note_search(asked, found=len(found.items), is_answered=found.is_answered, top_id=top).pk


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """While somebody types: a few articles as JSON. Nothing is remembered of half a word."""
    asking, words = asking_of(request), question_of(request)
    items: Sequence[Item] = []
    if len(words) >= _SHORTEST:
        items = suggest_items(words, reader=asking.reader, language=asking.language, brand=asking.brand)
    answer = JsonResponse({"items": [_suggestion(one.article) for one in items]})
    answer["Cache-Control"] = SHARED if is_strangers(request) else OWN
    patch_vary_headers(answer, ("Cookie",))
    return answer


def _suggestion(found: Article) -> dict[str, str]:
    return {"title": found.live.title if found.live else "", "url": address_of(found)}


# ── For machines ──────────────────────────────────────────────────────────────────────────
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    brand = brand_of(request)

    def draw() -> HttpResponse:
        context = {"home": origin(brand), "entries": sitemap_entries(brand.pk if brand else None)}
        return page(request, "portal/sitemap.xml", context)

    answer = shared(request, draw, key="sitemap")
    answer["Content-Type"] = "application/xml; charset=utf-8"
    return answer
