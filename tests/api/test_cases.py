"""The contract of cases and messages."""

import base64
from typing import Any

import pytest
from django.test import Client

from otklik.cases.models import Case
from otklik.customers.actions import merge_customers
from otklik.foundation.actors import SYSTEM, Sight
from otklik.team.actions import edit_agent
from tests.api.calling import CASE, Program
from tests.building import (
    acting,
    arrive,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    make_lead,
    run_jobs,
)

pytestmark = pytest.mark.django_db

CASE_KEYS = {
    "number", "state", "subject", "kind", "priority", "channel", "tags", "owner", "deputy", "team", "customer",
    "standard", "waits_for", "came_back", "is_undelivered", "satisfaction", "created_at", "updated_at", "last_word_at",
    "first_answer_by", "first_answered_at", "due_at", "solution_by", "solved_at", "closed_at", "merged_into",
    "promises",
}  # fmt: skip
MESSAGE_KEYS = {
    "id", "direction", "author", "author_email", "purpose", "subject", "text", "full_text", "html", "attachments",
    "channel", "peer", "reply_to", "edited_at", "removed_at", "reactions",
    "external_id", "received_at", "is_sender_verified", "automatic_because", "silent_because", "delivery", "case",
    "besides",
}  # fmt: skip


@pytest.fixture
def anna() -> Program:
    make_inbox()
    return Program(make_agent())


def test_a_case_is_opened_with_one_owner_and_the_customer_is_told(anna: Program) -> None:
    response = anna.post("/cases", CASE | {"kind": "complaint", "priority": "high", "tags": ["Доставка", "доставка "]})

    case = response.json()
    assert response.status_code == 201
    assert set(case) == CASE_KEYS
    assert case["state"] == "open"
    assert case["owner"] == {"id": case["owner"]["id"], "name": "Анна Смирнова", "email": "anna@gorizont.example"}
    assert case["customer"]["email"] == "ivan@mail.example"
    assert (case["kind"], case["priority"], case["tags"], case["channel"]) == ("complaint", "high", ["доставка"], "api")
    run_jobs()
    purposes = [message["purpose"] for message in anna.get(f"/cases/{case['number']}").json()["messages"]]
    assert purposes == ["word", "acknowledgement"]


def test_a_case_is_read_with_its_messages(anna: Program) -> None:
    files = [{"name": "чек.txt", "content_type": "text/plain", "content": base64.b64encode("Чек".encode()).decode()}]
    number = anna.post("/cases", CASE | {"attachments": files, "external_id": "<shop-1@shop.example>"}).json()["number"]
    anna.post(f"/cases/{number}/messages", {"kind": "reply", "text": "Уже едет."})
    anna.post(f"/cases/{number}/messages", {"kind": "note", "text": "Проверить склад."})
    run_jobs()

    case = anna.get(f"/cases/{number}").json()

    assert set(case) == CASE_KEYS | {"earlier", "later", "messages", "messages_next", "passed_on", "steps"}
    said = {message["purpose"] + message["direction"]: message for message in case["messages"]}
    assert all(set(message) == MESSAGE_KEYS and message["case"] == number for message in case["messages"])
    word, answer, note = said["wordin"], said["answerout"], said["wordnote"]
    assert (word["text"], word["external_id"], word["delivery"]) == (CASE["text"], "shop-1@shop.example", None)
    (file,) = word["attachments"]
    assert {key: file[key] for key in ("name", "size", "content_type")} == {
        "name": "чек.txt", "size": 6, "content_type": "text/plain",
    }  # fmt: skip
    fetched = Client().get(file["url"].removeprefix("http://127.0.0.1:8000"))
    assert b"".join(fetched.streaming_content) == "Чек".encode()  # type: ignore[arg-type]
    assert answer["author"] == "Анна Смирнова"
    [reached] = answer["delivery"]["recipients"]
    assert (answer["delivery"]["state"], answer["delivery"]["verdict"]) == ("sent", "")
    assert reached == {"address": "ivan@mail.example", "state": "sent", "verdict": "", "read_at": None}
    assert (note["text"], note["delivery"]) == ("Проверить склад.", None)


def test_a_letters_own_words_and_message_id_are_told(anna: Program) -> None:
    arrive(
        letter(
            "Спасибо, жду.\n\n19 нояб. 2026 г. в 14:02, Анна <anna@gorizont.example> написал(а):\n> старое",
            Message_ID="<one@mail.example>",
        )
    )

    found = anna.get("/messages", external_id="<one@mail.example>").json()

    assert found["next"] is None
    (message,) = found["items"]
    assert message["external_id"] == "one@mail.example"
    assert message["text"].strip() == "Спасибо, жду."
    assert "> старое" in message["full_text"]
    assert message["case"] == Case.objects.get().pk


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"text": "  "}, "text_missing", "text"),
        ({"text": None}, "input_invalid", "text"),
        ({"customer": {}}, "customer_missing", "customer"),
        ({"customer": {"email": "ivan"}}, "email_invalid", "email"),
        ({"customer": {"phone": "12"}}, "phone_invalid", "phone"),
        ({"customer": {"id": 999}}, "customer_unknown", "customer.id"),
        ({"customer": 7.5}, "input_invalid", "customer"),
        ({"kind": "ticket"}, "input_invalid", "kind"),
        ({"owner": "nobody@gorizont.example"}, "owner_unknown", "owner"),
        ({"team": "Луна"}, "team_unknown", "team"),
        ({"subject": "x" * 301}, "input_invalid", "subject"),
        ({"attachments": [{"name": "a", "content": "%%%"}]}, "attachment_invalid", "attachments"),
        ({"attachments": [{"content": "aaaa"}]}, "input_invalid", "attachments.0.name"),
    ],
)
def test_wrong_input_is_refused_and_leaves_nothing(
    anna: Program, change: dict[str, Any], code: str, field: str
) -> None:
    response = anna.post("/cases", CASE | change)

    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, code)
    assert set(problem) == {"code", "text", "fields"}
    assert field in problem["fields"]
    assert Case.objects.count() == 0


@pytest.mark.parametrize("customer", ["ivan@mail.example", {"email": "IVAN@mail.example ", "name": "Иван"}])
def test_a_customer_may_be_named_shortly(anna: Program, customer: Any) -> None:
    first = anna.post("/cases", CASE).json()["customer"]["id"]

    assert anna.post("/cases", CASE | {"customer": customer}).json()["customer"]["id"] == first
    assert anna.post("/cases", CASE | {"customer": first}).json()["customer"]["id"] == first


def test_what_cannot_be_stored_is_left_out(anna: Program) -> None:
    number = anna.post("/cases", '{"customer": "ivan@mail.example", "text": "да\\u0000\\ud800!"}').json()["number"]

    assert anna.get(f"/cases/{number}").json()["messages"][0]["text"] == "да\ufffd!"


def test_the_same_external_id_is_refused(anna: Program) -> None:
    anna.post("/cases", CASE | {"external_id": "shop-1"})

    response = anna.post("/cases", CASE | {"external_id": "<shop-1>"})

    assert (response.status_code, response.json()["code"]) == (409, "external_id_taken")
    assert Case.objects.count() == 1


def test_solve_reopen_tag_and_transfer(anna: Program) -> None:
    make_lead()
    number = anna.post("/cases", CASE | {"owner": "anna@gorizont.example"}).json()["number"]

    solved = anna.post(f"/cases/{number}/solve", {"summary": "Доставлен."})
    again = anna.post(f"/cases/{number}/solve", {"summary": "Доставлен."})
    back = anna.post(f"/cases/{number}/reopen", {"reason": "Ошибка."})
    tagged = anna.post(f"/cases/{number}/tag", {"add": ["Склад", "vip"], "remove": ["VIP"]})
    given = anna.post(f"/cases/{number}/transfer", {"owner": "olga@gorizont.example", "summary": "Ждёт звонка."})

    assert (solved.status_code, solved.json()["state"]) == (200, "solved")
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
    assert (back.json()["state"], back.json()["came_back"]) == ("open", 1)
    assert tagged.json()["tags"] == ["склад"]
    assert given.json()["owner"]["email"] == "olga@gorizont.example"


@pytest.mark.parametrize(
    ("move", "body", "code"),
    [
        ("solve", {"summary": " "}, "summary_missing"),
        ("transfer", {"owner": "anna@gorizont.example", "summary": "x"}, "same_owner"),
        ("transfer", {"owner": "olga@gorizont.example", "summary": ""}, "summary_missing"),
        ("transfer", {"owner": "", "summary": "x"}, "owner_unknown"),
        ("reopen", {"reason": "x"}, "changed_meanwhile"),
        ("reopen", {"reason": ""}, "reason_missing"),
        ("messages", {"kind": "reply", "text": ""}, "text_missing"),
        ("messages", {"kind": "shout", "text": "x"}, "input_invalid"),
        ("messages", {"kind": "reply", "text": "x", "seen_message_id": 0}, "changed_meanwhile"),
    ],
)
def test_moves_that_are_refused(anna: Program, move: str, body: dict[str, Any], code: str) -> None:
    make_lead()
    number = anna.post("/cases", CASE | {"owner": "anna@gorizont.example"}).json()["number"]

    response = anna.post(f"/cases/{number}/{move}", body)

    assert response.json()["code"] == code
    assert response.status_code == (409 if code == "changed_meanwhile" else 422)


def test_the_customers_word_cannot_be_given_by_a_program(anna: Program) -> None:
    number = anna.post("/cases", CASE).json()["number"]

    for path in ("satisfy", "close", "answer", "word"):
        assert anna.post(f"/cases/{number}/{path}", {"satisfaction": 5}).status_code == 404
    assert anna.post(f"/cases/{number}", {"state": "satisfied"}).status_code == 405


def test_cases_are_listed_page_by_page(anna: Program) -> None:
    numbers = [anna.post("/cases", CASE).json()["number"] for _ in range(5)]

    first = anna.get("/cases", limit=2).json()
    second = anna.get("/cases", limit=2, cursor=first["next"]).json()
    third = anna.get("/cases", limit=2, cursor=second["next"]).json()

    assert set(first) == {"items", "next"}
    listed = [case["number"] for page in (first, second, third) for case in page["items"]]
    assert listed == numbers[::-1]
    assert third["next"] is None
    assert set(first["items"][0]) == CASE_KEYS


def test_changes_are_followed_from_the_oldest(anna: Program) -> None:
    numbers = [anna.post("/cases", CASE).json()["number"] for _ in range(3)]
    since = anna.get("/cases").json()["items"][-1]["updated_at"]

    first = anna.get("/cases", updated_after=since, limit=1).json()
    second = anna.get("/cases", updated_after=since, limit=1, cursor=first["next"]).json()

    assert [page["items"][0]["number"] for page in (first, second)] == numbers[1:]
    assert second["next"] is None


def test_cases_are_filtered(anna: Program) -> None:
    olga = make_lead()
    make_case(owner=olga, subject="Сертификат", text="Где мой сертификат?")
    other = anna.post("/cases", CASE | {"customer": "petr@mail.example", "owner": "anna@gorizont.example"}).json()
    anna.post(f"/cases/{other['number']}/solve", {"summary": "Готово."})

    def found(**query: Any) -> list[str]:
        return [case["subject"] for case in anna.get("/cases", **query).json()["items"]]

    assert found(state="solved") == ["Не пришёл учебник"]
    assert found(state="open,solved", owner="olga@gorizont.example") == ["Сертификат"]
    assert found(owner=olga.pk) == ["Сертификат"]
    assert found(customer="PETR@mail.example") == ["Не пришёл учебник"]
    assert found(customer=other["customer"]["id"]) == ["Не пришёл учебник"]
    assert found(q="сертификаты") == ["Сертификат"]
    assert found(q="учебника") == ["Не пришёл учебник"]
    assert found(q="жираф") == []
    assert found(unheard_of="1", q="сертификата") == ["Сертификат"]


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"cursor": "abc"}, "cursor_invalid", "cursor"),
        ({"cursor": "WzFd"}, "cursor_invalid", "cursor"),
        ({"limit": 0}, "input_invalid", "limit"),
        ({"limit": 201}, "input_invalid", "limit"),
        ({"limit": "many"}, "input_invalid", "limit"),
        ({"state": "closed"}, "state_unknown", "state"),
        ({"updated_after": "yesterday"}, "input_invalid", "updated_after"),
    ],
)
def test_wrong_questions_are_refused(anna: Program, query: dict[str, Any], code: str, field: str) -> None:
    response = anna.get("/cases", **query)

    assert (response.status_code, response.json()["code"]) == (422, code)
    assert field in response.json()["fields"]


@pytest.mark.parametrize("path", ["/cases", "/messages", "/customers", "/held"])
def test_a_made_up_cursor_is_refused_everywhere(anna: Program, path: str) -> None:
    assert anna.get(path, cursor="not-a-cursor").json()["code"] == "cursor_invalid"


def test_lists_ask_the_database_a_fixed_number_of_times(anna: Program, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        anna.post("/cases", CASE | {"customer": f"c{number}@mail.example"})
    anna.get("/me")

    with django_assert_max_num_queries(2):
        anna.get("/cases")
    with django_assert_max_num_queries(3):
        anna.get("/messages")
    with django_assert_max_num_queries(3):
        anna.get("/customers")


def test_an_agent_with_own_sight_sees_only_their_cases() -> None:
    make_inbox()
    olga, agent = make_lead(), make_agent()
    edit_agent(agent=agent, actor=SYSTEM, changes={"sight": Sight.OWN})
    anna, lead = Program(agent), Program(olga)
    hidden = lead.post("/cases", CASE | {"owner": "olga@gorizont.example"}).json()["number"]
    own = anna.post("/cases", CASE | {"owner": "anna@gorizont.example", "text": "Моё."}).json()["number"]

    assert [case["number"] for case in anna.get("/cases").json()["items"]] == [own]
    assert [message["case"] for message in anna.get("/messages").json()["items"]] == [own]
    assert {case["number"] for case in lead.get("/cases").json()["items"]} == {own, hidden}
    for response in (
        anna.get(f"/cases/{hidden}"),
        anna.post(f"/cases/{hidden}/solve", {"summary": "x"}),
        anna.post(f"/cases/{hidden}/messages", {"kind": "note", "text": "x"}),
        anna.get("/cases/99999999999999999999999"),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_the_number_of_a_merged_customer_leads_to_the_person_they_are(anna: Program) -> None:
    ivan = make_customer()
    other = make_customer("Ваня", "vanya@mail.example")
    merge_customers(into=ivan, other=other, actor=acting(make_lead()))

    anna.post("/cases", {**CASE, "customer": {"id": other.pk}})

    assert Case.objects.get().customer == ivan


def test_a_note_says_whom_its_mentions_did_not_reach(anna: Program) -> None:
    make_agent("Мария Ким", "kim@gorizont.example")
    make_agent("Мария Лунина", "lunina@gorizont.example")
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    edit_agent(agent=boris, actor=SYSTEM, changes={"sight": Sight.OWN})
    number = anna.post("/cases", CASE).json()["number"]

    said = anna.post(f"/cases/{number}/messages", {"kind": "note", "text": "@Мария и @Борис, посмотрите"}).json()

    assert said["not_told"] == [
        {"name": "Борис Ким", "email": "boris@gorizont.example", "reason": "may_not_see"},
        {"name": "Мария", "email": "", "reason": "ambiguous"},
    ]
