"""What a person promises beside the standard: made, moved, kept, withdrawn; due as everything else that is promised."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from otklik.cases.actions import (
    confirm_satisfaction,
    edit_case,
    erase_person,
    keep_vow,
    make_promise,
    mark_solved,
    mark_spam,
    merge_cases,
    move_promise,
    put_promise_back,
    record_undelivered,
    reopen,
    reply,
    take_back,
    unmark_spam,
    withdraw_promise,
)
from otklik.cases.models import Case, CasePurpose
from otklik.cases.queries import Promised, Standing, conversation_to_answer, promises_of
from otklik.cases.vows import VowKind, running
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.foundation.modules import automatic_purposes
from otklik.foundation.policies import change_policies
from otklik.reach.actions import send
from otklik.reach.models import Delivery
from tests.building import acting, arrive, customer_actor, fresh, letter, make_case, refused, run_jobs
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday, noon in Moscow
CALL = NOW + timedelta(hours=4, minutes=30)


def promised(case: Case, kind: str) -> Promised:
    return next(one for one in promises_of(fresh(case), now=timezone.now()) if one.kind == kind)


def kinds(case: Case) -> list[str]:
    return [one.kind for one in promises_of(fresh(case), now=timezone.now())]


def call(case: Case, by: datetime = CALL, **more: object) -> None:
    make_promise(case=fresh(case), actor=acting(case.owner), kind="call_back", by=by, **more)  # type: ignore[arg-type]


def answer(case: Case, text: str = "Иван, учебник едет.") -> int:
    written = reply(case=fresh(case), actor=acting(case.owner), text=text)
    run_jobs()
    return written.pk


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(clock: time_machine.Traveller) -> Case:
    return make_case(at=NOW)


def test_a_call_is_promised_and_the_case_is_due_by_it(case: Case) -> None:
    answer(case)
    assert fresh(case).due_at is None

    call(case, about="про счёт на троих")

    told = promised(case, "call_back")
    assert (told.due_at, told.state, told.vow and told.vow.about) == (CALL, Standing.RUNNING, "про счёт на троих")
    assert fresh(case).due_at == CALL
    event = Event.objects.get(name="cases.promise_made")
    assert event.payload == {"kind": "call_back", "due_at": CALL.isoformat()}
    assert event.actor_id == case.owner_id


def test_what_is_due_earlier_counts(case: Case) -> None:
    first = case.first_answer_by
    assert first is not None

    call(case, by=first + timedelta(hours=1))
    assert fresh(case).due_at == first

    move_promise(case=fresh(case), actor=acting(case.owner), kind="call_back", by=first - timedelta(minutes=1))
    assert fresh(case).due_at == first - timedelta(minutes=1)


def test_a_new_word_of_the_customer_takes_no_call_away(case: Case) -> None:
    sent = reply(case=fresh(case), actor=acting(case.owner), text="Позвоню.")
    run_jobs()
    call(case, by=NOW + timedelta(minutes=10))

    arrive(letter("Жду", Message_ID="<2@mail.example>", In_Reply_To=f"<{sent.external_id}>"))

    assert fresh(case).due_at == NOW + timedelta(minutes=10)


def test_a_kept_call_was_in_time_or_late(case: Case, clock: time_machine.Traveller) -> None:
    answer(case)
    call(case)
    clock.move_to(CALL + timedelta(minutes=12))
    assert promised(case, "call_back").state is Standing.BROKEN

    keep_vow(case=fresh(case), actor=acting(case.owner), kind="call_back", at=CALL - timedelta(minutes=2))

    told = promised(case, "call_back")
    assert (told.state, told.given_at) == (Standing.KEPT, CALL - timedelta(minutes=2))
    assert fresh(case).due_at is None
    assert Event.objects.get(name="cases.promise_kept").payload["given_at"] == told.given_at.isoformat()

    call(case, by=CALL + timedelta(hours=1))
    clock.move_to(CALL + timedelta(hours=2))
    keep_vow(case=fresh(case), actor=acting(case.owner), kind="call_back")
    assert promised(case, "call_back").state is Standing.BROKEN
    assert promised(case, "call_back").given_at == CALL + timedelta(hours=2)


def test_nothing_was_kept_before_it_was_promised_nor_will_be(case: Case) -> None:
    call(case)
    anna = acting(case.owner)

    for moment in (NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)):
        with refused("given_at_invalid"):
            keep_vow(case=fresh(case), actor=anna, kind="call_back", at=moment)
    keep_vow(case=fresh(case), actor=anna, kind="call_back", at=NOW)


def test_a_withdrawn_visit_is_promised_no_more(case: Case) -> None:
    answer(case)
    anna = acting(case.owner)
    make_promise(case=case, actor=anna, kind="visit", by=CALL)

    withdraw_promise(case=fresh(case), actor=anna, kind="visit")

    assert "visit" not in kinds(case)
    assert fresh(case).due_at is None
    assert Event.objects.filter(name="cases.promise_withdrawn").count() == 1


def test_one_of_a_kind_at_a_time(case: Case) -> None:
    call(case)

    with refused("promised_already"):
        call(case, by=CALL + timedelta(hours=1))
    make_promise(case=fresh(case), actor=acting(case.owner), kind="visit", by=CALL)

    assert {"call_back", "visit"} <= set(kinds(case))


def test_what_cannot_be_promised(case: Case) -> None:
    anna = acting(case.owner)
    for kind in ("first_answer", "solution", "gift"):
        with refused("promise_kind_unknown"):
            make_promise(case=case, actor=anna, kind=kind, by=CALL)
    with refused("promise_in_the_past"):
        make_promise(case=case, actor=anna, kind="visit", by=NOW)
    with refused("promise_too_far"):
        make_promise(case=case, actor=anna, kind="visit", by=NOW + timedelta(days=365, seconds=1))
    for act in (keep_vow, withdraw_promise):
        with refused("promise_unknown"):
            act(case=case, actor=anna, kind="visit")
    with refused("promise_unknown"):
        move_promise(case=case, actor=anna, kind="visit", by=CALL)
    make_promise(case=case, actor=anna, kind="visit", by=NOW + timedelta(days=365))


def test_in_a_closed_case_nothing_new_is_promised_but_what_was_can_be_kept(case: Case) -> None:
    call(case)
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Готово")
    confirm_satisfaction(case=fresh(case), actor=customer_actor(case), satisfaction=5)
    assert fresh(case).due_at is None

    with refused("case_is_closed"):
        make_promise(case=fresh(case), actor=acting(case.owner), kind="visit", by=CALL)
    with refused("case_is_closed"):
        move_promise(case=fresh(case), actor=acting(case.owner), kind="call_back", by=CALL + timedelta(hours=1))
    keep_vow(case=fresh(case), actor=acting(case.owner), kind="call_back")
    assert promised(case, "call_back").state is Standing.KEPT


def test_nothing_is_promised_over_a_word_nobody_has_read(case: Case) -> None:
    with refused("changed_meanwhile"):
        call(case, seen_message_id=0)


# ── The way back ──────────────────────────────────────────────────────────────────────────
def test_what_was_done_is_undone_unless_a_colleague_was_faster(case: Case) -> None:
    anna = acting(case.owner)
    call(case)
    [was] = fresh(case).promised
    withdraw_promise(case=fresh(case), actor=anna, kind="call_back")

    put_promise_back(case=fresh(case), actor=anna, kind="call_back", done=None, was=was)
    assert promised(case, "call_back").due_at == CALL
    assert fresh(case).due_at == min(CALL, fresh(case).first_answer_by or CALL)

    with refused("changed_meanwhile"):
        put_promise_back(case=fresh(case), actor=anna, kind="call_back", done=None, was=was)
    put_promise_back(case=fresh(case), actor=anna, kind="call_back", done=was, was=None)
    assert "call_back" not in kinds(case)


# ── The next word ─────────────────────────────────────────────────────────────────────────
def test_a_next_word_is_kept_by_the_next_answer_and_not_by_the_one_that_promised_it(case: Case) -> None:
    told = reply(case=fresh(case), actor=acting(case.owner), text="Отвечу до 16:30.")
    make_promise(case=fresh(case), actor=acting(case.owner), kind="next_word", by=CALL, letter_id=told.pk)

    run_jobs()
    assert promised(case, "next_word").state is Standing.RUNNING
    assert fresh(case).due_at == CALL

    kept_by = answer(case, "Как обещала: едет.")
    one = promised(case, "next_word")
    assert (one.state, one.vow and one.vow.answer_id) == (Standing.KEPT, kept_by)
    assert fresh(case).due_at is None


def test_a_lost_answer_gives_the_next_word_back(case: Case) -> None:
    told = answer(case, "Отвечу до 16:30.")
    make_promise(case=fresh(case), actor=acting(case.owner), kind="next_word", by=CALL, letter_id=told)
    lost = answer(case, "Едет.")
    assert promised(case, "next_word").state is Standing.KEPT

    row = Delivery.objects.get(message=lost)
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.BOUNCED)
    record_undelivered(case=fresh(case), delivery_id=row.pk)

    assert promised(case, "next_word").state is Standing.RUNNING
    assert fresh(case).due_at == CALL


def test_a_promise_whose_letter_is_taken_back_was_never_made(case: Case) -> None:
    anna = acting(case.owner)
    answer(case)
    make_promise(case=fresh(case), actor=anna, kind="next_word", by=CALL)
    told = reply(case=fresh(case), actor=anna, text="Отвечу позже.", is_undoable=True)
    later = CALL + timedelta(hours=1)
    make_promise(case=fresh(case), actor=anna, kind="next_word", by=later, letter_id=told.pk)
    assert promised(case, "next_word").due_at == later

    take_back(case=fresh(case), message=told, actor=anna)

    assert promised(case, "next_word").due_at == CALL
    assert fresh(case).due_at == CALL


def test_of_two_next_words_the_earlier_is_told() -> None:
    case = make_case()
    sent = reply(case=fresh(case), actor=acting(case.owner), text="Отвечу.")
    run_jobs()
    make_promise(case=fresh(case), actor=acting(case.owner), kind="next_word", by=timezone.now() + timedelta(days=20))

    arrive(letter("И ещё", Message_ID="<2@mail.example>", In_Reply_To=f"<{sent.external_id}>"))

    assert promised(case, "next_word").due_at == fresh(case).next_word_by == fresh(case).due_at
    answer(case)
    assert promised(case, "next_word").state is Standing.KEPT
    assert running(fresh(case), VowKind.NEXT_WORD) is None


# ── Other things happen ───────────────────────────────────────────────────────────────────
def test_spam_promises_nothing_until_it_is_none(case: Case) -> None:
    answer(case)
    call(case)
    mark_spam(case=fresh(case), actor=SYSTEM)
    assert kinds(case) == []
    assert fresh(case).due_at is None

    unmark_spam(case=fresh(case), actor=SYSTEM)

    assert fresh(case).due_at == CALL


def test_a_reopened_case_is_due_by_what_was_promised(case: Case) -> None:
    call(case, by=NOW + timedelta(minutes=5))
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Готово")
    assert fresh(case).due_at is None

    reopen(case=fresh(case), actor=acting(case.owner), reason="Не то")

    assert fresh(case).due_at == NOW + timedelta(minutes=5)


def test_merged_cases_keep_what_both_promised(case: Case) -> None:
    anna = acting(case.owner)
    other = make_case(owner=case.owner, customer=case.customer)
    call(case, by=CALL)
    call(other, by=CALL - timedelta(hours=1))
    make_promise(case=fresh(other), actor=anna, kind="visit", by=CALL)

    merge_cases(into=fresh(case), other=fresh(other), actor=anna)

    assert promised(case, "call_back").due_at == CALL - timedelta(hours=1)
    assert promised(case, "visit").due_at == CALL
    assert fresh(other).promised == []


def test_promises_of_a_priority_counted_anew_leave_the_call(case: Case) -> None:
    answer_by = fresh(case).first_answer_by
    assert answer_by is not None
    call(case, by=answer_by - timedelta(minutes=1))
    change_policies(actor=SYSTEM, values={"standards.urgent_percent": 200})

    edit_case(case=fresh(case), actor=acting(case.owner), changes={"priority": "urgent"})

    assert (fresh(case).first_answer_by or answer_by) > answer_by
    assert fresh(case).due_at == answer_by - timedelta(minutes=1)


def test_what_a_promise_was_about_is_forgotten_with_the_person(case: Case) -> None:
    call(case, about="к дочери Ивана")

    erase_person(customer=case.customer, actor=SYSTEM)

    [kept] = Case.objects.get(pk=case.pk).promised
    assert "about" not in kept
    assert kept["due_at"] == CALL.isoformat()


# ── Two at once ───────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
@locks(
    "cases.actions.vowing.make_promise",
    "cases.actions.vowing.move_promise",
    "cases.actions.vowing.keep_vow",
    "cases.actions.vowing.withdraw_promise",
    "cases.actions.vowing.put_promise_back",
)
def test_of_two_who_do_the_same_at_once_one_is_told() -> None:
    case, by = make_case(), timezone.now() + timedelta(hours=5)
    anna, seen = acting(case.owner), fresh(case)

    def make() -> None:
        make_promise(case=fresh(case), actor=anna, kind="call_back", by=by)

    def keep() -> None:
        keep_vow(case=seen, actor=anna, kind="call_back")

    assert while_open(make, make) == ["done", "promised_already"]
    assert while_open(lambda: withdraw_promise(case=seen, actor=anna, kind="call_back"), keep) == [
        "done",
        "promise_unknown",
    ]
    make()
    assert while_open(
        keep, lambda: move_promise(case=seen, actor=anna, kind="call_back", by=by + timedelta(hours=1))
    ) == ["done", "promise_unknown"]
    [kept] = fresh(case).promised

    def undo() -> None:
        put_promise_back(case=seen, actor=anna, kind="call_back", done=kept, was=None)

    assert while_open(undo, undo) == ["done", "changed_meanwhile"]
    assert running(fresh(case), VowKind.CALL_BACK) is None


def test_an_answer_that_nobody_waited_for_breaks_no_promise(case: Case, clock: time_machine.Traveller) -> None:
    answer(case)
    assert "next_word" not in kinds(case)

    clock.move_to(NOW + timedelta(days=3))
    answer(case, "И ещё: трек-номер прежний.")

    assert "next_word" not in kinds(case)


# ── What no machine keeps ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("purpose", sorted(automatic_purposes() - {CasePurpose.QUESTION}))
def test_no_automatic_letter_stops_a_clock(purpose: str) -> None:
    """Of every app that is there. In the question a person tells what was done: it is the exception."""
    case = make_case()
    before = fresh(case)
    make_promise(case=before, actor=acting(case.owner), kind="next_word", by=timezone.now() + timedelta(days=9))

    letter = send(conversation=conversation_to_answer(case), text="Мы получили ваше письмо.", purpose=purpose)
    run_jobs()

    now = fresh(case)
    assert letter is not None
    assert letter.deliveries.get().state == Delivery.State.SENT
    assert now.first_answered_at is None
    assert (now.due_at, now.waits_for) == (before.first_answer_by, "us")
    assert {one.state for one in promises_of(now, now=timezone.now())} == {Standing.RUNNING}


def test_what_was_done_is_told_by_a_person_and_counts() -> None:
    case = make_case()

    mark_solved(case=case, actor=acting(case.owner), summary="Учебник доставлен")
    run_jobs()

    assert fresh(case).first_answered_at is not None
