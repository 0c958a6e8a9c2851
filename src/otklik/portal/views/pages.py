"""What every page of the portal has: the house in head and foot, and no trace in caches when it is private."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from otklik.foundation.errors import Refusal
from otklik.foundation.http.limits import TooOften
from otklik.foundation.in_use import is_in_use
from otklik.portal.queries import company, house_zone, known_company
from otklik.portal.reading import has_answers
from otklik.portal.visit import brand_of

GONE, TOO_MANY, WRONG = 410, 429, 422


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    zone: ZoneInfo | None = None,
) -> HttpResponse:
    """``zone``: in which moments are told; None for the house's own."""
    brand = brand_of(request)
    company_here = company() | ({"name": brand.name} if brand and brand.host else {})
    around: dict[str, Any] = {"company": company_here, "has_answers": has_answers(brand.pk if brand else None)}
    around["has_ideas"] = is_in_use("suggestions")
    with timezone.override(zone or house_zone()):
        return render(request, template, {**around, **(context or {})}, status=status)


def house(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``company`` for pages that no view of ours draws (404, a refusal, 503, the log-in)."""
    if request.path.startswith("/desk/"):
        return {}
    is_away = getattr(request, "is_database_away", False)
    return {"company": SimpleLazyObject(known_company if is_away else company)}


def private[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page behind a signed link: kept in no cache, found by no search engine; a bad link gets a kind page."""

    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            answer = view(request, *args, **kwargs)
        except Refusal as refusal:
            if refusal.code not in {"link_invalid", "link_expired"}:
                raise
            status = GONE if refusal.code == "link_expired" else 404
            answer = page(request, "portal/bad_link.html", {"refusal": refusal}, status=status)
        add_never_cache_headers(answer)
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    update_wrapper(shown, view)
    return shown


def too_often(answer: HttpResponse, refusal: TooOften) -> HttpResponse:
    answer["Retry-After"] = str(max(1, int(refusal.wait.total_seconds())))
    return answer
