"""Addresses of kept files: signed and expiring, so that they are opened without a cookie.

Whoever may see a page gets the addresses in it; nobody can make one up or point it at another file.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import quote

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.foundation.models import StoredFile

LASTS_DAYS = 2
"""An address lives until the day after tomorrow (UTC) ends; it is the same all day, so browsers keep the bytes."""

_LONGEST_NAME = 150


class Use(StrEnum):
    DOWNLOAD = "d"
    THUMBNAIL = "t"
    PICTURE = "p"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a good address asks for."""

    file_id: int
    use: Use


def file_url(file: StoredFile, name: str = "", *, use: Use = Use.DOWNLOAD) -> str:
    """Where these bytes can be fetched under ``name``: to keep, as a small picture, or as a picture in a page."""
    name = safe_name(name)
    expires = timezone.now().date().toordinal() + LASTS_DAYS
    token = f"{file.pk}-{expires}-{use}"
    return f"/files/{token}.{_signature(token, name)}/{quote(name, safe='')}"


def thumbnail_url(file: StoredFile) -> str:
    """The small picture of a picture, '' when there is none."""
    return file_url(file, "small.webp", use=Use.THUMBNAIL) if file.has_thumbnail else ""


def safe_name(name: str) -> str:
    """One path segment that no file system and no header stumbles over; never ''."""
    kept = "".join(" " if not letter.isprintable() or letter in '/\\:*?"<>|' else letter for letter in name)
    return " ".join(kept.split()).strip(". ")[-_LONGEST_NAME:] or "file"


def asked(token: str, name: str) -> Asked:
    """What a signed address asks for. Raises ``Refusal('link_invalid' | 'link_expired')``."""
    wish, _dot, signature = token.partition(".")
    if not _is_ours(wish, name, signature):
        raise Refusal("link_invalid", _("This link is not complete. Open it from the letter once more."))
    file_id, expires, use = wish.split("-")
    if timezone.now().date().toordinal() > int(expires):
        raise Refusal("link_expired", _("This link has expired. Ask for a new one, nothing is lost."))
    return Asked(file_id=int(file_id), use=Use(use))


BROWSERS_KEEP = timedelta(hours=12)


def _signature(token: str, name: str) -> str:
    return signing.Signer(salt="otklik.file").signature(f"{token}/{name}")


def _is_ours(token: str, name: str, signature: str) -> bool:
    try:
        signing.Signer(salt="otklik.file").unsign(f"{token}/{name}:{signature}")
    except signing.BadSignature:
        return False
    return True
