"""What narrows a search, and what stands first: own words before the letters of machines."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from otklik.cases import search as searching
from otklik.cases.actions import note, reply
from otklik.cases.models import Case
from otklik.foundation.actors import Sight
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_case
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def found(agent: Agent, text: str) -> list[int]:
    return [hit.case_id for hit in searching.search(text, actor=acting(agent)).hits]


# ── Own words first ───────────────────────────────────────────────────────────────────────
def machine_says(case: Case, text: str) -> Message:
    """A letter of ours that nobody wrote."""
    letter = reply(case=case, actor=acting(case.owner), text=text)
    Message.objects.filter(pk=letter.pk).update(purpose="reminder")
    return letter


@pytest.fixture(params=[True, False], ids=["walking", "collecting"])
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_expected", lambda *_args: 1e9 if request.param else 0)


@pytest.mark.usefixtures("_both_ways")
def test_own_words_stand_before_automatic_letters(anna: Agent) -> None:
    said = make_case(owner=anna, text="Где мой сертификат")
    receipt = machine_says(said, "Мы получили: сертификат")
    only_told = make_case(owner=anna, text="Другое")
    machine_says(only_told, "Сертификат уже в пути")

    hits = searching.search("сертификаты", actor=acting(anna)).hits

    assert [hit.case_id for hit in hits] == [said.pk, only_told.pk]
    assert hits[0].message_id < receipt.pk
    assert hits[0].text == "Где мой сертификат"


@pytest.mark.usefixtures("_both_ways")
def test_pages_go_from_own_words_to_automatic_letters_without_loss_or_repetition(anna: Agent) -> None:
    said = [make_case(owner=anna, text=f"Мой сертификат {number}") for number in range(4)]
    told = [make_case(owner=anna, text="Другое") for _number in range(4)]
    for case in [*said, *told]:
        machine_says(case, "Ваш сертификат в пути")

    shown, before = [], None
    for _page in range(9):
        page = searching.search("сертификат", actor=acting(anna), before=before, size=3)
        shown += [hit.case_id for hit in page.hits]
        before = page.older_than
        if before is None:
            break

    assert shown == [case.pk for case in [*reversed(said), *reversed(told)]]


def test_a_word_of_machines_alone_is_not_walked_for_to_the_beginning(
    anna: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(owner=anna, text="Другое")
    for _number in range(3):
        machine_says(case, "Получили")
    monkeypatch.setattr(searching, "_rows_of", lambda _table: 1)
    monkeypatch.setattr(searching, "_expected", lambda *_args: 20)

    assert found(anna, "получили") == [case.pk]


# ── Filters ───────────────────────────────────────────────────────────────────────────────
def shown(agent: Agent, **address: str) -> list[int]:
    page = desk(agent).get("/desk/search", address)
    assert page.status_code == 200
    return [int(number) for number in re.findall(r'id="case-(\d+)"', page.text)]


@pytest.mark.usefixtures("_both_ways")
def test_each_filter_narrows_with_words_and_without(anna: Agent) -> None:
    asked = make_case(owner=anna, text="Где сертификат")
    answered = make_case(owner=anna, text="Другое", channel="phone")
    reply(case=answered, actor=acting(anna), text="Сертификат отправлен")
    note(case=answered, actor=acting(anna), text="Сертификат у курьера")
    filed = make_case(
        owner=anna, text="Вот сертификат", files=[IncomingFile(name="a.pdf", content_type="", content=b"1")]
    )
    Case.objects.filter(pk=asked.pk).update(state="unconfirmed", closed_at=timezone.now())
    day = "2025-03-10"
    Message.objects.filter(conversation__thread__case=filed).update(at=datetime(2025, 3, 10, 12, tzinfo=UTC))

    for q in ({}, {"q": "сертификаты"}):
        assert set(shown(anna, who="agent", **q)) == {answered.pk}
        assert set(shown(anna, who="customer", **q)) == {asked.pk, filed.pk, *([] if q else [answered.pk])}
        assert shown(anna, channel="phone", **q) == [answered.pk]
        assert shown(anna, state="unconfirmed", **q) == [asked.pk]
        assert shown(anna, files="1", **q) == [filed.pk]
        assert shown(anna, since=day, until=day, **q) == [filed.pk]
        assert set(shown(anna, since="2025-03-11", **q)) == {asked.pk, answered.pk}
        assert shown(anna, until="2025-03-09", **q) == []
        assert shown(anna, files="1", who="agent", **q) == []
    assert shown(anna) == []


def test_names_and_subjects_are_narrowed_too(anna: Agent) -> None:
    filed = make_case(
        owner=anna, subject="Про накладную", files=[IncomingFile(name="a.pdf", content_type="", content=b"1")]
    )
    bare = make_case(owner=anna, subject="Про накладную")

    assert set(shown(anna, q="накладная")) == {filed.pk, bare.pk}
    assert shown(anna, q="накладная", files="1") == [filed.pk]
    assert shown(anna, q="накладная", channel="phone") == []


def test_filters_stand_in_the_address_of_the_next_page_and_go_one_by_one(anna: Agent) -> None:
    for number in range(30):
        make_case(owner=anna, text=f"Сертификат {number}")
    make_case(owner=anna, text="Сертификат", channel="phone")
    browser = desk(anna)

    page = browser.get("/desk/search", {"q": "сертификат", "who": "customer", "channel": "api"}).text
    older = re.search(r'href="([^"]+)" rel="next"', page)

    assert older
    address = older[1].replace("&amp;", "&")
    assert {"who=customer", "channel=api"} <= set(address.lstrip("?").split("&"))
    rest = browser.get(f"/desk/search{address}").text
    assert len(re.findall(r'id="case-', rest)) == 5
    assert 'href="?q=%D1%81%D0%B5%D1%80%D1%82%D0%B8%D1%84%D0%B8%D0%BA%D0%B0%D1%82&amp;channel=api"' in rest


@pytest.mark.parametrize(
    "address",
    [
        {"who": "nobody"},
        {"since": "2025-02-31"},
        {"until": "99999-01-01"},
        {"state": "x", "files": "maybe"},
        {"q": "\0", "before": "-"},
        {"q": "сертификат", "before": "-99999999999999999999"},
    ],
)
def test_what_an_address_may_not_say_is_passed_over(anna: Agent, address: dict[str, str]) -> None:
    make_case(owner=anna, text="Другое")

    assert shown(anna, **address) == []


def test_filters_stay_in_sight(anna: Agent) -> None:
    boris = make_agent("Борис Ильин", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)
    make_case(owner=anna, text="Тайный сертификат")

    for address in ({"who": "customer"}, {"q": "сертификат", "channel": "api"}, {"state": "open"}):
        assert shown(Agent.objects.get(pk=boris.pk), **address) == []
        assert shown(anna, **address) != []
