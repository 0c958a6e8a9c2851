"""Pins on the desk: one press from any page, in the rail, in the palette, on a page of their own, and back again."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.cases.models import Case
from otklik.foundation.actors import Sight
from otklik.team.actions.pins import pin_page
from otklik.team.models import MOST_PINS, Agent
from otklik.team.queries import pins_of
from tests.building import acting, fresh, make_agent, make_case
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
PINS = "/desk/pins/"
HELD, MINE = "/desk/held/", "/desk/?view=mine"


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def kept(agent: Agent) -> list[tuple[str, str]]:
    return [(one.address, one.name) for one in pins_of(Agent.objects.get(pk=agent.pk))]


def at_hand(page: str) -> list[tuple[str, str]]:
    """Address and words of each pin in the rail."""
    group = page.split('id="pins"')[1].split("</div></li>", maxsplit=1)[0]
    rows = re.findall(r'<a href="([^"]+)" id="at-[^>]*>(.*?)</a>', group)
    return [(address, " ".join(re.findall(r"<span[^>]*>([^<]+)</span>", row))) for address, row in rows]


def button(page: str) -> str:
    return page.split('<form id="pin"')[1].split("</form>", maxsplit=1)[0] if '<form id="pin"' in page else ""


def pin(agent: Agent, address: str, name: str = "") -> None:
    pin_page(address=address, name=name, actor=acting(agent))


def part(browser: Client, path: str, values: dict[str, Any], at: str = "/desk/customers/") -> str:
    """What the script of an open page gets."""
    return browser.post(path, values, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{at}"}).text


def test_without_pins_there_is_no_trace_of_them_but_the_button(anna: Agent) -> None:
    page = desk(anna).get("/desk/customers/").text

    assert "Под рукой" not in page.split('<main id="main"')[0]
    assert 'aria-pressed="false"' in button(page)
    assert 'aria-label="Закрепить страницу"' in button(page)


def test_one_press_pins_the_page_and_another_unpins_it(anna: Agent) -> None:
    browser = desk(anna)

    came = browser.post("/desk/pins/pin", {"address": MINE, "called": "Мои", "next": MINE})

    assert came["Location"] == MINE
    page = browser.get(MINE).text
    assert "Закреплено: Мои." in page
    assert at_hand(page) == [(MINE, "Мои")]
    assert 'aria-pressed="true"' in button(page)
    assert 'data-command="Открепить страницу"' in button(page)
    browser.post("/desk/pins/unpin", {"address": MINE})
    assert kept(anna) == []


def test_a_press_changes_only_the_parts_that_show_pins(anna: Agent) -> None:
    answer = part(desk(anna), "/desk/pins/pin", {"address": "/desk/customers/", "called": "Клиенты"})

    targets = re.findall(r'hx-target="(#[a-z-]+)"', answer)
    assert targets == ["#pins", "#pin", "#toasts"]
    assert at_hand(answer) == [("/desk/customers/", "Клиенты")]
    assert 'aria-pressed="true"' in button(answer)
    assert "<main" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "?view=mine",
        "?view=all&state=open",
        "customers/",
        "organizations/",
        "alerts/",
        "knowledge/",
        "knowledge/questions/",
        "held/",
        "undelivered/",
        "search?q=учебник",
        "audit/",
        "team/",
        "settings/",
        "settings/macros/",
        "settings/rules",
        "me/",
    ],
)
def test_every_page_of_the_rail_and_of_the_settings_and_every_list_can_be_pinned(path: str) -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "admin")

    assert "/desk/pins/pin" in button(desk(vera).get(f"/desk/{path}").text)


def test_a_case_a_customer_and_an_organization_can_be_pinned(anna: Agent) -> None:
    case = make_case(owner=anna)
    for address in (f"/desk/cases/{case.pk}/", f"/desk/customers/{case.customer_id}/"):
        assert "/desk/pins/pin" in button(desk(anna).get(address).text)


@pytest.mark.parametrize("path", ["pins/", "organizations/new", "cases/999999/", "no-such-page/"])
def test_other_pages_have_no_pin(anna: Agent, path: str) -> None:
    assert button(desk(anna).get(f"/desk/{path}").text) == ""


def test_the_rail_shows_a_pin_only_while_its_page_is_open_to_this_person(anna: Agent) -> None:
    case = make_case(owner=anna)
    pin(anna, f"/desk/cases/{case.pk}/", "Учебник")
    pin(anna, MINE, "Мои")

    Case.objects.filter(pk=case.pk).update(owner=make_agent("Борис Ким", "boris@gorizont.example"))
    Agent.objects.filter(pk=anna.pk).update(sight=Sight.OWN)

    browser = desk(Agent.objects.get(pk=anna.pk))
    assert at_hand(browser.get("/desk/customers/").text) == [(MINE, "Мои")]
    assert "Сейчас вам не открыта" in browser.get(PINS).text
    Case.objects.filter(pk=case.pk).update(owner=anna)
    assert [name for _address, name in at_hand(browser.get("/desk/customers/").text)] == ["Учебник", "Мои 1"]


def test_a_page_of_a_role_goes_with_the_role(anna: Agent) -> None:
    Agent.objects.filter(pk=anna.pk).update(role="admin")
    pin(Agent.objects.get(pk=anna.pk), "/desk/settings/macros/", "Шаблоны")

    Agent.objects.filter(pk=anna.pk).update(role="agent")

    assert "Шаблоны" not in desk(Agent.objects.get(pk=anna.pk)).get("/desk/customers/").text


def test_what_is_gone_goes_with_a_word(anna: Agent) -> None:
    Agent.objects.filter(pk=anna.pk).update(pins=[{"address": "/desk/cases/999999/", "name": "Давнее дело"}])
    browser = desk(Agent.objects.get(pk=anna.pk))
    assert "Давнее дело" not in browser.get("/desk/customers/").text
    assert "Этой страницы больше нет" in browser.get(PINS).text

    browser.post("/desk/pins/pin", {"address": MINE, "called": "Мои"})

    page = browser.get(PINS).text
    assert "Закреплено: Мои. Этой страницы больше нет, она откреплена: Давнее дело." in page
    assert kept(anna) == [(MINE, "Мои")]


def test_a_pin_of_a_counted_page_says_who_waits(anna: Agent) -> None:
    make_case(owner=anna)
    pin(anna, MINE, "Мои")

    page = desk(anna).get("/desk/customers/").text

    assert at_hand(page) == [(MINE, "Мои 1")]


def test_pins_stand_on_every_page_also_on_the_narrow_and_the_refused(anna: Agent) -> None:
    case = make_case(owner=anna)
    pin(anna, HELD, "Письма")

    for path in (f"cases/{case.pk}/", "search", "no-such-page/"):
        assert at_hand(desk(anna).get(f"/desk/{path}").text) == [(HELD, "Письма")]


def test_pins_come_first_in_the_palette_and_by_a_word_on_either_keyboard(anna: Agent) -> None:
    pin(anna, MINE, "Мои на сегодня")
    browser = desk(anna)

    for typed in ("", "сегодня", "ctujlyz"):
        found = browser.get("/desk/palette", {"q": typed}).text
        assert re.findall(r'aria-labelledby="(found-[a-z]+)"', found)[0] == "found-pins"
        assert 'href="/desk/?view=mine"' in found
    assert "found-pins" not in browser.get("/desk/palette", {"q": "настройки"}).text


def test_a_pin_is_named_moved_and_put_away_on_its_page(anna: Agent) -> None:
    pin(anna, MINE, "Мои")
    pin(anna, HELD, "Письма")
    browser = desk(anna)

    browser.post("/desk/pins/name", {"address": HELD, "name": "Странные письма", "next": PINS})
    assert kept(anna)[1] == (HELD, "Странные письма")
    assert "У закреплённой страницы новое имя." in browser.get(PINS).text
    browser.post("/desk/pins/move", {"address": HELD, "to": "0"})
    assert [address for address, _name in kept(anna)] == [HELD, MINE]
    browser.post("/desk/pins/move", {"address": HELD, "to": "nowhere"})
    assert [address for address, _name in kept(anna)] == [HELD, MINE]
    browser.post("/desk/pins/unpin", {"address": HELD})
    assert kept(anna) == [(MINE, "Мои")]


def test_a_move_is_heard_by_who_cannot_see_it(anna: Agent) -> None:
    pin(anna, MINE, "Мои")
    pin(anna, HELD, "Письма")

    answer = part(desk(anna), "/desk/pins/move", {"address": HELD, "to": "0"}, at=PINS)

    assert "Письма: место 1 из 2." in answer
    assert re.findall(r'hx-target="(#[a-z-]+)"', answer) == ["#pins", "#pin-list", "#pins-heard"]


@pytest.mark.parametrize("what", ["pin", "unpin", "name"])
def test_what_was_done_is_taken_back_by_one_press(anna: Agent, what: str) -> None:
    pin(anna, MINE, "Мои")
    pin(anna, "/desk/customers/", "Люди")
    if what != "pin":
        pin_page(address=HELD, name="Письма", at=1, actor=acting(anna))
    before = kept(anna)
    browser = desk(anna)
    browser.post(f"/desk/pins/{what}", {"address": HELD, "name": "Иначе", "called": "Иначе"})
    assert kept(anna) != before

    [way_back] = re.findall(r'action="(/desk/pins/undo/[^"]+)"', browser.get("/desk/customers/").text)
    browser.post(way_back)

    assert kept(anna) == before
    assert "Возвращено" in browser.get("/desk/customers/").text


def test_taking_back_what_somebody_changed_again_says_so(anna: Agent) -> None:
    pin(anna, MINE, "Мои")
    browser = desk(anna)
    browser.post("/desk/pins/name", {"address": MINE, "name": "Иначе"})
    [way_back] = re.findall(r'action="(/desk/pins/undo/[^"]+)"', browser.get("/desk/customers/").text)
    browser.post("/desk/pins/unpin", {"address": MINE})

    browser.post(way_back)

    assert "Эта страница больше не закреплена." in browser.get("/desk/customers/").text
    assert kept(anna) == []


def test_a_full_shelf_is_said_beside_the_page(anna: Agent) -> None:
    for number in range(MOST_PINS):
        pin(anna, f"/desk/?view=all&tag={number}")

    answer = desk(anna).post("/desk/pins/pin", {"address": HELD}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert 'hx-target="#toasts"' in answer.text
    assert 'data-code="pins_full"' in answer.text


def asked(browser: Client, path: str) -> int:
    browser.get(path)  # whatever is remembered for seconds is known by now
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)


def test_pins_of_pages_cost_no_statement_and_any_number_of_records_one(anna: Agent) -> None:
    cases = [make_case(owner=anna, subject=f"Вопрос {number}") for number in range(4)]
    browser, path = desk(anna), "/desk/organizations/"
    before = asked(browser, path)

    for address in (MINE, HELD, "/desk/customers/"):
        pin(anna, address)
    assert asked(browser, path) == before
    for case in cases:
        pin(anna, f"/desk/cases/{case.pk}/")
        pin(anna, f"/desk/customers/{fresh(case).customer_id}/")

    assert len(at_hand(browser.get(path).text)) == 3 + len(cases) + 1
    assert asked(browser, path) == before + 1
