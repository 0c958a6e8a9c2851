"""Everything by keyboard alone: the focus is seen at each step and never lost."""

import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Visit
from tests.browser.furnishing import Furniture, Visitor, path_in
from tests.browser.house import PASSWORD, House
from tests.browser.keys import Hands

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]

REPLY, NOTE = "form[data-kind=reply]", "form[data-kind=note]"


def at(visitor: BrowserContext, address: str) -> tuple[Page, Hands]:
    """A page of the house, and hands on its keyboard."""
    page = visitor.new_page()
    page.goto(address)
    return page, Hands(page)


def test_the_way_into_the_house(page: Page) -> None:
    hands = Hands(page)
    page.goto("/account/login/")

    hands.go_to("input[name=login]")
    hands.type("marina@gorizont.example")
    hands.go_to("input[name=password]")
    hands.type(PASSWORD)
    hands.press("Enter")

    page.wait_for_url("**/desk/**")
    hands.press("Tab")
    assert hands.is_at("a.skip")
    hands.press("Enter", "Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert hands.unseen == []


def test_a_case_from_the_inbox_to_solved(house: House, visit: Visit, visitors: dict[str, Visitor]) -> None:
    address = f"nina{time.time_ns()}@mail.example"
    number = visitors["olga"].new_case("Когда начнётся курс?", email=address, name="Нина Попова")
    page, hands = at(visit("olga"), "/desk/?view=mine&sort=created")

    while not hands.is_at(f"#case-{number} a"):
        before = hands.where()
        hands.press("j")
        assert hands.where() != before
    hands.press("Enter")
    page.wait_for_url(f"**/cases/{number}/**")

    hands.press("r")
    hands.wait_at("#reply")
    hands.type("Нина, курс начнётся в понедельник.")
    hands.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("начнётся в понедельник")
    hands.go_to(".toast button, .letter form[action$=take-back] button", key="Shift+Tab")
    hands.press("Enter")
    expect(page.locator("#reply")).to_have_value("Нина, курс начнётся в понедельник.")
    hands.wait_at("#reply")
    hands.press("Escape")
    hands.wait_at(".thread > .letter, .thread > .note")

    hands.press("n")
    hands.wait_at("#note")
    hands.type("Спросила у ")
    page.keyboard.type("@")
    expect(page.locator("#mentions")).to_be_visible()
    hands.press("ArrowDown", "ArrowUp", "Enter")
    hands.type("про понедельник")
    hands.press("Control+Enter")
    expect(page.locator("#thread .note")).to_contain_text("про понедельник")

    hands.go_to("#solve-button [data-open=solve]")
    hands.press("Enter")
    hands.wait_at("#solve *")
    hands.go_to("#solve textarea[name=summary]")
    hands.type(" ")
    hands.go_to("#solve form button.primary")
    hands.press("Enter")
    hands.wait_at("#solve [role=alert]")
    hands.go_to("#solve textarea[name=summary]")
    hands.type("Курс начинается в понедельник в 10:00.")
    hands.go_to("#solve form button.primary")
    hands.press("Enter")

    expect(page.locator("#solve-button [data-tone=solved]")).to_be_visible()
    house.letter_to(address, holding="/answer/")
    assert hands.unseen == []


def test_the_palette_and_the_search(visit: Visit, furniture: Furniture) -> None:
    page, hands = at(visit("olga"), "/desk/")

    hands.press("Control+k")
    hands.wait_at("#palette input")
    hands.type("сертификат")
    expect(page.locator("#found-cases")).to_be_visible()
    hands.press("ArrowDown", "Enter")
    page.wait_for_url("**/desk/cases/**")
    hands.press("/")
    hands.wait_at("#palette input")
    hands.type("сертификат")
    hands.press("Enter")
    page.wait_for_url("**/desk/search?q=**")
    hands.go_to("main .item a")
    hands.press("Enter")

    page.wait_for_url(re.compile(rf"/desk/cases/{furniture.satisfied}/"))
    assert hands.unseen == []


def test_the_focus_survives_what_changes_around_it(visit: Visit, furniture: Furniture) -> None:
    page, hands = at(visit("olga"), f"/desk/cases/{furniture.came_back}/")
    page.locator("#new-tag").focus()

    hands.type("деньги")
    hands.press("Enter")
    expect(page.locator(".tags-row")).to_contain_text("деньги")
    hands.wait_at("#new-tag")
    hands.go_to(".tags-row button[name=remove]", key="Shift+Tab")
    hands.press("Enter")
    expect(page.locator(".tags-row")).not_to_contain_text("деньги")
    hands.wait_at("#facts, #facts *")
    hands.go_to("form.properties select[name=priority]")
    hands.press("ArrowDown")
    hands.go_to("form.properties button.btn")
    with page.expect_response("**/edit"):
        hands.press("Enter")

    hands.wait_at("#facts, #facts *")
    assert hands.unseen == []


def test_every_stop_of_the_case_page_is_seen(visit: Visit, furniture: Furniture) -> None:
    _page, hands = at(visit("vera"), f"/desk/cases/{furniture.letter}/")

    stops = hands.walk_around()

    assert len(stops) > 30
    assert hands.unseen == []


def test_a_menu_gives_the_focus_back(visit: Visit, furniture: Furniture) -> None:
    page, hands = at(visit("vera"), f"/desk/cases/{furniture.letter}/")

    for opener in ("[popovertarget=more]", "[popovertarget=sendmenu]", "[popovertarget=macros]"):
        hands.go_to(opener)
        hands.press("Enter", "ArrowDown")
        assert not hands.is_at(opener)
        hands.press("Escape")
        hands.wait_at(opener)

    hands.go_to("#solve-button [data-open=solve]", key="Shift+Tab")
    hands.press("Enter")
    expect(page.locator("#solve")).to_be_visible()
    hands.press("Escape")
    hands.wait_at("#solve-button [data-open=solve]")


def test_a_customer_writes_and_answers(house: House, page: Page, visitors: dict[str, Visitor]) -> None:
    address = f"zoya{time.time_ns()}@mail.example"
    hands = Hands(page)
    page.goto("/contact/")

    hands.go_to("textarea[name=text]")
    hands.press("Tab")
    hands.go_to("main form button[type=submit]")
    hands.press("Enter")
    hands.wait_at("textarea[name=text]")
    hands.type("Где посмотреть оценки?")
    hands.go_to("input[name=email]")
    hands.type(address)
    hands.go_to("main form button[type=submit]")
    hands.press("Enter")
    page.wait_for_url("**/contact/sent/**")

    taken = house.letter_to(address, holding="/case/")
    found = re.search(r"№?\s*(\d+)", str(taken["Subject"])) or re.search(r"(\d+)", taken.as_string())
    assert found
    visitors["vera"].solve(visitors["vera"].number_on(f"/desk/search?q={address}", r"/desk/cases/(\d+)/"))
    page.goto(path_in(house.letter_to(address, holding="/answer/"), "/answer/"))
    hands.go_to("input[name=solved]")
    hands.press("Space")
    expect(page.locator("input[name=solved][value=yes]")).to_be_checked()
    hands.go_to("input[name=satisfaction]")
    hands.press("ArrowRight")
    hands.go_to("textarea[name=words]")
    hands.type("Спасибо!")
    hands.go_to("form.answer button[type=submit]")
    hands.press("Enter")

    page.wait_for_url("**/thanks")
    assert hands.unseen == []


def on_russian_keys(page: Page, code: str, key: str, *, shift: bool = False) -> None:
    """A key of a Russian keyboard: the place of the key and what is printed on it differ."""
    page.evaluate(
        """([code, key, shiftKey]) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {code, key, shiftKey, bubbles: true, cancelable: true}))""",
        [code, key, shift],
    )


@pytest.mark.parametrize(
    ("code", "key", "opens"),
    [
        ("KeyS", "ы", "#solve textarea"),
        ("KeyH", "р", "#transfer select"),
        ("KeyM", "ь", "#merge :is(input, select)"),
        ("KeyT", "е", "#new-tag"),
        ("KeyR", "к", "#reply"),
        ("KeyN", "т", "#note"),
        ("Slash", ".", "#palette input"),
    ],
)
def test_each_key_of_a_case_on_a_russian_keyboard(
    visit: Visit, furniture: Furniture, code: str, key: str, opens: str
) -> None:
    page = visit("olga").new_page()
    page.goto(f"/desk/cases/{furniture.letter}/")

    on_russian_keys(page, code, key)

    Hands(page).wait_at(opens)


def test_the_printed_slash_and_question_mark_of_a_russian_keyboard(visit: Visit, furniture: Furniture) -> None:
    page = visit("olga").new_page()
    page.goto(f"/desk/cases/{furniture.letter}/")

    on_russian_keys(page, "Backslash", "/", shift=True)
    Hands(page).wait_at("#palette input")
    page.keyboard.press("Escape")
    on_russian_keys(page, "Digit7", "?", shift=True)

    expect(page.locator("#keys")).to_be_visible()


def test_esc_leaves_the_text_for_the_letters(visit: Visit, furniture: Furniture) -> None:
    _page, hands = at(visit("olga"), f"/desk/cases/{furniture.letter}/")

    hands.press("r")
    hands.wait_at("#reply")
    hands.press("Escape")
    hands.wait_at(".thread > .letter, .thread > .note")
    hands.press("s")

    hands.wait_at("#solve textarea")


def test_a_dialog_is_sent_from_its_fields_and_the_focus_goes_to_the_state(
    visit: Visit, visitors: dict[str, Visitor]
) -> None:
    number = visitors["olga"].new_case("Когда вебинар?", email=f"lev{time.time_ns()}@mail.example", name="Лев Сом")
    page, hands = at(visit("olga"), f"/desk/cases/{number}/")

    hands.press("h")
    hands.wait_at("#transfer select")
    page.locator("#transfer select").select_option(label="Вера Орлова")
    hands.press("Tab")
    hands.type("Просит запись вебинара.")
    hands.press("Control+Enter")
    page.wait_for_url(f"**/cases/{number}/")
    hands.wait_at("#state")
    hands.press("s")
    hands.wait_at("#solve textarea")
    hands.type("Ссылка на запись отправлена.")
    hands.press("Control+Enter")

    expect(page.locator("#solve-button [data-tone=solved]")).to_be_visible()
    hands.wait_at("#state")


def test_after_sending_and_taking_back_the_hands_go_on(visit: Visit, visitors: dict[str, Visitor]) -> None:
    number = visitors["olga"].new_case("Где чек?", email=f"ira{time.time_ns()}@mail.example", name="Ира Нор")
    page, hands = at(visit("olga"), f"/desk/cases/{number}/")

    hands.press("r")
    hands.type("Чек ушёл на почту.")
    hands.press("Control+Enter")
    hands.wait_at(".thread > .letter[data-from=us]")
    hands.press("z")
    hands.wait_at("#reply")

    expect(page.locator("#reply")).to_have_value("Чек ушёл на почту.")
    assert page.evaluate("document.activeElement.selectionStart") == len("Чек ушёл на почту.")


def test_spam_is_one_key_and_one_key_back(visit: Visit, visitors: dict[str, Visitor]) -> None:
    number = visitors["olga"].new_case("Выиграйте миллион", email=f"win{time.time_ns()}@mail.example", name="Приз")
    page, hands = at(visit("olga"), f"/desk/cases/{number}/")

    hands.press("p")
    page.wait_for_url(f"**/cases/{number}/")
    expect(page.locator("#state")).to_contain_text("Спам")
    hands.press("z")
    page.wait_for_url(f"**/cases/{number}/")

    expect(page.locator("#solve-button [data-open=solve]")).to_be_visible()
    expect(page.locator("#state")).not_to_contain_text("Спам")


def test_from_case_to_case_down_the_list(visit: Visit, visitors: dict[str, Visitor]) -> None:
    stamp = time.time_ns()
    numbers = [visitors["olga"].new_case(f"Дело {n}", email=f"rad{stamp}{n}@mail.example") for n in range(3)]
    page, hands = at(visit("olga"), "/desk/?view=mine&sort=created")
    hands.press("j", "Enter")
    page.wait_for_url(f"**/cases/{numbers[2]}/")

    hands.press("]")
    page.wait_for_url(f"**/cases/{numbers[1]}/")
    hands.press("[")
    page.wait_for_url(f"**/cases/{numbers[2]}/")
    hands.press("r")
    hands.type("Сделано.")
    hands.press("Control+Shift+Enter")
    page.wait_for_url(f"**/cases/{numbers[1]}/")
    expect(page.locator(".toast")).to_be_visible()
    hands.press("z")

    page.wait_for_url(f"**/cases/{numbers[2]}/")
    expect(page.locator("#reply")).to_have_value("Сделано.")


def test_the_palette_knows_the_open_case_in_any_layout(visit: Visit, furniture: Furniture) -> None:
    page, hands = at(visit("olga"), f"/desk/cases/{furniture.letter}/")

    hands.press("Control+k")
    hands.wait_at("#palette input")
    expect(page.locator("#palette [data-here] [role=option]", has_text="решённым")).to_be_visible()
    hands.type("gthtlfnm")  # «передать»
    page.keyboard.press("ArrowDown")
    hands.press("Enter")

    hands.wait_at("#transfer select")
