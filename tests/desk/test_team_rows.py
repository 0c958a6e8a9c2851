"""The lead's board as tables: looked at, taken out, as far as one may see."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from otklik.cases.actions import mark_spam, reply
from otklik.cases.figures import first_answer_of, rows_behind, team_figures
from otklik.cases.models import Case
from otklik.foundation.actors import Sight
from otklik.foundation.figures.tables import MOST_ROWS
from otklik.foundation.models import Event
from otklik.team.models import Agent, Team
from tests.building import acting, fresh, make_agent, make_case, make_customer, make_lead, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
TABLES = ["words", "first-answers", "people", "outcomes", "satisfied-by-day", "first-answer-by-day"]


def waiting(owner: Agent, number: int, minutes: int, answered_after: int | None) -> Case:
    case = make_case(
        owner=owner,
        subject=f"=Вопрос {number}",
        customer=make_customer(f"К{number}", f"k{number}@mail.example"),
        address=f"k{number}@mail.example",
    )
    at = timezone.now() - timedelta(minutes=minutes)
    answered = None if answered_after is None else at + timedelta(minutes=answered_after)
    Case.objects.filter(pk=case.pk).update(created_at=at, first_answered_at=answered)
    return case


@pytest.mark.parametrize("name", TABLES)
def test_each_table_is_a_page_and_a_file(name: str) -> None:
    olga = make_lead()
    waiting(olga, 1, 90, 30)
    client = desk(olga)

    page = client.get(f"/desk/team/rows/{name}/?days=30")
    file = client.post(f"/desk/team/rows/{name}/?days=30", {"file": "csv"})

    assert page.status_code == 200
    assert f'action="/desk/team/rows/{name}/?days=30"' in page.text or "Показать нечего" in page.text
    assert file["Content-Type"].startswith("text/csv")
    assert [row.payload["table"] for row in Event.objects.filter(name="foundation.table_taken")] == [name]


def test_an_agent_is_refused_and_an_unknown_table_is_not_found() -> None:
    agent, lead = desk(make_agent()), desk(make_lead())

    assert agent.get("/desk/team/rows/people/").status_code == 403
    assert agent.post("/desk/team/rows/people/", {"file": "csv"}).status_code == 403
    assert not Event.objects.filter(name="foundation.table_taken").exists()
    assert lead.get("/desk/team/rows/salaries/").status_code == 404


def test_first_answers_leave_typed_and_harmless() -> None:
    olga = make_lead()
    answered, waits = waiting(olga, 1, 90, 30), waiting(olga, 2, 60, None)
    client = desk(olga)

    table = list(csv.reader(io.StringIO(client.post("/desk/team/rows/first-answers/", {"file": "csv"}).text)))
    book = openpyxl.load_workbook(
        io.BytesIO(client.post("/desk/team/rows/first-answers/", {"file": "xlsx"}).content)
    ).worksheets[0]

    assert [row[0] for row in table[1:]] == [str(waits.pk), str(answered.pk)]
    assert table[2][1] == "'=Вопрос 1"
    assert (table[1][4], table[2][5]) == ("", "1800")
    assert 3600 <= int(table[1][5]) < 3700
    assert (book["B2"].data_type, book["A2"].value, book["F3"].value) == ("s", waits.pk, timedelta(minutes=30))


def test_whoever_still_waits_counts_in_the_median() -> None:
    olga = make_lead()
    for number, after in enumerate((10, 20, None, None, None)):
        waiting(olga, number, 120 + number, after)
    now = timezone.now()

    figures = team_figures(acting(olga), since=now - timedelta(days=1), now=now)
    found = first_answer_of(figures.waits)
    page = desk(olga).get("/desk/team/").text

    assert figures.first_answer is None
    assert (found.n, found.unfinished, found.is_at_least) == (5, 3, True)
    assert found.value == pytest.approx(122 * 60, abs=2)
    assert "≥ 2 ч 2 мин" in page
    assert "3 ещё ждут, и это учтено" in page


def test_the_rows_are_what_the_figure_counts() -> None:
    olga = make_lead()
    cases = [waiting(olga, number, 90, 30) for number in range(3)]
    mark_spam(case=fresh(cases[0]), actor=acting(olga))
    Case.objects.filter(pk=cases[1].pk).update(custom={"history": True})
    now = timezone.now()
    since = now - timedelta(days=1)

    counted = team_figures(acting(olga), since=since, now=now).waits.n
    rows = rows_behind("first-answers", acting(olga), since=since, now=now).rows

    assert counted == 1
    assert [row[0] for row in rows] == [cases[2].pk]


def test_rows_end_where_sight_ends() -> None:
    olga = make_lead()
    other = make_agent("Пётр", "petr@gorizont.example")
    waiting(other, 1, 90, 30)
    theirs = Team.objects.create(name="Другая", working_time=Case.objects.get().team.working_time)
    Case.objects.update(team=theirs)
    Agent.objects.filter(pk=olga.pk).update(sight=Sight.TEAM)

    page = desk(Agent.objects.get(pk=olga.pk)).get("/desk/team/rows/first-answers/?days=30").text
    Agent.objects.filter(pk=olga.pk).update(sight=Sight.ALL)
    all_ = desk(Agent.objects.get(pk=olga.pk)).get("/desk/team/rows/first-answers/?days=30").text

    assert "Вопрос 1" not in page
    assert "Показать нечего" in page
    assert f'<a href="/desk/cases/{Case.objects.get().pk}/">' in all_


def test_a_file_that_holds_not_all_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.cases.figures.rows.MOST_ROWS", 1)
    olga = make_lead()
    waiting(olga, 1, 90, 30)
    waiting(olga, 2, 60, 30)

    page = desk(olga).get("/desk/team/rows/first-answers/").text

    assert "Вопрос 2" in page
    assert "Вопрос 1" not in page
    assert f"самые новые {MOST_ROWS}" in page


def test_the_board_asks_no_more_however_many_cases(django_assert_max_num_queries) -> None:  # noqa: ANN001
    olga = make_lead()
    for number in range(6):
        case = waiting(olga if number % 2 else make_agent(f"А{number}", f"a{number}@gorizont.example"), number, 90, 9)
    reply(case=case, actor=acting(case.owner), text="Здравствуйте")
    run_jobs()
    client = desk(olga)
    client.get("/desk/team/?days=30")

    with django_assert_max_num_queries(10):
        client.get("/desk/team/?days=30")
