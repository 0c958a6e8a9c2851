"""Topics on the desk, beside a case, for programs, in the demo, and in a house that does without them."""

from random import Random

import pytest
from django.utils import timezone, translation

from otklik.foundation.policies import policy
from otklik.foundation.switching import switch_module
from otklik.team.models import Agent
from otklik.topics.demo import deeds
from otklik.topics.models import Text, Topic
from tests.api.calling import Program
from tests.building import acting, make_agent, make_case, make_lead
from tests.desk.visiting import desk
from tests.topics.making import PARCELS, by_words, make_topic, think, two_topics

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_words")]
__all__ = ["by_words"]
LATE = "Посылка вчера не пришла, летний учебник почта не доставила"


def test_a_lead_begins_a_topic_shows_it_examples_and_changes_it() -> None:
    olga = desk(make_lead())

    assert "Тем пока нет" in olga.get("/desk/topics/").text
    assert olga.post("/desk/topics/new", {"name": ""}).status_code == 422
    olga.post("/desk/topics/new", {"name": "Доставка", "synonyms": "почта\nкурьер", "is_active": "on"})
    row = Topic.objects.get()
    olga.post(f"/desk/topics/{row.pk}/", {"texts": "\n".join(PARCELS)})
    olga.post(f"/desk/topics/{row.pk}/edit", {"name": "Посылки", "synonyms": "почта", "is_active": "on"})

    page = olga.get(f"/desk/topics/{row.pk}/").text
    assert "Посылки" in page
    assert PARCELS[0] in page
    assert "Её ещё не проверяли" in page
    assert Text.objects.filter(topic=row).count() == len(PARCELS)
    assert "Посылки" in olga.get("/desk/topics/?sort=-examples").text
    assert "Посылки" in olga.get("/desk/palette?q=почта").text


def test_an_agent_sees_topics_and_does_not_change_them() -> None:
    row = make_topic()
    anna = desk()

    assert "/desk/topics/new" not in anna.get("/desk/topics/").text
    assert "/edit" not in anna.get(f"/desk/topics/{row.pk}/").text
    assert anna.get("/desk/topics/new").status_code == 403
    assert anna.post(f"/desk/topics/{row.pk}/", {"texts": "Где?"}).status_code == 403
    assert anna.get("/desk/topics/999/").status_code == 404


def test_beside_a_case_stands_what_it_is_about_and_one_press_corrects_it() -> None:
    _parcels, refunds = two_topics()
    case = make_case(subject="", text=LATE)
    anna, address = desk(case.owner), f"/desk/cases/{case.pk}/"
    assert '<div id="panel-topic" class="panels"></div>' in anna.get(address).text
    think()

    panel = anna.get(address).text.partition('<div id="panel-topic"')[2].partition('<div id="panel-')[0]
    assert "Посылка не пришла" in panel
    assert "сама: при проверке верно" in panel
    assert f'name="topic" value="{refunds.pk}"' in panel
    answer = anna.post(f"{address}topic", {"topic": refunds.pk}, headers={"HX-Request": "true"})

    assert answer.text.startswith('<div id="panel-topic"')
    assert "Возврат денег" in answer.text
    assert f"кто сказал: {case.owner.name}" in answer.text
    assert Text.objects.get(case=case).topic == refunds
    assert "Сказали, о чём это: Возврат денег" in anna.get(address).text


def test_what_a_case_is_about_is_chosen_from_all_topics() -> None:
    case = make_case()
    anna, address = desk(case.owner), f"/desk/cases/{case.pk}/topic"
    assert "Тем пока нет" in anna.get(address).text
    row = make_topic()

    assert row.name in anna.get(address).text
    assert anna.post(address, {"topic": "999"}).status_code == 422
    assert anna.post(address, {"topic": "none"}).status_code == 302
    assert Text.objects.get(case=case).topic is None
    anna.post(address, {"topic": row.pk})
    assert Text.objects.get(case=case).topic == row


def test_the_page_of_a_topic_asks_about_what_might_be_of_it() -> None:
    parcels, refunds = two_topics()
    Topic.objects.update(bar=None)
    case = make_case(subject="", text=LATE)
    think()
    anna, place = desk(case.owner), f"/desk/topics/{parcels.pk}/"
    text = Text.objects.get(case=case)

    assert LATE in anna.get(place).text.partition("Это об этом?")[2]
    anna.post(f"/desk/topics/texts/{text.pk}", {"topic": parcels.pk, "from": parcels.pk})

    page = anna.get(place).text
    assert "Это об этом?" not in page
    assert LATE in page.partition("Их словами")[2]
    Topic.objects.filter(pk=refunds.pk).update(is_active=False)
    told = anna.post(f"/desk/topics/texts/{text.pk}", {"topic": refunds.pk, "from": parcels.pk}, follow=True).text
    assert "Этой темой больше не пользуются" in told
    assert anna.post("/desk/topics/texts/999", {"topic": "none", "from": parcels.pk}).status_code == 404


def test_words_of_a_case_out_of_sight_are_shown_to_nobody() -> None:
    parcels, _refunds = two_topics()
    case = make_case(subject="", text=LATE)
    think()
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight="own")

    assert LATE in desk(case.owner).get(f"/desk/topics/{parcels.pk}/").text
    assert LATE not in desk(Agent.objects.get(pk=boris.pk)).get(f"/desk/topics/{parcels.pk}/").text


def test_how_much_must_be_right_is_a_setting() -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    assert (
        vera.post("/desk/settings/topics", {"topics__precision": "95", "topics__signal_from": "6"}).status_code == 302
    )
    assert (policy("topics.precision"), policy("topics.signal_from")) == (95, 6)
    assert (
        vera.post("/desk/settings/topics", {"topics__precision": "30", "topics__signal_from": "6"}).status_code == 422
    )


def test_programs_read_begin_and_teach_topics() -> None:
    program = Program(make_lead())

    made = program.post("/topics", {"name": "Доставка", "synonyms": ["почта"], "examples": ["Где посылка?"]})
    below = program.post("/topics", {"name": "Посылка", "parent": made.json()["id"]})
    added = program.post(f"/topics/{below.json()['id']}/examples", {"examples": ["Где посылка?", "Нет книги"]})

    assert (made.status_code, below.json()["path"], added.json()["added"]) == (201, "Доставка › Посылка", 1)
    first = program.get("/topics", limit=1).json()
    rest = program.get("/topics", limit=1, cursor=first["next"]).json()
    assert [one["path"] for one in (*first["items"], *rest["items"])] == ["Доставка › Посылка", "Доставка"]
    assert rest["items"][0]["takes_by_itself"] is False
    assert program.post("/topics", {"name": "Доставка"}).json()["code"] == "name_taken"
    assert program.post("/topics/999/examples", {"examples": ["x"]}).status_code == 404
    Topic.objects.filter(pk=below.json()["id"]).update(is_active=False)
    assert [one["name"] for one in program.get("/topics").json()["items"]] == ["Доставка"]
    assert len(program.get("/topics", all="true").json()["items"]) == 2


def test_what_was_learnt_is_told_to_programs() -> None:
    two_topics()

    told = Program(make_lead()).get("/topics").json()["items"]

    assert [(one["takes_by_itself"], one["examples"], one["precision"]) for one in told] == [(True, 11, 1.0)] * 2


def test_the_demo_company_has_a_dictionary() -> None:
    for _moment, deed in deeds(timezone.now(), Random(1)):
        deed()
    think()

    assert Topic.objects.filter(parent__name="Занятия").count() == 2
    assert Topic.objects.filter(examples__gte=10).count() == 5


def test_a_house_that_does_without_topics_keeps_the_dictionary() -> None:
    row = make_topic()
    case = make_case()
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "admin")

    switch_module(name="topics", is_on=False, actor=acting(vera))

    assert desk(case.owner).get("/desk/topics/").status_code == 404
    assert "panel-topic" not in desk(case.owner).get(f"/desk/cases/{case.pk}/").text
    switch_module(name="topics", is_on=True, actor=acting(vera))
    with translation.override("ru"):
        assert row.name in desk(case.owner).get("/desk/topics/").text
