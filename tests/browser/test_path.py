"""The main path in a real browser with real mail: a letter, "no", "yes"; the same from the form."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, log_in
from tests.browser.furnishing import Visitor
from tests.browser.house import AGENTS, House, words
from tests.browser.keys import Hands
from tests.building import letter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]

SENT = "form[data-kind=reply] button[value=send]"


def answer_link(house: House, address: str, number: int) -> str:
    asked = house.letter_to(address, holding="/answer/")
    found = re.search(r"/answer/\S+", words(asked))
    assert found
    assert number
    return found.group()


def case_number(house: House, address: str) -> int:
    """The number told in the acknowledgement."""
    told = house.letter_to(address, holding="№")
    found = re.search(r"№\s(\d+)", words(told))
    assert found, words(told)
    return int(found[1])


def test_from_a_letter_to_the_customers_yes(house: House, page: Page) -> None:
    sender = f"ivan{time.time_ns()}@mail.example"
    house.send(letter("Учебник так и не пришёл, курс в понедельник.", From=f"Иван Козлов <{sender}>"), sender=sender)
    number = case_number(house, sender)

    log_in(page, "olga@gorizont.example")
    page.goto(f"/desk/cases/{number}/")
    expect(page.get_by_text("Учебник так и не пришёл").first).to_be_visible()
    page.locator("textarea[name=text]").first.fill(
        "Иван, простите за ожидание. Учебник привезёт курьер завтра до 13:00."
    )
    page.locator(SENT).first.click()
    answer = house.letter_to(sender, holding="привезёт курьер")
    assert answer["Auto-Submitted"] is None

    mark_solved(page, number, "Учебник доставлен курьером.")
    link = answer_link(house, sender, number)
    page.goto(link)
    page.locator("input[name=solved][value=no]").check(force=True)
    page.locator("textarea[name=words]").fill("Привезли не тот учебник")
    page.locator("form.answer button[type=submit]").click()
    page.wait_for_url("**/thanks")
    expect(page.locator("main")).to_contain_text(
        re.compile("|".join(name.split()[0] for _role, name in AGENTS.values()))
    )

    page.goto(f"/desk/cases/{number}/")
    expect(page.get_by_text("Привезли не тот учебник").first).to_be_visible()
    before = len(house.catcher.to(sender))
    mark_solved(page, number, "Заменили на нужный учебник.")
    house.wait_for(lambda: len(house.catcher.to(sender)) > before, "the second question")
    page.goto(answer_link(house, sender, number))
    page.locator("input[name=solved][value=yes]").check(force=True)
    page.locator("input[name=satisfaction][value='5']").check(force=True)
    page.locator("input[name=ease][value='6']").check(force=True)
    page.locator("form.answer button[type=submit]").click()
    page.wait_for_url("**/thanks")
    page.goto(f"/desk/cases/{number}/")
    expect(page.locator("#state [data-tone=satisfied]")).to_be_visible()


def mark_solved(page: Page, number: int, summary: str) -> None:
    page.goto(f"/desk/cases/{number}/")
    page.locator("#solve-button [data-open=solve]").click()
    page.locator("#solve textarea[name=summary]").fill(summary)
    page.locator("#solve form button.primary").click()
    expect(page.locator("#solve-button [data-tone=solved]")).to_be_visible()


def test_opening_the_answer_link_changes_nothing(house: House, page: Page) -> None:
    sender = f"maria{time.time_ns()}@mail.example"
    house.send(letter("Где мой сертификат?", From=f"Мария <{sender}>"), sender=sender)
    number = case_number(house, sender)
    log_in(page, "olga@gorizont.example")
    mark_solved(page, number, "Сертификат отправлен.")
    link = answer_link(house, sender, number)

    for _ in range(3):
        page.request.get(link)
        page.request.head(link)

    page.goto(f"/desk/cases/{number}/")
    expect(page.locator("#state [data-tone=satisfied]")).to_have_count(0)
    expect(page.locator("#solve-button [data-tone=solved]")).to_be_visible()


def test_from_the_form_without_javascript(house: House, visit: Visit) -> None:
    address = f"petr{time.time_ns()}@mail.example"
    visitor = visit(java_script_enabled=False).new_page()
    visitor.goto("/contact/")
    visitor.locator("input[name=name]").fill("Пётр Новиков")
    visitor.locator("input[name=email]").fill(address)
    visitor.locator("input[name=subject]").fill("Возврат за вебинар")
    visitor.locator("textarea[name=text]").fill("Вебинар отменили, а деньги не вернулись.")
    visitor.locator("main form button[type=submit]").first.click()
    if visitor.locator("[name=offered]").count():  # other tests of this house may have written articles that fit
        visitor.locator("main form:has([name=offered]) button[type=submit]").first.click()

    number = case_number(house, address)
    expect(visitor.locator("main")).to_contain_text(str(number))


def test_what_was_seen_while_writing_is_what_arrives(house: House, visit: Visit, visitors: dict[str, Visitor]) -> None:
    address = f"kira{time.time_ns()}@mail.example"
    number = visitors["marina"].new_case("Когда приедет курьер?", email=address, name="Кира Лунина")
    page = visit("marina").new_page()
    page.goto(f"/desk/cases/{number}/")
    hands = Hands(page)

    hands.press("r")
    hands.wait_at(".ProseMirror")
    page.keyboard.type("Кира, курьер приедет ")
    hands.press("Control+b")
    page.keyboard.type("завтра")
    hands.press("Control+Enter")

    arrived = house.letter_to(address, holding="приедет завтра")
    shown = arrived.get_body(("html",))
    assert shown is not None
    assert re.search(r"приедет <strong[^>]*>завтра</strong>", shown.get_content())
