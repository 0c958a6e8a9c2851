"""What the apps show beside a case, drawn for whoever looks, and what else they can do with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from otklik.foundation.actors import may
from otklik.foundation.http.staff import actor_of
from otklik.foundation.in_use import in_use
from otklik.foundation.manifest import Beside, CustomerPanel, Panel


@dataclass(frozen=True)
class Drawn:
    """A panel in its element: ``name`` is that of the panel."""

    name: str
    html: SafeString


def panels_of(request: HttpRequest, case: Any, beside: Beside) -> list[Drawn]:
    """The panels of one column, each in its element, which is empty where there is nothing to show now."""
    panels = (one for app in in_use() for one in app.panels if one.beside is beside)
    return [panel_of(request, case, one) for one in sorted(panels, key=attrgetter("place"))]


def panel_of(request: HttpRequest, case: Any, panel: Panel) -> Drawn:
    """One panel in its element."""
    actor = actor_of(request)
    is_open = not panel.permission or may(actor, panel.permission)
    return _drawn(request, case, panel, panel.facts(case, actor) if is_open else None)


def customer_panels_of(request: HttpRequest, case: Any, link: str) -> list[Drawn]:
    """What the apps show a customer on the page of their case."""
    panels = (one for app in in_use() for one in app.customer_panels)
    return [_drawn(request, case, one, one.facts(case, link)) for one in sorted(panels, key=attrgetter("place"))]


def moves_of(request: HttpRequest, case: Any) -> list[Mapping[str, Any]]:
    """What else the actor may do with a case: ``label``, ``icon``, ``url``."""
    actor = actor_of(request)
    return [
        {"label": one.label, "icon": one.icon, "url": one.url_of(case.number)}
        for app in in_use()
        for one in app.moves
        if (not one.permission or may(actor, one.permission)) and (one.fits is None or one.fits(case))
    ]


def _drawn(request: HttpRequest, case: Any, panel: Panel | CustomerPanel, facts: Mapping[str, Any] | None) -> Drawn:
    body = "" if facts is None else render_to_string(panel.template, {"case": case, **facts}, request)
    return Drawn(panel.name, format_html('<div id="panel-{}" class="panels">{}</div>', panel.name, body))
