"""Complaints for programs: the fixed door, its stages, and what it refuses."""

import pytest

from otklik.complaints import actions
from otklik.complaints.models import Complaint, Stage, Term, Way
from tests.api.calling import Program
from tests.building import customer_actor, make_agent, make_case, make_lead, make_standard, run_jobs
from tests.complaints.making import ANSWER, boris, fresh, make_complaint, make_term

pytestmark = pytest.mark.django_db


def test_a_complaint_goes_its_whole_way_through_the_door() -> None:
    case = make_case()
    anna, door = Program(case.owner), f"/cases/{case.number}/complaint"

    made = anna.post(door, {"remedy_sought": "Верните деньги", "what_happened": "Курс отменили"})
    assert made.status_code == 201
    assert (made.json()["stage"], made.json()["case"]) == ("received", case.number)
    for step, data, stage in (
        ("acknowledge", {"words": "Мне жаль"}, "acknowledged"),
        ("assess", {"severity": 3, "is_urgent": False, "investigator": boris().email}, "assessed"),
        ("investigate", {"findings": "Так и было"}, "investigated"),
        ("answer", ANSWER, "answered"),
    ):
        answer = anna.post(f"{door}/{step}", data)
        assert (answer.status_code, answer.json()["stage"]) == (200, stage)

    assert anna.post(f"{door}/accept", {}).json()["code"] == "only_the_customer"
    actions.accept(complaint=Complaint.objects.get(), actor=customer_actor(case))
    standard = make_standard("Отмена курса")
    improved = Program(make_lead()).post(f"{door}/improve", {"root_cause": "Некому", "standard": standard.pk})

    assert (improved.json()["stage"], improved.json()["standard"]) == ("improved", standard.pk)
    read = anna.get(f"/complaints/{made.json()['number']}").json()
    assert [step["what"] for step in read["steps"]] == [
        "received", "acknowledged", "assessed", "entrusted", "investigated", "answered", "accepted", "improved",
    ]  # fmt: skip
    assert anna.get(door).json() == read


def test_a_refused_one_is_told_its_ways_and_ends() -> None:
    Way.objects.create(name="Служба защиты")
    complaint = make_complaint(Stage.ANSWERED)
    anna, door = Program(complaint.case.owner), f"/cases/{complaint.case_id}/complaint"
    olga = Program(make_lead())

    assert anna.post(f"{door}/refuse", {"words": "«Нет»"}).json()["stage"] == "refused"
    assert anna.post(f"{door}/entrust", {"investigator": complaint.case.owner.email}).status_code == 200
    assert anna.post(f"{door}/ways", {"words": "Мне жаль"}).json()["ways_offered_at"] is not None
    assert olga.post(f"{door}/end", {"words": "Пробовали"}).json()["stage"] == "exhausted"


def test_what_is_out_of_order_or_unknown_is_refused() -> None:
    complaint = make_complaint()
    anna, door = Program(complaint.case.owner), f"/cases/{complaint.case_id}/complaint"
    olga = Program(make_lead())

    assert anna.post(f"{door}/answer", ANSWER).json()["code"] == "cannot_answer_now"
    assert anna.post(door, {"remedy_sought": "Ещё"}).json()["code"] == "complaint_open_already"
    assert anna.post(f"{door}/terms", {"terms": [0]}).json()["code"] == "term_unknown"
    assert anna.post(f"{door}/ways", {"words": "Вот", "ways": [0]}).json()["code"] == "way_unknown"
    assert anna.post(f"{door}/entrust", {"investigator": ""}).json()["code"] == "owner_unknown"
    assert olga.post(f"{door}/improve", {"root_cause": "Так", "standard": 0}).json()["code"] == "standard_unknown"
    assert anna.post(f"{door}/withdraw", {"words": "Ошибка"}).status_code == 403
    assert olga.post(f"{door}/withdraw", {"words": "Ошибка"}).json()["stage"] == "withdrawn"


def test_a_case_without_a_complaint_has_none() -> None:
    case = make_case()

    assert Program(case.owner).get(f"/cases/{case.number}/complaint").status_code == 404
    assert Program(case.owner).get("/complaints/9999999999999999999999").status_code == 404


def test_terms_are_chosen_by_their_ids() -> None:
    term = make_term("Замена", is_default=False)
    complaint = make_complaint()

    answer = Program(complaint.case.owner).post(f"/cases/{complaint.case_id}/complaint/terms", {"terms": [term.pk]})

    assert [one["name"] for one in answer.json()["terms"]] == ["Замена"]


def test_the_list_is_narrowed_and_goes_on() -> None:
    make_term()
    first = make_complaint(severity=4)
    second = make_complaint(case=make_case(owner=boris()), severity=1)
    anna = Program(first.case.owner)

    def numbers(query: str) -> list[int]:
        return [row["number"] for row in anna.get(f"/complaints{query}").json()["items"]]

    assert numbers("") == [second.pk, first.pk]
    assert numbers("?severity=3") == [first.pk]
    assert numbers("?stage=answered") == []
    assert numbers("?open=false") == []
    assert numbers("?open=true") == [second.pk, first.pk]
    assert numbers("?due_before=2000-01-01T00:00:00Z") == []
    page = anna.get("/complaints?limit=1").json()
    assert numbers(f"?limit=1&cursor={page['next']}") == [first.pk]


def test_terms_and_ways_are_set_by_programs_too() -> None:
    vera = Program(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))
    anna = Program(make_agent())

    term = vera.post("/complaint-terms", {"name": "Наш срок", "days": 5})
    way = vera.post("/complaint-ways", {"name": "Служба", "words": "Пишите"})
    assert (term.status_code, way.status_code) == (201, 201)
    changed = vera.post(f"/complaint-terms/{term.json()['id']}", {"is_working": True})
    assert (changed.json()["days"], changed.json()["is_working"]) == (5, True)
    assert vera.post(f"/complaint-ways/{way.json()['id']}", {"is_active": False}).json()["is_active"] is False

    assert "Наш срок" in [row["name"] for row in anna.get("/complaint-terms").json()["items"]]
    assert "Служба" in [row["name"] for row in anna.get("/complaint-ways").json()["items"]]
    assert vera.post("/complaint-terms", {}).json()["code"] == "name_missing"
    assert anna.post("/complaint-ways", {"name": "Другая"}).status_code == 403
    assert vera.post("/complaint-terms/0", {"days": 1}).status_code == 404
    assert Term.objects.filter(name="Наш срок").exists()


def test_a_letter_that_was_not_read_holds_an_answer_up() -> None:
    complaint = make_complaint(Stage.INVESTIGATED)
    run_jobs()

    answer = Program(complaint.case.owner).post(
        f"/cases/{complaint.case_id}/complaint/answer", ANSWER | {"seen_message_id": 0}
    )

    assert answer.status_code == 409
    assert fresh(complaint).stage == Stage.INVESTIGATED
