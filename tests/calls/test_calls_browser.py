"""In a real browser: a call is written down by keyboard alone; a call is asked for; the counter clears itself."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.calls.actions import save_counter
from otklik.calls.models import CallBack, Talk, WalkIn
from otklik.cases.models import Case
from otklik.cases.vows import VowKind, running
from otklik.foundation.actors import SYSTEM
from otklik.team.models import Agent, WorkingTime
from otklik.team.queries import first_team
from tests.building import fresh, make_agent, make_case
from tests.calls.ringing import make_exchange, tell
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def case(monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    return make_case(owner=make_agent())


@pytest.fixture
def come(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Somebody's browser; without an agent, a visitor's."""
    contexts: list[BrowserContext] = []

    def sit(agent: Agent | None = None) -> Page:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="ru-RU", base_url=live_server.url, reduced_motion="reduce"
        )
        if agent is not None:
            session = desk(agent).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield sit
    for context in contexts:
        context.close()


def look(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    assert found == []


def test_a_call_is_written_down_without_a_mouse(case: Case, come: Callable[..., Page]) -> None:
    page = come(case.owner)
    page.goto("/desk/customers/")

    page.keyboard.press("c")
    page.wait_for_url("**/desk/calls/new")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("Коз")
    expect(page.locator("#people")).to_contain_text("Иван Козлов")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**customer={case.customer_id}")
    expect(page.locator("otk-timer")).to_contain_text("00:0")
    look(page)

    page.locator("input[name=case]:checked").focus()
    while page.evaluate("document.activeElement.name") != "said":
        page.keyboard.press("Tab")
    page.keyboard.type("Счёт получила, но в нём двое из трёх")
    page.keyboard.press("Tab")
    page.keyboard.type("Пришлю исправленный")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=outcome][value=promised]")).to_be_checked()
    expect(page.locator("input[name=quick]").first).to_be_checked()
    look(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/desk/cases/{case.pk}/")

    expect(page.locator("#thread, .thread").first).to_contain_text("двое из трёх")
    vow = running(fresh(case), VowKind.NEXT_WORD)
    assert vow is not None
    assert vow.due_at < timezone.now() + timedelta(minutes=61)
    assert Talk.objects.get().seconds is not None


def test_who_calls_stands_up_on_the_page_and_goes_when_it_is_not_for_me(case: Case, come: Callable[..., Page]) -> None:
    tell(make_exchange(), "newCall", user=[case.owner.email])
    page = come(case.owner)
    page.goto("/desk/me/")

    page.evaluate("document.body.dispatchEvent(new CustomEvent('otk:pop', {detail: {url: '/desk/calls/pop'}}))")

    expect(page.locator(".pop")).to_contain_text("8 (900) 555-01-42")
    look(page)
    page.goto("/desk/customers/")
    expect(page.locator(".pop")).to_be_visible()
    page.locator(".pop button").click()
    expect(page.locator(".pop")).to_have_count(0)


def test_a_visitor_asks_for_a_call_and_reads_when_it_comes(case: Case, come: Callable[..., Page]) -> None:
    WorkingTime.objects.update(week=[[["00:00", "24:00"]]] * 7, exceptions={}, country="")
    page = come()
    page.goto("/contact/")
    page.locator("a[href='/call-me/']").click()

    page.fill("#about", "Замена комплекта карточек")
    page.fill("#phone", "8 927 555-02-76")
    page.select_option("#slot", index=1)
    look(page)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/call-me/*/")

    expect(page.locator("h1")).to_contain_text("Мы позвоним вам")
    expect(page.locator("main")).to_contain_text("(927) 555-02-76")
    look(page)
    assert CallBack.objects.get().because == "asked"


def test_the_counter_says_who_comes_and_clears_itself(case: Case, come: Callable[..., Page]) -> None:
    counter = save_counter(counter=None, actor=SYSTEM, name="Стойка", team=first_team(), topics=["Заказ", "Занятия"])
    page = come()
    page.goto("/counter/")
    look(page)
    page.get_by_label("Занятия").check()
    page.fill("#text", "Хочу утром")
    page.fill("#name", "Рустам")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**/counter/{counter.mark}/*/")
    expect(page.locator("#who-comes")).to_contain_text("Мы позвали")
    look(page)

    WalkIn.objects.update(agent=case.owner, seen_at=timezone.now())

    expect(page.locator("#who-comes")).to_contain_text(case.owner.name)
    page.locator("[data-clear]").click()
    page.wait_for_url(f"**/counter/{counter.mark}/")
    expect(page.locator("#name")).to_have_value("")
    expect(page.locator("body")).not_to_contain_text("Хочу утром")
