"""The help centre in a browser: by keyboard, without scripts, on paper, light on the way."""

import re
import time

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Visit
from tests.browser.furnishing import Visitor
from tests.browser.keys import Hands

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("house"),
    pytest.mark.usefixtures("shelves"),
]


def test_the_search_is_a_combobox_for_the_keyboard(page: Page) -> None:
    page.goto("/help/")
    field, hands = page.get_by_role("combobox", name="Найти ответ"), Hands(page)
    hands.go_to("#q")

    field.press_sequentially("арф")
    expect(field).to_have_attribute("aria-expanded", "true", timeout=20_000)  # the first search of a process reads all
    first = page.get_by_role("option").first
    expect(first).to_have_text("Как настроить арфу?")
    assert page.locator("otk-suggest [role=status]").inner_text().startswith("Подсказок: ")
    hands.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    hands.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.input_value() == "арф"
    hands.press("ArrowDown")
    expect(field).to_have_attribute("aria-expanded", "true")
    hands.press("ArrowUp")
    expect(page.get_by_role("option", name="Спросить человека")).to_have_attribute("aria-selected", "true")
    hands.press("ArrowDown", "ArrowDown", "Enter")
    page.wait_for_url("**/help/harp*")
    assert hands.unseen == []


def test_enter_without_a_choice_searches(page: Page) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("хранить смычок")
    page.keyboard.press("Enter")

    page.wait_for_url("**/help/search?q=**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ответы на «хранить смычок»")
    page.get_by_role("link", name="Где хранить смычок?").click()
    expect(page).to_have_url(re.compile(r"/help/smychok$"))


def test_everything_works_without_scripts_and_the_person_knows_what_was_sought(
    visit: Visit, visitors: dict[str, Visitor]
) -> None:
    page = visit(java_script_enabled=False).new_page()
    page.goto("/")
    page.locator("#q").fill("синхрофазотрон на даче")
    page.get_by_role("button", name="Найти", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Здесь нет статьи, которая на это отвечает")
    page.goto("/help/harp")
    page.get_by_role("button", name="Нет", exact=True).click()
    page.get_by_label("Автор читает каждое слово").fill("Не сказано, какой браузер")
    page.get_by_role("button", name="Сказать автору").click()
    expect(page.locator("#helped")).to_contain_text("Спасибо, автор это прочтёт")

    page.goto("/contact/?q=синхрофазотрон")
    told = page.get_by_role("group", name="Что вы искали").locator("q")
    expect(told).to_have_text(["синхрофазотрон на даче", "Как настроить арфу?"])
    address = f"search{time.time_ns()}@mail.example"
    page.get_by_label("Что случилось").fill("Гудит и греется.")
    page.get_by_label("Почта для ответа").fill(address)
    page.get_by_role("button", name="Отправить", exact=True).click()
    page.wait_for_url("**/contact/sent/**")

    number = visitors["vera"].number_on(f"/desk/search?q={address}", r"/desk/cases/(\d+)/")
    agent = visit("vera").new_page()
    agent.goto(f"/desk/cases/{number}/")
    trail = agent.get_by_role("region", name="До обращения")
    expect(trail.locator("q")).to_have_text(["синхрофазотрон на даче"])
    expect(trail.get_by_role("link", name="Как настроить арфу?")).to_be_visible()


def test_while_a_letter_is_typed_an_article_is_offered_and_solves_it(page: Page) -> None:
    page.goto("/contact/")
    page.get_by_label("Что случилось").press_sequentially("Как настроить арфу?")
    offered = page.get_by_role("region", name="Возможно, это поможет сразу")
    expect(offered.get_by_role("link", name="Как настроить арфу?")).to_be_visible()
    page.get_by_label("Почта для ответа").fill("ivan@mail.example")

    offered.get_by_role("button", name="Вопрос решён").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Рады, что всё решилось")


def test_thanks_come_in_place_and_are_kept(page: Page) -> None:
    page.goto("/help/harp")
    page.get_by_role("button", name="Да", exact=True).click()
    expect(page.locator("#helped")).to_be_focused()
    page.get_by_role("button", name="Да, вопрос решён").click()
    expect(page.locator("#helped")).to_contain_text("Рады, что всё решилось")

    page.reload()

    expect(page.locator("#helped")).to_contain_text("Рады, что всё решилось")
    assert {one["name"] for one in page.context.cookies()} == {"otk_visit", "otk_said"}
    assert all(one["expires"] == -1 and one["httpOnly"] for one in page.context.cookies())


def test_the_language_is_switched_where_one_is(page: Page) -> None:
    page.goto("/help/harp")
    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("How do I tune a harp?")
    page.goto("/help/search?q=keep a bow")
    expect(page.get_by_role("link", name="Where do I keep a bow?")).to_be_visible()


def test_paper_carries_the_words_and_nothing_to_press(page: Page) -> None:
    page.goto("/help/harp")
    page.emulate_media(media="print")

    for words in ("Как настроить арфу?", "Снимите чехол", "Марина Щербакова", "Начинайте с самой низкой"):
        expect(page.get_by_text(words).first).to_be_visible()
    for nothing in ("nav", "form", "button", "#helped", ".person", "#related"):
        for one in page.locator(nothing).all():
            expect(one).not_to_be_visible()


def test_the_first_view_weighs_less_than_100_kb(visit: Visit) -> None:
    context = visit()
    page = context.new_page()
    session, sizes = context.new_cdp_session(page), {}
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if _is_bad(answer) else None)

    page.goto("/help/harp", wait_until="networkidle")

    assert failed == []
    assert sum(sizes.values()) < 100_000


def _is_bad(answer: Response) -> bool:
    return answer.status >= 400
