"""Surveys for programs: the doors that others rely on."""

from typing import Any

import pytest

from otklik.customers.models import ContactPoint
from otklik.surveys.models import Answer, Sitting, Survey
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import make_agent, make_lead
from tests.surveys.making import DELIVERY, page, question, survey_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Agent:
    return make_lead()


def published(program: Program, data: dict[str, Any]) -> int:
    number = program.post("/surveys", data).json()["id"]
    answer = program.post(f"/surveys/{number}/publish", {})
    assert answer.status_code == 200, answer.content
    return int(number)


def told(program: Program, number: int, **query: Any) -> dict[str, dict[str, Any]]:
    answer = program.get(f"/surveys/{number}/figures", **query)
    assert answer.status_code == 200, answer.content
    return {one["question"] + (one["row"] or ""): one for one in answer.json()["items"]}


def say(program: Program, number: int, **values: Any) -> None:
    answer = program.post(
        f"/surveys/{number}/answers", {"answers": [{"question": key, "value": one} for key, one in values.items()]}
    )
    assert answer.status_code == 201, answer.content


def test_what_is_taken_out_is_taken_in(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, DELIVERY)

    out = program.get(f"/surveys/{number}").json()
    again = program.post("/surveys", out)
    copy = program.get(f"/surveys/{again.json()['id']}").json()

    assert again.status_code == 201
    own = ("id", "state", "version", "is_open", "url")
    assert {k: v for k, v in copy.items() if k not in own} == {k: v for k, v in out.items() if k not in own}
    assert (out["state"], out["version"], out["is_open"], copy["state"]) == ("live", 1, True, "draft")
    assert out["pages"][1]["show_if"]["is"] == "at_most"


def test_one_promoter_and_two_who_skipped_are_a_hundred(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, survey_of(page("a", question("q", "nps"))))

    say(program, number, q=10)
    say(program, number, q=None)
    program.post(f"/surveys/{number}/answers", {"answers": []})

    found = told(program, number)["q"]
    assert (found["value"], found["n"], found["left_out"]["skipped"]) == (100, 1, 2)


def test_intervals_are_the_published_ones(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, survey_of(page("a", question("nps", "nps"), question("sat"), question("ease", "ces"))))

    for score in [*[10] * 5, *[7] * 3, *[3] * 2]:
        say(program, number, nps=score, sat=5 if score == 10 else 2, ease=6 if score > 3 else 1)

    found = told(program, number)
    nps, sat, ease = found["nps"], found["sat"], found["ease"]
    assert (nps["value"], round(nps["low"], 2), round(nps["high"], 2)) == (30, -19.05, 65.20)
    assert (sat["value"], round(sat["low"], 4), round(sat["high"], 4)) == (0.5, 0.2366, 0.7634)
    assert (sat["mean"]["value"], ease["value"], ease["mean"]["value"]) == (3.5, 0.8, 5.0)


def test_what_was_not_shown_is_not_skipped(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, DELIVERY)

    say(program, number, sat=5, nps=9)
    say(program, number, sat=2, why=["late", "torn"], words="Ждал неделю", nps=0, ok=True)

    found = told(program, number)
    assert found["why"]["left_out"] == {"skipped": 0, "not_shown": 1, "not_reached": 0, "withheld": 0}
    assert {one["option"]: one["value"] for one in found["why"]["options"]} == {"late": 1.0, "torn": 1.0}
    assert (found["words"]["value"], found["words"]["n"]) == (None, 1)
    assert (found["ok"]["value"], found["ok"]["left_out"]["skipped"]) == (1.0, 1)
    assert (found["nps"]["value"], found["nps"]["n"]) == (0, 2)


def test_pairs_and_rows(olga: Agent) -> None:
    program = Program(olga)
    rows = [{"id": "price", "text": "Цена"}, {"id": "taste", "text": "Вкус"}]
    data = survey_of(
        page("a", question("rel", "servqual", dimension="reliability"), question("m", "matrix", rows=rows))
    )
    number = published(program, data)

    say(program, number, rel={"expected": 6, "perceived": 5}, m={"price": 2, "taste": 5})
    say(program, number, rel={"expected": 7, "perceived": 5}, m={"price": 4, "taste": None})

    found = told(program, number)
    assert found["rel"]["value"] == -1.5
    assert (found["mprice"]["value"], found["mtaste"]["value"], found["mtaste"]["n"]) == (3.0, 5.0, 1)


def test_days_and_segments_narrow(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, survey_of(page("a", question("q", "rating"))))
    for score, at, segment in ((1, "2026-11-01T10:00:00Z", "msk"), (5, "2026-11-02T10:00:00Z", "spb")):
        body = {"answers": [{"question": "q", "value": score}], "at": at, "segment": segment}
        program.post(f"/surveys/{number}/answers", body)

    assert told(program, number)["q"]["value"] == 3
    assert told(program, number, to="2026-11-02")["q"]["value"] == 1
    assert told(program, number, **{"from": "2026-11-02T00:00:00+00:00"})["q"]["value"] == 5
    assert told(program, number, segment="msk")["q"]["value"] == 1


def test_a_changed_wording_begins_a_new_series_and_a_translation_does_not(olga: Agent) -> None:
    program = Program(olga)
    data = survey_of(page("a", question("q", "rating")))
    number = published(program, data)
    say(program, number, q=1)

    both = survey_of(
        page("a", question("q", "rating", text={"ru": "Вопрос q", "en": "Question q"})),
        languages=["ru", "en"],
        title={"ru": "Как?", "en": "How?"},
    )
    program.post(f"/surveys/{number}", both)
    program.post(f"/surveys/{number}/publish", {})
    say(program, number, q=3)
    changed = survey_of(page("a", question("q", "rating", text="Совсем другой вопрос")))
    program.post(f"/surveys/{number}", changed)
    program.post(f"/surveys/{number}/publish", {})
    say(program, number, q=5)

    items = program.get(f"/surveys/{number}/figures").json()["items"]
    assert [(one["wording"], one["value"], one["n"]) for one in items] == [(2, 5, 1), (1, 2, 2)]


def test_whose_answer_it_is_is_kept_only_where_it_may_be(olga: Agent) -> None:
    program = Program(olga)
    body = {"answers": [{"question": "q", "value": 3}], "customer": {"email": "Ivan@mail.example"}}
    kept = {}
    for names in ("identified", "confidential", "anonymous"):
        number = published(program, survey_of(page("a", question("q")), names=names))
        kept[names] = program.post(f"/surveys/{number}/answers", body).json()["customer"]

    ivan = ContactPoint.objects.get(value="ivan@mail.example").customer_id
    assert kept == {"identified": ivan, "confidential": None, "anonymous": None}
    assert Sitting.objects.exclude(customer=None).count() == 1
    assert Sitting.objects.get(names="anonymous").at.hour == 0


def test_what_makes_no_sense_is_refused_whole(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, DELIVERY)
    for answers, code in (
        ([{"question": "nobody", "value": 1}], "question_unknown"),
        ([{"question": "sat", "value": 6}], "value_invalid"),
        ([{"question": "sat", "value": "5"}], "value_invalid"),
        ([{"question": "sat", "value": True}], "value_invalid"),
        ([{"question": "nps", "value": 11}], "value_invalid"),
        ([{"question": "why", "value": ["never"]}], "value_invalid"),
        ([{"question": "ok", "value": 1}], "value_invalid"),
        ([{"question": "words", "value": 1}], "value_invalid"),
        ([{"question": "sat", "value": 1}, {"question": "sat", "value": 2}], "answered_twice"),
    ):
        answer = program.post(f"/surveys/{number}/answers", {"answers": answers})
        assert (answer.status_code, answer.json()["code"]) == (422, code), answers
    late = program.post(f"/surveys/{number}/answers", {"answers": [], "at": "2999-01-01T00:00:00Z"})
    assert late.json()["code"] == "at_in_the_future"
    assert not Answer.objects.exists()
    assert not Sitting.objects.exists()


def test_hostile_words_change_nothing_but_themselves(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, DELIVERY)

    say(program, number, words="<script>alert(1)</script>\0" + "я" * 100_000)

    [row] = Answer.objects.all()
    assert row.words.startswith("<script>")
    assert len(row.words) == 5_000


def test_a_survey_that_is_a_draft_or_closed_takes_nothing(olga: Agent) -> None:
    program = Program(olga)
    number = program.post("/surveys", DELIVERY).json()["id"]

    assert program.post(f"/surveys/{number}/answers", {"answers": []}).json()["code"] == "survey_closed"
    program.post(f"/surveys/{number}/publish", {})
    assert program.post(f"/surveys/{number}/close", {}).json()["is_open"] is False
    assert program.post(f"/surveys/{number}/answers", {"answers": []}).json()["code"] == "survey_closed"
    assert program.post(f"/surveys/{number}/open", {}).json()["is_open"] is True
    assert program.post(f"/surveys/{number}/answers", {"answers": []}).status_code == 201


def test_sent_twice_with_one_key_counts_once(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, DELIVERY)
    body = {"answers": [{"question": "sat", "value": 5}]}

    for _time in range(2):
        program.post(f"/surveys/{number}/answers", body, Idempotency_Key="one")

    assert told(program, number)["sat"]["n"] == 1


def test_surveys_are_listed(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, DELIVERY)
    say(program, number, sat=5)

    [line] = program.get("/surveys").json()["items"]

    assert line == {
        "id": number, "name": "После посылки", "family": "general", "is_open": True, "version": 1, "answers": 1,
    }  # fmt: skip
    assert program.get("/surveys", cursor=program.get("/surveys", limit=1).json()["next"] or "").status_code == 200


def test_an_agent_reads_and_writes_nothing(olga: Agent) -> None:
    number = published(Program(olga), DELIVERY)
    anna = Program(make_agent())

    assert anna.get(f"/surveys/{number}/figures").status_code == 200
    assert anna.post("/surveys", DELIVERY).status_code == 403
    assert anna.post(f"/surveys/{number}/publish", {}).status_code == 403
    assert anna.post(f"/surveys/{number}/answers", {"answers": []}).status_code == 403
    assert anna.get("/surveys/999999").status_code == 404
    assert Survey.objects.count() == 1


def test_moments_in_the_address_need_no_zone(olga: Agent) -> None:
    program = Program(olga)
    number = published(program, DELIVERY)

    assert program.get(f"/surveys/{number}/figures", **{"from": "2026-01-01T00:00:00"}).status_code == 200
    assert program.get(f"/surveys/{number}/figures", **{"from": "yesterday"}).status_code == 422
