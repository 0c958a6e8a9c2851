"""The logo of the house: a picture that every page may show under one address."""

import io
from functools import lru_cache
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.remembering import remembered
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.files.drawing import UNREADABLE, in_colours, opened, shrunk
from otklik.foundation.files.keeping import forget_files, keep_file
from otklik.foundation.files.pictures import low_png
from otklik.foundation.models import HousePicture, StoredFile
from otklik.foundation.policies import PoliciesChanged

LOGO: Final = "logo"
_BOX: Final = (512, 512)
_MOST_BYTES: Final = 5_000_000
LETTER_HEIGHT, LETTER_WIDEST = 56, 320
"""Pixels, twice what a letter says: sharp on dense screens."""


@remembered(seconds=15)
def logo() -> StoredFile | None:
    """A PNG of at most 512 × 512; None while the house has none."""
    row = HousePicture.objects.select_related("file").filter(name=LOGO).first()
    return row.file if row else None


@transaction.atomic
def set_logo(*, content: bytes, actor: Actor) -> None:
    """Show this picture from now on; b'' shows none. Raises ``Refusal('logo_invalid')``."""
    require(actor, "settings.edit")
    former = HousePicture.objects.filter(name=LOGO).values_list("file_id", flat=True).first()
    if content:
        file = keep_file(_drawn(content), declared_type="image/png")
        HousePicture.objects.update_or_create(name=LOGO, defaults={"file": file})
    else:
        HousePicture.objects.filter(name=LOGO).delete()
    if former:
        forget_files([former])
    logo.forget()
    announce(PoliciesChanged(names=["company.logo"]), actor=actor)


@lru_cache(maxsize=4)
def _low(path: str) -> bytes:
    with default_storage.open(path) as handle:
        return low_png(handle.read(), height=LETTER_HEIGHT, widest=LETTER_WIDEST)


def letter_logo() -> bytes:
    """The logo as the head of a letter shows it, made once; b'' while the house has none."""
    file = logo()
    return _low(file.path) if file else b""


def _drawn(content: bytes) -> bytes:
    """Drawn anew, so that nothing but the picture is left of the file."""
    if len(content) > _MOST_BYTES:
        raise _refused()
    target = io.BytesIO()
    try:
        with opened(content, box=_BOX) as picture:
            coloured = picture.convert("RGBA") if picture.mode == "P" else picture
            in_colours(shrunk(coloured, _BOX)).save(target, "PNG", optimize=True)
    except UNREADABLE as error:
        raise _refused() from error
    return target.getvalue()


def _refused() -> Refusal:
    text = _("This is no picture that we can show. Choose a PNG, JPEG or WebP of up to 5 MB.")
    return Refusal("logo_invalid", text, fields={"logo": text})
