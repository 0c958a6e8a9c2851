"""Sessions end and servers stand still while people write: the page says so, and no word goes away."""

import os
import signal
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Visit
from tests.browser.furnishing import Visitor
from tests.browser.house import PASSWORD, House

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]

SEND = "form[data-kind=reply] button[value=send]"
OLGA = "olga@gorizont.example"


@pytest.fixture
def number(visitors: dict[str, Visitor]) -> int:
    address = f"rita{time.time_ns()}@mail.example"
    return visitors["olga"].new_case("Не приходит сертификат.", email=address, name="Рита Кан")


@pytest.fixture
def own(visit: Visit) -> BrowserContext:
    """A browser of Olga's with a session of its own, so that others are not logged out with it."""
    context = visit()
    page = context.new_page()
    page.goto("/account/login/")
    _log_in(page)
    page.wait_for_url("**/desk/**")
    page.close()
    return context


def _log_in(place: Page) -> None:
    place.locator("input[name=login]").fill(OLGA)
    place.locator("input[name=password]").fill(PASSWORD)
    place.locator("input[name=password]").press("Enter")


def _end_session(context: BrowserContext) -> None:
    context.clear_cookies(name="sessionid")
    context.clear_cookies(name="__Secure-sessionid")


def _token(context: BrowserContext) -> str:
    """What forms must bear in this browser now."""
    return next(cookie["value"] for cookie in context.cookies() if "csrftoken" in cookie["name"])


def opened(context: BrowserContext, number: int) -> Page:
    page = context.new_page()
    page.goto(f"/desk/cases/{number}/")
    return page


def log_in_here(page: Page) -> None:
    door = page.frame_locator("dialog.door iframe")
    expect(door.locator("[name=password]")).to_be_visible()
    expect(door.locator(".p-head")).to_be_hidden()
    door.locator("input[name=login]").fill(OLGA)
    door.locator("input[name=password]").fill(PASSWORD)
    door.locator("input[name=password]").press("Enter")
    expect(page.locator("dialog.door")).to_have_count(0)


def test_a_session_that_ends_while_writing_costs_no_word(own: BrowserContext, number: int) -> None:
    page = opened(own, number)
    page.locator("#reply").fill("Рита, сертификат уже")
    _end_session(own)

    page.locator("#reply").press("End")
    page.locator("#reply").press_sequentially(" в вашем кабинете.")
    expect(page.locator(".toast[data-over]")).to_be_visible()
    expect(page.locator("#reply")).to_be_focused()
    page.locator(SEND).click()
    log_in_here(page)
    expect(page.locator(".toast[data-over]")).to_have_count(0)
    expect(page.locator("#reply")).to_have_value("Рита, сертификат уже в вашем кабинете.")
    page.locator(SEND).click()

    expect(page.locator("#thread")).to_contain_text("сертификат уже в вашем кабинете")
    expect(page.locator("#reply")).to_have_value("")


def test_words_written_without_a_session_wait_in_the_browser(own: BrowserContext, number: int) -> None:
    page = opened(own, number)
    _end_session(own)
    page.locator("#reply").fill("Только в браузере")
    expect(page.locator(".toast[data-over]")).to_be_visible()
    page.goto("/account/login/")
    _log_in(page)
    page.wait_for_url("**/desk/**")

    page.goto(f"/desk/cases/{number}/")

    expect(page.locator("#reply")).to_have_value("Только в браузере")
    expect(page.locator("form[data-kind=reply] [data-draft-status]")).to_contain_text("сохранён")


def test_a_log_in_in_another_tab_opens_this_one_too(own: BrowserContext, number: int) -> None:
    page, other = opened(own, number), opened(own, number)
    before = _token(own)
    _end_session(own)
    other.goto("/account/login/")
    _log_in(other)
    other.wait_for_url("**/desk/**")
    assert _token(own) != before  # that of the old tab is worth nothing any more

    page.locator("#reply").fill("Отправлено из старой вкладки")
    page.locator(SEND).click()

    expect(page.locator("#thread")).to_contain_text("из старой вкладки")


def test_a_long_form_waits_for_the_log_in_too(own: BrowserContext) -> None:
    page = own.new_page()
    page.goto("/desk/new/")
    page.locator("textarea[name=text]").fill("Звонили насчёт расписания и долго рассказывали.")
    page.locator("input[name=phone]").fill("+7 900 555-01-42")
    _end_session(own)

    page.locator("form.new-case button.primary").click()
    log_in_here(page)
    expect(page.locator("textarea[name=text]")).to_have_value("Звонили насчёт расписания и долго рассказывали.")
    page.locator("form.new-case button.primary").click()

    page.wait_for_url("**/desk/cases/**")


@pytest.mark.parametrize("stands", ["mine", "theirs"])
def test_a_draft_in_two_tabs_asks_which_shall_stand(own: BrowserContext, number: int, stands: str) -> None:
    first, second = opened(own, number), opened(own, number)
    first.locator("#reply").fill("Первая вкладка")
    expect(first.locator("form[data-kind=reply] [data-draft-status]")).to_contain_text("сохранён")

    second.locator("#reply").fill("Вторая вкладка")
    problem = second.locator("form[data-kind=reply] [data-draft-problem]")
    expect(problem).to_contain_text("Первая вкладка")
    problem.locator("button").nth(0 if stands == "mine" else 1).click()

    expect(problem).to_be_empty()
    expected = "Вторая вкладка" if stands == "mine" else "Первая вкладка"
    expect(second.locator("#reply")).to_have_value(expected)
    if stands == "mine":
        expect(second.locator("form[data-kind=reply] [data-draft-status]")).to_contain_text("сохранён")
    second.reload()
    expect(second.locator("#reply")).to_have_value(expected)


def test_the_caret_stands_behind_the_draft(own: BrowserContext, number: int) -> None:
    page = opened(own, number)
    page.locator("#reply").fill("Начало")
    expect(page.locator("form[data-kind=reply] [data-draft-status]")).to_contain_text("сохранён")
    page.reload()

    page.keyboard.press("r")
    page.keyboard.insert_text(" и конец")

    expect(page.locator("#reply")).to_have_value("Начало и конец")


_NOTE_WHEN_OFF = """dot => new MutationObserver(() => {
    if (dot.dataset.state === "off") window.offAt ??= performance.now();
}).observe(dot, { attributeFilter: ["data-state"] })"""


def test_the_live_dot_greys_within_five_seconds_of_a_silent_server(house: House, visit: Visit, number: int) -> None:
    page = opened(visit("olga"), number)
    dot = page.locator(".case-live .live")
    expect(dot).to_be_visible()
    expect(dot).not_to_have_attribute("data-state", "off")
    stopped = _web_processes(house)
    dot.evaluate(_NOTE_WHEN_OFF)
    try:
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        silent_since = page.evaluate("performance.now()")
        expect(dot).to_have_attribute("data-state", "off")
        assert dot.inner_text().strip()
        assert page.evaluate("window.offAt") - silent_since <= 5_000
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    expect(dot).to_have_attribute("data-state", "on", timeout=30_000)


def _web_processes(house: House) -> list[int]:
    """The house and what it started, except its database."""
    found, wanted = [house.process.pid], [house.process.pid]
    while wanted:
        parent = wanted.pop()
        with open(f"/proc/{parent}/task/{parent}/children") as listed:
            children = [int(one) for one in listed.read().split()]
        for child in children:
            with open(f"/proc/{child}/cmdline") as line:
                if "postgres" not in line.read():
                    found.append(child)
                    wanted.append(child)
    return found
