"""“This is a new question from here”: two matters in one talk become two cases, and nothing that stays is touched."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.cases.actions import (
    close_unconfirmed,
    confirm_satisfaction,
    join_again,
    mark_solved,
    mark_spam,
    merge_cases,
    note,
    reply,
    split_case,
)
from otklik.cases.models import Case
from otklik.cases.queries import cases_beside
from otklik.foundation.models import Event
from otklik.reach.models import Conversation, Message
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, arrive, customer_actor, fresh, letter, make_agent, make_inbox, refused, run_jobs
from tests.desk.visiting import desk
from tests.reach.channels.other_side import knock, make_channel, word

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def case(anna: Agent) -> Case:
    make_inbox()
    arrive(letter(Message_ID="<first@mail.example>"))
    return fresh(Case.objects.get())


def writes(text: str, name: str = "second") -> Message:
    arrive(letter(text, Message_ID=f"<{name}@mail.example>", In_Reply_To="<first@mail.example>"))
    return Message.objects.get(external_id=f"{name}@mail.example")


def split(case: Case, message: Message) -> Case:
    return fresh(split_case(case=fresh(case), message_id=message.pk, actor=acting(case.owner)))


def texts(case: Case) -> list[str]:
    said = Message.objects.filter(conversation__thread__case=case, direction="in").order_by("id")
    return [one.text.strip() for one in said]


def answer(case: Case, text: str) -> None:
    reply(case=fresh(case), actor=acting(case.owner), text=text)
    run_jobs()


# ── What goes, what stays ─────────────────────────────────────────────────────────────────
def test_words_from_that_one_on_are_a_case_of_the_same_owner(case: Case) -> None:
    second, before = writes("А как вернуть тетради?"), fresh(case)
    writes("Их две.", "third")

    new = split(case, second)

    assert (texts(case), texts(new)) == (["Здравствуйте! Учебник не пришёл."], ["А как вернуть тетради?", "Их две."])
    assert (new.owner, new.customer, new.team) == (case.owner, case.customer, case.team)
    assert (new.title, new.preview, new.created_at) == ("А как вернуть тетради?", "Их две.", second.at)
    now = fresh(case)
    assert (now.state, now.first_answer_by, now.due_at) == (before.state, before.first_answer_by, before.due_at)
    assert now.preview == "Здравствуйте! Учебник не пришёл."


def test_the_customer_is_told_nothing(case: Case) -> None:
    second, said = writes("А как вернуть тетради?"), Message.objects.filter(direction="out").count()

    split(case, second)
    run_jobs()

    assert Message.objects.filter(direction="out").count() == said


def test_what_they_write_next_to_either_is_heard_there(case: Case) -> None:
    new = split(case, writes("А как вернуть тетради?"))
    answer(new, "Пришлите их почтой.")

    ours = Message.objects.filter(direction="out").latest("id")
    arrive(letter("Отправил", Message_ID="<sent@mail.example>", In_Reply_To=f"<{ours.external_id}>"))
    writes("Учебник пришёл", "came")

    assert texts(new)[-1] == "Отправил"
    assert texts(case)[-1] == "Учебник пришёл"


def test_an_answer_that_went_along_counts_where_it_went(case: Case) -> None:
    answer(case, "Едет, будет завтра.")
    second = writes("А как вернуть тетради?")
    answer(case, "Пришлите их почтой.")
    given = fresh(case).first_answered_at

    new = split(case, second)

    assert new.first_answered_at == Message.objects.filter(direction="out").latest("id").deliveries.get().sent_at
    assert new.waits_for == Case.WaitsFor.CUSTOMER
    assert (fresh(case).first_answered_at, fresh(case).waits_for) == (given, Case.WaitsFor.CUSTOMER)


def test_nobody_waits_any_more_in_the_case_for_an_answer_to_what_has_gone(case: Case) -> None:
    answer(case, "Едет, будет завтра.")
    second = writes("А как вернуть тетради?")
    assert fresh(case).waits_for == Case.WaitsFor.US

    new = split(case, second)

    assert (fresh(case).waits_for, fresh(case).due_at) == (Case.WaitsFor.CUSTOMER, None)
    assert (new.waits_for, new.due_at) == (Case.WaitsFor.US, new.first_answer_by)


# ── A case that only this word had brought back ───────────────────────────────────────────
@pytest.mark.parametrize("state", ["solved", "satisfied", "unconfirmed"])
def test_a_case_that_this_word_had_brought_back_is_finished_as_before(case: Case, state: str) -> None:
    mark_solved(case=case, actor=acting(case.owner), summary="Отправили")
    run_jobs()
    if state == "satisfied":
        confirm_satisfaction(case=fresh(case), actor=customer_actor(case), satisfaction=5)
    if state == "unconfirmed":
        close_unconfirmed(case=fresh(case))
    before = fresh(case)
    second = writes("А как вернуть тетради?")
    assert (fresh(case).state, fresh(case).came_back) == (Case.State.OPEN, 1)

    new = split(case, second)

    now = fresh(case)
    assert (now.state, now.came_back, now.waits_for, now.due_at) == (state, 0, before.waits_for, None)
    assert (new.state, new.came_back) == (Case.State.OPEN, 0)
    assert Event.objects.get(name="cases.split").payload["is_ended"]


def test_a_case_in_which_more_was_said_stays_open(case: Case) -> None:
    mark_solved(case=case, actor=acting(case.owner), summary="Отправили")
    run_jobs()
    writes("Учебник не тот")

    split(case, writes("А как вернуть тетради?", "third"))

    assert (fresh(case).state, fresh(case).waits_for) == (Case.State.OPEN, Case.WaitsFor.US)


# ── Each names the other ──────────────────────────────────────────────────────────────────
def test_both_name_each_other_and_who_did_it(case: Case, anna: Agent) -> None:
    new = split(case, writes("А как вернуть тетради?"))

    old, page = (desk(anna).get(f"/desk/cases/{one.pk}/").text for one in (case, new))
    assert f'Позже: <a href="/desk/cases/{new.pk}/">' in plain(old)
    assert f'Раньше: <a href="/desk/cases/{case.pk}/">' in plain(page)
    assert f"<b>Анна</b>: новый вопрос, он идёт дальше в обращении {new.pk}" in plain(old)
    assert f"<b>Анна</b>: новый вопрос из обращения {case.pk}" in plain(page)


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", page)


def test_a_talk_that_ended_long_ago_is_named_by_the_next_one(anna: Agent) -> None:
    inbox = make_channel()
    knock(inbox, word("m-1"))
    case = Case.objects.get()
    Conversation.objects.update(ends_at=timezone.now() - timedelta(seconds=1))

    knock(inbox, word("m-2", "А можно вернуть учебник?"))

    second = Case.objects.latest("id")
    assert (cases_beside(case).earlier, cases_beside(case).later) == ([], [second.pk])
    assert (cases_beside(second).earlier, cases_beside(second).later) == ([case.pk], [])


# ── Talks with a peer ─────────────────────────────────────────────────────────────────────
def test_what_a_peer_says_next_belongs_to_the_new_question(anna: Agent) -> None:
    inbox = make_channel()
    for number, text in enumerate(["Где заказ?", "А ещё вопрос", "Про доставку"]):
        knock(inbox, word(f"m-{number}", text))
    case = Case.objects.get()

    new = split(case, Message.objects.get(text="А ещё вопрос"))
    knock(inbox, word("m-9", "В Тверь"))
    knock(inbox, word("m-10", text="Пришёл!", reply_to="m-0"))

    assert texts(new) == ["А ещё вопрос", "Про доставку", "В Тверь"]
    assert texts(case) == ["Где заказ?", "Пришёл!"]


def test_a_whole_talk_of_two_goes_to_its_own_case(case: Case) -> None:
    arrive(letter("Другое письмо", Message_ID="<other@mail.example>", Subject="Другое"))
    other = Case.objects.latest("id")
    merge_cases(into=fresh(case), other=fresh(other), actor=acting(case.owner))

    new = split(case, Message.objects.get(external_id="other@mail.example"))

    assert (texts(case), texts(new)) == (["Здравствуйте! Учебник не пришёл."], ["Другое письмо"])
    assert cases_beside(new).earlier == [case.pk]


# ── No ────────────────────────────────────────────────────────────────────────────────────
def test_the_first_word_is_the_case(case: Case) -> None:
    with refused("nothing_stays"):
        split(case, Message.objects.get(external_id="first@mail.example"))


def test_a_question_begins_with_the_customers_word(case: Case) -> None:
    with refused("no_word"):
        split(case, note(case=case, actor=acting(case.owner), text="Кажется, другое"))


def test_a_word_of_another_case_is_not_found(case: Case) -> None:
    arrive(letter("Другое", Message_ID="<other@mail.example>"))

    with refused("not_found"):
        split(case, Message.objects.get(external_id="other@mail.example"))


def test_what_they_were_asked_about_is_not_taken_away(case: Case) -> None:
    second = writes("А как вернуть тетради?")
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Отправили")

    with refused("asked_since"):
        split(case, second)


def test_in_spam_nothing_begins_and_in_a_merged_case_neither(case: Case) -> None:
    second = writes("А как вернуть тетради?")
    arrive(letter("Другое", Message_ID="<other@mail.example>"))
    other = fresh(Case.objects.latest("id"))
    merge_cases(into=other, other=fresh(case), actor=acting(case.owner))

    with refused("merged_already"):
        split(case, second)
    mark_spam(case=other, actor=acting(case.owner))
    with refused("is_spam"):
        split(other, second)


def test_a_word_that_nobody_has_read_stops_it(case: Case) -> None:
    second = writes("А как вернуть тетради?")
    writes("Их две.", "third")

    with refused("changed_meanwhile"):
        split_case(case=fresh(case), message_id=second.pk, actor=acting(case.owner), seen_message_id=second.pk)


# ── And back ──────────────────────────────────────────────────────────────────────────────
def test_one_press_takes_it_back(case: Case, anna: Agent) -> None:
    second, browser = writes("А как вернуть тетради?"), desk(anna)
    page = browser.get(f"/desk/cases/{case.pk}/").text
    assert page.count("/split") == 1

    done = browser.post(f"/desk/cases/{case.pk}/messages/{second.pk}/split", follow=True)
    new = Case.objects.latest("id")
    assert f"/desk/cases/{new.pk}/join-again" in done.text
    back = browser.post(f"/desk/cases/{new.pk}/join-again", follow=True)

    assert back.redirect_chain[-1][0] == f"/desk/cases/{case.pk}/"
    assert texts(case) == ["Здравствуйте! Учебник не пришёл.", "А как вернуть тетради?"]
    assert fresh(new).custom == {"merged_into": case.pk}
    assert (cases_beside(case).later, cases_beside(case).earlier) == ([], [])


def test_what_began_by_itself_is_joined_with_nothing(case: Case, anna: Agent) -> None:
    with refused("not_split"):
        join_again(case=case, actor=acting(anna))

    back = desk(anna).post(f"/desk/cases/{case.pk}/join-again", follow=True)
    assert "началось не в другом" in back.text


def test_the_page_says_why_not(case: Case, anna: Agent) -> None:
    first = Message.objects.get(external_id="first@mail.example")

    page = desk(anna).post(f"/desk/cases/{case.pk}/messages/{first.pk}/split", follow=True)

    assert "начинается с этих слов" in page.text


# ── By programs ───────────────────────────────────────────────────────────────────────────
def test_a_program_splits_and_joins(case: Case, anna: Agent) -> None:
    second, program = writes("А как вернуть тетради?"), Program(anna)

    made = program.post(f"/cases/{case.pk}/split", {"message": second.pk})
    number = made.json()["number"]

    assert (made.status_code, made.json()["subject"]) == (201, "А как вернуть тетради?")
    assert program.get(f"/cases/{case.pk}").json()["later"] == [number]
    assert program.get(f"/cases/{number}").json()["earlier"] == [case.pk]
    back = program.post(f"/cases/{number}/join", {})
    assert back.json()["number"] == case.pk
    again = program.post(f"/cases/{case.pk}/join", {})
    assert (again.status_code, again.json()["code"]) == (422, "not_split")
