"""Spam on the desk: a key and a press, many at once, a list of its own, and one press back."""

import re

import pytest
from django.test import Client

from otklik.cases.actions import mark_spam
from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.foundation.models import Event
from otklik.reach.actions import hear_on_page
from otklik.reach.models import Conversation
from otklik.team.models import Agent
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.api.calling import Program
from tests.building import acting, fresh, make_agent, make_case, make_lead, run_jobs
from tests.cases.test_spam import solve, spam
from tests.desk.test_articles import published
from tests.desk.test_bulk import bulk, hidden, states, undo_of
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def case_page(browser: Client, case: Case) -> str:
    return browser.get(f"/desk/cases/{case.pk}/").text


def seen_on(page: str) -> dict[str, str]:
    button = page.split('id="spam-button"')[1]
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', button) for name in ("seen", "word")}
    return {name: match[1] for name, match in found.items() if match}


def test_one_press_marks_a_case_and_one_takes_it_back(anna: Agent) -> None:
    case, browser = make_case(owner=anna), desk(anna)

    page = browser.post(f"/desk/cases/{case.pk}/spam", seen_on(case_page(browser, case)), follow=True).text
    marked = fresh(case).state
    back = browser.post(f"/desk/cases/{case.pk}/not-spam", follow=True).text

    assert marked == "spam"
    assert (
        f'class="toast" method="post" data-for="10" data-after="[data-undone]" action="/desk/cases/{case.pk}/not-spam"'
        in page
    )
    assert "Обращение отмечено как спам" in page
    assert 'data-open="solve"' not in page
    assert 'data-mode="reply"' not in page
    assert "Не спам: всё как было" in back
    assert fresh(case).state == "open"


def test_no_help_article_is_offered_for_spam(anna: Agent) -> None:
    case, browser = make_case(owner=anna, text="Прошу вернуть деньги за учебник."), desk(anna)
    title, offers = "Как вернуть деньги за учебник", f"/desk/cases/{case.pk}/articles"
    published(make_lead(), title)
    on_page, offered = offers in case_page(browser, case), title in browser.get(offers).text

    mark_spam(case=case, actor=acting(anna))

    assert (on_page, offered) == (True, True)
    assert (offers in case_page(browser, case), title in browser.get(offers).text) == (False, False)
    assert title in browser.get(offers, {"q": "вернуть деньги за учебник"}).text


def test_a_word_that_nobody_has_read_is_told_instead(anna: Agent) -> None:
    case, browser = make_case(owner=anna), desk(anna)
    seen = seen_on(case_page(browser, case))
    hear_on_page(conversation=Conversation.objects.get(thread__case=case), text="Я не спам!")

    page = browser.post(f"/desk/cases/{case.pk}/spam", seen, follow=True).text

    assert fresh(case).state == "open"
    assert "здесь появилось новое" in page


def test_many_are_called_spam_and_taken_back_together(anna: Agent) -> None:
    one, two, other = make_case(owner=anna), make_case(owner=anna), make_case(owner=anna)
    browser = desk(anna)
    seen = hidden(browser.get("/desk/").text)

    page = bulk(browser, "spam", case=[one.pk, two.pk], **seen)
    marked = states(one, two, other)
    browser.post(undo_of(page))

    assert marked == ["spam", "spam", "open"]
    assert "2 обращения отмечены как спам" in page
    assert states(one, two, other) == ["open", "open", "open"]


def test_the_list_of_spam_holds_them_and_lets_them_out(anna: Agent) -> None:
    case, other = make_case(owner=anna, subject="Казино"), make_case(owner=anna)
    browser = desk(anna)
    mark_spam(case=case, actor=acting(anna))

    listed, everything = browser.get("/desk/?view=spam").text, browser.get("/desk/?view=all").text
    page = bulk(browser, "not_spam", case=[case.pk, other.pk])

    assert "Казино" in listed
    assert 'popovertarget="bulk-solve"' in everything
    assert 'popovertarget="bulk-solve"' not in listed
    assert "Казино" not in everything
    assert "/desk/held/?only=spam" in listed
    assert "1 обращение — не спам" in page
    assert str(other.pk) in page
    assert states(case, other) == ["open", "open"]


def test_undoing_what_a_colleague_undid_is_told(anna: Agent) -> None:
    case, browser = make_case(owner=anna), desk(anna)
    page = bulk(browser, "spam", case=[case.pk], **hidden(browser.get("/desk/").text))
    browser.post(f"/desk/cases/{case.pk}/not-spam")

    told = browser.post(undo_of(page), follow=True).text

    assert "1 обращение уже не в спаме" in told


def test_history_and_audit_tell_it_in_words(anna: Agent) -> None:
    case, browser = make_case(owner=anna), desk(anna)
    spam(case)
    browser.post(f"/desk/cases/{case.pk}/not-spam")

    page = case_page(browser, case)

    assert "<b>Анна</b>: отмечено как спам." in page
    assert "<b>Анна</b>: это не спам" in page


# ── The customer's own page ───────────────────────────────────────────────────────────────
def test_the_customers_page_says_what_is_true(client: Client, anna: Agent) -> None:
    case = make_case(owner=anna)
    spam(case)

    page = client.get(f"/case/{case_link(case)}/").text

    assert "Отложено" in page
    assert "/contact/" in page
    assert "<textarea" not in page
    assert "Первый ответ" not in page


def test_thanks_promise_nothing(client: Client, anna: Agent) -> None:
    case = make_case(owner=anna)
    solve(case)
    run_jobs()
    spam(case)
    invitation = Invitation.objects.get()
    record_answer(invitation=invitation, is_solved=False)

    page = client.get(f"/answer/{invitation.token}/thanks", follow=True).text

    assert "Ваш ответ записан" in page
    assert "снова у" not in page


# ── Programs ──────────────────────────────────────────────────────────────────────────────
def test_programs_mark_and_unmark(anna: Agent) -> None:
    case, program = make_case(owner=anna), Program(anna)

    marked = program.post(f"/cases/{case.pk}/spam", {}).json()
    listed = [program.get("/cases", **asked).json()["items"] for asked in ({}, {"state": "spam"}, {"q": "учебник"})]
    found = program.get("/cases", q="учебник", state="spam").json()["items"]
    changed = program.get("/cases", updated_after="2020-01-01T00:00:00Z").json()["items"]
    again = program.post(f"/cases/{case.pk}/spam", {})
    answered = program.post(f"/cases/{case.pk}/messages", {"kind": "reply", "text": "Нет"})
    back = program.post(f"/cases/{case.pk}/not-spam", {}).json()

    assert (marked["state"], marked["due_at"]) == ("spam", None)
    assert [len(items) for items in listed] == [0, 1, 0]
    assert [one["number"] for one in found] == [one["number"] for one in changed] == [case.pk]
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
    assert (answered.status_code, answered.json()["code"]) == (422, "is_spam")
    assert (back["state"], back["due_at"]) == ("open", back["first_answer_by"])
    told = Event.objects.filter(case_id=case.pk, name__endswith="_spam").order_by("id")
    assert list(told.values_list("name", flat=True)) == ["cases.marked_spam", "cases.unmarked_spam"]


def test_a_program_is_told_of_words_it_has_not_read(anna: Agent) -> None:
    case = make_case(owner=anna)

    refused = Program(anna).post(f"/cases/{case.pk}/spam", {"seen_message_id": 0})

    assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")
