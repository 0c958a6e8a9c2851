"""What the help button on other sites shows: small documents without cookies, for a stranger.

Each answer is a whole little document: its title is the heading, its body is what the button puts into its panel.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_POST, require_safe

from otklik.cases.queries import case_by_link
from otklik.cases.zones import zone_of
from otklik.foundation.http.limits import TooOften, client_address
from otklik.foundation.in_use import is_in_use
from otklik.knowledge.actions import (
    Asked,
    join_case,
    note_opened,
    note_reading,
    note_search,
    say_helpful,
    say_solved,
)
from otklik.knowledge.models import Article, Place
from otklik.knowledge.queries import STRANGER, shown
from otklik.knowledge.search import LONGEST_ASKED
from otklik.portal.actions import look_at_uploads, open_from_form
from otklik.portal.finding import Answer, find_anywhere, suggest
from otklik.portal.forms.asking import ContactForm
from otklik.portal.queries import company, first_answer, house_zone, keeper, mail_address
from otklik.portal.reading import Asking, address_of, article_for
from otklik.portal.views.pages import TOO_MANY, WRONG, too_often
from otklik.portal.visit import brand_of, is_counted
from otklik.portal.widget import LANGUAGES, is_open_to_all, loader, site_of

NOTHING, FORBIDDEN, GONE = 204, 403, 404
_VISIT = re.compile(r"[0-9a-f]{32}")
_FRESH, _FOUND_FRESH = 300, 60
_FEW, _LONGEST_WORDS, _LEAST_FOR_SUGGESTION = 5, 1_000, 12


@require_safe
@conditional_page
def script(_request: HttpRequest) -> HttpResponse:
    """The one script of the help button. It is asked for again after five minutes, the module behind it never."""
    answer = HttpResponse(loader(), content_type="text/javascript; charset=utf-8")
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(answer, public=True, max_age=_FRESH)
    return answer


def _for_sites[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A part of the panel: in the language that the button asks for, readable by the sites that the house allows.

    There is no token of Django's, because there is no cookie that another site's page could misuse.
    """

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        site = site_of(request)
        language = request.GET.get("language") or request.POST.get("language", "")
        with translation.override(language if language in LANGUAGES else settings.LANGUAGE_CODE):
            answer = view(request, *args, **kwargs) if site.may_read else HttpResponse(status=FORBIDDEN)
            answer["Content-Language"] = translation.get_language()
        if not is_open_to_all():
            patch_vary_headers(answer, ["Origin"])
        if site.may_read:
            answer["Access-Control-Allow-Origin"] = "*" if is_open_to_all() else site.origin or settings.BASE_URL
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return answered


def _part(
    request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200, zone: ZoneInfo | None = None
) -> HttpResponse:
    around = {"company": company(), "has_help": is_in_use("knowledge")}
    with timezone.override(zone or house_zone()):
        return render(request, f"portal/widget/{name}.html", {**around, **context}, status=status)


def _asking(request: HttpRequest) -> Asking:
    """A stranger, whoever it is: nobody's cookie comes with a call from another site."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return Asking(reader=STRANGER, language=language, brand=brand_of(request))


def _visit(request: HttpRequest) -> str:
    """The key that the button made up for this visit; '' for anything else."""
    key = request.POST.get("visit", "")
    return key if _VISIT.fullmatch(key) else ""


# ── Find and read ─────────────────────────────────────────────────────────────────────────
@require_safe
@_for_sites
@conditional_page
def home(request: HttpRequest) -> HttpResponse:
    """Where one types a question; below it what others read most."""
    answer = _part(request, "home", {"articles": _asking(request).popular[:_FEW]})
    patch_cache_control(answer, public=True, max_age=_FRESH)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@_for_sites
def search(request: HttpRequest) -> HttpResponse:
    """What answers the words, or begins so while they are still being typed; the title says how much it is.

    The words of a letter that is not sent yet come by POST, so that no log of addresses holds them; nothing is kept.
    """
    said, most = (request.POST, LONGEST_ASKED) if request.method == "POST" else (request.GET, _LONGEST_WORDS)
    words, asking = said.get("q", "").strip()[:most], _asking(request)
    found = _begun(words, asking) if "typing" in request.GET else _found(words, asking)
    answer = _part(request, "found", {"found": found, "words": words, "is_writing": "writing" in request.GET})
    if request.method == "POST":
        add_never_cache_headers(answer)
    else:
        patch_cache_control(answer, private=True, max_age=_FOUND_FRESH)
    return answer


def _begun(words: str, asking: Asking) -> Answer:
    items = suggest(words, reader=STRANGER, language=asking.language, brand=asking.brand, limit=_FEW)
    return Answer(items=items, is_answered=bool(items))


def _found(words: str, asking: Asking) -> Answer:
    return find_anywhere(words, reader=STRANGER, language=asking.language, brand=asking.brand, limit=_FEW)


@require_safe
@_for_sites
@conditional_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    asking = _asking(request)
    known = article_for(slug, asking)
    row = known and asking.readable.select_related("live__author", "owner").filter(pk=known.pk).first()
    if row is None or row.live is None:
        return _part(request, "gone", {}, status=GONE)
    version = row.live
    context = {
        "article": row,
        "version": version,
        "html": shown(version, reader=STRANGER, address_of=address_of).html,
        "keeper": row.owner or version.author,
        "checked_at": row.reviewed_at or version.published_at,
        "is_old": row.may_be_out_of_date,
        "address": address_of(row),
    }
    answer = _part(request, "article", context)
    patch_cache_control(answer, public=True, max_age=_FRESH)
    return answer


# ── What the visit leaves ─────────────────────────────────────────────────────────────────
@require_POST
@_for_sites
def seen(request: HttpRequest) -> HttpResponse:
    """What was asked for (by Enter, or by opening what was found) and what was opened: authors learn from it, and the
    case will tell it.

    Nothing is written for robots, nor without the key of a visit.
    """
    asking, visitor = _asking(request), _visit(request)
    words = request.POST.get("q", "").strip()[:_LONGEST_WORDS]
    opened = asking.readable.filter(slug=request.POST.get("article", "")).first()
    if visitor and is_counted(request):
        _note(words, opened, asking, visitor)
    return HttpResponse(status=NOTHING)


def _note(words: str, opened: Article | None, asking: Asking, visitor: str) -> None:
    if words:
        found = _found(words, asking)
        asked = Asked(
            words=words, place=Place.WIDGET, language=asking.language, brand_id=asking.brand_id, visitor=visitor
        )
        top = found.items[0].article.pk if found.items else None
        search = note_search(asked, found=len(found.items), is_answered=found.is_answered, top_id=top)
        if opened is not None:
            note_opened(search_id=search.pk, visitor=visitor, article=opened)
    if opened is not None:
        note_reading(article=opened, place=Place.WIDGET, visitor=visitor)


@require_POST
@_for_sites
def helpful(request: HttpRequest, slug: str) -> HttpResponse:
    """«Yes» thanks; «no» asks what was missing, and then thanks."""
    known, visitor = article_for(slug, _asking(request)), _visit(request)
    is_helpful, missing = request.POST.get("helpful") == "yes", request.POST.get("missing", "")
    if known is not None and known.live is not None and visitor and is_counted(request):
        say_helpful(version=known.live, visitor=visitor, is_helpful=is_helpful, missing=missing)
    asks = not is_helpful and "missing" not in request.POST
    return _part(request, "helpful", {"article": known, "asks": asks, "is_helpful": is_helpful})


@require_POST
@_for_sites
def solved(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody who was writing to us needs no answer any more."""
    known, visitor = article_for(slug, _asking(request)), _visit(request)
    if known is not None and visitor and is_counted(request):
        say_solved(article=known, place=Place.WIDGET, visitor=visitor)
    return _part(request, "solved", {})


# ── Write to a person ─────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
@_for_sites
def contact(request: HttpRequest) -> HttpResponse:
    """The form of the portal in the panel; on a site that the house has not named, the way to the portal's own."""
    if not site_of(request).may_write:
        return _part(request, "elsewhere", {"mail": mail_address()})
    if request.method != "POST":
        return _form(request, ContactForm())
    uploads, refused = look_at_uploads(request.FILES.getlist("attachments"), request.POST.getlist("kept"))
    form = ContactForm(request.POST, uploads=uploads, refused=refused)
    if form.is_valid():
        return _open(request, form)
    form.keep_files(network=client_address(request))
    return _form(request, form, status=WRONG)


def _form(request: HttpRequest, form: ContactForm, *, status: int = 200) -> HttpResponse:
    form.fields["text"].widget.attrs |= {"rows": 5}
    if is_in_use("knowledge"):
        form.fields["text"].widget.attrs |= {"data-find": "suggested", "data-least": _LEAST_FOR_SUGGESTION}
    context = {"form": form, **first_answer()}
    answer = _part(request, "contact", context, status=status)
    add_never_cache_headers(answer)
    return answer


def _open(request: HttpRequest, form: ContactForm) -> HttpResponse:
    try:
        link = open_from_form(
            matter=form.matter(),
            uploads=form.uploads,
            once=form.cleaned_data["once"],
            network=client_address(request),
        )
    except TooOften as refusal:
        form.add_error(None, refusal.text)
        form.drop_new_files()
        return too_often(_form(request, form, status=TOO_MANY), refusal)
    case, _typed_in = case_by_link(link)
    join_case(visitor=_visit(request), case_id=case.pk)
    return _part(request, "sent", {**keeper(case, now=timezone.now()), "link": link}, zone=zone_of(case))
