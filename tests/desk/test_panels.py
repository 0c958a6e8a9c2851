"""What apps show beside a case and do with it: to whom, in which order, and nothing of one that is off."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client

from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.foundation import modules
from otklik.foundation.actors import Actor, Role
from otklik.foundation.http import panels
from otklik.foundation.manifest import Beside, CustomerPanel, Module, Move, Panel
from tests.building import make_case, make_lead
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


def told(case: Case, actor: Actor) -> Mapping[str, Any]:
    return {"words": f"{actor.name or 'nobody'} {case.number}"}


def nothing(_case: Case, _who: object) -> None:
    return None


def panel(name: str, **more: Any) -> Panel:
    return Panel(**{"name": name, "template": "told.html", "facts": told} | more)


ROOM = Module(
    name="room",
    permissions={"room.judge": frozenset({Role.LEAD})},
    panels=(
        panel("late", place=2),
        panel("early", place=1),
        panel("leads", place=3, permission="room.judge"),
        panel("empty", facts=nothing, place=4),
        panel("of-the-person", beside=Beside.CUSTOMER),
    ),
    customer_panels=(
        CustomerPanel(name="theirs", template="their.html", facts=lambda case, link: {"link": link, "case": case}),
    ),
    moves=(
        Move(route="desk:said", label="Read it aloud", icon="bulb"),
        Move(route="desk:fresh", label="Judge it", icon="bulb", permission="room.judge"),
        Move(route="desk:onward", label="Not for this one", icon="bulb", fits=lambda _case: False),
    ),
)
TEMPLATES = {"told.html": "<p>told {{ words }}</p>", "their.html": "<p>{{ case.number }} by {{ link|length }}</p>"}


def drawn(name: str, context: dict[str, Any], request: HttpRequest) -> str:
    """The room's own templates stand here; those of the house where they are."""
    if name not in TEMPLATES:
        return render_to_string(name, context, request)
    return engines["django"].from_string(TEMPLATES[name]).render(context, request)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> list[Module]:
    """A house with one room more, the only one with panels; what is taken out of the list is switched off."""
    others = (replace(one, panels=(), customer_panels=(), moves=()) for one in modules.modules())
    rooms = [*others, ROOM]
    monkeypatch.setattr(panels, "in_use", lambda: rooms)
    monkeypatch.setattr(panels, "render_to_string", drawn)
    permissions = modules.permissions() | ROOM.permissions
    monkeypatch.setattr("otklik.foundation.actors.permissions", lambda: permissions)
    return rooms


def elements(page: str) -> list[str]:
    """The names of the room's panels on a page, in their order."""
    names = [piece.partition('"')[0] for piece in page.split('<div id="panel-')[1:]]
    return [name for name in names if name in {one.name for one in (*ROOM.panels, *ROOM.customer_panels)}]


def test_panels_stand_in_their_column_and_order(room: list[Module]) -> None:
    case = make_case()

    page = desk(case.owner).get(f"/desk/cases/{case.number}/").text
    facts, _, person = page.partition('id="person"')

    assert elements(facts) == ["early", "late", "leads", "empty"]
    assert elements(person) == ["of-the-person"]
    assert f"told {case.owner.name} {case.number}" in facts


def test_an_element_stands_empty_where_nothing_is_shown_or_may_be_seen(room: list[Module]) -> None:
    case = make_case()

    owners = desk(case.owner).get(f"/desk/cases/{case.number}/").text
    leads = desk(make_lead()).get(f"/desk/cases/{case.number}/").text

    assert '<div id="panel-empty" class="panels"></div>' in owners
    assert '<div id="panel-leads" class="panels"></div>' in owners
    assert '<div id="panel-leads" class="panels"><p>told' in leads


def test_panels_come_anew_while_others_work_on_the_case(room: list[Module]) -> None:
    case = make_case()

    parts = desk(case.owner).get(f"/desk/cases/{case.number}/fresh").text

    assert 'hx-target="#panel-early"' in parts
    assert elements(parts) == ["early", "late", "leads", "empty"]


def test_the_menu_offers_what_one_may_do_and_what_fits(room: list[Module]) -> None:
    case = make_case()

    owners = desk(case.owner).get(f"/desk/cases/{case.number}/").text
    leads = desk(make_lead()).get(f"/desk/cases/{case.number}/").text

    assert f'href="/desk/cases/{case.number}/said"' in owners
    assert "Judge it" not in owners
    assert "Judge it" in leads
    assert "Not for this one" not in leads


def test_a_room_that_is_off_shows_nothing(room: list[Module]) -> None:
    case = make_case()
    room.remove(ROOM)

    page = desk(case.owner).get(f"/desk/cases/{case.number}/").text

    assert "early" not in elements(page)
    assert "Read it aloud" not in page


def test_customers_see_theirs_on_the_page_of_their_case(room: list[Module], client: Client) -> None:
    case = make_case()

    page = client.get(f"/case/{case_link(case)}/").text

    assert elements(page) == ["theirs"]
    assert f"<p>{case.number} by {len(case_link(case))}</p>" in page
