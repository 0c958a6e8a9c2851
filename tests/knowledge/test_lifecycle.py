"""How an article lives after it was first published."""

import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.foundation.text.differences import Kind, difference, is_different
from otklik.knowledge.actions import (
    Words,
    bring_back,
    confirm_review,
    confirm_translation,
    drop_draft,
    edit_draft,
    offer,
    publish,
    publish_due,
    remove_section,
    restore,
    say_helpful,
    send_back,
    set_brand,
    set_section,
    settle_words,
    start_draft,
    take_back,
    withdraw,
    write_article,
)
from otklik.knowledge.authoring import Wanted, family, for_me, found, unread_words
from otklik.knowledge.models import Article, Section, Version
from otklik.knowledge.queries import STRANGER, in_work, readable_by
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_lead
from tests.together import locks

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Actor:
    return acting(make_agent())


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def draft(actor: Actor, body: str = "Первое", **values: object) -> Version:
    language = str(values.pop("language", "ru"))
    article = write_article(words=Words(title="Срок", body=body), actor=actor, values=values, language=language)
    version = in_work(article)
    assert version is not None
    return version


def live(actor: Actor, body: str = "Первое", **values: object) -> Version:
    version = draft(actor, body, **values)
    publish(version=version, actor=actor)
    return version


def rewrite(version: Version, actor: Actor, body: str) -> Version:
    new = start_draft(article=Article.objects.get(pk=version.article_id), actor=actor)
    return edit_draft(version=new, words=Words(title="Срок", body=body), actor=actor)


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda error: error.code == code)


# ── The hour of publication ───────────────────────────────────────────────────────────────
def test_an_approved_version_is_shown_at_its_hour_and_once(olga: Actor) -> None:
    version = draft(olga)
    hour = timezone.now() + timedelta(hours=1)
    publish(version=version, actor=olga, at=hour)

    assert publish_due(hour - timedelta(seconds=1)) == 0
    with time_machine.travel(hour):
        assert (publish_due(hour), publish_due(hour)) == (1, 0)

    version.refresh_from_db()
    assert version.state == "live"
    assert Event.objects.filter(name="knowledge.article_published").count() == 1


@locks("knowledge.actions.publishing.publish_due")
@pytest.mark.django_db(transaction=True)
def test_two_clocks_that_strike_together_publish_once() -> None:
    olga = acting(make_lead())
    hour = timezone.now() + timedelta(hours=1)
    for slug in ("a", "b", "c"):
        publish(version=draft(olga, slug=slug), actor=olga, at=hour)
    shown: list[int] = []

    def strike() -> None:
        shown.append(publish_due(hour))
        connection.close()

    clocks = [threading.Thread(target=strike) for _ in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()

    assert sum(shown) == 3
    assert Event.objects.filter(name="knowledge.article_published").count() == 3


def test_what_was_sent_back_is_not_shown_at_its_hour(olga: Actor) -> None:
    version = draft(olga)
    hour = timezone.now() + timedelta(hours=1)
    publish(version=version, actor=olga, at=hour)

    send_back(version=version, actor=olga, because="Ещё раз о сроке")

    assert publish_due(hour) == 0
    assert not readable_by(STRANGER).exists()


# ── Versions ──────────────────────────────────────────────────────────────────────────────
def test_an_earlier_version_comes_back_as_a_draft(olga: Actor) -> None:
    first = live(olga)
    publish(version=rewrite(first, olga, "Второе"), actor=olga)

    again = restore(version=first, actor=olga)

    assert (again.body, again.number, again.state) == ("Первое", 3, "draft")
    assert (again.change_note, again.as_in) == ("", 1)
    with refused("draft_in_work"):
        restore(version=first, actor=olga)


def test_a_draft_is_thrown_away_and_readers_notice_nothing(olga: Actor) -> None:
    first = live(olga)

    drop_draft(version=rewrite(first, olga, "Второе"), actor=olga)

    assert [one.body for one in Version.objects.all()] == ["Первое"]
    with refused("only_version"):
        drop_draft(version=draft(olga, slug="other"), actor=olga)


def test_an_author_takes_back_what_waits(anna: Actor) -> None:
    version = draft(anna)
    offer(version=version, actor=anna)

    take_back(version=version, actor=anna)

    assert version.state == "draft"
    with refused("not_waiting"):
        take_back(version=version, actor=anna)


def test_an_archived_article_comes_back_as_a_draft(olga: Actor) -> None:
    version = live(olga)
    withdraw(article=version.article, actor=olga)

    bring_back(article=version.article, actor=olga)

    assert [one.state for one in Version.objects.order_by("number")] == ["past", "draft"]
    assert not readable_by(STRANGER).exists()
    with refused("not_archived"):
        bring_back(article=version.article, actor=olga)


# ── Review ────────────────────────────────────────────────────────────────────────────────
def test_after_its_date_an_article_may_be_out_of_date_until_somebody_reads_it(anna: Actor, olga: Actor) -> None:
    article = live(olga, owner=Agent.objects.get(pk=anna.pk), review_every_days=30).article
    article = Article.objects.get(pk=article.pk)
    assert not article.may_be_out_of_date

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert article.may_be_out_of_date
        assert not for_me(olga).exists()
        assert for_me(anna).get() == article
        confirm_review(article=article, actor=anna)
        assert not article.may_be_out_of_date
        assert not for_me(anna).exists()

    assert article.reviewed_by_id == anna.pk


def test_nobody_confirms_what_nobody_reads(olga: Actor) -> None:
    with refused("not_published"):
        confirm_review(article=draft(olga).article, actor=olga)


# ── Translations ──────────────────────────────────────────────────────────────────────────
def test_a_translation_knows_that_its_original_has_moved_on(olga: Actor) -> None:
    original = live(olga)
    english = live(olga, "First", language="en", original=original.article)
    assert not found(Wanted(state="behind"), olga).exists()

    publish(version=rewrite(original, olga, "Второе"), actor=olga)
    behind = found(Wanted(state="behind"), olga).get()
    fixed = rewrite(english, olga, "Second")

    assert behind.article == english.article
    assert found(Wanted(state="behind"), olga).get() == fixed  # a new draft alone says nothing about the original
    confirm_translation(version=fixed, actor=olga)
    assert not found(Wanted(state="behind"), olga).exists()
    assert [one.language for one in family(english.article)] == ["ru", "en"]


# ── Finding ───────────────────────────────────────────────────────────────────────────────
def test_authors_find_by_words_state_section_and_keeper(anna: Actor, olga: Actor) -> None:
    outer = set_section(actor=olga, values={"titles": {"ru": "Оплата"}})
    inner = set_section(actor=olga, values={"titles": {"ru": "Возврат"}, "parent": outer})
    one = live(olga, "О картах", section=inner, slug="cards")
    two = draft(anna, "О наличных", slug="cash")
    withdraw(article=live(olga, "Старое", slug="old").article, actor=olga)

    def slugs(**wanted: object) -> list[str]:
        return [row.article.slug for row in found(Wanted(**wanted), olga)]  # type: ignore[arg-type]

    assert slugs() == ["cash", "cards"]
    assert slugs(words="картах") == ["cards"]
    assert slugs(section=outer) == ["cards"]
    assert slugs(state="draft") == ["cash"]
    assert slugs(state="archived") == ["old"]
    assert slugs(owner_id=anna.pk) == [two.article.slug]
    assert one.article.slug == "cards"


def test_authors_find_a_part_of_a_draft_and_of_what_readers_see(olga: Actor) -> None:
    newer = start_draft(article=Article.objects.get(pk=live(olga, "Чек от терминала").article_id), actor=olga)
    words = Words(title="Без чека", body="Про ТЕРМИНАЛЬНЫЙ сервер", questions=[])
    edit_draft(version=newer, words=words, edits=newer.edits, actor=olga)

    def numbers(words: str) -> list[int]:
        return [row.number for row in found(Wanted(words=words), olga)]

    assert numbers("терминальн") == [2]
    assert numbers("срок") == [2], "by the title that readers see"
    assert numbers("Чек от") == [], "the newest words count"


def test_parts_are_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    for row in (Version.objects.filter(body__icontains="чек"), Version.objects.filter(title__icontains="чек")):
        assert "version_by_part" in row.explain()


def test_each_sees_what_waits_for_them(anna: Actor, olga: Actor) -> None:
    version = draft(anna)
    offer(version=version, actor=anna)
    assert (for_me(olga).count(), for_me(anna).count()) == (1, 0)

    send_back(version=version, actor=olga, because="Срок?")

    assert (for_me(olga).count(), for_me(anna).count()) == (0, 1)


def test_what_readers_missed_waits_for_the_keeper_until_it_is_read(anna: Actor, olga: Actor) -> None:
    version = draft(anna)
    publish(version=version, actor=olga)
    say_helpful(version=version, visitor="a", is_helpful=False)
    assert not for_me(anna).exists()
    read = say_helpful(version=version, visitor="b", is_helpful=False, missing="А если чека нет?")
    say_helpful(version=version, visitor="c", is_helpful=False, missing="Сколько ждать?")
    assert (for_me(anna).get(), for_me(olga).count()) == (version.article, 0)

    settle_words(article=version.article, until=read.pk, actor=anna)
    assert [word.missing for word in unread_words(version.article)] == ["Сколько ждать?"]
    assert for_me(anna).exists()
    settle_words(article=version.article, until=unread_words(version.article)[-1].pk, actor=anna)
    assert not for_me(anna).exists()

    say_helpful(version=version, visitor="c", is_helpful=False, missing="Так сколько ждать?")
    assert for_me(anna).exists()


def test_a_lead_does_not_wait_for_their_own_words(olga: Actor) -> None:
    set_policy("knowledge.second_pair_of_eyes", value=True)
    offer(version=draft(olga), actor=olga)

    assert not for_me(olga).exists()


# ── Shelves ───────────────────────────────────────────────────────────────────────────────
def test_only_an_empty_section_is_taken_away(olga: Actor) -> None:
    section = set_section(actor=olga, values={"titles": {"ru": "Оплата"}})
    version = draft(olga, section=section)

    with refused("section_not_empty"):
        remove_section(section=section, actor=olga)
    Article.objects.filter(pk=version.article_id).update(section=None)
    remove_section(section=section, actor=olga)

    assert not Section.objects.exists()


def test_a_brand_has_one_name_and_one_address() -> None:
    admin = acting(make_agent("Вера Ильина", "vera@gorizont.example", "admin"))
    first = set_brand(actor=admin, values={"name": "Горизонт", "host": "Help.Gorizont.example."})

    assert (first.host, first.is_first) == ("help.gorizont.example", True)
    for values, code in (
        ({"name": "горизонт"}, "name_taken"),
        ({"name": "Второй", "host": "help.gorizont.example"}, "host_taken"),
        ({"name": "Второй", "host": "http://x"}, "host_invalid"),
        ({"name": " "}, "name_missing"),
    ):
        with refused(code):
            set_brand(actor=admin, values=values)


# ── Differences ───────────────────────────────────────────────────────────────────────────
def test_a_difference_shows_words() -> None:
    (stretch,) = difference("Вернём за три дня.", "Вернём за пять дней.")

    assert [(piece.kind, piece.text) for piece in stretch.pieces] == [
        (Kind.SAME, "Вернём за "),
        (Kind.REMOVED, "три"),
        (Kind.ADDED, "пять"),
        (Kind.SAME, " "),
        (Kind.REMOVED, "дня"),
        (Kind.ADDED, "дней"),
        (Kind.SAME, "."),
    ]


def test_what_is_far_from_a_change_may_be_folded() -> None:
    lines = [f"{number}\n" for number in range(20)]

    stretches = difference("".join(lines), "".join([*lines[:10], "новое\n", *lines[10:]]))

    assert [(one.lines, one.is_far) for one in stretches] == [(8, True), (2, False), (1, False), (2, False), (8, True)]


_TEXTS = st.lists(st.sampled_from(["a", "b\n", "слово ", "\n", " ", "другое", ".", "\r\n", "\u2028"])).map("".join)


@given(_TEXTS, _TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_difference_loses_nothing(old: str, new: str) -> None:
    pieces = [piece for stretch in difference(old, new) for piece in stretch.pieces]

    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == new
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == old
    assert is_different(difference(old, new)) == (old != new)


def test_a_clock_knows_no_past(olga: Actor) -> None:
    publish(version=draft(olga), actor=olga, at=datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone()))

    assert readable_by(STRANGER).exists()
