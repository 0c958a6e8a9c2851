"""A letter that did not arrive comes back to its author; the customer's own word stays."""

import pytest

from otklik.cases.actions import confirm_satisfaction, mark_solved, record_undelivered, reply
from otklik.cases.actions.spam import mark_spam
from otklik.cases.models import Alert, Case
from tests.building import acting, customer_actor, fresh, make_case, run_jobs

pytestmark = pytest.mark.django_db


def lost_letter_of(case: Case) -> int:
    message = reply(case=case, actor=acting(case.owner), text="Учебник едет")
    run_jobs()
    return message.deliveries.get().pk


@pytest.mark.parametrize(("closed", "state"), [(False, "open"), (True, "satisfied")])
def test_a_lost_letter_comes_back_to_the_owner(closed: bool, state: str) -> None:  # noqa: FBT001
    case = make_case()
    delivery_id = lost_letter_of(case)
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Готово")
    if closed:
        confirm_satisfaction(case=fresh(case), actor=customer_actor(case), satisfaction=5)

    record_undelivered(case=fresh(case), delivery_id=delivery_id)

    assert (fresh(case).state, fresh(case).is_undelivered) == (state, True)
    assert Alert.objects.filter(agent=case.owner, reason=Alert.Reason.UNDELIVERED).count() == 1


def test_a_report_that_is_heard_twice_is_one() -> None:
    case = make_case()
    delivery_id = lost_letter_of(case)
    record_undelivered(case=fresh(case), delivery_id=delivery_id)
    row = Case.objects.filter(pk=case.pk).values()
    before = row.get()

    record_undelivered(case=fresh(case), delivery_id=delivery_id)

    assert row.get() == before
    assert Alert.objects.filter(reason=Alert.Reason.UNDELIVERED).count() == 1


def test_no_report_makes_spam_anybodys_matter() -> None:
    case = make_case()
    delivery_id = lost_letter_of(case)
    mark_spam(case=fresh(case), actor=acting(case.owner))

    record_undelivered(case=fresh(case), delivery_id=delivery_id)

    assert fresh(case).state == "spam"
    assert not Alert.objects.filter(reason=Alert.Reason.UNDELIVERED).exists()
