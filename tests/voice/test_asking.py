"""Asked once, reminded twice, never pestered; words beat buttons."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from otklik.cases.actions import mark_solved
from otklik.cases.models import Case
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.voice import clock
from otklik.voice.actions import ask_customer, record_answer
from otklik.voice.clock import mind_the_silence
from otklik.voice.models import Answer, Invitation
from tests.building import acting, fresh, make_case, run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def solved() -> Case:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Отправили курьером")
    run_jobs()
    return fresh(case)


def letters(purpose: str) -> int:
    return Message.objects.filter(purpose=purpose).count()


def test_the_question_is_asked_once_per_attempt(solved: Case) -> None:
    assert ask_customer(case=solved, round_=1) is None
    assert letters("question") == 1


def test_silence_is_reminded_twice_then_put_aside(solved: Case) -> None:
    seen = []
    for hours in (1, 49, 50, 97, 98, 169):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            mind_the_silence()
        seen.append((letters("reminder"), fresh(solved).state))

    assert seen == [
        (0, "solved"),
        (1, "solved"),
        (1, "solved"),
        (2, "solved"),
        (2, "solved"),
        (2, "unconfirmed"),
    ]


def test_an_answer_ends_the_reminders(solved: Case) -> None:
    record_answer(invitation=Invitation.objects.get(), is_solved=True, satisfaction=5)

    with time_machine.travel(timezone.now() + timedelta(hours=200), tick=False):
        mind_the_silence()

    assert letters("reminder") == 0
    assert fresh(solved).state == Case.State.SATISFIED


@pytest.mark.parametrize(
    ("values", "state", "reason"),
    [
        ({"is_solved": True}, "satisfied", None),
        ({"is_solved": True, "satisfaction": 4, "ease": 7}, "satisfied", None),
        ({"is_solved": False}, "open", "customer_said_no"),
        ({"is_solved": True, "satisfaction": 5, "words": "Но книга так и не пришла"}, "open", "words_contradict"),
        ({"is_solved": True, "satisfaction": 2}, "open", "low_rating"),
    ],
)
def test_what_an_answer_does(solved: Case, values: dict[str, object], state: str, reason: str | None) -> None:
    record_answer(invitation=Invitation.objects.get(), **values)  # type: ignore[arg-type]

    assert fresh(solved).state == state
    reasons = [event.payload["reason"] for event in events_of(solved, "cases.reopened")]
    assert reasons == ([reason] if reason else [])


def events_of(case: Case, name: str) -> list[Event]:
    return list(Event.objects.filter(case_id=case.pk, name=name).order_by("id"))


def test_a_low_rating_given_later_reopens(solved: Case) -> None:
    invitation = Invitation.objects.get()
    record_answer(invitation=invitation, is_solved=True, satisfaction=5)

    record_answer(invitation=invitation, is_solved=True, satisfaction=1)

    assert fresh(solved).state == Case.State.OPEN
    assert Answer.objects.count() == 2


def test_the_same_answer_twice_closes_once(solved: Case) -> None:
    invitation = Invitation.objects.get()
    record_answer(invitation=invitation, is_solved=True, satisfaction=5)

    record_answer(invitation=invitation, is_solved=True, satisfaction=5)

    assert len(events_of(solved, "cases.closed")) == 1


def test_a_late_yes_makes_an_unconfirmed_case_satisfied(solved: Case) -> None:
    for hours in (49, 97, 169):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            mind_the_silence()

    record_answer(invitation=Invitation.objects.get(), is_solved=True)

    assert fresh(solved).state == Case.State.SATISFIED


@pytest.mark.parametrize("values", [{"satisfaction": 0}, {"satisfaction": 6}, {"ease": 8}])
def test_numbers_outside_the_scale_are_refused(solved: Case, values: dict[str, int]) -> None:
    with pytest.raises(Refusal) as refused:
        record_answer(invitation=Invitation.objects.get(), **values)

    assert refused.value.code == "score_invalid"
    assert fresh(solved).state == Case.State.SOLVED


def test_one_case_that_fails_does_not_silence_the_others(solved: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_case(owner=solved.owner, text="Второй вопрос")
    mark_solved(case=other, actor=acting(other.owner), summary="Готово")
    run_jobs()
    real, failing = clock.remind, solved.pk

    def sometimes(*, case: Case) -> None:
        if case.pk == failing:
            raise RuntimeError("a bug")
        real(case=case)

    monkeypatch.setattr(clock, "remind", sometimes)
    with time_machine.travel(timezone.now() + timedelta(hours=49), tick=False):
        mind_the_silence()

    assert (fresh(solved).reminders, fresh(other).reminders) == (0, 1)
