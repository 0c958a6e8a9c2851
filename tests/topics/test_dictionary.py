"""The dictionary of topics: a tree that leads write, with examples of what customers say."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from otklik.foundation.models import Event
from otklik.team.models import Agent
from otklik.topics.actions import give_examples, save_topic
from otklik.topics.models import Text, Topic
from tests.building import acting, make_agent, make_case, make_lead, refused
from tests.together import locks, while_open
from tests.topics.making import make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Agent:
    return make_lead()


def test_a_topic_stands_below_another_and_follows_its_name(olga: Agent) -> None:
    delivery = make_topic("Доставка")
    parcels = make_topic("Посылка", parent=delivery)
    late = make_topic("Опоздала", parent=parcels)

    save_topic(topic=delivery, values={"name": " Почта  и курьер "}, actor=acting(olga))

    late.refresh_from_db()
    assert late.path == "Почта и курьер › Посылка › Опоздала"


def test_a_name_is_given_and_taken_once_at_its_place() -> None:
    make_topic("Доставка")
    above = make_topic("Жалобы")

    with refused("name_missing"):
        make_topic(" › ")
    with refused("name_taken"):
        make_topic("Доставка")
    assert make_topic("Доставка", parent=above).path == "Жалобы › Доставка"


def test_no_topic_stands_below_itself_nor_in_a_fifth_row() -> None:
    rows = [make_topic("Первая")]
    for name in ("Вторая", "Третья", "Четвёртая"):
        rows.append(make_topic(name, parent=rows[-1]))
    other = make_topic("Другая")

    with refused("topic_in_a_circle"):
        make = save_topic
        make(topic=rows[0], values={"parent": rows[2]}, actor=acting(make_lead()))
    with refused("topic_too_deep"):
        make_topic("Пятая", parent=rows[-1])
    with refused("topic_too_deep"):
        save_topic(topic=rows[0], values={"parent": other}, actor=acting(Agent.objects.get()))


def test_only_what_changed_is_on_the_record(olga: Agent) -> None:
    row = make_topic("Доставка", synonyms=["почта"])

    save_topic(topic=row, values={"name": "Доставка", "synonyms": [" почта ", "", "почта"]}, actor=acting(olga))
    save_topic(topic=row, values={"is_active": False}, actor=acting(olga))

    saved = Event.objects.filter(name="topics.saved").order_by("pk")
    assert [event.payload["fields"] for event in saved] == [["name", "parent", "synonyms", "is_active"], ["is_active"]]


def test_an_example_said_twice_is_one_and_one_of_another_topic_comes_over(olga: Agent) -> None:
    parcels, refunds = make_topic("Посылка"), make_topic("Возврат")

    first = give_examples(topic=parcels, texts=["Где посылка?", " Где  посылка? ", "Нет книги"], actor=acting(olga))
    again = give_examples(topic=refunds, texts=["Нет книги"], actor=acting(olga))

    assert (first, again) == (2, 0)
    kept = dict(Text.objects.values_list("words", "topic__name"))
    assert kept == {"Где посылка?": "Посылка", "Нет книги": "Возврат"}
    assert set(Text.objects.values_list("source", "said_by")) == {("given", olga.pk)}


def test_examples_that_cannot_be_taken_are_refused(olga: Agent) -> None:
    row = make_topic()

    with refused("text_missing"):
        give_examples(topic=row, texts=["Где?", " "], actor=acting(olga))
    with refused("too_many_examples"):
        give_examples(topic=row, texts=[f"Где {number}?" for number in range(201)], actor=acting(olga))
    retired = save_topic(topic=row, values={"is_active": False}, actor=acting(olga))
    with refused("topic_retired"):
        give_examples(topic=retired, texts=["Где?"], actor=acting(olga))


def of_two_places() -> None:
    Text.objects.create(source="given", case=make_case(), words="Где?", at=timezone.now())


def of_a_case_twice() -> None:
    case = make_case()
    for words in ("Где?", "Когда?"):
        Text.objects.create(source="case", case=case, words=words, at=timezone.now())


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (lambda: Topic.objects.create(name="", path="x"), "a_topic_has_a_name"),
        (lambda: Topic.objects.create(name="x", path="x", taken=1, right=2), "no_more_is_right_than_was_taken"),
        (lambda: Topic.objects.create(name="x", path="x", bar=0.5), "a_topic_that_takes_by_itself_was_measured"),
        (of_two_places, "a_text_comes_from_one_place"),
        (of_a_case_twice, "a_case_begins_once"),
        (
            lambda: Text.objects.create(source="given", words="x", at=timezone.now(), said_by=make_agent()),
            "who_said_the_topic_said_it_at_a_time",
        ),
    ],
    ids=["name", "right", "bar", "place", "once", "said"],
)
def test_the_database_keeps_it_too(wrong: Callable[[], object], rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        wrong()


@pytest.mark.django_db(transaction=True)
@locks("topics.actions.dictionary.save_topic")
def test_of_two_who_put_topics_below_each_other_one_is_refused() -> None:
    olga = make_lead()
    one, other = make_topic("Одна"), make_topic("Другая")

    said = while_open(
        lambda: save_topic(topic=one, values={"parent": other}, actor=acting(olga)),
        lambda: save_topic(topic=other, values={"parent": one}, actor=acting(olga)),
    )

    assert said == ["done", "topic_in_a_circle"]
