"""Pages and files of plain words."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from otklik.foundation.errors import Refusal
from otklik.foundation.files.keeping import read_file
from otklik.foundation.files.logos import logo
from otklik.foundation.in_use import is_in_use
from otklik.portal.meta import origin
from otklik.portal.queries import company, mail_address
from otklik.portal.views.pages import page
from otklik.portal.visit import brand_of

_PRIVATE = ("/case/", "/contact/sent/", "/answer/", "/my/", "/desk/", "/account/", "/files/", "/api/")
_SHORT_NAME = 12
_FOR_PEOPLE = ("/help/search", "/help/suggest", "/help/read/", "/help/solved/")


def _robots(closed: Iterable[str]) -> str:
    return "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in closed)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return page(request, "portal/privacy.html", {"mail": mail_address()})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return page(request, "portal/accessibility.html", {"mail": mail_address()})


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    text = _robots(_PRIVATE)
    if is_in_use("knowledge"):
        text = f"{_robots((*_PRIVATE, *_FOR_PEOPLE))}Sitemap: {origin(brand_of(request))}/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: where to report a hole, valid for half a year from now."""
    mail = mail_address()
    contact = f"mailto:{mail}" if mail else f"{settings.BASE_URL}/contact/"
    expires = (timezone.now() + timedelta(days=180)).astimezone(UTC).strftime("%Y-%m-%dT00:00:00Z")
    lines = (
        f"Contact: {contact}",
        f"Expires: {expires}",
        "Preferred-Languages: ru, en",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86_400)
def manifest(request: HttpRequest) -> JsonResponse:
    """So that a phone may keep the portal beside its programs, under the company's name."""
    facts = {
        "name": company()["name"],
        "short_name": company()["name"][:_SHORT_NAME],
        "id": "/",
        "start_url": "/",
        "display": "minimal-ui",
        "lang": get_language() or "ru",
        "background_color": "#faf9f6",
        "theme_color": "#1f5788",
        "icons": [_icon()],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


def _icon() -> dict[str, str]:
    url = company()["logo_url"]
    if url:
        return {"src": url, "type": "image/png", "sizes": "512x512"}
    return {"src": static("ui/icons/mark.svg"), "type": "image/svg+xml", "sizes": "any"}


@require_safe
@cache_control(public=True, max_age=86_400)
def company_logo(request: HttpRequest) -> HttpResponse:
    """The picture in the head of every page; its address changes with it."""
    picture = logo()
    if picture is None:
        raise Refusal("not_found", _("There is no such page."))
    answer = HttpResponse(read_file(picture), content_type="image/png")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("ui/icons/mark.svg"))
