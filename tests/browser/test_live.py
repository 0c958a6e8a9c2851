"""Two agents look at one case: they see each other, nothing is lost, nobody has to reload."""

import time

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.furnishing import PIXEL, Furniture, Visitor
from tests.browser.house import House, words
from tests.building import letter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]

SEND = "form[data-kind=reply] button[value=send]"
PASTE = """(area) => {
  const files = new DataTransfer();
  files.items.add(new File(["1;2;3"], "вставлено.csv", {type: "text/csv"}));
  area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: files, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def sender() -> str:
    return f"kira{time.time_ns()}@mail.example"


@pytest.fixture
def number(visitors: dict[str, Visitor], sender: str) -> int:
    return visitors["olga"].new_case("Не открывается тест.", email=sender, name="Кира Лис")


def opened(visit: Visit, agent: str, path: str) -> Page:
    page = visit(agent).new_page()
    page.goto(path)
    return page


def test_two_agents_see_each_other(visit: Visit, number: int) -> None:
    olga = opened(visit, "olga", f"/desk/cases/{number}/")
    vera = opened(visit, "vera", f"/desk/cases/{number}/")

    expect(vera.locator("#looking")).to_contain_text("Ольга")
    expect(olga.locator("#looking")).to_contain_text("Вера")
    vera.locator("#reply").press_sequentially("Добрый день")
    expect(olga.locator("#looking")).to_contain_text("пишет")
    vera.goto("/desk/")
    expect(olga.locator("#looking")).to_be_hidden()


def test_a_new_word_appears_by_itself_and_leaves_the_hands_alone(
    house: House, visit: Visit, visitors: dict[str, Visitor], sender: str
) -> None:
    house.send(letter("Не приходит код.", From=f"Кира Лис <{sender}>"), sender=sender)
    known = house.letter_to(sender, holding="/case/")
    number = visitors["vera"].number_on(f"/desk/search?q={sender}", r"/desk/cases/(\d+)/")
    page = opened(visit, "vera", f"/desk/cases/{number}/")
    page.locator("#reply").fill("Кира, проверяю")

    more = letter("И ещё: сайт пишет «ошибка 5».", From=f"Кира <{sender}>", In_Reply_To=str(known["Message-ID"]))
    house.send(more, sender=sender)

    expect(page.locator("#thread")).to_contain_text("ошибка 5", timeout=30_000)
    expect(page.locator("#news")).to_contain_text("ошибка 5")
    expect(page.locator("#reply")).to_have_value("Кира, проверяю")
    expect(page.locator("#reply")).to_be_focused()


def test_the_inbox_hears_what_came_while_its_page_was_on_the_way(
    visit: Visit, visitors: dict[str, Visitor], sender: str
) -> None:
    page = visit("vera").new_page()
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/live?*", hold)
    with page.expect_request("**/live?*"):
        page.goto("/desk/?view=all")
    visitors["olga"].new_case("Пришло между страницей и её потоком.", email=sender)
    expect(page.locator("otk-fresh")).to_be_hidden()

    waiting.pop().continue_()

    expect(page.locator("otk-fresh .btn")).to_be_visible(timeout=30_000)


def test_the_inbox_says_that_something_came(visit: Visit, visitors: dict[str, Visitor], sender: str) -> None:
    page = opened(visit, "vera", "/desk/?view=all")
    expect(page.locator("otk-fresh")).to_be_hidden()
    expect(page.locator("otk-live .live")).to_have_attribute("data-state", "on")

    number = visitors["olga"].new_case("Новое обращение.", email=sender)

    expect(page.locator("otk-fresh .btn")).to_be_visible(timeout=30_000)
    expect(page.locator(f"#case-{number}")).to_have_count(0)
    page.locator("otk-fresh .btn").click()
    expect(page.locator(f"#case-{number}")).to_be_visible()


def test_of_two_answers_one_wins_and_the_other_keeps_its_text(visit: Visit, number: int) -> None:
    olga = opened(visit, "olga", f"/desk/cases/{number}/")
    vera = opened(visit, "vera", f"/desk/cases/{number}/")
    vera.route("**/fresh*", lambda route: route.abort())  # the news come too late for her
    vera.locator("#reply").fill("Вера: попробуйте другой браузер")
    olga.locator("#reply").fill("Ольга: тест снова открыт")

    olga.locator(SEND).click()
    expect(olga.locator("#thread")).to_contain_text("тест снова открыт")
    vera.locator(SEND).click()

    expect(vera.locator("#news [role=alert]")).to_be_focused()
    expect(vera.locator("#news .news")).to_contain_text("тест снова открыт")
    expect(vera.locator("#reply")).to_have_value("Вера: попробуйте другой браузер")
    expect(vera.locator("#thread")).not_to_contain_text("другой браузер")
    vera.locator(SEND).click()
    expect(vera.locator("#thread")).to_contain_text("другой браузер")


def test_a_draft_survives(house: House, visit: Visit, visitors: dict[str, Visitor], number: int) -> None:
    page = opened(visit, "olga", f"/desk/cases/{number}/")

    page.locator("#reply").fill("Недописанное")
    expect(page.locator("form[data-kind=reply] [data-draft-status]")).not_to_be_empty()
    page.reload()
    expect(page.locator("#reply")).to_have_value("Недописанное")
    page.locator("#reply").fill("Недописанное и уход")
    page.goto("/desk/")

    path = f"/desk/cases/{number}/"
    house.wait_for(lambda: "Недописанное и уход" in visitors["olga"].http.get(path).text, "the draft of who has left")
    page.goto(path)
    expect(page.locator("#reply")).to_have_value("Недописанное и уход")


def test_a_letter_taken_back_never_leaves(house: House, visit: Visit, number: int, sender: str) -> None:
    page = opened(visit, "olga", f"/desk/cases/{number}/")

    page.locator("#reply").fill("Это письмо не должно уйти")
    page.locator(SEND).click()
    page.locator(".toast button").click()
    expect(page.locator("#reply")).to_have_value("Это письмо не должно уйти")
    page.locator("#reply").fill("А это уйдёт")
    page.locator(SEND).click()
    house.letter_to(sender, holding="А это уйдёт")

    assert [one for one in house.catcher.to(sender) if "не должно" in words(one)] == []


def test_files_are_chosen_and_pasted(house: House, visit: Visit, number: int, sender: str) -> None:
    page = opened(visit, "olga", f"/desk/cases/{number}/")
    form = page.locator("form[data-kind=reply]")

    form.locator("input[type=file]").set_input_files(FilePayload(name="снимок.png", mimeType="image/png", buffer=PIXEL))
    page.locator("#reply").evaluate(PASTE)
    expect(form.locator(".files li [name=kept]")).to_have_count(2)
    page.reload()  # they wait with the draft
    expect(form.locator(".files li [name=kept]")).to_have_count(2)
    form.locator("input[type=file]").set_input_files(FilePayload(name="x.exe", mimeType="x/y", buffer=b"MZ"))
    expect(form.locator(".files-problem")).to_contain_text("x.exe")
    form.locator("input[type=file]").set_input_files(FilePayload(name="лишний.txt", mimeType="text/plain", buffer=b"1"))
    form.locator(".files li", has_text="лишний.txt").locator("[data-remove]").click()
    expect(form.locator(".files li")).to_have_count(2)
    page.locator("#reply").fill("Два файла для вас")
    page.locator(SEND).click()

    expect(page.locator("#thread")).to_contain_text("вставлено.csv")
    sent = house.letter_to(sender, holding="Два файла для вас")
    assert {part.get_filename() for part in sent.iter_attachments()} == {"снимок.png", "вставлено.csv"}


def test_pictures_from_elsewhere_wait_until_they_are_asked_for(visit: Visit, furniture: Furniture) -> None:
    context = visit("vera")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url) if "pictures.example" in request.url else None)
    context.route("https://pictures.example/**", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"/desk/cases/{furniture.letter}/")

    page.locator("a.quote").first.click()
    expect(page.locator(".whole .original").first).to_be_visible()
    assert asked == []
    page.locator(".whole a[href$='images=1']").first.click()
    page.wait_for_url("**images=1")

    expect(page.locator(".original img")).to_have_count(1)
    assert asked == ["https://pictures.example/open.gif"]


def test_a_held_letter_appears_by_itself_and_goes_when_a_colleague_decides(house: House, visit: Visit) -> None:
    vera = opened(visit, "vera", "/desk/held/")
    expect(vera.locator(".bar .live")).to_have_text("Обновляется само")
    boxes = vera.locator("#rows .pick")
    before = boxes.count()

    house.send(b"\x00\xff\xfe no letter " + str(time.time_ns()).encode())
    expect(boxes).to_have_count(before + 1)
    key = boxes.first.get_attribute("value")
    boxes.first.check()
    olga = opened(visit, "olga", "/desk/held/")
    olga.locator(f"#pick-{key}").check()
    olga.locator("#bulk [value=delete]").click()
    expect(vera.locator(f"#pick-{key}")).to_have_count(0)
    expect(vera.locator("#bulk")).to_be_hidden()
    olga.locator(".toast button").click()

    expect(vera.locator(f"#pick-{key}")).to_be_visible()
    expect(vera.locator(f"#pick-{key}")).not_to_be_checked()
    vera.context.set_offline(True)
    expect(vera.locator(".bar .live")).to_have_attribute("data-state", "off")
    vera.context.set_offline(False)
    expect(vera.locator(".bar .live")).to_have_attribute("data-state", "on")
