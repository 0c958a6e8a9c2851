"""The plain twin of a letter reads as words: what is bold there, a list, a link is said without signs of formatting."""

import pytest

from otklik.ui.letters import House, Sheet, letter_text, words_text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Добрый день!\n\nУчебник **уже** _едет_.", "Добрый день!\n\nУчебник уже едет."),
        ("Первая строка\nвторая строка", "Первая строка\nвторая строка"),
        ("# Что сделано\n\n- раз\n- **два**\n  - три", "Что сделано\n\n- раз\n- два\n  - три"),
        ("3. раз\n4. два", "3. раз\n4. два"),
        ("[Правила](https://a.example/r) тут", "Правила: https://a.example/r тут"),
        ("<https://a.example/r>", "https://a.example/r"),
        ("https://a.example/some_page_here", "https://a.example/some_page_here"),
        ("[a@b.example](mailto:a@b.example)", "a@b.example"),
        ("![схема](https://a.example/p.png)", "схема: https://a.example/p.png"),
        ("> Вы писали\n> **вчера**\n\nДа.", "> Вы писали\n> вчера\n\nДа."),
        ("`код` и 2 * 3 * 4 = 24, snake_case_name", "код и 2 * 3 * 4 = 24, snake_case_name"),
        ("```\n**как есть**\n```", "**как есть**"),
        ("\\*не курсив\\*", "*не курсив*"),
        ("~~старая~~ цена\n\n---\n\nвсё", "старая цена\n\n* * *\n\nвсё"),
        ("<b>не разметка</b>", "<b>не разметка</b>"),
        ("", ""),
    ],
)
def test_words_without_signs(typed: str, said: str) -> None:
    assert words_text(typed) == said


def test_the_twin_of_a_letter_says_them_so() -> None:
    text = letter_text(
        sheet=Sheet(signature="**Анна**\nСлужба заботы"), words="Всё **готово**", house=House(name="Горизонт")
    )

    assert text == "Всё готово\n\nАнна\nСлужба заботы\n"
