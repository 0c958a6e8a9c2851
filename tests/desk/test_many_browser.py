"""Many rows of any list in a real browser: ticked by keys, counted, all of the view, taken back."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from otklik.reach.models import RawMessage
from tests.desk.test_many import letters
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def opened(browser: Browser, live_server: LiveServer, address: str, width: int) -> Any:
    session = desk().cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": width, "height": 700}, locale="ru-RU")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + address)
    return page


def states() -> list[str]:
    return list(RawMessage.objects.order_by("id").values_list("state", flat=True))


def test_letters_are_ticked_deleted_and_taken_back_by_keyboard(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    letters(27)
    page = opened(browser, live_server, "/desk/held/", 320)
    status, boxes = page.locator("otk-chosen [role=status]"), page.locator("#rows [name=row]")

    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(status).to_have_text("Выбрано: 1")
    expect(boxes.nth(1)).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.locator("[data-page]").press("Enter")
    expect(status).to_have_text("Выбрано: 25")
    page.locator("[name=all]").press("Space")
    expect(page.locator("[data-all]")).to_have_text("весь список: 27")
    boxes.nth(3).uncheck()
    expect(page.locator("[name=all]")).not_to_be_checked()
    expect(status).to_have_text("Выбрано: 24")
    with page.expect_navigation():
        page.locator("#bulk [value=delete]").press("Enter")
    expect(page.locator(".toasts")).to_contain_text("Удалено 24 письма")
    assert states().count("held") == 3
    with page.expect_navigation():
        page.keyboard.press("z")
    expect(page.locator(".toasts")).to_contain_text("Возвращено")
    assert states() == ["held"] * 27


def test_what_cannot_be_taken_back_asks_first(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    letters(2)
    page = opened(browser, live_server, "/desk/held/", 1280)

    page.locator("#rows [name=row]").first.check()
    page.locator("[popovertarget=bulk-release]").press("Enter")
    expect(page.locator("#bulk-release")).to_contain_text("Вернуть это нельзя")
    assert states() == ["held", "held"]
    with page.expect_navigation():
        page.locator("#bulk-release [value=release]").press("Enter")

    expect(page.locator(".toasts")).to_contain_text("1 письмо выпущено")
    expect(page.locator(".toasts form")).to_have_count(0)
