"""The edge: refusals become answers, a missing database becomes a kind page."""

import ipaddress
import logging
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from psycopg.errors import DiskFull
from psycopg_pool import PoolTimeout

from otklik.foundation.database.pool import AWAY, forget_dead_connections
from otklik.foundation.errors import CONFLICTS, Refusal
from otklik.foundation.files.storage import FilesAway
from otklik.foundation.http.rates import Rate
from otklik.foundation.http.responses import problem
from otklik.foundation.in_use import must_be_in_use

logger = logging.getLogger(__name__)

type Answer = Callable[[HttpRequest], HttpResponseBase]


_NOT_HERE = frozenset({"not_found", "module_off", "module_unknown"})


def status_of(refusal: Refusal) -> int:
    """403 when the right is missing, 404 for what the asker may not see, 409 when somebody was first, else 422."""
    if refusal.code == "not_allowed":
        return HTTPStatus.FORBIDDEN
    if refusal.code in _NOT_HERE:
        return HTTPStatus.NOT_FOUND
    if refusal.code == "too_many_requests":
        return HTTPStatus.TOO_MANY_REQUESTS
    if refusal.code in CONFLICTS:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY


class ApiDoor:
    """The API's edge: JSON in, JSON out whatever happens, and the caller's rate in the headers."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        if _has_foreign_body(request):
            text = _("Send JSON, with the header Content-Type: application/json.")
            refused = problem("content_type_unsupported", text, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            refused["Cache-Control"] = "no-store"
            return refused
        response = self.get_response(request)
        if response.status_code in _WORDLESS and not response.get("Content-Type", "").startswith("application/json"):
            response = _in_json(response)
        response.headers.setdefault("Cache-Control", "no-store")
        _tell_rate(request, response)
        return response


_WORDLESS = {
    HTTPStatus.BAD_REQUEST: "request_invalid",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "error",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}


_UNDERSTOOD = {"", "text/plain", "application/json", "text/csv", "text/html", "application/zip"}
"""JSON everywhere; whole files where one is imported."""


def _has_foreign_body(request: HttpRequest) -> bool:
    has_body = request.META.get("CONTENT_LENGTH") not in {None, "", "0"} or "HTTP_TRANSFER_ENCODING" in request.META
    return has_body and request.content_type not in _UNDERSTOOD


def _in_json(bare: HttpResponseBase) -> HttpResponse:
    """A response that Django or a library gave in its own words, in ours; its headers stay."""
    status = HTTPStatus(bare.status_code)
    texts = {
        HTTPStatus.NOT_FOUND: _("There is no such address."),
        HTTPStatus.METHOD_NOT_ALLOWED: _("This address does not know this method."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("This is too large."),
        HTTPStatus.SERVICE_UNAVAILABLE: _("The service is away for a moment. Try again soon."),
    }
    response = problem(_WORDLESS[status], texts.get(status, _("This did not work. We know of it.")), status=status)
    for name in ("Allow", "Retry-After"):
        if bare.has_header(name):
            response[name] = bare[name]
    return response


def _tell_rate(request: HttpRequest, response: HttpResponseBase) -> None:
    rate: Rate | None = getattr(request, "rate", None)
    if rate is None:
        return
    response["X-RateLimit-Limit"] = str(rate.limit)
    response["X-RateLimit-Remaining"] = str(rate.remaining)
    response["X-RateLimit-Reset"] = str(rate.reset)
    if rate.is_exceeded:
        response["Retry-After"] = str(rate.reset)


class RefusalsToAnswers:
    """Turn a ``Refusal`` that a view let through into a page, a fragment or JSON with its stable code.

    Of an app that the house does without there is no page at all.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        assert request.resolver_match is not None, "a view was found"
        try:
            for app in request.resolver_match.namespaces:
                must_be_in_use(app)
        except Refusal as refusal:
            return self.process_exception(request, refusal)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        status = status_of(error)
        if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"code": error.code, "text": error.text, "fields": error.fields}, status=status)
        template = "404.html" if error.code == "module_off" else "ui/refusal.html"
        template = "ui/refusal.html#part" if request.headers.get("HX-Request") else template
        return render(request, template, {"refusal": error, "status": status}, status=status)


class RedirectsOfParts:
    """Middleware: a redirect that answers htmx is told to the browser itself.

    Followed by the script, the next page would be rendered for nobody, and its message («taken back», “Undo”) lost.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.headers.get("HX-Request") != "true" or not isinstance(response, HttpResponseRedirectBase):
            return response
        told = HttpResponse(headers={"HX-Redirect": response.url})
        told.cookies = response.cookies
        return told


class NoNul:
    """PostgreSQL refuses NUL: a path with one is nobody's typing and gets 400; in a query it becomes U+FFFD."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            raise BadRequest("NUL in the path")
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "%EF%BF%BD")
        return self.get_response(request)


class DatabaseAway:
    """While the database is away, pages say so kindly with 503 and ask to come back.

    A page that only found an old connection dead, because the database was started anew, is asked for once more.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(request, "has_lost_connection", False) and request.method in {"GET", "HEAD"}:
            forget_dead_connections()
            request.is_database_away = False  # type: ignore[attr-defined]
            response = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, AWAY):
            return None
        request.has_lost_connection = not isinstance(error, PoolTimeout)  # type: ignore[attr-defined]
        if request.path.startswith("/api/"):
            response: HttpResponse = JsonResponse({"code": "unavailable", "text": "The database is away."}, status=503)
        else:
            request.is_database_away = True  # type: ignore[attr-defined]  # nothing on the page may ask it
            response = render(request, "503.html", status=503)
        response["Retry-After"] = "15"
        return response


class NoRoom:
    """Full disks and files that cannot be written: pages say in true words that nothing was kept, with 503."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        is_full = isinstance(error, OperationalError) and isinstance(error.__cause__, DiskFull)
        if not (is_full or isinstance(error, FilesAway)):
            return None
        logger.critical("nothing_can_be_kept", extra={"error": type(error.__cause__ or error).__name__})
        if request.path.startswith("/api/"):
            text = _("There is no room to keep this just now. Nothing of it was kept: send it again later.")
            response: HttpResponse = problem("no_room", text, status=HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            response = render(request, "503_full.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = "60"
        return response


class RealAddress:
    """Behind a proxy: the visitor's address as the proxy wrote it, so that limits count visitors, not the proxy."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META.pop("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if _is_address(told):
            request.META["REMOTE_ADDR"] = told
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
