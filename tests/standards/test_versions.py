"""A standard is written like an article: a draft, a second pair of eyes, numbered versions, an earlier one again."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from otklik.foundation.actors import SYSTEM, Actor, Role
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.standards.actions import (
    Words,
    approve,
    confirm_review,
    drop_draft,
    edit_draft,
    offer,
    publish,
    remind_of_reviews,
    restore,
    send_back,
    set_standard,
    start_draft,
    take_back,
    write_standard,
)
from otklik.standards.models import Standard, Version
from otklik.standards.queries import for_me, in_work, version_for
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_lead, make_standard, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


@pytest.fixture
def boris() -> Actor:
    return acting(make_agent("Борис Ким", "boris@gorizont.example", Role.LEAD))


@pytest.fixture
def anna() -> Actor:
    return acting(make_agent())


def draft(standard: Standard, actor: Actor, why: str = "Мы подвели.", note: str = "Понятнее") -> Version:
    version = start_draft(standard=standard, actor=actor)
    return edit_draft(version=version, words=replace(Words.of(version), why=why, change_note=note), actor=actor)


# ── From a draft to what holds ────────────────────────────────────────────────────────────
def test_a_standard_holds_once_it_is_published_and_versions_are_numbered(olga: Actor) -> None:
    standard = write_standard(name=" Жалоба ", words=Words(how=["Раз"]), actor=olga, values={"case_kind": "complaint"})
    assert version_for("complaint") is None

    publish(version=standard.versions.get(), actor=olga)
    publish(version=draft(standard, olga), actor=olga)

    held = version_for("complaint")
    assert held is not None
    assert (held.number, held.why, held.how, held.change_note) == (2, "Мы подвели.", ["Раз"], "Понятнее")
    assert (held.standard.name, held.standard.owner_id) == ("Жалоба", olga.pk)
    assert list(standard.versions.order_by("number").values_list("state", flat=True)) == ["past", "live"]
    told = Event.objects.filter(name="standards.published").order_by("id")
    assert [event.payload["number"] for event in told] == [1, 2]


def test_a_kind_without_its_own_standard_has_the_one_for_all_others() -> None:
    every, own = make_standard("Всё остальное", is_default=True), make_standard("Жалоба", case_kind="complaint")

    kinds = {kind: version_for(kind) for kind in ("complaint", "request")}

    assert {kind: version and version.standard_id for kind, version in kinds.items()} == {
        "complaint": own.pk, "request": every.pk,
    }  # fmt: skip


def test_only_one_holds_when_no_other_does(olga: Actor) -> None:
    first, second = make_standard("Первый", is_default=True), make_standard("Второй")

    set_standard(standard=second, actor=olga, values={"is_default": True})

    assert list(Standard.objects.filter(is_default=True)) == [second]
    assert [event.payload for event in Event.objects.filter(name="standards.changed")] == [
        {"standard_id": second.pk, "fields": ["is_default"]}
    ]
    first.refresh_from_db()
    assert not first.is_default


def test_a_later_version_says_what_is_new(olga: Actor) -> None:
    standard = make_standard(actor=olga)
    version = draft(standard, olga, note=" ")

    with refused("note_missing"):
        publish(version=version, actor=olga)

    assert Standard.objects.get().live == standard.versions.get(number=1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (Words(solution_minutes=0), "minutes_invalid"),
        (Words(why="я" * 4_001), "text_too_long"),
        (Words(how=["я" * 2_001, "я" * 2_000]), "text_too_long"),
        (Words(how=["шаг"] * 21), "steps_too_many"),
        (Words(how=["шаг"], ticked_by=["magic"]), "fact_unknown"),
    ],
)
def test_a_standard_is_short_and_promises_something(olga: Actor, words: Words, code: str) -> None:
    with refused(code):
        write_standard(name="Жалоба", words=words, actor=olga)

    assert not Standard.objects.exists()
    write_standard(name="Жалоба", words=Words(how=["шаг"] * 20, why="я" * 4_000, solution_minutes=1), actor=olga)


def test_a_copy_of_what_holds_is_the_next_draft_and_there_is_one(olga: Actor) -> None:
    standard = make_standard(words=Words(why="Раньше"), actor=olga)

    first, second = start_draft(standard=standard, actor=olga), start_draft(standard=standard, actor=olga)

    assert (first, first.why, first.number, first.change_note) == (second, "Раньше", 2, "")


def test_of_two_authors_the_second_is_told(olga: Actor, boris: Actor) -> None:
    version = start_draft(standard=make_standard(), actor=olga)
    edit_draft(version=version, words=Words(why="Её"), actor=olga, edits=0)

    with refused("changed_meanwhile"):
        edit_draft(version=version, words=Words(why="Его"), actor=boris, edits=0)

    edit_draft(version=version, words=Words(why="Его"), actor=boris, edits=1)
    assert (version.why, version.edits, version.writers) == ("Его", 2, [olga.pk, boris.pk])


def test_what_holds_is_not_written_over(olga: Actor) -> None:
    version = make_standard().versions.get()

    with refused("not_a_draft"):
        edit_draft(version=version, words=Words(why="Иначе"), actor=olga)
    with refused("not_a_draft"):
        drop_draft(version=version, actor=olga)

    version.refresh_from_db()
    assert (version.why, version.state) == ("", "live")


def test_an_earlier_version_comes_back_as_a_draft(olga: Actor) -> None:
    standard = make_standard(words=Words(why="Первое", good="Слова"), actor=olga)
    publish(version=draft(standard, olga), actor=olga)
    first = standard.versions.get(number=1)

    again = restore(version=first, actor=olga)

    assert (again.number, again.why, again.good, again.as_in, again.state) == (3, "Первое", "Слова", 1, "draft")
    with refused("draft_in_work"):
        restore(version=first, actor=olga)
    edit_draft(version=again, words=Words(why="Ещё иначе"), actor=olga)
    assert again.as_in is None


def test_a_draft_is_thrown_away_and_a_standard_that_never_held_with_it(olga: Actor) -> None:
    standard = make_standard(actor=olga)
    never = write_standard(name="Не нужен", words=Words(), actor=olga)

    assert drop_draft(version=draft(standard, olga), actor=olga) == standard
    assert drop_draft(version=never.versions.get(), actor=olga) is None

    assert list(Standard.objects.all()) == [standard]
    assert Event.objects.filter(name="standards.draft_dropped").count() == 2


# ── A second pair of eyes ─────────────────────────────────────────────────────────────────
def test_nobody_approves_what_they_have_written_in(olga: Actor, boris: Actor) -> None:
    vera = acting(make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN))
    set_policy("standards.second_pair_of_eyes", value=True)
    standard = make_standard()
    version = draft(standard, olga)
    edit_draft(version=version, words=replace(Words.of(version), why="И ещё", change_note="Дважды"), actor=boris)
    with refused("approval_missing"):
        publish(version=version, actor=olga)

    offer(version=version, actor=olga)
    for author in (olga, boris):
        with refused("own_words"):
            approve(version=version, actor=author)
    approve(version=version, actor=vera)
    publish(version=version, actor=olga)

    assert version.approved_by_id == vera.pk
    assert Standard.objects.get(pk=standard.pk).live == version


def test_the_author_of_a_version_is_not_its_approver_in_the_database_either(olga: Actor) -> None:
    version = draft(make_standard(), olga)

    with pytest.raises(IntegrityError, match="a_second_pair_of_eyes_approves_a_standard"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(approved_by_id=olga.pk)


def test_without_the_rule_a_lead_publishes_alone_and_an_owner_does_not(olga: Actor, anna: Actor) -> None:
    standard = make_standard()
    set_standard(standard=standard, actor=olga, values={"owner": Agent.objects.get(pk=anna.pk)})
    version = draft(standard, anna)

    with refused("approval_missing"):
        publish(version=version, actor=anna)
    offer(version=version, actor=anna)
    with refused("not_allowed"):
        approve(version=version, actor=anna)
    approve(version=version, actor=olga)
    publish(version=version, actor=anna)

    assert Standard.objects.get().live == version


def test_an_agent_who_keeps_another_standard_does_not_write_this_one(olga: Actor, anna: Actor) -> None:
    mine, other = make_standard("Моё"), make_standard("Чужое")
    set_standard(standard=mine, actor=olga, values={"owner": Agent.objects.get(pk=anna.pk)})

    with refused("not_allowed"):
        start_draft(standard=other, actor=anna)

    assert start_draft(standard=Standard.objects.get(pk=mine.pk), actor=anna).author_id == anna.pk


def test_it_is_sent_back_with_a_reason_and_taken_back_by_its_author(olga: Actor, boris: Actor) -> None:
    version = draft(make_standard(), olga)
    with refused("not_waiting"):
        send_back(version=version, actor=boris, because="Назовите час.")
    offer(version=version, actor=olga)

    with refused("reason_missing"):
        send_back(version=version, actor=boris, because=" ")
    send_back(version=version, actor=boris, because=" Назовите час. ")
    assert (version.state, version.returned_because) == ("draft", "Назовите час.")

    offer(version=version, actor=olga)
    approve(version=version, actor=boris)
    take_back(version=version, actor=olga)
    assert (version.state, version.approved_by_id, version.returned_because) == ("draft", None, "")


def test_each_is_told_what_waits_for_them(olga: Actor, boris: Actor, anna: Actor) -> None:
    standard = make_standard(actor=SYSTEM)
    version = draft(standard, olga)
    offer(version=version, actor=olga)

    assert [list(for_me(one)) for one in (olga, boris, anna)] == [[], [standard], []]
    send_back(version=version, actor=boris, because="Ещё раз")
    assert [list(for_me(one)) for one in (olga, boris, anna)] == [[standard], [], []]


# ── Read again in time ────────────────────────────────────────────────────────────────────
def test_its_owner_is_reminded_once_and_says_that_it_is_still_right(olga: Actor) -> None:
    standard = make_standard(actor=olga, review_every_days=30)
    due = timezone.now() + timedelta(days=30, minutes=1)

    assert remind_of_reviews(due - timedelta(minutes=2)) == 0
    with time_machine.travel(due):
        assert [remind_of_reviews(due), remind_of_reviews(due)] == [1, 0]
        assert list(for_me(olga)) == [standard]
        confirm_review(standard=standard, actor=olga)
        assert list(for_me(olga)) == []
        assert remind_of_reviews(due) == 0

    later = due + timedelta(days=30, minutes=1)
    with time_machine.travel(later):
        assert remind_of_reviews(later) == 1
    assert Event.objects.filter(name="standards.review_due", payload__owner_id=olga.pk).count() == 2
    assert Event.objects.filter(name="standards.reviewed").count() == 1


def test_what_holds_for_nobody_is_not_read_again(olga: Actor) -> None:
    standard = write_standard(name="Жалоба", words=Words(), actor=olga)

    with refused("not_published"):
        confirm_review(standard=standard, actor=olga)

    assert in_work(standard) is not None
    assert Standard.objects.get().review_at is None
