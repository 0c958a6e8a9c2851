"""Many cases at once in a real browser: the count, the page, the whole view, and no mouse."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from otklik.cases.models import Case
from tests.building import make_agent, make_case
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page: Any, name: str) -> None:
    """A picture for human eyes, where somebody has asked for one."""
    if folder := os.environ.get("OTKLIK_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def problems_of(page: Any) -> list[str]:
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(page).response["violations"]]


def test_rows_are_counted_chosen_and_solved_by_keyboard(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    anna = make_agent()
    first = make_case(owner=anna)
    for _index in range(54):
        copy = Case.objects.get(pk=first.pk)
        copy.pk = None
        copy.save(force_insert=True)
    for _index in range(2):
        make_case(owner=anna, kind="complaint")
    session = desk(anna).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": 320, "height": 700}, locale="ru-RU")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/?view=open")
    status, rows = page.locator("otk-chosen [role=status]"), page.locator(".item [name=case]")

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(status).to_have_text("Выбрано: 1")
    look(page, "bulk-320")
    page.locator("[data-page]").press("Enter")
    expect(status).to_have_text("Выбрано: 50")
    page.locator("[name=all]").press("Space")
    expect(page.locator("[data-all]")).to_have_text("весь список: 57 обращений")
    rows.nth(3).uncheck()
    expect(page.locator("[name=all]")).not_to_be_checked()
    expect(status).to_have_text("Выбрано: 49")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

    page.goto(f"{live_server.url}/desk/?view=open&kind=complaint")
    rows.first.check()
    page.locator("[name=all]").check()
    page.locator("[popovertarget=bulk-solve]").press("Enter")
    expect(page.locator("#bulk-solve textarea")).to_be_focused()
    page.keyboard.type("Склад отправил")
    look(page, "bulk-solve-320")
    assert problems_of(page) == []
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator(".toasts")).to_contain_text("2 обращения отмечены решёнными")
    assert Case.objects.filter(state="solved").count() == 2
    page.keyboard.press("z")
    expect(page.locator(".toasts")).to_contain_text("Возвращено")
    assert Case.objects.filter(state="solved").count() == 0
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/desk/?view=open")
    rows.first.check()
    page.locator("[name=all]").check()
    page.locator("[popovertarget=bulk-hand]").click()
    page.locator("#bulk-hand select").press("ArrowDown")
    assert page.locator("#bulk-hand select").input_value() != ""
    look(page, "bulk-1440")
    context.close()
