"""Who is at the desk: the guard of every page of the staff, and the actor behind a request."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal

type WhoActs = Callable[[], Actor | None]
"""Asked once per request; None for whoever is not of the staff. The app that knows them puts it on the request."""


def acting(request: HttpRequest) -> Actor | None:
    """Whoever of the staff is logged in, as the one who acts."""
    who: WhoActs | None = getattr(request, "who_acts", None)
    return None if who is None else who()


def actor_of(request: HttpRequest) -> Actor:
    """The same on a page of the staff. Raises ``Refusal('not_allowed')`` for anybody else."""
    actor = acting(request)
    if actor is None:
        raise Refusal("not_allowed", "")
    return actor


def staff[**P](
    permission: str = "",
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """A page of the staff: log-in first, then the right; never kept by a cache on the way."""

    def guarded(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = acting(request)
            if actor is None:
                return _to_the_door(request)
            if permission:
                require(actor, permission)
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        return page

    return guarded


def _to_the_door(request: HttpRequest) -> HttpResponseBase:
    """The log-in page; a part of an open page hears 401 instead and asks for the log-in where it stands."""
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"Cache-Control": "no-store"})
    is_looking = request.method in {"GET", "HEAD"}
    return redirect_to_login(request.get_full_path() if is_looking else resolve_url(settings.LOGIN_REDIRECT_URL))
