"""The help centre for programs: shelves, articles, versions, and the way to readers."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.foundation.policies import set_policy
from otklik.knowledge.models import Article, Version
from otklik.knowledge.queries import STRANGER, readable_by
from tests.api.calling import Program
from tests.building import make_agent, make_lead

pytestmark = pytest.mark.django_db
REFUND = {"title": "Как вернуть деньги?", "body": "Напишите **нам**.\n\n:::staff\nНе спорить\n:::\n"}


@pytest.fixture
def anna() -> Program:
    return Program(make_agent())


@pytest.fixture
def olga() -> Program:
    return Program(make_lead())


def written(program: Program, **values: Any) -> dict[str, Any]:
    response = program.post("/knowledge/articles", REFUND | values)
    assert response.status_code == 201, response.content
    made: dict[str, Any] = response.json()
    return made


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_section_is_put_up_and_moved(olga: Program) -> None:
    money = olga.post("/knowledge/sections", {"titles": {"ru": "Оплата"}, "icon": "credit-card"}).json()
    refunds = olga.post("/knowledge/sections", {"titles": {"ru": "Возврат"}, "parent": "oplata"}).json()

    moved = olga.post(f"/knowledge/sections/{refunds['id']}", {"parent": None, "place": 3})

    assert (refunds["slug"], refunds["parent"]) == ("vozvrat", money["id"])
    assert moved.json() == refunds | {"parent": None, "place": 3}
    assert olga.get("/knowledge/sections").json() == {"items": [money, moved.json()], "next": None}


def test_wrong_sections_are_refused(anna: Program, olga: Program) -> None:
    money = olga.post("/knowledge/sections", {"titles": {"ru": "Оплата"}}).json()["id"]

    assert refused(anna.post("/knowledge/sections", {"titles": {"ru": "Х"}})) == (403, "not_allowed")
    assert refused(olga.post("/knowledge/sections", {"titles": {}})) == (422, "title_missing")
    assert refused(olga.post(f"/knowledge/sections/{money}", {"parent": money})) == (422, "circular_sections")
    assert refused(olga.post("/knowledge/sections", {"titles": {"ru": "Б"}, "parent": 999})) == (422, "section_unknown")
    assert refused(olga.post("/knowledge/sections/999", {"place": 1})) == (404, "not_found")


def test_an_article_from_the_first_word_to_readers(anna: Program, olga: Program) -> None:
    olga.post("/knowledge/sections", {"titles": {"ru": "Оплата"}})
    made = written(anna, section="oplata", questions=["верните деньги"])
    path = f"/knowledge/articles/{made['id']}"

    waiting = anna.post(f"{path}/offer", {}).json()
    returned = olga.post(f"{path}/send-back", {"because": "Не хватает срока."}).json()
    saved = anna.post(f"{path}/draft", REFUND | {"body": "Вернём за 10 дней.", "edits": 0}).json()
    anna.post(f"{path}/offer", {})
    olga.post(f"{path}/approve", {})
    live = anna.post(f"{path}/publish", {}).json()

    assert (made["slug"], made["section"], made["in_work"], made["is_live"]) == (
        "kak-vernut-dengi", "oplata", "draft", False,
    )  # fmt: skip
    assert made["owner"]["email"] == "anna@gorizont.example"
    assert (waiting["in_work"], returned["draft"]["returned_because"]) == ("waiting", "Не хватает срока.")
    assert (saved["draft"]["edits"], saved["draft"]["html"]) == (1, "<p>Вернём за 10 дней.</p>\n")
    assert (live["is_live"], live["draft"], live["live"]["approved_by"]["name"]) == (True, None, "Ольга Петрова")
    assert readable_by(STRANGER).get().live.body == "Вернём за 10 дней."


def test_the_html_for_staff_has_their_blocks(anna: Program) -> None:
    html = written(anna)["draft"]["html"]

    assert "<strong>нам</strong>" in html
    assert "Не спорить" in html


def test_a_date_waits_and_a_withdrawal_takes_away(olga: Program) -> None:
    path = f"/knowledge/articles/{written(olga)['id']}"
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

    planned = olga.post(f"{path}/publish", {"at": tomorrow}).json()
    live = olga.post(f"{path}/publish", {}).json()
    gone = olga.post(f"{path}/withdraw", {}).json()

    assert (planned["is_live"], planned["in_work"]) == (False, "approved")
    assert planned["draft"]["publish_at"]
    assert (live["is_live"], gone["is_live"]) == (True, False)
    assert gone["archived_at"]
    assert gone["title"] == "Как вернуть деньги?"


def test_what_stands_around_the_words_is_changed_alone(olga: Program) -> None:
    made = written(olga)
    path = f"/knowledge/articles/{made['id']}"

    changed = olga.post(path, {"slug": "vozvrat", "audience": "staff", "owner": None, "review_every_days": 30}).json()

    assert {name for name in made if made[name] != changed[name]} == {
        "slug", "audience", "owner", "review_every_days",
    }  # fmt: skip
    assert Article.objects.get().old_addresses.get().slug == "kak-vernut-dengi"


def test_the_history_is_listed_and_read(olga: Program) -> None:
    path = f"/knowledge/articles/{written(olga)['id']}"
    olga.post(f"{path}/publish", {})
    olga.post(f"{path}/draft", {"title": "Возврат", "body": "*Новое*"})

    first = olga.get(f"{path}/versions", limit=1).json()
    second = olga.get(f"{path}/versions", limit=1, cursor=first["next"]).json()

    assert [(one["number"], one["state"]) for page in (first, second) for one in page["items"]] == [
        (2, "draft"), (1, "live"),
    ]  # fmt: skip
    assert second["next"] is None
    assert olga.get(f"{path}/versions/2").json()["html"] == "<p><em>Новое</em></p>\n"
    assert refused(olga.get(f"{path}/versions/9")) == (404, "not_found")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"section": "nowhere"}, "section_unknown"),
        ({"owner": "nobody@mail.example"}, "owner_unknown"),
        ({"standard": 999}, "standard_unknown"),
        ({"original": 999}, "original_unknown"),
        ({"organizations": [999]}, "organization_unknown"),
        ({"language": "русский"}, "input_invalid"),
        ({"slug": "a b"}, "input_invalid"),
        ({"audience": "everybody"}, "input_invalid"),
    ],
)
def test_a_wrong_article_is_refused(anna: Program, values: dict[str, Any], code: str) -> None:
    assert refused(anna.post("/knowledge/articles", REFUND | values)) == (422, code)
    assert not Article.objects.exists()


def test_rules_of_writing_hold_for_programs(anna: Program, olga: Program) -> None:
    path = f"/knowledge/articles/{written(anna)['id']}"

    assert refused(anna.post(f"{path}/publish", {})) == (422, "approval_missing")
    assert refused(anna.post(f"{path}/approve", {})) == (403, "not_allowed")
    assert refused(olga.post(f"{path}/approve", {})) == (422, "not_waiting")
    assert refused(olga.post(f"{path}/send-back", {"because": " "})) == (422, "reason_missing")
    assert refused(anna.post(f"{path}/withdraw", {})) == (403, "not_allowed")
    assert refused(anna.post("/knowledge/articles", REFUND | {"slug": "kak-vernut-dengi"})) == (422, "address_taken")
    assert refused(anna.post(f"{path}/draft", REFUND | {"edits": 7})) == (409, "changed_meanwhile")
    anna.post(f"{path}/offer", {})
    assert refused(anna.post(f"{path}/draft", REFUND)) == (422, "not_a_draft")
    assert refused(anna.post("/knowledge/articles/999/offer", {})) == (404, "not_found")
    set_policy("knowledge.second_pair_of_eyes", value=True)
    assert refused(olga.post(f"{path}/publish", {})) == (422, "approval_missing")


def test_a_published_article_has_nothing_to_offer(olga: Program) -> None:
    path = f"/knowledge/articles/{written(olga)['id']}"
    olga.post(f"{path}/publish", {})

    for verb in ("offer", "approve", "publish"):
        assert refused(olga.post(f"{path}/{verb}", {})) == (422, "nothing_in_work")


def test_an_article_is_written_once_with_one_key(anna: Program) -> None:
    first = anna.post("/knowledge/articles", REFUND, Idempotency_Key="once")
    second = anna.post("/knowledge/articles", REFUND, Idempotency_Key="once")

    assert first.json() == second.json()
    assert Version.objects.count() == 1


def test_articles_are_filtered(anna: Program, olga: Program) -> None:
    olga.post("/knowledge/sections", {"titles": {"ru": "Оплата"}})
    draft = written(anna, section="oplata", external_id="42")
    live = written(olga, title="Ночью", audience="staff")
    olga.post(f"/knowledge/articles/{live['id']}/publish", {})
    english = written(olga, title="Refund", language="en", original=draft["id"])

    def ids(**asked: Any) -> list[int]:
        return [one["id"] for one in olga.get("/knowledge/articles", **asked).json()["items"]]

    assert ids() == [english["id"], live["id"], draft["id"]]
    assert ids(state="live") == ids(audience="staff") == [live["id"]]
    assert ids(state="draft") == [english["id"], draft["id"]]
    assert ids(state="archived") == ids(section="nowhere") == []
    assert ids(section="oplata") == ids(external_id="42") == ids(owner="anna@gorizont.example") == [draft["id"]]
    assert ids(owner=str(draft["owner"]["id"])) == [draft["id"]]
    assert ids(language="en") == [english["id"]]
    assert ids(review_before=(timezone.now() + timedelta(days=181)).isoformat()) == [live["id"]]
    assert ids(review_before=timezone.now().isoformat()) == []


def test_a_long_list_costs_as_much_as_a_short_one(olga: Program) -> None:
    made = [written(olga, title=f"Статья {number}")["id"] for number in range(3)]
    olga.get("/knowledge/articles")

    with CaptureQueriesContext(
        connection,
    ) as short:
        first = olga.get("/knowledge/articles", limit=1).json()
    with CaptureQueriesContext(connection) as long:
        rest = olga.get("/knowledge/articles", limit=50, cursor=first["next"]).json()

    assert [one["id"] for page in (first, rest) for one in page["items"]] == made[::-1]
    assert len(short) == len(long) == 2


def test_without_a_token_nothing_is_told(anna: Program) -> None:
    anna.token = "wrong"

    assert refused(anna.get("/knowledge/articles")) == (401, "not_authenticated")


# ── Searching ─────────────────────────────────────────────────────────────────────────────
def test_anybody_searches_public_articles(olga: Program, client: Client) -> None:
    publish_a_refund_and_a_secret(olga)

    response = client.get("/api/v1/knowledge/search", {"q": "вернуть деньги", "language": "ru", "limit": 1})

    (item,) = response.json()["items"]
    assert (item["title"], item["url"]) == ("Как вернуть деньги?", "http://127.0.0.1:8000/help/kak-vernut-dengi")
    assert response.json()["answered"] is True
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_whole_letter_is_a_question(olga: Program, client: Client) -> None:
    publish_a_refund_and_a_secret(olga)
    letter = "Здравствуйте! " + "Учимся у вас второй год и всем довольны. " * 60 + "Как вернуть деньги? Спасибо."

    response = client.get("/api/v1/knowledge/search", {"q": letter, "limit": 1})

    assert response.status_code == 200
    assert [item["title"] for item in response.json()["items"]] == ["Как вернуть деньги?"]


def test_only_who_may_read_finds(olga: Program, client: Client) -> None:
    publish_a_refund_and_a_secret(olga)

    def titles(response: Any) -> set[str]:
        return {item["title"] for item in response.json()["items"]}

    assert "Скидка для своих" not in titles(client.get("/api/v1/knowledge/search", {"q": "скидка для своих"}))
    assert "Скидка для своих" in titles(olga.get("/knowledge/search?q=скидка для своих"))


def test_a_wrong_token_and_a_wrong_limit_are_told(client: Client) -> None:
    address = "/api/v1/knowledge/search"

    assert client.get(address, {"q": "а"}, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get(address, {"q": "а", "limit": 0}).status_code == 422
    assert client.get(address).json()["code"] == "input_invalid"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"limit": "51"}, {"limit": "Не больше 50."}),
        ({"limit": "0"}, {"limit": "Не меньше 1."}),
        ({"limit": "много"}, {"limit": "Это не целое число."}),
    ],
)
def test_a_wrong_input_is_told_in_the_readers_language(client: Client, query: Any, words: dict[str, str]) -> None:
    asked = client.get("/api/v1/knowledge/search", {"q": "а", **query}, headers={"Accept-Language": "ru"})

    assert asked.json()["fields"] == words


def publish_a_refund_and_a_secret(olga: Program) -> None:
    for values in ({}, {"title": "Скидка для своих", "body": "Скидка сотрудникам.", "audience": "staff"}):
        article = written(olga, **values)
        assert olga.post(f"/knowledge/articles/{article['id']}/publish", {}).status_code == 200
