"""In from folders, pages and other programs; out as a folder that comes back without loss."""

import io
import json
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from otklik.customers.models import Organization
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.http.calling import CallFailed, download
from otklik.knowledge.actions import (
    Words,
    add_file,
    edit_draft,
    import_articles,
    publish,
    set_article,
    set_section,
    start_draft,
    withdraw,
    write_article,
)
from otklik.knowledge.adapters.anything import articles_in, files_at
from otklik.knowledge.adapters.html import markdown_of
from otklik.knowledge.adapters.imported import Imported, ImportedArticle, ImportRefused
from otklik.knowledge.adapters.outside import with_outside_files
from otklik.knowledge.exporting import export_as_zip, exported
from otklik.knowledge.models import Article, ArticleFile, Section
from otklik.knowledge.queries import in_work
from otklik.knowledge.rendering import render
from otklik.standards.models import Standard
from otklik.team.models import Agent
from tests.building import acting, make_lead
from tests.knowledge.test_files import picture
from tests.knowledge.test_rendering import harm_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def one(files: dict[str, bytes]) -> ImportedArticle:
    (article,) = articles_in(files).articles
    return article


def wrong(files: dict[str, bytes]) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        articles_in(files)
    return [found.where for found in refused.value.wrong]


# ── Folders of Markdown ───────────────────────────────────────────────────────────────────
def test_a_file_says_what_it_is_in_front_of_its_words() -> None:
    article = one(
        {
            "ru/refund.md": (
                '+++\ntitle = "Возврат"\nsection = "Оплата / Деньги"\nquestions = ["где деньги", "верните"]\n'
                'audience = "staff"\nowner = "olga@gorizont.example"\nreview_every_days = 90\n'
                "draft = true\n+++\nТекст\n"
            ).encode()
        }
    )

    assert (article.title, article.body, article.language, article.slug) == ("Возврат", "Текст\n", "ru", "refund")
    assert (article.section, article.questions) == (["Оплата", "Деньги"], ["где деньги", "верните"])
    assert (article.audience, article.owner, article.review_every_days) == ("staff", "olga@gorizont.example", 90)
    assert not article.is_published


def test_yaml_works_too_and_what_is_not_said_is_guessed() -> None:
    yaml = one({"docs/pay.md": "---\ntitle: Оплата\nlang: ru\ntags: [a]\n---\r\nТекст".encode()})
    bare = one({"en/money/How to pay.md": b"# How to pay\n\nBy card."})

    assert (yaml.title, yaml.body, yaml.section) == ("Оплата", "Текст", ["docs"])
    assert (bare.title, bare.body, bare.language) == ("How to pay", "By card.", "en")
    assert (bare.slug, bare.section) == ("how-to-pay", ["money"])


def test_pictures_and_links_beside_the_file_become_our_own() -> None:
    article = articles_in(
        {
            "ru/a/one.md": (
                "![Чек](../img/check.png) [два](two.md#srok) [сайт](https://x.example/a.md) [?](none.md)"
            ).encode(),
            "ru/a/two.md": "# Два\n\n## Срок\n\nслово".encode(),
            "ru/img/check.png": b"png",
            "ru/a/one.files/rules.pdf": b"pdf",
        }
    ).articles[0]

    assert article.body == "![Чек](file:check.png) [два](article:two#srok) [сайт](https://x.example/a.md) [?](none.md)"
    assert article.files == {"check.png": b"png", "rules.pdf": b"pdf"}


@pytest.mark.parametrize(
    "files",
    [
        {"a.md": b"+++\ntitle = \n+++\n"},
        {"a.md": b"---\n{[\n---\n"},
        {"a.md": b"---\n- a\n---\n"},
        {"a.md": b"\xff\xfe"},
        {"a.md": b"+++\nplace = -1\n+++\nx"},
        {"a.json": b"{"},
        {"a.json": b'{"weather": 1}'},
        {"a.json": b'{"articles": [1]}'},
        {"a.json": b"[" * 100_000},
        {"a.zip": b"PK\x03\x04 not really"},
        {"a.exe": b"MZ"},
        {},
    ],
)
def test_what_cannot_be_read_is_named(files: dict[str, bytes]) -> None:
    assert len(wrong(files)) == 1


def test_every_broken_file_of_a_folder_is_named() -> None:
    assert wrong({"a.md": b"\xff", "b.md": b"fine", "c.md": b"+++\n=\n+++\n", "sections.toml": b"["}) == [
        "a.md",
        "c.md",
        "sections.toml",
    ]


def told(files: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(one.where, one.text) for one in articles_in(files).warnings]


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("![x](my%20pic.png)", "![x](file:my-pic.png)"),
        ("![x](<my pic.png>)", "![x](file:my-pic.png)"),
        ("![x](my pic.png)", "![x](file:my-pic.png)"),
        ('![x](my%20pic.png "Подпись")', '![x](file:my-pic.png "Подпись")'),
        ('<img alt="x" src="my pic.png" width=3>', "![x](file:my-pic.png)"),
        ("![x][p]\n\n[p]: my%20pic.png", "![x][p]\n\n[p]: file:my-pic.png"),
        ("[![x](my%20pic.png)](two.md)", "[![x](file:my-pic.png)](article:two)"),
        ("[x](/ru/my%20pic.png)", "[x](file:my-pic.png)"),
        ("[x](two.md#второй-раздел)", "[x](article:two#vtoroy-razdel)"),
        ("[x](two.md#vtoroy-razdel)", "[x](article:two#vtoroy-razdel)"),
    ],
)
def test_pictures_and_places_are_kept_however_they_are_called(written: str, becomes: str) -> None:
    files = {"ru/one.md": f"# Один\n\n{written}".encode(), "ru/my pic.png": b"png"}
    files["ru/two.md"] = "# Два\n\n## Второй раздел\n\nслово".encode()

    article = articles_in(files).articles[0]

    assert article.body == becomes
    assert told(files) == []


def test_what_leads_nowhere_is_told_and_left_as_it_is() -> None:
    body = "![x](gone.png) [a](gone.md) [b](two.md#none) [c](#none) [d](https://x.example/y.png) [e](/old/page)"
    files = {"ru/one.md": f"# Один\n\n{body}".encode(), "ru/two.md": "# Два\n\nслово".encode()}

    assert [where for where, _text in told(files)] == ["ru/one.md"] * 4
    assert articles_in(files).articles[0].body == body.replace("two.md#none", "article:two")


def test_two_pictures_of_one_name_stay_two() -> None:
    article = articles_in(
        {"ru/one.md": b"![a](a/1.png) ![b](b/1.png) ![c](a/1.png)", "ru/a/1.png": b"a", "ru/b/1.png": b"b"}
    ).articles[0]

    assert article.body == "![a](file:1.png) ![b](file:1-2.png) ![c](file:1.png)"
    assert article.files == {"1.png": b"a", "1-2.png": b"b"}


# ── HTML ──────────────────────────────────────────────────────────────────────────────────
def test_a_page_becomes_markdown() -> None:
    html = """<h2>Срок</h2><p>За <b>три</b> дня&nbsp;и <a href="/x">ссылка</a>.<br>Вторая</p>
    <ol><li>Раз<ul><li>внутри</li></ul></li><li><p>Два</p></li></ol><blockquote><p>Сказано</p></blockquote>
    <table><tr><th>А</th><th>Б</th></tr><tr><td>1 | 2</td></tr></table><pre><code>x &lt; 1</code></pre>
    <p><img src="a b.png" alt="Кнопка"></p><iframe src="//www.youtube.com/embed/dQw4w9WgXcQ"></iframe>
    <script>alert(1)</script><style>p{}</style><p>* не список</p>"""

    assert markdown_of(html) == (
        "## Срок\n\nЗа **три** дня и [ссылка](/x).\\\nВторая\n\n1. Раз\n   - внутри\n\n2. Два\n\n> Сказано\n\n"
        "| А | Б |\n|---|---|\n| 1 \\| 2 |  |\n\n```\nx < 1\n```\n\n![Кнопка](<a b.png>)\n\n"
        "https://www.youtube.com/embed/dQw4w9WgXcQ\n\n\\* не список"
    )


def test_a_whole_page_knows_its_title_and_language() -> None:
    page = one({"a.html": b"<html lang='en-GB'><title>Pay</title><body><h1>Pay</h1><p>By card</p></body></html>"})

    assert (page.title, page.language, page.body) == ("Pay", "en", "By card")


SAVED = """<!doctype html><html lang="ru"><head><title>Возврат | Магазин</title>
<meta content="Коротко о возврате" name="description"></head><body class="page">
<header><a href="/">Магазин</a></header><nav><ul><li>Каталог</li></ul></nav><div class="breadcrumbs">Главная</div>
<div class="content"><aside>Реклама</aside><article class="post"><header><h1>Как вернуть деньги</h1></header>
<p>Сразу смотрите <a href="#srok">срок</a>.</p><h2 id="srok">Сколько ждать</h2><p>Три дня после <b>заявки</b>.</p>
<img src="Возврат_files/a%20b.png" alt="Чек"><div class="share-buttons">Поделиться</div></article></div>
<div class="sidebar"><p>Новости</p></div><footer>Подвал</footer><div id="cookie-banner">Мы храним куки</div>
</body></html>"""


def test_of_a_saved_page_only_its_main_part_is_taken() -> None:
    article = one({"Возврат.html": SAVED.encode(), "Возврат_files/a b.png": b"png"})

    assert (article.title, article.summary, article.language) == ("Как вернуть деньги", "Коротко о возврате", "ru")
    assert article.body == (
        "Сразу смотрите [срок](#skolko-zhdat).\n\n## Сколько ждать\n\nТри дня после **заявки**.\n\n![Чек](file:a-b.png)"
    )
    assert article.files == {"a-b.png": b"png"}


@pytest.mark.parametrize("main", ['<div role="main">{}</div>', "<main>{}</main>", '<div id="content">{}</div>', "{}"])
def test_the_main_part_is_known_by_its_tag_its_role_or_its_name(main: str) -> None:
    words = "<p>" + "Деньги вернём за три дня. " * 5 + "</p>"
    page = f"<title>Т</title><body><nav>Меню</nav>{main.format(words)}<footer>Подвал</footer></body>"

    assert one({"a.html": page.encode()}).body == "Деньги вернём за три дня. " * 4 + "Деньги вернём за три дня."


def test_a_page_saved_as_one_file_brings_its_pictures() -> None:
    letter = EmailMessage()
    page = '<html><title>Т</title><body><p>Слово</p><img alt="Чек" src="https://x.example/i/chek.png?v=1&amp;w=2"></body></html>'
    letter.set_content(page, subtype="html", charset="utf-8", cte="quoted-printable")
    letter.add_related(b"png", "image", "png", headers=["Content-Location: https://x.example/i/chek.png?v=1&w=2"])

    article = one({"a.mhtml": letter.as_bytes()})

    assert (article.body, article.files) == ("Слово\n\n![Чек](file:1-chek.png)", {"1-chek.png": b"png"})


def test_pictures_named_like_each_other_do_not_multiply_a_saved_page() -> None:
    picture_part = b"--X\r\nContent-Type: image/png\r\nContent-Location: i\r\n\r\nx\r\n"
    head = b"Content-Type: multipart/related; boundary=X\r\n\r\n--X\r\nContent-Type: text/html\r\n\r\n"

    article = one({"a.mhtml": head + b"<title>T</title><p>iii</p>\r\n" + picture_part * 25 + b"--X--\r\n"})

    assert article.body == "T\n\niii"


@pytest.mark.parametrize(
    "inside",
    ["<", "<w:sdt><w:sdtContent>" * 3_000 + "</w:sdtContent></w:sdt>" * 3_000, "&a;", "<w:p/>" * 2_500_000],
)
def test_a_document_that_is_broken_too_deep_or_too_long_is_named(inside: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document())) as good, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bad:
        for entry in good.infolist():
            content = good.read(entry).decode()
            if entry.filename == "word/document.xml":
                content = content.replace("<w:body>", f"<w:body>{inside}", 1)
            bad.writestr(entry.filename, content)

    assert wrong({"a.docx": target.getvalue()}) == ["a.docx"]


@pytest.mark.parametrize("rows", ['<row r="99999999"><c><v>1</v></c></row>', "<row><c><v>1</v></c></row>" * 11_000])
def test_a_sheet_whose_lines_have_no_end_is_named(rows: str) -> None:
    book = Workbook()
    target, bad = io.BytesIO(), io.BytesIO()
    book.save(target)
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ["title", "body", *map(str, range(190))])
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData><row r="1">{head}</row>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(target) as good, zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in good.infolist():
            made.writestr(entry, sheet if entry.filename.endswith("sheet1.xml") else good.read(entry))

    assert wrong({"a.xlsx": bad.getvalue()}) == ["a.xlsx"]


@pytest.mark.parametrize("part", ["<title", "<title>", "<h1>", "<meta ", "<html "])
def test_a_page_of_heads_that_never_end_is_read_in_a_moment(part: str) -> None:
    begun = time.thread_time()

    one({"a.html": f"<p>слово</p>{part * 20_000}".encode()})

    assert time.thread_time() - begun < 5


def test_a_document_of_word_becomes_an_article() -> None:
    article = one({"docs/Возврат.docx": document()})

    assert article.title == "Как вернуть деньги"
    assert article.body == "## Срок\n\nТри **дня**.\n\n| А | Б |\n|---|---|\n| 1 | 2 |"


def document() -> bytes:
    """The least that Word calls a document: two headings, a paragraph with bold words, a table."""

    def paragraph(text: str, style: str = "") -> str:
        properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{properties}{text}</w:p>"

    def run(text: str, bold: str = "") -> str:
        return f'<w:r>{bold}<w:t xml:space="preserve">{text}</w:t></w:r>'

    bold = run("дня", "<w:rPr><w:b/></w:rPr>")
    cells = [f"<w:tc>{paragraph(run(text))}</w:tc>" for text in "АБ12"]
    table = f"<w:tbl><w:tr>{cells[0]}{cells[1]}</w:tr><w:tr>{cells[2]}{cells[3]}</w:tr></w:tbl>"
    body = paragraph(run("Как вернуть деньги"), "Heading1") + paragraph(run("Срок"), "Heading2")
    body += paragraph(run("Три ") + bold + run(".")) + table
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    kinds = "http://schemas.openxmlformats.org/package/2006"
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{kinds}/content-types"><Override PartName="/word/document.xml" '
            f'ContentType="{office}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{kinds}/relationships"><Relationship Id="r1" Target="word/document.xml" Type='
            '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        )
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    return target.getvalue()


_HTML = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "</b>", "<a href='x'>", "</a>", "<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>",
         "</ul>", "<pre>", "<code>", "</pre>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "слово",
         "<", "&lt;b&gt;", "`", "*", "[x](javascript:alert(1))", "\n"]
    )
).map("".join)  # fmt: skip


@given(_HTML)
@settings(max_examples=300, deadline=None)
def test_any_html_becomes_harmless_markdown(html: str) -> None:
    shown = render(markdown_of(html)).html

    assert harm_in(shown) == []


# ── Other programs ────────────────────────────────────────────────────────────────────────
ZENDESK = {
    "categories": [{"id": 1, "name": "Магазин"}],
    "sections": [{"id": 2, "name": "Оплата", "category_id": 1, "parent_section_id": None}],
    "articles": [
        {
            "id": 360001, "title": "Refund",
            "body": "<p>See <a href='https://x.zendesk.com/hc/en-us/articles/360002-Pay'>pay</a></p>",
            "section_id": 2, "locale": "en-us", "draft": False, "user_segment_id": None, "position": 3,
            "translations": [{"locale": "ru", "title": "Возврат", "body": "<p>Три дня</p>", "draft": True}],
        },
        {
            "id": 360002, "title": "Pay", "body": "<p>Card</p>", "section_id": 2, "locale": "en-us",
            "user_segment_id": 77,
        },
    ],
}  # fmt: skip
CHATWOOT = {
    "payload": [
        {
            "id": 5, "title": "Как платить", "content": "Картой\r\nили *так*", "description": "Коротко",
            "status": "published",
            "category": {"id": 1, "name": "Оплата", "slug": "pay", "locale": "ru"},
        },
        {"id": 6, "title": "Черновик", "content": "x", "status": "draft", "locale": "ru"},
    ],
    "meta": {"articles_count": 2},
}  # fmt: skip


def test_an_export_of_zendesk_is_understood(olga: Actor) -> None:
    imported = articles_in({"articles.json": json.dumps(ZENDESK).encode()})

    import_articles(imported, publish=True, actor=olga)

    english = Article.objects.select_related("live", "section__parent").get(external_id="360001", language="en")
    russian = Article.objects.get(external_id="360001", language="ru")
    assert english.live is not None
    assert english.section is not None
    assert english.section.parent is not None
    assert english.live.body == "See [pay](article:pay)"
    assert (english.section.parent.titles, english.section.titles) == ({"en": "Магазин"}, {"en": "Оплата"})
    assert (english.audience, english.place) == ("public", 3)
    assert (russian.original, russian.live) == (english, None)
    assert Article.objects.get(external_id="360002").audience == "staff"  # whoever its readers were, not everybody


def test_an_export_of_chatwoot_is_understood(olga: Actor) -> None:
    import_articles(articles_in({"a.json": json.dumps(CHATWOOT).encode()}), publish=True, actor=olga)

    article = Article.objects.select_related("live", "section").get(external_id="5")
    assert article.live is not None
    assert article.section is not None
    assert (article.live.body, article.live.summary) == ("Картой\nили *так*", "Коротко")
    assert article.section.titles == {"ru": "Оплата"}
    assert Article.objects.get(external_id="6").live is None


def test_pictures_on_the_old_server_come_along_when_they_may(olga: Actor) -> None:
    there = "https://shop.zendesk.com/hc/article_attachments/1"
    pictures = f'<img src="{there}/chek.png" alt="Чек"><img src="{there}/gone.png">'
    body = f'<p>{pictures}<a href="{there}/rules.pdf">Правила</a></p>'
    row = {
        "id": 1,
        "title": "Возврат",
        "body": body,
        "locale": "ru",
        "html_url": "https://shop.zendesk.com/hc/ru/articles/1",
    }
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if "gone" in url:
            raise CallFailed("404")
        return picture() if url.endswith("png") else b"%PDF-1.4"

    imported = articles_in({"a.json": json.dumps({"articles": [row]}).encode()})
    brought = with_outside_files(imported, seconds=60, fetch=fetch)
    import_articles(brought, publish=True, actor=olga)

    article = Article.objects.select_related("live").get()
    assert article.source == "zendesk shop.zendesk.com"
    assert article.live is not None
    assert article.live.body == f"![Чек](file:chek.png)![]({there}/gone.png)[Правила](file:rules.pdf)"
    assert sorted(article.files.values_list("name", flat=True)) == ["chek.png", "rules.pdf"]
    assert [one.text for one in brought.warnings] == [
        f"Файл {there}/gone.png не пришёл; ссылка по-прежнему ведёт туда."
    ]
    assert len(asked) == 3


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/a.png", "http://169.254.169.254/a.png", "file:///etc/passwd", "http://[::1]/"]
)
def test_nothing_is_brought_from_our_own_network(url: str) -> None:
    with pytest.raises(CallFailed):
        download(url)


def test_nothing_is_waited_for_longer_than_was_said() -> None:
    imported = Imported(articles=[ImportedArticle(where="a", title="Т", body="![x](https://x.example/a.png)")])

    brought = with_outside_files(imported, seconds=0, fetch=lambda _url: b"never")

    assert brought.articles == imported.articles
    assert len(brought.warnings) == 1


# ── There and back ────────────────────────────────────────────────────────────────────────
def furnish(olga: Actor) -> None:
    """A help centre in which everything that an article can have is had."""
    outer = set_section(
        actor=olga, values={"titles": {"ru": "Оплата", "en": "Money"}, "descriptions": {"ru": "О деньгах"}}
    )
    inner = set_section(actor=olga, values={"titles": {"ru": "Возврат"}, "parent": outer, "icon": "book", "place": 4})
    words = Words(
        title='Как "вернуть" деньги?\\', body="+++\n---\n\n![чек](file:chek.png)\n\n:::staff\nтайна\n:::\n",
        summary="Три\tдня", questions=["где деньги", "верните «всё»"],
    )  # fmt: skip
    article = write_article(
        words=words, actor=olga,
        values={
            "section": inner, "slug": "refund", "external_id": "7", "audience": "organization", "place": 2,
            "organizations": [Organization.objects.create(name="Школа «Парус»")], "review_every_days": 30,
            "standard": Standard.objects.create(name="Жалоба"), "owner": Agent.objects.get(pk=olga.pk),
        },
    )  # fmt: skip
    add_file(article=article, name="chek.png", content=picture(), actor=olga)
    version = in_work(article)
    assert version is not None
    publish(version=version, actor=olga)
    set_article(article=article, actor=olga, values={"slug": "vozvrat"})
    english = write_article(
        words=Words(title="Refund", body="x"), actor=olga, language="en", values={"original": article}
    )
    assert english.original == article
    later = start_draft(article=article, actor=olga)
    edit_draft(version=later, words=Words(title="Ещё не видно", body="y"), actor=olga)
    old = write_article(words=Words(title="Старое", body="z"), actor=olga, values={"section": inner})
    old_words = in_work(old)
    assert old_words is not None
    publish(version=old_words, actor=olga)
    withdraw(article=old, actor=olga)


def leave_nothing() -> None:
    ArticleFile.objects.all().delete()
    Article.objects.update(live=None, original=None)
    Article.objects.all().delete()
    Section.objects.filter(parent__isnull=False).delete()
    Section.objects.all().delete()


def test_what_goes_out_comes_back_without_loss(olga: Actor) -> None:
    furnish(olga)
    first = dict(exported())
    archive = export_as_zip()
    leave_nothing()

    report = import_articles(articles_in({"help.zip": archive}), publish=True, actor=olga)

    assert (report.count("new"), report.new_sections) == (3, 2)
    assert dict(exported()) == first
    assert sorted(first) == [
        "en/refund.md", "ru/staroe.md", "ru/vozvrat.draft.md", "ru/vozvrat.files/chek.png", "ru/vozvrat.md",
        "sections.toml",
    ]  # fmt: skip
    again = import_articles(articles_in({"help.zip": archive}), publish=True, actor=olga)
    assert [line.outcome for line in again.lines] == ["same", "same", "same", "same"]
    assert dict(exported()) == first


def test_an_export_comes_back_into_an_empty_house(olga: Actor) -> None:
    furnish(olga)
    archive = export_as_zip()
    leave_nothing()
    Organization.objects.all().delete()
    Standard.objects.all().delete()
    Agent.objects.filter(pk=olga.pk).update(email="somebody@else.example")

    report = import_articles(articles_in({"help.zip": archive}), publish=True, actor=SYSTEM)

    article = Article.objects.get(external_id="7")
    assert report.count("new") == 3
    assert (article.owner, article.standard, article.organizations.count(), article.audience) == (
        None, None, 0, "organization",
    )  # fmt: skip
    assert len(report.warnings) >= 3


def test_the_archive_and_a_draft_over_an_article_come_back_as_what_they_were(olga: Actor) -> None:
    old = b'+++\ntitle = "A"\nid = "1"\narchived = true\n+++\nold'
    shown = b'+++\ntitle = "B"\nid = "2"\n+++\nshown'
    draft = b'+++\ntitle = "B, anew"\nid = "2"\ndraft_over = true\n+++\n'

    import_articles(articles_in({"en/a.md": old, "en/b.draft.md": draft, "en/b.md": shown}), publish=True, actor=olga)

    archived, article = Article.objects.order_by("external_id")
    assert (archived.live, archived.archived_at is None) == (None, False)
    assert article.live is not None
    assert (article.live.body, getattr(in_work(article), "title", "")) == ("shown", "B, anew")


def test_a_draft_over_nothing_is_named(olga: Actor) -> None:
    draft = b'+++\ntitle = "B"\nid = "2"\ndraft_over = true\n+++\nwords'

    with pytest.raises(ImportRefused) as refused:
        import_articles(articles_in({"en/b.draft.md": draft}), publish=True, actor=olga)

    assert [one.where for one in refused.value.wrong] == ["en/b.draft.md"]


def test_a_folder_on_the_disk_is_the_same_as_an_archive(olga: Actor, tmp_path: Path) -> None:
    furnish(olga)
    for path, content in exported():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("no")

    assert files_at(tmp_path) == dict(exported())


_WORDS = st.text(st.characters(blacklist_characters="\0\r", blacklist_categories=("Cs",)), max_size=40)


@given(
    title=_WORDS.filter(str.strip),
    body=_WORDS,
    summary=_WORDS,
    questions=st.lists(_WORDS.filter(str.strip), max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_any_words_survive_the_front_of_the_file(title: str, body: str, summary: str, questions: list[str]) -> None:
    from otklik.knowledge.exporting import _toml  # noqa: PLC0415  # the writer alone, without a database

    text = f"+++\n{_toml({'title': title, 'summary': summary, 'questions': questions})}+++\n{body}"
    read = one({"ru/a.md": text.encode()})

    assert (read.title, read.summary) == (title.strip(), summary.strip())
    assert list(read.questions) == [question.strip() for question in questions]
    assert read.body == body


def test_an_archive_that_would_burst_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", "0" * 1_000_000)
    monkeypatch.setattr("otklik.knowledge.adapters.anything.MOST_BYTES", 999_999)

    assert wrong({"a.zip": target.getvalue()}) == ["a.zip"]


def test_an_endless_name_of_a_section_is_cut(olga: Actor) -> None:
    article = ImportedArticle(where="a", title="Возврат", body="За три дня.", section=("Оплата " * 30,))

    import_articles(Imported(articles=[article]), publish=True, actor=olga)

    assert Section.objects.get().titles == {"ru": ("Оплата " * 30)[:120]}
