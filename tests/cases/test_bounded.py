"""A case of hundreds of very long letters makes neither a huge answer nor a huge page, and nothing of it is lost."""

import re

import pytest
from django.test import Client

from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.reach.models import Message
from tests.api.calling import Program
from tests.building import make_case

pytestmark = pytest.mark.django_db
LETTERS, LONG = 120, "Длинное письмо. " * 6_000


@pytest.fixture
def case() -> Case:
    case = make_case(text="Первое слово")
    first = Message.objects.filter(conversation__thread__case=case, direction="in").get()
    Message.objects.bulk_create(
        Message(
            conversation_id=first.conversation_id,
            direction="in",
            author_address=first.author_address,
            external_id=f"long-{number}@x.example",
            text=f"№{number} {LONG}",
            full_text=LONG,
        )
        for number in range(LETTERS)
    )
    return case


def test_the_api_answers_in_pages_that_fit(case: Case) -> None:
    program = Program(case.owner)

    whole = program.get(f"/cases/{case.pk}")
    read, cursor = [row["id"] for row in whole.json()["messages"]][::-1], whole.json()["messages_next"]
    while cursor:
        page = program.get(f"/cases/{case.pk}/messages", cursor=cursor, limit=100)
        assert len(page.content) < 10_000_000
        read += [row["id"] for row in page.json()["items"]]
        cursor = page.json()["next"]

    assert len(whole.content) < 10_000_000
    everything = Message.objects.filter(conversation__thread__case=case).order_by("-id")
    assert read == list(everything.values_list("id", flat=True))


def test_a_short_case_is_read_whole() -> None:
    case = make_case()

    answer = Program(case.owner).get(f"/cases/{case.pk}").json()
    said = Program(case.owner).get(f"/cases/{case.pk}/messages").json()

    assert answer["messages_next"] is None
    assert [row["id"] for row in said["items"]] == [row["id"] for row in answer["messages"]][::-1]
    assert said["next"] is None


def test_all_messages_of_the_house_come_in_pages_that_fit(case: Case) -> None:
    page = Program(case.owner).get("/messages", limit=100)

    assert len(page.content) < 10_000_000
    assert page.json()["next"] is not None


def test_a_case_out_of_sight_tells_nothing(case: Case) -> None:
    assert Program(case.owner).get("/cases/999999/messages").status_code == 404


def test_the_customers_page_is_bounded_and_leads_to_everything(client: Client, case: Case) -> None:
    address = f"/case/{case_link(case)}/"

    page = client.get(address)
    newest = Message.objects.latest("id")
    whole = client.get(f"{address}?whole={newest.pk}").text
    seen, before = 0, ""
    for _page in range(6):
        answer = client.get(f"{address}{before}").text
        seen += answer.count('class="letter"')
        found = re.search(r'href="(\?before=\d+)"', answer)
        if found is None:
            break
        before = found[1]

    assert len(page.content) < 1_500_000
    assert page.text.count("Показать письмо целиком") == 30
    assert newest.text.strip()[-200:] in whole
    assert whole.count("Показать письмо целиком") == 29
    assert seen == LETTERS + 1


@pytest.mark.parametrize("query", ["?before=x", "?whole=-1", "?before=99999999999999999999", "?before=0", "?whole="])
def test_a_strange_address_shows_the_page(client: Client, case: Case, query: str) -> None:
    assert client.get(f"/case/{case_link(case)}/{query}").status_code == 200
