"""Who comes to the help centre: which visit, which reader, under which name of the house."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from otklik.foundation.database.remembering import remembered
from otklik.foundation.http.limits import TooOften, client_address, count_one
from otklik.foundation.in_use import is_in_use
from otklik.knowledge.actions import new_visitor
from otklik.knowledge.models import Brand
from otklik.knowledge.queries import COLLEAGUE, STRANGER, Reader
from otklik.portal.actions import HOUR
from otklik.portal.queries import signed_in
from otklik.team.login import colleague

VISIT = "otk_visit"
"""A random key until the browser is closed; set only once something has to be remembered for this visit."""

SAID = "otk_said"
"""What this browser said about which versions (``12y.15n``), so that a shared page can thank without asking us."""

_KEY = re.compile(r"[0-9a-f]{32}")
_SAID = re.compile(r"(\d{1,18})([ynms])")
_SAID_KEPT = 30
_NOT_A_PERSON = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|externalhit|vkshare|whatsapp|lighthouse|monitor|curl|wget|python|httpx|"
    r"go-http|java/|okhttp|scrapy",
    re.IGNORECASE,
)
_MOST_NOTED = 600


@remembered(seconds=30)
def brand_at(host: str) -> Brand | None:
    """The face of the company at this host, else its first; None while it has but one."""
    brands = {brand.host: brand for brand in Brand.objects.order_by("is_first")}
    return brands.get(host.partition(":")[0].lower()) or next((one for one in brands.values() if one.is_first), None)


def brand_of(request: HttpRequest) -> Brand | None:
    return brand_at(request.get_host())


def reader_of(request: HttpRequest) -> Reader:
    """An agent who is logged in to the desk, a customer who proved their address, or a stranger."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and colleague(request.user) is not None:
        return COLLEAGUE
    mine = signed_in(request)
    if mine is None:
        return STRANGER
    return Reader(customer_id=mine.customer.pk, organization_id=mine.customer.organization_id)


def visitor_of(request: HttpRequest) -> str:
    """The key of this visit to the help centre, '' while nothing was remembered, and in a house without one."""
    key = request.COOKIES.get(VISIT, "")
    return key if _KEY.fullmatch(key) and is_in_use("knowledge") else ""


def is_counted(request: HttpRequest) -> bool:
    """Whether this is somebody who looks: no robot, no page fetched in advance, nobody in a great hurry."""
    agent = request.headers.get("User-Agent", "")
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if not agent or _NOT_A_PERSON.search(agent) or "prefetch" in purpose:
        return False
    try:
        count_one("help", client_address(request), most=_MOST_NOTED, within=HOUR)
    except TooOften:
        return False
    return True


def visit_of(request: HttpRequest) -> str:
    """The key to remember something by: the known one, or a new one that ``keep_visit`` hands to the browser."""
    return visitor_of(request) or new_visitor()


def keep_visit(answer: HttpResponse, visitor: str) -> HttpResponse:
    """Until the browser is closed, and for no other site."""
    answer.set_cookie(VISIT, visitor, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


def said_about(request: HttpRequest, version_id: int) -> str:
    """'' nothing, 'y' it helped, 'n' it did not, 'm' and what was missing, 's' it is solved."""
    return _said(request).get(version_id, "")


def keep_said(request: HttpRequest, answer: HttpResponse, *, version_id: int, word: str) -> None:
    said = _said(request) | {version_id: word}
    value = ".".join(f"{number}{letter}" for number, letter in list(said.items())[-_SAID_KEPT:])
    answer.set_cookie(SAID, value, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def _said(request: HttpRequest) -> dict[int, str]:
    return {int(number): word for number, word in _SAID.findall(request.COOKIES.get(SAID, ""))}
