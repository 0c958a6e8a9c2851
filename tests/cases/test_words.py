"""Words that beat buttons."""

import pytest

from otklik.cases.words import is_only_thanks, preview_of, says_not_solved


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Иван, **завтра** и *потом* [сюда](https://a.example/)", "Иван, завтра и потом сюда"),
        ("5\\*3, \\[x\\]\\\nвторая <https://a.example/>", "5*3, [x] вторая https://a.example/"),
        ("## Итог\n\n```py\nx = 1\n```", "Итог x = 1"),
        ("5*3*2 = 30, a_b_c, 2 * 3 * 4, C:\\*.txt", "5*3*2 = 30, a_b_c, 2 * 3 * 4, C:\\*.txt"),
    ],
)
def test_a_row_shows_words(written: str, shown: str) -> None:
    assert preview_of(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Да, но проблема осталась",
        "вопрос не решён",
        "Не решено!",
        "До сих пор жду деньги",
        "Так и не перезвонили",
        "it is still not working",
        "It doesn't work",
        "Nothing changed",
        "Учебник не пришёл",
    ],
)
def test_words_that_say_no(text: str) -> None:
    assert says_not_solved(text)


@pytest.mark.parametrize(
    "text",
    ["", "Всё решено, спасибо", "Отлично, не ожидала такой скорости", "Solved, not a single problem", "Работает"],
)
def test_words_that_do_not_say_no(text: str) -> None:
    assert not says_not_solved(text)


@pytest.mark.parametrize(
    "text", ["Спасибо", "спасибо!!!", "Большое спасибо за помощь.", "Thanks a lot", "Благодарю вас"]
)
def test_only_thanks(text: str) -> None:
    assert is_only_thanks(text)


@pytest.mark.parametrize("text", ["", "Спасибо, но когда?", "Хорошо", "Спасибо, жду деньги", "Thanks but no"])
def test_more_than_thanks(text: str) -> None:
    assert not is_only_thanks(text)
