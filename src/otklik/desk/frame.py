"""What stands around every page of the staff: who they are, the navigation and its counts."""

import json
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from otklik.desk import queries
from otklik.desk.pins import Standing, open_pins
from otklik.desk.rail import NavItem, Part, first_steps, held_back, parts, rows
from otklik.desk.settings_home import by_section
from otklik.foundation.actors import Actor, may
from otklik.foundation.http.pinnable import pinnable_at
from otklik.foundation.http.staff import actor_of
from otklik.foundation.in_use import is_in_use
from otklik.foundation.manifest import Entry, Page, Pop, SettingsPage, open_to
from otklik.foundation.modules import foot, keyed_pages, navigation, pops, settings_pages
from otklik.foundation.policies import policy
from otklik.team.login import me_of
from otklik.team.models import Agent
from otklik.team.queries import face_url, pins_of

FOLDED_COOKIE = "otk_folded"


class Frame:
    """What stands around one page; each part is asked of the database when it is drawn, and once."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _actor(self) -> Actor:
        return actor_of(self._request)

    @cached_property
    def _teams(self) -> list[tuple[int, str]]:
        return queries.visible_teams(self._actor)

    @cached_property
    def _counts(self) -> dict[str, int]:
        return queries.counts(self._actor, [team_id for team_id, _name in self._teams])

    @cached_property
    def _pages(self) -> list[Entry]:
        return open_to(self._actor, navigation())

    @cached_property
    def top(self) -> list[NavItem]:
        return first_steps(self._actor)

    @cached_property
    def sections(self) -> list[Part]:
        return parts(self._pages, self._counts, self._teams)

    @cached_property
    def narrow(self) -> list[Part]:
        """The same for the narrow navigation, which needs no counts."""
        return parts(self._pages, {}, self._teams)

    @cached_property
    def pins(self) -> list[Standing]:
        """What this person keeps at hand and may open now."""
        return open_pins(pins_of(me_of(self._request)), self._actor)

    @cached_property
    def _shown(self) -> SplitResult:
        return urlsplit(self._request.headers.get("HX-Current-URL", "") or self._request.get_full_path())

    @cached_property
    def address(self) -> str:
        """Of the page that is open in the browser, as it would be pinned; '' for a page that cannot be."""
        page = pinnable_at(self._shown._replace(scheme="", netloc="", fragment="").geturl())
        return page.address if page else ""

    @property
    def is_at_pins(self) -> bool:
        return self._shown.path == reverse("desk:pins")

    @property
    def is_pinned(self) -> bool:
        return any(one.pin.address == self.address for one in self.pins)

    @cached_property
    def keyed(self) -> list[Page]:
        """Pages that a key opens from anywhere."""
        return open_to(self._actor, keyed_pages())

    @cached_property
    def pops(self) -> list[Pop]:
        """What stands up on every page of this person."""
        return [
            one for one in pops() if is_in_use(one.app) and (not one.permission or may(self._actor, one.permission))
        ]

    @cached_property
    def foot(self) -> list[NavItem]:
        return [*held_back(), *rows(open_to(self._actor, foot()), {})]

    @property
    def is_folded(self) -> bool:
        """Whether this browser keeps the rail folded."""
        return self._request.COOKIES.get(FOLDED_COOKIE) == "1"

    @cached_property
    def settings(self) -> list[tuple[str | Promise, list[SettingsPage]]]:
        """The pages of the settings that are open to whoever looks, by section."""
        return by_section(open_to(self._actor, settings_pages()))

    @property
    def settings_home(self) -> str:
        return reverse("desk:settings")


def around(request: HttpRequest) -> dict[str, Any]:
    """Context processor for pages of the staff: what ``staff/frame.html`` draws, asked for only when it is drawn.

    ``problem_face``: what a page that cannot be shown looks like. ``page_face``: the frame around the six kinds of
    pages. ``way_back``: where one came from, or ''.
    """
    if not request.path.startswith("/desk/") or not isinstance(getattr(request, "user", None), Agent):
        return {"problem_face": "ui/problem.html"}
    me = me_of(request)
    return {
        "problem_face": "staff/problem.html",
        "page_face": "staff/frame.html",
        "frame": Frame(request),
        "way_back": SimpleLazyObject(lambda: _way_back(request)),
        "me": SimpleLazyObject(lambda: {"name": me.name, "photo": face_url(me)}),
        "company": SimpleLazyObject(lambda: {"name": policy("company.name")}),
        "session": json.dumps(
            {
                "agent": me.pk,
                "look": reverse("desk:session"),
                "door": f"{reverse('account_login')}?next={reverse('desk:session-in')}",
            }
        ),
    }


def _way_back(request: HttpRequest) -> str:
    """The page one came from, if it is another one of the desk; else ''."""
    came = urlsplit(request.headers.get("Referer", ""))
    is_ours = came.netloc == request.get_host() and came.path.startswith("/desk/") and came.path != request.path
    return came._replace(scheme="", netloc="").geturl() if is_ours else ""
