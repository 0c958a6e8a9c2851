"""Two people at one standard at once."""

from dataclasses import replace

import pytest

from otklik.foundation.actors import SYSTEM, Actor
from otklik.standards.actions import (
    Words,
    confirm_review,
    drop_draft,
    edit_draft,
    publish,
    restore,
    start_draft,
)
from otklik.standards.models import Standard, Version
from tests.building import acting, make_lead, make_standard
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def later(standard: Standard, actor: Actor) -> Version:
    version = start_draft(standard=standard, actor=actor)
    return edit_draft(version=version, words=replace(Words.of(version), change_note="Яснее"), actor=actor)


@locks("standards.actions.writing.start_draft")
def test_a_standard_has_one_draft(olga: Actor) -> None:
    standard = make_standard(actor=olga)

    def begin() -> None:
        start_draft(standard=Standard.objects.get(pk=standard.pk), actor=olga)

    assert while_open(begin, begin) == ["done", "done"]
    assert Version.objects.filter(state="draft").count() == 1


@locks("standards.actions.writing.restore")
def test_an_earlier_version_is_brought_back_once(olga: Actor) -> None:
    version = make_standard(actor=olga).versions.get()

    def bring() -> None:
        restore(version=Version.objects.get(pk=version.pk), actor=olga)

    assert while_open(bring, bring) == ["done", "draft_in_work"]


@locks("standards.actions.writing.drop_draft", "standards.actions.publishing.publish")
def test_what_is_just_published_is_not_thrown_away(olga: Actor) -> None:
    standard = make_standard(actor=olga)
    version = later(standard, olga)

    def show() -> None:
        publish(version=Version.objects.get(pk=version.pk), actor=olga)

    assert while_open(show, lambda: drop_draft(version=version, actor=olga)) == ["done", "not_a_draft"]
    assert Standard.objects.get().live == version


@locks("standards.actions.publishing.confirm_review")
def test_who_reads_again_does_not_undo_a_publication(olga: Actor) -> None:
    standard = make_standard(actor=SYSTEM)
    version = later(standard, olga)

    def show() -> None:
        publish(version=Version.objects.get(pk=version.pk), actor=olga)

    assert while_open(show, lambda: confirm_review(standard=standard, actor=olga)) == ["done", "done"]
    assert Standard.objects.get().live == version
