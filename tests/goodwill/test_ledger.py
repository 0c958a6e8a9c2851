"""The ledger: balanced, never rewritten, spent from the lots that end first, and no kopeck given twice."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.goodwill.actions import give, reverse_gesture, set_budget, turn_the_month
from otklik.goodwill.checks import ledger as look_at_the_ledger
from otklik.goodwill.clock import turn_months
from otklik.goodwill.models import Account, Entry, Gesture, Lot, Posting
from otklik.goodwill.queries import overspent, purse_of, unbalanced
from tests.building import acting, make_agent, make_case, make_lead, refused
from tests.goodwill.building import RUBLE, make_budget, make_gift, ready, settle_the_ledger, wish
from tests.together import at_once, locks, while_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def left(case: Case) -> int:
    return purse_of(case.team_id, now=timezone.now()).left // RUBLE


# ── What the database itself refuses ──────────────────────────────────────────────────────
@pytest.mark.parametrize("table", ["entry", "posting", "lot", "account"])
@pytest.mark.parametrize("statement", ["UPDATE goodwill_{0} SET team_id = team_id", "DELETE FROM goodwill_{0}"])
def test_nothing_in_the_ledger_is_changed_or_deleted(case: Case, table: str, statement: str) -> None:
    give(case=case, wish=wish(ready(case)), actor=acting(case.owner))
    sql = statement.format(table).replace(
        "team_id = team_id", "amount = amount" if table == "posting" else "team_id = team_id"
    )

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_ledger_is_not_emptied(case: Case) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE goodwill_posting")


def test_legs_add_up_to_nothing(case: Case) -> None:
    make_budget(case.team)
    entry = Entry.objects.create(kind="granted", team=case.team, amount=100, key="one-legged")
    Posting.objects.create(entry=entry, account=Account.objects.get(kind="house"), amount=100)

    with pytest.raises(DatabaseError, match="not balanced"), transaction.atomic():
        settle_the_ledger()
    Posting.objects.create(entry=entry, account=Account.objects.get(kind="budget"), amount=-100)  # for the test's end
    settle_the_ledger()


def test_an_entry_moves_what_it_says(case: Case) -> None:
    Entry.objects.create(kind="granted", team=case.team, amount=100, key="no-legs")

    with pytest.raises(DatabaseError, match="not balanced"):
        settle_the_ledger()


def test_a_lot_is_not_overspent(case: Case) -> None:
    make_budget(case.team, 1)
    entry = Entry.objects.create(kind="lowered", team=case.team, amount=101, key="too-much")

    with pytest.raises(DatabaseError, match="overspent"), transaction.atomic():
        Posting.objects.create(
            entry=entry, account=Account.objects.get(kind="budget"), lot=Lot.objects.get(), amount=-101
        )
    transaction.set_rollback(True)


def test_an_entry_is_reversed_at_most_once(case: Case) -> None:
    given_ = give(case=case, wish=wish(make_gift("free", 0)), actor=acting(case.owner))
    reverse_gesture(gesture=given_, reason="Дважды", actor=acting(case.owner))

    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(kind="reversed", team=case.team, amount=0, key="again", reverses=given_.entry)
    with pytest.raises(IntegrityError, match="only_a_reversal_reverses"), transaction.atomic():
        Entry.objects.create(kind="reversed", team=case.team, amount=0, key="nothing")


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"state": "given"}, "what_is_given_stands_in_the_ledger"),
        ({"state": "waiting"}, "whoever_waits_knows_until_when"),
        ({"state": "declined"}, "somebody_said_no_to_a_gesture"),
    ],
)
def test_a_gesture_is_what_it_says(case: Case, values: dict[str, str], rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Gesture.objects.create(
            case=case, gift=make_gift(), team=case.team, agent=case.owner, amount=1, key="x", **values
        )


def test_nobody_says_yes_to_their_own_wish(case: Case) -> None:
    give(case=case, wish=wish(ready(case)), actor=acting(case.owner))

    with pytest.raises(IntegrityError, match="nobody_says_yes_to_their_own_wish"), transaction.atomic():
        Gesture.objects.update(decided_by=case.owner)


# ── Months and lots ───────────────────────────────────────────────────────────────────────
def test_a_month_is_granted_once_however_late_somebody_looks(case: Case) -> None:
    make_budget(case.team, 100)

    for _time in range(3):
        turn_months()

    assert Entry.objects.filter(kind="granted").count() == 1
    assert left(case) == 100


def test_what_was_left_of_a_month_goes_with_it(case: Case) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        gift = ready(case, rubles=1000)
        give(case=case, wish=wish(gift), actor=acting(case.owner))
    with time_machine.travel(datetime(2026, 12, 5, 12, tzinfo=UTC), tick=False):
        before = left(case)
        gone = turn_the_month(team_id=case.team_id)
        again = turn_the_month(team_id=case.team_id)

        settle_the_ledger()
        assert (before, left(case), gone, again) == (1000, 1000, 580 * RUBLE, 0)
    assert Posting.objects.filter(account__kind="expired").aggregate(all=Sum("amount"))["all"] == 580 * RUBLE


def test_a_month_begins_at_the_midnight_of_the_team(case: Case) -> None:
    with time_machine.travel(datetime(2026, 11, 30, 20, 59, tzinfo=UTC), tick=False):
        make_budget(case.team, 1000)
        give(case=case, wish=wish(make_gift()), actor=acting(case.owner))
        assert left(case) == 580
    with time_machine.travel(datetime(2026, 11, 30, 21, 1, tzinfo=UTC), tick=False):  # it is December in Moscow
        give(case=case, wish=wish(make_gift("second")), actor=acting(case.owner))
        assert left(case) == 580


def test_what_comes_back_to_a_month_that_is_over_is_not_given_again(case: Case) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        given_ = give(case=case, wish=wish(ready(case, rubles=1000)), actor=acting(case.owner))
    with time_machine.travel(datetime(2026, 12, 5, 12, tzinfo=UTC), tick=False):
        turn_the_month(team_id=case.team_id)
        reverse_gesture(gesture=given_, reason="Не понадобилось", actor=acting(make_lead()))
        assert left(case) == 1000
        assert turn_the_month(team_id=case.team_id) == 420 * RUBLE
        assert turn_the_month(team_id=case.team_id) == 0


def test_a_higher_budget_holds_at_once_and_a_lower_one_takes_what_is_left(case: Case) -> None:
    gift = ready(case, rubles=500)
    give(case=case, wish=wish(gift), actor=acting(case.owner))

    make_budget(case.team, 800)
    raised = left(case)
    make_budget(case.team, 100)

    settle_the_ledger()
    assert (raised, left(case)) == (380, 0)
    make_budget(case.team, 100)
    assert Entry.objects.filter(kind="lowered").get().amount == 380 * RUBLE


def test_a_budget_that_was_taken_away_and_given_again_is_given_once(case: Case) -> None:
    for rubles in (100, 0, 100):
        make_budget(case.team, rubles)

    turn_months()

    settle_the_ledger()
    assert left(case) == 100


def test_the_lot_that_ends_first_is_spent_first(case: Case) -> None:
    make_budget(case.team, 100)
    make_budget(case.team, 1000)
    late, soon = Lot.objects.order_by("-pk")
    now = timezone.now()
    settle_the_ledger()
    with connection.cursor() as cursor:  # nobody can change a lot, so two are made by hand
        cursor.execute("ALTER TABLE goodwill_lot DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE goodwill_lot SET expires_at = %s WHERE entry_id = %s", [now + timedelta(days=9), late.pk]
        )
        cursor.execute(
            "UPDATE goodwill_lot SET expires_at = %s WHERE entry_id = %s", [now + timedelta(days=2), soon.pk]
        )

    give(case=case, wish=wish(make_gift()), actor=acting(case.owner))

    legs = Posting.objects.filter(entry__kind="given", lot__isnull=False).order_by("pk")
    assert [(leg.lot_id, leg.amount) for leg in legs] == [(soon.pk, -100 * RUBLE), (late.pk, -320 * RUBLE)]


def test_nobody_takes_away_more_than_there_is() -> None:
    case = make_case()
    with refused("budget_invalid"):
        set_budget(team=case.team, monthly=-1, actor=SYSTEM)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["give", "back", "set"]), st.integers(0, 700)), max_size=8))
def test_whatever_is_done_the_budget_is_what_the_postings_say(deeds: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        case = make_case(owner=make_lead(), subject="Книга")
        refund = make_gift("refund", 1000, is_open=True)
        budget, spent = 0, 0
        for deed, rubles in deeds:
            if deed == "set":
                budget = max(rubles, spent) if rubles < budget else rubles
                make_budget(case.team, rubles)
                budget = spent + left(case)
            elif deed == "give" and rubles:
                amount = wish(refund, amount=rubles * RUBLE)
                if spent + rubles <= budget:
                    give(case=case, wish=amount, actor=acting(case.owner))
                    spent += rubles
                else:
                    with refused("budget_spent"), transaction.atomic():
                        give(case=case, wish=amount, actor=acting(case.owner))
            elif (last := Gesture.objects.filter(state="given").order_by("pk").last()) is not None:
                reverse_gesture(gesture=last, reason="Дважды", actor=acting(case.owner))
                spent -= last.amount // RUBLE
            settle_the_ledger()
            assert left(case) == budget - spent >= 0
        assert (unbalanced(), overspent()) == ([], [])
        transaction.set_rollback(True)


def test_the_doctor_finds_the_ledger_well(case: Case) -> None:
    give(case=case, wish=wish(ready(case)), actor=acting(case.owner))

    assert [is_well for is_well, _said in look_at_the_ledger()] == [True]


def test_the_doctor_tells_of_what_was_forced_in(case: Case) -> None:
    make_budget(case.team)
    settle_the_ledger()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE goodwill_posting DISABLE TRIGGER USER")
        cursor.execute("UPDATE goodwill_posting SET amount = amount + 1 WHERE amount > 0")

    assert [is_well for is_well, _said in look_at_the_ledger()] == [False]


# ── Together ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
@locks("goodwill.actions.giving.give", "goodwill.actions.ledger.hold_budget")
def test_of_twenty_gifts_from_a_budget_for_one_exactly_one_is_given() -> None:
    case = make_case()
    gift = ready(case, rubles=420)
    agents = [make_agent(f"Агент {number}", f"a{number}@gorizont.example") for number in range(20)]
    actors = [acting(agent) for agent in agents]

    said = at_once(*(lambda actor=actor: give(case=case, wish=wish(gift), actor=actor) for actor in actors))  # type: ignore[misc]

    assert sorted(said) == ["budget_spent"] * 19 + ["done"]
    assert (Entry.objects.filter(kind="given").count(), left(case)) == (1, 0)


@pytest.mark.django_db(transaction=True)
@locks("goodwill.actions.giving.hold_limit")
def test_of_two_gifts_of_one_agent_the_second_sees_what_the_first_left() -> None:
    case = make_case()
    make_budget(case.team)
    gift, actor = make_gift("half", 1500), acting(case.owner)

    said = while_open(
        lambda: give(case=case, wish=wish(gift), actor=actor), lambda: give(case=case, wish=wish(gift), actor=actor)
    )

    assert said == ["done", "limit_exceeded"]


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_gives_once() -> None:
    case = make_case()
    gift, actor = ready(case), acting(case.owner)

    said = at_once(*[lambda: give(case=case, wish=wish(gift, key="k"), actor=actor)] * 5)

    assert said == ["done"] * 5
    assert Entry.objects.filter(kind="given").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_back_one_does() -> None:
    case = make_case()
    gift, actor = ready(case), acting(case.owner)
    given_ = give(case=case, wish=wish(gift), actor=actor)

    said = while_open(
        lambda: reverse_gesture(gesture=given_, reason="Дважды", actor=actor),
        lambda: reverse_gesture(gesture=Gesture.objects.get(), reason="Дважды", actor=actor),
    )

    assert said == ["done", "not_given"]
    assert left(case) == 60_000


@pytest.mark.django_db(transaction=True)
def test_a_budget_is_changed_by_one_at_a_time() -> None:
    case = make_case()
    make_budget(case.team, 100)

    said = while_open(lambda: make_budget(case.team, 300), lambda: make_budget(case.team, 200))
    once_more = while_open(lambda: make_budget(case.team, 400), lambda: turn_the_month(team_id=case.team_id))

    assert (said, once_more) == (["done", "done"], ["done", "done"])
    assert left(case) == 400
