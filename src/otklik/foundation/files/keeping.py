"""Bytes kept once, under their hash, in the folder or bucket of ``OTKLIK_FILES_URL``."""

import hashlib
import logging
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, ManyToOneRel, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from procrastinate.contrib.django import app as jobs

from otklik.foundation.database.transactions import in_one
from otklik.foundation.models import StoredFile

logger = logging.getLogger(__name__)
_OURS = re.compile(r"([0-9a-f]{64})(?:\.thumb\.webp)?")
_LARGEST_DRAWN: Final = 40_000_000
_LONGEST_DRAWN: Final = 30
_PATIENT: Final = -20
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)


@in_one
def keep_file(content: bytes, *, declared_type: str) -> StoredFile:
    """Keep the bytes (once per hash) and say what they are; a worker will draw a small one of a picture.

    Until the transaction ends nobody can clean the file away: refer to it within, or call ``keep_for_a_day``.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    known = _known(sha256)
    if known is not None:
        return known
    _lock_bytes(sha256)
    content_type = true_type(content, declared_type)
    row = StoredFile(sha256=sha256, size=len(content), content_type=content_type)
    _keep_bytes(row.path, content)
    stored, is_new = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": row.size, "content_type": content_type}
    )
    if is_new and content_type in PICTURES:
        draw_thumbnail_job.configure(priority=_PATIENT).defer(file_id=stored.pk)
    return stored


def _keep_bytes(path: str, content: bytes) -> None:
    """A process that was killed while it wrote may have left them, whole or not, on the disk or not yet."""
    if default_storage.exists(path):
        default_storage.delete(path)
    default_storage.save(path, ContentFile(content))


@in_one
def keep_for_a_day(content: bytes, *, declared_type: str) -> StoredFile:
    """Keep bytes that nothing refers to yet, such as those of a form that is still being filled in."""
    file = keep_file(content, declared_type=declared_type)
    StoredFile.objects.filter(pk=file.pk).update(created_at=Now())
    return file


def _known(sha256: str) -> StoredFile | None:
    """The row, held against deletion (not against others who keep the same bytes) until the transaction ends."""
    query = "SELECT * FROM foundation_storedfile WHERE sha256 = %s FOR KEY SHARE"
    return next(iter(StoredFile.objects.raw(query, [sha256])), None)


def _lock_bytes(sha256: str) -> None:
    """Of those who write and those who delete the same bytes, one goes first; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])


def read_file(file: StoredFile) -> bytes:
    with default_storage.open(file.path) as handle:
        return bytes(handle.read())


def forget_files(file_ids: Iterable[int]) -> int:
    """Delete those files that nothing refers to any more, rows now and bytes after commit. Returns how many."""
    chosen = StoredFile.objects.select_for_update()
    return sum(_let_go(chosen, pk) for pk in sorted(set(file_ids)))


def forget_unused_files(*, before: datetime, most: int = 1000) -> int:
    """Delete files that nothing refers to and that came before a moment; the oldest first. Returns how many."""
    old = StoredFile.objects.filter(created_at__lt=before)
    unused = list(old.exclude(_is_used()).order_by("id").values_list("id", flat=True)[:most])
    return sum(_let_go(old.select_for_update(skip_locked=True), pk) for pk in unused)


def forget_stray_bytes(*, shelf: int, before: datetime) -> int:
    """Delete bytes that have no row and came before a moment: a transaction that was undone leaves them behind.

    ``shelf``: the first byte of their hash, 0..255, so that a large store is walked in parts. Returns how many.
    """
    folder = f"{shelf:02x}"
    return sum(_forget_strays(f"{folder}/{inner}", before) for inner in _listed(folder)[0])


def _forget_strays(folder: str, before: datetime) -> int:
    hashes = {found[1] for name in _listed(folder)[1] if (found := _OURS.fullmatch(name))}
    strays = hashes - set(StoredFile.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    old = [sha256 for sha256 in sorted(strays) if _came_before(before, f"{folder}/{sha256}")]
    for sha256 in old:
        _forget_bytes(sha256, f"{folder}/{sha256}")
    return len(old)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Folders and files; none where nothing was ever kept."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _came_before(moment: datetime, path: str) -> bool:
    """Whether the bytes are that old; a thumbnail alone is a leftover of any age."""
    return not default_storage.exists(path) or default_storage.get_modified_time(path) < moment


@transaction.atomic
def _let_go(chosen: QuerySet[StoredFile], pk: int) -> bool:
    """Delete one file if nothing refers to it, looked at again while its row is held."""
    file = chosen.filter(pk=pk).first()
    if file is None or StoredFile.objects.filter(_is_used(), pk=pk).exists():
        return False
    file.delete()
    transaction.on_commit(partial(_forget_bytes, file.sha256, file.path))
    return True


def _is_used() -> Q:
    """Whether any table of the house refers to a file, tables of apps above included."""
    links = [field for field in StoredFile._meta.get_fields(include_hidden=True) if isinstance(field, ManyToOneRel)]
    found = Q()
    for link in links:
        found |= Q(Exists(link.related_model._default_manager.filter(**{link.field.name: OuterRef("pk")})))
    return found


@transaction.atomic
def _forget_bytes(sha256: str, path: str) -> None:
    """Unless the same bytes have come again meanwhile."""
    _lock_bytes(sha256)
    if not StoredFile.objects.filter(sha256=sha256).exists():
        default_storage.delete(path)
        default_storage.delete(f"{path}.thumb.webp")


def thumbnail_path(file: StoredFile) -> str:
    return f"{file.path}.thumb.webp"


def true_type(content: bytes, declared: str) -> str:
    """The content type by the first bytes, else the declared one; what a browser could run becomes octet-stream."""
    for start, kind in _SIGNATURES:
        if content.startswith(start):
            return declared if kind == "application/zip" and _is_office(declared) else kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if declared in PICTURES or not declared or "/" not in declared:
        return "application/octet-stream"
    return declared.lower()[:150]


def _is_office(declared: str) -> bool:
    return declared.startswith(("application/vnd.", "application/msword", "application/epub"))


# ── Thumbnails ────────────────────────────────────────────────────────────────────────────
@jobs.task(name="foundation.draw_thumbnail", lock="thumbnails")
def draw_thumbnail_job(file_id: int) -> None:
    """One at a time in the whole house: however many pictures a stranger sends, they take the memory of one."""
    file = StoredFile.objects.filter(pk=file_id, has_thumbnail=False, size__lte=_LARGEST_DRAWN).first()
    if file is not None and (small := _drawn_apart(read_file(file))):
        _keep_thumbnail(file, small)


def _drawn_apart(content: bytes) -> bytes:
    """The small picture, drawn by a process of its own that knows no secret and may take little; b'' if it fails."""
    program = [sys.executable, "-I", str(Path(__file__).with_name("drawing.py"))]
    try:
        drawn = subprocess.run(program, input=content, capture_output=True, env={}, timeout=_LONGEST_DRAWN, check=False)
    except subprocess.TimeoutExpired:
        logger.warning("thumbnail_refused", extra={"code": "timeout", "bytes": len(content)})
        return b""
    if drawn.returncode:
        logger.info("thumbnail_refused", extra={"code": drawn.returncode, "bytes": len(content)})
        return b""
    return drawn.stdout


@transaction.atomic
def _keep_thumbnail(file: StoredFile, small: bytes) -> None:
    """Unless the picture was forgotten meanwhile."""
    if _known(file.sha256) is not None:
        _keep_bytes(thumbnail_path(file), small)
        StoredFile.objects.filter(pk=file.pk).update(has_thumbnail=True)
