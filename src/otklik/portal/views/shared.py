"""Pages that everybody may share: drawn once for many, told apart by nothing but their address, day or night."""

import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe

from otklik.foundation.database.remembering import remembered
from otklik.foundation.in_use import switched_off
from otklik.portal.views.my import SESSION
from otklik.ui.views import THEME_COOKIE

SHARED = "public, max-age=60, stale-while-revalidate=600"
OWN = "private, no-cache"
_SHORTEST_PACKED = 1_000


@dataclass(frozen=True, kw_only=True)
class Drawn:
    content: bytes
    packed: bytes
    etag: str
    changed_at: int | None


@remembered(seconds=30)
def _place(_key: Hashable) -> dict[str, Drawn]:
    """Where a drawn page is kept for half a minute."""
    return {}


def is_strangers(request: HttpRequest) -> bool:
    """Whether nobody is logged in here, neither at the desk nor as a customer."""
    return not {settings.SESSION_COOKIE_NAME, SESSION} & request.COOKIES.keys()


def shared(
    request: HttpRequest,
    draw: Callable[[], HttpResponse],
    *,
    key: Hashable,
) -> HttpResponse:
    """The page for this key: kept for strangers, drawn anew for anybody known; 304 when the browser has it.

    When what it shows was changed is told by the drawn page's own ``Last-Modified``.
    """
    if is_strangers(request):
        looks = request.COOKIES.get(THEME_COOKIE, ""), switched_off()
        place = _place((request.get_host(), request.path, *looks, key))
        drawn = place.get("page") or place.setdefault("page", _drawn(draw()))
        answer = _packed(request, drawn)
        answer["Cache-Control"] = SHARED
    else:
        drawn = _drawn(draw(), is_packed=False)
        answer = HttpResponse(drawn.content)
        answer["Cache-Control"] = OWN
    answer["ETag"] = drawn.etag
    if drawn.changed_at is not None:
        answer["Last-Modified"] = http_date(drawn.changed_at)
    patch_vary_headers(answer, ("Cookie", "Accept-Encoding"))
    return get_conditional_response(request, etag=drawn.etag, last_modified=drawn.changed_at, response=answer) or answer


def _drawn(answer: HttpResponse, *, is_packed: bool = True) -> Drawn:
    content = answer.content
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:20]}"'
    packed = gzip.compress(content, 6, mtime=0) if is_packed else b""
    changed_at = parse_http_date_safe(answer.get("Last-Modified", ""))
    return Drawn(content=content, packed=packed, etag=etag, changed_at=changed_at)


def _packed(request: HttpRequest, drawn: Drawn) -> HttpResponse:
    """Small on the way. Nothing on such a page is secret, so its size betrays nothing."""
    if "gzip" not in request.headers.get("Accept-Encoding", "") or len(drawn.content) < _SHORTEST_PACKED:
        return HttpResponse(drawn.content)
    answer = HttpResponse(drawn.packed)
    answer["Content-Encoding"] = "gzip"
    return answer
