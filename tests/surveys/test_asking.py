"""Whom a survey asks, whom it does not, and why: by letter, from a list, after a case, on a schedule."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import mark_solved
from otklik.cases.models import Case
from otklik.complaints.models import Complaint
from otklik.customers.actions import erase_customer, merge_customers
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.actors import SYSTEM
from otklik.foundation.policies import change_policies
from otklik.reach.models import Delivery, Inbox, Message
from otklik.surveys import actions
from otklik.surveys.actions import Wanted, ask_by_hand, close_survey, plan_asking, stay_silent, take_list, take_turn
from otklik.surveys.actions.planning import MOST_LINES
from otklik.surveys.clock import ask_whose_turn_it_is, mind_the_silent
from otklik.surveys.listed import Line, lines_of
from otklik.surveys.models import AskingList, Invitation, Plan, Rule, Silence, Sitting, Survey, Turn
from otklik.surveys.queries import asked_of, outcomes, turns
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation as Question
from tests.building import (
    acting,
    arrive,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    make_lead,
    outbox,
    refused,
    run_jobs,
)
from tests.complaints.making import make_complaint
from tests.stories.test_who_really_wrote import COMPLAINT, report
from tests.surveys.making import DELIVERY, answered, make_survey, page, question, survey_of

pytestmark = pytest.mark.django_db
ONE = survey_of(page("a", question("q")))
OTHER = {**ONE, "name": "Другое", "family": "other"}


def words_of(raw: bytes) -> str:
    """The plain text of a letter of ours."""
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def ask(survey: Survey, customer: Customer) -> Turn:
    return ask_by_hand(survey=survey, customer=customer, actor=SYSTEM)


def later(**span: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**span), tick=True)


def satisfied(case: Case) -> None:
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    run_jobs()
    record_answer(invitation=Question.objects.get(case=case), is_solved=True)
    run_jobs()


@pytest.fixture(autouse=True)
def _inbox(db: None) -> None:
    make_inbox()


# ── The letter ────────────────────────────────────────────────────────────────────────────
def test_a_letter_asks_the_first_question_and_a_link_keeps_nothing() -> None:
    survey = make_survey(DELIVERY)

    turn = ask(survey, make_customer())
    run_jobs()

    sent = outbox()[-1]
    said = words_of(sent)
    token = Invitation.objects.get().token
    assert "Subject: " in sent.decode("ascii", "replace")
    assert f"/survey/{token}/?sat=4" in said
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in sent.decode("ascii", "replace")
    assert Client().get(f"/survey/{token}/?sat=4").status_code == 200
    assert (Sitting.objects.count(), turn.rule, turn.invitation_id) == (0, "", Invitation.objects.get().pk)
    assert Invitation.objects.get().is_delivered
    assert Message.objects.get().purpose == "surveys.invitation"


def test_one_of_a_few_is_a_button_and_words_are_one_that_leads_there() -> None:
    choice = question("c", "single", options=[{"id": "yes", "text": "Пришла"}, {"id": "no", "text": "Не пришла"}])
    ask(make_survey(survey_of(page("a", choice))), make_customer())
    ask(
        make_survey(survey_of(page("a", question("w", "text"))), family="b"), make_customer("Пётр", "petr@mail.example")
    )
    run_jobs()

    first, second = (words_of(one) for one in outbox()[-2:])

    assert re.search(r"Пришла:\s+https?://\S+\?c=yes", first)
    assert re.search(r"Ответить:\s+https?://\S+/survey/\S+/\s", second)


def test_what_a_person_answers_to_the_letter_becomes_a_case() -> None:
    make_agent()
    ask(make_survey(ONE), make_customer())
    run_jobs()

    arrive(letter("Позвоните мне лучше", In_Reply_To=f"<{Message.objects.get().external_id}>"))

    assert Case.objects.get().customer == Customer.objects.get()


def test_a_letter_that_comes_back_is_not_delivered_and_nobody_is_reminded() -> None:
    survey = make_survey(ONE)
    plan_asking(survey=survey, wanted=Wanted(reminders=2), actor=SYSTEM)
    ask(survey, make_customer())
    run_jobs()
    sent = Message.objects.get()

    arrive(report(sent.external_id, said="550 5.1.1 no such user", status="5.1.1"))

    kept = Invitation.objects.get()
    assert Delivery.objects.get().state == "bounced"
    assert (kept.is_delivered, kept.remind_at) == (False, None)
    assert ask(make_survey(OTHER), make_customer()).rule == Rule.NO_ADDRESS


# ── Whom not to ask ───────────────────────────────────────────────────────────────────────
def test_two_clocks_run_from_the_last_letter_over_all_surveys_and_over_a_family() -> None:
    same, other, ivan = make_survey(ONE), make_survey(OTHER), make_customer()
    again = make_survey({**ONE, "name": "Ещё"})
    change_policies(values={"surveys.days_between_all": 10, "surveys.days_between_family": 40}, actor=SYSTEM)
    ask(same, ivan)

    at_once = [ask(survey, ivan) for survey in (same, again, other)]
    with later(days=9.9):
        soon = ask(other, ivan)
    with later(days=10.1):
        after = [ask(survey, ivan) for survey in (again, other)]
    with later(days=40.1):
        much_later = ask(again, ivan)

    assert [one.rule for one in at_once] == [Rule.WAITING, Rule.FAMILY, Rule.LATELY]
    assert (soon.rule, [one.rule for one in after]) == (Rule.LATELY, [Rule.FAMILY, ""])
    assert much_later.rule == ""
    assert at_once[2].until is not None
    assert abs(at_once[2].until - timezone.now() - timedelta(days=10)) < timedelta(minutes=1)


def test_two_records_that_are_one_person_have_one_clock() -> None:
    ivan, other = make_customer(), make_customer("Ваня", "vanya@mail.example")
    ask(make_survey(ONE), other)
    merge_customers(other=other, into=ivan, actor=acting(make_lead()))

    before_the_reaction = ask(make_survey(OTHER), other)
    run_jobs()
    after = ask(make_survey({**OTHER, "family": "third"}), ivan)

    assert before_the_reaction.customer == ivan
    assert after.rule == Rule.LATELY
    assert Turn.objects.filter(customer=other).count() == 0


def test_nobody_is_asked_while_their_case_is_open_or_solved_without_their_word() -> None:
    case = make_case()
    survey = make_survey(ONE)

    is_open = ask(survey, case.customer)
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    is_solved = ask(survey, case.customer)
    run_jobs()
    record_answer(invitation=Question.objects.get(case=case), is_solved=True)
    is_over = ask(survey, case.customer)

    assert (is_open.rule, is_solved.rule, is_over.rule) == (Rule.CASE_OPEN, Rule.CASE_OPEN, "")


def test_nobody_is_asked_while_a_complaint_is_under_way() -> None:
    complaint = make_complaint()
    Case.objects.update(state="unconfirmed", closed_at=timezone.now())

    turn = ask(make_survey(ONE), complaint.customer)
    Complaint.objects.update(stage="withdrawn")
    after = ask(make_survey(ONE), complaint.customer)

    assert (turn.rule, after.rule) == (Rule.COMPLAINT, "")


def test_not_now_and_never_are_kept_to_and_spam_is_a_never() -> None:
    ivan, olga = make_customer(), make_customer("Олег", "oleg@mail.example")
    survey = make_survey(ONE)
    ask(survey, ivan)
    stay_silent(invitation=Invitation.objects.get(), days=7)
    not_now = ask(make_survey({**ONE, "name": "Ещё"}), ivan)
    stay_silent(invitation=Invitation.objects.get(), days=None)
    never = ask(make_survey({**ONE, "name": "И ещё"}), ivan)
    ask(survey, olga)
    run_jobs()
    sent = Message.objects.filter(conversation__customer=olga).get()
    arrive(COMPLAINT.format(sent.external_id).replace("ivan@", "oleg@").encode())
    with later(days=400):
        pressed = ask(make_survey(OTHER), olga)

    assert (not_now.rule, never.rule, pressed.rule) == (Rule.NOT_NOW, Rule.NEVER, Rule.SPAM)
    assert not_now.until is not None
    assert abs(not_now.until - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)


def test_who_is_gone_who_has_no_address_and_a_survey_that_is_over() -> None:
    survey = make_survey(ONE)
    nobody = Customer.objects.create(name="Без адреса")
    erased = make_customer("Пётр", "petr@mail.example")
    erase_customer(customer=erased, actor=SYSTEM)
    planned = Turn.objects.create(survey=survey, customer=make_customer(), because="schedule", due_at=timezone.now())

    said = [ask(survey, one).rule for one in (nobody, erased)]
    close_survey(survey=survey, actor=SYSTEM)
    survey.refresh_from_db()

    assert said == [Rule.NO_ADDRESS, Rule.GONE]
    assert take_turn(turn=planned).rule == Rule.CLOSED
    with refused("survey_closed"):
        ask(survey, nobody)


def test_the_gate_has_the_last_word_and_its_step_is_kept() -> None:
    survey, ivan = make_survey(ONE), make_customer()
    Inbox.objects.all().delete()

    turn = ask(survey, ivan)

    assert (turn.rule, turn.detail, turn.invitation) == (Rule.GATE, "no_inbox", None)
    assert not Invitation.objects.exists()


def test_a_turn_is_taken_once() -> None:
    survey = make_survey(ONE)
    turn = ask(survey, make_customer())

    take_turn(turn=turn)

    assert Invitation.objects.count() == 1


# ── A list ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "content",
    [
        "Почта;Имя;Филиал\r\nivan@mail.example;Иван Козлов;Арбат\r\n".encode("cp1251"),
        "email,name,segment\nivan@mail.example,Иван Козлов,Арбат\n".encode(),
        "\ufeffE-mail\tИмя\tСегмент\nivan@mail.example\tИван Козлов\tАрбат".encode("utf-16"),
        "ivan@mail.example, Иван Козлов ,Арбат\n".encode("utf-8-sig"),
        'Email;Name;Segment\n\n"ivan@mail.example";"Иван Козлов";Арбат\n'.encode("koi8-r"),
    ],
    ids=["cp1251", "utf8", "utf16", "without-a-head", "quoted"],
)  # fmt: skip
def test_a_list_is_read_in_whatever_charset_and_with_whatever_divider(content: bytes) -> None:
    [found] = lines_of(content)

    assert (found.email, found.name, found.segment) == ("ivan@mail.example", "Иван Козлов", "Арбат")


def test_a_name_may_stand_around_an_address_and_empty_lines_are_nobody() -> None:
    found = lines_of("Иван <ivan@mail.example>\n\n,,\nнет адреса\n".encode())

    assert [(one.number, one.email, one.name) for one in found] == [
        (1, "ivan@mail.example", "Иван"),
        (4, "нет адреса", ""),
    ]
    assert lines_of(b"") == []


def test_each_line_of_a_list_says_what_became_of_it() -> None:
    survey = make_survey(ONE)
    case = make_case(customer=make_customer("Олег", "oleg@mail.example"))
    lines = [
        Line(number=2, email="IVAN@mail.example", name="Иван Козлов", segment="Арбат"),
        Line(number=3, email="ivan@mail.example"),
        Line(number=4, email="=cmd|calc"),
        Line(number=5, email="oleg@mail.example"),
    ]

    made = take_list(survey=survey, name="клиенты.csv", lines=lines, actor=acting(make_lead()))
    at_once = outcomes(survey, list_id=made.pk)
    ask_whose_turn_it_is()

    assert dict(at_once) == {"asked": 0, "waits": 2, "address": 1, "twice": 1}
    told = {one.line: (one.rule, one.invitation_id is not None) for one in turns(survey, list_id=made.pk)}
    assert told == {2: ("", True), 3: ("twice", False), 4: ("address", False), 5: ("case_open", False)}
    asked = Invitation.objects.get()
    assert (asked.customer.name, asked.segment, asked.customer_id == case.customer_id) == (
        "Иван Козлов",
        "Арбат",
        False,
    )
    assert Turn.objects.exclude(text="").count() == 2
    with later(days=31):
        mind_the_silent()
    assert not Turn.objects.exclude(text="").exists()


def test_a_list_has_somebody_in_it_and_not_a_whole_town() -> None:
    survey = make_survey(ONE)

    with refused("list_empty"):
        take_list(survey=survey, name="a.csv", lines=[], actor=SYSTEM)
    with refused("list_too_long"):
        take_list(survey=survey, name="a.csv", lines=[Line(number=1, email="a")] * (MOST_LINES + 1), actor=SYSTEM)
    assert not AskingList.objects.exists()


# ── After a case, and on a schedule ───────────────────────────────────────────────────────
def test_the_end_of_a_case_asks_once_after_the_chosen_hours() -> None:
    survey = make_survey(ONE)
    plan_asking(survey=survey, wanted=Wanted(trigger="satisfied", delay_hours=3), actor=SYSTEM)
    case = make_case()

    satisfied(case)
    ask_whose_turn_it_is()
    too_early = Invitation.objects.count()
    with later(hours=3.1):
        ask_whose_turn_it_is()

    asked = Invitation.objects.get()
    assert (too_early, asked.case, asked.segment) == (0, case, case.team.name)
    assert Turn.objects.get().because == "case"


def test_a_case_that_came_back_meanwhile_is_not_asked_about() -> None:
    survey = make_survey(ONE)
    plan_asking(survey=survey, wanted=Wanted(trigger="closed", delay_hours=0), actor=SYSTEM)
    case = make_case()
    satisfied(case)
    Case.objects.update(state="open")

    ask_whose_turn_it_is()

    assert Turn.objects.get().rule == Rule.CASE_OPEN


def test_silence_is_no_satisfaction() -> None:
    wanted = {"satisfied": make_survey(ONE), "closed": make_survey(OTHER)}
    for trigger, survey in wanted.items():
        plan_asking(survey=survey, wanted=Wanted(trigger=trigger), actor=SYSTEM)
    case = make_case()

    actions.note_end_of_case(case_id=case.pk, outcome="unconfirmed", now=timezone.now())

    assert Turn.objects.get().survey == wanted["closed"]


def test_a_share_of_cases_is_drawn_and_the_same_case_again_alike() -> None:
    survey = make_survey(ONE)
    plan_asking(survey=survey, wanted=Wanted(trigger="closed", share=50), actor=SYSTEM)
    owner, ivan = make_agent(), make_customer()
    cases = [make_case(owner=owner, customer=ivan) for _number in range(12)]

    for _time in range(2):
        for case in cases:
            actions.note_end_of_case(case_id=case.pk, outcome="satisfied", now=timezone.now())

    assert 0 < Turn.objects.count() < 12


def test_a_schedule_asks_a_share_of_all_again_and_again() -> None:
    survey, ivan = make_survey(ONE), make_customer()
    unreachable = make_customer("Пётр", "petr@mail.example")
    ContactPoint.objects.filter(customer=unreachable).update(bounce="hard")
    plan_asking(survey=survey, wanted=Wanted(trigger="schedule", every_days=20), actor=SYSTEM)

    ask_whose_turn_it_is()
    ask_whose_turn_it_is()
    with later(days=20.1):
        ask_whose_turn_it_is()

    first, second = Turn.objects.order_by("id")
    assert (first.customer, first.rule, second.customer, second.rule) == (ivan, "", ivan, Rule.WAITING)
    assert Plan.objects.get().next_at is not None
    assert actions.begin_round(plan=Plan.objects.get(), now=timezone.now()) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": 0},
        {"every_days": 0},
        {"delay_hours": 721},
        {"reminders": 3},
        {"remind_after_days": 0},
        {"trigger": "x"},
    ],
    ids=str,
)
def test_a_plan_keeps_to_its_bounds(wrong: dict[str, Any]) -> None:
    survey = make_survey(ONE)

    with refused("plan_invalid"):
        plan_asking(survey=survey, wanted=Wanted(**wrong), actor=SYSTEM)


def test_a_schedule_that_is_switched_off_asks_nobody() -> None:
    survey = make_survey(ONE)
    plan_asking(survey=survey, wanted=Wanted(trigger="schedule"), actor=SYSTEM)
    plan_asking(survey=survey, wanted=Wanted(), actor=SYSTEM)
    make_customer()

    ask_whose_turn_it_is()

    assert not Turn.objects.exists()


# ── The silent ────────────────────────────────────────────────────────────────────────────
def test_the_silent_are_reminded_twice_at_most_and_those_who_began_never() -> None:
    survey = make_survey(DELIVERY)
    plan_asking(survey=survey, wanted=Wanted(reminders=2, remind_after_days=4), actor=SYSTEM)
    silent, busy = make_customer(), make_customer("Пётр", "petr@mail.example")
    for one in (silent, busy):
        ask(survey, one)
    answered(survey, "t", {"sat": 5}, invitation=Invitation.objects.get(customer=busy))

    for day in (3.9, 4.1, 8.2, 12.3, 16.4):
        with later(days=day):
            mind_the_silent()

    assert Invitation.objects.get(customer=silent).letters == 3
    assert Invitation.objects.get(customer=busy).letters == 1
    assert Message.objects.filter(purpose="surveys.reminder").count() == 2
    assert "не напомним" in Message.objects.order_by("-id")[0].text


def test_whoever_said_not_now_is_asked_again_then() -> None:
    survey = make_survey(ONE)
    plan_asking(survey=survey, wanted=Wanted(reminders=0), actor=SYSTEM)
    ask(survey, make_customer())
    stay_silent(invitation=Invitation.objects.get(), days=90)

    with later(days=89):
        mind_the_silent()
    before = Invitation.objects.get().letters
    with later(days=90.1):
        mind_the_silent()
        again = Invitation.objects.get()
        assert again.expires_at > timezone.now()

    assert (before, again.letters, again.state, again.remind_at) == (1, 2, "waiting", None)


def test_a_rule_that_holds_by_then_keeps_a_reminder_back_and_says_so() -> None:
    survey = make_survey(ONE)
    plan_asking(survey=survey, wanted=Wanted(reminders=2), actor=SYSTEM)
    ivan = make_customer()
    ask(survey, ivan)
    make_case(customer=ivan)

    with later(days=5):
        mind_the_silent()
        mind_the_silent()

    reminder = Turn.objects.get(is_reminder=True)
    assert (reminder.rule, reminder.because, Invitation.objects.get().letters) == (Rule.CASE_OPEN, "hand", 1)


# ── In their own words ────────────────────────────────────────────────────────────────────
def test_a_person_reads_when_they_were_asked_and_when_not_and_may_change_their_mind() -> None:
    survey, ivan = make_survey(ONE), make_customer()
    ask(survey, ivan)
    case = make_case(customer=ivan)
    ask(make_survey(OTHER), ivan)
    invitation = Invitation.objects.get()
    address, client = f"/survey/{invitation.token}/", Client()
    client.post(f"{address}not-now/", {"days": "never"})

    shown = client.get(f"{address}asked/").text
    client.post(f"{address}asked/")

    assert "Мы вас спросили" in shown
    assert "ваш вопрос ещё не был решён" in shown
    assert "Вы просили" in shown
    assert case.state == "open"
    assert not Silence.objects.exists()
    assert len(asked_of(ivan.pk)) == 2


def test_one_press_in_the_mail_program_is_a_never_and_a_look_is_not() -> None:
    ask(make_survey(ONE), make_customer())
    address = f"/survey/{Invitation.objects.get().token}/stop/"
    strict = Client(enforce_csrf_checks=True)

    assert strict.get(address).status_code == 302
    assert not Silence.objects.exists()
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Silence.objects.get().until is None
    assert strict.post("/survey/nothing/stop/").status_code == 404
    assert Client().get("/survey/nothing/asked/").status_code == 404


def test_only_a_browser_that_shows_the_page_has_opened_it() -> None:
    survey = make_survey(ONE)
    ask(survey, make_customer())
    address = f"/survey/{Invitation.objects.get().token}/"
    client = Client()

    looked = client.get(address).text
    assert not Invitation.objects.get().is_opened
    assert client.post(f"{address}seen/").status_code == 204

    assert "otk-seen" in looked
    assert Invitation.objects.get().is_opened
    assert "otk-seen" not in client.get(address).text
    assert client.post("/survey/nothing/seen/").status_code == 204
    assert client.get(f"/survey/{survey.link}/asked/").status_code == 302
