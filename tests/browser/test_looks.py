"""What only a browser shows: nothing is covered, what is chosen is seen in any colours, long things stay in a box."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.furnishing import Furniture, Visitor, path_in
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]

TOAST = """(text) => document.dispatchEvent(new CustomEvent("otk:toast", {detail: {text, seconds: 60}}))"""
UNDER_TOASTS = """() => {
  const strip = document.getElementById("toasts").getBoundingClientRect();
  scrollTo(0, document.documentElement.scrollHeight);
  return [...document.querySelectorAll("a[href], button, input, select, textarea, h1, h2, p, time")]
    .filter((one) => one.checkVisibility() && !one.closest("#toasts, .thread, .side, .nav, .thumbs, .sr-only, .skip"))
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.height && box.bottom > strip.top + 1)
    .map(([one]) => one.outerHTML.slice(0, 120));
}"""
THUMBS_UNDER_TOASTS = """() => {
  const strip = document.getElementById("toasts").getBoundingClientRect();
  return [...document.querySelectorAll(".thumbs > *")].some((one) => {
    const box = one.getBoundingClientRect();
    return box.height && (box.top < strip.bottom - 1 || box.bottom > innerHeight + 1);
  });
}"""
LOOK = """(one) => {
  const {backgroundColor, borderColor, outlineStyle, outlineWidth} = getComputedStyle(one);
  return [backgroundColor, borderColor, outlineStyle, outlineWidth];
}"""
WIDE = """(one) => one.insertAdjacentHTML(
  'beforeend', '<table><tr>' + '<td>колонка</td>'.repeat(60) + '</tr></table>')"""
NAV_UNDER_TOASTS = """() => {
  const top = document.getElementById("toasts").getBoundingClientRect().top;
  return document.querySelector(".nav")?.getBoundingClientRect().bottom > top + 1;
}"""


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("place", ["/desk/?view=all", "/desk/cases/{}/", "/desk/customers/", "/contact/"])
def test_a_toast_covers_nothing(visit: Visit, furniture: Furniture, width: int, place: str) -> None:
    page = visit("vera", viewport={"width": width, "height": 800}).new_page()
    page.goto(place.format(furniture.letter))

    page.evaluate(TOAST, "Передано. Клиент узнает новое имя и то, что его письмо уже прочитано")
    expect(page.locator(".toast").last).to_be_visible()
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")

    assert page.evaluate(UNDER_TOASTS) == []
    assert not page.evaluate(THUMBS_UNDER_TOASTS)
    if width > 1000 and place.startswith("/desk"):
        assert not page.evaluate(NAV_UNDER_TOASTS)


def _look(page: Page, selector: str) -> tuple[str, ...]:
    return tuple(page.locator(selector).first.evaluate(LOOK))


def test_chosen_answers_are_seen_in_high_contrast(house: House, visit: Visit, visitors: dict[str, Visitor]) -> None:
    address = f"dina{time.time_ns()}@mail.example"
    number = visitors["vera"].new_case("Не видно кнопок.", email=address, name="Дина Ким")
    visitors["vera"].solve(number)
    link = path_in(house.letter_to(address, holding="/answer/"), "/answer/")
    page = visit(forced_colors="active").new_page()
    page.goto(link)
    for choice, value in (("solved", "yes"), ("satisfaction", "4")):
        mine = f"input[name={choice}][value='{value}'] + span"
        other = f"input[name={choice}]:not([value='{value}']) + span"

        page.locator(f"input[name={choice}][value='{value}']").check(force=True)
        page.locator("h1").click()

        assert _look(page, mine) != _look(page, other)


def test_a_long_letter_and_a_wide_table_stay_in_their_box(visit: Visit, visitors: dict[str, Visitor]) -> None:
    address = f"gleb{time.time_ns()}@mail.example"
    number = visitors["vera"].new_case("Длинное. " * 900, email=address, name="Глеб Рощин")
    page = visit("vera", viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"/desk/cases/{number}/")
    letter = page.locator("[data-fold]").first

    folded = letter.evaluate("(one) => one.clientHeight")
    assert folded <= 420
    assert letter.evaluate("(one) => one.scrollHeight > one.clientHeight")
    page.locator("[data-unfold]").first.click()
    assert letter.evaluate("(one) => one.clientHeight") > folded
    letter.evaluate(
        "(one) => one.insertAdjacentHTML('beforeend', '<table><tr>' + '<td>колонка</td>'.repeat(60) + '</tr></table>')"
    )

    assert page.evaluate(
        "document.getElementById('thread').scrollWidth <= document.getElementById('thread').clientWidth"
    )


ONE_LINE = """(one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top))).size === 1;
}"""


@pytest.mark.parametrize("path", ["/desk/search?q=скидке", "/desk/?view=all"])
def test_a_narrow_case_line_begins_with_the_name(visit: Visit, furniture: Furniture, path: str) -> None:
    assert furniture.second
    page = visit("vera", viewport={"width": 320, "height": 760}).new_page()
    page.goto(path)
    line = page.locator(".item").first
    card, who = line.bounding_box(), line.locator(".who").bounding_box()
    assert card
    assert who

    assert who["x"] < card["x"] + 64
    assert line.locator(".when").evaluate(ONE_LINE)


def test_counts_and_ways_back_stay_on_one_line(visit: Visit) -> None:
    page = visit("vera").new_page()
    page.goto("/desk/")
    row = page.locator(".nav li > a").first
    row.evaluate(
        "(one) => one.insertAdjacentHTML('beforeend', '<span>очень длинное имя</span><span class=pill>1 302</span>')"
    )
    assert row.locator(".pill").last.evaluate(ONE_LINE)

    page.set_viewport_size({"width": 320, "height": 760})
    page.evaluate(
        "document.getElementById('toasts').innerHTML = '<p class=toast><span>Отправлено и отмечено решённым. Клиента "
        "спросили</span><button>Вернуть</button></p>'"
    )
    assert page.locator(".toast button").evaluate(ONE_LINE)


def test_a_long_name_stays_in_its_box(visit: Visit, visitors: dict[str, Visitor]) -> None:
    number = visitors["vera"].new_case("Кто я?", email=f"w{time.time_ns()}@mail.example", name="Длинноеимя" * 8)
    for width in (320, 1440):
        page = visit("vera", viewport={"width": width, "height": 860}).new_page()
        page.goto(f"/desk/cases/{number}/")

        for selector in (".letter > header b", ".panel.who h2"):
            name = page.locator(selector).first
            assert name.evaluate("(one) => one.scrollWidth <= one.closest('.letter, .panel').clientWidth"), selector
