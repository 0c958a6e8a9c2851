"""In a real browser: an article goes into an answer from the keyboard and from the panel; the pages of figures hold."""

from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Route, expect
from playwright.sync_api import TimeoutError as Timeout
from pytest_django.live_server_helper import LiveServer

from otklik.knowledge.actions import propose_correction
from otklik.knowledge.models import Place, Search
from tests.building import acting, make_case, make_lead
from tests.desk.test_articles import published
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def seated(browser: Browser, live_server: LiveServer, session: str, width: int = 1440) -> BrowserContext:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="ru-RU")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return context


def test_an_article_is_put_into_an_answer(browser: Browser, live_server: LiveServer) -> None:
    olga = make_lead()
    published(olga)
    case = make_case(owner=olga, subject="Возврат денег", text="Прошу вернуть деньги за учебник.")
    session = desk(olga).cookies[settings.SESSION_COOKIE_NAME].value
    context = seated(browser, live_server, session)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{live_server.url}/desk/cases/{case.pk}/")

    page.locator("#reply").press_sequentially("Здравствуйте! /вернуть де")
    offered = page.locator("#slash [role=option]").nth(2)
    for letter in "ньги":  # as a person types on while nothing stands there yet
        page.locator("#reply").press_sequentially(letter)
        with suppress(Timeout):
            offered.wait_for(timeout=8_000)
            break
    expect(offered).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(page.locator("#slash")).to_be_hidden()
    typed = page.locator("#reply").input_value()
    assert typed.startswith("Здравствуйте! Напишите нам, и деньги вернутся.")
    assert "/вернуть" not in typed
    page.locator("#reply").fill("")
    page.locator(".articles [data-insert]").first.scroll_into_view_if_needed()
    page.locator(".articles summary").first.click()
    page.locator(".articles a[data-insert]").first.click()
    assert page.locator("#reply").input_value().startswith("[Как вернуть деньги за учебник](")
    page.locator(".articles [name=is_right]").first.click()
    expect(page.locator(".offers")).to_contain_text("ничего не подходит")
    assert problems == []
    context.close()


def test_a_slow_panel_shows_that_it_is_coming(browser: Browser, live_server: LiveServer) -> None:
    olga = make_lead()
    published(olga)
    case = make_case(owner=olga, subject="Возврат денег", text="Прошу вернуть деньги за учебник.")
    context = seated(browser, live_server, desk(olga).cookies[settings.SESSION_COOKIE_NAME].value)
    page = context.new_page()
    held: list[Route] = []
    page.route("**/articles", lambda route: held.append(route))  # noqa: PLW0108 - marked by Playwright
    page.goto(f"{live_server.url}/desk/cases/{case.pk}/")
    page.locator(".offers").scroll_into_view_if_needed()

    expect(page.locator(".offers .skeleton").first).to_be_visible()
    expect(page.locator(".offers > p")).to_be_hidden()
    held[0].continue_()

    expect(page.locator(".offers")).to_contain_text("Как вернуть деньги за учебник")
    expect(page.locator(".offers .skeleton")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("width", [320, 1440])
def test_pages_of_authors_hold(browser: Browser, live_server: LiveServer, width: int) -> None:
    olga = make_lead()
    article = published(olga)
    correction = propose_correction(article=article, words="Срок теперь семь дней", body="Новое", actor=acting(olga))
    long = published(olga, title="Названиебезпробелов" * 9 + " и ещё слова")
    Search.objects.create(words="как припарковаться у центра", place=Place.PORTAL, found=0, is_answered=False)
    case = make_case(owner=olga, subject="Возврат денег", text="Прошу вернуть деньги за учебник.")
    context = seated(browser, live_server, desk(olga).cookies[settings.SESSION_COOKIE_NAME].value, width)
    page = context.new_page()
    problems: list[str] = []

    for path in (
        f"cases/{case.pk}/articles",
        f"knowledge/{article.pk}/correct?case={case.pk}",
        "knowledge/figures/",
        "knowledge/questions/?again=1",
        "knowledge/corrections/",
        f"knowledge/corrections/{correction.pk}/",
        f"knowledge/{long.pk}/",
        f"knowledge/{long.pk}/edit",
    ):
        answer = page.goto(f"{live_server.url}/desk/{path}")
        assert answer is not None
        assert answer.status == 200
        problems += [f"{path}: {one['id']}" for one in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append(f"{path} scrolls sideways")

    assert problems == []
    context.close()
