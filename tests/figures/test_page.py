"""The page of figures: every measure in short, one at length, compared, taken out; as far as one may see."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import confirm_satisfaction, take_dissatisfaction
from otklik.cases.models import Case
from otklik.customers.models import Organization
from otklik.figures.asked import Measure, asked_of, groups_of
from otklik.figures.counting import counted
from otklik.figures.telling import figure_of
from otklik.foundation.actors import Sight
from otklik.foundation.models import Event
from otklik.team.models import Agent, Team
from tests.building import acting, customer_actor, make_agent, make_lead
from tests.desk.visiting import desk
from tests.figures.serving import happened, served

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("measure", list(Measure))
def test_each_measure_has_its_page_its_tables_and_its_cases(measure: str) -> None:
    lead = make_lead()
    case = served(lead, 1, ago=90, answered=30, solved=60)
    confirm_satisfaction(case=case, actor=customer_actor(case), satisfaction=5, ease=6, explained_twice=False)
    client = desk(lead)

    page = client.get("/desk/figures/", {"measure": measure})

    assert page.status_code == 200
    for address in {one.replace("&amp;", "&") for one in re.findall(r'"(/desk/figures/\w+/\?[^"]*)"', page.text)}:
        assert client.get(address).status_code == 200
        assert client.post(address, {"file": "xlsx"}).status_code == 200
    assert page.text.count('aria-current="true"') >= 1


def test_in_short_each_says_what_it_says_at_length() -> None:
    lead = make_lead()
    actor, now = acting(lead), timezone.now()
    for number in range(3):
        case = served(lead, number, ago=90, answered=30, solved=60)
        if number < 2:
            confirm_satisfaction(case=case, actor=customer_actor(case))
        else:
            take_dissatisfaction(case=case, actor=customer_actor(case), reason="customer_said_no")
    happened("cases.closed", served(lead, 5, ago=90, solved=60), at=now, outcome="unconfirmed")

    for measure in Measure:
        asked = asked_of({"measure": measure}, actor=actor, now=now + timedelta(minutes=1))
        alone = counted(asked, actor, now=now)[measure]
        for other in Measure:
            first = asked_of({"measure": other}, actor=actor, now=now + timedelta(minutes=1))
            beside = counted(first, actor, now=now, sums=list(Measure))[measure]
            told = [figure_of(asked, one, one.whole) for one in (alone, beside)]
            assert told[0] == told[1]


@pytest.mark.parametrize("by", groups_of(Measure.SOLUTION))
def test_it_is_compared_by_everything_with_a_fixed_number_of_questions(
    by: str, django_assert_max_num_queries: Any
) -> None:
    lead = make_lead()
    for number in range(3):
        served(make_agent(f"Агент {number}", f"a{number}@gorizont.example"), number, ago=90, answered=30)
    client = desk(lead)
    client.get("/desk/figures/")

    with django_assert_max_num_queries(10):
        page = client.get("/desk/figures/", {"by": by, "measure": "solution"})

    assert page.status_code == 200


def test_an_empty_house_says_so() -> None:
    page = desk(make_lead()).get("/desk/figures/", {"by": "organization"}, headers={"accept-language": "ru"})

    assert "Сравнить в эти дни нечего" in page.text


def test_a_case_behind_a_number_is_no_formula_in_a_file() -> None:
    lead = make_lead()
    case = served(lead, 1, ago=90, answered=30)
    Case.objects.filter(pk=case.pk).update(subject="=1+1")
    client = desk(lead)

    file = client.post("/desk/figures/cases/?measure=first_answer", {"file": "csv"})
    book = client.post("/desk/figures/cases/?measure=first_answer", {"file": "xlsx"})

    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert (rows[1][0], rows[1][1], rows[1][5]) == (str(case.pk), "'=1+1", "1800")
    cell = openpyxl.load_workbook(io.BytesIO(book.content)).active["B2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1")
    assert Event.objects.filter(name="foundation.table_taken", payload__table="first-answer-cases").count() == 2


def test_an_agent_sees_the_sum_of_the_team_and_opens_only_their_own(client: Client) -> None:
    lead, anna = make_lead(), make_agent()
    Agent.objects.filter(pk=anna.pk).update(sight=Sight.OWN)
    served(lead, 1, ago=90, answered=30)
    mine = served(anna, 2, ago=80, answered=10)
    client.force_login(anna)

    page = client.get("/desk/figures/", {"by": "agent"})
    behind = client.get("/desk/figures/cases/?measure=first_answer")

    assert "Ольга Петрова" not in re.sub(r"<select.*?</select>", "", page.text, flags=re.DOTALL).split('id="told"')[1]
    assert re.findall(r"/desk/cases/(\d+)/", behind.text) == [str(mine.pk)]
    assert client.get("/desk/figures/", {"agent": lead.pk}).status_code == 403


def test_a_foreign_team_is_out_of_sight() -> None:
    anna = make_agent()
    Agent.objects.filter(pk=anna.pk).update(sight=Sight.TEAM)
    other = Team.objects.create(name="Чужая команда", working_time=anna.memberships.get().team.working_time)
    foreign = served(make_lead(), 1, ago=90, answered=30)
    Case.objects.filter(pk=foreign.pk).update(team=other)

    page = desk(anna).get("/desk/figures/")

    assert "Чужая команда" not in page.text


def test_one_organization_is_chosen_from_the_comparison_and_left_again() -> None:
    lead = make_lead()
    case = served(lead, 1, ago=90, answered=30)
    Case.objects.filter(pk=case.pk).update(organization=Organization.objects.create(name="ООО «Ромашка»"))
    client = desk(lead)

    page = client.get("/desk/figures/", {"by": "organization"})
    [address] = re.findall(r'href="(\?[^"]*organization=\d+[^"]*)"', page.text)
    narrowed = client.get("/desk/figures/" + address.replace("&amp;", "&"))

    assert re.search(r"<option value=\"\d+\" selected>ООО «Ромашка»</option>", narrowed.text)


def test_days_that_cannot_be_are_told_and_the_usual_ones_shown() -> None:
    today = timezone.localdate()

    page = desk(make_lead()).get("/desk/figures/", {"from": today, "to": today - timedelta(days=3)})

    assert page.status_code == 422
    assert "Первый день позже последнего." in page.text


def test_what_is_no_table_is_not_found() -> None:
    client = desk(make_lead())

    assert client.get("/desk/figures/salaries/").status_code == 404
    assert client.get("/desk/figures/percentiles/?measure=effort").status_code == 404
