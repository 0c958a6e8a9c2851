"""The same for many rows of a list: each refusal is told, the others go through, one press takes it back."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import alert, reply, see_alerts, settle_undelivered, unsee_alert, unsettle_undelivered
from otklik.cases.models import Alert, Case
from otklik.customers.models import ContactPoint
from otklik.foundation.errors import Refusal
from otklik.foundation.http import bulk as bulk_of_all
from otklik.foundation.http.bulk import Deed
from otklik.foundation.models import Event
from otklik.knowledge.actions import (
    Asked,
    bring_back,
    decide_correction,
    note_search,
    propose_correction,
    reopen_correction,
    settle_searches,
    unarchive,
    unsettle_search,
    withdraw,
)
from otklik.knowledge.models import Article, Correction, Place, Search
from otklik.reach.models import Delivery, RawMessage
from otklik.team.models import Agent
from tests.building import IVAN, acting, fresh, make_agent, make_case, make_lead, refused, run_jobs
from tests.desk.test_knowledge import draft, live
from tests.desk.test_letters import bounced, hold
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


def many(client: Client, address: str, do: str, **wishes: Any) -> str:
    return client.post(address, {"do": do, **wishes}, follow=True).text


def way_back(page: str) -> str:
    [url] = re.findall(r'class="toast" method="post"[^>]*action="([^"]+)"', page)
    return str(url)


def told(page: str) -> list[str]:
    """What the toasts say."""
    toasts = page.split('id="toasts"')[1]
    return [" ".join(one.split()) for one in re.findall(r"<span>(.*?)</span>", toasts, re.DOTALL)]


# ── Held letters ──────────────────────────────────────────────────────────────────────────
def letters(count: int) -> list[RawMessage]:
    first = hold()
    rows = [first]
    for number in range(1, count):
        row = RawMessage.objects.get(pk=first.pk)
        row.pk, row.sha256 = None, f"{number:064}"
        row.save(force_insert=True)
        rows.append(row)
    return rows


def states() -> list[str]:
    return list(RawMessage.objects.order_by("id").values_list("state", flat=True))


def test_held_letters_are_deleted_together_and_all_come_back_by_one_press() -> None:
    one, two, _three = letters(3)
    client = desk()

    page = many(client, "/desk/held/many", "delete", row=[one.pk, two.pk])
    after = states()
    back = client.post(way_back(page), follow=True).text

    assert after == ["deleted", "deleted", "held"]
    assert told(page) == ["Удалено 2 письма"]
    assert states() == ["held", "held", "held"]
    assert told(back) == ["Возвращено"]


def test_what_a_colleague_has_decided_meanwhile_is_told_and_the_others_go_through() -> None:
    one, two = letters(2)
    RawMessage.objects.filter(pk=one.pk).update(state="waiting")

    page = many(desk(), "/desk/held/many", "delete", row=[one.pk, two.pk])

    assert states() == ["waiting", "deleted"]
    assert len(told(page)) == 2
    assert told(page)[0].endswith(": Коллега уже решил, что делать с этим письмом.")


def test_all_of_the_view_is_chosen_by_the_server_and_no_more_than_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    letters(3)
    client = desk()
    counted = client.get("/desk/held/many?").text
    monkeypatch.setattr(bulk_of_all, "MOST_AT_ONCE", 2)

    page = many(client, "/desk/held/many", "delete", all="1", view="")

    assert counted == "весь список: 3"
    assert client.get("/desk/held/many?only=deleted").text == "весь список: 2"
    assert states().count("deleted") == 2
    assert "В списке есть ещё строки: это были первые 2." in told(page)


def test_released_letters_become_cases_and_have_no_way_back() -> None:
    one, _two = letters(2)
    client = desk()

    page = many(client, "/desk/held/many", "release", row=[one.pk])
    run_jobs()

    assert Case.objects.count() == 1
    assert 'class="toast" method="post"' not in page
    assert "нельзя" in client.get("/desk/held/").text


def test_nothing_chosen_nothing_known_and_a_link_of_another_list_are_refused() -> None:
    [one] = letters(1)
    client = desk()
    link = way_back(many(client, "/desk/held/many", "delete", row=[one.pk]))

    assert told(many(client, "/desk/held/many", "delete")) == ["Выберите хотя бы одну строку."]
    assert many(client, "/desk/held/many", "delete", row=["x", "9" * 30, 77]).count('class="toast"') == 0
    assert client.post("/desk/held/many", {"do": "burn", "row": one.pk}).status_code == 404
    assert client.post(link.replace("/held/", "/alerts/")).status_code == 422
    assert client.post("/desk/held/many?undo=x").status_code == 422
    assert states() == ["deleted"]


def test_the_way_back_ends_after_a_quarter_of_an_hour() -> None:
    [one] = letters(1)
    client = desk()
    link = way_back(many(client, "/desk/held/many", "delete", row=[one.pk]))

    with time_machine.travel(timezone.now() + bulk_of_all.UNDOABLE_FOR * 1.1):
        client.force_login(make_agent())
        assert client.post(link).status_code == 422
    assert states() == ["deleted"]


# ── Undelivered letters ───────────────────────────────────────────────────────────────────
def undelivered(owner: Agent) -> tuple[Case, Delivery]:
    case = make_case(owner=owner)
    reply(case=case, actor=acting(owner), text="Отправили")
    run_jobs()
    return case, bounced(case)


def test_undelivered_letters_are_settled_together_and_stand_there_again_by_one_press() -> None:
    anna = make_agent()
    (one, first), (two, second) = undelivered(anna), undelivered(anna)
    client = desk(anna)

    page = many(client, "/desk/undelivered/many", "settle", row=[first.pk, second.pk])
    settled = [fresh(one).is_undelivered, fresh(two).is_undelivered]
    client.post(way_back(page))

    assert settled == [False, False]
    assert [fresh(one).is_undelivered, fresh(two).is_undelivered] == [True, True]


def test_letters_are_sent_again_where_they_may_and_the_others_are_told_in_one_breath() -> None:
    anna = make_agent()
    (one, first), (two, second) = undelivered(anna), undelivered(anna)
    client = desk(anna)

    refused_page = many(client, "/desk/undelivered/many", "retry", row=[first.pk, second.pk])
    ContactPoint.objects.update(bounce="")
    page = many(client, "/desk/undelivered/many", "retry", row=[first.pk])

    [text] = told(refused_page)
    assert text.startswith(f"{one.pk} {IVAN}, {two.pk} {IVAN}: ")
    assert told(page) == ["1 письмо снова в пути."]
    assert 'class="toast" method="post"' not in page
    assert [Delivery.objects.get(pk=row.pk).state for row in (first, second)] == ["queued", "bounced"]


def test_a_settled_letter_that_has_gone_on_its_way_is_not_unsettled() -> None:
    anna = make_agent()
    case, row = undelivered(anna)
    settle_undelivered(case=case, actor=acting(anna))
    Delivery.objects.filter(pk=row.pk).update(state="queued")

    with refused("changed_meanwhile"):
        unsettle_undelivered(case=case, actor=acting(anna))
    Delivery.objects.filter(pk=row.pk).update(state="failed")
    unsettle_undelivered(case=case, actor=acting(anna))
    with refused("changed_meanwhile"):
        unsettle_undelivered(case=case, actor=acting(anna))
    assert Event.objects.filter(name="cases.edited", case_id=case.pk).count() == 2


# ── Alerts ────────────────────────────────────────────────────────────────────────────────
def test_alerts_are_seen_together_one_alone_or_all_and_each_press_is_taken_back() -> None:
    anna = make_agent()
    case = make_case(owner=anna)
    for number in range(3):
        alert(agent=anna, case=case, reason="undelivered", source=f"{number}")
    client, ids = desk(anna), sorted(Alert.objects.values_list("pk", flat=True))

    def unseen() -> int:
        return Alert.objects.filter(seen_at=None).count()

    some = many(client, "/desk/alerts/many", "seen", row=ids[:2])
    assert unseen() == 1
    client.post(way_back(some))
    assert unseen() == 3

    rest = client.post("/desk/alerts/seen", follow=True).text
    assert unseen() == 0
    client.post(way_back(rest))
    assert unseen() == 3

    see_alerts(actor=acting(anna))
    again = many(client, "/desk/alerts/many", "not_seen", all="1", view="all=1")
    assert unseen() == 3
    client.post(way_back(again))
    assert unseen() == 0


def test_nobody_unsees_the_alert_of_another_or_what_is_not_seen() -> None:
    anna, boris = make_agent(), make_agent("Борис Ильин", "boris@gorizont.example")
    alert(agent=anna, case=make_case(owner=anna), reason="undelivered", source="1")
    row = Alert.objects.get()

    with refused("changed_meanwhile"):
        unsee_alert(actor=acting(anna), alert_id=row.pk)
    see_alerts(actor=acting(anna))
    with refused("changed_meanwhile"):
        unsee_alert(actor=acting(boris), alert_id=row.pk)


# ── Articles ──────────────────────────────────────────────────────────────────────────────
def test_archived_articles_are_shown_again_as_they_were_by_one_press() -> None:
    olga = make_lead()
    shown, written = live(olga, title="Возврат"), draft(olga, title="Аренда").article
    was = Article.objects.get(pk=shown.pk).live_id
    client = desk(olga)

    page = many(client, "/desk/knowledge/many", "archive", row=[shown.pk, written.pk])
    archived = Article.objects.filter(archived_at__isnull=False).count()
    client.post(way_back(page))

    now = {row.pk: row.live_id for row in Article.objects.filter(archived_at=None)}
    assert archived == 2
    assert now == {shown.pk: was, written.pk: None}
    assert Article.objects.get(pk=shown.pk).versions.get().state == "live"


def test_an_archiving_is_taken_back_once_and_only_to_what_readers_saw() -> None:
    olga = make_lead()
    article, other = live(olga, title="Возврат"), live(olga, title="Аренда")
    was, others = article.live_id, other.live_id
    withdraw(article=other, actor=acting(olga))
    with refused("not_archived"):
        unarchive(article=article, actor=acting(olga), live_id=was)
    withdraw(article=article, actor=acting(olga))

    with refused("not_archived"):
        unarchive(article=article, actor=acting(olga), live_id=others)
    with refused("not_allowed"):
        unarchive(article=article, actor=acting(make_agent()), live_id=was)
    unarchive(article=article, actor=acting(olga), live_id=was)

    assert Article.objects.get(pk=article.pk).live_id == was


def test_an_article_that_a_colleague_took_out_of_the_archive_is_not_published_behind_their_back() -> None:
    olga = make_lead()
    article = live(olga, title="Возврат")
    was = article.live_id
    withdraw(article=article, actor=acting(olga))
    bring_back(article=article, actor=acting(olga))

    with refused("not_archived"):
        unarchive(article=article, actor=acting(olga), live_id=was)
    assert Article.objects.get(pk=article.pk).live_id is None


def test_a_new_keeper_is_named_for_many_and_each_gets_its_former_one_back() -> None:
    olga, anna = make_lead(), make_agent()
    mine, theirs = live(olga, title="Возврат"), live(olga, title="Аренда")
    Article.objects.filter(pk=theirs.pk).update(owner=None)
    client = desk(olga)

    page = many(client, "/desk/knowledge/many", "keeper", row=[mine.pk, theirs.pk], **{"keeper-owner": anna.pk})
    handed = list(Article.objects.order_by("id").values_list("owner_id", flat=True))
    client.post(way_back(page))

    assert handed == [anna.pk, anna.pk]
    assert list(Article.objects.order_by("id").values_list("owner_id", flat=True)) == [olga.pk, None]


def test_a_keeper_is_chosen_first() -> None:
    olga = make_lead()
    article = live(olga, title="Возврат")

    many(desk(olga), "/desk/knowledge/many", "keeper", row=[article.pk])

    assert Article.objects.get(pk=article.pk).owner_id == olga.pk


def test_drafts_are_published_where_there_is_one_and_the_others_are_told() -> None:
    olga = make_lead()
    written, shown = draft(olga, title="Аренда").article, live(olga, title="Возврат")

    page = many(desk(olga), "/desk/knowledge/many", "publish", all="1", view="language=ru")

    assert Article.objects.get(pk=written.pk).live_id is not None
    assert told(page)[0].startswith("Возврат: ")
    assert 'class="toast" method="post"' not in page
    assert Article.objects.get(pk=shown.pk).live_id == shown.live_id


def test_who_may_not_publish_is_offered_no_archive_and_cannot_press_it() -> None:
    article = live(make_lead(), title="Возврат")
    client = desk()

    assert 'value="archive"' not in client.get("/desk/knowledge/").text
    many(client, "/desk/knowledge/many", "archive", row=[article.pk])
    assert Article.objects.get(pk=article.pk).archived_at is None


# ── Questions and corrections ─────────────────────────────────────────────────────────────
def test_questions_leave_the_list_together_and_come_back_by_one_press() -> None:
    anna = make_agent()
    for words in ("парковка", "Парковка", "вход"):
        note_search(Asked(words=words, place=Place.PORTAL, language="ru"), found=0, is_answered=False)
    client = desk(anna)
    boxes = re.findall(r'name="row" value="(\d+)" aria-label', client.get("/desk/knowledge/questions/").text)

    page = many(client, "/desk/knowledge/questions/many", "settle", row=boxes)
    left = Search.objects.filter(settled_at=None).count()
    client.post(way_back(page))

    assert len(boxes) == 2
    assert left == 0
    assert Search.objects.filter(settled_at=None).count() == 3


def test_a_question_comes_back_as_it_stood_and_not_twice() -> None:
    anna = acting(make_agent())
    ask = Asked(words="парковка", place=Place.PORTAL, language="ru")
    old = note_search(ask, found=0, is_answered=False)
    settle_searches(words="парковка", language="ru", actor=anna)
    later = note_search(ask, found=0, is_answered=False)
    settle_searches(words="парковка", language="ru", actor=anna)
    later.refresh_from_db()

    unsettle_search(search=later, actor=anna)
    later.refresh_from_db()
    with refused("changed_meanwhile"):
        unsettle_search(search=later, actor=anna)

    assert list(Search.objects.filter(settled_at=None)) == [later]
    assert Search.objects.get(pk=old.pk).settled_at is not None


def test_corrections_are_declined_with_a_word_and_wait_again_by_one_press() -> None:
    olga = make_lead()
    article = live(olga, title="Возврат")
    rows = [propose_correction(article=article, words=f"Срок {days}", actor=acting(olga)) for days in (7, 8)]
    client = desk(olga)

    wordless = many(client, "/desk/knowledge/corrections/many", "decline", row=[row.pk for row in rows])
    assert Correction.objects.filter(state="open").count() == 2
    assert told(wordless)
    page = many(
        client, "/desk/knowledge/corrections/many", "decline", all="1", view="", **{"decline-answer": "Срок верен"}
    )
    assert set(Correction.objects.values_list("state", "answer")) == {("declined", "Срок верен")}
    client.post(way_back(page))

    assert set(Correction.objects.values_list("state", "answer", "decided_at")) == {("open", "", None)}
    assert Event.objects.filter(name="knowledge.correction_reopened").count() == 2


def test_only_a_declined_correction_waits_again() -> None:
    olga = acting(make_lead())
    article = live(Agent.objects.get(), title="Возврат")
    row = propose_correction(article=article, words="Срок 7", actor=olga)
    with refused("changed_meanwhile"):
        reopen_correction(correction=row, actor=olga)
    decide_correction(correction=row, is_taken=True, actor=olga)

    with refused("changed_meanwhile"):
        reopen_correction(correction=row, actor=olga)


# ── What a list may offer ─────────────────────────────────────────────────────────────────
def test_a_deed_has_a_way_back_or_asks_before() -> None:
    def nothing(*_given: object) -> None:
        raise Refusal("not_found", "")

    for wrong in ({}, {"back": nothing, "asks": "Sure?"}):
        with pytest.raises(ValueError, match="burn"):
            Deed(name="burn", label="", icon="", act=nothing, told=str, **wrong)  # type: ignore[arg-type]
