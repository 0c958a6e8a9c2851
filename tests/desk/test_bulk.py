"""The same for many cases: the ticked ones or the whole view, never over an unread word, with a way back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import mark_solved, save_draft
from otklik.cases.models import Case, Draft
from otklik.cases.views import bulk as bulk_views
from otklik.foundation.actors import Sight
from otklik.foundation.errors import Refusal
from otklik.foundation.http import bulk as bulk_forms
from otklik.foundation.policies import set_policy
from otklik.reach.actions import hear_on_page
from otklik.reach.models import Conversation, Message
from otklik.team.models import Agent
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.building import acting, fresh, make_agent, make_case, outbox, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def hidden(page: str) -> dict[str, str]:
    """What the form of the list sends by itself."""
    form = page.split('id="list"')[1]
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', form) for name in ("view", "seen", "word")}
    return {name: match[1].replace("&amp;", "&") for name, match in found.items() if match}


def bulk(browser: Client, do: str, **wishes: Any) -> str:
    return browser.post("/desk/bulk", {"do": do, **wishes}, follow=True).text


def undo_of(page: str) -> str:
    [url] = re.findall(r'action="(/desk/undo/[^"]+)"', page)
    return str(url)


def states(*cases: Case) -> list[str]:
    return [fresh(case).state for case in cases]


def cry(case: Case) -> Message:
    return hear_on_page(conversation=Conversation.objects.get(thread__case=case), text="Ничего не работает!!!")


# ── Solving ───────────────────────────────────────────────────────────────────────────────
def test_many_are_solved_and_each_customer_is_asked_once_the_time_to_undo_is_over(anna: Agent) -> None:
    one, two, other = make_case(owner=anna), make_case(owner=anna), make_case(owner=anna)
    browser = desk(anna)
    run_jobs()
    sent = len(outbox())

    page = bulk(browser, "solve", case=[one.pk, two.pk], done="Склад всё отправил.")
    run_jobs()

    assert states(one, two, other) == ["solved", "solved", "open"]
    assert "2 обращения отмечены решёнными" in page
    letters = list(Message.objects.filter(purpose="question").order_by("id"))
    assert [letter.conversation.thread.case_id for letter in letters] == [one.pk, two.pk]
    assert all("Склад всё отправил." in letter.text for letter in letters)
    assert all(letter.send_after and letter.send_after > timezone.now() for letter in letters)
    assert len(outbox()) == sent


def test_what_was_solved_is_taken_back_by_one_press_and_nobody_hears_of_it(anna: Agent) -> None:
    one, two = make_case(owner=anna), make_case(owner=anna)
    save_draft(case=one, actor=acting(anna), kind="reply", text="Мой начатый ответ")
    browser = desk(anna)
    page = bulk(browser, "solve", case=[one.pk, two.pk], done="Готово.")

    told = browser.post(undo_of(page), follow=True).text

    assert states(one, two) == ["open", "open"]
    assert "Возвращено" in told
    assert set(Message.objects.filter(purpose="question").values_list("deliveries__state", flat=True)) == {"cancelled"}
    assert Draft.objects.get(case=one).text == "Мой начатый ответ"
    again = browser.post(undo_of(page), follow=True).text
    assert "2 письма вернуть уже нельзя" in again


def test_a_stranger_cannot_take_back_what_another_has_solved(anna: Agent) -> None:
    case = make_case(owner=anna)
    page = bulk(desk(anna), "solve", case=[case.pk], done="Готово.")

    desk(make_agent("Борис Львов", "boris@gorizont.example")).post(undo_of(page))

    assert states(case) == ["solved"]


def test_without_words_nothing_is_solved_and_without_an_undo_time_there_is_no_way_back(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)

    assert "Расскажите клиентам, что сделано" in bulk(browser, "solve", case=[case.pk], done="  ")
    assert states(case) == ["open"]

    set_policy("reach.undo_seconds", 0)
    page = bulk(browser, "solve", case=[case.pk], done="Готово.")
    assert states(case) == ["solved"]
    assert "/desk/undo/" not in page


def test_an_unread_word_is_passed_over_and_named(anna: Agent) -> None:
    calm, written, pressed = make_case(owner=anna), make_case(owner=anna), make_case(owner=anna)
    mark_solved(case=fresh(pressed), actor=acting(anna), summary="Сделали.")
    run_jobs()
    browser = desk(anna)
    seen = hidden(browser.get("/desk/?view=open").text)
    cry(written)
    record_answer(invitation=Invitation.objects.get(case=pressed), is_solved=False, words="Нет")
    run_jobs()

    page = bulk(browser, "solve", all="1", done="Готово.", **seen)

    assert states(calm, written, pressed) == ["solved", "open", "open"]
    named = re.search(r"([\d, ]+): там тем временем написали", page)
    assert named
    assert {int(one) for one in named[1].split(",")} == {written.pk, pressed.pk}


def test_a_letter_that_leaves_too_late_is_refused(anna: Agent) -> None:
    case = make_case(owner=anna)

    with pytest.raises(Refusal) as refused:
        mark_solved(case=case, actor=acting(anna), summary="Готово.", send_at=timezone.now() - timedelta(minutes=1))

    assert refused.value.code == "send_at_invalid"
    assert states(case) == ["open"]


# ── All of the view ───────────────────────────────────────────────────────────────────────
def many(count: int, owner: Agent, **values: Any) -> list[Case]:
    first = make_case(owner=owner, **values)
    rows = []
    for _index in range(count - 1):
        copy = Case.objects.get(pk=first.pk)
        copy.pk = None
        rows.append(copy)
    return [first, *Case.objects.bulk_create(rows)]


def test_all_of_the_view_is_more_than_the_page_and_no_more_than_its_conditions(anna: Agent) -> None:
    complaints, plain = many(70, anna, kind="complaint"), many(3, anna)
    browser = desk(anna)
    view = hidden(browser.get("/desk/?view=open&kind=complaint").text)

    assert browser.get(f"/desk/bulk/count{view['view']}").text == "весь список: 70 обращений"
    page = bulk(browser, "tag", tag="волна", all="1", case=[complaints[0].pk], **view)

    tagged = set(Case.objects.filter(tags__contains=["волна"]).values_list("pk", flat=True))
    assert tagged == {case.pk for case in complaints}
    assert not tagged & {case.pk for case in plain}
    assert "70 обращений" in page
    browser.post(undo_of(page))
    assert not Case.objects.filter(tags__contains=["волна"]).exists()


def test_a_view_that_is_too_long_is_cut_and_says_so(anna: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (bulk_forms, bulk_views):
        monkeypatch.setattr(module, "MOST_AT_ONCE", 60)
    many(61, anna)
    browser = desk(anna)

    assert browser.get("/desk/bulk/count?view=open").text == "первые 60 обращений списка"
    page = bulk(browser, "tag", tag="волна", all="1", view="?view=open")

    assert Case.objects.filter(tags__contains=["волна"]).count() == 60
    assert "В списке есть ещё обращения" in page


def test_all_of_the_view_holds_nothing_out_of_sight(anna: Agent) -> None:
    boris = make_agent("Борис Львов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)
    hers, his = make_case(owner=anna), make_case(owner=boris)
    browser = desk(Agent.objects.get(pk=boris.pk))

    bulk(browser, "tag", tag="волна", all="1", view="?view=all")

    assert (fresh(hers).tags, fresh(his).tags) == ([], ["волна"])
    assert browser.get("/desk/bulk/count?view=all").text == "весь список: 1 обращение"


def test_nothing_chosen_and_nothing_known_is_said(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)

    assert "Выберите хотя бы одно обращение" in bulk(browser, "solve", done="Готово.")
    bulk(browser, "burn", case=[case.pk])
    assert states(case) == ["open"]
    assert Client().get("/desk/bulk/count").status_code == 302
