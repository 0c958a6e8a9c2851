"""The edge: refusals become answers, a missing database becomes a kind page."""

from collections.abc import Callable
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from psycopg_pool import PoolTimeout

from otklik.foundation.errors import CONFLICTS, Refusal

type Answer = Callable[[HttpRequest], HttpResponseBase]


def status_of(refusal: Refusal) -> int:
    """403 when the right is missing, 404 for what the asker may not see, 409 when somebody was first, else 422."""
    if refusal.code == "not_allowed":
        return HTTPStatus.FORBIDDEN
    if refusal.code == "not_found":
        return HTTPStatus.NOT_FOUND
    if refusal.code in CONFLICTS:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY


class RefusalsToAnswers:
    """Turn a ``Refusal`` that a view let through into a page, a fragment or JSON with its stable code."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        status = status_of(error)
        if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"code": error.code, "text": error.text, "fields": error.fields}, status=status)
        template = "ui/refusal.html#part" if request.headers.get("HX-Request") else "ui/refusal.html"
        return render(request, template, {"refusal": error}, status=status)


class DatabaseAway:
    """While the database is away, pages say so kindly with 503 and ask to come back."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
            return None
        if request.path.startswith("/api/"):
            answer: HttpResponse = JsonResponse({"code": "unavailable", "text": "The database is away."}, status=503)
        else:
            answer = render(request, "503.html", status=503)
        answer["Retry-After"] = "15"
        return answer
