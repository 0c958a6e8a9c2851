"""In a real browser: the settings at one glance and Ctrl K."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from otklik.foundation.actors import Role
from tests.building import make_agent
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_rule_is_reached_by_its_name_on_the_wrong_keyboard(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    session = desk(vera).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": 320, "height": 700}, locale="ru-RU")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/settings/")

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.keyboard.press("Control+k")
    page.keyboard.type("vjkxfybz")
    rule = page.get_by_role("option", name="молчания")
    expect(rule.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/desk/settings/rules#id_voice__unconfirmed_after_hours")
    page.goto("about:blank")
    context.close()
