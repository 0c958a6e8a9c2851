"""Service standards for programs."""

from typing import Any

import pytest

from otklik.foundation.policies import set_policy
from otklik.standards.models import Standard
from tests.api.calling import CASE, Program
from tests.building import make_agent, make_lead

pytestmark = pytest.mark.django_db
WORDS = {"why": "Мы подвели.", "how": ["Извиниться"], "first_answer_minutes": 60}


@pytest.fixture
def olga() -> Program:
    return Program(make_lead())


def made(program: Program, **values: Any) -> str:
    """The path of a standard that holds."""
    body = {"name": "Жалоба", "case_kind": "complaint", **WORDS, **values}
    answer = program.post("/standards", body)
    assert answer.status_code == 201, answer.content
    path = f"/standards/{answer.json()['id']}"
    assert program.post(f"{path}/publish", {}).status_code == 200
    return path


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_standard_is_written_published_and_held_by_a_case(olga: Program) -> None:
    path = made(olga)

    read = olga.get(path).json()
    case = olga.post("/cases", CASE | {"kind": "complaint"}).json()
    other = olga.post("/cases", CASE | {"kind": "request"}).json()

    assert (read["live"]["number"], read["live"]["why"], read["draft"]) == (1, "Мы подвели.", None)
    assert read["owner"]["email"] == "olga@gorizont.example"
    assert case["standard"] == {"id": read["id"], "name": "Жалоба", "version": 1}
    assert olga.get(f"/cases/{case['number']}").json()["standard"] == case["standard"]
    assert other["standard"] is None


def test_a_later_version_is_offered_and_taken(olga: Program) -> None:
    path = made(olga)
    number = olga.post("/cases", CASE | {"kind": "complaint"}).json()["number"]
    assert refused(olga.post(f"/cases/{number}/standard", {})) == (422, "standard_is_newest")

    olga.post(f"{path}/draft", WORDS | {"why": "Яснее", "change_note": "Яснее"})
    olga.post(f"{path}/publish", {})

    assert olga.get(f"/cases/{number}").json()["standard"]["version"] == 1
    assert olga.post(f"/cases/{number}/standard", {}).json()["standard"]["version"] == 2


def test_drafts_go_back_and_forth_under_a_second_pair_of_eyes(olga: Program) -> None:
    boris = Program(make_agent("Борис Ким", "boris@gorizont.example", "lead"))
    path = made(olga)
    set_policy("standards.second_pair_of_eyes", value=True)

    draft = olga.post(f"{path}/draft", WORDS | {"change_note": "Яснее"}).json()["draft"]
    answers = [
        refused(olga.post(f"{path}/draft", WORDS | {"edits": draft["edits"] - 1})),
        refused(olga.post(f"{path}/publish", {})),
        olga.post(f"{path}/offer", {}).json()["draft"]["state"],
        refused(olga.post(f"{path}/approve", {})),
        boris.post(f"{path}/send-back", {"because": "Назовите час"}).json()["draft"]["returned_because"],
        olga.post(f"{path}/offer", {}).json()["draft"]["state"],
        olga.post(f"{path}/take-back", {}).json()["draft"]["state"],
        olga.post(f"{path}/offer", {}).json()["draft"]["state"],
        boris.post(f"{path}/approve", {}).json()["draft"]["state"],
        olga.post(f"{path}/publish", {}).json()["live"]["number"],
    ]

    assert answers == [
        (409, "changed_meanwhile"), (422, "approval_missing"), "waiting", (422, "own_words"), "Назовите час", "waiting",
        "draft", "waiting", "approved", 2,
    ]  # fmt: skip


def test_versions_are_listed_brought_back_and_thrown_away(olga: Program) -> None:
    path = made(olga)

    assert refused(olga.post(f"{path}/restore", {"number": 7})) == (404, "not_found")
    assert olga.post(f"{path}/restore", {"number": 1}).json()["draft"]["as_in"] == 1
    assert [one["number"] for one in olga.get(f"{path}/versions").json()["items"]] == [2, 1]
    assert olga.delete(f"{path}/draft").status_code == 204
    assert refused(olga.delete(f"{path}/draft")) == (422, "nothing_in_work")


def test_what_stands_around_is_changed_and_it_is_read_again(olga: Program) -> None:
    anna = make_agent()
    path = made(olga)

    changed = olga.post(path, {"name": "Жалобы", "owner": anna.email, "review_every_days": 0}).json()
    nobody = olga.post(path, {"owner": None}).json()
    reviewed = olga.post(f"{path}/review", {}).json()

    assert (changed["name"], changed["owner"]["id"], changed["case_kind"]) == ("Жалобы", anna.pk, "complaint")
    assert nobody["owner"] is None
    assert reviewed["review_at"] is None
    assert [one["name"] for one in olga.get("/standards").json()["items"]] == ["Жалобы"]


def test_an_agent_reads_and_does_not_write(olga: Program) -> None:
    path, anna = made(olga), Program(make_agent())

    assert anna.get(path).status_code == 200
    assert refused(anna.post("/standards", {"name": "Моё"})) == (403, "not_allowed")
    assert refused(anna.post(f"{path}/draft", WORDS)) == (403, "not_allowed")
    assert Standard.objects.count() == 1
