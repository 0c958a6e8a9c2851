"""The clock rests while we wait for the customer, and promises follow what they stand on, with the reason told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.cases.actions import (
    count_promises_anew,
    edit_case,
    give_promise_back,
    hear,
    mark_solved,
    reopen,
    reply,
    take_dissatisfaction,
)
from otklik.cases.handlers import follow_the_priorities
from otklik.cases.happenings import Known, happened
from otklik.cases.models import Case
from otklik.cases.queries import promises_of
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event, Policy
from otklik.foundation.policies import PoliciesChanged, change_policies, policy
from otklik.foundation.sentences import Names
from otklik.reach.actions.words import say
from otklik.reach.models import Conversation, Message
from otklik.standards.actions import Words
from otklik.team.actions import edit_team, found_team, set_working_time
from otklik.team.models import Agent, Team, WorkingTime
from otklik.team.working_time import ALWAYS, OFFICE, add_working, moved_by
from tests.building import (
    acting,
    arrive,
    customer_actor,
    fresh,
    letter,
    make_agent,
    make_case,
    make_inbox,
    make_standard,
    run_jobs,
)
from tests.team.calendars import calendar
from tests.together import both, let_the_other_wait, locks

FRIDAY = "2026-11-20T{}:00+03:00"
MONDAY = "2026-11-23T{}:00+03:00"
DAY, HOUR = 540, 60


def at(text: str) -> Any:
    return time_machine.travel(datetime.fromisoformat(text), tick=False)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def office() -> WorkingTime:
    """Anna's team works from nine to six on weekdays; four hours for an answer, two days for a solution."""
    make_agent()
    make_inbox()
    words = Words(first_answer_minutes=240, next_word_minutes=120, solution_minutes=2 * DAY)
    make_standard("Обычный", words=words, is_default=True)
    week = set_working_time(name="Офис", time_zone="Europe/Moscow", week=OFFICE, actor=SYSTEM)
    team = Team.objects.get()
    edit_team(team=team, name=team.name, working_time=week, is_first=True, actor=SYSTEM)
    run_jobs()
    return week


@pytest.fixture
def case(office: WorkingTime) -> Case:
    """Ivan has written on Friday at ten."""
    with at(FRIDAY.format("10:00")):
        return make_case(owner=Agent.objects.get(), at=moment(FRIDAY.format("10:00")))


def answer(case: Case, when: str) -> None:
    with at(when):
        reply(case=fresh(case), actor=acting(case.owner), text="Учебник едет.")
        run_jobs()


def write(when: str) -> None:
    with at(when):
        word = say(conversation=Conversation.objects.get(), text="Когда его ждать?", at=moment(when))
        hear(case=Case.objects.get(), message=word)
        run_jobs()


def standing(case: Case, when: str) -> dict[str, tuple[str, datetime, str | None]]:
    found = promises_of(fresh(case), now=moment(when))
    return {str(one.kind): (str(one.state), one.due_at, one.rests_because) for one in found}


def told(case: Case) -> list[tuple[str, list[str]]]:
    rows = Event.objects.filter(name="cases.promises_moved", case_id=case.pk).order_by("id")
    return [(row.payload["because"], sorted(row.payload["moved"])) for row in rows]


@pytest.mark.django_db
def test_a_standard_may_promise_by_day_and_night(office: WorkingTime) -> None:
    """A burst pipe waits for no Monday: nor does its rest, nor a change of the calendar."""
    words = Words(first_answer_minutes=30, next_word_minutes=60, solution_minutes=720, is_round_the_clock=True)
    make_standard("Авария", words=words, case_kind="request")
    asked = FRIDAY.format("23:00")
    with at(asked):
        case = make_case(owner=Agent.objects.get(), at=moment(asked), kind="request")

    assert (case.first_answer_by, case.solution_by) == (
        moment(FRIDAY.format("23:30")),
        moment("2026-11-21T11:00+03:00"),
    )
    answer(case, FRIDAY.format("23:20"))
    write("2026-11-21T09:20:00+03:00")

    now = fresh(case)
    assert (now.next_word_by, now.solution_by) == (moment("2026-11-21T10:20+03:00"), moment("2026-11-21T21:00+03:00"))
    with at("2026-11-21T09:30:00+03:00"):
        assert count_promises_anew(team_ids=[case.team_id], because="calendar") == 0


@pytest.mark.django_db
class TestTheClockRests:
    def test_nothing_is_due_while_we_wait_for_the_customer(self, case: Case) -> None:
        answer(case, FRIDAY.format("12:00"))

        now = fresh(case)
        assert (now.waits_for, now.due_at, now.rests_since) == ("customer", None, moment(FRIDAY.format("12:00")))
        assert standing(case, "2026-12-20T12:00+03:00") == {
            "first_answer": ("kept", moment(FRIDAY.format("14:00")), None),
            "solution": ("resting", case.solution_by, "waits_for_customer"),
        }

    def test_what_was_left_is_left_when_they_write_again(self, case: Case) -> None:
        assert case.solution_by == moment("2026-11-24T10:00+03:00")
        answer(case, FRIDAY.format("12:00"))

        write(MONDAY.format("13:30"))

        now = fresh(case)
        assert now.solution_by == moment("2026-11-25T11:30+03:00")  # 16 hours of work were left
        assert (now.due_at, now.rests_since) == (moment(MONDAY.format("15:30")), None)
        assert now.rests == [["2026-11-20T09:00:00+00:00", "2026-11-23T10:30:00+00:00"]]
        assert standing(case, MONDAY.format("14:00")) == {
            "first_answer": ("kept", moment(FRIDAY.format("14:00")), None),
            "next_word": ("running", moment(MONDAY.format("15:30")), None),
            "solution": ("running", moment("2026-11-25T11:30+03:00"), None),
        }
        assert told(case) == [("rest", ["solution"])]

    def test_a_second_answer_does_not_begin_the_rest_anew(self, case: Case) -> None:
        answer(case, FRIDAY.format("12:00"))
        answer(case, FRIDAY.format("15:00"))

        assert fresh(case).rests == [["2026-11-20T09:00:00+00:00", None]]

    def test_a_next_word_that_was_given_is_kept_and_a_late_one_stays_broken(self, case: Case) -> None:
        answer(case, FRIDAY.format("12:00"))
        write(FRIDAY.format("13:00"))
        answer(case, FRIDAY.format("14:00"))
        assert standing(case, FRIDAY.format("14:30"))["next_word"][0] == "kept"

        write(MONDAY.format("10:00"))
        answer(case, MONDAY.format("17:00"))

        assert standing(case, MONDAY.format("17:30"))["next_word"] == ("broken", moment(MONDAY.format("12:00")), None)

    def test_an_answer_that_is_lost_has_never_stopped_it(self, case: Case) -> None:
        answer(case, FRIDAY.format("12:00"))

        with at(FRIDAY.format("16:00")):
            ours = Message.objects.filter(direction="out", purpose="answer").latest("id")
            ours.deliveries.update(state="bounced")
            give_promise_back(case=fresh(case), answer_id=ours.pk)

        now = fresh(case)
        assert (now.rests, now.solution_by, now.waits_for) == ([], case.solution_by, "us")
        assert standing(case, FRIDAY.format("16:00"))["first_answer"][0] == "broken"

    def test_a_solution_that_was_late_before_the_rest_stays_broken(self, case: Case) -> None:
        answer(case, "2026-11-25T12:00+03:00")
        write("2026-11-26T12:00+03:00")

        assert fresh(case).solution_by == case.solution_by
        assert standing(case, "2026-11-26T12:00+03:00")["solution"][0] == "broken"

    def test_automatic_letters_never_stop_the_clock_of_the_first_answer(self, case: Case) -> None:
        with at(FRIDAY.format("11:00")):
            assert Message.objects.filter(direction="out", purpose="acknowledgement").exists()

        now = fresh(case)
        assert (now.first_answered_at, now.waits_for, now.rests) == (None, "us", [])
        assert standing(case, FRIDAY.format("14:01"))["first_answer"][0] == "broken"

    def test_an_automatic_word_of_the_customers_mailbox_does_not_start_it_again(self, case: Case) -> None:
        answer(case, FRIDAY.format("12:00"))

        ours = Message.objects.filter(direction="out", purpose="answer").get()
        arrive(letter("Я в отпуске.", Auto_Submitted="auto-replied", In_Reply_To=f"<{ours.external_id}>"))

        assert fresh(case).rests_since == moment(FRIDAY.format("12:00"))

    def test_solved_is_kept_and_what_comes_back_has_at_least_the_time_that_was_left(self, case: Case) -> None:
        answer(case, FRIDAY.format("12:00"))
        with at(FRIDAY.format("13:00")):
            mark_solved(case=fresh(case), actor=acting(case.owner), summary="Готово")
            run_jobs()
        assert standing(case, MONDAY.format("10:00"))["solution"][0] == "kept"

        with at(MONDAY.format("10:00")):
            reopen(case=fresh(case), actor=acting(case.owner), reason="Ещё не всё")

        now = fresh(case)
        assert now.rests_since is None
        assert now.solution_by == moment("2026-11-25T10:00+03:00")
        assert now.solution_since == moment(MONDAY.format("10:00"))

    def test_a_customer_who_is_not_satisfied_starts_it_again(self, case: Case) -> None:
        answer(case, FRIDAY.format("12:00"))

        with at(MONDAY.format("13:30")):
            take_dissatisfaction(case=fresh(case), actor=customer_actor(case), reason="low_rating", satisfaction=1)

        assert fresh(case).solution_by == moment("2026-11-25T11:30+03:00")
        assert told(case) == [("rest", ["solution"])]

    def test_machines_and_spam_are_promised_nothing(self, case: Case) -> None:
        Case.objects.filter(pk=case.pk).update(first_answer_by=None)
        assert standing(case, FRIDAY.format("12:00")) == {}
        Case.objects.filter(pk=case.pk).update(first_answer_by=case.first_answer_by, state="spam", due_at=None)
        assert standing(case, FRIDAY.format("12:00")) == {}


@pytest.mark.django_db
class TestPromisesFollow:
    def follow(self, office: WorkingTime, when: str, **changes: Any) -> None:
        values = {"name": office.name, "time_zone": office.time_zone, "week": office.week} | changes
        with at(when):
            set_working_time(calendar=WorkingTime.objects.get(pk=office.pk), actor=SYSTEM, **values)
            run_jobs()

    def test_a_free_day_moves_what_is_promised_and_tells_why(self, case: Case, office: WorkingTime) -> None:
        self.follow(office, FRIDAY.format("11:00"), exceptions={"2026-11-20": [["09:00", "12:00"]]})

        now = fresh(case)
        assert now.first_answer_by == now.due_at == moment(MONDAY.format("11:00"))
        assert now.solution_by == moment("2026-11-24T16:00+03:00")
        assert told(case) == [("calendar", ["first_answer", "solution"])]

    def test_what_is_kept_or_broken_stays(self, case: Case, office: WorkingTime) -> None:
        answer(case, FRIDAY.format("15:00"))
        write(FRIDAY.format("15:30"))

        self.follow(office, MONDAY.format("09:30"), exceptions={"2026-11-23": [["09:00", "10:00"]]})

        now = fresh(case)
        assert now.first_answer_by == case.first_answer_by
        assert now.next_word_by == moment(FRIDAY.format("17:30"))
        assert told(case)[-1] == ("calendar", ["solution"])

    def test_a_broken_promise_is_not_healed_by_a_later_moment(self, case: Case, office: WorkingTime) -> None:
        self.follow(office, "2026-11-24T10:30+03:00", exceptions={"2026-11-20": [], "2026-11-23": []})

        now = fresh(case)
        assert (now.first_answer_by, now.solution_by) == (case.first_answer_by, case.solution_by)
        assert standing(case, "2026-11-24T10:30+03:00") == {
            "first_answer": ("broken", case.first_answer_by, None),
            "solution": ("broken", case.solution_by, None),
        }

    def test_a_second_word_does_not_begin_the_next_one_anew(self, case: Case, office: WorkingTime) -> None:
        answer(case, FRIDAY.format("11:00"))
        write(FRIDAY.format("17:00"))
        write(FRIDAY.format("17:30"))

        self.follow(office, FRIDAY.format("17:45"), exceptions={"2026-11-23": [["12:00", "18:00"]]})

        assert fresh(case).next_word_by == moment(MONDAY.format("13:00"))

    def test_a_next_word_is_counted_from_the_customers_word(self, case: Case, office: WorkingTime) -> None:
        answer(case, FRIDAY.format("11:00"))
        write(FRIDAY.format("17:00"))
        assert fresh(case).next_word_by == moment(MONDAY.format("10:00"))

        self.follow(office, FRIDAY.format("17:30"), exceptions={"2026-11-23": [["12:00", "18:00"]]})

        assert fresh(case).due_at == fresh(case).next_word_by == moment(MONDAY.format("13:00"))

    def test_a_change_of_ours_breaks_no_promise(self, case: Case, office: WorkingTime) -> None:
        self.follow(office, FRIDAY.format("13:30"), week=ALWAYS, exceptions={})

        assert fresh(case).first_answer_by == moment(FRIDAY.format("14:00"))
        assert fresh(case).solution_by == moment("2026-11-21T04:00+03:00")

        self.follow(office, "2026-11-21T03:00+03:00", week=OFFICE, exceptions={"2026-11-20": [["00:00", "24:00"]]})

        assert fresh(case).solution_by == moment("2026-11-23T13:00+03:00")

    def test_a_promise_whose_new_moment_has_passed_keeps_the_old_one(self, case: Case, office: WorkingTime) -> None:
        self.follow(office, "2026-11-22T12:00+03:00", week=ALWAYS)

        assert fresh(case).solution_by == case.solution_by
        assert told(case) == []

    def test_a_clock_that_rests_is_counted_with_its_rests(self, case: Case, office: WorkingTime) -> None:
        answer(case, FRIDAY.format("12:00"))
        write(MONDAY.format("13:30"))

        self.follow(office, MONDAY.format("14:00"), exceptions={"2026-11-24": []})

        assert fresh(case).solution_by == moment("2026-11-26T11:30+03:00")

    def test_other_teams_and_finished_cases_stay_as_they_are(self, case: Case, office: WorkingTime) -> None:
        Case.objects.filter(pk=case.pk).update(state="unconfirmed", closed_at=moment(FRIDAY.format("10:30")))
        other = found_team(name="Склад", working_time=office, actor=SYSTEM)

        assert count_promises_anew(team_ids=[other.pk, case.team_id], because="calendar") == 0
        assert fresh(case).updated_at == case.updated_at

    def test_a_new_name_of_the_calendar_moves_nothing(self, case: Case, office: WorkingTime) -> None:
        with at(FRIDAY.format("11:00")):
            set_working_time(
                name="Контора", time_zone=office.time_zone, week=office.week, calendar=office, actor=SYSTEM
            )

            assert run_jobs() in (0, None)

    def test_another_working_time_of_the_team_moves_them(self, case: Case) -> None:
        always = set_working_time(name="Всегда", time_zone="Europe/Moscow", week=ALWAYS, actor=SYSTEM)
        with at(FRIDAY.format("11:00")):
            edit_team(team=case.team, name=case.team.name, working_time=always, is_first=True, actor=SYSTEM)
            run_jobs()

        assert fresh(case).solution_by == moment("2026-11-21T04:00+03:00")
        assert told(case) == [("calendar", ["solution"])]

    def test_another_team_another_kind(self, case: Case) -> None:
        always = set_working_time(name="Всегда", time_zone="Europe/Moscow", week=ALWAYS, actor=SYSTEM)
        night = found_team(name="Ночная", working_time=always, actor=SYSTEM)
        words = Words(first_answer_minutes=120, solution_minutes=HOUR * 4)
        make_standard("Жалобы", words=words, case_kind="complaint")
        with at(FRIDAY.format("11:00")):
            edit_case(case=fresh(case), actor=acting(case.owner), changes={"kind": "complaint"})
            assert fresh(case).due_at == fresh(case).first_answer_by == moment(FRIDAY.format("12:00"))
            edit_case(case=fresh(case), actor=acting(case.owner), changes={"priority": "urgent"})
            edit_case(case=fresh(case), actor=acting(case.owner), changes={"team": night, "kind": "question"})

        assert fresh(case).solution_by == moment("2026-11-21T04:00+03:00")
        assert told(case) == [("kind", ["first_answer", "solution"]), ("team", ["first_answer", "solution"])]

    def test_what_a_priority_means_is_a_rule_of_the_house(self, case: Case) -> None:
        with at(FRIDAY.format("11:00")):
            edit_case(case=fresh(case), actor=acting(case.owner), changes={"priority": "urgent"})
            assert fresh(case).due_at == case.due_at

            change_policies(values={"standards.urgent_percent": 50}, actor=SYSTEM)
            run_jobs()
            assert fresh(case).due_at == fresh(case).first_answer_by == moment(FRIDAY.format("12:00"))

            edit_case(case=fresh(case), actor=acting(case.owner), changes={"priority": "normal"})
            assert fresh(case).due_at == case.due_at
            other = make_case(owner=case.owner, priority="urgent", at=moment(FRIDAY.format("11:00")))

        assert other.solution_by == moment(MONDAY.format("11:00"))
        assert told(case) == [("priority", ["first_answer", "solution"])] * 2

    def test_a_worker_that_believes_the_old_rule_asks_anew(self, case: Case) -> None:
        Case.objects.filter(pk=case.pk).update(priority="urgent")
        with at(FRIDAY.format("11:00")):
            assert policy("standards.urgent_percent") == 100
            Policy.objects.create(name="standards.urgent_percent", value=50)  # by another process

            follow_the_priorities(PoliciesChanged(names=["standards.urgent_percent"]))

        assert fresh(case).due_at == moment(FRIDAY.format("12:00"))

    def test_the_reason_stands_in_the_timeline_in_words(self, case: Case, office: WorkingTime) -> None:
        self.follow(office, FRIDAY.format("11:00"), exceptions={"2026-11-20": [["09:00", "12:00"]]})

        event = Event.objects.get(name="cases.promises_moved", case_id=case.pk)
        with at(FRIDAY.format("11:00")):
            line = happened(event, Known(people={}, said={}, names=Names(known={})))

        assert line is not None
        assert "Рабочее время изменилось, сроки пересчитаны." in line.html
        assert "Первый ответ: 23 ноя, 11:00 вместо сегодня, 14:00" in line.html


@pytest.mark.django_db(transaction=True)
class TestTogether:
    @locks("cases.actions.recounting.count_promises_anew")
    def test_who_answers_while_promises_are_counted_anew_is_not_overwritten(
        self, case: Case, office: WorkingTime
    ) -> None:
        WorkingTime.objects.filter(pk=office.pk).update(exceptions={"2026-11-20": [["09:00", "12:00"]]})

        def slowly() -> None:
            with transaction.atomic():
                row = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
                let_the_other_wait()
                Case.objects.filter(pk=row.pk).update(first_answered_at=moment(FRIDAY.format("11:00")), due_at=None)

        with at(FRIDAY.format("11:00")):
            both(slowly, lambda: count_promises_anew(team_ids=[case.team_id], because="calendar"))

        assert fresh(case).first_answer_by == case.first_answer_by
        assert fresh(case).due_at is None


@settings(deadline=None)  # the first time a country's calendar is laid out
@given(
    minutes=st.integers(1, 3000),
    rests=st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 9_000)), max_size=4),
)
def test_rest_after_rest_a_deadline_moves_to_where_it_is_counted(minutes: int, rests: list[tuple[int, int]]) -> None:
    """What actions do step by step is what counting from the beginning gives."""
    start = datetime(2026, 11, 20, 7, tzinfo=UTC)
    russia = calendar(country="RU")
    deadline, began, taken = add_working(start, minutes, russia), start, []
    for wait, length in rests:
        rest = began + timedelta(minutes=wait), began + timedelta(minutes=wait + length)
        deadline = moved_by(deadline, rest, russia)
        taken.append(rest)
        began = rest[1]

    assert deadline == add_working(start, minutes, russia, taken)
