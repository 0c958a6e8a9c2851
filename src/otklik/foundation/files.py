"""Bytes kept once, under their hash, in the folder or bucket of ``OTKLIK_FILES_URL``."""

import hashlib
import io
import logging
from collections.abc import Iterable
from functools import partial

import PIL
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError
from PIL import Image, ImageOps

from otklik.foundation.models import StoredFile

logger = logging.getLogger(__name__)
THUMBNAIL_BOX = (480, 360)
_MAX_PIXELS = 60_000_000
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)


def keep_file(content: bytes, *, declared_type: str) -> StoredFile:
    """Keep the bytes (once per hash) and say what they are; a picture gets a thumbnail."""
    sha256 = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    content_type = true_type(content, declared_type)
    row = StoredFile(sha256=sha256, size=len(content), content_type=content_type)
    if not default_storage.exists(row.path):
        default_storage.save(row.path, ContentFile(content))
    row.has_thumbnail = content_type in PICTURES and _keep_thumbnail(row.path, content)
    stored, _created = StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={"size": row.size, "content_type": content_type, "has_thumbnail": row.has_thumbnail},
    )
    return stored


def read_file(file: StoredFile) -> bytes:
    with default_storage.open(file.path) as handle:
        return bytes(handle.read())


def forget_files(file_ids: Iterable[int]) -> int:
    """Delete those files that nothing refers to any more, rows now and bytes after commit. Returns how many."""
    gone = 0
    for file in StoredFile.objects.filter(pk__in=set(file_ids)):
        try:
            with transaction.atomic():
                StoredFile.objects.filter(pk=file.pk).delete()
        except ProtectedError:
            continue
        gone += 1
        transaction.on_commit(partial(_forget_bytes, file.sha256, file.path))
    return gone


def _forget_bytes(sha256: str, path: str) -> None:
    """Unless the same bytes have come again meanwhile."""
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


def _keep_thumbnail(path: str, content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                return False
            small = ImageOps.exif_transpose(picture)
            small.thumbnail(THUMBNAIL_BOX)
            target = io.BytesIO()
            small.convert("RGBA" if "A" in small.getbands() else "RGB").save(target, "WEBP", quality=80)
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        logger.info("thumbnail_refused", extra={"error": type(error).__name__})
        return False
    name = f"{path}.thumb.webp"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(target.getvalue()))
    return True
