"""How good the search is: recorded figures of three open sets, with floors a little below them.

A drop below a floor is a change for the worse; better figures belong into ``docs/language.md`` and here.
"""

import random
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Floor:
    """Floors of ``top_1`` and ``top_3``, as asked and mistyped; ceilings of ``wrong`` and, as asked, of ``empty``."""

    asked: tuple[float, float]
    mistyped: tuple[float, float]
    wrong: float
    empty: float


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "count", "floor"),
    [
        pytest.param(
            "gnome.ru",
            (135, 40),
            Floor(asked=(0.65, 0.83), mistyped=(0.62, 0.76), wrong=0.08, empty=0.14),
            id="everyday Russian questions, long articles",
        ),
        pytest.param(
            "banking.en",
            (385, 53),
            Floor(asked=(0.70, 0.855), mistyped=(0.69, 0.83), wrong=0.1, empty=0.05),
            id="English questions, example questions",
        ),
        pytest.param(
            "banking.ru",
            (231, 59),
            Floor(asked=(0.59, 0.78), mistyped=(0.58, 0.75), wrong=0.13, empty=0.21),
            id="short Russian messages, titles and example questions",
        ),
    ],
)
def test_questions_find_their_articles(name: str, count: tuple[int, int], floor: Floor) -> None:
    publish_set(name)

    clean, wrong = measured(name), measured(name, typing_errors=2)

    assert (clean.own, clean.foreign) == count
    assert clean.top_1 >= floor.asked[0]
    assert clean.top_3 >= floor.asked[1]
    assert wrong.top_1 >= floor.mistyped[0]
    assert wrong.top_3 >= floor.mistyped[1]
    assert max(clean.wrong, wrong.wrong) <= floor.wrong
    assert clean.empty <= floor.empty


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
