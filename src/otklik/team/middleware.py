"""An agent on every request: who acts, in which language and zone, and the frame that their log-in may stand in."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.csp import CSP
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor
from otklik.team.login import lacks_second_factor
from otklik.team.models import Agent
from otklik.team.queries import actor_for

type Answer = Callable[[HttpRequest], HttpResponseBase]


class WhoActs:
    """Middleware: the agent who is logged in, as the actor that ``foundation.http.staff`` asks for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        @cache
        def who_acts() -> Actor | None:
            return actor_for(request.user) if isinstance(request.user, Agent) else None

        request.who_acts = who_acts  # type: ignore[attr-defined]  # kept on the request for its short life
        return self.get_response(request)


class DoorInAFrame:
    """Middleware: the log-in pages may stand in a frame of our own pages, so that an ended session loses no words."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith(_DOOR):
            response["X-Frame-Options"] = "SAMEORIGIN"
            response._csp_config = _FRAMED  # type: ignore[attr-defined]  # what Django's decorator does
        return response


_DOOR = ("/account/login/", "/account/2fa/authenticate/", "/desk/session/in")
_FRAMED: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}


class OwnLanguageAndTime:
    """Middleware: an agent reads the desk and the log-in pages in their own language and time zone.

    While the house requires a second factor, an agent without one is first led to where it is set up.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_desk = request.path.startswith("/desk/")
        if not is_desk and not request.path.startswith("/account/"):
            return self.get_response(request)
        answer = self._answered(request, is_desk=is_desk)
        if is_desk:  # pages of the desk say it themselves, what stands for a page when it is refused does not
            answer.headers.setdefault("Cache-Control", "no-store, private")
        else:
            answer.headers["Cache-Control"] = "no-store, private"
        return answer

    def _answered(self, request: HttpRequest, *, is_desk: bool) -> HttpResponseBase:
        if not isinstance(request.user, Agent):
            return self.get_response(request)
        with translation.override(request.user.language), timezone.override(request.user.time_zone):
            if is_desk and lacks_second_factor(request.user):
                messages.warning(request, _("Your company asks for two-step log-in. Set it up to go on to the desk."))
                return redirect("mfa_index")
            return self.get_response(request)
