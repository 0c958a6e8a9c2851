"""Synonyms and stop words that staff edit, and the search that follows them."""

import pytest

from otklik.foundation.errors import Refusal
from otklik.knowledge.actions import Words, publish, set_house_words, write_article
from otklik.knowledge.actions.words import MOST
from otklik.knowledge.models import StopWord, Synonym
from otklik.knowledge.queries import STRANGER, house_words, in_work
from otklik.knowledge.search import find
from tests.building import acting, make_agent, make_lead, refused
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


def test_the_next_question_knows_a_new_synonym() -> None:
    olga = acting(make_lead())
    article = write_article(words=Words(title="Абонемент в бассейн", body="Продлить можно на кассе."), actor=olga)
    version = in_work(article)
    assert version is not None
    publish(version=version, actor=olga)
    before = find("клубная карта", reader=STRANGER)

    set_house_words(synonyms={"ru": [["абонемент", "клубная карта"]]}, stop_words={}, actor=olga)
    after = find("клубная карта", reader=STRANGER)

    scores = [found.items[0].score if found.items else 0 for found in (before, after)]
    assert scores[1] > scores[0]


def test_words_of_one_language_leave_the_other_alone() -> None:
    olga = acting(make_lead())
    set_house_words(synonyms={"en": [["refund", "money back"]]}, stop_words={"en": ["please"]}, actor=olga)

    set_house_words(synonyms={"ru": [["счёт", "Инвойс", "счёт"]]}, stop_words={"ru": ["подскажите"]}, actor=olga)

    assert house_words("ru") == ([["счёт", "инвойс"]], ["подскажите"])
    assert house_words("en") == ([["refund", "money back"]], ["please"])


def test_a_lonely_synonym_is_refused_at_its_field_and_nothing_changes() -> None:
    olga = make_lead()
    set_house_words(synonyms={"ru": [["а1", "б1"]]}, stop_words={}, actor=acting(olga))

    answer = desk(olga).post("/desk/knowledge/words", {"synonyms_ru": "возврат", "stop_ru": "пожалуйста"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Synonym.objects.get().words == ["а1", "б1"]
    assert not StopWord.objects.exists()


def test_the_page_saves_groups_and_words() -> None:
    answer = desk(make_lead()).post(
        "/desk/knowledge/words", {"synonyms_ru": "возврат, вернуть деньги\n\nкурс, программа", "stop_ru": "пожалуйста"}
    )

    assert answer.status_code == 302
    assert house_words("ru") == ([["возврат", "вернуть деньги"], ["курс", "программа"]], ["пожалуйста"])


def test_an_agent_does_not_change_the_words_of_the_house() -> None:
    with pytest.raises(Refusal) as refused:
        set_house_words(synonyms={"ru": [["а1", "б1"]]}, stop_words={}, actor=acting(make_agent()))

    assert refused.value.code == "not_allowed"


def test_as_many_words_fit_as_is_said_and_no_more() -> None:
    olga = acting(make_lead())
    full = [f"слово{number}" for number in range(MOST)]

    set_house_words(synonyms={}, stop_words={"ru": full}, actor=olga)
    with refused("too_many_words"):
        set_house_words(synonyms={}, stop_words={"ru": [*full, "ещё"]}, actor=olga)

    assert len(house_words("ru")[1]) == MOST
