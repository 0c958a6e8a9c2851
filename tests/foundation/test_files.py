import errno
import hashlib
import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from otklik.foundation.events.jobs import run_due_jobs
from otklik.foundation.files.keeping import keep_file, read_file
from otklik.foundation.files.links import Use, file_url, safe_name, thumbnail_url
from otklik.foundation.files.storage import FilesAway
from otklik.foundation.models import StoredFile

pytestmark = pytest.mark.django_db


def fetch(client: Client, url: str) -> tuple[Any, bytes]:
    answer = client.get(url)
    content = answer.getvalue()
    for close in answer._resource_closers:  # ``answer.close()`` would also end the test's transaction
        close()
    return answer, content


def drawn(content: bytes) -> StoredFile:
    """Kept, and looked at by a worker."""
    stored = keep_file(content, declared_type="image/png")
    run_due_jobs()
    stored.refresh_from_db()
    return stored


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(target, "PNG")
    return target.getvalue()


def test_a_kept_file_is_downloaded_without_a_cookie(client: Client) -> None:
    stored = keep_file(b"%PDF-1.7 ...", declared_type="application/pdf")

    answer, content = fetch(client, file_url(stored, "Договор № 5/а.pdf"))

    assert content == b"%PDF-1.7 ..."
    assert answer["Content-Disposition"].startswith("attachment")
    assert unquote(answer["Content-Disposition"]).endswith("Договор № 5 а.pdf")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, max-age=43200, immutable"  # half a day, of the two that it is good for
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/pdf"])
def test_what_could_act_is_never_shown_in_place(client: Client, kind: str) -> None:
    stored = keep_file(b"<svg onload='alert(1)'/>" + kind.encode(), declared_type=kind)

    answer, _content = fetch(client, file_url(stored, "a.svg", use=Use.PICTURE))

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_picture_and_its_small_one_stand_in_the_page(client: Client) -> None:
    stored = drawn(picture())

    whole, _content = fetch(client, file_url(stored, "снимок.png", use=Use.PICTURE))
    small, content = fetch(client, thumbnail_url(stored))

    assert whole["Content-Type"] == "image/png"
    assert small["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(content)).size == (480, 320)
    assert small["Content-Disposition"].startswith("inline")
    shown_on = [answer["Cross-Origin-Resource-Policy"] for answer in (whole, small)]
    assert shown_on == ["cross-origin", "same-origin"]  # articles stand on other sites, too


def test_nobody_makes_an_address_up(client: Client) -> None:
    mine = keep_file(b"one", declared_type="text/plain")
    other = keep_file(b"two", declared_type="text/plain")
    url = file_url(mine, "one.txt")

    assert client.get(url.replace(f"/{mine.pk}-", f"/{other.pk}-")).status_code == 422
    assert client.get(url.replace("one.txt", "one.html")).status_code == 422
    assert client.get("/files/x/one.txt").status_code == 422


def test_an_address_expires_and_stays_the_same_for_a_day(client: Client) -> None:
    stored = keep_file(b"one", declared_type="text/plain")
    with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC), tick=False):
        url = file_url(stored, "one.txt")
    with time_machine.travel(datetime(2026, 11, 20, 20, tzinfo=UTC), tick=False):
        assert file_url(stored, "one.txt") == url
        assert fetch(client, url)[0].status_code == 200
    with time_machine.travel(datetime(2026, 11, 23, 8, tzinfo=UTC), tick=False):
        assert client.get(url).status_code == 422


@pytest.mark.parametrize(
    ("name", "safe"), [("../../etc/passwd", "etc passwd"), ("", "file"), ("a\r\nb.txt", "a b.txt")]
)
def test_a_name_is_one_harmless_segment(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_palette_picture_keeps_its_transparency_when_it_is_made_small(client: Client) -> None:
    picture = Image.new("P", (600, 600))
    picture.putpalette([200, 30, 30, 30, 30, 200])
    target = io.BytesIO()
    picture.save(target, "PNG", transparency=bytes([0, 255]))

    stored = drawn(target.getvalue())

    _answer, content = fetch(client, thumbnail_url(stored))
    assert Image.open(io.BytesIO(content)).convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths that the disk was waited for, in order."""
    seen: list[str] = []

    def fsync(descriptor: int) -> None:
        seen.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    real = os.fsync
    monkeypatch.setattr("otklik.foundation.files.disk.os.fsync", fsync)
    return seen


def test_kept_means_on_the_disk_the_bytes_and_each_new_name(settled: list[str]) -> None:
    file = keep_file(os.urandom(300_000), declared_type="application/pdf")

    path = Path(default_storage.path(file.path))
    assert settled[:3] == [str(path), str(path.parent), str(path.parent.parent)]


def test_bytes_that_a_killed_process_left_are_written_and_waited_for_again(settled: list[str]) -> None:
    content = os.urandom(1000)
    sha256 = hashlib.sha256(content).hexdigest()
    path = Path(default_storage.path(StoredFile(sha256=sha256).path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(1000))  # of the right size, and empty after the power cut

    file = keep_file(content, declared_type="application/pdf")

    assert read_file(file) == content
    assert str(path) in settled


def test_a_folder_that_takes_no_files_is_told_apart_from_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("otklik.foundation.files.disk.os.fsync", full)

    with pytest.raises(FilesAway) as refused:
        keep_file(os.urandom(100), declared_type="application/pdf")

    assert refused.value.errno == errno.ENOSPC
