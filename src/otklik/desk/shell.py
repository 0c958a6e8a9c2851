"""What stands around every page of the desk: who acts, their language and time, the navigation and its counts."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.policies import policy
from otklik.team.login import has_second_factor
from otklik.team.models import Agent
from otklik.team.queries import actor_for, face_url


def me_of(request: HttpRequest) -> Agent:
    """The agent at the desk. Raises ``Refusal('not_allowed')`` for anybody else."""
    if not isinstance(request.user, Agent):
        raise Refusal("not_allowed", "")
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """The agent at the desk as the one who acts; asked of the database once per request."""
    known = getattr(request, "otklik_actor", None)
    if known is None:
        known = actor_for(me_of(request))
        request.otklik_actor = known  # type: ignore[attr-defined]  # kept on the request for its short life
    return cast(Actor, known)


def staff[**P](
    permission: str = "",
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """A page of the desk: log-in first, then the right; never kept by a cache on the way."""

    def guarded(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, Agent):
                return redirect_to_login(request.get_full_path())
            if permission:
                require(actor_of(request), permission)
            answer = view(request, *args, **kwargs)
            answer.headers.setdefault("Cache-Control", "no-store, private")
            return answer

        return page

    return guarded


class OwnLanguageAndTime:
    """Middleware: an agent reads the desk and the log-in pages in their own language and time zone.

    While the house requires a second factor, an agent without one is first led to where it is set up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_desk = request.path.startswith("/desk/")
        if not is_desk and not request.path.startswith("/account/"):
            return self.get_response(request)
        if not isinstance(request.user, Agent):
            return self.get_response(request)
        with translation.override(request.user.language), timezone.override(request.user.time_zone):
            if is_desk and policy("security.require_second_factor") and not has_second_factor(request.user):
                messages.warning(request, _("Your company asks for a second factor. Set it up to go on to the desk."))
                return redirect("mfa_index")
            return self.get_response(request)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``me`` and ``company`` for pages under ``/desk/``; nothing is asked until shown."""
    if not request.path.startswith("/desk/") or not isinstance(getattr(request, "user", None), Agent):
        return {}
    return {
        "me": SimpleLazyObject(lambda: {"name": me_of(request).name, "photo": face_url(me_of(request))}),
        "company": SimpleLazyObject(lambda: {"name": policy("company.name")}),
    }
