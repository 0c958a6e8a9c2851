"""Promises of people for programs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.cases.models import Case
from otklik.promises.actions import mind_promises
from otklik.promises.models import Watch
from tests.api.calling import CASE, Program
from tests.building import make_agent, make_inbox, make_lead, run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Program:
    make_inbox()
    return Program(make_agent())


def moment(**ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).replace(microsecond=0).isoformat()


def told(program: Program, number: int) -> dict[str, Any]:
    return {one["kind"]: one for one in program.get(f"/cases/{number}").json()["promises"]}


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_call_is_promised_moved_and_kept(anna: Program) -> None:
    number = anna.post("/cases", CASE).json()["number"]
    path, by, later = f"/cases/{number}/promises", moment(minutes=30), moment(minutes=45)

    made = anna.post(path, {"kind": "call_back", "due_at": by, "about": "про счёт"})
    assert made.status_code == 201
    assert (made.json()["kind"], made.json()["state"], made.json()["about"]) == ("call_back", "running", "про счёт")
    assert datetime.fromisoformat(made.json()["due_at"]) == datetime.fromisoformat(by)
    assert list(told(anna, number)) == ["first_answer", "solution", "call_back"]
    assert datetime.fromisoformat(anna.get(f"/cases/{number}").json()["due_at"]) == datetime.fromisoformat(by)

    moved = anna.post(f"{path}/call_back/move", {"due_at": later})
    assert (moved.status_code, datetime.fromisoformat(moved.json()["due_at"])) == (200, datetime.fromisoformat(later))

    kept = anna.post(f"{path}/call_back/keep", {})
    assert (kept.status_code, kept.json()["state"]) == (200, "kept")
    assert told(anna, number)["call_back"]["given_at"] is not None


def test_a_visit_is_withdrawn(anna: Program) -> None:
    number = anna.post("/cases", CASE).json()["number"]
    path = f"/cases/{number}/promises"
    anna.post(path, {"kind": "visit", "due_at": moment(hours=3)})
    assert told(anna, number)["visit"]["state"] == "running"

    answer = anna.post(f"{path}/visit/withdraw", {})

    assert answer.status_code == 200
    assert "visit" not in {one["kind"] for one in answer.json()["promises"]}


def test_what_is_refused(anna: Program) -> None:
    number = anna.post("/cases", CASE).json()["number"]
    path = f"/cases/{number}/promises"
    anna.post(path, {"kind": "visit", "due_at": moment(hours=3)})

    assert refused(anna.post(path, {"kind": "visit", "due_at": moment(hours=4)})) == (422, "promised_already")
    assert refused(anna.post(path, {"kind": "solution", "due_at": moment(hours=4)})) == (422, "promise_kind_unknown")
    assert refused(anna.post(path, {"kind": "call_back", "due_at": moment(hours=-1)})) == (422, "promise_in_the_past")
    assert refused(anna.post(path, {"kind": "call_back", "due_at": moment(days=400)})) == (422, "promise_too_far")
    assert refused(anna.post(f"{path}/call_back/keep", {})) == (422, "promise_unknown")
    keep = anna.post(f"{path}/visit/keep", {"given_at": moment(hours=1)})
    assert refused(keep) == (422, "given_at_invalid")
    assert anna.post("/cases/999999/promises", {"kind": "visit", "due_at": moment(hours=3)}).status_code == 404
    stale = {"kind": "call_back", "due_at": moment(hours=3), "seen_message_id": 0}
    assert refused(anna.post(path, stale)) == (409, "changed_meanwhile")


# ── What broke, and what is said in words ─────────────────────────────────────────────────
def late(number: int) -> None:
    now = datetime.now(UTC)
    early = {"created_at": now - timedelta(hours=9), "first_answer_by": now - timedelta(minutes=40)}
    Case.objects.filter(pk=number).update(**early, due_at=now - timedelta(minutes=40))
    Watch.objects.update(since=now - timedelta(hours=9))
    mind_promises(datetime.now(UTC))


def test_what_broke_is_told_and_answered_for(anna: Program) -> None:
    olga = Program(make_lead())
    number = anna.post("/cases", CASE).json()["number"]
    path = f"/cases/{number}/promises"
    sorry = {"text": "Простите, курьер заболел.", "due_at": moment(hours=2)}
    assert refused(anna.post(f"{path}/apology", sorry)) == (422, "nothing_broken")
    late(number)

    [row] = anna.get(f"{path}/broken").json()["items"]
    assert (row["kind"], row["late_minutes"], row["word_at"]) == ("first_answer", 40, None)
    assert [one["case"] for one in olga.get("/promises/broken").json()["items"]] == [number]
    assert [one["case"] for one in anna.get("/promises/broken").json()["items"]] == [number]
    other = Program(make_agent("Пётр Иванов", "petr@gorizont.example"))
    assert other.get("/promises/broken").json()["items"] == []

    stale = sorry | {"seen_message_id": 0}
    assert refused(anna.post(f"{path}/apology", stale)) == (409, "changed_meanwhile")
    sent = anna.post(f"{path}/apology", sorry)
    assert (sent.status_code, sent.json()["case"]) == (201, number)
    run_jobs()

    assert anna.get(f"{path}/broken").json()["items"][0]["word_at"] is not None
    assert olga.get("/promises/broken").json()["items"] == []
    assert told(anna, number)["next_word"]["state"] == "running"


def test_a_word_by_phone_is_noted(anna: Program) -> None:
    number = anna.post("/cases", CASE).json()["number"]
    late(number)

    assert refused(anna.post(f"/cases/{number}/promises/word", {"how": " "})) == (422, "how_missing")
    assert anna.post(f"/cases/{number}/promises/word", {"how": "Позвонила"}).json() == {
        "case": number,
        "message_id": None,
    }

    assert anna.get(f"/cases/{number}/promises/broken").json()["items"][0]["told_how"] == "Позвонила"


def test_what_an_answer_promises_is_taken_or_declined(anna: Program) -> None:
    number = anna.post("/cases", CASE).json()["number"]
    for text in ("Отвечу завтра до 15:00.", "Вернусь к вам послезавтра."):
        anna.post(f"/cases/{number}/messages", {"kind": "reply", "text": text})
        run_jobs()

    later, first = anna.get(f"/cases/{number}/promises/offers").json()["items"]
    assert (first["kind"], first["words"], first["state"]) == ("next_word", "Отвечу завтра до 15:00.", "open")
    assert anna.post(f"/promises/offers/{first['id']}/take", {}).json()["state"] == "taken"
    assert anna.post(f"/promises/offers/{later['id']}/decline", {}).json()["state"] == "declined"

    assert told(anna, number)["next_word"]["due_at"] == first["due_at"]
    assert refused(anna.post(f"/promises/offers/{first['id']}/take", {})) == (422, "offer_is_over")
    assert anna.post("/promises/offers/999999/take", {}).status_code == 404
