"""Files that nothing refers to are cleaned away; one that somebody refers to never is, whoever comes first."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ManyToOneRel
from django.utils import timezone

from otklik.foundation.events.jobs import run_due_jobs
from otklik.foundation.files import keeping as files
from otklik.foundation.files.keeping import (
    forget_files,
    forget_stray_bytes,
    forget_unused_files,
    keep_file,
    keep_for_a_day,
    read_file,
)
from otklik.foundation.models import StoredFile
from otklik.reach.models import Attachment, Message
from tests.building import arrive, letter, make_agent
from tests.knowledge.test_files import picture
from tests.together import both, let_the_other_end, let_the_other_wait

pytestmark = pytest.mark.django_db(transaction=True)

BYTES = b"%PDF-1.7 something that came and went"


def old(content: bytes = BYTES) -> StoredFile:
    file = keep_file(content, declared_type="application/pdf")
    StoredFile.objects.filter(pk=file.pk).update(created_at=timezone.now() - timedelta(days=2))
    return file


def clean() -> int:
    return forget_unused_files(before=timezone.now() - timedelta(days=1))


def refer(file: StoredFile) -> None:
    message = Message.objects.filter(direction="in").latest("id")
    Attachment.objects.create(message=message, file=file, name="a.pdf", content_type="application/pdf")


@pytest.fixture
def message() -> Message:
    make_agent()
    arrive(letter())
    return Message.objects.get(direction="in")


def test_only_what_is_old_and_unused_goes(message: Message) -> None:
    unused, used = old(), old(b"%PDF used")
    refer(used)
    young = keep_file(b"%PDF young", declared_type="application/pdf")

    assert clean() == 1
    assert set(StoredFile.objects.values_list("id", flat=True)) == {used.pk, young.pk}
    assert not default_storage.exists(unused.path)
    assert default_storage.exists(used.path)


def _left_by_an_undone_transaction(content: bytes, *, days: int) -> str:
    with transaction.atomic():
        path = keep_file(content, declared_type="image/png").path
        run_due_jobs()
        transaction.set_rollback(True)
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(default_storage.path(path), (then, then))
    return path


def test_bytes_without_a_row_go_after_a_day_and_what_is_kept_stays() -> None:
    stray = _left_by_an_undone_transaction(picture(), days=2)
    young = _left_by_an_undone_transaction(b"young", days=0)
    kept = old().path
    os.utime(default_storage.path(kept), (0, 0))
    other = Path(default_storage.path(stray)).with_name("notes.txt")
    other.write_text("somebody else's")
    assert default_storage.exists(f"{stray}.thumb.webp")

    gone = [forget_stray_bytes(shelf=shelf, before=timezone.now() - timedelta(days=1)) for shelf in range(256)]

    assert sum(gone) == 1
    assert not default_storage.exists(stray)
    assert not default_storage.exists(f"{stray}.thumb.webp")
    assert default_storage.exists(young)
    assert default_storage.exists(kept)
    assert other.exists()


def test_bytes_that_were_cut_short_are_written_again() -> None:
    path = _left_by_an_undone_transaction(BYTES, days=0)
    Path(default_storage.path(path)).write_bytes(BYTES[:5])

    file = keep_file(BYTES, declared_type="application/pdf")

    assert read_file(file) == BYTES


def test_every_table_that_refers_to_files_counts() -> None:
    """A photo of an agent, the bytes of a large letter, an attachment, a draft: whatever the house keeps."""
    fields = StoredFile._meta.get_fields(include_hidden=True)
    links = {f"{one.related_model.__name__}.{one.field.name}" for one in fields if isinstance(one, ManyToOneRel)}

    assert links >= {"Attachment.file", "RawMessage.file", "Agent.photo", "DraftFile.file"}
    assert str(files._is_used()).count("Exists") == len(links)


def test_the_same_bytes_of_a_new_form_are_young_again() -> None:
    old()
    keep_for_a_day(BYTES, declared_type="application/pdf")

    assert clean() == 0


def test_who_keeps_a_file_first_keeps_it_from_the_cleaner(message: Message) -> None:
    file = old()

    def slowly() -> None:
        with transaction.atomic():
            again = keep_file(BYTES, declared_type="application/pdf")
            let_the_other_end()
            refer(again)

    both(slowly, clean)

    assert Attachment.objects.get().file_id == file.pk
    assert default_storage.exists(file.path)


def test_an_erasure_waits_and_then_sees_the_reference(message: Message) -> None:
    file = old()

    def slowly() -> None:
        with transaction.atomic():
            refer(keep_file(BYTES, declared_type="application/pdf"))
            let_the_other_wait()

    both(slowly, lambda: forget_files([file.pk]))

    assert Attachment.objects.get().file_id == file.pk


def test_who_comes_while_a_file_is_cleaned_away_keeps_it_anew(message: Message) -> None:
    file = old()

    def cleaning() -> None:
        with transaction.atomic():
            assert forget_files([file.pk]) == 1
            let_the_other_wait()

    def keeping() -> None:
        with transaction.atomic():
            refer(keep_file(BYTES, declared_type="application/pdf"))

    both(cleaning, keeping)

    kept = Attachment.objects.get().file
    assert kept.pk != file.pk
    assert files.read_file(kept) == BYTES


def test_bytes_written_between_deleting_the_row_and_the_bytes_stay(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is gone and committed, somebody keeps the same bytes, and only then the bytes would be deleted."""
    file = old()
    forget_bytes = files._forget_bytes

    def later(sha256: str, path: str) -> None:
        with transaction.atomic():
            refer(keep_file(BYTES, declared_type="application/pdf"))
        forget_bytes(sha256, path)

    monkeypatch.setattr(files, "_forget_bytes", later)

    assert clean() == 1
    assert files.read_file(Attachment.objects.get().file) == BYTES
    assert Attachment.objects.get().file_id != file.pk
