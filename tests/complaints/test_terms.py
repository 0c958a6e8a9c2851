"""Terms run with a complaint, are counted anew with the calendar, and told of before and after they end."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from otklik.cases.models import Alert
from otklik.complaints import actions
from otklik.complaints.clock import mind_the_terms
from otklik.complaints.models import Complaint, RunningTerm, Stage, Term, Way
from otklik.foundation.actors import SYSTEM
from otklik.team.actions import edit_team, set_working_time
from otklik.team.models import Agent, WorkingTime
from tests.building import acting, make_agent, make_case, make_lead, refused, run_jobs
from tests.complaints.making import boris, bring, fresh, make_complaint, make_term

MONDAYS = [[["09:00", "18:00"]], [], [], [], [], [], []]


# ── Run ───────────────────────────────────────────────────────────────────────────────────
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_terms(db: None) -> None:
    """The house has only the terms of the test."""
    Term.objects.update(is_default=False)


def test_terms_of_every_complaint_run_at_once_and_the_nearest_is_due() -> None:
    make_term("Тридцать", days=30)
    near = make_term("Семь", days=7)
    make_term("Не для всех", days=1, is_default=False)

    complaint = make_complaint()

    assert {one.term.name for one in complaint.terms.all()} == {"Тридцать", "Семь"}
    assert complaint.answer_by == complaint.terms.get(term=near).due_at


def test_terms_begin_where_they_say() -> None:
    from_words = make_term("От слов", moves_on=False)
    from_number = make_term("От номера", moves_on=False, starts="registered")

    complaint = make_complaint(received_at=timezone.now() - timedelta(days=4))

    ends = {one.term_id: one.due_at for one in complaint.terms.all()}
    assert ends[from_number.pk] - ends[from_words.pk] == timedelta(days=4)


def test_other_terms_can_be_chosen_until_the_answer() -> None:
    usual, other = make_term(), make_term("Замена", days=7, is_default=False)
    complaint = make_complaint(Stage.INVESTIGATED)

    actions.choose_terms(complaint=complaint, actor=acting(boris()), terms=[other])

    assert [one.term for one in complaint.terms.all()] == [other]
    assert fresh(complaint).answer_by == complaint.terms.get().due_at
    assert usual.is_active


def test_an_assessment_may_choose_them_too_and_an_answer_ends_them() -> None:
    make_term()
    other = make_term("Замена", days=7, is_default=False)
    complaint = make_complaint(Stage.ACKNOWLEDGED)
    actions.assess(complaint=complaint, actor=acting(boris()), severity=1, terms=[other])
    assert [one.term for one in complaint.terms.all()] == [other]

    answered = make_complaint(Stage.ANSWERED, case=make_case(owner=boris()))

    assert answered.answer_by is None
    with refused("cannot_change_terms"):
        actions.choose_terms(complaint=answered, actor=acting(boris()), terms=[])


def test_nobody_is_promised_a_word_after_the_answer_is_due() -> None:
    make_term(days=5)
    complaint = make_complaint()
    assert complaint.answer_by is not None

    with refused("hear_by_invalid"):
        actions.acknowledge(
            complaint=complaint, actor=acting(boris()), hear_by=complaint.answer_by + timedelta(minutes=1)
        )
    actions.acknowledge(complaint=complaint, actor=acting(boris()), hear_by=complaint.answer_by)

    assert fresh(complaint).hear_by == complaint.answer_by


# ── Told ──────────────────────────────────────────────────────────────────────────────────
def told(agent: Agent, reason: str) -> int:
    return Alert.objects.filter(agent=agent, reason=reason).count()


def end_in(complaint: Complaint, ahead: timedelta) -> None:
    RunningTerm.objects.filter(complaint=complaint).update(due_at=timezone.now() + ahead)


def test_the_owner_is_told_before_a_term_ends_and_the_leads_after() -> None:
    make_term(warn_days=2)
    olga, complaint = make_lead(), make_complaint()
    anna = complaint.case.owner
    end_in(complaint, timedelta(days=2, minutes=5))
    mind_the_terms()
    assert told(anna, "complaints.due") == 0

    end_in(complaint, timedelta(days=2, minutes=-5))
    mind_the_terms()
    mind_the_terms()
    assert (told(anna, "complaints.due"), told(olga, "complaints.due")) == (1, 0)

    end_in(complaint, timedelta(minutes=-5))
    mind_the_terms()
    mind_the_terms()

    assert told(anna, "complaints.missed") == told(olga, "complaints.missed") == 1
    assert complaint.terms.get().missed_at is not None


def test_of_a_complaint_about_the_owner_the_leads_hear_before() -> None:
    make_term()
    olga, anna = make_lead(), make_agent()
    complaint = make_complaint(case=make_case(owner=anna), against=anna)
    end_in(complaint, timedelta(hours=1))

    mind_the_terms()

    assert told(olga, "complaints.due") == 1


def test_the_owner_is_reminded_of_the_word_that_was_announced() -> None:
    olga = make_lead()
    mine, about_owner = make_complaint(Stage.ACKNOWLEDGED), make_complaint(case=make_case(owner=boris()))
    anna = mine.case.owner
    Complaint.objects.filter(pk=about_owner.pk).update(against=boris())

    now = timezone.now()
    for ahead, times in ((timedelta(hours=5), 0), (timedelta(hours=3), 1), (timedelta(hours=3), 1)):
        Complaint.objects.update(hear_by=now + ahead)
        mind_the_terms()
        assert told(anna, "complaints.hear") == told(boris(), "complaints.hear") == times
    assert told(olga, "complaints.hear") == 1

    for stage in (Stage.ASSESSED, Stage.INVESTIGATED, Stage.ANSWERED):
        bring(mine, stage, actor=acting(olga))
    mind_the_terms()
    assert told(anna, "complaints.hear") == 1


def test_nobody_is_told_of_what_was_answered() -> None:
    make_term()
    complaint = make_complaint(Stage.ANSWERED)
    end_in(complaint, timedelta(minutes=-5))

    mind_the_terms()

    assert not Alert.objects.filter(reason__in=["complaints.due", "complaints.missed"]).exists()


def test_one_term_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    make_term()
    first, second = make_complaint(), make_complaint(case=make_case(owner=boris()))
    end_in(first, timedelta(minutes=-5))
    end_in(second, timedelta(minutes=-5))
    right = actions.tell_of_term

    def fail(*, running: RunningTerm, now: datetime) -> None:
        if running.complaint_id == first.pk:
            raise ValueError
        right(running=running, now=now)

    monkeypatch.setattr("otklik.complaints.clock.tell_of_term", fail)
    mind_the_terms()

    assert first.terms.get().missed_at is None
    assert second.terms.get().missed_at is not None


# ── Counted anew ──────────────────────────────────────────────────────────────────────────
def test_another_calendar_moves_what_is_not_answered() -> None:
    make_term(is_working=True, days=3)
    complaint = make_complaint()
    before = complaint.terms.get().due_at
    calendar = complaint.case.team.working_time

    set_working_time(name=calendar.name, time_zone=calendar.time_zone, week=MONDAYS, calendar=calendar, actor=SYSTEM)
    run_jobs()

    after = complaint.terms.get().due_at
    assert after > before
    assert fresh(complaint).answer_by == after


def test_another_working_time_of_the_team_moves_it_too() -> None:
    make_term(is_working=True, days=3)
    complaint = make_complaint()
    before = complaint.terms.get().due_at
    mondays = WorkingTime.objects.create(name="По понедельникам", week=MONDAYS)
    team = complaint.case.team

    edit_team(team=team, name=team.name, working_time=mondays, is_first=True, actor=SYSTEM)
    run_jobs()

    assert complaint.terms.get().due_at > before


# ── Settings ──────────────────────────────────────────────────────────────────────────────
def test_a_term_is_named_and_has_days() -> None:
    vera = acting(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))
    term = actions.save_term(values={"name": "Наш срок", "days": 5}, actor=vera)

    for values, code in (
        ({"name": " "}, "name_missing"),
        ({"name": "Наш срок"}, "name_taken"),
        ({"name": "Другой", "days": 0}, "days_invalid"),
        ({"name": "Другой", "days": 367}, "days_invalid"),
        ({"name": "Другой", "days": 3, "warn_days": 4}, "days_invalid"),
        ({"name": "Другой", "days": 3, "starts": "never"}, "starts_unknown"),
    ):
        with refused(code):
            actions.save_term(values=values, actor=vera)
    actions.save_term(values={"days": 7}, actor=vera, term=term)

    assert Term.objects.get(name="Наш срок").days == 7


def test_only_who_may_change_settings_writes_terms_and_ways() -> None:
    anna = acting(make_agent())

    with refused("not_allowed"):
        actions.save_term(values={"name": "Наш срок", "days": 5}, actor=anna)
    with refused("not_allowed"):
        actions.save_way(values={"name": "Служба"}, actor=anna)


def test_a_way_is_named_and_leads_to_the_web() -> None:
    vera = acting(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))
    actions.save_way(values={"name": "Служба"}, actor=vera)

    for values, code in (
        ({"name": ""}, "name_missing"),
        ({"name": "Служба"}, "name_taken"),
        ({"name": "Другая", "url": "javascript:alert(1)"}, "url_invalid"),
    ):
        with refused(code):
            actions.save_way(values=values, actor=vera)

    assert Way.objects.filter(name="Служба").count() == 1
