from importlib.resources import files

import pytest

from otklik.ui.letters import (
    Button,
    House,
    Owner,
    Pictures,
    Promise,
    Quote,
    Sheet,
    letter_html,
    letter_text,
    sheet_of,
    words_html,
)

HOUSE = House(name="Горизонт", foot="Горизонт, 8 800 555-01-42", data_url="https://help.gorizont.example/privacy/")
SHEET = Sheet(
    owner=Owner(id=7, name="Анна Смирнова", role="ведёт ваш вопрос"),
    heading="Иван, учебник у вас",
    done=["привезли второй экземпляр", "дали электронную главу"],
    promise=Promise(label="Следующее слово", moment="завтра, 20 ноября, до 13:00", zone="самарское время, UTC+4"),
    question="Вопрос решён?",
    answers_hint="Если нет, обращение вернётся ко мне.",
    buttons=[
        Button(label="Да, решено", url="https://help.gorizont.example/answer/k7?is_solved=yes", is_twin=True),
        Button(label="Ещё нет", url="https://help.gorizont.example/answer/k7?is_solved=no", is_twin=True),
    ],
    hints=["Можно и просто ответить словами."],
    signature="Анна Смирнова\nСлужба заботы",
    link=Button(label="Вся переписка", url="https://help.gorizont.example/case/k7/"),
    quote=Quote(label="Вы написали сегодня в 11:42", text="Здравствуйте.\nГде учебник?"),
)


def page(sheet: Sheet = SHEET, words: str = "Курьер передал книгу.", **pictures: str) -> str:
    return letter_html(
        sheet=sheet, words=words, house=HOUSE, pictures=Pictures(**pictures), subject="Учебник", language="ru"
    )


def test_the_plain_twin_says_all_that_the_page_says() -> None:
    said = letter_text(sheet=SHEET, words="Курьер передал книгу.", house=HOUSE)

    assert (
        said
        == """Иван, учебник у вас

Курьер передал книгу.

* привезли второй экземпляр
* дали электронную главу

Следующее слово: завтра, 20 ноября, до 13:00
(самарское время, UTC+4)

Вопрос решён?
Если нет, обращение вернётся ко мне.

  Да, решено:
  https://help.gorizont.example/answer/k7?is_solved=yes
  Ещё нет:
  https://help.gorizont.example/answer/k7?is_solved=no

Можно и просто ответить словами.

Анна Смирнова
Служба заботы

Вся переписка:
https://help.gorizont.example/case/k7/

Вы написали сегодня в 11:42:
> Здравствуйте.
> Где учебник?

--\N{SPACE}
Горизонт, 8 800 555-01-42
"""
    )
    html = page()
    for words in (
        "Анна Смирнова", "ведёт ваш вопрос", "Иван, учебник у вас", "Курьер передал книгу.", "дали электронную главу",
        "завтра, 20 ноября, до 13:00", "самарское время, UTC+4", "Вопрос решён?", "?is_solved=yes", "?is_solved=no",
        "Служба заботы", "/case/k7/", "Где учебник?", "8 800 555-01-42",
    ):  # fmt: skip
        assert words in html, words


def test_a_sheet_comes_back_from_its_column_and_an_unknown_part_is_left_out() -> None:
    assert sheet_of(SHEET.kept()) == SHEET
    assert sheet_of({**SHEET.kept(), "smell": "lavender"}) == SHEET
    assert sheet_of({}) == Sheet()
    assert Sheet().kept() == {}


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "[x](javascript:alert(1))"]
)
def test_nothing_that_is_typed_becomes_markup(hostile: str) -> None:
    sheet = Sheet(
        owner=Owner(name=hostile, role=hostile), heading=hostile, done=[hostile], signature=hostile, hints=[hostile],
        quote=Quote(label=hostile, text=hostile), buttons=[Button(label=hostile, url="https://a.example/")],
    )  # fmt: skip

    html = page(sheet, hostile)

    assert "<script" not in html
    assert 'onerror="' not in html
    assert 'href="javascript' not in html


def test_a_letter_loads_nothing_from_anywhere() -> None:
    html = page(words="![счёт](https://tracker.example/p.gif) и https://gorizont.example/x", face="cid:face@otklik")

    assert html.count("<img") == 1
    assert 'src="cid:face@otklik"' in html
    assert '<a href="https://tracker.example/p.gif"' in html.replace('class="o-link" ', "")
    assert 'href="https://gorizont.example/x"' in html
    assert "url(" not in html
    assert "<link" not in html


def test_every_element_of_the_words_bears_its_own_look() -> None:
    html = words_html("Первое\n\n- одно\n- другое\n\n> цитата\n\n**важно** [сюда](https://a.example/)")

    for tag in ("p", "ul", "li", "blockquote", "a"):
        assert f"<{tag} " in html, tag
        assert f"<{tag}>" not in html, tag
    assert 'class="o-link"' in html


def test_addresses_are_links_and_code_is_not() -> None:
    html = words_html("https://a.example/x, ivan@gorizont.ru, `https://b.example/` [статья](article:x)")

    assert 'href="https://a.example/x"' in html
    assert 'href="mailto:ivan@gorizont.ru"' in html
    assert 'b.example/"' not in html
    assert "article:" not in html.replace("[статья](article:x)", "")


def test_parts_that_are_missing_leave_nothing_behind() -> None:
    html = page(Sheet(), "Только слова.")

    assert "<h1" not in html
    assert "<ul" not in html
    assert "<img" not in html
    assert letter_text(sheet=Sheet(), words="Только слова.", house=House(name="x")) == "Только слова.\n"


def test_every_drawn_portrait_has_its_picture_for_letters() -> None:
    people = files("otklik.ui") / "static" / "ui" / "people"
    names = [one.name for one in people.iterdir()]

    shown, sent = ({name.removesuffix(kind) for name in names if name.endswith(kind)} for kind in (".svg", ".png"))
    assert shown == sent >= {"igor"}
