"""Suggestions for programs: the fixed doors, and what they refuse."""

import pytest

from otklik.suggestions.actions import allow_praise
from otklik.suggestions.models import Suggestion, Telling, Voice, Word
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import make_agent, make_case, make_standard, run_jobs
from tests.suggestions.making import TITLE, WORDS, make_suggestion, olga

pytestmark = pytest.mark.django_db
DOOR = "/suggestions"


@pytest.fixture
def lead() -> Program:
    return Program(Agent.objects.get(pk=olga().pk))


def test_a_suggestion_is_written_down_and_read(lead: Program) -> None:
    body = {"text": WORDS, "title": TITLE, "customer": {"email": "ivan@mail.example", "name": "Иван"}}

    made = lead.post(DOOR, body)
    read = lead.get(f"{DOOR}/{made.json()['id']}")

    assert made.status_code == 201
    assert read.json() == made.json()
    told = made.json()
    assert (told["title"], told["state"], told["voices"], told["weight"]["customers"]) == (TITLE, "new", 1, 1)
    assert [one["text"] for one in told["said"][0]["words"]] == [WORDS]
    assert "score" not in told["weight"]


def test_sent_twice_by_one_key_it_is_one(lead: Program) -> None:
    for _time in range(2):
        lead.post(DOOR, {"text": WORDS}, Idempotency_Key="k")

    assert Suggestion.objects.count() == 1


def test_one_person_has_one_voice_by_whatever_door(lead: Program) -> None:
    row = make_suggestion()
    for _time in range(2):
        added = lead.post(f"{DOOR}/{row.pk}/voices", {"customer": {"email": "petr@mail.example"}})

    assert (added.status_code, added.json()["voices"]) == (201, 2)
    assert lead.post(f"{DOOR}/{row.pk}/voices", {}).json()["code"] == "customer_missing"


def test_a_case_gives_its_customer(lead: Program) -> None:
    case = make_case()

    made = lead.post(DOOR, {"text": WORDS, "case": case.pk, "message": 5}).json()

    assert made["said"][0]["customer"] == case.customer_id
    assert (Word.objects.get().source, Word.objects.get().message_id) == ("message", 5)
    assert lead.post(DOOR, {"text": WORDS, "case": 10**6}).status_code == 404


def test_it_goes_its_whole_way(lead: Program) -> None:
    make_case()
    row, door = make_suggestion(), f"{DOOR}/{Suggestion.objects.get().pk}"
    standard = make_standard()
    assert (
        lead.post(door, {"about": "Чаще с сентября", "owner": "olga@gorizont.example"}).json()["owner"]["id"]
        == olga().pk
    )
    assert lead.post(f"{door}/links", {"standards": [standard.pk]}).json()["links"]["standards"] == [standard.pk]
    assert lead.post(f"{door}/links", {"standards": [10**6]}).status_code == 404
    assert lead.post(f"{door}/show", {"title": "Записи на полгода"}).json()["is_shown"] is True
    assert lead.post(f"{door}/hide", {}).json()["is_shown"] is False
    assert lead.post(f"{door}/answer", {"text": "Да"}).json()["answered_by"]["id"] == olga().pk
    assert lead.post(f"{door}/telling", {"words": "Да", "people": 1}).json()["code"] == "not_done_yet"
    assert lead.post(f"{door}/state", {"state": "declined"}).json()["code"] == "reason_missing"
    done = lead.post(f"{door}/state", {"state": "done"}).json()
    assert [step["state"] for step in done["steps"]] == ["new", "done"]

    plan = lead.get(f"{door}/telling").json()
    assert (plan["people"], plan["words"]) == (1, "Да")
    answer = lead.post(f"{door}/telling", {"words": plan["words"], "people": plan["people"]})
    run_jobs()

    assert answer.status_code == 202
    assert Telling.objects.get().suggestion == row
    assert lead.get(door).json()["said"][0]["told_at"] is not None


def test_they_are_listed_found_and_joined(lead: Program) -> None:
    one, other = make_suggestion(), make_suggestion(title="Чек сразу")

    first = lead.get(DOOR, limit=1).json()
    second = lead.get(DOOR, limit=1, cursor=first["next"]).json()
    assert [row["items"][0]["id"] for row in (first, second)] == [other.pk, one.pk]
    assert lead.get(DOOR, state="done").json()["items"] == []
    assert lead.get(DOOR, owner="olga@gorizont.example").json()["items"] == []
    near = lead.get(f"{DOOR}/like", text="записи курса").json()["items"]
    assert [row["suggestion"]["id"] for row in near] == [one.pk]
    joined = lead.post(f"{DOOR}/{other.pk}/merge", {"into": one.pk}).json()

    assert (joined["id"], joined["voices"]) == (one.pk, 1)
    assert lead.get(f"{DOOR}/{other.pk}").json()["duplicate_of"] == one.pk


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "  "}, "words_missing"),
        ({"text": "я" * 20_001}, "words_too_long"),
        ({"text": WORDS, "customer": {"email": "nobody"}}, "email_invalid"),
        ({"text": 5}, "input_invalid"),
        ({"text": WORDS, "title": "я" * 201}, "input_invalid"),
    ],
    ids=["empty", "long", "address", "number", "title"],
)
def test_bad_input_is_refused_and_changes_nothing(lead: Program, body: dict[str, object], code: str) -> None:
    answer = lead.post(DOOR, body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Suggestion.objects.exists()


def test_hostile_words_are_kept_as_words(lead: Program) -> None:
    hostile = "=cmd|' /C calc'!A0 <script>\u0000\ud800 {{7*7}} %(x)s"

    told = lead.post(DOOR, {"text": hostile, "title": "\u202ehello"}).json()

    assert "<script>" in told["said"][0]["words"][0]["text"]
    assert Voice.objects.count() == 1


def test_an_agent_writes_down_but_does_not_decide() -> None:
    anna = Program(make_agent())
    pk = anna.post(DOOR, {"text": WORDS}).json()["id"]

    assert anna.post(f"{DOOR}/{pk}/state", {"state": "done"}).json()["code"] == "not_allowed"
    assert anna.get(f"{DOOR}/{pk}/telling").status_code == 403


def test_kind_words_are_read_shown_with_consent_and_hidden(lead: Program) -> None:
    case = make_case(kind="thanks", text="Спасибо, всё чудесно!")
    [told] = lead.get("/kind-words").json()["items"]
    door = f"/kind-words/{told['id']}"
    assert (told["case"], told["words"], told["is_answered"]) == (case.pk, "Спасибо, всё чудесно!", False)
    assert lead.post(f"{door}/show", {"words": "Чудесно"}).json()["code"] == "consent_missing"
    allow_praise(case=case, is_allowed=True)

    assert lead.post(f"{door}/show", {"words": "Чудесно"}).json()["shown_words"] == "Чудесно"
    assert lead.post(f"{door}/hide", {}).json()["shown_words"] == ""
    assert lead.get("/kind-words", cursor="x").status_code == 422
