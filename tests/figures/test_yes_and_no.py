"""Standards kept, gestures, refusals, and what was said after them: on the page, for programs, by rule."""

import re

import pytest
from django.utils import timezone

from otklik.cases.actions import mark_solved, tick_step
from otklik.cases.figures.standards import standards_kept
from otklik.cases.models import Case
from otklik.figures.asked import By, Measure, asked_of, groups_of, measures
from otklik.figures.counting import counted
from otklik.figures.views import IN_SHORT
from otklik.foundation.actors import Role
from otklik.foundation.switching import switch_module
from otklik.goodwill.actions import give, reverse_gesture, say_no
from otklik.goodwill.models import Gesture
from otklik.standards.actions import Words
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, fresh, make_agent, make_case, make_lead, make_standard
from tests.desk.visiting import desk
from tests.figures.test_api import figure, rows
from tests.goodwill.building import make_budget, make_gift, make_rule, wish
from tests.goodwill.test_figures import case_of, long_ago, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Agent:
    return make_lead()


@pytest.fixture
def cases(olga: Agent) -> list[Case]:
    """Six: something was given in the first three, "no" was said in the next two."""
    gift, hard, kind = make_gift(), make_rule("hard"), make_rule("kind")
    found = [case_of(olga, number) for number in range(6)]
    make_budget(found[0].team)
    for case in found[:3]:
        give(case=case, wish=wish(gift), actor=acting(olga))
    say_no(case=found[3], rule=hard, reason="Так", actor=acting(olga))
    say_no(case=found[4], rule=kind, reason="Так", actor=acting(olga))
    says(found[0], is_solved=True)
    says(found[1], is_solved=False)
    says(found[3], is_solved=False)
    says(found[4], is_solved=True)
    return found


def test_standards_kept_say_the_same_as_the_page_of_standards(olga: Agent) -> None:
    standard = make_standard(words=Words(how=["Извинились", "Назвали час"]), case_kind="complaint")
    solved = []
    for number, done in enumerate([(1, 2), (1, 2), (1,)]):
        case = make_case(owner=olga, kind="complaint", address=f"s{number}@mail.example")
        for step in done:
            tick_step(case=case, number=step, actor=acting(olga))
        mark_solved(case=fresh(case), actor=acting(olga), summary="Сделано")
        solved.append(case)
    Case.objects.filter(pk=solved[1].pk).update(first_answer_by=case.created_at, first_answered_at=timezone.now())
    make_case(owner=olga, kind="complaint")

    said = figure(Program(olga), "standards_kept", by="standard")

    [line] = standards_kept(acting(olga), since=long_ago())  # type: ignore[arg-type]
    assert (said["value"], said["n"]) == (pytest.approx(1 / 3), 3) == (line.figure.value, line.cases)
    assert [(point["key"], point["n"]) for point in said["series"]] == [(str(standard.pk), 3)]
    verdicts = {row["case"]: row["verdict"] for row in rows(Program(olga), said["rows_url"])}
    assert verdicts == {solved[0].pk: "yes", solved[1].pk: "no", solved[2].pk: "no"}


def test_gestures_and_refusals_are_shares_of_the_cases_of_these_days(cases: list[Case], olga: Agent) -> None:
    program = Program(olga)

    given, refused = figure(program, "gestures"), figure(program, "refusals")

    assert (given["value"], given["n"], refused["value"], refused["n"]) == (0.5, 6, pytest.approx(2 / 6), 6)
    assert {row["case"] for row in rows(program, given["rows_url"]) if row["verdict"] == "yes"} == {
        one.pk for one in cases[:3]
    }


def test_a_gesture_that_was_taken_back_counts_nowhere(cases: list[Case], olga: Agent) -> None:
    reverse_gesture(gesture=Gesture.objects.get(case=cases[2]), reason="По ошибке", actor=acting(olga))

    assert figure(Program(olga), "gestures")["value"] == pytest.approx(2 / 6)
    assert figure(Program(olga), "satisfied_after_gesture")["left_out"] == 0


def test_who_said_nothing_after_a_gesture_is_left_out(cases: list[Case], olga: Agent) -> None:
    said = figure(Program(olga), "satisfied_after_gesture")

    assert (said["value"], said["n"], said["left_out"]) == (0.5, 2, 1)
    verdicts = {row["case"]: row["verdict"] for row in rows(Program(olga), said["rows_url"])}
    assert verdicts == {cases[0].pk: "yes", cases[1].pk: "no"}


def test_what_was_said_before_a_refusal_is_not_said_of_it(olga: Agent) -> None:
    case = case_of(olga, 1)
    says(case, is_solved=False)
    say_no(case=fresh(case), rule=make_rule(), reason="Так", actor=acting(olga))

    said = figure(Program(olga), "satisfied_after_refusal")

    assert (said["n"], said["left_out"]) == (0, 1)


def test_after_refusals_is_divided_by_rule_and_each_opens_its_own_cases(cases: list[Case], olga: Agent) -> None:
    program = Program(olga)

    said = figure(program, "satisfied_after_refusal", by="rule")

    parts = {point["label"]: point for point in said["series"]}
    assert {name: (part["value"], part["n"]) for name, part in parts.items()} == {
        "Правило hard": (0, 1),
        "Правило kind": (1, 1),
    }
    assert [row["case"] for row in rows(program, parts["Правило hard"]["rows_url"])] == [cases[3].pk]
    one = figure(program, "satisfied_after_refusal", rule=parts["Правило kind"]["key"])
    assert (one["value"], one["n"]) == (1, 1)


@pytest.mark.parametrize(("asked", "code"), [({"by": "rule"}, "by_unknown"), ({"rule": "1"}, "filter_unknown")])
def test_only_what_is_said_after_refusals_knows_rules(olga: Agent, asked: dict[str, str], code: str) -> None:
    answer = Program(olga).get("/figures/cases", measure="refusals", **asked)

    assert (answer.status_code, answer.json()["code"]) == (422, code)  # type: ignore[attr-defined]


def test_the_page_divides_by_rule_and_leads_on_without_it(cases: list[Case], olga: Agent) -> None:
    client = desk(olga)
    page = client.get("/desk/figures/", {"measure": "satisfied_after_refusal", "by": "rule"})

    assert "Правило hard" in page.text
    [narrowed] = re.findall(r'<th scope="row"><a href="([^"]*rule=\d+[^"]*)">Правило kind</a>', page.text)
    assert client.get("/desk/figures/" + narrowed.replace("&amp;", "&")).status_code == 200
    for url in re.findall(r'<dt><a href="(\?[^"]*)"', page.text):
        assert client.get("/desk/figures/" + url.replace("&amp;", "&").split("#")[0]).status_code == 200


def test_a_house_without_goodwill_counts_nothing_of_it() -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    switch_module(name="goodwill", is_on=False, actor=acting(vera))

    page = desk(vera).get("/desk/figures/")
    answer = Program(vera).get("/figures/cases", measure="gestures")

    assert "measure=refusals" not in page.text
    assert (answer.status_code, answer.json()["code"]) == (422, "measure_unknown")  # type: ignore[attr-defined]
    assert desk(vera).get("/desk/figures/in-short/3/").status_code == 404


def test_in_short_comes_in_groups_each_of_which_says_what_stands_at_length(cases: list[Case], olga: Agent) -> None:
    client, actor, now = desk(olga), acting(olga), timezone.now()
    page = client.get("/desk/figures/")
    addresses = [one.replace("&amp;", "&") for one in re.findall(r'hx-get="(/desk/figures/in-short/[^"]*)"', page.text)]

    told = [client.get(address) for address in addresses]

    assert [one.status_code for one in told] == [200] * 4
    text = "".join(one.text for one in told)
    assert re.findall(r"measure=(\w+)", "".join(re.findall(r"<dt><a [^>]*>", text))) == [
        str(one) for group in IN_SHORT for one in group
    ]
    asked = asked_of({"measure": Measure.GESTURES}, actor=actor, now=now)
    assert counted(asked, actor, now=now)[Measure.GESTURES].whole.yes == 3
    assert "50" in told[3].text
    assert client.get("/desk/figures/in-short/9/").status_code == 404


def test_every_measure_stands_in_short_once() -> None:
    assert sorted(one for group in IN_SHORT for one in group) == sorted(measures())
    assert By.RULE not in groups_of(Measure.REFUSALS)
