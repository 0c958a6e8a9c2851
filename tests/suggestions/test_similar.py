"""What was said already is found while somebody types."""

import pytest

from otklik.suggestions.models import Suggestion
from otklik.suggestions.queries import on_board, similar
from tests.suggestions.making import make_suggestion, open_board, shown

pytestmark = pytest.mark.django_db
TITLES = (
    "Оставлять записи занятий после курса",
    "Напоминать о занятии заранее и в Telegram",
    "Открыть группы по воскресеньям",
    "Чек присылать сразу после оплаты",
    "Send the receipt right after payment",
)


@pytest.fixture(autouse=True)
def _said() -> None:
    for title in TITLES:
        make_suggestion(title=title, words="Прошу")


def nearest(text: str) -> list[str]:
    return [one.suggestion.title for one in similar(text, Suggestion.objects.all())]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Не закрывайте записи занятия, когда курс кончится", TITLES[0]),
        ("Пусть о занятии напоминают за неделю", TITLES[1]),
        ("в воскресенье бы группу", TITLES[2]),
        ("нопоминайте о зонятии в телеграм", TITLES[1]),
        ("the receipts after paying", TITLES[4]),
    ],
    ids=["record", "remind", "sunday", "mistyped", "english"],
)
def test_the_same_in_other_words_comes_first(typed: str, title: str) -> None:
    assert nearest(typed)[:1] == [title]


@pytest.mark.parametrize("typed", ["", "и", "  ", "Где моя посылка с бандеролью?", "%_'\"\\", "а" * 5000], ids=range(6))
def test_nothing_near_is_nothing(typed: str) -> None:
    assert nearest(typed) == []


def test_customers_are_compared_with_what_stands_on_the_board_alone() -> None:
    open_board()
    row = Suggestion.objects.get(title=TITLES[0])
    assert similar("записи занятий", on_board(), by="shown_title") == []

    shown(row, title="Записи занятий остаются на полгода")

    assert [one.suggestion for one in similar("записи занятий", on_board(), by="shown_title")] == [row]
