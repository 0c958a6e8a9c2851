"""Articles from elsewhere: all of them or none, and every fault is named."""

import io

import openpyxl
import pytest

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.knowledge.actions import import_articles, set_article
from otklik.knowledge.adapters.anything import articles_in
from otklik.knowledge.adapters.csv import articles_in_csv
from otklik.knowledge.adapters.imported import Imported, ImportedArticle, ImportedSection, ImportRefused
from otklik.knowledge.models import Article, Section, Version
from otklik.knowledge.queries import STRANGER, readable_by
from tests.building import acting, make_agent, make_lead

pytestmark = pytest.mark.django_db

TABLE = """id,title,body,section,language,questions
7,Возврат,"Вернём за **три** дня.
Честно.",Оплата / Деньги,ru,"верните деньги
хочу назад"
8,Refund,In three days.,,en-US,
"""


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def wrong_in(content: str | bytes, actor: Actor) -> list[tuple[str, str]]:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(ImportRefused) as refused:
        import_articles(articles_in_csv(raw), publish=True, actor=actor)
    return [(one.where, one.text) for one in refused.value.wrong]


def test_a_table_becomes_published_articles_on_their_shelves(olga: Actor) -> None:
    report = import_articles(articles_in_csv(TABLE.encode("utf-8-sig")), publish=True, actor=olga)

    refund = Article.objects.select_related("section__parent", "live").get(external_id="7")
    assert refund.live is not None
    assert (refund.live.title, refund.live.body) == ("Возврат", "Вернём за **три** дня.\nЧестно.")
    assert refund.live.questions == ["верните деньги", "хочу назад"]
    assert refund.section is not None
    assert (refund.section.titles, refund.section.parent and refund.section.parent.titles) == (
        {"ru": "Деньги"},
        {"ru": "Оплата"},
    )
    assert set(readable_by(STRANGER).values_list("language", "slug")) == {("ru", "vozvrat"), ("en", "refund")}
    assert (report.count("new"), report.new_sections) == (2, 2)


def test_only_title_and_body_are_required_and_semicolons_are_understood(olga: Actor) -> None:
    import_articles(articles_in_csv("title;body\nСрок, цена;Три дня\n".encode()), publish=False, actor=olga)

    assert Version.objects.get().title == "Срок, цена"
    assert not readable_by(STRANGER).exists()


def test_what_is_known_by_its_id_is_renewed_and_what_is_the_same_left_alone(olga: Actor) -> None:
    import_articles(articles_in_csv(TABLE.encode()), publish=True, actor=olga)

    report = import_articles(
        articles_in_csv(TABLE.replace("In three days.", "In two days.").encode()), publish=True, actor=olga
    )

    assert [line.outcome for line in report.lines] == ["same", "changed"]
    assert Article.objects.count() == 2
    assert Version.objects.get(article__external_id="8", state="live").body == "In two days."


def test_a_dry_run_reports_and_changes_nothing(olga: Actor) -> None:
    report = import_articles(articles_in_csv(TABLE.encode()), publish=True, actor=olga, dry_run=True)

    assert report.count("new") == 2
    assert not Article.objects.exists()
    assert not Section.objects.exists()


def test_every_fault_is_named_by_its_line_and_nothing_is_imported(olga: Actor) -> None:
    table = "id,title,body,language\n1,,слово,ru\n2,Есть,слово,ru\n3,Есть,,ru\n4,Есть,слово,xx\n2,Есть,слово,ru\n"

    assert wrong_in(table, olga) == [
        ("строка 2", "Не хватает названия."),
        ("строка 4", "Нет текста."),
        ("строка 5", "Язык «xx» не известен."),
        ("строка 6", "Номер 2 стоит и здесь, и в «строка 3»."),
    ]
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "CSV"),
        (b"colour,weather\na,b\n", "CSV"),
        (b"title,title,body\na,b,c\n", "CSV"),
        ("заголовок,название,текст\nа,б,в\n".encode(), "CSV"),
        (b"title,body\na,b\nc\n", "строка 3"),
        (b'title,body\na,"b\n', "строка 2"),
        (b"title,body\na,\xff\xfe\n", "CSV"),
        (b"\x89PNG\r\n\x1a\n\x00", "CSV"),
    ],
)
def test_a_broken_table_says_where_it_is_broken(content: bytes, where: str, olga: Actor) -> None:
    assert [place for place, _text in wrong_in(content, olga)] == [where]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("title,body\nТ," + "я" * 1_000_001 + "\n", "Ячейка длиннее миллиона знаков."),
        ('title,body\n"Т,Б\n', "Кавычка открывает ячейку и нигде не закрывается."),
    ],
)
def test_a_broken_table_says_in_plain_words_what_is_broken(table: str, words: str, olga: Actor) -> None:
    assert [text for _place, text in wrong_in(table.encode(), olga)] == [words]


def test_sections_come_before_what_stands_in_them_and_make_no_circle(olga: Actor) -> None:
    inner = ImportedSection(where="a", slug="inner", titles={"ru": "Внутри"}, parent="outer")
    outer = ImportedSection(where="b", slug="outer", titles={"ru": "Снаружи"})
    article = ImportedArticle(where="c", title="Т", body="Б", section=["inner"])

    import_articles(Imported(articles=[article], sections=[inner, outer]), publish=True, actor=olga)

    section = Article.objects.select_related("section__parent").get().section
    assert section is not None
    assert section.parent is not None
    assert (section.slug, section.parent.slug) == ("inner", "outer")
    ring = Imported(
        articles=[],
        sections=[
            ImportedSection(where="x", slug="x", titles={"ru": "Икс"}, parent="y"),
            ImportedSection(where="y", slug="y", titles={"ru": "Игрек"}, parent="x"),
        ],
    )
    with pytest.raises(ImportRefused):
        import_articles(ring, publish=True, actor=olga)
    assert Section.objects.count() == 2


def test_translations_find_their_original(olga: Actor) -> None:
    russian = ImportedArticle(where="a", title="Возврат", body="Б", slug="refund", language="ru")
    english = ImportedArticle(where="b", title="Refund", body="B", slug="refund", language="en", original="refund")

    import_articles(Imported(articles=[english, russian]), publish=True, actor=olga)

    assert Article.objects.get(language="en").original == Article.objects.get(language="ru")


def test_an_import_does_not_take_away_what_it_does_not_mention(olga: Actor) -> None:
    import_articles(articles_in_csv(TABLE.encode()), publish=True, actor=olga)
    article = Article.objects.get(external_id="8")
    set_article(article=article, actor=olga, values={"audience": "staff", "slug": "money-back"})

    import_articles(articles_in_csv(TABLE.encode()), publish=True, actor=olga)

    article.refresh_from_db()
    assert (article.audience, article.slug) == ("staff", "money-back")


def test_an_agent_imports_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        import_articles(articles_in_csv(TABLE.encode()), publish=False, actor=acting(make_agent()))

    assert refused.value.code == "not_allowed"


# ── What older programs and other people bring ────────────────────────────────────────────
RUSSIAN = "Код;Заголовок;Ответ;Раздел;Вопрос;Цвет\r\n7;Возврат;Вернём деньги за три дня;Оплата;где деньги;синий\r\n"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1251", "koi8-r", "cp866"])
def test_a_russian_table_of_any_program_is_understood(charset: str, olga: Actor) -> None:
    report = import_articles(articles_in_csv(RUSSIAN.encode(charset)), publish=True, actor=olga)

    article = Article.objects.select_related("live", "section").get(external_id="7")
    assert article.live is not None
    assert article.section is not None
    assert (article.live.title, article.live.body) == ("Возврат", "Вернём деньги за три дня")
    assert (article.section.titles, article.live.questions) == ({"ru": "Оплата"}, ["где деньги"])
    assert [warning.text for warning in report.warnings] == ["Эти столбцы пропущены: цвет."]


def test_a_question_and_an_answer_are_a_title_and_a_body(olga: Actor) -> None:
    import_articles(articles_in_csv("Вопрос,Ответ\nГде деньги?,В пути\n".encode()), publish=True, actor=olga)

    version = Version.objects.get()
    assert (version.title, version.body, version.questions) == ("Где деньги?", "В пути", [])


def test_what_is_no_text_is_not_guessed() -> None:
    for content in (
        b"title,body\n\xff\xfe,\xfa\n",
        b"title,body\na,\x01\xe0\xe0\xe0\xe0\xe0\n",
        bytes(range(128, 256)),
    ):
        with pytest.raises(ImportRefused):
            articles_in_csv(content)


def test_a_workbook_is_a_table(olga: Actor) -> None:
    import_articles(articles_in({"статьи.xlsx": workbook()}), publish=True, actor=olga)

    article = Article.objects.select_related("live").get(external_id="7")
    assert article.live is not None
    assert (article.live.title, article.live.body) == ("Возврат", "Три дня\nЧестно")
    assert Article.objects.count() == 2


def workbook() -> bytes:
    """With a sheet that is no table of articles before it, a number as id, an empty line and a short one."""
    book = openpyxl.Workbook()
    book.active.append(["Оглавление"])
    sheet = book.create_sheet("Статьи")
    for row in (
        [None],
        ["Код", "Заголовок", "Текст"],
        [7, "Возврат", "Три дня\nЧестно"],
        [],
        ["8", "Срок", "День", "x"],
    ):
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_broken_workbook_is_named() -> None:
    for name in ("a.xlsx", "a.docx"):
        for content in (b"PK\x03\x04 no", b"plain", b""):
            with pytest.raises(ImportRefused) as refused:
                articles_in({name: content})
            assert [one.where for one in refused.value.wrong] == [name]


def test_ids_of_two_programs_do_not_meet(olga: Actor) -> None:
    for source, title in (("zendesk a.example", "Один"), ("zendesk b.example", "Два"), ("", "Три")):
        import_articles(Imported(articles=[from_(source, title)]), publish=True, actor=olga)
    again = import_articles(Imported(articles=[from_("zendesk b.example", "Два!")]), publish=True, actor=olga)

    assert Article.objects.filter(external_id="7").count() == 3
    assert [line.outcome for line in again.lines] == ["changed"]


def test_an_article_from_before_sources_were_told_apart_is_known_again(olga: Actor) -> None:
    import_articles(Imported(articles=[from_("", "Возврат")]), publish=True, actor=olga)

    import_articles(Imported(articles=[from_("zendesk a.example", "Возврат")]), publish=True, actor=olga)

    assert list(Article.objects.values_list("source", flat=True)) == ["zendesk a.example"]


def from_(source: str, title: str) -> ImportedArticle:
    return ImportedArticle(where="x", title=title, body="Б", external_id="7", source=source, language="ru")


def test_who_and_what_is_not_here_is_left_empty_with_a_word(olga: Actor) -> None:
    item = ImportedArticle(
        where="a.md", title="Т", body="Б", owner="gone@x.example", standard="Нет", organizations=["Никто"],
        audience="organization", original="none", language="ru",
    )  # fmt: skip
    shelf = ImportedSection(where="s", slug="s", titles={"ru": "С"}, brand="Чужой")

    report = import_articles(Imported(articles=[item], sections=[shelf]), publish=True, actor=olga)

    article = Article.objects.get()
    assert (article.owner, article.standard, article.original) == (None, None, None)
    assert [one.where for one in report.warnings] == ["s", "a.md", "a.md", "a.md", "a.md"]
    assert not readable_by(STRANGER).exists()


def test_an_article_in_another_language_is_left_out_with_a_word(olga: Actor) -> None:
    items = [
        ImportedArticle(where=code, title="T", body="B", language=code, external_id="1")
        for code in ("de-at", "kk", "en")
    ]

    report = import_articles(Imported(articles=items), publish=True, actor=olga)

    assert [one.where for one in report.warnings] == ["de-at", "kk"]
    assert list(Article.objects.values_list("language", flat=True)) == ["en"]
