"""The editor of articles in a real browser: marks, saving by itself, two authors, pictures by paste."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from otklik.foundation.actors import Role
from otklik.knowledge.actions import Words, edit_draft, write_article
from otklik.knowledge.models import ArticleFile, Version
from otklik.knowledge.queries import in_work
from tests.building import acting, make_agent, make_lead
from tests.desk.pasting import PASTE_PICTURE
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_author_writes_and_a_second_one_is_noticed(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    vera, olga = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN), acting(make_lead())
    article = write_article(words=Words(title="Возврат", body="Начало"), actor=acting(vera))
    version = in_work(article)
    assert version is not None
    session = desk(vera).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="ru-RU")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    context.add_init_script("localStorage.setItem('otk-writer', 'markdown')")
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/knowledge/{article.pk}/edit")
    body, status = page.locator("[name=body]"), page.locator("[data-status]")

    body.press("Control+End")
    body.press("Enter")
    page.locator("[data-put=steps]").click()
    body.press_sequentially("Раз")
    body.press("Enter")
    body.press_sequentially("Два")
    page.locator("[popovertarget=callouts]").click()
    page.locator("[data-put=staff]").click()
    body.press_sequentially("Тайна")
    expect(page.locator("[data-shown] .for-staff")).to_be_visible()
    expect(status).to_contain_text("Черновик сохранён")
    version.refresh_from_db()
    assert version.body.startswith("Начало\n1. Раз\n2. Два\n\n:::staff\nТайна\n:::\n")

    body.press("Control+End")
    page.evaluate(PASTE_PICTURE, "[name=body]")
    expect(body).to_have_value(re.compile(r"!\[Мой экран\]\(file:Мой-экран.png\)"))
    assert ArticleFile.objects.get().width == 40
    page.locator("[data-as=customers]").click()
    expect(page.locator("[data-shown] .for-staff")).to_have_count(0)
    expect(page.locator("[data-shown] img")).to_have_attribute("width", "40")

    expect(status).to_contain_text("Черновик сохранён")
    edit_draft(version=version, words=Words(title="Возврат", body="Слова Ольги"), actor=olga)
    body.press_sequentially("ещё")
    expect(page.locator("[data-conflict]")).to_be_visible()
    assert "ещё" in body.input_value()
    with page.expect_navigation():
        page.locator("[data-conflict] button").click()
    expect(page.locator(".changes del").first).to_contain_text("Слова")
    assert "ещё" in page.locator("[name=body]").input_value()
    assert Version.objects.get(pk=version.pk).body == "Слова Ольги"
    context.close()
