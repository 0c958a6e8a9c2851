"""Customers, held letters, colleagues and the history feed."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from otklik.cases.actions import tag_case
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM, Sight
from otklik.foundation.events.announcing import announce
from otklik.foundation.webhooks.events import WebhookTested
from otklik.team.actions import edit_agent
from tests.api.calling import CASE, Program
from tests.building import arrive, make_agent, make_inbox, make_lead

EVENT_KEYS = {"id", "name", "at", "case", "customer", "actor", "actor_id", "data"}


@pytest.fixture
def lead() -> Program:
    make_inbox()
    return Program(make_lead())


@pytest.mark.django_db
def test_a_customer_is_made_known_once(lead: Program) -> None:
    new = {"name": "Иван Козлов", "email": "IVAN@mail.example", "phone": "8 900 555-01-42", "language": "ru"}

    first = lead.post("/customers", new)
    again = lead.post("/customers", {"email": "ivan@mail.example", "name": "Кто-то"})

    customer = first.json()
    assert (first.status_code, again.status_code) == (201, 200)
    assert set(customer) == {
        "id", "name", "email", "phone", "language", "time_zone", "tier", "organization", "contact_points", "created_at",
        "erased_at", "manager",
    }  # fmt: skip
    assert (customer["name"], customer["email"], customer["phone"]) == (
        "Иван Козлов", "ivan@mail.example", "+79005550142",
    )  # fmt: skip
    assert again.json() == customer
    assert lead.get(f"/customers/{customer['id']}").json() == customer
    assert lead.get("/customers", email="ivan@mail.example").json() == {"items": [customer], "next": None}
    assert lead.get("/customers", phone="+79005550142").json()["items"] == [customer]
    assert lead.get("/customers", email="petr@mail.example").json()["items"] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "customer_missing"), ({"email": "x"}, "email_invalid"), ({"phone": "1"}, "phone_invalid")],
)
def test_a_wrong_customer_is_refused(lead: Program, body: dict[str, Any], code: str) -> None:
    response = lead.post("/customers", body)

    assert (response.status_code, response.json()["code"]) == (422, code)


@pytest.mark.django_db
def test_customers_are_listed_page_by_page(lead: Program) -> None:
    made = [lead.post("/customers", {"email": f"c{number}@mail.example"}).json()["id"] for number in range(3)]

    first = lead.get("/customers", limit=2).json()
    second = lead.get("/customers", limit=2, cursor=first["next"]).json()

    assert [one["id"] for page in (first, second) for one in page["items"]] == made[::-1]
    assert second["next"] is None
    assert lead.get("/customers/999999").json()["code"] == "not_found"


@pytest.mark.django_db
def test_held_letters_are_listed_with_their_reason(lead: Program) -> None:
    arrive(b"\x00\x01\x02")

    held = lead.get("/held").json()

    assert held["next"] is None
    (letter,) = held["items"]
    assert set(letter) == {"id", "reason", "detail", "sender", "recipients", "inbox", "door", "size", "received_at"}
    assert letter["reason"]
    assert (letter["door"], letter["size"]) == ("smtp", 3)


@pytest.mark.django_db
def test_colleagues_are_listed(lead: Program) -> None:
    make_agent()

    assert [one["email"] for one in lead.get("/agents").json()["items"]] == [
        "anna@gorizont.example",
        "olga@gorizont.example",
    ]


@pytest.mark.django_db(transaction=True)
def test_the_history_is_read_on_from_where_it_was_left(lead: Program) -> None:
    number = lead.post("/cases", CASE).json()["number"]

    first = lead.get("/events", limit=3).json()
    read = list(first["items"])
    after = first["next"]
    while after:
        page = lead.get("/events", after=after, limit=3).json()
        read += page["items"]
        after = page["next"]

    assert set(read[0]) == EVENT_KEYS
    ids = [event["id"] for event in read]
    assert ids == sorted(set(ids))
    assert ("cases.opened", number) in [(event["name"], event["case"]) for event in read]
    assert lead.get("/events", after=ids[-1]).json() == {"items": [], "next": None}
    lead.post(f"/cases/{number}/tag", {"add": ["x"]})
    assert [event["name"] for event in lead.get("/events", after=ids[-1]).json()["items"]] == ["cases.edited"]
    assert lead.get("/events", after="soon").json()["code"] == "cursor_invalid"


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_slow_transaction_is_not_passed_over(lead: Program) -> None:
    started, quick_is_done = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            announce(WebhookTested(webhook_id=1), actor=SYSTEM)
            started.set()
            quick_is_done.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    started.wait(10)
    announce(WebhookTested(webhook_id=2), actor=SYSTEM)
    meanwhile = [event["data"] for event in lead.get("/events", limit=200).json()["items"]]
    quick_is_done.set()
    thread.join()
    afterwards = [event["data"] for event in lead.get("/events", limit=200).json()["items"]]

    assert {"webhook_id": 2} not in meanwhile
    assert afterwards[-2:] == [{"webhook_id": 1}, {"webhook_id": 2}]


@pytest.mark.django_db(transaction=True)
def test_an_agent_hears_only_of_the_cases_they_see() -> None:
    make_inbox()
    olga, agent = make_lead(), make_agent()
    edit_agent(agent=agent, actor=SYSTEM, changes={"sight": Sight.OWN})
    Program(olga).post("/cases", CASE | {"owner": "olga@gorizont.example"})
    anna = Program(agent)
    own = anna.post("/cases", CASE | {"owner": "anna@gorizont.example"}).json()["number"]

    assert {event["case"] for event in anna.get("/events").json()["items"]} == {own}


@pytest.mark.django_db(transaction=True)
def test_a_change_of_a_slow_transaction_is_not_passed_over(lead: Program) -> None:
    first, second = (lead.post("/cases", CASE).json()["number"] for _ in range(2))
    before = lead.get(f"/cases/{second}").json()["updated_at"]
    started, quick_is_done = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            tag_case(case=Case.objects.get(pk=first), actor=SYSTEM, add=["медленно"])
            started.set()
            quick_is_done.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    started.wait(10)
    lead.post(f"/cases/{second}/tag", {"add": ["быстро"]})
    meanwhile = [case["number"] for case in lead.get("/cases", updated_after=before).json()["items"]]
    quick_is_done.set()
    thread.join()
    afterwards = [case["number"] for case in lead.get("/cases", updated_after=before).json()["items"]]

    assert meanwhile == []
    assert afterwards == [first, second]
