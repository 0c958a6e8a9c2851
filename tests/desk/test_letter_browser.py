"""Letters are written as they will look, in a real browser; the text area below stays the truth."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from otklik.cases.models import Case, Draft, Macro
from otklik.reach.models import Message
from otklik.team.models import Agent
from otklik.ui.letters import markdown
from tests.building import fresh, make_agent, make_case
from tests.desk.pasting import PASTE_HTML
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIBRARY = re.compile(r"/prosemirror[^/]*\.js")
AT = "(wanted) => document.activeElement?.matches(wanted)"


class Writer:
    """Anna with a case open; what the browser complains of is kept."""

    def __init__(self, browser: Browser, server: LiveServer, anna: Agent, case: Case, **options: Any) -> None:
        self.case, self.anna, self.url = case, anna, f"{server.url}/desk/cases/{case.number}/"
        chosen = {"viewport": {"width": 1280, "height": 860}, "locale": "ru-RU"} | options
        self.context = browser.new_context(**chosen)
        session = desk(anna).cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
        self.context.route("**/presence", lambda route: route.fulfill(json={"words": ""}))
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.complain(said.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(self.url)
        self.form = self.page.locator("form[data-kind=reply]")
        self.seen, self.area = self.form.locator(".ProseMirror"), self.page.locator("#reply")
        self.status = self.form.locator("[data-draft-status]")

    def complain(self, text: str) -> None:
        """A refusal, a live stream, which this server does not have, or a slow machine is no fault of the page."""
        if "Failed to load resource" not in text and "htmx:error: timeout" not in text:
            self.problems.append(text)

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def start(self, text: str = "") -> None:
        """R, and the words are seen; then typed."""
        self.keys("r")
        self.wait_at(".ProseMirror")
        self.type(text)

    def turn(self) -> None:
        """To the other side."""
        self.form.locator("[popovertarget=reply-looks]").click()
        self.form.locator("[data-side]").click()

    def wait_at(self, selector: str) -> None:
        self.page.wait_for_function(AT, arg=selector)

    def saved(self) -> str:
        expect(self.status).to_contain_text("сохранён")
        return Draft.objects.get().text


Open = Callable[..., Writer]


@pytest.fixture
def at_case(browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    opened: list[Writer] = []

    def sit_down(**options: Any) -> Writer:
        anna = opened[0].anna if opened else make_agent()
        case = opened[0].case if opened else make_case(owner=anna)
        opened.append(Writer(browser, live_server, anna, case, **options))
        return opened[-1]

    yield sit_down
    for writer in opened:
        writer.context.close()
        assert writer.problems == []


def sent() -> Message:
    return Message.objects.filter(purpose=Message.Purpose.ANSWER).latest("pk")


# ── Writing and sending ───────────────────────────────────────────────────────────────────
def test_a_letter_is_written_without_marks_and_leaves_as_it_was_seen(at_case: Open) -> None:
    writer = at_case()
    writer.start("Иван, курьер приедет ")
    writer.keys("Control+b")
    writer.type("завтра")
    writer.keys("Control+b")
    writer.type(". Возьмите:")
    writer.keys("Enter")
    writer.form.locator("[data-put=list]").click()
    writer.type("паспорт")
    writer.keys("Enter")
    writer.type("5*3 и [номер]")
    expect(writer.seen.locator("strong")).to_have_text("завтра")

    writer.keys("Control+Enter")

    expect(writer.page.locator("#thread .letter b", has_text="завтра")).to_have_text("завтра")
    written = "Иван, курьер приедет **завтра**. Возьмите:\n\n- паспорт\n- 5\\*3 и \\[номер\\]"
    assert sent().text.replace("\r", "") == written
    assert re.search(r"<li>\s*паспорт\s*</li>\s*<li>\s*5\*3 и \[номер\]\s*</li>", sent().html)
    assert "приедет завтра. Возьмите:\n\n- паспорт\n- 5*3 и [номер]" in sent().full_text
    expect(writer.area).to_have_value("")


def test_what_the_words_promise_is_offered_below_them_and_one_key_takes_it(at_case: Open) -> None:
    writer = at_case()
    offered = writer.form.locator("[data-promised]")
    writer.start("Иван, отвечу завтра до 15:00.")
    expect(offered).to_contain_text("Следующее слово, завтра, 15:00")

    writer.keys("Alt+o")
    expect(offered.locator("input")).to_be_checked()
    writer.keys("Control+Enter")

    expect(writer.page.locator("#panel-promises")).to_contain_text("Обещали мы")
    [vow] = fresh(writer.case).promised
    assert (vow["kind"], vow["letter_id"]) == ("next_word", sent().pk)


def test_keys_pressed_before_the_library_has_come_are_kept(at_case: Open) -> None:
    writer = at_case()

    def late(route: Route) -> None:
        time.sleep(1)
        route.continue_()

    writer.page.route(LIBRARY, late)
    writer.keys("r")
    writer.page.keyboard.type("Первые слова,", delay=30)
    writer.keys("Enter", "Enter")
    writer.page.keyboard.type("вторые слова и третьи, и ещё много слов до самого конца.", delay=40)

    expect(writer.seen).to_be_visible()
    assert writer.area.input_value() == "Первые слова,\n\nвторые слова и третьи, и ещё много слов до самого конца."


def test_marks_may_be_typed(at_case: Open) -> None:
    writer = at_case()
    writer.start("Это **важно** и `код`.")
    writer.keys("Enter")
    writer.type("> цитата")

    expect(writer.area).to_have_value("Это **важно** и `код`.\n\n> цитата")
    expect(writer.seen.locator("blockquote")).to_have_text("цитата")


def test_a_line_ends_where_it_was_ended(at_case: Open) -> None:
    writer = at_case()
    writer.start("Ленина, 5")
    writer.keys("Shift+Enter")
    writer.type("кв. 7")
    writer.keys("Enter")
    writer.type("1. не список")

    expect(writer.area).to_have_value(re.compile(r"^Ленина, 5\nкв\. 7\n\n1\. не список$"))
    expect(writer.seen.locator("ol li")).to_have_count(1)


# ── The text area is the truth ────────────────────────────────────────────────────────────
def test_a_draft_comes_back_as_it_looked_and_goes_on_at_its_end(at_case: Open) -> None:
    writer = at_case()
    writer.start("Иван, **завтра** приедет")
    assert writer.saved() == "Иван, **завтра** приедет"

    writer.page.reload()
    expect(writer.seen.locator("strong")).to_have_text("завтра")
    writer.start(" курьер")

    expect(writer.area).to_have_value("Иван, **завтра** приедет курьер")


def test_a_template_is_put_in_at_the_cursor(at_case: Open) -> None:
    macro = Macro.objects.create(title="Срок", text="Срок **три дня**.")
    writer = at_case()
    writer.start("Иван! ")

    writer.page.locator("[popovertarget=macros]").click()
    writer.page.locator(f"[data-macro='{macro.pk}']").click()

    expect(writer.area).to_have_value("Иван! Срок **три дня**.")
    expect(writer.seen.locator("strong")).to_have_text("три дня")
    assert writer.form.locator("[name=macro]").input_value() == str(macro.pk)
    writer.wait_at(".ProseMirror")


def test_another_tab_has_saved_other_words_and_they_are_taken(at_case: Open) -> None:
    first, second = at_case(), at_case()
    first.start("Первая **вкладка**")
    first.saved()

    second.start("Вторая вкладка")
    problem = second.form.locator("[data-draft-problem]")
    expect(problem).to_contain_text("Первая")
    problem.locator("button").nth(1).click()

    expect(second.seen.locator("strong")).to_have_text("вкладка")
    second.wait_at(".ProseMirror")
    second.type("!")
    expect(second.area).to_have_value("Первая **вкладка!**")


def test_taking_back_brings_the_words_and_the_cursor_back(at_case: Open) -> None:
    writer = at_case()
    writer.start("Чек **ушёл**")
    writer.keys("Control+Enter")
    writer.wait_at(".thread > .letter[data-from=us]")

    writer.keys("z")

    expect(writer.seen.locator("strong")).to_have_text("ушёл")
    writer.wait_at(".ProseMirror")
    writer.type(" на почту")
    expect(writer.area).to_have_value("Чек **ушёл на почту**")


def test_an_empty_letter_is_refused_and_the_focus_is_at_the_reason(at_case: Open) -> None:
    writer = at_case()
    writer.start()
    writer.keys("Control+Enter")

    writer.wait_at("#news [role=alert]")
    expect(writer.page.locator("#news [role=alert]")).to_contain_text("Сначала напишите")


def test_esc_leaves_the_words_for_the_letters(at_case: Open) -> None:
    writer = at_case()
    writer.start("Слова")
    writer.keys("Escape")
    writer.wait_at(".thread > .letter")

    writer.start(" и ещё")

    expect(writer.area).to_have_value("Слова и ещё")


# ── The other side ────────────────────────────────────────────────────────────────────────
def test_the_side_is_kept_for_this_person_without_a_new_page(at_case: Open) -> None:
    writer = at_case()
    writer.start("Иван, *завтра* приедет")
    writer.keys("ArrowLeft")
    with writer.page.expect_response("**/me/writing"):
        writer.turn()

    writer.wait_at("#reply")
    writer.type("!")
    expect(writer.area).to_have_value("Иван, \\*завтра\\* приеде!т")
    assert Agent.objects.get(pk=writer.anna.pk).writes_markdown
    loaded: list[str] = []
    writer.page.on("request", lambda request: loaded.append(request.url))
    writer.saved()
    writer.page.reload()
    writer.area.click()
    writer.type("**так**")
    assert not any(LIBRARY.search(url) for url in loaded)
    assert writer.area.input_value().endswith("**так**")

    with writer.page.expect_response("**/me/writing"):
        writer.turn()
    expect(writer.seen.locator("strong")).to_have_text("так")
    assert not Agent.objects.get(pk=writer.anna.pk).writes_markdown


def test_my_account_knows_the_side_too(client: Any) -> None:
    anna = make_agent()
    browser = desk(anna)
    form = {"name": anna.name, "language": "ru", "time_zone": "Europe/Moscow", "writes_markdown": "on"}

    assert browser.post("/desk/me/", form).status_code == 302

    assert Agent.objects.get(pk=anna.pk).writes_markdown
    case = make_case(owner=anna)
    assert '"is_visual": false' in browser.get(f"/desk/cases/{case.number}/").text
    assert browser.post("/desk/me/writing", {"is_visual": "1"}).status_code == 204
    assert '"is_visual": true' in browser.get(f"/desk/cases/{case.number}/").text


def test_without_scripts_the_text_area_is_all(at_case: Open) -> None:
    writer = at_case(java_script_enabled=False)

    writer.form.locator("[popovertarget=reply-looks]").click()
    expect(writer.form.locator("[data-put=heading]")).to_be_visible()
    expect(writer.form.locator("[data-side]")).to_be_hidden()
    writer.page.keyboard.press("Escape")
    writer.area.fill("Простые слова")
    writer.form.locator("button[value=send]").click()

    expect(writer.page.locator("#thread")).to_contain_text("Простые слова")


# ── Pasting ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("html", "text", "written"),
    [
        ("<ul><li>раз</li><li><b>два</b></li></ul>", "", "- раз\n- **два**"),
        ("<table><tr><td>Учебник</td><td>500 ₽</td></tr><tr><td>Курс</td><td></td></tr></table>", "",
         "Учебник — 500 ₽\nКурс"),
        ("", "Учебник\t500 ₽\nКурс\t900 ₽", "Учебник — 500 ₽\nКурс — 900 ₽"),
        ('<p>До</p><img src="https://a.example/x.png" alt="Снимок экрана"><p>После</p>', "", "До\n\nПосле"),
        ('<div class="callout" data-kind="tip"><p class="callout-label">Совет</p><p>Ждите</p></div>'
         '<div class="for-staff"><p>Тайна</p></div>', "", "> Ждите"),
        ('<p><a href="file:a.pdf">Файл</a> и <a href="https://a.example/">сайт</a></p>', "",
         "Файл и [сайт](https://a.example/)"),
        ("<h2>Как быть</h2><p>Так</p>", "", "## Как быть\n\nТак"),
        ('<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><span>1.<span>  </span></span>Раз</p>'
         '<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><span>2.<span>  </span></span>Два</p>', "",
         "1. Раз\n2. Два"),
        ("", "**Важно**\n\n- раз\n- два", "**Важно**\n\n- раз\n- два"),
    ],
    ids=["list", "table", "excel", "picture", "boxes", "links", "heading", "word", "markdown"],
)  # fmt: skip
def test_what_is_pasted_keeps_what_a_letter_can_show(at_case: Open, html: str, text: str, written: str) -> None:
    writer = at_case()
    writer.start()

    writer.page.evaluate(PASTE_HTML, [html, text])

    expect(writer.area).to_have_value(written)


# ── What was done ─────────────────────────────────────────────────────────────────────────
def test_what_was_done_is_written_the_same_way(at_case: Open) -> None:
    writer = at_case()
    page = writer.page
    seen = page.locator("#solve .ProseMirror")
    writer.keys("s")
    writer.wait_at("#solve .ProseMirror")
    writer.keys("Control+Enter")
    assert page.evaluate("document.querySelector('#solve textarea').matches(':invalid')")
    writer.wait_at("#solve .ProseMirror")
    page.locator("#solve form").evaluate("form => form.noValidate = true")
    writer.keys("Control+Enter")
    writer.wait_at("#solve [role=alert]")
    page.locator("#solve [role=alert] a").click()
    writer.wait_at("#solve .ProseMirror")
    expect(seen).to_have_attribute("aria-invalid", "true")

    writer.type("Деньги **вернули**.")
    writer.keys("Control+Enter")

    expect(page.locator("#solve-button [data-tone=solved]")).to_be_visible()
    assert fresh(writer.case).summary == "Деньги **вернули**."
    assert "Деньги вернули." in Message.objects.filter(purpose="question").latest("pk").full_text
    expect(page.locator("#thread")).to_contain_text("Деньги вернули.")
    expect(page.locator("#thread")).not_to_contain_text("**")


# ── Looks and weight ──────────────────────────────────────────────────────────────────────
def test_nothing_of_it_is_loaded_until_somebody_writes(at_case: Open) -> None:
    writer = at_case()
    loaded: list[str] = []
    writer.page.on("request", lambda request: loaded.append(request.url))
    writer.page.reload(wait_until="networkidle")
    before = list(loaded)
    with writer.page.expect_event("requestfinished", lambda request: bool(LIBRARY.search(request.url))):
        writer.start()

    assert any("letter" in url for url in before)
    assert not any("visual" in url or LIBRARY.search(url) for url in before)


def narrow_and_still_whole(page: Page, tools: Locator) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for box in filter(None, [one.bounding_box() for one in tools.all()]):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320


@pytest.mark.parametrize("looks", ["light", "dark", "contrast"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_open_to_everyone(at_case: Open, tmp_path: Any, width: int, looks: str) -> None:
    scheme = {"forced_colors": "active"} if looks == "contrast" else {"color_scheme": looks}
    writer = at_case(viewport={"width": width, "height": 800}, **scheme)
    writer.start("Иван, **завтра**:")
    writer.keys("Enter")
    writer.type("- раз")
    writer.keys("Enter")
    writer.type("два")
    writer.keys("Enter", "Enter")
    writer.type("> цитата https://a.example/x ")

    page = writer.page
    page.screenshot(path=tmp_path / f"letter-{width}-{looks}.png")
    if looks != "contrast":
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    if width == 320:
        narrow_and_still_whole(page, writer.form.locator("[role=toolbar] > *"))
    expect(writer.seen).to_have_attribute("aria-label", "Текст ответа")
    for wanted in ("[data-put=bold]", "[data-put=link]", "[popovertarget=reply-looks]"):
        for _ in range(12):
            if page.evaluate(AT, wanted):
                break
            writer.keys("Tab")
        assert page.evaluate(AT, wanted), wanted
    writer.keys("Enter", "End")
    writer.wait_at("[data-side]")
    writer.keys("Escape", "Escape")
    writer.wait_at(".ProseMirror")


# ── The same letter in the browser and on the server ──────────────────────────────────────
TEXTS = [
    "Иван, **завтра** и *потом*\nвторая строка\\\nтретья",
    "https://a.example/x?y=1&z=2. Почта: ivan@mail.example, и <https://b.example/>",
    "- раз\n- два\n  - три\n\n1. раз\n2) два\n\n> цитата\n> дальше\n\nтекст",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "![счёт](https://a.example/x.png) [файл](file:x.pdf) [статья](article:x) [плохо](javascript:alert(1))",
    "> [!TIP] Совет\n> слова\n\n:::staff\nтайна\n:::",
    "# Один\n\n### Три\n\n```py\nx = 1\n```\n\n    код\n\n---\n\n~~нет~~ `код` <b>нет</b>",
    "10\\. сентября, 5\\*3, \\[x\\]\n\n[имя][ссылка]\n\n[ссылка]: https://a.example/",
    "Раз  \nдва\n\n\n\nтри   ",
]
IN_BROWSER = """async (texts) => {
  const { LETTER } = await import('/static/ui/visual/visual.js');
  const { read } = await import('/static/ui/visual/reading.js');
  const { write, written } = await import('/static/ui/visual/writing.js');
  return texts.map((text) => {
    const known = read(text, LETTER);
    const anew = known.doc.children.map((node) => written(node, known)).join('\\n\\n');
    return [LETTER.markdown.render(text), write(known.doc, known).text, LETTER.markdown.render(anew)];
  });
}"""


def test_a_letter_is_the_same_in_the_browser_and_on_the_server(at_case: Open) -> None:
    writer = at_case()

    found = writer.page.evaluate(IN_BROWSER, TEXTS)

    for text, (shown, kept, anew) in zip(TEXTS, found, strict=True):
        assert shown == markdown().render(text)
        assert kept == text
        assert "".join(anew.split()) == "".join(shown.split())
