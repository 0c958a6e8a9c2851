"""How good the search is: recorded figures of three open sets, with floors a little below them.

A drop below a floor is a change for the worse; better figures belong into ``docs/language.md`` and here.
"""

import random
from pathlib import Path

import pytest

from otklik.foundation.actors import SYSTEM
from otklik.knowledge.actions import import_articles
from otklik.knowledge.actions.finding import make_all_findable
from otklik.knowledge.adapters.csv import articles_in_csv
from otklik.knowledge.search.evaluation import Figures, Unreadable, evaluate, labelled_in, mistyped

SETS = Path(__file__).parent / "sets"


def measured(name: str, *, typing_errors: int = 0) -> Figures:
    return evaluate(labelled_in((SETS / f"{name}.jsonl").read_text("utf-8")), typing_errors=typing_errors)


def publish_set(name: str) -> None:
    import_articles(articles_in_csv((SETS / f"{name}.csv").read_bytes()), publish=True, actor=SYSTEM)
    make_all_findable()


@pytest.mark.slow
@pytest.mark.django_db
def test_everyday_russian_questions_find_long_articles() -> None:
    publish_set("gnome.ru")

    clean, mistyped_twice = measured("gnome.ru"), measured("gnome.ru", typing_errors=2)

    assert (clean.own, clean.foreign) == (135, 40)
    assert clean.top_1 >= 0.65
    assert clean.top_3 >= 0.83
    assert mistyped_twice.top_1 >= 0.62
    assert mistyped_twice.top_3 >= 0.76
    assert max(clean.wrong, mistyped_twice.wrong) <= 0.08
    assert clean.empty <= 0.14


@pytest.mark.slow
@pytest.mark.django_db
def test_english_questions_find_articles_by_example_questions() -> None:
    publish_set("banking.en")

    clean, mistyped_twice = measured("banking.en"), measured("banking.en", typing_errors=2)

    assert (clean.own, clean.foreign) == (385, 53)
    assert clean.top_1 >= 0.70
    assert clean.top_3 >= 0.855
    assert mistyped_twice.top_1 >= 0.69
    assert mistyped_twice.top_3 >= 0.83
    assert max(clean.wrong, mistyped_twice.wrong) <= 0.1
    assert clean.empty <= 0.05


@pytest.mark.slow
@pytest.mark.django_db
def test_short_russian_messages_find_articles_by_title_and_questions() -> None:
    publish_set("banking.ru")

    clean, mistyped_twice = measured("banking.ru"), measured("banking.ru", typing_errors=2)

    assert (clean.own, clean.foreign) == (231, 59)
    assert clean.top_1 >= 0.59
    assert clean.top_3 >= 0.78
    assert mistyped_twice.top_1 >= 0.58
    assert mistyped_twice.top_3 >= 0.75
    assert max(clean.wrong, mistyped_twice.wrong) <= 0.13
    assert clean.empty <= 0.21


def test_typing_errors_are_the_same_every_time() -> None:
    first, second = (mistyped("Как вернуть деньги за курс?", 2, random.Random(7)) for _time in range(2))

    assert first == second != "Как вернуть деньги за курс?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{broken\n", "Line 1 is not JSON"),
        ("question,expected\n", "no questions"),
        ("a,b\n1,2\n", "Line 2 has no question"),
    ],
)
def test_a_file_without_questions_is_told(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        labelled_in(text)


def test_questions_may_be_a_table() -> None:
    (own, foreign) = labelled_in("question,expected\nгде деньги,a|b\nкак варить борщ,\n")

    assert own.expected == {"a", "b"}
    assert foreign.expected == frozenset()
