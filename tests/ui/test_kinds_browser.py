"""The six kinds of pages in a browser: long, empty, broken, in both languages and lights, by keys, on paper."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import include, path
from playwright.sync_api import Browser, Page, expect

from otklik.ui.showcase_kinds import KINDS, STATES
from tests.ui.test_browser import address

__all__ = ["address"]
urlpatterns = [path("ui/", include("otklik.ui.urls")), path("i18n/", include("django.conf.urls.i18n"))]
pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]
LOOKS = (("ru", "light", 1280), ("en", "dark", 1280), ("ru", "dark", 320), ("en", "light", 320))


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="en", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_nothing_sticks_out(page: Page, kind: str) -> None:
    found = []
    for state in STATES:
        for language, theme, width in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/ui/kinds/{kind}/{state}/?theme={theme}&lang={language}")

            violations = Axe().run(page).response["violations"]

            found += [(state, language, theme, width, one["id"], one["nodes"][0]["html"]) for one in violations]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append((state, language, theme, width, "sticks out", ""))

    assert found == []


def test_keys_walk_the_rows_and_turn_the_page(page: Page) -> None:
    page.goto("/ui/kinds/list/long/?lang=en&theme=light")
    rows = page.locator("#rows tbody th a")

    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator("[role=search] input").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("]")

    page.wait_for_url("**after=cursor**")


def test_the_keys_of_a_kind_are_told_on_its_page(page: Page) -> None:
    page.goto("/ui/kinds/list/long/?lang=en")

    page.keyboard.press("?")

    expect(page.locator("#keys")).to_contain_text("Next page, and back to the beginning")


def test_columns_are_chosen_in_the_address(page: Page) -> None:
    page.goto("/ui/kinds/list/long/?lang=en")
    page.click("[popovertarget=columns]")

    page.locator("#columns label", has_text="Organization").click()

    expect(page.locator("#rows tbody td:nth-child(3)").first).to_be_hidden()
    page.wait_for_url("**hide=3**")
    assert "hide=3" in (page.locator(".pages [rel=next]").get_attribute("href") or "")
    page.reload()
    expect(page.locator("#rows tbody td:nth-child(3)").first).to_be_hidden()
    expect(page.locator("#rows tbody td:nth-child(2)").first).to_be_visible()


def test_a_slow_view_of_a_list_becomes_a_skeleton(page: Page) -> None:
    page.goto("/ui/kinds/list/long/?lang=en")
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")  # the next view never comes

    page.click("text=Mine")

    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    page.keyboard.press("Escape")
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")


def test_a_page_without_a_stream_says_that_the_line_is_gone(page: Page) -> None:
    page.goto("/ui/kinds/record/long/?lang=en")

    page.context.set_offline(True)
    expect(page.locator(".bar .live")).to_have_text("Connection lost")
    page.context.set_offline(False)

    expect(page.locator(".bar .live")).to_have_count(0)


def test_what_was_typed_is_offered_again_until_it_is_saved(page: Page) -> None:
    page.goto("/ui/kinds/editor/empty/?lang=en")
    page.fill("[name=title]", "Half a thought")
    page.goto("/ui/kinds/list/long/?lang=en")

    page.goto("/ui/kinds/editor/empty/?lang=en")
    expect(page.locator("[name=title]")).to_have_value("")
    page.click("text=Go on with it")

    expect(page.locator("[name=title]")).to_have_value("Half a thought")
    expect(page.locator("[name=title]")).to_be_focused()


def test_what_was_thrown_away_is_not_offered_again(page: Page) -> None:
    page.goto("/ui/kinds/editor/empty/?lang=en")
    page.fill("[name=title]", "Half a thought")
    page.reload()

    page.click("text=Throw it away")
    page.reload()

    expect(page.locator("form[data-kept]")).to_be_visible()
    expect(page.locator("text=Go on with it")).to_have_count(0)


@pytest.mark.parametrize("kind", KINDS)
def test_paper_shows_the_words_and_nothing_to_press(page: Page, kind: str) -> None:
    page.goto(f"/ui/kinds/{kind}/long/?lang=en")
    page.emulate_media(media="print")

    shown = page.evaluate("""() => [...document.querySelectorAll(
        '.nav, .bar .btn, .pages, [role=search], .tabs, .thumbs, otk-columns, main button, .sections')]
        .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 80))""")

    assert shown == []
    expect(page.locator("h1")).to_be_visible()
