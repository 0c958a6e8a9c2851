"""A machine's letter promises nobody anything; the first word of a person does."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from otklik.cases.actions import edit_case, mark_solved, reopen, reply
from otklik.cases.figures import rows_behind, team_figures
from otklik.cases.models import Case
from otklik.desk.standing import promises
from otklik.reach.models import Message
from otklik.standards.queries import promise_for
from otklik.team.models import Agent
from otklik.ui.words import ring_dash
from tests.building import acting, arrive, fresh, letter, make_agent, make_case, make_lead, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def case(anna: Agent) -> Case:
    """What a robot at Ivan's address sent, days ago."""
    with time_machine.travel(timezone.now() - timedelta(days=5), tick=False):
        arrive(letter("Отчёт готов", Message_ID="<robot@mail.example>", Auto_Submitted="auto-generated"))
    return Case.objects.get()


def write(text: str = "Посмотрите, пожалуйста", **headers: str) -> Message:
    arrive(letter(text, Message_ID="<ivan@mail.example>", In_Reply_To="<robot@mail.example>", **headers))
    return Message.objects.latest("id")


def test_a_robot_is_promised_nothing(case: Case) -> None:
    assert (case.first_answer_by, case.next_word_by, case.due_at) == (None, None, None)


def test_its_page_and_its_row_say_so(case: Case, anna: Agent) -> None:
    page = desk(anna).get(f"/desk/cases/{case.pk}/").text

    assert "Первый ответ" not in page
    assert "Это письмо робота: ему ничего не обещано" in page
    assert "без срока" in desk(anna).get("/desk/").text


def test_it_is_neither_late_nor_waiting_in_any_figure(case: Case, anna: Agent) -> None:
    assert f"/desk/cases/{case.pk}/" not in desk(anna).get("/desk/?view=at-risk").text
    assert team_figures(acting(make_lead()), since=case.created_at - timedelta(days=1), now=timezone.now()).waits.n == 0


def test_the_word_of_a_person_starts_the_promise(case: Case) -> None:
    said = write()

    now, promise = fresh(case), promise_for(kind=case.kind, team=case.team, since=said.at)
    assert (now.first_answer_by, now.due_at) == (promise.first_answer_by, promise.first_answer_by)
    assert (now.next_word_by, now.solution_by) == (promise.next_word_by, promise.solution_by)


def test_a_second_word_does_not_move_it(case: Case) -> None:
    write()
    promised = fresh(case).first_answer_by

    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        arrive(letter("Ау", Message_ID="<again@mail.example>", In_Reply_To="<robot@mail.example>"))

    assert (fresh(case).first_answer_by, fresh(case).due_at) == (promised, promised)


def test_the_first_answer_is_counted_from_the_word_of_a_person(case: Case, anna: Agent) -> None:
    said = write()
    with time_machine.travel(said.at + timedelta(minutes=20), tick=False):
        reply(case=fresh(case), actor=acting(anna), text="Посмотрели, всё на месте.")
        run_jobs()
        lead, since, now = acting(make_lead()), said.at - timedelta(hours=1), timezone.now()
        waits = team_figures(lead, since=since, now=now).waits
        row = rows_behind("first-answers", actor=lead, since=since, now=now).rows[0]
        page = desk(anna).get(f"/desk/cases/{case.pk}/").text

    assert [round(one) for one in waits.finished] == [20 * 60]
    assert (row[3], row[5]) == (said.at, 20 * 60)
    assert "Первый ответ за 20 мин" in page.replace("\u00a0", " ")


def test_who_waits_for_the_first_answer_waits_from_the_word_of_a_person(case: Case, anna: Agent) -> None:
    said = write()
    with time_machine.travel(said.at + timedelta(minutes=1), tick=False):
        waits = team_figures(acting(make_lead()), since=said.at - timedelta(hours=1), now=timezone.now()).waits
        [first, *_rest] = promises(fresh(case))
        page = desk(anna).get("/desk/?view=open").text

    assert [round(one) for one in waits.unfinished] == [60]
    assert first.share < 0.1
    assert ring_dash(first.share) in page


def test_another_kind_of_case_keeps_to_the_word_of_a_person(case: Case, anna: Agent) -> None:
    said = write()

    edit_case(case=fresh(case), actor=acting(anna), changes={"kind": "complaint"})

    promise = promise_for(kind="complaint", team=case.team, since=said.at)
    assert (fresh(case).first_answer_by, fresh(case).solution_by) == (promise.first_answer_by, promise.solution_by)


def test_a_robots_case_that_a_person_opens_again_is_asked_then(case: Case) -> None:
    Case.objects.update(state=Case.State.UNCONFIRMED, closed_at=timezone.now(), waits_for=Case.WaitsFor.NOBODY)

    write()

    now = fresh(case)
    assert now.state == Case.State.OPEN
    assert now.asked_at is not None
    assert timezone.now() - now.asked_at < timedelta(minutes=1)


def test_what_a_person_asked_first_is_asked_when_it_came(anna: Agent) -> None:
    case = make_case(owner=anna)
    mark_solved(case=case, actor=acting(anna), summary="Готово.")
    reopen(case=fresh(case), actor=acting(anna), reason="Ещё нет")

    assert (fresh(case).asked_at, fresh(case).asked_since) == (None, case.created_at)


def test_another_robot_starts_nothing(case: Case) -> None:
    write("Отчёт готов", Auto_Submitted="auto-generated")

    assert fresh(case).due_at is None


def test_another_kind_of_case_starts_nothing(case: Case, anna: Agent) -> None:
    edit_case(case=case, actor=acting(anna), changes={"kind": "complaint"})

    assert (fresh(case).first_answer_by, fresh(case).due_at) == (None, None)


def test_an_answer_to_a_robot_is_late_for_nobody(case: Case, anna: Agent) -> None:
    reply(case=case, actor=acting(anna), text="Спасибо, получили.")
    run_jobs()

    assert fresh(case).first_answered_at is not None
    assert "с опозданием" not in desk(anna).get(f"/desk/cases/{case.pk}/").text


def test_a_person_is_promised_an_answer(anna: Agent) -> None:
    case = make_case(owner=anna)

    assert case.due_at == case.first_answer_by
    assert "Первый ответ" in desk(anna).get(f"/desk/cases/{case.pk}/").text


def test_what_was_promised_to_robots_before_is_promised_no_more(case: Case, anna: Agent) -> None:
    robots, persons = case, make_case(owner=anna)
    Case.objects.update(first_answer_by=timezone.now(), due_at=timezone.now(), next_word_by=timezone.now())

    with connection.cursor() as cursor:
        cursor.execute(import_module("otklik.cases.migrations.0016_machines_are_promised_nothing")._THERE)

    assert (fresh(robots).first_answer_by, fresh(robots).due_at) == (None, None)
    assert fresh(persons).due_at is not None


def test_who_asked_later_is_known_of_older_cases_too(case: Case, anna: Agent) -> None:
    said = write()
    persons, silent = make_case(owner=anna), make_case(owner=anna)
    Message.objects.filter(conversation__thread__case=silent).update(automatic_because="auto_submitted")
    Case.objects.update(asked_at=None)

    with connection.cursor() as cursor:
        cursor.execute(import_module("otklik.cases.migrations.0018_who_asked_later")._THERE)

    assert [fresh(one).asked_at for one in (case, persons, silent)] == [said.at, None, None]
