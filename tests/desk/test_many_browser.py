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


def test_rows_renew_themselves_and_leave_the_hands_alone(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    rows = letters(20)
    page = opened(browser, live_server, "/desk/held/", 1280)
    page.set_viewport_size({"width": 1280, "height": 420})
    ticked = page.locator(f"#pick-{rows[4].pk}")
    link = page.locator(f'#rows a[href="/desk/held/{rows[6].pk}/"]')
    status = page.locator("otk-chosen [role=status]")
    ticked.check()
    page.locator(f"#pick-{rows[5].pk}").check()
    page.locator("[popovertarget=bulk-release]").press("Enter")
    page.keyboard.press("Escape")
    link.focus()
    stood = link.bounding_box()

    gone = rows[5]
    RawMessage.objects.filter(pk=gone.pk).update(state="deleted")
    come = RawMessage.objects.get(pk=rows[0].pk)
    come.pk, come.sha256 = None, "f" * 64
    come.save(force_insert=True)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('otk:rows'))")
    expect(page.locator(f"#pick-{come.pk}")).to_be_attached()

    expect(page.locator(f"#pick-{gone.pk}")).to_have_count(0)
    expect(status).to_have_text("Выбрано: 1")
    expect(ticked).to_be_checked()
    expect(page.locator("#rows :checked")).to_have_count(1)
    expect(link).to_be_focused()
    assert abs(link.bounding_box()["y"] - stood["y"]) < 1
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(status).to_have_text("Выбрано: 2")


def test_the_last_row_that_goes_leaves_the_empty_list_and_the_first_that_comes_stands_there(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    [row] = letters(1)
    page = opened(browser, live_server, "/desk/held/", 1280)
    changed = "document.body.dispatchEvent(new CustomEvent('otk:rows'))"

    RawMessage.objects.filter(pk=row.pk).update(state="deleted")
    page.evaluate(changed)
    expect(page.locator("main")).to_contain_text("Задержанных писем нет")
    RawMessage.objects.filter(pk=row.pk).update(state="held")
    page.evaluate(changed)
    expect(page.locator(f"#pick-{row.pk}")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("otk-chosen [role=status]")).to_have_text("Выбрано: 1")
