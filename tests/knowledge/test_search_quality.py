"""How good the search is: recorded figures of four open sets, with floors a little below them.

A drop below a floor is a change for the worse; better figures belong into ``docs/language.md`` and here.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from otklik.foundation.actors import SYSTEM
from otklik.knowledge.actions import import_articles
from otklik.knowledge.actions.finding import make_all_findable
from otklik.knowledge.adapters.csv import articles_in_csv
from otklik.knowledge.search.evaluation import Figures, Labelled, Unreadable, evaluate, labelled_in, mistyped

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
            Floor(asked=(0.65, 0.83), mistyped=(0.62, 0.77), wrong=0.08, empty=0.13),
            id="everyday Russian questions, long articles",
        ),
        pytest.param(
            "banking.en",
            (385, 53),
            Floor(asked=(0.76, 0.90), mistyped=(0.74, 0.87), wrong=0.1, empty=0.05),
            id="English questions, example questions",
        ),
        pytest.param(
            "banking.ru",
            (231, 59),
            Floor(asked=(0.65, 0.84), mistyped=(0.61, 0.80), wrong=0.1, empty=0.15),
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


TRADES = ("bank", "telecom", "shop", "training", "housing", "clinic")
NEAR = {("telecom", "bank"), ("bank", "telecom")}
"""Both have passwords, codes that do not come and debts: their questions are no strangers to each other."""


def answers_of(*trades: str) -> tuple[bytes, list[Labelled]]:
    rows = (SETS / "answers.ru.csv").read_text("utf-8").splitlines(keepends=True)
    questions = labelled_in((SETS / "answers.ru.jsonl").read_text("utf-8"))
    table = rows[0] + "".join(row for row in rows[1:] if row.startswith(trades))
    return table.encode(), [one for one in questions if next(iter(one.expected)).startswith(trades)]


def publish_answers(*trades: str) -> list[Labelled]:
    table, questions = answers_of(*trades)
    import_articles(articles_in_csv(table), publish=True, actor=SYSTEM)
    make_all_findable()
    return questions


@pytest.mark.slow
@pytest.mark.django_db
def test_short_answers_under_topics_are_found() -> None:
    questions = publish_answers(*TRADES)
    formal, spoken = questions[:144], questions[144:]

    asked, wrong = evaluate(formal), evaluate(formal, typing_errors=2)

    assert asked.top_1 >= 0.77
    assert asked.top_3 >= 0.9
    assert wrong.top_1 >= 0.77
    assert wrong.top_3 >= 0.9
    assert evaluate(spoken).top_3 >= 0.31


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("trade", ["bank", "shop", "clinic"])
def test_questions_in_the_same_form_to_another_trade_are_not_answered(trade: str) -> None:
    own = publish_answers(trade)
    others = [other for other in TRADES if other != trade and (trade, other) not in NEAR]
    strange = [Labelled(question=one.question, expected=frozenset()) for one in answers_of(*others)[1]]

    assert evaluate(strange).wrong <= 0.15
    assert evaluate(own[: len(own) // 2]).empty <= 0.4


SHIFTED = str.maketrans("ёйцукенгшщзхъфывапролджэячсмитьбю", "`qwertyuiop[]asdfghjkl;'zxcvbnm,.")
LATIN = str.maketrans("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye") | str.maketrans(
    {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
)


@pytest.mark.slow
@pytest.mark.django_db
def test_letters_of_another_keyboard_cost_little_and_capitals_nothing() -> None:
    questions = publish_answers(*TRADES)[:144]

    def asked(changed: Callable[[str], str]) -> Figures:
        return evaluate([Labelled(question=changed(one.question), expected=one.expected) for one in questions])

    plain, capitals = asked(str), asked(str.upper)
    assert (capitals.top_1, capitals.top_3, capitals.empty) == (plain.top_1, plain.top_3, plain.empty)
    for changed in (
        lambda text: text.lower().translate(LATIN),
        lambda text: text.lower().translate(SHIFTED),
        lambda text: " ".join(
            word.lower().translate(SHIFTED) if n % 2 else word for n, word in enumerate(text.split())
        ),
    ):
        assert asked(changed).top_3 >= 0.9 * plain.top_3
        assert asked(changed).top_1 >= 0.9 * plain.top_1


LETTER = (
    "Здравствуйте! Пользуюсь вашими услугами уже несколько лет и в целом доволен. Вчера вечером пытался разобраться "
    "сам, но ничего не вышло. {} Сейчас я на работе, поэтому отвечу не сразу.\n\nС уважением, Иван Петров"
)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_question_inside_a_letter_is_found() -> None:
    questions = publish_answers("shop", "training")
    formal = questions[: len(questions) // 2]
    letters = [Labelled(question=LETTER.format(one.question), expected=one.expected) for one in formal]

    found = evaluate(letters)

    assert found.top_3 >= 0.7
    nothing = [Labelled(question=LETTER.format(""), expected=frozenset())]
    assert evaluate(nothing).wrong == 0


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
