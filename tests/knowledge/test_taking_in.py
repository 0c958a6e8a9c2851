"""An import on its way: kept between its steps, done once, forgotten in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.foundation.actors import Actor
from otklik.foundation.files.keeping import forget_unused_files
from otklik.foundation.models import StoredFile
from otklik.knowledge.actions import begin_import, drop_import, finish_import, forget_old_imports, taking_in
from otklik.knowledge.models import Article, ImportRun
from tests.building import acting, make_lead, refused

pytestmark = pytest.mark.django_db
TABLE = "title,body\nСрок,Три дня\n".encode()


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def test_what_was_looked_at_is_what_is_taken_in_and_once(olga: Actor) -> None:
    run = begin_import(name="a.csv", content=TABLE, actor=olga)
    assert (run.lines, run.is_refused, run.done_at) == ([["строка 2", "Срок", "new"]], False, None)
    assert not Article.objects.exists()

    finish_import(run=run, actor=olga)

    assert run.done_at is not None
    with refused("import_done"):
        finish_import(run=run, actor=olga)
    assert Article.objects.count() == 1


def test_a_broken_file_is_not_taken_in_and_may_be_chosen_anew(olga: Actor) -> None:
    run = begin_import(name="a.csv", content="title,body\n,Три\n".encode(), actor=olga)
    assert run.is_refused

    finish_import(run=run, actor=olga)
    assert (run.done_at, Article.objects.count()) == (None, 0)

    again = begin_import(name="b.csv", content=TABLE, actor=olga)
    assert (again.pk, again.name, again.is_refused) == (run.pk, "b.csv", False)


def test_an_archive_may_not_be_endless(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "LARGEST", len(TABLE) - 1)

    with refused("archive_too_large"):
        begin_import(name="a.csv", content=TABLE, actor=olga)

    assert not ImportRun.objects.exists()


def test_what_nobody_goes_on_with_is_forgotten_with_its_file(olga: Actor) -> None:
    begin_import(name="a.csv", content=TABLE, actor=olga)
    now = timezone.now()

    forget_old_imports(now + timedelta(days=29))
    assert forget_unused_files(before=now + timedelta(days=1)) == 0
    forget_old_imports(now + timedelta(days=31))

    assert not ImportRun.objects.exists()
    assert forget_unused_files(before=now + timedelta(days=1)) == 1
    assert not StoredFile.objects.exists()


def test_who_begins_anew_has_nothing_chosen(olga: Actor) -> None:
    begin_import(name="a.csv", content=TABLE, actor=olga)

    drop_import(actor=olga)

    assert not ImportRun.objects.exists()
