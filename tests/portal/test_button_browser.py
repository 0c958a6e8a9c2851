"""The settings of the help button in a real browser: what is typed is what the preview shows, before it is saved."""

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from otklik.foundation.actors import Role
from otklik.foundation.policies import policy
from tests.building import make_agent
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_preview_follows_the_form(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    session = desk(vera).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="ru-RU")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/settings/widget")
    framed = page.frame_locator("#widget-preview")
    button = framed.locator("otklik-help").get_by_role("button").first
    expect(button).to_have_text("Помощь")
    before = button.bounding_box()

    page.locator("[name=label_ru]").fill("Спросить нас")
    expect(button).to_have_text("Спросить нас")
    page.locator("[name=widget__position]").select_option("left")
    expect(framed.locator("script[data-position=left]")).to_be_attached()
    expect(button).to_have_text("Спросить нас")
    after = button.bounding_box()

    assert before is not None
    assert after is not None
    assert after["x"] < before["x"]
    assert policy("widget.labels") == {}
    context.close()
