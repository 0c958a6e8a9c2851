"""A letter and its way back in the same moment: one of them wins, and everything else follows the one that did."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from otklik.cases.actions import answer_and_solve, mark_solved, reply, take_back
from otklik.cases.models import Case
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.reach.actions import outbox as leaving
from otklik.reach.actions.outbox import deliver
from otklik.reach.adapters import smtp_out
from otklik.reach.adapters.delivering import DeliveryFailed, Letter, Receipt
from otklik.reach.models import Delivery, Message
from otklik.voice.models import Invitation
from tests.building import acting, fresh, make_case, outbox, refused, run_jobs
from tests.desk.visiting import desk
from tests.together import at_once, both, let_the_other_end, let_the_other_wait, locks, while_open

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Учебник едет."
DEEDS = ("answer", "answer_and_solve", "solve")


@pytest.fixture
def case() -> Case:
    set_policy("reach.undo_seconds", value=30)
    return make_case()


def written(case: Case, deed: str) -> Message:
    """A letter that may still be taken back, and is just about to leave."""
    case, actor = fresh(case), acting(case.owner)
    if deed == "answer":
        letter = reply(case=case, actor=actor, text=WORDS, is_undoable=True)
    elif deed == "solve":
        asked = mark_solved(case=case, actor=actor, summary=WORDS, is_undoable=True)
        assert asked is not None
        letter = asked
    else:
        letter = answer_and_solve(case=case, actor=actor, text=WORDS, is_undoable=True)
    Delivery.objects.filter(message=letter).update(next_at=timezone.now())
    return letter


def back(case: Case, letter: Message) -> Callable[[], object]:
    return lambda: take_back(case=fresh(case), message=Message.objects.get(pk=letter.pk), actor=acting(case.owner))


def leave(letter: Message) -> Callable[[], object]:
    return lambda: deliver(message_id=letter.pk)


def assert_it_never_was(case: Case, before: Case, letters: int) -> None:
    run_jobs()
    now = fresh(case)
    assert len(outbox()) == letters
    for name in ("state", "waits_for", "due_at", "next_word_by", "first_answered_at", "solved_at", "summary"):
        assert getattr(now, name) == getattr(before, name), name
    assert not Invitation.objects.exists()
    assert not Event.objects.filter(name__in=["cases.answered", "reach.message_sent"], case_id=case.pk).exists()


def assert_it_counts(case: Case, deed: str, letter: Message, letters: int) -> None:
    run_jobs()
    now, row = fresh(case), Delivery.objects.get(message=letter)
    assert len(outbox()) == letters + 1
    assert row.state == Delivery.State.SENT
    assert now.first_answered_at == row.sent_at
    assert now.waits_for == Case.WaitsFor.CUSTOMER
    assert now.state == (Case.State.OPEN if deed == "answer" else Case.State.SOLVED)
    assert now.due_at is None
    assert Invitation.objects.count() == (0 if deed == "answer" else 1)


# ── Who comes first ───────────────────────────────────────────────────────────────────────
@locks("cases.actions.solving.take_back", "reach.actions.outbox.deliver")
@pytest.mark.parametrize("deed", DEEDS)
def test_a_worker_who_comes_while_a_letter_is_taken_back_finds_none(case: Case, deed: str) -> None:
    before, letters = fresh(case), len(outbox())
    letter = written(case, deed)

    said = while_open(back(case, letter), leave(letter), waits=False)

    assert said == ["done", "done"]
    assert Delivery.objects.get(message=letter).state == Delivery.State.CANCELLED
    assert_it_never_was(case, before, letters)


@pytest.mark.parametrize("deed", DEEDS)
def test_who_comes_while_the_mail_server_has_the_letter_is_told_that_it_left(
    case: Case, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters, letter, said = len(outbox()), written(case, deed), list[str]()
    hand_over = smtp_out.deliver

    def slowly(envelope: Letter, **how: Any) -> Receipt:
        let_the_other_end()
        return hand_over(envelope, **how)

    def too_late() -> None:
        with refused("already_sent"):
            back(case, letter)()
        said.append("told")

    monkeypatch.setattr(smtp_out, "deliver", slowly)
    both(leave(letter), too_late)

    assert said == ["told"]
    assert_it_counts(case, deed, letter, letters)


@pytest.mark.parametrize("deed", DEEDS)
def test_who_comes_while_it_is_written_down_waits_and_is_told_that_it_left(
    case: Case, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters, letter, said = len(outbox()), written(case, deed), list[str]()
    record = leaving._record

    def slowly(*what: Any) -> None:
        record(*what)
        let_the_other_wait()

    def too_late() -> None:
        with refused("already_sent"):
            back(case, letter)()
        said.append("told")

    monkeypatch.setattr(leaving, "_record", slowly)
    both(leave(letter), too_late)

    assert said == ["told"]
    assert_it_counts(case, deed, letter, letters)


@pytest.mark.parametrize("deed", DEEDS)
def test_of_both_at_once_exactly_one_wins(case: Case, deed: str) -> None:
    for _time in range(4):
        before, letters = fresh(case), len(outbox())
        letter = written(case, deed)

        _left, way_back = at_once(leave(letter), back(case, letter))

        if way_back == "already_sent":
            assert_it_counts(case, deed, letter, letters)
            return
        assert way_back == "done"
        assert_it_never_was(case, before, letters)


@transaction.atomic
def _in_vain(deed: Callable[[], object]) -> None:
    deed()
    raise ZeroDivisionError


def test_a_way_back_that_fails_lets_the_letter_leave_after_all(case: Case) -> None:
    letters, letter = len(outbox()), written(case, "answer")

    with pytest.raises(ZeroDivisionError):
        _in_vain(back(case, letter))
    deliver(message_id=letter.pk)

    assert_it_counts(case, "answer", letter, letters)


# ── What the page says ────────────────────────────────────────────────────────────────────
def pressed(case: Case, letter: Message) -> str:
    return desk(case.owner).post(f"/desk/cases/{case.pk}/messages/{letter.pk}/take-back", follow=True).text


@pytest.mark.parametrize("deed", DEEDS)
def test_the_page_says_which_of_the_two_it_was(case: Case, deed: str) -> None:
    first = written(case, deed)
    assert "Возвращено" in pressed(case, first)
    assert "Из этого письма больше ничего не ждёт отправки" in pressed(case, first)

    second = written(case, deed)
    deliver(message_id=second.pk)
    page = pressed(case, second)

    assert "Письмо уже ушло" in page
    assert "Возвращено" not in page


def test_a_letter_that_may_have_arrived_is_not_called_taken_back(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = written(case, "answer")

    def broken(*_what: object, **_how: object) -> Receipt:
        raise DeliveryFailed("outcome unknown", permanent=False, is_unknown=True)

    monkeypatch.setattr(smtp_out, "deliver", broken)
    deliver(message_id=letter.pk)
    assert Delivery.objects.get(message=letter).state == Delivery.State.QUEUED

    with refused("already_sent"):
        back(case, letter)()


def test_a_letter_that_a_server_put_off_is_taken_back(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = written(case, "answer")

    def later(*_what: object, **_how: object) -> Receipt:
        raise DeliveryFailed("451 greylisted", permanent=False)

    monkeypatch.setattr(smtp_out, "deliver", later)
    deliver(message_id=letter.pk)

    assert back(case, letter)() is not None
    assert Delivery.objects.get(message=letter).state == Delivery.State.CANCELLED


def test_what_was_taken_back_is_not_taken_back_again(case: Case) -> None:
    letter = written(case, "answer")
    back(case, letter)()

    with refused("nothing_waits"):
        back(case, letter)()


def test_of_two_recipients_the_one_who_will_never_get_it_holds_nothing_back(case: Case) -> None:
    letter = written(case, "answer")
    Delivery.objects.create(message=letter, address="petr@mail.example", state="failed", last_error="550 no such user")

    back(case, letter)()

    assert set(Delivery.objects.filter(message=letter).values_list("state", flat=True)) == {"cancelled", "failed"}


@pytest.mark.parametrize("state", ["sending", "sent", "delivered", "bounced"])
def test_where_one_recipient_may_have_it_nothing_is_taken_back(case: Case, state: str) -> None:
    letter = written(case, "answer")
    Delivery.objects.create(message=letter, address="petr@mail.example", state=state, sent_at=timezone.now())

    with refused("already_sent"):
        back(case, letter)()

    assert Delivery.objects.filter(message=letter, state="queued").count() == 1
