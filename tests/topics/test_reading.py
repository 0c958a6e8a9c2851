"""What customers say is read by a worker, judged by what was learnt, corrected by a press, and forgotten with them."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.cases.actions import erase_person
from otklik.cases.actions.spam import mark_spam
from otklik.cases.export import personal_data
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.knowledge.search import embedding
from otklik.reach.models import Message
from otklik.surveys.actions import Taken, publish, take_answers, write_survey
from otklik.surveys.examples import example
from otklik.team.models import Agent
from otklik.topics.actions import learn_topics, make_meanings, read_new_texts, save_topic, say_topic, say_topic_of_case
from otklik.topics.models import Lesson, Text, Topic
from tests.building import acting, arrive, letter, make_agent, make_case, make_lead, refused
from tests.complaints.making import make_complaint
from tests.topics.making import by_words, make_topic, think, two_topics

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_words")]
__all__ = ["by_words"]
LATE = "Посылка вчера не пришла, летний учебник почта не доставила"


# ── Reading ───────────────────────────────────────────────────────────────────────────────
def test_the_first_words_of_a_case_are_read_once_with_their_subject() -> None:
    make_agent()
    arrive(letter("Учебника нет третью неделю.", Subject="Посылка"))

    assert (read_new_texts(), read_new_texts()) == (1, 0)
    [text] = Text.objects.all()
    assert (text.source, text.words) == ("case", "Посылка. Учебника нет третью неделю.")
    assert text.case is not None
    assert text.at == text.case.created_at


def test_an_arriving_letter_does_none_of_it() -> None:
    make_agent()
    arrive(letter(LATE))

    assert not Text.objects.exists()


def test_complaints_and_words_of_surveys_are_read_too() -> None:
    make_complaint(happened="Три недели ждём.")
    survey = write_survey(definition=example("relation"), actor=SYSTEM)
    publish(survey=survey, actor=SYSTEM)
    values = {"recommend": 3, "why_low": "Долго ждал ответа"}
    take_answers(
        survey=survey, values=values, actor=SYSTEM, taken=Taken(token="t1"), at=timezone.now() - timedelta(days=3)
    )

    read_new_texts()

    found = dict(Text.objects.values_list("source", "words"))
    assert found["complaint"] == "Верните деньги за курс. Три недели ждём."
    assert found["survey"] == "Долго ждал ответа"
    assert read_new_texts() == 0


def test_spam_and_what_is_older_than_a_year_is_not_read() -> None:
    case = make_case()
    old = make_case(owner=case.owner, customer=case.customer)
    Case.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=500))
    mark_spam(case=case, actor=acting(case.owner))

    assert read_new_texts() == 0


def test_while_the_embedder_is_away_texts_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    make_case()
    read_new_texts()

    def away(*_args: object) -> None:
        raise embedding.EmbedderAway("status 503")

    with monkeypatch.context() as patch:
        patch.setattr(embedding.Nobody, "embed", away)
        assert make_meanings() == 0
    assert make_meanings() == 1


# ── Judging ───────────────────────────────────────────────────────────────────────────────
def test_a_topic_that_has_earned_it_takes_a_new_case_by_itself() -> None:
    parcels, _refunds = two_topics()
    case = make_case(subject="", text=LATE)

    think()

    text = Text.objects.get(case=case)
    assert parcels.takes_by_itself
    assert (text.topic, text.said_at, text.first) == (parcels, None, parcels)
    assert text.surety >= (parcels.bar or 2)


def test_a_topic_that_has_not_earned_it_only_offers_itself() -> None:
    parcels, _refunds = two_topics()
    Topic.objects.update(bar=None)
    case = make_case(subject="", text=LATE)

    think()

    text = Text.objects.get(case=case)
    assert (text.topic, text.first) == (None, parcels)


def test_what_nobody_spoke_of_is_judged_anew_when_something_new_was_learnt() -> None:
    case = make_case(subject="", text=LATE)
    think()
    assert Text.objects.get(case=case).first is None

    parcels, _refunds = two_topics()

    assert Text.objects.get(case=case).topic == parcels


def test_nothing_is_learnt_twice_and_a_stricter_house_learns_anew() -> None:
    two_topics()
    lesson = Lesson.objects.get()

    assert not learn_topics()
    set_policy("topics.precision", 95)
    assert learn_topics()
    assert Lesson.objects.get().pk != lesson.pk


def test_one_topic_alone_is_told_from_nothing_and_a_retired_one_takes_nothing() -> None:
    parcels, refunds = two_topics()

    save_topic(topic=refunds, values={"is_active": False}, actor=SYSTEM)
    think()

    assert not Lesson.objects.exists()
    parcels.refresh_from_db()
    assert parcels.bar is None


# ── Said by a person ──────────────────────────────────────────────────────────────────────
def test_a_persons_word_corrects_at_once_teaches_and_is_not_judged_over() -> None:
    parcels, refunds = two_topics()
    case = make_case(subject="", text=LATE)
    think()

    say_topic_of_case(case=case, topic=refunds, actor=acting(case.owner))
    say_topic_of_case(case=case, topic=refunds, actor=acting(case.owner))
    think()

    text = Text.objects.get(case=case)
    assert (text.topic, text.said_by) == (refunds, case.owner)
    refunds.refresh_from_db()
    assert refunds.examples == 12
    assert Event.objects.filter(name="topics.said", case_id=case.pk).count() == 1
    assert parcels.pk != refunds.pk


def test_that_it_is_of_no_topic_is_a_word_too() -> None:
    two_topics()
    case = make_case(subject="", text=LATE)

    say_topic_of_case(case=case, topic=None, actor=acting(case.owner))
    think()

    text = Text.objects.get(case=case)
    assert (text.topic, text.said_at is not None) == (None, True)


def test_what_cannot_be_said_is_refused() -> None:
    parcels = make_topic()
    silent = make_case()
    Message.objects.update(automatic_because="auto-replied")
    case = make_case(owner=silent.owner)
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight="own")
    retired = save_topic(topic=make_topic("Старая"), values={"is_active": False}, actor=acting(make_lead()))

    with refused("nothing_was_said"):
        say_topic_of_case(case=silent, topic=parcels, actor=acting(silent.owner))
    with refused("not_found"):
        say_topic_of_case(case=case, topic=parcels, actor=acting(Agent.objects.get(pk=boris.pk)))
    read_new_texts()
    with refused("not_found"):
        say_topic(text=Text.objects.get(case=case), topic=parcels, actor=acting(Agent.objects.get(pk=boris.pk)))
    with refused("topic_retired"):
        say_topic_of_case(case=case, topic=retired, actor=acting(case.owner))


# ── Forgotten ─────────────────────────────────────────────────────────────────────────────
def test_what_was_said_goes_with_the_person_and_that_it_had_a_topic_stays() -> None:
    parcels, _refunds = two_topics()
    case = make_case(subject="", text=LATE)
    think()

    with personal_data(case.customer, actor=acting(case.owner)) as file, zipfile.ZipFile(file) as archive:
        taken = json.loads(archive.read("data.json"))["topics"]
    erase_person(customer=case.customer, actor=SYSTEM)

    text = Text.objects.get(case=case)
    assert [one["of"] for one in taken] == ["Посылка не пришла"]
    assert (text.words, bytes(text.meaning), text.topic) == ("", b"", parcels)
