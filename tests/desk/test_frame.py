"""The frame around the pages of the staff: sections, what is open, thumbs, folding."""

import re

import pytest

from otklik.desk import rail
from otklik.desk.frame import FOLDED_COOKIE
from otklik.foundation.manifest import Entry, Section
from otklik.team.models import Agent
from tests.building import make_agent, make_case, make_lead
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def sections(page: str) -> dict[str, list[str]]:
    """Name of each section in the rail → its pages."""
    nav = page.split('<ul class="sections">')[1].split('<ul class="foot">', maxsplit=1)[0]
    return {
        re.findall(r"<span>([^<]+)</span>", part)[0]: re.findall(r"<li><a [^>]*><span>([^<]+)</span>", part)
        for part in nav.split('<li class="section" data-section=')[1:]
    }


def here(page: str, kind: str) -> list[str]:
    """What is marked as the place one is at: ``page`` or ``true``."""
    nav = page.split('<nav class="nav')[1].split("</nav>", maxsplit=1)[0]
    return re.findall(rf'aria-current="{kind}">(?:<svg.*?</svg>)?<span[^>]*>([^<]+)', nav)


def thumbs(page: str) -> list[str]:
    return re.findall(r"<span>([^<]+)</span>", page.split('<nav class="thumbs"')[1].split("</nav>", maxsplit=1)[0])


def test_the_rail_shows_sections_with_pages_and_no_trace_of_others(anna: Agent) -> None:
    shown = sections(desk(anna).get("/desk/customers/").text)

    assert list(shown) == ["Работа", "Клиенты", "Голос", "Знания", "Люди", "Итоги"]
    assert shown["Клиенты"] == ["Клиенты", "Организации"]
    assert shown["Работа"][:2] == ["Обращения", "Важное"]


def test_a_section_appears_for_whoever_may_see_a_page_of_it() -> None:
    assert "Люди" in sections(desk(make_lead()).get("/desk/customers/").text)


@pytest.mark.parametrize(
    ("path", "page", "section"),
    [
        ("", ["Мои"], ["Работа"]),
        ("?view=came-back", ["Вернулись"], ["Работа"]),
        ("alerts/", ["Важное"], ["Работа"]),
        ("held/", ["Задержанные письма"], ["Работа"]),
        ("organizations/", ["Организации"], ["Клиенты"]),
        ("knowledge/", ["Центр помощи"], ["Знания"]),
        ("search", ["Найти"], []),
        ("me/", ["АС"], []),
    ],
)
def test_the_rail_says_where_one_is(anna: Agent, path: str, page: list[str], section: list[str]) -> None:
    shown = desk(anna).get(f"/desk/{path}").text

    assert here(shown, "page") == page
    assert here(shown, "true") == section


def test_a_phone_has_four_pages_and_the_rest_under_a_fifth_thumb(anna: Agent) -> None:
    case = make_case(owner=anna)
    page = desk(anna).get(f"/desk/cases/{case.pk}/").text

    assert thumbs(page) == ["Обращения", "Важное", "Клиенты", "Опросы", "Ещё"]
    assert re.findall(r'aria-current="page">', page.split('<nav class="thumbs"')[1]) == ['aria-current="page">']


@pytest.mark.parametrize(("path", "thumb"), [("?view=mine", 0), ("held/", 0), ("alerts/", 1), ("organizations/", 2)])
def test_a_thumb_stands_for_the_pages_behind_it(anna: Agent, path: str, thumb: int) -> None:
    bar = desk(anna).get(f"/desk/{path}").text.split('<nav class="thumbs"')[1].split("</nav>")[0]

    assert ["aria-current" in one for one in re.findall("<a [^>]*>", bar)] == [place == thumb for place in range(4)]


def test_a_folded_rail_stays_folded_in_this_browser(anna: Agent) -> None:
    browser = desk(anna)
    assert 'data-nav="rail"' not in browser.get("/desk/customers/").text

    answer = browser.post("/desk/fold", {"next": "/desk/customers/"})

    assert answer["Location"] == "/desk/customers/"
    assert browser.cookies[FOLDED_COOKIE]["path"] == "/desk/"
    assert 'data-nav="rail"' in browser.get("/desk/customers/").text
    assert browser.post("/desk/fold", {"next": "https://elsewhere.example/"})["Location"] == "/desk/"
    assert 'data-nav="rail"' not in browser.get("/desk/customers/").text


def test_a_section_counts_what_waits_behind_its_pages() -> None:
    pages = [
        Entry(name=name, route="desk:inbox", label=name, icon="x", section=Section.VOICE) for name in ("one", "two")
    ]

    [voice] = rail.parts(pages, {"one": 2, "two": 98, "view:mine": 7}, [])

    assert voice.count == "99+"
    assert [one.count for one in voice.pages] == ["2", "98"]
    assert rail.parts(pages, {}, [])[0].count == ""


def test_a_page_of_another_agent_has_no_more_than_theirs() -> None:
    boris = make_agent("Борис Львов", "boris@gorizont.example")

    assert "Команда" not in sections(desk(boris).get("/desk/absences/").text)["Люди"]
    assert "/desk/team/" not in desk(boris).get("/desk/").text
