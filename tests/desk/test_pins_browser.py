"""In a real browser: a page is pinned by a key, found, moved without a mouse, and stands on a phone under “More”."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.team.actions.pins import pin_page
from otklik.team.models import Agent
from tests.building import acting, make_agent
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = "(rules) => axe.run({runOnly: rules, resultTypes: ['violations']}).then((found) => found.violations)"
HELD, ALL = "/desk/held/", "/desk/?view=all"


@pytest.fixture
def anna(monkeypatch: pytest.MonkeyPatch) -> Agent:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    return make_agent()


@pytest.fixture
def come(browser: Browser, live_server: LiveServer, anna: Agent) -> Iterator[Callable[..., Page]]:
    """Anna at the desk, on a screen of this size."""
    contexts: list[BrowserContext] = []

    def sit(width: int = 1280, height: int = 860) -> Page:
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, locale="ru-RU", base_url=live_server.url)  # type: ignore[arg-type]
        session = desk(anna).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield sit
    for one in contexts:
        one.pages[0].goto("about:blank")
        one.close()


def at_hand(page: Page) -> list[str]:
    return page.locator("#pins .within a > span:first-of-type").all_inner_texts()


def test_a_key_pins_the_page_under_its_heading_and_keeps_what_is_typed(come: Callable[..., Page]) -> None:
    page = come()
    page.goto("/desk/customers/?q=Иван")
    page.locator("main input[name=q]").fill("Иван Коз")
    page.locator("#pin-button").focus()

    page.keyboard.press("d")

    expect(page.locator("#pins .within a")).to_have_text("Клиенты")
    expect(page.locator("#pin-button")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#pin-button")).to_be_focused()
    expect(page.locator("main input[name=q]")).to_have_value("Иван Коз")
    expect(page.locator("#toasts")).to_contain_text("Закреплено: Клиенты.")
    page.keyboard.press("d")
    expect(page.locator("#pins")).to_be_hidden()
    expect(page.locator("#pin-button")).to_have_attribute("aria-pressed", "false")


def test_a_narrowed_list_is_called_by_what_narrows_it(come: Callable[..., Page], anna: Agent) -> None:
    page = come()
    page.goto(f"/desk/?view=all&kind=complaint&owner={anna.pk}")

    page.locator("#pin-button").click()

    expect(page.locator("#pins .within a")).to_have_text("Все: Анна Смирнова, Жалоба")


def test_the_palette_pins_the_page_and_then_leads_there_first(come: Callable[..., Page]) -> None:
    page = come()
    page.goto(HELD)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.type("закрепить")
    expect(page.locator("[data-here] [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-here] [role=option]")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#pins .within a")).to_have_count(1)

    page.goto("/desk/organizations/")
    page.keyboard.press("Control+k")

    first = page.locator("#found [role=option]").first
    expect(first).to_have_attribute("href", HELD)
    first.click()
    page.wait_for_url(re.compile(HELD))


def test_pins_are_moved_without_a_mouse_in_the_rail_and_on_their_page(come: Callable[..., Page], anna: Agent) -> None:
    for address, name in ((ALL, "Все"), (HELD, "Письма"), ("/desk/customers/", "Люди")):
        pin_page(address=address, name=name, actor=acting(anna))
    page = come()
    page.goto("/desk/organizations/")

    page.locator("#pins a", has_text="Люди").focus()
    page.keyboard.press("Alt+ArrowUp")

    expect(page.locator("#pins-heard")).to_have_text("Люди: место 2 из 3.")
    assert at_hand(page) == ["Все", "Люди", "Письма"]
    expect(page.locator("#pins a", has_text="Люди")).to_be_focused()
    page.locator("#pins > a").press("Enter")
    page.wait_for_url("**/desk/pins/")
    page.get_by_role("button", name="Письма: выше").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pin-list li:nth-child(2)")).to_contain_text("Письма")
    expect(page.get_by_role("button", name="Письма: выше")).to_be_focused()
    assert at_hand(page) == ["Все", "Письма", "Люди"]


def test_a_pin_is_renamed_by_the_keyboard_and_the_name_taken_back(come: Callable[..., Page], anna: Agent) -> None:
    pin_page(address=HELD, name="Письма", actor=acting(anna))
    page = come()
    page.goto("/desk/pins/")

    page.get_by_role("button", name="Переименовать «Письма»").press("Enter")
    field = page.get_by_label("Имя")
    expect(field).to_be_focused()
    field.fill("Странные письма")
    page.keyboard.press("Enter")

    expect(page.locator("#pins .within a")).to_have_text("Странные письма")
    page.locator("#toasts button").press("Enter")
    expect(page.locator("#pins .within a")).to_have_text("Письма")


def test_on_a_phone_pins_stand_under_more(come: Callable[..., Page], anna: Agent) -> None:
    pin_page(address=HELD, name="Письма", actor=acting(anna))
    page = come(360, 740)
    page.goto(ALL)
    expect(page.locator("#pins")).to_be_hidden()
    expect(page.locator("#pin-button")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") == 360

    page.get_by_role("button", name="Ещё").click()

    expect(page.locator("#pins a", has_text="Письма")).to_be_visible()
    assert page.locator("#pins a", has_text="Письма").bounding_box()["height"] >= 44  # type: ignore[index]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_is_silent(come: Callable[..., Page], anna: Agent, width: int, scheme: str) -> None:
    long = "Очень длинное имя закреплённой страницы, которое никак не помещается в одну строку"
    for address, name in ((HELD, long), ("/desk/customers/", "Люди")):
        pin_page(address=address, name=name, actor=acting(anna))
    Agent.objects.filter(pk=anna.pk).update(
        pins=[*Agent.objects.get(pk=anna.pk).pins, {"address": "/desk/cases/999999/", "name": "Давнее дело"}]
    )
    page = come(width)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/desk/pins/")
    page.evaluate(Axe().axe_script)

    assert [one["id"] for one in page.evaluate(VIOLATIONS, RULES)] == []
    assert page.evaluate("document.scrollingElement.scrollWidth") == width
