"""Spam is no matter of a customer: nobody hears of it, nothing is learned of it, one press undoes it all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from otklik.cases.actions import (
    answer_and_solve,
    change_customer,
    close_unconfirmed,
    confirm_satisfaction,
    edit_case,
    let_agent_go,
    mark_solved,
    mark_spam,
    merge_cases,
    note,
    open_for_customer,
    record_undelivered,
    reopen,
    reply,
    retry_undelivered,
    stand_in,
    transfer,
    unmark_spam,
)
from otklik.cases.events import SpamUnmarked
from otklik.cases.figures import outcomes, team_figures
from otklik.cases.handlers import acknowledge_after_all
from otklik.cases.models import Alert, Case, SpamMark
from otklik.cases.queries import (
    alerts_of,
    cases_of_customer,
    open_load,
    served_before,
    undelivered,
    view_filter,
    visible_to,
)
from otklik.cases.search import Sieve, cases_of, search
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.reach.actions import hear_on_page, let_letters_go
from otklik.reach.models import Conversation, Delivery, Message
from otklik.team.models import Agent, Team
from otklik.voice.actions import record_answer
from otklik.voice.clock import mind_the_silence
from otklik.voice.handlers import hear_what_was_answered_meanwhile
from otklik.voice.models import Answer, Invitation
from tests.building import (
    acting,
    arrive,
    customer_actor,
    fresh,
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
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=3)


def spam(case: Case, actor: Agent | None = None) -> Case:
    mark_spam(case=fresh(case), actor=acting(actor or case.owner))
    return fresh(case)


def no_spam(case: Case, actor: Agent | None = None) -> Case:
    unmark_spam(case=fresh(case), actor=acting(actor or case.owner))
    return fresh(case)


def row(case: Case) -> dict[str, Any]:
    """All that a case is; ``solved_at`` as far as two presses of a person go."""
    values = Case.objects.values().get(pk=case.pk)
    values.pop("updated_at")
    return values


def cry(case: Case, text: str = "Вы тут? Учебника всё нет.") -> Message:
    message = hear_on_page(conversation=Conversation.objects.get(thread__case=case), text=text)
    run_jobs()
    return message


def solve(case: Case) -> None:
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Отправили курьером")


def satisfy(case: Case) -> None:
    solve(case)
    confirm_satisfaction(case=fresh(case), actor=customer_actor(case), satisfaction=5)


def give_up(case: Case) -> None:
    solve(case)
    close_unconfirmed(case=fresh(case))


def answer(case: Case) -> None:
    reply(case=fresh(case), actor=acting(case.owner), text="Учебник едет")


def nothing(_case: Case) -> None:
    pass


# ── Back as it was ────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("before", [nothing, answer, solve, satisfy, give_up])
def test_what_is_taken_back_stands_exactly_as_it_stood(before: Callable[[Case], None]) -> None:
    case = make_case()
    before(case)
    run_jobs()
    was = row(case)

    marked = spam(case)
    back = no_spam(case)
    run_jobs()

    now = row(case)
    assert (marked.state, marked.due_at, marked.waits_for, marked.owner) == ("spam", None, "nobody", case.owner)
    if was["state"] == "solved":
        assert timedelta() < now.pop("solved_at") - was.pop("solved_at") < MOMENT
    assert now == was
    assert back.owner == case.owner
    assert not SpamMark.objects.exists()


def test_a_promise_that_was_changed_meanwhile_counts() -> None:
    case = make_case()
    spam(case)
    edit_case(case=fresh(case), actor=acting(case.owner), changes={"kind": "complaint"})

    back = no_spam(case)

    assert back.due_at == back.first_answer_by


def test_an_answer_that_was_just_leaving_counts() -> None:
    case = make_case()
    sending = reply(case=case, actor=acting(case.owner), text="Учебник едет").deliveries.get()
    Delivery.objects.filter(pk=sending.pk).update(state="sending")
    spam(case)
    Delivery.objects.filter(pk=sending.pk).update(state="queued")
    run_jobs()

    back = no_spam(case)

    assert (back.waits_for, back.due_at) == ("customer", None)
    assert back.first_answered_at is not None


def test_two_colleagues_press_at_once_and_one_of_them_does_it() -> None:
    case = make_case()
    spam(case)

    with refused("changed_meanwhile"):
        mark_spam(case=fresh(case), actor=acting(make_lead()))
    no_spam(case)
    with refused("changed_meanwhile"):
        unmark_spam(case=fresh(case), actor=acting(case.owner))

    assert Event.objects.filter(name="cases.marked_spam").count() == 1
    assert Event.objects.filter(name="cases.unmarked_spam").count() == 1


@locks("cases.actions.spam.mark_spam")
@pytest.mark.django_db(transaction=True)
def test_in_two_threads_one_of_two_wins() -> None:
    case = make_case()

    def press() -> None:
        mark_spam(case=fresh(case), actor=acting(case.owner))

    assert while_open(press, press) == ["done", "changed_meanwhile"]
    assert SpamMark.objects.count() == 1


def test_nothing_is_called_spam_over_an_unread_word() -> None:
    case = make_case()
    seen = Message.objects.latest("id").pk
    cry(case)

    with refused("changed_meanwhile"):
        mark_spam(case=fresh(case), actor=acting(case.owner), seen_message_id=seen)

    assert fresh(case).state == "open"


def test_a_case_that_goes_on_elsewhere_is_not_called_spam() -> None:
    case = make_case()
    other = make_case(owner=case.owner, customer=case.customer)
    merge_cases(into=case, other=other, actor=acting(case.owner))

    with refused("merged_already"):
        spam(other)


def test_who_has_left_meanwhile_has_an_heir() -> None:
    case, lead = make_case(), make_lead()
    spam(case)
    let_agent_go(agent=case.owner, to=None, actor=SYSTEM)

    back = no_spam(case, lead)

    assert (back.state, back.owner) == ("open", lead)
    assert Event.objects.filter(name="cases.owner_changed", case_id=case.pk).count() == 1


# ── Nobody is written to ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "act",
    [
        lambda case, actor, other: reply(case=case, actor=actor, text="Нет"),
        lambda case, actor, other: mark_solved(case=case, actor=actor, summary="Готово"),
        lambda case, actor, other: answer_and_solve(case=case, actor=actor, text="Готово"),
        lambda case, actor, other: transfer(case=case, actor=actor, to=make_lead(), summary="Смотри"),
        lambda case, actor, other: reopen(case=case, actor=actor, reason="Ошибка"),
        lambda case, actor, other: stand_in(case=case, actor=actor),
        lambda case, actor, other: merge_cases(into=case, other=other, actor=actor),
        lambda case, actor, other: merge_cases(into=other, other=case, actor=actor),
        lambda case, actor, other: change_customer(case=case, actor=actor, to=make_customer("Олег", "o@x.example")),
    ],
)
def test_nothing_is_done_of_which_the_customer_would_hear(act: Callable[..., object]) -> None:
    case = make_case()
    other = make_case(owner=case.owner, customer=case.customer)
    spam(case)
    run_jobs()
    said = Message.objects.count()

    with refused("is_spam"):
        act(fresh(case), acting(case.owner), fresh(other))

    assert fresh(case).state == "spam"
    assert Message.objects.count() == said


def test_a_lost_letter_is_not_sent_again() -> None:
    case = make_case()
    reply(case=case, actor=acting(case.owner), text="Учебник едет")
    run_jobs()
    delivery = Delivery.objects.latest("id")
    Delivery.objects.filter(pk=delivery.pk).update(state="failed")
    spam(case)

    with refused("is_spam"):
        retry_undelivered(delivery=delivery, actor=acting(case.owner))


def test_colleagues_still_talk_about_it() -> None:
    case, lead = make_case(), make_lead()
    spam(case)

    note(case=fresh(case), actor=acting(case.owner), text="@Ольга, точно спам?")

    assert [alert.agent for alert in alerts_of(acting(lead))] == [lead]


@pytest.mark.parametrize("is_solving", [False, True])
def test_letters_that_wait_are_taken_back_and_leave_after_all(is_solving: bool) -> None:  # noqa: FBT001
    case = make_case()
    write = answer_and_solve if is_solving else reply
    write(case=fresh(case), actor=acting(case.owner), text="Учебник едет", is_undoable=True)
    sent = len(outbox())

    spam(case)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        run_jobs()
    silent = len(outbox())
    back = no_spam(case)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        run_jobs()

    assert (silent, len(outbox())) == (sent, sent + 1)
    assert back.state == ("solved" if is_solving else "open")
    assert Event.objects.filter(name="voice.customer_asked").count() == is_solving
    assert Event.objects.get(name="cases.marked_spam").payload["letters"] == 1


def test_a_letter_for_later_waits_for_its_own_time_again() -> None:
    case = make_case()
    later = timezone.now() + timedelta(days=1)
    reply(case=fresh(case), actor=acting(case.owner), text="Учебник едет", send_at=later)
    sent = len(outbox())
    spam(case)

    no_spam(case)
    run_jobs()

    assert len(outbox()) == sent
    assert Delivery.objects.latest("id").next_at == later
    let_letters_go(delivery_ids=[Delivery.objects.latest("id").pk], actor=SYSTEM)
    assert Event.objects.filter(name="reach.message_queued", payload__purpose="answer").count() == 2


def opened_just_now() -> Case:
    make_inbox()
    agent, customer = make_agent(), make_customer()
    case, _message = open_for_customer(
        customer=customer, subject="Казино", text="Выиграй", actor=SYSTEM, owner=agent, address="ivan@mail.example"
    )
    return case


def test_a_receipt_that_was_not_written_yet_is_written_when_it_is_no_spam() -> None:
    case, before = opened_just_now(), len(outbox())
    spam(case)
    run_jobs()
    silent = len(outbox())

    no_spam(case)
    run_jobs()
    acknowledge_after_all(SpamUnmarked(case_id=case.pk))

    assert (silent, len(outbox())) == (before, before + 1)
    assert Message.objects.filter(purpose="acknowledgement").count() == 1


def test_no_receipt_tells_a_promise_that_is_over() -> None:
    case, before = opened_just_now(), len(outbox())
    spam(case)
    run_jobs()

    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        no_spam(case)
        run_jobs()

    assert len(outbox()) == before


def test_silence_does_not_count_while_it_is_spam() -> None:
    case = make_case()
    solve(case)
    run_jobs()
    spam(case)

    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        mind_the_silence()
        still = fresh(case).state
        no_spam(case)
        mind_the_silence()
        run_jobs()

    assert still == "spam"
    assert fresh(case).state == "solved"
    assert not Message.objects.filter(purpose="reminder").exists()


# ── What comes meanwhile ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("before", "came_back"), [(nothing, 0), (solve, 1), (satisfy, 1)])
def test_new_words_join_in_silence_and_are_heard_once_it_is_no_spam(
    before: Callable[[Case], None], came_back: int
) -> None:
    case = make_case()
    before(case)
    run_jobs()
    told, sent = Alert.objects.count(), len(outbox())
    spam(case)

    word = cry(case)
    in_silence = fresh(case)
    events = Event.objects.filter(name="cases.heard").count()
    back = no_spam(case)
    run_jobs()

    assert (in_silence.state, in_silence.due_at, in_silence.last_word_at) == ("spam", None, word.at)
    assert (events, Alert.objects.count(), len(outbox())) == (0, told, sent)
    assert (back.state, back.waits_for, back.came_back) == ("open", "us", came_back)
    assert Event.objects.filter(name="cases.heard", payload__message_id=word.pk).count() == 1


def test_a_letter_joins_too_and_a_robots_letter_is_nobodys_word() -> None:
    make_agent()
    make_inbox()
    arrive(letter(Message_ID="<one@mail.example>"))
    case = Case.objects.get()
    spam(case)

    arrive(letter("Ещё раз", In_Reply_To="<one@mail.example>", References="<one@mail.example>"))
    arrive(letter("Меня нет", In_Reply_To="<one@mail.example>", Auto_Submitted="auto-replied"))

    assert fresh(case).state == "spam"
    assert len(SpamMark.objects.get().joined) == 1
    assert Message.objects.filter(conversation__thread__case=case, direction="in").count() == 3


def test_what_is_answered_by_a_button_meanwhile_counts_once_it_is_no_spam() -> None:
    case = make_case()
    solve(case)
    run_jobs()
    spam(case)

    for _press in range(2):
        record_answer(invitation=Invitation.objects.get(), is_solved=True, satisfaction=5)
    in_silence = fresh(case).state
    no_spam(case)
    run_jobs()
    hear_what_was_answered_meanwhile(SpamUnmarked(case_id=case.pk))

    assert (in_silence, fresh(case).state) == ("spam", "satisfied")
    assert Answer.objects.count() == 1
    assert Event.objects.filter(name="voice.answer_recorded").count() == 1


def test_a_letter_that_is_lost_meanwhile_alerts_nobody() -> None:
    case = make_case()
    delivery = reply(case=case, actor=acting(case.owner), text="Учебник едет").deliveries.get()
    run_jobs()
    spam(case)

    Delivery.objects.filter(pk=delivery.pk).update(state="failed")
    record_undelivered(case=fresh(case), delivery_id=delivery.pk)

    assert fresh(case).state == "spam"
    assert not Alert.objects.exists()
    assert not undelivered(acting(case.owner)).exists()
    assert no_spam(case).is_undelivered
    assert undelivered(acting(case.owner)).exists()


# ── Nothing is learned ────────────────────────────────────────────────────────────────────
VIEWS = ("open", "mine", "waiting", "at-risk", "solved", "came-back", "undelivered", "closed", "unconfirmed", "all")


def standing_in(case: Case, agent: Agent) -> list[str]:
    actor = acting(agent)
    return [name for name in (*VIEWS, "spam") if Case.objects.filter(view_filter(name, actor), pk=case.pk).exists()]


@pytest.mark.parametrize("before", [nothing, solve, satisfy, give_up])
def test_it_stands_in_no_list_but_its_own(before: Callable[[Case], None]) -> None:
    case = make_case()
    before(case)
    Case.objects.filter(pk=case.pk).update(is_undelivered=True)

    spam(case)

    assert standing_in(case, case.owner) == ["spam"]
    no_spam(case)
    assert "all" in standing_in(case, case.owner)
    assert "spam" not in standing_in(case, case.owner)


def loads(team: Team) -> dict[int, int]:
    return {pk: has.cases for pk, has in open_load(team).items()}


def test_it_burdens_nobody_and_says_nothing_of_who_serves_whom() -> None:
    case = make_case()
    team, customer = case.team, case.customer
    before = (loads(team), served_before(customer), [one.pk for one in cases_of_customer(customer.pk, most=5)])

    spam(case)

    assert before == ({case.owner_id: 1}, [case.owner_id], [case.pk])
    assert (loads(team), served_before(customer), cases_of_customer(customer.pk, most=5)) == ({}, [], [])
    no_spam(case)
    assert loads(team) == {case.owner_id: 1}


def test_no_figure_counts_it() -> None:
    lead, case = make_lead(), make_case()
    reply(case=case, actor=acting(case.owner), text="Учебник едет")
    run_jobs()
    satisfy(case)
    since, now = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    before = team_figures(acting(lead), since=since, now=now)

    spam(case)

    after = team_figures(acting(lead), since=since, now=now)
    assert (before.share.satisfied, before.first_answer is None) == (1, False)
    assert (after.share.satisfied, after.first_answer, after.load.open) == (0, None, 0)
    assert sum(sum(day.parts) for day in outcomes(acting(lead), since=since, now=now)) == 0


def found(text: str, agent: Agent, **sieve: str) -> list[int]:
    return [hit.case_id for hit in search(text, actor=acting(agent), sieve=Sieve(**sieve)).hits]


def test_the_search_finds_it_only_where_spam_is_looked_for() -> None:
    case = make_case()
    words = ("учебник", "Козлов")
    assert [found(text, case.owner) for text in words] == [[case.pk], [case.pk]]

    spam(case)

    assert [found(text, case.owner) for text in words] == [[], []]
    assert [found(text, case.owner, state="spam") for text in words] == [[case.pk], [case.pk]]
    assert cases_of(case.customer_id, actor=acting(case.owner)) == []
    assert visible_to(acting(case.owner)).filter(pk=case.pk).exists()


def test_what_was_told_of_it_waits_with_it() -> None:
    case, lead = make_case(), make_lead()
    transfer(case=case, actor=acting(case.owner), to=lead, summary="Смотри")
    assert [alert.reason for alert in alerts_of(acting(lead))] == ["handed_over"]

    spam(case, lead)

    assert list(alerts_of(acting(lead))) == []
    no_spam(case, lead)
    assert [alert.reason for alert in alerts_of(acting(lead))] == ["handed_over"]


def test_the_customer_stays_who_they_are() -> None:
    case = make_case()
    was = Customer.objects.values().get()

    spam(case)
    run_jobs()

    assert Customer.objects.values().get() == was
