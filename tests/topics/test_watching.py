"""More than usual is noticed, told once, and becomes a problem that is closed only when it has gone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.cases.models import Alert, Case
from otklik.complaints.actions import move_problem, save_problem
from otklik.complaints.models import Problem, ProblemCase
from otklik.customers.actions import identify
from otklik.foundation.actors import SYSTEM
from otklik.foundation.policies import set_policy
from otklik.team.models import Agent
from otklik.topics.actions import link_those_touched, look_for_signals, watch_problem
from otklik.topics.counting import monday_of
from otklik.topics.models import Signal, Text, Topic, Watch
from tests.building import acting, make_case, make_lead, refused
from tests.desk.visiting import desk
from tests.topics.making import by_words, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_words")]
__all__ = ["by_words"]


@pytest.fixture
def olga() -> Agent:
    return make_lead()


@pytest.fixture
def topic() -> Topic:
    return make_topic()


def a_year(topic: Topic, *, last: int, usual: int = 1, cases: int = 12) -> list[Case]:
    """Nine whole weeks with ``cases`` cases each, ``usual`` of them about the topic, in the last week ``last``."""
    template = make_case()
    monday = monday_of(timezone.now())
    rows = []
    for week in range(9, 0, -1):
        for place in range(cases):
            at = monday - timedelta(days=7 * week) + timedelta(hours=1 + place)
            customer = identify(kind="email", value=f"c{week}-{place}@mail.example", name="")
            rows.append(clone(template, customer_id=customer.pk, created_at=at))
    for place, case in enumerate(rows):
        week, number = divmod(place, cases)
        if number < (last if week == 8 else usual):
            said_of(topic, case)
    return rows


def clone(case: Case, **values: object) -> Case:
    row = Case.objects.get(pk=case.pk)
    row.pk = None
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def said_of(topic: Topic, case: Case) -> None:
    Text.objects.create(source="case", case=case, words="Где посылка?", at=case.created_at, topic=topic)


def test_a_week_above_the_limit_opens_a_problem_and_tells_the_leads_once(olga: Agent, topic: Topic) -> None:
    a_year(topic, last=9)
    now = timezone.now()

    assert (look_for_signals(now), look_for_signals(now)) == (1, 0)

    signal = Signal.objects.get()
    assert (signal.kind, signal.seen, signal.cases, signal.expected) == ("week", 9, 12, pytest.approx(1))
    problem = Problem.objects.get()
    assert (signal.problem, problem.owner, problem.state) == (problem, olga, "open")
    assert problem.title.startswith("Посылка не пришла: чаще обычного с ")
    assert Watch.objects.get().topic == topic
    assert [alert.agent for alert in Alert.objects.filter(reason="topics.signal")] == [olga]
    page = desk(olga).get("/desk/topics/").text
    assert problem.title in page
    assert "9 из 12" in page
    assert "Посылка не пришла" in desk(olga).get("/desk/alerts/").text


def test_what_is_within_the_limit_is_told_to_nobody(olga: Agent, topic: Topic) -> None:
    a_year(topic, last=3)

    assert look_for_signals(timezone.now()) == 0
    set_policy("topics.signal_from", 2)
    assert look_for_signals(timezone.now()) == 0


def test_a_spike_within_a_day_does_not_wait_for_the_week_to_end(olga: Agent, topic: Topic) -> None:
    rows = a_year(topic, last=1)
    now = timezone.now()
    for _number in range(5):
        said_of(topic, clone(rows[0], created_at=now - timedelta(hours=1)))

    assert look_for_signals(now) == 1

    assert (Signal.objects.get().kind, Signal.objects.get().seen) == ("day", 5)
    assert look_for_signals(now) == 0


def test_those_whom_it_touches_are_linked_from_its_first_day_on(olga: Agent, topic: Topic) -> None:
    rows = a_year(topic, last=9)
    look_for_signals(timezone.now())

    assert (link_those_touched(), link_those_touched()) == (9, 0)

    assert set(ProblemCase.objects.values_list("case", flat=True)) == {row.pk for row in rows[-12:-3]}


def test_while_it_is_worked_at_another_week_is_no_news_but_belongs_to_the_same_problem(
    olga: Agent, topic: Topic
) -> None:
    a_year(topic, last=9)
    later = timezone.now()
    look_for_signals(later)
    Signal.objects.update(begins=Signal.objects.get().begins - timedelta(days=7))

    assert look_for_signals(later) == 1

    assert (Signal.objects.count(), Problem.objects.count(), Alert.objects.filter(reason="topics.signal").count()) == (
        2, 1, 1,
    )  # fmt: skip


def test_a_problem_is_not_called_checked_before_it_was_measured_again(olga: Agent, topic: Topic) -> None:
    a_year(topic, last=9)
    look_for_signals(timezone.now())
    problem = fixed(olga, weeks_ago=0)

    with refused("too_early_to_tell"):
        move_problem(problem=problem, to="checked", actor=acting(olga))
    assert "Слишком рано" in desk(olga).get(f"/desk/problems/{problem.pk}/").text


def test_a_problem_whose_rate_has_not_come_down_is_not_called_checked_but_may_be_said_not_to_have_helped(
    olga: Agent, topic: Topic
) -> None:
    a_year(topic, last=1)
    problem = save_problem(values={"title": "Посылки", "owner": olga, "watch_weeks": 2}, actor=acting(olga))
    watch_problem(problem=problem, topic=topic, actor=acting(olga))
    problem = fixed(olga, weeks_ago=4)

    with refused("rate_is_not_down"):
        move_problem(problem=problem, to="checked", actor=acting(olga))
    with refused("reason_missing"):
        move_problem(problem=problem, to="no_help", actor=acting(olga))
    done = move_problem(problem=problem, to="no_help", because="Курьер один", actor=acting(olga))

    assert (done.state, done.no_help_because) == ("no_help", "Курьер один")


def fixed(olga: Agent, *, weeks_ago: int) -> Problem:
    problem = Problem.objects.get()
    save_problem(values={"root_cause": "Так", "changes": "Иначе"}, actor=acting(olga), problem=problem)
    move_problem(problem=problem, to="fixed", actor=acting(olga))
    Problem.objects.update(fixed_at=timezone.now() - timedelta(days=7 * weeks_ago))
    return Problem.objects.get()


def test_a_lead_says_which_topic_measures_a_problem_and_one_is_enough(olga: Agent, topic: Topic) -> None:
    problem = save_problem(values={"title": "Посылки", "owner": olga}, actor=acting(olga))
    lead, place = desk(olga), f"/desk/problems/{problem.pk}/"
    other = make_topic("Другая")

    assert "Мерить её темой" in lead.get(place).text
    lead.post(f"/desk/topics/problems/{problem.pk}", {"topic": topic.pk})

    assert topic.path in lead.get(place).text
    assert problem.title in lead.get(f"/desk/topics/{topic.pk}/").text
    with refused("watched_already"):
        watch_problem(problem=problem, topic=other, actor=SYSTEM)
    told = lead.post(f"/desk/topics/problems/{problem.pk}", {"topic": other.pk}, follow=True).text
    assert "уже мерит другая тема" in told
