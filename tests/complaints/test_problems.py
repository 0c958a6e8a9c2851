"""Problems behind complaints: written down once, mended by somebody, and counted when they come again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.cases.actions import merge_cases
from otklik.cases.models import Alert
from otklik.complaints.actions import link_case, link_complaint, move_problem, save_problem, unlink_case
from otklik.complaints.models import Complaint, Problem, ProblemCase
from otklik.complaints.queries import problem_by_id
from otklik.foundation.models import Event
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, fresh, make_case, make_lead, refused, run_jobs
from tests.complaints.making import boris, make_complaint
from tests.desk.visiting import desk
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Agent:
    return make_lead()


def make_problem(olga: Agent, **values: Any) -> Problem:
    usual = {"title": "Об отмене говорят накануне", "owner": olga}
    return save_problem(values=usual | values, actor=acting(olga))


def fixed(olga: Agent) -> Problem:
    row = make_problem(olga, root_cause="Письмо шлёт никто", changes="Письмо шлёт дежурный")
    return move_problem(problem=row, to="fixed", actor=acting(olga))


# ── Written down ──────────────────────────────────────────────────────────────────────────
def test_a_problem_has_a_title_of_its_own_and_an_owner(olga: Agent) -> None:
    make_problem(olga)

    with refused("title_missing"):
        make_problem(olga, title="  ")
    with refused("title_taken"):
        make_problem(olga)
    with refused("owner_missing"):
        save_problem(values={"title": "Другая"}, actor=acting(olga))


def test_what_changed_is_on_the_record_and_what_did_not_is_not(olga: Agent) -> None:
    row = make_problem(olga)

    save_problem(values={"changes": " Пишет дежурный ", "title": row.title}, actor=acting(olga), problem=row)
    save_problem(values={"changes": "Пишет дежурный"}, actor=acting(olga), problem=row)

    row.refresh_from_db()
    assert row.changes == "Пишет дежурный"
    saved = Event.objects.filter(name="complaints.problem_saved").order_by("pk")
    assert [event.payload["fields"] for event in saved][1:] == [["changes"]]


def test_only_leads_write_problems_down(olga: Agent) -> None:
    row = make_problem(olga)

    with refused("not_allowed"):
        save_problem(values={"title": "Другая", "owner": olga}, actor=acting(boris()))
    with refused("not_allowed"):
        move_problem(problem=row, to="in_work", actor=acting(boris()))


# ── Mended ────────────────────────────────────────────────────────────────────────────────
def test_what_is_fixed_says_why_it_was_and_what_has_changed(olga: Agent) -> None:
    row = move_problem(problem=make_problem(olga), to="in_work", actor=acting(olga))

    with refused("root_cause_missing"):
        move_problem(problem=row, to="fixed", actor=acting(olga))
    save_problem(values={"root_cause": "Письмо шлёт никто"}, actor=acting(olga), problem=row)
    with refused("changes_missing"):
        move_problem(problem=row, to="fixed", actor=acting(olga))
    save_problem(values={"changes": "Письмо шлёт дежурный"}, actor=acting(olga), problem=row)
    done = move_problem(problem=row, to="fixed", actor=acting(olga))

    assert (done.state, done.fixed_at is not None) == ("fixed", True)
    with refused("changes_missing"):
        save_problem(values={"changes": ""}, actor=acting(olga), problem=row)


@pytest.mark.parametrize("to", ["checked", "open", "nonsense"])
def test_a_state_out_of_order_is_refused(olga: Agent, to: str) -> None:
    with refused("cannot_move_now"):
        move_problem(problem=make_problem(olga), to=to, actor=acting(olga))


def test_a_complaint_after_the_fix_tells_the_owner_and_keeps_it_from_being_called_checked(olga: Agent) -> None:
    before = make_complaint()
    row = fixed(olga)
    after = make_complaint(case=make_case(owner=boris()))

    link_complaint(complaint=before, problem=row, actor=acting(boris()))
    assert problem_by_id(row.pk).came_again == 0
    assert not Alert.objects.filter(reason="complaints.came_again").exists()
    link_complaint(complaint=after, problem=row, actor=acting(boris()))

    counted = problem_by_id(row.pk)
    assert (counted.complaint_count, counted.came_again) == (2, 1)
    assert Alert.objects.get(reason="complaints.came_again").agent == olga
    with refused("came_again"):
        move_problem(problem=row, to="checked", actor=acting(olga))
    assert move_problem(problem=row, to="in_work", actor=acting(olga)).fixed_at is None


def test_what_did_not_come_again_is_checked_and_may_be_taken_into_work_anew(olga: Agent) -> None:
    link_complaint(complaint=make_complaint(), problem=make_problem(olga), actor=acting(olga))
    row = Problem.objects.get()
    save_problem(values={"root_cause": "Так", "changes": "Иначе"}, actor=acting(olga), problem=row)
    for to in ("fixed", "checked", "in_work"):
        row = move_problem(problem=row, to=to, actor=acting(olga))

    assert row.fixed_at is None
    moved = Event.objects.filter(name="complaints.problem_moved").order_by("pk")
    assert [event.payload["state"] for event in moved] == ["fixed", "checked", "in_work"]


# ── What shows it ─────────────────────────────────────────────────────────────────────────
def test_a_complaint_shows_one_problem_and_a_case_as_many_as_it_does(olga: Agent) -> None:
    one, other = make_problem(olga), make_problem(olga, title="Другая")
    complaint = make_complaint()

    for problem in (one, other, other):
        link_complaint(complaint=complaint, problem=problem, actor=acting(olga))
        link_case(case=complaint.case, problem=problem, actor=acting(olga))

    assert Complaint.objects.get().problem == other
    assert (problem_by_id(one.pk).case_count, problem_by_id(other.pk).case_count) == (1, 1)
    assert Event.objects.filter(name="complaints.linked").count() == 2
    unlink_case(case=complaint.case, problem=one, actor=acting(olga))
    unlink_case(case=complaint.case, problem=one, actor=acting(olga))
    assert Event.objects.filter(name="complaints.case_unlinked").count() == 1
    link_complaint(complaint=complaint, problem=None, actor=acting(olga))
    assert problem_by_id(other.pk).complaint_count == 0


def test_whoever_does_not_see_a_case_links_nothing_of_it(olga: Agent) -> None:
    row, complaint = make_problem(olga), make_complaint()
    Agent.objects.filter(pk=boris().pk).update(sight="own")
    stranger = acting(Agent.objects.get(pk=boris().pk))

    with refused("not_found"):
        link_case(case=complaint.case, problem=row, actor=stranger)
    with refused("not_found"):
        link_complaint(complaint=complaint, problem=row, actor=stranger)
    with refused("not_found"):
        unlink_case(case=complaint.case, problem=row, actor=stranger)


def test_of_two_cases_that_become_one_the_problem_is_shown_once(olga: Agent) -> None:
    row = make_problem(olga)
    case = make_case()
    other = make_case(owner=case.owner, subject="И ещё раз")
    for one in (case, other):
        link_case(case=one, problem=row, actor=acting(olga))

    merge_cases(into=case, other=other, actor=acting(olga))
    run_jobs()

    assert ProblemCase.objects.get().case_id == case.pk


@pytest.mark.django_db(transaction=True)
@locks("complaints.actions.problems.move_problem", "complaints.actions.problems.save_problem")
def test_of_two_who_move_a_problem_the_second_sees_the_first() -> None:
    olga = make_lead()
    row = make_problem(olga, root_cause="Так", changes="Иначе")

    said = while_open(
        lambda: move_problem(problem=row, to="fixed", actor=acting(olga)),
        lambda: move_problem(problem=row, to="in_work", actor=acting(olga)),
    )
    again = while_open(
        lambda: save_problem(values={"title": "Раз"}, actor=acting(olga), problem=row),
        lambda: save_problem(values={"changes": ""}, actor=acting(olga), problem=row),
    )

    assert (said, again) == (["done", "done"], ["done", "done"])
    assert Problem.objects.get().state == "in_work"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_link_a_complaint_the_last_counts() -> None:
    olga = make_lead()
    one, other = make_problem(olga), make_problem(olga, title="Другая")
    complaint = make_complaint()

    said = while_open(
        lambda: link_complaint(complaint=complaint, problem=one, actor=acting(olga)),
        lambda: link_complaint(complaint=complaint, problem=other, actor=acting(olga)),
    )

    assert said == ["done", "done"]
    assert Complaint.objects.get().problem == other


# ── Pages ─────────────────────────────────────────────────────────────────────────────────
def test_a_lead_writes_a_problem_down_links_what_shows_it_and_moves_it_on(olga: Agent) -> None:
    complaint = make_complaint()
    lead, due = desk(olga), timezone.localdate() - timedelta(days=1)
    typed = {"title": "Об отмене говорят накануне", "owner": olga.pk, "due_on": due.isoformat(), "root_cause": "Так"}

    assert lead.post("/desk/problems/new", typed).status_code == 302
    row = Problem.objects.get()
    place = f"/desk/problems/{row.pk}/"
    lead.post(place, {"do": "link", "complaint": complaint.pk, "case": complaint.case_id})
    page = lead.get(place).text

    assert (row.owner, row.due_on) == (olga, due)
    assert f'"/desk/complaints/{complaint.pk}/"' in page
    assert f'"/desk/cases/{complaint.case_id}/"' in page
    assert lead.post(place, {"do": "link", "complaint": 999}).status_code in {404, 422}
    assert "Напишите, что изменили" in lead.post(place, {"to": "fixed"}, follow=True).text
    lead.post(f"{place}edit", {**typed, "changes": "Иначе"})
    lead.post(place, {"to": "fixed"})
    assert Problem.objects.get().state == "fixed"
    for order in ("number", "due", "-due", "state"):
        assert "Об отмене говорят накануне" in lead.get(f"/desk/problems/?sort={order}").text
    lead.post(place, {"to": "checked"})
    assert "Об отмене говорят накануне" not in lead.get("/desk/problems/").text
    assert "Об отмене говорят накануне" in lead.get("/desk/problems/?all").text
    lead.post(place, {"unlink": complaint.case_id})
    assert not ProblemCase.objects.exists()


def test_an_agent_sees_problems_and_says_that_a_case_or_a_complaint_shows_one(olga: Agent) -> None:
    row, complaint = make_problem(olga), make_complaint()
    anna = desk(complaint.case.owner)

    page = anna.get(f"/desk/problems/{row.pk}/").text
    assert "/edit" not in page
    assert 'name="to"' not in page
    assert anna.get("/desk/problems/new").status_code == 403
    assert anna.post(f"/desk/problems/{row.pk}/", {"to": "in_work"}).status_code == 403
    anna.post(f"/desk/problems/cases/{complaint.case_id}", {"problem": row.pk})
    anna.post(f"/desk/complaints/{complaint.pk}/do/problem", {"problem": row.pk})

    assert (problem_by_id(row.pk).case_count, problem_by_id(row.pk).complaint_count) == (1, 1)
    assert row.title in anna.get(f"/desk/complaints/{complaint.pk}/").text
    assert row.title in anna.get(f"/desk/complaints/{complaint.pk}/file").text


def test_without_a_problem_the_page_of_a_case_leads_to_a_new_one(olga: Agent) -> None:
    case = make_case()

    assert "/desk/problems/new" in desk(olga).get(f"/desk/problems/cases/{case.pk}").text
    assert "/desk/problems/new" not in desk(case.owner).get(f"/desk/problems/cases/{case.pk}").text


def test_what_shows_it_out_of_sight_is_counted_and_not_shown(olga: Agent) -> None:
    row, complaint = make_problem(olga), make_complaint()
    link_complaint(complaint=complaint, problem=row, actor=acting(olga))
    link_case(case=complaint.case, problem=row, actor=acting(olga))
    Agent.objects.filter(pk=boris().pk).update(sight="own")

    page = desk(Agent.objects.get(pk=boris().pk)).get(f"/desk/problems/{row.pk}/").text

    assert "1 жалоба" in page
    assert complaint.remedy_sought not in page
    assert f'"/desk/cases/{complaint.case_id}/"' not in page


# ── API ───────────────────────────────────────────────────────────────────────────────────
def test_programs_write_down_link_and_move(olga: Agent) -> None:
    complaint = make_complaint()
    call = Program(olga)

    made = call.post("/problems", {"title": "Об отмене говорят накануне", "due_on": "2026-12-31"})
    place = f"/problems/{made.json()['id']}"
    linked = call.post(f"{place}/links", {"complaints": [complaint.pk], "cases": [complaint.case_id]})
    early = call.post(f"{place}/state", {"state": "fixed"})
    call.post(place, {"root_cause": "Так", "changes": "Иначе"})
    moved = call.post(f"{place}/state", {"state": "fixed"})
    listed = call.get("/problems?state=fixed")
    unlinked = call.post(f"{place}/unlink", {"complaints": [complaint.pk], "cases": [complaint.case_id]})

    assert (made.status_code, made.json()["owner"]["id"], made.json()["due_on"]) == (201, olga.pk, "2026-12-31")
    assert (linked.json()["complaint_numbers"], linked.json()["case_numbers"]) == ([complaint.pk], [complaint.case_id])
    assert (early.status_code, early.json()["code"]) == (422, "root_cause_missing")
    assert (moved.json()["state"], moved.json()["complaints"]) == ("fixed", 1)
    assert [one["id"] for one in listed.json()["items"]] == [made.json()["id"]]
    assert (unlinked.json()["complaints"], unlinked.json()["cases"]) == (0, 0)
    assert call.get(place).json()["title"] == "Об отмене говорят накануне"
    assert call.get("/problems/999").status_code == 404
    assert call.post("/problems", {"title": "Ещё", "standard": 999}).json()["code"] == "standard_unknown"
    assert fresh(complaint.case).pk == complaint.case_id
    assert Problem.objects.get().due_on == date(2026, 12, 31)
