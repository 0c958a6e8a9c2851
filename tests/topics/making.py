"""Builders: topics of a school, and what its customers write about them."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from otklik.foundation.actors import SYSTEM
from otklik.knowledge.search.embedding import embedder
from otklik.topics.actions import give_examples, judge_texts, learn_topics, make_meanings, read_new_texts, save_topic
from otklik.topics.models import Topic

WHOSE = ("мой", "наш", "новый", "второй", "третий", "заказной", "толстый", "синий", "взрослый", "детский", "летний")
WHERE = ("дома", "вчера", "снова", "давно", "утром", "вечером", "сегодня", "опять", "пока", "совсем", "неделю")
PARCELS = [
    f"Посылка {where} не пришла, {whose} учебник почта не доставила" for whose, where in zip(WHOSE, WHERE, strict=True)
]
REFUNDS = [
    f"Верните {where} деньги за {whose} курс, возврат не получен" for whose, where in zip(WHOSE, WHERE, strict=True)
]


@pytest.fixture
def by_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No embedder: pieces of words alone tell texts apart, and nothing large is loaded."""
    monkeypatch.setattr(settings, "EMBEDDER", "none")
    embedder.cache_clear()
    yield
    embedder.cache_clear()


def make_topic(name: str = "Посылка не пришла", **values: object) -> Topic:
    return save_topic(values={"name": name, **values}, actor=SYSTEM)


def two_topics() -> tuple[Topic, Topic]:
    """Both with eleven examples, which are learnt."""
    parcels, refunds = make_topic(), make_topic("Возврат денег")
    give_examples(topic=parcels, texts=PARCELS, actor=SYSTEM)
    give_examples(topic=refunds, texts=REFUNDS, actor=SYSTEM)
    think()
    return Topic.objects.get(pk=parcels.pk), Topic.objects.get(pk=refunds.pk)


def think() -> None:
    """What the clock does."""
    read_new_texts()
    make_meanings()
    learn_topics()
    judge_texts()
