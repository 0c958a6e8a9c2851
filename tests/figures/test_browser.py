"""In a real browser: the page of figures is read, narrowed, opened to its cases, in both languages without a fault."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.cases.actions import confirm_satisfaction
from otklik.team.models import Agent
from tests.building import customer_actor, make_lead
from tests.desk.visiting import desk
from tests.figures.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WORDS = {
    "ru": ("Показатели службы", "Пришлось объяснять дважды", "Показать таблицей"),
    "en": ("Service figures", "Had to explain twice", "Show as a table"),
}


def come(browser: Browser, live_server: LiveServer, agent: Agent, language: str, **how: Any) -> Page:
    Agent.objects.filter(pk=agent.pk).update(language=language)
    session = desk(agent).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=live_server.url, **how)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return context.new_page()


def faults(page: Page) -> list[str]:
    """What axe objects to, by its rule and place."""
    page.evaluate(Axe().axe_script)
    found = page.evaluate("rules => axe.run({runOnly: rules}).then((found) => found.violations)", RULES)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_figures_are_read_and_open_their_cases(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, language: str, width: int, scheme: str
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    lead = make_lead()
    for number in range(4):
        case = served(lead, number, ago=200 + number, answered=10 + number, solved=100)
        confirm_satisfaction(case=case, actor=customer_actor(case), ease=6, explained_twice=number == 0)
    heading, twice, as_table = WORDS[language]
    page = come(browser, live_server, lead, language, viewport={"width": width, "height": 900}, color_scheme=scheme)

    page.goto("/desk/figures/")
    expect(page.locator("h1")).to_have_text(heading)
    expect(page.locator("dl.figures[aria-busy]")).to_have_count(0)
    expect(page.locator("dl.figures dd").first).to_have_text("11 мин" if language == "ru" else "11 min")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name=twice).click()
    expect(page.locator("#told-name")).to_have_text(twice)
    page.get_by_text(as_table, exact=True).click()
    assert faults(page) == []
    page.locator("#told details a").last.click()

    expect(page.locator("tbody tr")).to_have_count(4)
    assert faults(page) == []
    page.context.close()
