"""Two cases about one matter become one, and nothing said in either gets lost."""

import pytest
from django.test import Client

from otklik.cases.actions import close_unconfirmed, mark_solved, merge_cases, note, reopen, reply
from otklik.cases.models import Alert, Case
from otklik.cases.queries import case_by_link, case_link
from otklik.foundation.errors import Refusal
from otklik.voice.models import Invitation
from tests.building import acting, fresh, make_case, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> Case:
    return make_case()


@pytest.fixture
def second(first: Case) -> Case:
    return make_case(owner=first.owner, customer=first.customer, subject="Где учебник?")


def merge(into: Case, other: Case) -> None:
    merge_cases(into=fresh(into), other=fresh(other), actor=acting(into.owner))


def test_an_open_matter_opens_the_finished_case_it_is_merged_into(first: Case, second: Case) -> None:
    mark_solved(case=first, actor=acting(first.owner), summary="Отправили")
    close_unconfirmed(case=fresh(first))

    merge(first, second)

    assert fresh(first).state == Case.State.OPEN
    assert fresh(second).state == Case.State.UNCONFIRMED


@pytest.mark.parametrize("act", [reply, note])
def test_nothing_more_is_written_in_a_case_that_was_merged_away(first: Case, second: Case, act: object) -> None:
    merge(first, second)

    with pytest.raises(Refusal) as refusal:
        act(case=fresh(second), actor=acting(first.owner), text="Ещё слово")  # type: ignore[operator]

    assert refusal.value.code == "merged_already"
    assert str(first.number) in refusal.value.text


def test_a_case_that_was_merged_away_is_neither_opened_nor_merged_again(first: Case, second: Case) -> None:
    merge(first, second)

    with pytest.raises(Refusal, match=str(first.number)):
        reopen(case=fresh(second), actor=acting(first.owner), reason="Ошибка")
    with pytest.raises(Refusal, match=str(first.number)):
        merge(second, first)
    with pytest.raises(Refusal, match=str(first.number)):
        merge(first, second)
    assert fresh(second).state == Case.State.UNCONFIRMED


def test_its_page_and_its_links_lead_on(first: Case, second: Case) -> None:
    third = make_case(owner=first.owner, customer=first.customer)
    link = case_link(third)
    merge(second, third)
    merge(first, second)

    page = desk(first.owner).get(f"/desk/cases/{second.number}/")

    assert page.status_code == 200
    assert f"/desk/cases/{first.number}/" in page.content.decode()
    assert case_by_link(link)[0] == first


def test_a_no_to_the_question_about_it_counts_in_the_case_it_went_to(first: Case, second: Case) -> None:
    mark_solved(case=second, actor=acting(first.owner), summary="Отправили")
    run_jobs()
    merge(first, second)

    answer = Client().post(f"/answer/{Invitation.objects.get().token}", {"solved": "no"})

    assert answer.status_code == 302
    assert (fresh(first).state, fresh(second).state) == (Case.State.OPEN, Case.State.UNCONFIRMED)
    assert Alert.objects.filter(case=first, reason=Alert.Reason.DISSATISFIED).exists()
