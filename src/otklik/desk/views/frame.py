"""The navigation around the working pages: views and teams with their counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk import queries
from otklik.desk.shell import actor_of
from otklik.foundation.actors import Actor, may


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One row of the navigation; ``count`` is '' when there is nothing to say."""

    name: str
    label: str | Promise
    icon: str
    url: str
    count: str = ""
    tone: str = ""


_MAIN = (
    ("search", _("Search"), "search", "desk:search", ""),
    ("inbox", _("Cases"), "inbox", "desk:inbox", ""),
    ("alerts", _("Alerts"), "bell", "desk:alerts", ""),
    ("customers", _("Customers"), "users", "desk:customers", ""),
    ("knowledge", _("Help centre"), "book", "desk:knowledge", ""),
    ("team", _("Team"), "chart-bar", "desk:team", "team.see"),
)
_FOOT = (
    ("audit", _("Audit"), "history", "desk:audit", "audit.see"),
    ("settings", _("Settings"), "settings", "desk:settings", "standards.edit"),
)
_VIEWS = (
    ("mine", pgettext_lazy("view", "Mine"), "user-check", ""),
    ("waiting", _("Waiting for us"), "message-2", ""),
    ("at-risk", pgettext_lazy("view", "At risk"), "alarm", "risk"),
    ("solved", _("Waiting for the customer's word"), "hourglass", ""),
    ("came-back", pgettext_lazy("view", "Came back"), "arrow-back-up", "back"),
)


def shown_count(count: int) -> str:
    """'' for none, '99+' from a hundred on."""
    return f"{queries.MOST_COUNTED - 1}+" if count >= queries.MOST_COUNTED else str(count or "")


def frame(request: HttpRequest, *, current: str = "inbox", rail: bool = False) -> dict[str, Any]:
    """Context of ``desk/base.html``. ``rail`` is the narrow navigation, which needs no counts."""
    context: dict[str, Any] = {
        "nav_current": current,
        "rail": rail,
        "nav_views": [],
        "nav_teams": [],
    }
    found: dict[str, int] = {}
    if not rail:
        teams = queries.visible_teams(actor_of(request))
        found = queries.counts(actor_of(request), [team_id for team_id, _name in teams])
        context |= {"nav_views": _views(found), "nav_teams": _teams(teams, found)}
    context["nav_main"] = _known(_MAIN, actor_of(request), found)
    context["nav_foot"] = _known(_FOOT, actor_of(request), found)
    return context


def _known(rows: tuple[tuple[str, Any, str, str, str], ...], actor: Actor, found: Mapping[str, int]) -> list[NavItem]:
    items = []
    for name, label, icon, route, permission in rows:
        if permission and not may(actor, permission):
            continue
        try:
            url = reverse(route)
        except NoReverseMatch:
            continue
        count = shown_count(found.get(name, 0))
        items.append(NavItem(name=name, label=label, icon=icon, url=url, count=count, tone="accent"))
    return items


def _views(found: Mapping[str, int]) -> list[NavItem]:
    inbox = reverse("desk:inbox")
    rows = [
        NavItem(
            name=f"view:{name}",
            label=label,
            icon=icon,
            url=f"{inbox}?view={name}",
            count=shown_count(found.get(name, 0)),
            tone=tone,
        )
        for name, label, icon, tone in _VIEWS
    ]
    letters = (
        ("undelivered", _("Not delivered"), "mail-x", "undelivered"),
        ("held", _("Held letters"), "mail-pause", ""),
    )
    rows += [
        NavItem(
            name=name, label=label, icon=icon, url=reverse(f"desk:{name}"), count=shown_count(found[name]), tone=tone
        )
        for name, label, icon, tone in letters
    ]
    return rows


def _teams(teams: list[tuple[int, str]], found: Mapping[str, int]) -> list[NavItem]:
    inbox = reverse("desk:inbox")
    return [
        NavItem(
            name=f"team:{team_id}",
            label=name,
            icon="users-group",
            url=f"{inbox}?team={team_id}",
            count=shown_count(found.get(f"team:{team_id}", 0)),
        )
        for team_id, name in teams
    ]


def is_part(request: HttpRequest) -> bool:
    """htmx asks for a fragment, not for a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    current: str = "inbox",
    rail: bool = False,
    status: int = 200,
) -> HttpResponse:
    """A whole page of the desk, or one of its parts when ``template`` names it after ``#`` (then without the frame)."""
    around = {} if "#" in template else frame(request, current=current, rail=rail)
    return render(request, template, {**around, **context}, status=status)
