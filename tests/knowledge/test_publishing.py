"""From a draft to what readers see."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.foundation.actors import Actor, Role
from otklik.foundation.errors import Refusal
from otklik.foundation.policies import set_policy
from otklik.knowledge.actions import (
    Words,
    approve,
    edit_draft,
    offer,
    publish,
    send_back,
    set_article,
    set_section,
    start_draft,
    withdraw,
    write_article,
)
from otklik.knowledge.models import Article, Audience, Section, Version
from otklik.knowledge.queries import STRANGER, Reader, article_at, in_work, readable_by
from tests.building import acting, make_agent, make_lead

pytestmark = pytest.mark.django_db


def words(title: str = "Как вернуть деньги за курс?", body: str = "Напишите нам.") -> Words:
    return Words(title=title, body=body, questions=["верните деньги"])


@pytest.fixture
def anna() -> Actor:
    return acting(make_agent())


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def draft(actor: Actor, **values: object) -> Version:
    version = in_work(write_article(words=words(), actor=actor, values=values))
    assert version is not None
    return version


def test_an_author_offers_a_lead_approves_readers_see_it(anna: Actor, olga: Actor) -> None:
    version = draft(anna)

    offer(version=version, actor=anna)
    approve(version=version, actor=olga)
    publish(version=version, actor=anna)

    found = article_at(language="ru", slug="kak-vernut-dengi-za-kurs", reader=STRANGER)
    assert found is not None
    assert found.live == version
    assert version.approved_by_id == olga.pk


def test_an_agent_alone_publishes_nothing(anna: Actor) -> None:
    version = draft(anna)

    with pytest.raises(Refusal) as refused:
        publish(version=version, actor=anna)

    assert refused.value.code == "approval_missing"
    assert not readable_by(STRANGER).exists()


def test_with_two_pairs_of_eyes_not_even_a_lead_publishes_alone(olga: Actor) -> None:
    set_policy("knowledge.second_pair_of_eyes", value=True)
    version = draft(olga)
    offer(version=version, actor=olga)

    with pytest.raises(Refusal) as own:
        approve(version=version, actor=olga)
    with pytest.raises(Refusal) as alone:
        publish(version=version, actor=olga)

    assert (own.value.code, alone.value.code) == ("own_words", "approval_missing")


def test_what_is_sent_back_is_a_draft_with_a_reason(anna: Actor, olga: Actor) -> None:
    version = draft(anna)
    offer(version=version, actor=anna)

    send_back(version=version, actor=olga, because="Назовите срок.")

    assert (version.state, version.returned_because) == ("draft", "Назовите срок.")


def test_two_authors_do_not_overwrite_each_other(anna: Actor, olga: Actor) -> None:
    version = draft(anna)
    edit_draft(version=version, words=words(body="Первая"), actor=anna, edits=0)

    with pytest.raises(Refusal) as refused:
        edit_draft(version=version, words=words(body="Вторая"), actor=olga, edits=0)

    assert refused.value.code == "changed_meanwhile"
    version.refresh_from_db()
    assert version.body == "Первая"


def test_readers_see_the_old_words_while_new_ones_are_written(olga: Actor) -> None:
    version = draft(olga)
    publish(version=version, actor=olga)

    new = start_draft(article=version.article, actor=olga)
    edit_draft(version=new, words=words(body="Новое"), actor=olga)

    seen = article_at(language="ru", slug=version.article.slug, reader=STRANGER)
    assert seen is not None
    assert seen.live is not None
    assert (seen.live.body, new.number) == ("Напишите нам.", 2)


def test_a_version_waits_for_its_hour(olga: Actor) -> None:
    version = draft(olga)

    publish(version=version, actor=olga, at=timezone.now() + timedelta(days=1))

    assert version.state == "approved"
    assert not readable_by(STRANGER).exists()


def test_an_old_address_leads_to_the_article(olga: Actor) -> None:
    version = draft(olga)
    publish(version=version, actor=olga)

    set_article(article=version.article, actor=olga, values={"slug": "vozvrat"})

    found = article_at(language="ru", slug="kak-vernut-dengi-za-kurs", reader=STRANGER)
    assert found is not None
    assert found.slug == "vozvrat"


def test_each_reader_sees_what_is_meant_for_them(olga: Actor) -> None:
    for audience in Audience:
        publish(version=draft(olga, audience=audience, slug=audience.value.replace("_", "-")), actor=olga)

    def seen(reader: Reader) -> set[str]:
        return set(readable_by(reader).values_list("audience", flat=True))

    assert seen(STRANGER) == {"public"}
    assert seen(Reader(customer_id=1)) == {"public", "signed_in"}
    assert seen(Reader(customer_id=1, organization_id=7)) == {"public", "signed_in"}
    assert seen(Reader(is_staff=True)) == set(Audience.values)


def test_a_withdrawn_article_is_gone_and_its_words_are_kept(olga: Actor) -> None:
    version = draft(olga)
    publish(version=version, actor=olga)

    withdraw(article=version.article, actor=olga)

    assert not readable_by(STRANGER).exists()
    assert Article.objects.get().versions.get().body == "Напишите нам."


def test_sections_make_no_circle(olga: Actor) -> None:
    top = set_section(actor=olga, values={"titles": {"ru": "Оплата"}})
    inner = set_section(actor=olga, values={"titles": {"ru": "Возврат"}, "parent": top})

    with pytest.raises(Refusal) as refused:
        set_section(actor=olga, values={"parent": inner}, section=top)

    assert refused.value.code == "circular_sections"
    assert Section.objects.get(pk=top.pk).parent is None


# ── The second pair of eyes ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "change",
    [
        {"body": "Совсем другие слова."},
        {"title": "Другое название"},
        {"questions": ["другой вопрос"]},
        {"summary": "Иначе."},
    ],
)
def test_who_rewrote_a_colleagues_draft_does_not_approve_it(anna: Actor, olga: Actor, change: dict[str, Any]) -> None:
    set_policy("knowledge.second_pair_of_eyes", value=True)
    version = draft(anna)
    edit_draft(version=version, words=replace(words(), **change), actor=olga)
    offer(version=version, actor=olga)

    with pytest.raises(Refusal) as rewriter:
        approve(version=Version.objects.get(pk=version.pk), actor=olga)
    with pytest.raises(Refusal) as author:
        approve(version=version, actor=anna_as_lead(anna))
    third = acting(make_agent("Вера Орлова", "vera@gorizont.example", "lead"))
    approve(version=version, actor=third)

    assert {rewriter.value.code, author.value.code} == {"own_words"}
    version.refresh_from_db()
    assert (version.state, version.approved_by_id) == (Version.State.APPROVED, third.pk)


def test_who_saved_it_as_it_was_may_approve(anna: Actor, olga: Actor) -> None:
    version = draft(anna)
    edit_draft(version=version, words=words(), actor=olga)
    offer(version=version, actor=anna)

    approve(version=version, actor=olga)

    assert Version.objects.get().state == Version.State.APPROVED


def test_a_page_read_before_the_rewriting_helps_nobody(anna: Actor, olga: Actor) -> None:
    version = draft(anna)
    old_page = Version.objects.get(pk=version.pk)
    edit_draft(version=version, words=words(body="Мои слова"), actor=olga)
    offer(version=version, actor=anna)

    with pytest.raises(Refusal) as refused:
        approve(version=old_page, actor=olga)

    assert refused.value.code == "own_words"


def anna_as_lead(anna: Actor) -> Actor:
    return replace(anna, role=Role.LEAD)
