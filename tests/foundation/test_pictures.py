"""Pictures that strangers send: measured before they are decoded, drawn apart from everything else."""

import io
import struct
import subprocess
import sys
import zlib
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from otklik.foundation.errors import Refusal
from otklik.foundation.events.jobs import run_due_jobs
from otklik.foundation.files import drawing
from otklik.foundation.files import keeping as files
from otklik.foundation.files.drawing import TooLarge, memory_of, opened, thumbnail
from otklik.foundation.files.keeping import forget_files, keep_file, thumbnail_path
from otklik.foundation.files.logos import set_logo
from otklik.foundation.files.pictures import fit_for_page
from otklik.foundation.models import StoredFile
from otklik.team.photos import keep_photo
from tests.building import acting, make_agent

GREY, RGB, RGBA = (0, 1), (2, 3), (6, 4)


def png(width: int, height: int, *, depth: int = 8, colour: tuple[int, int] = RGB, rows: int | None = None) -> bytes:
    """A PNG of zeros; with ``rows`` it is torn after so many of them, and costs nothing however large it says it is."""
    kind, channels = colour
    packed = zlib.compress(bytes(1 + width * channels * depth // 8) * (height if rows is None else rows), 1)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b"")]
    pieces = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(pieces)


def head(width: int, height: int, **how: Any) -> bytes:
    return png(width, height, rows=1, **how)


BOMB = head(7680, 7680, depth=16, colour=RGBA)


def saved(kind: str, size: tuple[int, int], mode: str = "RGB", **how: Any) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size).save(target, kind, **how)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "bytes_of_a_pixel"),
    [
        (head(100, 100), 4),
        (head(100, 100, colour=RGBA), 8),
        (head(100, 100, depth=16), 6),
        (head(100, 100, depth=16, colour=RGBA), 16),
        (head(100, 100, colour=GREY), 1),
        (saved("PNG", (100, 100), "P"), 5),
        (saved("JPEG", (100, 100)), 4),
        (saved("JPEG", (100, 100), progressive=True), 10),
        (saved("WEBP", (100, 100)), 16),
        (saved("GIF", (100, 100), "P"), 16),
    ],
    ids=["rgb", "rgba", "rgb16", "rgba16", "grey", "palette", "photo", "progressive", "webp", "gif"],
)
def test_what_a_picture_takes_is_told_by_its_depth_not_only_by_its_size(content: bytes, bytes_of_a_pixel: int) -> None:
    with Image.open(io.BytesIO(content)) as picture:
        assert memory_of(picture, content, box=(480, 360)) == 100 * 100 * bytes_of_a_pixel


def test_a_photo_is_made_small_while_it_is_decoded() -> None:
    content = saved("JPEG", (3000, 2400))

    with Image.open(io.BytesIO(content)) as picture:
        assert memory_of(picture, content, box=(480, 360)) == 3000 * 2400 // 2**2 * 4


@pytest.mark.parametrize(
    ("content", "is_too_large"),
    [
        (head(7680, 7680), False),
        (BOMB, True),
        (head(3900, 3900, depth=16, colour=RGBA), True),
        (head(3800, 3800, depth=16, colour=RGBA), False),
        (head(7680, 7680, colour=RGBA), True),
        (head(9000, 9000), True),
    ],
    ids=["rgb", "rgba16", "rgba16-middle", "rgba16-small", "rgba", "rgb-large"],
)
def test_a_picture_that_is_too_large_is_not_decoded(content: bytes, is_too_large: bool) -> None:  # noqa: FBT001
    expected = pytest.raises(TooLarge) if is_too_large else nullcontext()

    with expected, opened(content, box=(480, 360)):
        pass


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "PPM", "PCX", "ICO", "TGA", "EPS"])
def test_only_four_kinds_are_ever_opened(kind: str) -> None:
    with pytest.raises(OSError, match="cannot identify"):
        thumbnail(saved(kind, (40, 40)))


def test_sixteen_bits_of_grey_are_drawn() -> None:
    small = Image.open(io.BytesIO(thumbnail(png(900, 600, depth=16, colour=GREY))))

    assert small.size == (480, 320)


def test_a_photo_on_its_side_is_drawn_upright_and_no_larger_than_the_box() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    small = Image.open(io.BytesIO(thumbnail(saved("JPEG", (2000, 1000), exif=exif.tobytes()))))

    assert small.size == (180, 360)


# ── In a worker ───────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_whoever_keeps_a_picture_does_not_decode_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_args, **_how: pytest.fail("opened"))
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_how: pytest.fail("started"))

    stored = keep_file(head(7680, 7680), declared_type="image/png")

    assert (stored.content_type, stored.has_thumbnail) == ("image/png", False)


@pytest.mark.django_db
def test_a_worker_draws_the_thumbnail_once() -> None:
    stored = keep_file(png(900, 600), declared_type="image/png")
    again = keep_file(png(900, 600), declared_type="image/png")

    done = run_due_jobs()

    assert (again.pk, done) == (stored.pk, 1)
    assert StoredFile.objects.get().has_thumbnail


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [BOMB, png(900, 600)[:80], b"\x89PNG\r\n\x1a\nnothing", b"GIF89a"],
    ids=["bomb", "torn", "no-picture", "only-a-head"],
)
def test_what_cannot_be_drawn_stays_a_file(content: bytes) -> None:
    keep_file(content, declared_type="image/png")

    run_due_jobs()

    assert StoredFile.objects.get().has_thumbnail is False


@pytest.mark.django_db
def test_a_picture_forgotten_meanwhile_gets_no_thumbnail(django_capture_on_commit_callbacks: Any) -> None:
    stored = keep_file(png(900, 600), declared_type="image/png")
    with django_capture_on_commit_callbacks(execute=True):
        forget_files([stored.pk])

    files._keep_thumbnail(stored, b"small")

    assert not default_storage.exists(thumbnail_path(stored))


@pytest.mark.django_db
def test_a_drawing_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_LONGEST_DRAWN", 0.001)
    keep_file(png(900, 600), declared_type="image/png")

    run_due_jobs()

    assert StoredFile.objects.get().has_thumbnail is False


def test_the_drawing_process_may_take_only_so_much_memory() -> None:
    program = f"""
import resource, runpy, sys, io
sys.stdin = io.TextIOWrapper(io.BytesIO(b""))
try:
    runpy.run_path({str(Path(drawing.__file__))!r}, run_name="__main__")
except SystemExit:
    pass
try:
    bytearray(700_000_000)
except MemoryError:
    sys.exit(7)
"""
    ended = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=False)

    assert ended.returncode == 7


# ── Pictures of the staff ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("content", [BOMB, head(9000, 9000)])
def test_a_page_takes_no_picture_that_would_take_too_much_memory(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        fit_for_page(content, name="a.png")

    assert refused.value.code == "picture_too_large"


@pytest.mark.parametrize("content", [png(900, 600)[:80], b"", b"GIF89a", saved("TIFF", (40, 40))])
def test_a_page_takes_no_torn_picture(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        fit_for_page(content, name="a.png")

    assert refused.value.code == "picture_unreadable"


def test_a_photo_with_a_second_picture_behind_it_is_a_photo() -> None:
    target = io.BytesIO()
    Image.new("RGB", (60, 40)).save(target, "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))])

    picture = fit_for_page(target.getvalue(), name="a.jpg")

    assert (picture.content_type, picture.width, picture.height) == ("image/jpeg", 60, 40)


@pytest.mark.django_db
@pytest.mark.parametrize("content", [BOMB, png(900, 600)[:80], saved("TIFF", (9, 9))])
def test_neither_a_photo_nor_a_logo_is_made_of_a_bomb(content: bytes) -> None:
    with pytest.raises(Refusal) as of_photo:
        keep_photo(content)
    with pytest.raises(Refusal) as of_logo:
        set_logo(content=content, actor=acting(make_agent(role="admin")))

    assert (of_photo.value.code, of_logo.value.code) == ("photo_invalid", "logo_invalid")


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(40, 900), (900, 40), (3000, 2000), (10, 10)])
def test_a_photo_of_any_shape_becomes_a_square(size: tuple[int, int]) -> None:
    stored = keep_photo(saved("PNG", size))

    with default_storage.open(stored.path) as content:
        assert Image.open(content).size == (320, 320)


def test_a_large_picture_stays_what_it_is() -> None:
    """A drawing keeps what shows through it; a photo is turned upright and tells nothing of its place."""
    drawing_, photo = saved("PNG", (400, 200), "RGBA"), Image.Exif()
    photo[0x0112], photo[0x010F] = 6, "Завод"

    clear = fit_for_page(drawing_, name="a.png", widest=100)
    turned = fit_for_page(saved("JPEG", (400, 200), "CMYK", exif=photo), name="b.jpg", widest=100)

    assert (clear.content_type, clear.width, clear.height) == ("image/png", 100, 50)
    assert Image.open(io.BytesIO(clear.content)).mode == "RGBA"
    assert (turned.content_type, turned.width, turned.height) == ("image/jpeg", 50, 100)
    shown = Image.open(io.BytesIO(turned.content))
    assert (shown.mode, dict(shown.getexif())) == ("RGB", {})
