"""How near is near enough, and the passages that are read of long articles."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.foundation.actors import Actor
from otklik.foundation.text.language import language_of
from otklik.knowledge.actions.finding import make_all_findable
from otklik.knowledge.models import Article
from otklik.knowledge.queries import STRANGER
from otklik.knowledge.search import bounds, find, live
from otklik.knowledge.search.asking import House
from otklik.knowledge.search.documents import Document
from otklik.knowledge.search.embedding import embedder, passages_of, vectors_of
from otklik.knowledge.search.index import Index, read
from otklik.knowledge.search.letters import questions_in
from otklik.knowledge.search.silent import SILENT
from otklik.knowledge.search.strange import LANGUAGES, questions
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
    found = bounds.measured(index_of(), House())

    assert set(found) == {("ru", None), ("en", None)}
    for question in ("кодовое слово", "a word"):
        row = embedder().embed([question])[0]
        assert bounds.enough_for(question, None, found, meaning=row).shape == (0,)
        assert found[language_of(question), None].by_words == 0.3


def test_no_house_answers_from_less_than_the_least() -> None:
    found = bounds.measured(index_of(("Хлеб", LONG), ("Фольга", "Накройте форму фольгой.")), House())
    low = {key: replace(bound, whole=-9.0) for key, bound in found.items()}
    asked = "как испечь хлеб"

    enough = bounds.enough_for(asked, None, low, meaning=embedder().embed([asked])[0])

    assert enough.tolist() == pytest.approx([0.6, 0.6])


def test_a_house_that_comes_near_to_every_question_asks_for_more() -> None:
    narrow = bounds.measured(index_of(("Хлеб", LONG)), House())
    wide = bounds.measured(index_of(*((question, question) for question in questions("ru")[::2])), House())

    assert wide["ru", "ru"].whole > narrow["ru", None].whole + 0.3
    assert wide["ru", "ru"].by_words > narrow["ru", None].by_words


def test_an_article_that_strangers_come_near_to_has_to_be_nearer() -> None:
    crowded = ("Как отменить заказ, изменить дату или вернуть деньги?", "Как написать в поддержку? " * 3)
    index = index_of(crowded, ("Фольга", "Если корка подгорела, накройте форму фольгой."))
    found = bounds.measured(index, House())
    asked = "почему корка подгорела"

    first, second = bounds.enough_for(asked, None, found, meaning=embedder().embed([asked])[0])

    assert first > second
    assert found["ru", "ru"].crowd[0] > 0 > found["ru", "ru"].crowd[1]


def test_a_short_message_is_one_question_and_a_letter_several() -> None:
    short = "Добрый день. Не пришёл код подтверждения. Что мне делать? Спасибо!"
    letter = f"{'Пользуюсь вашими услугами уже несколько лет и в целом доволен. ' * 3}{short}"

    assert questions_in(short, silent=SILENT) == [short]
    assert questions_in(letter, silent=SILENT)[0] == letter
    assert "Не пришёл код подтверждения." in questions_in(letter, silent=SILENT)


def test_bounds_are_carried_to_other_rows_by_article() -> None:
    found = bounds.measured(index_of(("Хлеб", LONG), ("Оплата", "Как оплатить заказ картой?")), House())
    one, two = found["ru", None].crowd

    carried = bounds.carried(found, before=[7, 9], now=[9, 8, 7])

    assert carried["ru", None].crowd.tolist() == [two, 0, one]
    assert carried["ru", None].whole == found["ru", None].whole


def test_more_is_asked_in_a_language_that_no_article_is_in() -> None:
    index = index_of(*((question, question) for question in questions("ru")[::9]))
    found = bounds.measured(index, House())
    spread, there = found["en", None].whole_spread, found["en", None].whole

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bounds, "_OTHER_LANGUAGE", 0.0)
        without = bounds.measured(index, House())

    assert there == pytest.approx(without["en", None].whole + spread)
    assert found["ru", None].whole == without["ru", None].whole


def test_the_questions_are_of_many_trades_and_none_stands_twice() -> None:
    for asked in map(questions, LANGUAGES):
        assert len(set(asked)) == len(asked) >= 190


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
