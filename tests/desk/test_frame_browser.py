"""In a real browser: a section leads back to its last page, folds, and puts its pages away."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from otklik.team.models import Agent
from tests.building import make_agent
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def come(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Agent], BrowserContext]]:
    """The one browser of a shared place, in which an agent logs in."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="ru-RU", base_url=live_server.url)

    def log_in(agent: Agent) -> BrowserContext:
        session = desk(agent).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return context

    yield log_in
    context.close()


def test_a_section_leads_to_the_page_where_this_person_was_last(come: Callable[[Agent], BrowserContext]) -> None:
    anna, boris = make_agent(), make_agent("Борис Львов", "boris@gorizont.example")
    page = come(anna).new_page()
    customers = page.locator('[data-section="customers"] > a')
    page.goto("/desk/knowledge/")
    expect(customers).to_have_attribute("href", "/desk/customers/")

    page.goto("/desk/organizations/")
    page.goto("/desk/knowledge/")

    expect(customers).to_have_attribute("href", "/desk/organizations/")
    come(boris)
    page.goto("/desk/knowledge/")
    expect(customers).to_have_attribute("href", "/desk/customers/")
    page.goto("about:blank")


def test_the_rail_folds_at_once_and_stays_so(come: Callable[[Agent], BrowserContext]) -> None:
    page = come(make_agent()).new_page()
    page.goto("/desk/knowledge/")
    rail = page.locator(".rail")
    assert rail.evaluate("(one) => one.offsetWidth") == 240

    page.get_by_role("button", name="Свернуть разделы").press("Enter")

    assert rail.evaluate("(one) => one.offsetWidth") == 80
    page.goto("/desk/customers/")
    assert rail.evaluate("(one) => one.offsetWidth") == 80
    expect(page.get_by_role("button", name="Свернуть разделы")).to_have_attribute("aria-pressed", "true")
    page.goto("about:blank")


def test_the_pages_of_a_section_open_under_the_focus_and_escape_puts_them_away(
    come: Callable[[Agent], BrowserContext],
) -> None:
    page = come(make_agent()).new_page()
    page.goto("/desk/knowledge/")
    inside = page.get_by_role("link", name="Организации")
    expect(inside).to_be_hidden()

    page.locator('[data-section="customers"] > a').focus()

    expect(inside).to_be_visible()
    inside.focus()
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    expect(page.locator('[data-section="customers"] > a')).to_be_focused()
    page.goto("about:blank")
