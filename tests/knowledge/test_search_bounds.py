"""How near is near enough, and the passages that are read of long articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.foundation.actors import Actor
from otklik.knowledge.actions.finding import make_all_findable
from otklik.knowledge.models import Article
from otklik.knowledge.queries import STRANGER
from otklik.knowledge.search import bounds, find, live
from otklik.knowledge.search.asking import House
from otklik.knowledge.search.documents import Document
from otklik.knowledge.search.embedding import embedder, passages_of, vectors_of
from otklik.knowledge.search.index import Index, read
from otklik.knowledge.search.strange import ENGLISH, RUSSIAN, questions
from otklik.knowledge.search.vocabulary import Vocabulary
from tests.building import acting, make_lead
from tests.knowledge.test_search import live as publish_article

LONG = "Как испечь хлеб дома. Смешайте муку, воду, соль и дрожжи. Дайте тесту подойти. " * 3


def index_of(*articles: tuple[str, str]) -> Index:
    vocabulary = Vocabulary()
    return Index(
        [
            read(
                Document(
                    id=number,
                    language="ru",
                    title=title,
                    body=body,
                    vectors=vectors_of(embedder(), title=title, questions=[], body=body),
                ),
                vocabulary,
            )
            for number, (title, body) in enumerate(articles)
        ],
        vocabulary,
    )


def test_an_empty_house_has_the_least_bounds() -> None:
    least = bounds.Bound(whole=0.6, by_words=0.3)

    assert bounds.measured(index_of(), House()) == {("ru", None): least, ("en", None): least}


def test_a_house_that_comes_near_to_every_question_asks_for_more() -> None:
    narrow = bounds.measured(index_of(("Хлеб", LONG)), House())
    wide = bounds.measured(index_of(*((question, question) for question in questions(RUSSIAN)[::2])), House())

    assert wide["ru", "ru"].whole > narrow["ru", None].whole + 0.3
    assert wide["ru", "ru"].by_words > narrow["ru", None].by_words


def test_the_questions_are_of_many_trades_and_none_stands_twice() -> None:
    for asked in (questions(RUSSIAN), questions(ENGLISH)):
        assert len(set(asked)) == len(asked) >= 70


@pytest.mark.django_db
def test_bounds_hold_until_a_tenth_of_the_articles_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    olga, asked = acting(make_lead()), []
    monkeypatch.setattr(
        live, "measured", lambda index, house: asked.append(len(index)) or bounds.measured(index, house)
    )
    _publish(olga, 12)
    find("хлеб", reader=STRANGER)

    _publish(olga, 1)
    find("хлеб", reader=STRANGER)
    _publish(olga, 1)
    find("хлеб", reader=STRANGER)

    assert asked == [12, 14]


def _publish(olga: Actor, count: int) -> list[Article]:
    made = [publish_article(olga, f"Хлеб на закваске {number}", LONG) for number in range(count)]
    make_all_findable()
    return made


def test_the_end_of_a_long_article_is_read_too() -> None:
    tail = "Если корка подгорела, в следующий раз накройте форму фольгой и уменьшите жар. " * 6
    index = index_of(("Хлеб", LONG * 4 + tail), ("Хлеб", LONG * 4))
    asked = embedder().embed(["почему корка подгорела"])[0]

    with_tail, without = index.by_passage(index.body_vector_owners, asked)

    assert with_tail > without + 0.1


def test_a_body_in_one_piece_is_its_own_passage() -> None:
    index = index_of(("Хлеб", "Смешайте муку и воду."))

    assert len(passages_of("Смешайте муку и воду.")) == 1
    assert index.passage_vectors.tolist() == index.body_vectors.tolist()


@given(body=st.text(alphabet="аб .!?\n", max_size=3000))
def test_passages_keep_every_word_in_order(body: str) -> None:
    passages = passages_of(body)

    assert " ".join(passages).split() == body.split()
    assert all(len(passage) <= 2 * 600 or not any(mark in passage for mark in ".!?") for passage in passages[:-1])
