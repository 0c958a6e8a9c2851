"""The API's door: who may come in, how often, and one shape for whatever goes wrong."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.db import OperationalError, connection
from django.http import UnreadablePostError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg_pool import PoolTimeout
from pytest_django import Settings

from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.http import rates
from otklik.foundation.http.idempotency import forget_old_keys
from otklik.foundation.models import IdempotencyKey
from otklik.reach.models import Message
from otklik.team import api as team_api
from otklik.team.actions import edit_agent, revoke_token
from otklik.team.models import ApiToken
from tests.api.calling import CASE, Program
from tests.building import make_agent, make_inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Program:
    make_inbox()
    return Program(make_agent())


def test_a_program_without_a_token_in_force_is_turned_away(anna: Program) -> None:
    for header in ("", "Bearer", "Bearer otk_nonsense", "Basic YTpi", f"Token {anna.token}"):
        response = Client().get("/api/v1/cases", headers={"Authorization": header} if header else {})

        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_log_in_by_cookie_opens_no_door_for_programs(anna: Program) -> None:
    client = Client()
    client.force_login(ApiToken.objects.get().agent, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/api/v1/cases").status_code == 401


def test_a_revoked_token_is_refused_within_seconds(anna: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert anna.get("/me").json()["email"] == "anna@gorizont.example"
    revoke_token(token=ApiToken.objects.get(), actor=SYSTEM)
    later = team_api.time.monotonic() + team_api.REMEMBERED_SECONDS

    monkeypatch.setattr(team_api.time, "monotonic", lambda: later)

    assert anna.get("/me").status_code == 401


def test_a_token_of_somebody_who_left_is_refused(anna: Program) -> None:
    edit_agent(agent=make_agent(), actor=SYSTEM, changes={"is_active": False})

    assert anna.get("/me").status_code == 401


def test_the_use_of_a_token_is_noted_once_a_minute(anna: Program, django_assert_num_queries: Any) -> None:
    anna.get("/me")
    first = ApiToken.objects.get().last_used_at

    with django_assert_num_queries(1):
        anna.get("/me")

    assert first is not None
    assert ApiToken.objects.get().last_used_at == first


@pytest.mark.parametrize(
    ("call", "body", "kind", "status", "code"),
    [
        ("GET /nowhere", "", "", 404, "not_found"),
        ("GET /cases/1", "", "", 404, "not_found"),
        ("PUT /cases", "", "", 405, "method_not_allowed"),
        ("POST /cases", "{", "application/json", 422, "json_invalid"),
        ("POST /cases", "[]", "application/json", 422, "input_invalid"),
        ("POST /cases", "", "application/json", 422, "input_invalid"),
        ("POST /cases", "a=b", "application/x-www-form-urlencoded", 415, "content_type_unsupported"),
        ("POST /cases", "x" * 30_100_000, "application/json", 413, "too_large"),
    ],
)
def test_whatever_goes_wrong_is_json(anna: Program, call: str, body: str, kind: str, status: int, code: str) -> None:
    method, _space, path = call.partition(" ")
    headers = {"Authorization": f"Bearer {anna.token}"}

    response = Client().generic(method, f"/api/v1{path}", body, content_type=kind, headers=headers)

    assert response.status_code == status
    assert response["Content-Type"].startswith("application/json")
    problem = response.json()
    assert set(problem) == {"code", "text", "fields"}
    assert problem["code"] == code
    assert problem["text"]


def broken(error: Exception) -> Callable[..., Any]:
    def call(*_given: object, **_named: object) -> Any:
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ZeroDivisionError("our own fault"), 500, "error"),
        (UnreadablePostError("broken off"), 400, "request_invalid"),
        (BadRequest("nonsense"), 400, "request_invalid"),
        (OperationalError("the server closed the connection"), 503, "unavailable"),
        (PoolTimeout("nobody is free"), 503, "unavailable"),
    ],
)
def test_what_breaks_behind_the_door_is_told_in_json_and_without_its_own_words(
    anna: Program, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    anna.client.raise_request_exception = False
    monkeypatch.setattr("otklik.cases.api.reading.actor_of", broken(error))

    answer = anna.get("/cases")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert str(error) not in answer.text
    assert answer["Cache-Control"] == "no-store"


def test_texts_of_mistakes_are_in_the_callers_language(anna: Program) -> None:
    english = anna.post("/cases", CASE | {"text": ""}).json()["text"]

    assert english == "Write what happened."


# ── Safe repeats ──────────────────────────────────────────────────────────────────────────
def test_the_same_post_twice_has_one_effect_and_the_same_answer(anna: Program) -> None:
    first = anna.post("/cases", CASE, Idempotency_Key="order-7")
    second = anna.post("/cases", CASE, Idempotency_Key="order-7")

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1


def test_the_same_key_with_another_body_or_address_is_refused(anna: Program) -> None:
    number = anna.post("/cases", CASE, Idempotency_Key="order-7").json()["number"]

    for path, body in (("/cases", CASE | {"text": "Другое."}), (f"/cases/{number}/tag", {"add": ["x"]})):
        response = anna.post(path, body, Idempotency_Key="order-7")

        assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_reused")
    assert Case.objects.count() == 1


def test_keys_of_two_programs_do_not_meet(anna: Program) -> None:
    other = Program(make_agent("Борис Лебедев", "boris@gorizont.example"))

    assert anna.post("/cases", CASE, Idempotency_Key="1").status_code == 201
    assert other.post("/cases", CASE | {"text": "Другое."}, Idempotency_Key="1").status_code == 201


def test_a_refused_post_leaves_its_key_free_and_nothing_behind(anna: Program) -> None:
    refused = anna.post("/cases", CASE | {"team": "Луна"}, Idempotency_Key="k")

    assert refused.status_code == 422
    assert IdempotencyKey.objects.count() == 0
    assert Message.objects.count() == 0
    assert anna.post("/cases", CASE, Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_a_sensible_length(anna: Program, key: str) -> None:
    assert anna.post("/cases", CASE, Idempotency_Key=key).json()["code"] == "idempotency_key_invalid"


def test_keys_are_forgotten_after_a_week(anna: Program) -> None:
    anna.post("/cases", CASE, Idempotency_Key="old")
    anna.post("/cases", CASE, Idempotency_Key="new")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE foundation_idempotencykey SET created_at = now() - interval '8 days' WHERE key = 'old'")

    assert forget_old_keys() == 1
    assert IdempotencyKey.objects.get().key == "new"


def test_a_key_costs_two_statements(anna: Program) -> None:
    number = anna.post("/cases", CASE).json()["number"]
    anna.post(f"/cases/{number}/tag", {"remove": ["a"]})

    def statements(**headers: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            anna.post(f"/cases/{number}/tag", {"remove": ["a"]}, **headers)
        return len(asked)

    def least(*requests: dict[str, str]) -> int:
        """What is remembered for some seconds is now and then read anew."""
        return min(statements(**headers) for headers in requests)

    without = least({}, {}, {})
    assert least(*({"Idempotency_Key": key} for key in "abc")) == without + 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_have_one_effect(anna: Program) -> None:
    together = threading.Barrier(6)
    answers: list[tuple[int, bytes]] = []

    def call() -> None:
        together.wait()
        response = Program.post(anna, "/cases", CASE, Idempotency_Key="storm")
        answers.append((response.status_code, response.content))
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert Case.objects.count() == 1
    assert Message.objects.filter(direction="in").count() == 1


# ── Rate ──────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def _one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates.time, "time", lambda: 1_800_000_015.0)


@pytest.mark.usefixtures("_one_minute")
def test_too_many_calls_in_a_minute_are_told_to_wait(anna: Program, settings: Settings) -> None:
    settings.API_CALLS_PER_MINUTE = 3

    allowed = [anna.get("/me") for _ in range(3)]
    refused = anna.get("/me")

    assert [response["X-RateLimit-Remaining"] for response in allowed] == ["2", "1", "0"]
    assert {response["X-RateLimit-Limit"] for response in allowed} == {"3"}
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused["Retry-After"] == refused["X-RateLimit-Reset"] == "45"


def test_a_new_minute_begins_anew(anna: Program, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_CALLS_PER_MINUTE = 1
    monkeypatch.setattr(rates.time, "time", lambda: 1_800_000_015.0)
    assert [anna.get("/me").status_code for _ in range(2)] == [200, 429]

    monkeypatch.setattr(rates.time, "time", lambda: 1_800_000_060.0)

    assert anna.get("/me").status_code == 200


@pytest.mark.usefixtures("_one_minute")
def test_processes_share_one_limit(settings: Settings) -> None:
    spent = 0
    for _process in range(4):
        rates._leases.clear()
        while not rates.spend("token:x", 1000).is_exceeded and spent < 1200:
            spent += 1
            if spent % 333 == 0:
                break

    assert 960 <= spent <= 1000


@pytest.mark.usefixtures("_one_minute")
def test_most_calls_ask_nobody_for_the_rate(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        for _ in range(200):
            rates.spend("token:y", 6000)


def test_the_description_is_served_to_everybody(anna: Program) -> None:
    description = Client().get("/api/v1/openapi.json")

    assert description.status_code == 200
    assert "/api/v1/cases" in json.loads(description.content)["paths"]


def test_nothing_that_the_api_says_is_kept_on_the_way() -> None:
    program = Program(make_agent())
    answers = [
        program.get("/cases"),
        program.get("/cases/999"),
        program.get("/nowhere"),
        program.post("/cases", "{"),
        program.delete("/cases"),
        Client().get("/api/v1/cases"),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 404, 422, 405, 401]
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}
