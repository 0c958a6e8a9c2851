"""Alerts tell an agent nothing of cases that they may not see."""

import pytest

from otklik.cases.actions import alert, note
from otklik.cases.models import Alert
from otklik.foundation.actors import Role
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_case
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("sight", "is_told"), [("own", False), ("all", True)])
def test_a_mention_shows_a_case_only_to_who_may_see_it(sight: str, *, is_told: bool) -> None:
    anna = make_agent()
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=sight)
    note(case=make_case(owner=anna), actor=acting(anna), text="@boris@gorizont.example, посмотри")

    page = desk(Agent.objects.get(pk=boris.pk)).get("/desk/alerts/").content.decode()

    assert ("Не пришёл учебник" in page) is is_told


def test_a_number_that_no_case_has_marks_nothing() -> None:
    browser = desk(make_agent())

    assert browser.post("/desk/alerts/seen", {"case": "9" * 5000}).status_code == 302


@pytest.mark.parametrize(("sight", "is_told"), [("own", False), ("all", True)])
def test_the_author_is_told_by_name_whom_a_mention_does_not_reach(sight: str, *, is_told: bool) -> None:
    anna = make_agent()
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=sight)
    case = make_case(owner=anna)

    words = {"text": "@Борис, посмотри, пожалуйста"}
    page = desk(anna).post(f"/desk/cases/{case.pk}/note", words, follow=True).content.decode()

    assert Message.objects.get(direction="note").text == words["text"]
    assert ("уведомление не отправлено: Борис Ким" in page) is not is_told
    assert Alert.objects.filter(agent=boris, reason="mention").exists() is is_told


def test_a_name_that_several_bear_tells_nobody_and_the_author_hears_it() -> None:
    olga, case = make_agent("Ольга Лис", "olga@gorizont.example"), make_case()
    make_agent("Анна Ким", "kim@gorizont.example")
    make_agent("Анна Лунина", "lunina@gorizont.example")

    page = desk(olga).post(f"/desk/cases/{case.pk}/note", {"text": "@анна, посмотри"}, follow=True).content.decode()

    assert "имя «Анна» носят несколько коллег" in page
    assert not Alert.objects.filter(reason="mention").exists()


def test_an_author_means_the_other_one_of_their_name() -> None:
    anna, other = make_agent("Анна Ким", "kim@gorizont.example"), make_agent("Анна Лунина", "lunina@gorizont.example")
    Agent.objects.update(sight="all")

    note(case=make_case(owner=anna), actor=acting(anna), text="@Анна, посмотри")

    assert Alert.objects.get(reason="mention").agent == other


def test_what_is_about_the_house_is_shown_and_seen_alone() -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    alert(agent=vera, case=None, reason="webhook", source="1:1")
    alert(agent=vera, case=None, reason="webhook", source="1:1")
    alert(agent=vera, case=make_case(), reason="stranger", source="2")
    browser = desk(vera)

    page = browser.get("/desk/alerts/").text
    row = Alert.objects.get(case=None)
    browser.post("/desk/alerts/seen", {"alert": str(row.pk)})

    assert page.count("/desk/settings/webhooks/") >= 1
    assert f'name="alert" value="{row.pk}"' in page
    assert list(Alert.objects.filter(seen_at=None).values_list("reason", flat=True)) == ["stranger"]
