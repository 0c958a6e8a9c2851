"""Saying yes: within limits at once, from the team's budget, and never tied to a rating."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.cases.actions.spam import mark_spam
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM, Sight
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.goodwill.actions import give, reverse_gesture, set_gift, set_limit, tell_customer
from otklik.goodwill.guarding import ties_to_a_rating
from otklik.goodwill.models import Entry, Gesture
from otklik.goodwill.queries import left_of_agent, purse_of
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.building import acting, fresh, make_agent, make_case, make_lead, refused, run_jobs
from tests.goodwill.building import RUBLE, make_budget, make_gift, ready, settle_the_ledger, wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def left(case: Case) -> tuple[int, int, int]:
    """Rubles left today, this month, and in the team's budget."""
    now = timezone.now()
    mine = left_of_agent(case.owner_id, case.team_id, now=now)
    return mine.day // RUBLE, mine.month // RUBLE, purse_of(case.team_id, now=now).left // RUBLE


def test_a_gift_within_the_limits_needs_nobody(case: Case) -> None:
    gift = ready(case)

    given = give(case=case, wish=wish(gift, reason="Вторая задержка"), actor=acting(case.owner))

    settle_the_ledger()
    assert (given.state, given.amount, given.decided_by, given.entry.amount) == ("given", 42_000, None, 42_000)  # type: ignore[union-attr]
    assert left(case) == (1580, 5580, 59_580)
    happened = Event.objects.get(name="goodwill.given")
    assert (happened.case_id, happened.payload["amount"], happened.actor_id) == (case.pk, 42_000, case.owner_id)


def test_the_words_leave_as_an_answer_in_ones_own_name(case: Case) -> None:
    gift = ready(case)

    given = give(case=case, wish=wish(gift, words="Курьер привезёт книгу завтра."), actor=acting(case.owner))

    letter = Message.objects.get(purpose=Message.Purpose.ANSWER)
    assert (letter.text, letter.agent) == ("Курьер привезёт книгу завтра.", case.owner)
    assert given.told_at is not None
    assert fresh(case).state == Case.State.OPEN


def test_a_free_gift_needs_no_budget_and_stands_in_the_ledger(case: Case) -> None:
    pdf = make_gift("chapters", 0)

    give(case=case, wish=wish(pdf), actor=acting(case.owner))

    settle_the_ledger()
    entry = Entry.objects.get(kind="given")
    assert (entry.amount, entry.postings.count(), entry.case_id) == (0, 0, case.pk)


def test_what_costs_more_than_is_left_today_is_refused(case: Case) -> None:
    gift = ready(case)
    set_policy("goodwill.day_rubles", 800)
    give(case=case, wish=wish(gift), actor=acting(case.owner))

    with refused("limit_exceeded"):
        give(case=case, wish=wish(gift), actor=acting(case.owner))

    assert left(case) == (380, 5580, 59_580)


def test_the_limit_itself_may_be_given_and_a_kopeck_more_may_not(case: Case) -> None:
    make_budget(case.team)
    whole = make_gift("whole", 2000)
    refund = make_gift("refund", 3000, is_open=True)

    with refused("limit_exceeded"):
        give(case=case, wish=wish(refund, amount=2000 * RUBLE + 1), actor=acting(case.owner))

    give(case=case, wish=wish(whole), actor=acting(case.owner))
    assert left(case)[0] == 0


def test_of_an_open_gift_one_kopeck_may_be_given_and_none_may_not(case: Case) -> None:
    make_budget(case.team)
    refund = make_gift("refund", 3000, is_open=True)

    with refused("amount_invalid"):
        give(case=case, wish=wish(refund, amount=0), actor=acting(case.owner))

    assert give(case=case, wish=wish(refund, amount=1), actor=acting(case.owner)).amount == 1


def test_what_costs_more_than_is_left_this_month_is_refused(case: Case) -> None:
    gift = ready(case)
    set_policy("goodwill.month_rubles", 500)
    give(case=case, wish=wish(gift), actor=acting(case.owner))
    Gesture.objects.update(given_at=timezone.now() - timedelta(minutes=1))

    with refused("limit_exceeded"):
        give(case=case, wish=wish(gift), actor=acting(case.owner))

    assert left(case)[:2] == (80, 80)


def test_a_limit_of_ones_own_goes_before_that_of_the_house(case: Case) -> None:
    gift = ready(case)

    set_limit(agent=case.owner, day=100 * RUBLE, month=None, actor=SYSTEM)

    assert left(case)[:2] == (100, 6000)
    with refused("limit_exceeded"):
        give(case=case, wish=wish(gift), actor=acting(case.owner))


def test_a_budget_never_falls_below_nothing(case: Case) -> None:
    gift = ready(case, rubles=500)
    give(case=case, wish=wish(gift), actor=acting(case.owner))

    with refused("budget_spent"):
        give(case=case, wish=wish(gift), actor=acting(case.owner))

    assert left(case)[2] == 80


def test_a_team_without_a_budget_gives_nothing(case: Case) -> None:
    with refused("budget_spent"):
        give(case=case, wish=wish(make_gift()), actor=acting(case.owner))


def test_some_gifts_only_a_lead_gives(case: Case) -> None:
    make_budget(case.team)
    course = make_gift("course", 100, needs_a_lead=True)

    with refused("needs_a_lead"):
        give(case=case, wish=wish(course), actor=acting(case.owner))

    assert give(case=case, wish=wish(course), actor=acting(make_lead())).state == "given"


def test_a_lead_is_bound_by_the_budget_alone(case: Case) -> None:
    make_budget(case.team)
    dear = make_gift("dear", 9000)

    assert give(case=case, wish=wish(dear), actor=acting(make_lead())).amount == 9000 * RUBLE


@pytest.mark.parametrize(
    ("amount", "code"), [(None, "amount_missing"), (0, "amount_invalid"), (50_001, "amount_invalid")]
)
def test_of_an_open_gift_one_says_how_much(case: Case, amount: int | None, code: str) -> None:
    make_budget(case.team)
    refund = make_gift("refund", 500, kind="refund", is_open=True)

    with refused(code):
        give(case=case, wish=wish(refund, amount=amount), actor=acting(case.owner))

    assert give(case=case, wish=wish(refund, amount=50_000), actor=acting(case.owner)).amount == 50_000


def test_a_gift_with_a_price_costs_just_that(case: Case) -> None:
    gift = ready(case)

    with refused("amount_invalid"):
        give(case=case, wish=wish(gift, amount=41_999), actor=acting(case.owner))

    assert give(case=case, wish=wish(gift, amount=42_000), actor=acting(case.owner)).amount == 42_000


def test_what_left_the_catalogue_is_not_given(case: Case) -> None:
    gift = ready(case)
    set_gift(gift=gift, actor=SYSTEM, values={"is_active": False})

    with refused("gift_gone"):
        give(case=case, wish=wish(gift), actor=acting(case.owner))


@pytest.mark.parametrize("place", ["words", "reason"])
def test_a_gesture_is_never_tied_to_a_rating(case: Case, place: str) -> None:
    gift = ready(case)
    tied: dict[str, Any] = {place: "Подарим доставку, а вы оставьте отзыв на пять звёзд"}

    with refused("tied_to_a_rating"):
        give(case=case, wish=wish(gift, **tied), actor=acting(case.owner))

    assert not Gesture.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "Будем рады вашему отзыву", "Поставьте нам 5", "после оценки", "Оцените нас", "за рейтинг", "5 из 5",
        "Please leave a review", "give us 5 stars", "Rate us", "удалите свою жалобу",
    ],
)  # fmt: skip
def test_the_guard_hears_a_tie(words: str) -> None:
    assert ties_to_a_rating(words)


@pytest.mark.parametrize(
    "words",
    ["Курьер привезёт книгу завтра до 13:00.", "Спасибо за отзывчивость", "Мы отозвали письмо", "Your current rate"],
)
def test_the_guard_lets_kind_words_pass(words: str) -> None:
    assert not ties_to_a_rating(words)


def test_the_same_key_gives_once(case: Case) -> None:
    gift = ready(case)

    first = give(case=case, wish=wish(gift, key="a"), actor=acting(case.owner))
    again = give(case=case, wish=wish(gift, key="a"), actor=acting(case.owner))

    assert first == again
    assert Entry.objects.filter(kind="given").count() == 1


def test_a_key_is_of_one_gesture(case: Case) -> None:
    gift = ready(case)
    give(case=case, wish=wish(gift, key="a"), actor=acting(case.owner))

    with refused("idempotency_key_reused"):
        give(case=case, wish=wish(make_gift("other"), key="a"), actor=acting(case.owner))


def test_the_same_key_of_a_colleague_is_another(case: Case) -> None:
    gift = ready(case)
    give(case=case, wish=wish(gift, key="a"), actor=acting(case.owner))

    give(case=case, wish=wish(gift, key="a"), actor=acting(make_lead()))

    assert Entry.objects.filter(kind="given").count() == 2


def test_nobody_is_given_anything_in_what_was_called_spam(case: Case) -> None:
    gift = ready(case)
    mark_spam(case=case, actor=acting(case.owner))

    with refused("is_spam"):
        give(case=fresh(case), wish=wish(gift), actor=acting(case.owner))


def test_a_case_out_of_sight_is_not_found(case: Case) -> None:
    gift = ready(case)
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)

    with refused("not_found"):
        give(case=case, wish=wish(gift), actor=acting(Agent.objects.get(pk=boris.pk)))


def test_the_house_itself_gives_nothing(case: Case) -> None:
    """No reaction and no clock rewards anybody: a person says yes."""
    gift = ready(case)

    with refused("not_allowed"):
        give(case=case, wish=wish(gift), actor=SYSTEM)


# ── Taken back ────────────────────────────────────────────────────────────────────────────
def test_a_mistake_is_taken_back_by_an_entry_of_its_own(case: Case) -> None:
    given = give(case=case, wish=wish(ready(case)), actor=acting(case.owner))

    back = reverse_gesture(gesture=given, reason="Записала дважды", actor=acting(case.owner))

    settle_the_ledger()
    assert (back.kind, back.reverses, back.amount) == ("reversed", given.entry, 42_000)
    assert (given.state, left(case)) == ("reversed", (2000, 6000, 60_000))
    assert Event.objects.filter(name="goodwill.reversed", case_id=case.pk).count() == 1


def test_it_is_taken_back_once(case: Case) -> None:
    given = give(case=case, wish=wish(ready(case)), actor=acting(case.owner))
    reverse_gesture(gesture=given, reason="Записала дважды", actor=acting(case.owner))

    with refused("not_given"):
        reverse_gesture(gesture=given, reason="И ещё раз", actor=acting(case.owner))

    assert left(case)[2] == 60_000


def test_taking_back_needs_a_reason(case: Case) -> None:
    given = give(case=case, wish=wish(ready(case)), actor=acting(case.owner))

    with refused("reason_missing"):
        reverse_gesture(gesture=given, reason=" ", actor=acting(case.owner))


def test_after_a_day_and_of_others_a_lead_takes_back(case: Case) -> None:
    given = give(case=case, wish=wish(ready(case)), actor=acting(case.owner))
    boris = make_agent("Борис Орлов", "boris@gorizont.example")

    with refused("not_allowed"):
        reverse_gesture(gesture=given, reason="Не то", actor=acting(boris))
    Gesture.objects.update(given_at=timezone.now() - timedelta(hours=25))
    with refused("not_allowed"):
        reverse_gesture(gesture=Gesture.objects.get(), reason="Не то", actor=acting(case.owner))

    reverse_gesture(gesture=Gesture.objects.get(), reason="Не то", actor=acting(make_lead()))
    assert Gesture.objects.get().state == "reversed"


# ── Told ──────────────────────────────────────────────────────────────────────────────────
def test_the_customer_is_told_once(case: Case) -> None:
    given = give(case=case, wish=wish(ready(case)), actor=acting(case.owner))

    tell_customer(gesture=given, words="Курьер будет завтра.", actor=acting(case.owner))
    with refused("told_already"):
        tell_customer(gesture=given, words="Ещё раз.", actor=acting(case.owner))


def test_telling_needs_words_that_are_not_tied(case: Case) -> None:
    given = give(case=case, wish=wish(ready(case)), actor=acting(case.owner))

    with refused("text_missing"):
        tell_customer(gesture=given, words=" ", actor=acting(case.owner))
    with refused("tied_to_a_rating"):
        tell_customer(gesture=given, words="Ждём отзыв.", actor=acting(case.owner))


def test_what_the_reactions_do_changes_nothing(case: Case) -> None:
    give(case=case, wish=wish(ready(case), words="Едет."), actor=acting(case.owner))

    run_jobs()

    assert left(case) == (1580, 5580, 59_580)
