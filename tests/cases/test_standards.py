"""A case is served by the version of the standard that held when it was opened; a later one is offered, not forced."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from otklik.cases.actions import edit_case, mark_solved, reopen, reply, take_newer_standard
from otklik.cases.models import Alert, Case
from otklik.cases.queries import offered_to
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.models import Event
from otklik.standards.actions import Words, edit_draft, publish, remind_of_reviews, start_draft
from otklik.standards.models import Standard, Version
from otklik.team.actions import ensure_first_team, set_working_time
from otklik.team.models import Agent
from tests.building import acting, fresh, make_agent, make_case, make_lead, make_standard, refused, run_jobs
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
HOURS = Words(first_answer_minutes=60, next_word_minutes=120, solution_minutes=600)


@pytest.fixture
def complaint() -> Standard:
    return make_standard(words=HOURS, case_kind="complaint")


def later(standard: Standard, actor: Actor = SYSTEM, **words: int) -> Version:
    """A next version that holds from now on."""
    version = start_draft(standard=standard, actor=actor)
    edit_draft(version=version, words=replace(Words.of(version), change_note="Быстрее", **words), actor=actor)
    publish(version=version, actor=actor)
    return version


def always_open() -> None:
    week = [[["00:00", "24:00"]]] * 7
    hours = ensure_first_team().working_time
    set_working_time(name=hours.name, time_zone="UTC", week=week, actor=SYSTEM, calendar=hours)


def test_a_case_keeps_the_version_with_which_it_was_opened(complaint: Standard) -> None:
    first = complaint.live
    case = make_case(kind="complaint")
    later(complaint, first_answer_minutes=5)
    other = make_case(kind="complaint", owner=case.owner, customer=case.customer)

    assert (case.standard_version, fresh(case).standard_version) == (first, first)
    assert other.standard_version == Version.objects.get(number=2)
    assert case.first_answer_by is not None
    assert other.first_answer_by is not None


def test_a_case_without_a_standard_holds_none() -> None:
    case = make_case()

    assert case.standard_version is None
    assert case.first_answer_by is not None


def test_its_times_are_those_of_its_own_version(complaint: Standard) -> None:
    anna = make_agent()
    always_open()
    case = make_case(kind="complaint", owner=anna)
    later(complaint, first_answer_minutes=5, next_word_minutes=5, solution_minutes=5)

    mark_solved(case=case, actor=acting(anna), summary="Сделано")
    run_jobs()
    before = timezone.now()
    reopen(case=fresh(case), actor=acting(anna), reason="Ошибка")

    again = fresh(case)
    assert again.next_word_by is not None
    assert timedelta(minutes=119) < again.next_word_by - before < timedelta(minutes=122)
    assert again.solution_by >= case.solution_by


def test_a_later_version_is_taken_by_whoever_wants_it(complaint: Standard) -> None:
    always_open()
    case = make_case(kind="complaint")
    anna = acting(case.owner)
    with refused("standard_is_newest"):
        take_newer_standard(case=case, actor=anna)
    newer = later(complaint, first_answer_minutes=30, solution_minutes=300)

    take_newer_standard(case=case, actor=anna)

    now = fresh(case)
    assert now.standard_version == newer
    assert now.first_answer_by == case.created_at + timedelta(minutes=30) == now.due_at
    assert now.solution_by == case.created_at + timedelta(minutes=300)
    told = Event.objects.filter(name="cases.edited", case_id=case.pk).get()
    assert told.payload["fields"] == ["standard"]
    moved = Event.objects.filter(name="cases.promises_moved", case_id=case.pk).get()
    assert (moved.payload["because"], set(moved.payload["moved"])) == ("standard", {"first_answer", "solution"})


def test_who_may_not_edit_the_case_does_not_choose_its_standard(complaint: Standard) -> None:
    case = make_case(kind="complaint")
    later(complaint)
    stranger = acting(make_agent("Борис Ким", "boris@gorizont.example"))

    with refused("not_found"):
        take_newer_standard(case=case, actor=replace(stranger, team_ids=frozenset()))

    assert fresh(case).standard_version == Version.objects.get(number=1)


def test_another_kind_brings_another_standard(complaint: Standard) -> None:
    case = make_case()

    edit_case(case=case, actor=acting(case.owner), changes={"kind": "complaint"})

    assert case.standard_version == fresh(case).standard_version == complaint.live
    told = Event.objects.filter(name="cases.edited", case_id=case.pk).get()
    assert told.payload["fields"] == ["kind", "standard"]


def test_a_case_from_before_is_offered_what_holds_and_takes_it_when_it_comes_back(complaint: Standard) -> None:
    anna = make_agent()
    case = make_case(kind="complaint", owner=anna)
    Case.objects.filter(pk=case.pk).update(standard_version=None)
    offered = offered_to(fresh(case))
    assert offered is not None
    assert (offered.version, offered.because) == (complaint.live, "fits")

    reply(case=fresh(case), actor=acting(anna), text="Сделано")
    mark_solved(case=fresh(case), actor=acting(anna), summary="Сделано")
    run_jobs()
    reopen(case=fresh(case), actor=acting(anna), reason="Ошибка")

    assert fresh(case).standard_version == complaint.live


def test_the_keeper_of_a_standard_is_alerted_once_that_it_should_be_read_again() -> None:
    olga = make_lead()
    standard = make_standard(actor=acting(olga), review_every_days=1)
    due = timezone.now() + timedelta(days=2)

    with time_machine.travel(due):
        remind_of_reviews(due)
        run_jobs()
        run_jobs()

    alert = Alert.objects.get()
    assert (alert.agent, alert.case, alert.reason) == (olga, None, "standards.review_due")
    assert alert.source.startswith(f"{standard.pk}:")


def test_for_a_keeper_who_has_left_the_admins_are_alerted() -> None:
    olga = make_lead()
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
    make_standard(actor=acting(olga), review_every_days=1)
    Agent.objects.filter(pk=olga.pk).update(is_active=False)
    due = timezone.now() + timedelta(days=2)

    with time_machine.travel(due):
        remind_of_reviews(due)
        run_jobs()

    assert [row.agent for row in Alert.objects.all()] == [vera]


@locks("cases.actions.serving.take_newer_standard")
@pytest.mark.django_db(transaction=True)
def test_a_kind_that_changes_meanwhile_is_not_served_by_the_other_standard() -> None:
    complaint = make_standard(words=HOURS, case_kind="complaint")
    request = make_standard("Просьба", words=HOURS, case_kind="request")
    case = make_case(kind="complaint")
    later(complaint)
    anna = acting(case.owner)

    def change() -> None:
        edit_case(case=fresh(case), actor=anna, changes={"kind": "request"})

    seen = fresh(case)
    said = while_open(change, lambda: take_newer_standard(case=seen, actor=anna))

    assert said == ["done", "standard_is_newest"]
    assert fresh(case).standard_version == Standard.objects.get(pk=request.pk).live
