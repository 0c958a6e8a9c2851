"""The visual side of the editor in a real browser: no mark of Markdown is needed, and nothing is ever lost."""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from otklik.demo.articles import texts
from otklik.foundation.actors import Role
from otklik.knowledge.actions import Words, write_article
from otklik.knowledge.models import Article, ArticleFile
from otklik.knowledge.queries import in_work
from otklik.knowledge.rendering import render, without_staff_blocks
from tests.building import acting, make_agent
from tests.desk.pasting import PASTE_PICTURE
from tests.desk.visiting import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASTE_HTML = """(html) => {
  const data = new DataTransfer();
  data.setData('text/html', html);
  document.querySelector('.ProseMirror').dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
WRITTEN = """## Как вернуть

Достаточно **письма**.

- по почте
- по телефону

| Когда | Сколько |
|---|---|
| сразу | всё |

> [!TIP] Не спешите
> Подумайте.

![Кнопка возврата](file:Мой-экран.png)

1. Раз
2. Два"""


class Author:
    """Vera with an article open in the editor; what the browser complains of is kept."""

    def __init__(self, browser: Browser, server: LiveServer, body: str = "") -> None:
        vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
        self.article = write_article(words=Words(title="Возврат", body=body), actor=acting(vera))
        self.context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="ru-RU")
        session = desk(vera).cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
        self.context.route("**/live?*", lambda _route: None)  # a stream is served by a whole house only
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda said: said.type in {"error", "warning"} and self.problems.append(said.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(f"{server.url}/desk/knowledge/{self.article.pk}/edit")
        self.seen, self.body = self.page.locator(".ProseMirror"), self.page.locator("[name=body]")

    def saved(self) -> str:
        """The Markdown in the database when the draft has saved itself."""
        self.page.locator("[data-status]", has_text="Черновик сохранён").wait_for()
        return body_of(self.article)

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def put(self, kind: str) -> None:
        self.page.locator(f"[data-put={kind}]").click()

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def body_of(article: Article) -> str:
    version = in_work(article)
    assert version is not None
    version.refresh_from_db()
    return version.body


@pytest.fixture
def open_editor(browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    opened: list[Author] = []

    def at(body: str = "") -> Author:
        opened.append(Author(browser, live_server, body))
        return opened[-1]

    yield at
    for author in opened:
        author.context.close()
        assert author.problems == []


def test_an_article_is_written_without_markdown(open_editor: Any) -> None:
    author = open_editor()
    page, seen = author.page, author.seen
    seen.click()

    author.put("heading")
    author.type("Как вернуть")
    author.keys("Enter")
    author.type("Достаточно ")
    author.keys("Control+b")
    author.type("письма")
    author.keys("Control+b")
    author.type(".")
    author.keys("Enter")
    author.put("list")
    author.type("по почте")
    author.keys("Enter")
    author.type("по телефону")
    author.keys("Enter", "Enter")
    author.put("table")
    for words in ("Когда", "Сколько", "сразу", "всё"):
        author.type(words)
        author.keys("Tab")
    seen.press("Control+Enter")
    page.locator("[popovertarget=callouts]").click()
    author.put("tip")
    author.type("Подумайте.")
    page.locator("[data-field=label]").fill("Не спешите")
    page.locator("[data-field=label]").press("Enter")
    seen.press("Control+Enter")
    page.evaluate(PASTE_PICTURE, ".ProseMirror")
    expect(seen.locator(".picture img")).to_have_js_property("naturalWidth", 40)
    seen.locator(".picture img").click()
    page.locator("[data-field=alt]").fill("Кнопка возврата")
    page.locator("[data-field=alt]").press("Enter")
    author.keys("Control+Enter")
    author.type("1. Раз")
    author.keys("Enter")
    author.type("Два")

    expect(author.body).to_have_value(WRITTEN)
    expect(page.locator("[data-shown] .in-steps li")).to_have_count(2)
    assert ArticleFile.objects.get().width == 40
    page.evaluate(Axe().axe_script)
    assert page.evaluate("axe.run().then((found) => found.violations)") == []
    assert author.saved() == WRITTEN
    with page.expect_navigation():
        page.locator("button[name=then]").click()
    page.go_back()
    expect(seen.locator("table tr")).to_have_count(2)
    page.locator("[data-mode=markdown]").click()
    expect(author.body).to_have_value(WRITTEN)


def test_tables_links_videos_and_undo(open_editor: Any) -> None:
    author = open_editor("| а | б |\n|:-:|---|\n| 1 | 2 |\n\nСлова о *сайте*.\n")
    page, seen = author.page, author.seen
    do = lambda what: page.locator(f"[data-do={what}]").click()  # noqa: E731  # read as a word below

    seen.locator("td").first.click()
    do("row-more")
    do("column-more")
    expect(author.body).to_have_value("| а |  | б |\n|:-:|---|---|\n| 1 |  | 2 |\n|  |  |  |\n\nСлова о *сайте*.\n")
    do("undo")
    do("undo")
    expect(author.body).to_have_value("| а | б |\n|:-:|---|\n| 1 | 2 |\n\nСлова о *сайте*.\n")
    do("row-less")
    seen.locator("th").first.click()
    do("column-less")
    expect(author.body).to_have_value("| б |\n|---|\n\nСлова о *сайте*.\n")

    seen.locator("em").dblclick()
    author.put("link")
    page.locator("[data-field=href]").fill("example.com/x")
    page.locator("[data-field=href]").press("Enter")
    author.keys("End")
    author.put("video")
    page.locator("[data-field=video]").fill("https://rutube.ru/video/0123456789abcdef0123456789abcdef")
    page.locator("[data-field=shows]").fill("Кабинет")
    page.locator("[data-do=video]").click()
    expect(seen.locator(".is-video")).to_have_text("Кабинет")
    page.evaluate(
        PASTE_HTML,
        "<style>p {color: red}</style><b style='font-weight:normal'><h1>Из письма</h1><p style='color:red'>"
        "<span style='font-weight:700'>Важно</span> <a href='javascript:alert(1)'>тут</a>"
        "<script>alert(1)</script></p></b>",
    )

    expect(author.body).to_have_value(
        "| б |\n|---|\n\nСлова о *[сайте](https://example.com/x)*.\n\n"
        "[Кабинет](https://rutube.ru/video/0123456789abcdef0123456789abcdef)\n\n## Из письма\n\n**Важно** тут\n"
    )
    seen.press("Alt+ArrowUp")
    expect(author.body).to_have_value(re.compile(r"\*\*Важно\*\* тут\n\n## Из письма\n$"))


def test_what_other_programs_copy_arrives_formatted(open_editor: Any) -> None:
    author = open_editor()
    author.seen.click()

    author.page.evaluate(
        PASTE_HTML,
        "<table><tr><td>А</td><td>Б</td></tr><tr><td><p>раз</p><p><b>два</b></p></td><td><ul><li>три</li><li>четыре</li>"
        "</ul></td></tr></table><ul><li>a<ul><li>b</li></ul></li></ul><div class='callout' data-kind='tip'>"
        "<p class='callout-label'>Совет</p><p>внутри</p></div><img src='data:image/png;base64,AA'>",
    )

    written = "| А | Б |\n|---|---|\n| раз **два** | три четыре |\n\n- a\n  - b\n\n> [!TIP] Совет\n> внутри"
    expect(author.body).to_have_value(written)


PASTE_TEXT = """([text, html]) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  if (html) data.setData('text/html', html);
  document.querySelector('.ProseMirror').dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
MARKDOWN = "## Срок\n\nТри **дня**.\n\n- раз\n- два\n  - внутри\n\n> [!TIP] Не спешите\n> Подумайте.\n\n```\nкод\n```"
CELLS = "Когда\tСколько\nсразу\t5 < 6\nпотом\t"
CODE_EDITOR = (
    '<meta charset="utf-8"><div style="font-family: monospace; white-space: pre;"><div><span>{}</span></div></div>'
)
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {{margin: 0}}</style></head>
<body><p class=MsoTitle>Памятка</p><p class=MsoNormal>Возьмите:</p>{items}<p class=MsoNormal>Всё.</p></body></html>"""
ITEM = """<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level{level} lfo1'><![if !supportLists]>
<span style='font-family:Symbol'><span style='mso-list:Ignore'>{mark}
<span style='font:7pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>{words}<o:p></o:p></p>"""
EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table width=200><col width=64><col width=64>
<tr height=20><td class=xl65>Когда</td><td colspan=2>Сколько</td></tr>
<tr><td rowspan=2>сразу</td><td>1</td><td>2</td></tr><tr><td>3</td><td align=right>4</td></tr>
<tr><td></td><td></td><td></td></tr>
</table></body></html>"""


@pytest.mark.parametrize(
    ("text", "html", "written"),
    [
        pytest.param(MARKDOWN, "", MARKDOWN, id="Markdown"),
        pytest.param(MARKDOWN, CODE_EDITOR.format("x"), MARKDOWN, id="Markdown of a code editor"),
        pytest.param("Три **дня** и `код`", "", "Три **дня** и `код`", id="marks in a line"),
        pytest.param("Просто слова * и 2. не список", "", "Просто слова \\* и 2. не список", id="plain words"),
        pytest.param(
            CELLS, "", "| Когда | Сколько |\n|---|---|\n| сразу | 5 < 6 |\n| потом |  |", id="cells divided by tabs"
        ),
        pytest.param(
            "x",
            EXCEL,
            "| Когда | Сколько |  |\n|---|---|---|\n| сразу | 1 | 2 |\n|  | 3 | 4 |",
            id="a table of Excel with wide and high cells",
        ),
        pytest.param(
            "x",
            WORD.format(
                items="".join(
                    ITEM.format(level=level, mark=mark, words=words)
                    for level, mark, words in (
                        (1, "·", "паспорт"), (1, "·", "чек:"), (2, "o", "бумажный"),
                        (2, "o", "из почты"), (1, "·", "карту"),
                    )
                )
            ),
            "## Памятка\n\nВозьмите:\n\n- паспорт\n- чек:\n  - бумажный\n  - из почты\n- карту\n\nВсё.",
            id="a list of Word",
        ),
        pytest.param(
            "x",
            WORD.format(items="".join(ITEM.format(level=1, mark=f"{n}.", words=f"шаг {n}") for n in (1, 2))),
            "## Памятка\n\nВозьмите:\n\n1. шаг 1\n2. шаг 2\n\nВсё.",
            id="numbered steps of Word",
        ),
        pytest.param(
            "x",
            "<ul><li>раз</li><ul><li>внутри</li></ul><li>два</li></ul>",
            "- раз\n  - внутри\n- два",
            id="a list that stands beside its item",
        ),
    ],
)  # fmt: skip
def test_what_is_pasted_keeps_its_structure(open_editor: Any, text: str, html: str, written: str) -> None:
    author = open_editor()
    author.seen.click()

    author.page.evaluate(PASTE_TEXT, [text, html])

    assert author.body.input_value().strip() == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (("> [!TIP] Не спешите", "Enter", "Подумайте."), "> [!TIP] Не спешите\n> Подумайте."),
        (("> [!warning]", "Enter", "Горячо."), "> [!WARNING]\n> Горячо."),
        (("> [!сорт]", "Enter", "Слова."), "> \\[!сорт\\]\n>\n> Слова."),
    ],
)
def test_a_box_may_be_typed_as_in_markdown(open_editor: Any, typed: tuple[str, str, str], written: str) -> None:
    author = open_editor()
    author.seen.click()

    author.type(typed[0])
    author.keys(typed[1])
    author.type(typed[2])

    assert author.body.input_value().strip() == written


def test_what_cannot_be_shown_truly_is_a_box_that_opens_as_markdown(open_editor: Any) -> None:
    body = "Сначала.\n\n1. Раз\n   :::staff\n   Тайна\n   :::\n2. Два\n\n:::staff\nДля нас\n:::\n"
    author = open_editor(body)
    seen = author.seen

    expect(seen.locator(".raw")).to_have_text(re.compile("Только для коллег.*Тайна", re.DOTALL))
    seen.get_by_text("Для нас").click()
    author.keys("End")
    author.type(" и ::: вам")
    author.keys("Enter")
    author.type(":::")

    expect(author.body).to_have_value(body.replace("Для нас", "Для нас и \\::: вам\n\n\\:::"))
    assert "вам" not in without_staff_blocks(author.saved())
    seen.locator(".raw button").click()
    expect(author.body).to_be_focused()
    assert author.body.evaluate("area => area.selectionStart") == body.index("1. Раз")
    author.page.reload()
    expect(seen).to_be_visible()
    author.page.locator("[data-mode=markdown]").click()
    author.page.reload()
    expect(author.body).to_be_visible()
    expect(seen).to_be_hidden()


def test_all_of_it_by_keyboard(open_editor: Any) -> None:
    author = open_editor("| а | б |\n|---|---|\n| 1 | 2 |\n\n> [!NOTE]\n> Тут\n")
    page, seen = author.page, author.seen
    focused = lambda: page.evaluate("document.activeElement.dataset.put ?? document.activeElement.dataset.field")  # noqa: E731
    seen.focus()
    author.keys("Control+Home")

    author.keys("Tab", "Tab", "Tab")
    author.type("два")
    author.keys("Alt+F10")
    assert focused() == "bold"
    author.keys("Escape")
    expect(seen).to_be_focused()
    author.keys("Tab")
    assert page.evaluate("!document.activeElement.closest('.ProseMirror')")
    author.keys("Shift+Tab", "Alt+ArrowDown", "Alt+F10", "Shift+Tab")
    page.keyboard.press("Escape")
    seen.focus()
    author.keys("Control+End", "Enter", "Enter")
    author.type("За рамкой")
    author.keys("Control+z", "Control+y")

    expect(author.body).to_have_value("> [!NOTE]\n> Тут\n\n| а | б |\n|---|---|\n| 1 | два |\n\nЗа рамкой\n")


def test_a_form_sent_while_the_draft_saves_itself_waits_for_it(open_editor: Any) -> None:
    author = open_editor("Начало")
    held: list[Route] = []
    author.page.route("**/save", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks what it gets
    with author.page.expect_request("**/save"):
        author.seen.press("Control+End")
        author.type(" и конец")

    with author.page.expect_navigation():
        author.page.locator("button[name=then]").click()
        held[0].continue_()

    assert author.page.url.endswith(f"/desk/knowledge/{author.article.pk}/")
    assert body_of(author.article) == "Начало и конец"


def test_the_first_press_moves_no_word_from_under_the_second(open_editor: Any) -> None:
    author = open_editor("| а |\n|---|\n| 1 |\n\nСлова о *сайте*.\n")
    panel, word, mouse = author.page.locator("[data-at=table]"), author.seen.locator("em"), author.page.mouse
    author.seen.locator("td").first.click()
    expect(panel).to_be_visible()
    box = word.bounding_box()
    assert box is not None

    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for times in (1, 2):
        mouse.down(click_count=times)
        mouse.up(click_count=times)
        assert word.bounding_box() == box

    assert author.page.evaluate("getSelection().toString()") == "сайте"
    expect(panel).to_be_hidden()


def test_a_link_without_chosen_words_is_its_address(open_editor: Any) -> None:
    author = open_editor("До.\n\nПочта: **важно**, docs@gorizont.example.\n")
    author.seen.get_by_text("До.").click()
    author.keys("End")
    author.type(" См. ")

    author.put("link")
    author.page.locator("[data-field=href]").fill("article:vozvrat")
    author.page.locator("[data-field=href]").press("Enter")
    author.type(".")
    author.seen.locator("strong").dblclick()
    author.type("«да»")

    written = "До. См. <article:vozvrat>.\n\nПочта: **«да»**, docs@gorizont.example.\n"
    expect(author.body).to_have_value(written)


FENCES = """(bodies) => import('/static/ui/visual/grammar.js').then(({ staffRegions }) => bodies.map((body) => {
  const lines = body.split('\\n');
  const staff = staffRegions(lines);
  return lines.filter((_line, n) => !staff.some(({ from, to }) => n >= from && n < to)).join('\\n');
}))"""


def test_what_is_for_staff_is_the_same_in_the_browser_and_on_the_server(open_editor: Any) -> None:
    chance = Random(3)
    marks = ":::|::|:|staff|STAFF|\u017ftaff|staffs|note| |\t|\u00a0|\u2060|\ufeff|\u2003|\x1c|\x85"
    marks += "|>|-|*|+|1.|12)|٣.|²|Ⅷ|ы|_|x|`"
    line = lambda: "".join(chance.choices(marks.split("|"), k=chance.randint(0, 5)))  # noqa: E731
    often = [":::staff", ":::", "", "слово"]
    bodies = ["\n".join(chance.choice([line(), chance.choice(often)]) for _n in range(12)) for _body in range(2000)]

    assert open_editor().page.evaluate(FENCES, bodies) == [without_staff_blocks(body) for body in bodies]


# ── Nothing is lost ───────────────────────────────────────────────────────────────────────
TRY = """async (bodies) => {
  const at = (name) => import(`/static/ui/visual/${name}.js`);
  const [{ read, fragment }, { write }, { schema }] = await Promise.all([at('reading'), at('writing'), at('schema')]);
  const added = fragment('НОВОЕ')[0];
  const end = fragment('КОНЕЦ')[0].content;
  const bare = (node) => node.type.create({ ...node.attrs, origin: null }, node.content);
  return bodies.map((body) => {
    const known = read(body);
    const kids = known.doc.children;
    const made = (nodes) => write(schema.node('doc', null, nodes), known).text;
    const without = (n) => kids.filter((_node, place) => place !== n);
    const paragraphs = kids.flatMap((node, n) => node.type.name === 'paragraph' && node.childCount ? [n] : []);
    return {
      same: write(known.doc, known).text,
      sources: kids.map((node) => known.origins[node.attrs.origin]?.source ?? ''),
      added: [...kids, null].map((_node, n) => made([...kids.slice(0, n), added, ...kids.slice(n)])),
      removed: kids.length > 1 ? kids.map((_node, n) => made(without(n))) : [],
      moved: kids.map((node, n) => made([...without(n), node])),
      edited: paragraphs.map((n) => [n, made(kids.with(n, kids[n].copy(kids[n].content.append(end))))]),
      kept: kids.flatMap((node, n) => node.type.spec.group === 'block'
        ? [made(kids.with(n, schema.node('staff', null, [node, added])))] : []),
      anew: made(kids.map((node) => node.type.name === 'staff' ? node : bare(node))),
    };
  });
}"""
LINES = (
    *("",) * 14, "Слово **жирное** и _курсив_", "просто", "## Заголовок #", "Титул\n===", "- пункт", "- [ ] дело",
    "  - вложенный", "* звезда", "1. раз", "7) семь", "   дальше", "    код отступом", "> цитата", "> [!TIP] Совет *о*",
    "> [!NOTE]", "> слова", ">", "> > глубже", "```", "~~~js", ":::staff", ":::staff", ":::", ":::", "  :::staff",
    "- :::staff", "> :::staff", "ТАЙНА", "ТАЙНА", "ТАЙНА", ":::note", "| а | б |\n|---|:-:|\n| 1 \\| 2 | `3` |", "---",
    "***", "[имя]: https://a.example", "см. [имя] и [это][имя]", '![рис](file:a.png "Под")', "[ст](article:slug#part)",
    "https://rutube.ru/video/0123456789abcdef0123456789abcdef", "почта a_b@c.example и https://a.example/x_y?q=1&b=2",
    "<b>сырой</b> &amp; &nbsp;", "a < b & c", "конец\\", "два  ", "`` ` ``", "***всё** вместе*", "**слово:**тут", "# ",
    "1986\\. Год", "~~нет~~ ~да~", "---|---", "&copy;", "[js](javascript:alert)", "\u00a0нет", "::: staff", "[пусто]()",
)  # fmt: skip


def hostile(count: int) -> list[str]:
    chance = Random(14)
    return [
        "\n".join(chance.choices(LINES, k=chance.randint(1, 10))) + chance.choice(["", "\n", "\n\n"])
        for _number in range(count)
    ]


def test_what_is_not_touched_stays_letter_by_letter(open_editor: Any) -> None:
    bodies = [text.body for text in texts()]

    tried = open_editor().page.evaluate(TRY, bodies)

    for body, found in zip(bodies, tried, strict=True):
        assert found["same"] == body
        assert all(one.startswith(body.rstrip("\n")) for one in found["added"][-1:])
        assert render(found["anew"], with_staff=True).html == render(body, with_staff=True).html
        for place, edited in found["edited"]:
            before = found["sources"][place]
            assert edited == body.replace(before, before + "КОНЕЦ", 1)


def test_hostile_markdown_loses_nothing_and_shows_customers_nothing(open_editor: Any) -> None:
    bodies = hostile(500)

    tried = open_editor().page.evaluate(TRY, bodies)

    for body, found in zip(bodies, tried, strict=True):
        outside = without_staff_blocks(body)
        assert found["same"] == body
        assert all("НОВОЕ" in without_staff_blocks(one) for one in found["added"]), body
        assert all("НОВОЕ" not in without_staff_blocks(one) for one in found["kept"]), body
        changed = [*found["added"], *found["removed"], *found["moved"], *found["kept"], found["anew"]]
        assert all(without_staff_blocks(one).count("ТАЙНА") <= outside.count("ТАЙНА") for one in changed), body
        assert words_shown(found["anew"]) == words_shown(body), (body, found["anew"])


def words_shown(body: str) -> list[str]:
    """What colleagues read, without how it is laid out and which spaces are hard."""
    return re.sub(r"<[^>]+>|&nbsp;", " ", render(body, with_staff=True).html).split()
