"""GET /figures/cases: every measure in the one shape, divided, narrowed, within sight; and the rows behind it."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.cases.actions import confirm_satisfaction, take_dissatisfaction
from otklik.cases.figures import outcomes, rows_behind, team_figures
from otklik.cases.models import Case
from otklik.cases.queries import promises_of
from otklik.cases.queries.promises import Standing
from otklik.figures.asked import TIMES, Measure, groups_of
from otklik.foundation.actors import Role, Sight
from otklik.foundation.figures import percentile, wilson
from otklik.team.models import Agent, Team
from tests.api.calling import Program
from tests.building import acting, customer_actor, make_agent, make_lead, make_standard
from tests.figures.serving import MINUTE, happened, served

pytestmark = pytest.mark.django_db
SHAPE = {"value", "n", "low", "high", "unit", "series", "left_out", "rows_url"}


def figure(program: Program, measure: str, **asked: Any) -> dict[str, Any]:
    answer = program.get("/figures/cases", measure=measure, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return, attr-defined]


def rows(program: Program, url: str) -> list[dict[str, Any]]:
    path = url.split("/api/v1", 1)[1]
    answer = program.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {program.token}"})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(("measure", "by"), [(one, by) for one in Measure for by in ("", *TIMES, *groups_of(one))])
def test_every_measure_divided_by_everything_has_the_one_shape(measure: str, by: str) -> None:
    lead = make_lead()
    served(lead, 1, ago=50, answered=20, solved=30)

    said = figure(Program(lead), measure, by=by)

    assert said.keys() >= SHAPE
    assert said["measure"] == measure
    assert said["by"] == (by or "day")
    assert sum(point["n"] for point in said["series"]) == said["n"]


def test_half_are_faster_and_who_still_waits_counts_as_at_least_so_long() -> None:
    lead = make_lead()
    for number, minutes in enumerate([10, 20, 30]):
        served(lead, number, ago=100, answered=minutes)
    served(lead, 3, ago=60)

    said = figure(Program(lead), "first_answer")

    assert said["unit"] == "span"
    assert (said["n"], said["unfinished"], said["left_out"]) == (4, 1, 0)
    assert said["value"] == pytest.approx(25 * 60, abs=5)
    assert not said["is_at_least"]
    p90 = next(one for one in said["percentiles"] if (one["percentile"], one["time"]) == (90, "calendar"))
    assert p90["is_at_least"]
    assert p90["value"] == pytest.approx(percentile([600, 1200, 1800, 3600], 0.9), abs=5)


def test_a_case_that_ended_without_an_answer_is_left_out_of_first_answers_and_said() -> None:
    lead = make_lead()
    served(lead, 1, ago=100, solved=50)
    served(lead, 2, ago=100, answered=10, solved=50)

    said = figure(Program(lead), "first_answer")

    assert (said["n"], said["left_out"]) == (1, 1)


def test_working_time_leaves_nights_and_rests_out() -> None:
    lead = make_lead()
    case = served(lead, 1, ago=300, answered=10, solved=240)
    calendar = case.team.working_time
    calendar.week = [[["00:00", "24:00"]]] * 7
    calendar.exceptions, calendar.country = {}, ""
    calendar.save()
    begin = case.created_at
    rest = [(begin + 60 * MINUTE).isoformat(), (begin + 120 * MINUTE).isoformat()]
    Case.objects.filter(pk=case.pk).update(rests=[rest, [(begin + 200 * MINUTE).isoformat(), None]])
    program = Program(lead)

    lived, working = figure(program, "solution"), figure(program, "solution", time="working")
    calendar.week = [[]] * 7
    calendar.save()

    assert lived["value"] == pytest.approx(240 * 60)
    assert working["value"] == pytest.approx(140 * 60)
    assert figure(program, "solution", time="working")["value"] == 0


def test_a_next_word_counts_from_the_first_unanswered_word_to_the_answer_that_reached_them() -> None:
    lead = make_lead()
    case = served(lead, 1, ago=500, answered=10)
    begin = case.created_at
    at = {minutes: begin + minutes * MINUTE for minutes in (10, 100, 130, 160, 300)}
    happened("cases.answered", case, at=at[10], message_id=1)
    happened("cases.heard", case, at=at[100], message_id=2)
    happened("cases.heard", case, at=at[130], message_id=3)
    happened("cases.answered", case, at=at[160], message_id=4)
    happened("cases.heard", case, at=at[300], message_id=5)

    said = figure(Program(lead), "next_word")

    assert (said["n"], said["unfinished"]) == (2, 1)
    spans = [60, 200]
    assert said["value"] == pytest.approx(percentile([one * 60.0 for one in spans], 0.5), abs=5)


def test_an_answer_that_was_lost_is_no_next_word() -> None:
    lead = make_lead()
    case = served(lead, 1, ago=500, answered=10)
    begin = case.created_at
    happened("cases.answered", case, at=begin + 10 * MINUTE, message_id=1)
    happened("cases.heard", case, at=begin + 100 * MINUTE, message_id=2)
    happened("cases.answered", case, at=begin + 120 * MINUTE, message_id=3)
    happened("cases.answer_lost", case, at=begin + 125 * MINUTE, message_id=3)

    said = figure(Program(lead), "next_word")

    assert (said["n"], said["unfinished"]) == (1, 1)
    assert said["value"] == pytest.approx(400 * 60, abs=5)


def test_a_wait_that_began_before_the_days_belongs_to_those_before() -> None:
    lead = make_lead()
    case = served(lead, 1, ago=4 * 24 * 60, answered=10)
    begin = case.created_at
    happened("cases.answered", case, at=begin + 10 * MINUTE, message_id=1)
    happened("cases.heard", case, at=begin + 20 * MINUTE, message_id=2)
    happened("cases.heard", case, at=timezone.now() - 30 * MINUTE, message_id=3)
    since = (timezone.now() - timedelta(hours=2)).isoformat()

    assert figure(Program(lead), "next_word", **{"from": since})["n"] == 0


def test_satisfied_unsatisfied_and_unconfirmed_stand_apart_each_with_wilsons_interval() -> None:
    lead = make_lead()
    for number in range(4):
        case = served(lead, number, ago=100, answered=10, solved=50)
        if number < 3:
            confirm_satisfaction(case=case, actor=customer_actor(case), ease=6, explained_twice=number == 0)
        else:
            take_dissatisfaction(case=case, actor=customer_actor(case), reason="customer_said_no", ease=2)
    silent = served(lead, 9, ago=100, answered=10, solved=50)
    happened("cases.closed", silent, at=timezone.now(), outcome="unconfirmed")
    program = Program(lead)

    satisfied, not_yet, unconfirmed, effort, twice = (
        figure(program, name) for name in ("satisfied", "unsatisfied", "unconfirmed", "effort", "explained_twice")
    )

    assert (satisfied["value"], satisfied["n"], satisfied["left_out"]) == (0.75, 4, 1)
    assert (satisfied["low"], satisfied["high"]) == pytest.approx(wilson(3, 4))
    assert (not_yet["value"], not_yet["n"]) == (0.25, 4)
    assert (unconfirmed["value"], unconfirmed["n"]) == (0.2, 5)
    assert (effort["value"], effort["n"], effort["unit"]) == (5.0, 4, "score")
    assert (twice["value"], twice["n"], twice["left_out"]) == (pytest.approx(1 / 3), 3, 1)


def vow(kind: str, due_at: datetime, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "due_at": due_at.isoformat(), "since": (due_at - MINUTE).isoformat(), **more}


def test_promises_are_counted_as_the_case_tells_them() -> None:
    lead = make_lead()
    now = timezone.now()
    written, at = {"word_given_at": now - 5 * MINUTE}, now - 30 * MINUTE
    rests = [[(now - 20 * MINUTE).isoformat(), None]]
    cases = [
        served(lead, 1, ago=600, answered=10, solved=60),
        served(lead, 2, ago=600, answered=300),
        served(lead, 3, ago=600, answered=300, solved=590, **written, next_word_by=at),
        served(lead, 4, ago=600, answered=300, waits_for="customer", rests=rests, solution_by=at, next_word_by=now),
        served(lead, 5, ago=600, answered=10, waits_for="customer", rests=rests, **written, next_word_by=now),
        served(lead, 6, ago=3000),
        served(lead, 7, ago=600, first_answer_by=None),
        served(lead, 8, ago=600, solved=500),
        served(lead, 9, ago=600, first_answer_by=None, promised=[vow("call_back", now + MINUTE)]),
        served(lead, 10, ago=600, answered=10, promised=[vow("visit", now - MINUTE)]),
        served(lead, 11, ago=600, answered=10, promised=[vow("call_back", now - MINUTE, given_at=at.isoformat())]),
    ]
    states = Counter(one.state for case in cases for one in promises_of(case, now=now))

    said = figure(Program(lead), "promises_kept")

    assert said["n"] == states[Standing("kept")] + states[Standing("broken")]
    assert said["value"] == pytest.approx(states[Standing("kept")] / said["n"])
    assert said["left_out"] == states[Standing("running")] + states[Standing("resting")]
    assert min(states[one] for one in Standing) > 0


def test_reopened_counts_of_those_that_were_called_solved() -> None:
    lead = make_lead()
    served(lead, 1, ago=600, answered=10, solved=60)
    served(lead, 2, ago=600, answered=10, came_back=1)
    served(lead, 3, ago=600, answered=10)

    said = figure(Program(lead), "reopened")

    assert (said["value"], said["n"], said["left_out"]) == (0.5, 2, 1)


def test_a_figure_is_narrowed_and_divided() -> None:
    lead, anna = make_lead(), make_agent()
    standard = make_standard("Жалоба", case_kind="complaint")
    first = served(lead, 1, ago=100, answered=10)
    served(anna, 2, ago=100, answered=30, kind="complaint", standard_version=standard.live)
    program = Program(lead)

    by_agent = figure(program, "first_answer", by="agent")["series"]
    by_standard = {one["key"]: one["label"] for one in figure(program, "first_answer", by="standard")["series"]}

    assert [(one["key"], one["label"], one["n"]) for one in by_agent] == [
        (str(anna.pk), "Анна Смирнова", 1),
        (str(lead.pk), "Ольга Петрова", 1),
    ]
    assert not any(one["is_enough"] for one in by_agent)
    assert by_standard == {"": "Without a standard", str(standard.pk): "Жалоба"}
    assert figure(program, "first_answer", kind="complaint")["value"] == pytest.approx(1800, abs=1)
    assert figure(program, "first_answer", standard="none")["value"] == pytest.approx(600, abs=1)
    assert figure(program, "first_answer", organization="none", channel=first.channel)["n"] == 2


def test_only_the_days_asked_for_count_and_the_last_one_wholly() -> None:
    lead = make_lead()
    served(lead, 1, ago=3 * 24 * 60, answered=10)
    served(lead, 2, ago=1, answered=0)
    program = Program(lead)
    today = timezone.localdate()

    both = figure(program, "first_answer", **{"from": str(today - timedelta(days=3)), "to": str(today)})
    old = figure(program, "first_answer", to=str(today - timedelta(days=2)))

    assert both["n"] == 2
    assert [point["key"] for point in both["series"]] == [str(today - timedelta(days=n)) for n in (3, 2, 1, 0)]
    assert old["n"] == 1


def test_every_number_opens_the_cases_it_stands_on() -> None:
    lead = make_lead()
    first, second = served(lead, 1, ago=100, answered=10), served(lead, 2, ago=90)
    program = Program(lead)

    said = figure(program, "first_answer", by="team")

    behind = rows(program, said["rows_url"])
    assert [(row["case"], row["verdict"]) for row in behind] == [(second.pk, "waits"), (first.pk, "yes")]
    assert rows(program, said["series"][0]["rows_url"]) == behind


def test_rows_come_page_by_page() -> None:
    lead = make_lead()
    numbers = [served(lead, number, ago=100 - number, answered=10).pk for number in range(3)]
    program = Program(lead)

    page = program.get("/figures/cases/rows", measure="first_answer", limit=2).json()  # type: ignore[attr-defined]
    rest = program.get("/figures/cases/rows", measure="first_answer", limit=2, cursor=page["next"]).json()  # type: ignore[attr-defined]

    assert [row["case"] for row in [*page["items"], *rest["items"]]] == numbers[::-1]
    assert rest["next"] is None
    assert program.get("/figures/cases/rows", measure="first_answer", cursor="Wy05OV0").status_code == 422


def test_an_agent_gets_their_own_and_the_sum_of_their_teams() -> None:
    lead, anna = make_lead(), make_agent()
    stranger = make_agent("Пётр Иванов", "petr@gorizont.example")
    other = Team.objects.create(name="Другая", working_time=anna.memberships.get().team.working_time)
    stranger.memberships.update(team=other)
    Agent.objects.filter(pk=anna.pk).update(sight=Sight.OWN)
    mine = served(anna, 1, ago=100, answered=10)
    served(lead, 2, ago=100, answered=30)
    foreign = served(stranger, 3, ago=100, answered=50)
    Case.objects.filter(pk=foreign.pk).update(team=other)
    anna.refresh_from_db()
    program = Program(anna)

    said = figure(program, "first_answer", by="agent")

    assert (said["n"], said["hidden"]) == (2, 1)
    assert [(one["key"], one["n"]) for one in said["series"]] == [(str(anna.pk), 1)]
    assert [row["case"] for row in rows(program, said["rows_url"])] == [mine.pk]
    assert program.get("/figures/cases", measure="first_answer", agent=lead.pk).status_code == 403
    assert figure(program, "first_answer", agent=anna.pk)["n"] == 1


def test_a_lead_sees_what_their_sight_holds() -> None:
    anna = make_agent(role=Role.LEAD)
    Agent.objects.filter(pk=anna.pk).update(sight=Sight.TEAM)
    other = Team.objects.create(name="Другая", working_time=anna.memberships.get().team.working_time)
    foreign = served(make_agent("Пётр Иванов", "petr@gorizont.example"), 3, ago=100, answered=50)
    Case.objects.filter(pk=foreign.pk).update(team=other)
    anna.refresh_from_db()

    assert figure(Program(anna), "first_answer")["n"] == 0


def test_the_board_of_a_lead_counts_the_same_cases_as_their_figures_and_opens_them() -> None:
    """Those of their team, and their own wherever it stands."""
    anna = make_agent(role=Role.LEAD)
    Agent.objects.filter(pk=anna.pk).update(sight=Sight.TEAM)
    anna.refresh_from_db()
    other = Team.objects.create(name="Другая", working_time=anna.memberships.get().team.working_time)
    stranger = make_agent("Пётр Иванов", "petr@gorizont.example")
    stranger.memberships.update(team=other)
    mine, ours, foreign = (
        served(anna, 1, ago=90),
        served(make_agent("Вера", "v@x.example"), 2, ago=90),
        served(stranger, 3, ago=90),
    )
    Case.objects.filter(pk__in=[mine.pk, foreign.pk]).update(team=other)
    for case in (mine, ours, foreign):
        happened("cases.closed", case, at=timezone.now(), outcome="satisfied")
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)

    said = figure(Program(anna), "satisfied", **{"from": str(timezone.localdate())})
    board = team_figures(acting(anna), since=since, now=timezone.now())

    assert said["n"] == board.share.answered == 2
    assert (board.load.open, board.waits.n, board.shares[anna.pk].satisfied) == (2, 2, 1)
    assert [sum(day.parts) for day in outcomes(acting(anna), since=since, now=timezone.now())] == [2]
    behind = rows_behind("words", acting(anna), since=since, now=timezone.now())
    assert {row[0] for row in behind.rows} == {mine.pk, ours.pk}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"measure": "speed"}, "measure_unknown"),
        ({}, "measure_unknown"),
        ({"by": "weather"}, "by_unknown"),
        ({"from": "yesterday"}, "dates_invalid"),
        ({"from": "2026-13-01"}, "dates_invalid"),
        ({"to": "0001-01-01"}, "dates_invalid"),
        ({"from": "2026-11-30", "to": "2026-11-01"}, "dates_invalid"),
        ({"from": "2010-01-01", "to": "2026-11-01"}, "dates_invalid"),
        ({"from": "2020-01-01", "to": "2026-11-01", "by": "day"}, "dates_invalid"),
        ({"time": "lunch"}, "time_unknown"),
        ({"percentile": "101"}, "percentile_unknown"),
        ({"kind": "wish"}, "filter_unknown"),
        ({"team": "none"}, "filter_unknown"),
        ({"channel": "e mail"}, "filter_unknown"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_own_code(asked: dict[str, str], code: str) -> None:
    asked = asked if "measure" in asked or not asked else {"measure": "solution", **asked}

    answer = Program(make_lead()).get("/figures/cases", **asked)

    assert (answer.status_code, answer.json()["code"]) == (422, code)  # type: ignore[attr-defined]
