"""The help centre for programs: drafts back and forth, files, readers' words, figures, corrections, tables."""

import base64
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.knowledge.actions import Asked, note_reading, note_search, say_helpful, say_solved
from otklik.knowledge.models import Article, Place, Search, Version
from otklik.knowledge.queries import STRANGER, readable_by
from tests.api.calling import Program
from tests.building import make_agent, make_lead
from tests.portal.typing_in import TINY_PNG

pytestmark = pytest.mark.django_db
VISIT = "0123456789abcdef" * 2


@pytest.fixture
def anna() -> Program:
    return Program(make_agent())


@pytest.fixture
def olga() -> Program:
    return Program(make_lead())


def live(program: Program, title: str = "Как вернуть деньги?", **values: Any) -> str:
    """The path of a published article."""
    made = program.post("/knowledge/articles", {"title": title, "body": "Напишите нам.", **values}).json()
    path = f"/knowledge/articles/{made['id']}"
    assert program.post(f"{path}/publish", {}).status_code == 200
    return path


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


# ── Back and forth ────────────────────────────────────────────────────────────────────────
def test_what_waits_is_taken_back_and_thrown_away(olga: Program) -> None:
    path = live(olga)
    olga.post(f"{path}/draft", {"title": "Возврат", "body": "Новое"})
    olga.post(f"{path}/offer", {})

    back = olga.post(f"{path}/take-back", {}).json()
    gone = olga.delete(f"{path}/draft").json()

    assert (back["in_work"], back["draft"]["title"]) == ("draft", "Возврат")
    assert (gone["in_work"], gone["live"]["title"]) == (None, "Как вернуть деньги?")
    assert refused(olga.delete(f"{path}/draft")) == (422, "nothing_in_work")


def test_the_only_words_are_not_thrown_away(olga: Program) -> None:
    made = olga.post("/knowledge/articles", {"title": "Одна"}).json()

    assert refused(olga.delete(f"/knowledge/articles/{made['id']}/draft")) == (422, "only_version")
    assert refused(olga.post(f"/knowledge/articles/{made['id']}/take-back", {})) == (422, "not_waiting")


def test_earlier_words_begin_a_new_draft(olga: Program) -> None:
    path = live(olga)
    olga.post(f"{path}/draft", {"title": "Возврат", "body": "Новое"})
    olga.post(f"{path}/publish", {})

    restored = olga.post(f"{path}/restore", {"number": 1}).json()

    assert (restored["draft"]["number"], restored["draft"]["title"]) == (3, "Как вернуть деньги?")
    assert refused(olga.post(f"{path}/restore", {"number": 1})) == (422, "draft_in_work")
    assert refused(olga.post(f"{path}/restore", {"number": 9})) == (404, "not_found")


def test_a_review_moves_the_date(olga: Program) -> None:
    path = live(olga, review_every_days=10)
    before = olga.get(path).json()["review_at"]

    after = olga.post(f"{path}/review", {}).json()["review_at"]

    assert after > before
    draft = olga.post("/knowledge/articles", {"title": "Черновик"}).json()["id"]
    assert refused(olga.post(f"/knowledge/articles/{draft}/review", {})) == (422, "not_published")


def test_out_of_the_archive_as_a_draft(olga: Program) -> None:
    path = live(olga)
    assert refused(olga.post(f"{path}/bring-back", {})) == (422, "not_archived")
    olga.post(f"{path}/withdraw", {})

    back = olga.post(f"{path}/bring-back", {}).json()

    assert (back["archived_at"], back["is_live"], back["in_work"]) == (None, False, "draft")


def test_a_translation_is_confirmed(olga: Program) -> None:
    path = live(olga)
    english = live(olga, "Refund", language="en", original=int(path.rpartition("/")[2]))

    assert olga.post(f"{english}/confirm-translation", {}).status_code == 200
    assert refused(olga.post(f"{path}/confirm-translation", {})) == (422, "not_a_translation")


def test_an_empty_section_is_taken_away(anna: Program, olga: Program) -> None:
    section = olga.post("/knowledge/sections", {"titles": {"ru": "Оплата"}}).json()["id"]
    path = live(olga, section=section)

    assert refused(olga.delete(f"/knowledge/sections/{section}")) == (422, "section_not_empty")
    assert refused(anna.delete(f"/knowledge/sections/{section}")) == (403, "not_allowed")
    olga.post(path, {"section": None})
    assert olga.delete(f"/knowledge/sections/{section}").status_code == 204
    assert refused(olga.delete(f"/knowledge/sections/{section}")) == (404, "not_found")


# ── Files ─────────────────────────────────────────────────────────────────────────────────
def test_a_picture_comes_and_goes(olga: Program) -> None:
    path = live(olga)

    made = olga.post(f"{path}/files", {"name": "Чек.png", "content": base64.b64encode(TINY_PNG).decode()})
    name = made.json()["name"]

    assert (made.status_code, made.json()["content_type"].partition("/")[0]) == (201, "image")
    assert olga.get(f"{path}/files").json()["items"] == [made.json()]
    shown = olga.client.get(made.json()["url"].removeprefix("http://127.0.0.1:8000"))
    assert b"".join(shown.streaming_content)  # type: ignore[attr-defined]  # to its end, so that the file is closed
    gone = olga._call("DELETE", f"{path}/files", query_params={"name": name})
    assert gone.status_code == 204
    assert olga.get(f"{path}/files").json()["items"] == []
    assert refused(olga._call("DELETE", f"{path}/files", query_params={"name": name})) == (404, "not_found")


def test_wrong_files_are_refused(olga: Program) -> None:
    path = live(olga)

    assert refused(olga.post(f"{path}/files", {"name": "a.png", "content": "!"})) == (422, "attachment_invalid")
    assert refused(olga.post(f"{path}/files", {"name": "a.png", "content": ""})) == (422, "file_empty")


# ── What readers said and did ─────────────────────────────────────────────────────────────
def test_readers_words_are_listed(olga: Program) -> None:
    article = Article.objects.get(pk=int(live(olga).rpartition("/")[2]))
    assert article.live
    said = [
        say_helpful(version=article.live, visitor=str(number), is_helpful=number > 0, missing="" if number else "Срок")
        for number in range(3)
    ]

    first = olga.get("/knowledge/feedback", limit=2).json()
    second = olga.get("/knowledge/feedback", limit=2, cursor=first["next"]).json()

    assert [one["id"] for page in (first, second) for one in page["items"]] == [one.pk for one in said[::-1]]
    (unhelpful,) = olga.get("/knowledge/feedback", helpful="false", article=article.pk).json()["items"]
    assert (unhelpful["missing"], unhelpful["version"], unhelpful["is_helpful"]) == ("Срок", 1, False)
    assert olga.get("/knowledge/feedback", article=article.pk + 1).json()["items"] == []


def test_the_figures_say_what_articles_did(olga: Program) -> None:
    article = Article.objects.get(pk=int(live(olga).rpartition("/")[2]))
    assert article.live
    note_reading(article=article, place=Place.WIDGET, visitor=VISIT)
    note_reading(article=article, place=Place.PORTAL, visitor="1")
    say_helpful(version=article.live, visitor=VISIT, is_helpful=True)
    say_solved(article=article, place=Place.FORM, visitor=VISIT)

    figures = olga.get("/knowledge/figures", days=7).json()

    assert figures["self_service"] == {
        "visits": 2, "solved": 1, "wrote": 0, "silent": 1, "confirmed": 1.0, "deflection": 1.0,
    }  # fmt: skip
    (reach,) = figures["articles"]
    assert (reach["article"], reach["views"], reach["helpful"], reach["solved"]) == (article.pk, 2, 1, 1)
    assert 0 < reach["helpful_low"] < reach["helpful_high"] == 100
    assert refused(olga.get("/knowledge/figures", days=0)) == (422, "input_invalid")


def test_questions_in_vain_are_listed_and_settled(olga: Program) -> None:
    for _ in range(2):
        asked = Asked(words="Как заморозить курс?", place=Place.PORTAL, language="ru")
        note_search(asked, found=0, is_answered=False)

    (question,) = olga.get("/knowledge/questions").json()["items"]
    settled = olga.post("/knowledge/questions/settle", {"words": "как заморозить курс?", "language": "ru"})

    assert (question["words"], question["times"], question["top"], question["cases"]) == (
        "Как заморозить курс?", 2, None, [],
    )  # fmt: skip
    assert settled.json() == {"searches": 2}
    assert olga.get("/knowledge/questions").json()["items"] == []
    assert Search.objects.count() == 2
    assert refused(olga.get("/knowledge/questions", lack="sorrow")) == (422, "input_invalid")


# ── Corrections ───────────────────────────────────────────────────────────────────────────
def test_a_correction_is_proposed_and_decided(anna: Program, olga: Program) -> None:
    path = live(olga)
    proposed = anna.post(f"{path}/corrections", {"words": "Срок теперь десять дней."}).json()
    decide = f"/knowledge/corrections/{proposed['id']}/decide"

    assert (proposed["state"], proposed["agent"]["name"], proposed["version"]) == ("open", "Анна Смирнова", 1)
    assert olga.get("/knowledge/corrections", state="open").json()["items"] == [proposed]
    assert refused(olga.post(decide, {"is_taken": False})) == (422, "answer_missing")
    decided = olga.post(decide, {"is_taken": True}).json()
    assert (decided["state"], decided["decided_by"]["name"]) == ("taken", "Ольга Петрова")
    assert refused(olga.post(decide, {"is_taken": True})) == (409, "changed_meanwhile")
    assert olga.get("/knowledge/corrections", state="open").json()["items"] == []
    assert refused(olga.post("/knowledge/corrections/999/decide", {"is_taken": True})) == (404, "not_found")
    assert refused(anna.post(f"{path}/corrections", {"words": " "})) == (422, "words_missing")


def test_a_declined_correction_waits_again_when_that_is_taken_back(anna: Program, olga: Program) -> None:
    path = live(olga)
    proposed = anna.post(f"{path}/corrections", {"words": "Срок теперь десять дней."}).json()
    reopen = f"/knowledge/corrections/{proposed['id']}/reopen"
    assert refused(olga.post(reopen, {})) == (409, "changed_meanwhile")
    olga.post(f"/knowledge/corrections/{proposed['id']}/decide", {"is_taken": False, "answer": "Срок верен."})

    again = olga.post(reopen, {}).json()

    assert again == proposed
    assert refused(olga.post("/knowledge/corrections/999/reopen", {})) == (404, "not_found")


def test_lists_of_words_and_corrections_cost_the_same_however_long(olga: Program) -> None:
    path = live(olga)
    article = Article.objects.get()
    assert article.live
    for number in range(3):
        say_helpful(version=article.live, visitor=str(number), is_helpful=True)
        olga.post(f"{path}/corrections", {"words": f"Неточность {number}"})

    for path in ("/knowledge/feedback", "/knowledge/corrections"):
        with CaptureQueriesContext(connection) as queries:
            assert len(olga.get(path).json()["items"]) == 3
        assert len(queries) == 1, path


# ── Tables ────────────────────────────────────────────────────────────────────────────────
TABLE = 'id,title,body,section,language,questions\n7,Как вернуть деньги?,Напишите нам.,Оплата,ru,"верните\nвозврат"\n'


def send_table(program: Program, table: str, **query: str) -> Any:
    return send_file(program, table.encode(), "text/csv", **query)


def send_file(program: Program, content: bytes, kind: str, **query: str) -> Any:
    call = {"content_type": kind, "query_params": query}
    headers = {"Authorization": f"Bearer {program.token}", "Accept-Language": "en"}
    return program.client.generic("POST", "/api/v1/knowledge/import", content, headers=headers, **call)  # type: ignore[arg-type]


def test_a_table_is_taken_in_and_reported(olga: Program) -> None:
    tried = send_table(olga, TABLE, dry_run="true").json()
    assert not Article.objects.exists()
    taken = send_table(olga, TABLE, publish="true").json()
    again = send_table(olga, TABLE, publish="true").json()

    assert tried == taken
    assert (taken["new"], taken["new_sections"], again["new"], again["same"]) == (1, 1, 0, 1)
    assert taken["lines"] == [{"where": "line 2", "title": "Как вернуть деньги?", "outcome": "new"}]
    article = readable_by(STRANGER).get()
    assert article.live
    assert (article.external_id, article.live.questions) == ("7", ["верните", "возврат"])


def test_a_wrong_table_changes_nothing_and_names_each_line(olga: Program) -> None:
    answer = send_table(olga, "title,body\nХорошая,Текст\n,Без названия\nБез текста,\n")

    assert refused(answer) == (422, "import_refused")
    assert set(answer.json()["fields"]) == {"line 3", "line 4"}
    assert not Article.objects.exists()
    assert refused(send_table(olga, "")) == (422, "import_refused")


def test_what_was_taken_out_comes_in_again(olga: Program) -> None:
    send_table(olga, TABLE, publish="true")
    taken_out = olga.get("/knowledge/export").content

    back = send_file(olga, taken_out, "application/zip", publish="true")

    assert back.status_code == 200, back.content
    counts = back.json()
    assert (counts["new"], counts["changed"], counts["same"]) == (0, 0, 1)
    assert refused(send_file(olga, b"no archive", "application/zip")) == (422, "import_refused")


def test_articles_of_other_programs_come_in(olga: Program) -> None:
    zendesk = b'{"articles": [{"id": 9, "title": "Refunds", "body": "<p>Write to <b>us</b>.</p>", "locale": "en-us"}]}'
    page = "<html lang=ru><title>Доставка</title><body><h1>Доставка</h1><p>Три дня.</p></body></html>".encode()

    assert send_file(olga, zendesk, "application/json").json()["new"] == 1
    assert send_file(olga, page, "text/html; charset=utf-8").json()["new"] == 1

    words = dict(Version.objects.values_list("title", "body"))
    assert {title: body.strip() for title, body in words.items()} == {
        "Refunds": "Write to **us**.", "Доставка": "Три дня.",
    }  # fmt: skip


def test_an_agent_takes_no_table_in(anna: Program) -> None:
    assert refused(send_table(anna, TABLE)) == (403, "not_allowed")
