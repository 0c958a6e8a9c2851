"""The logo of the house: a picture that every page may show under one address."""

import io
from typing import Final

import PIL
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events import announce
from otklik.foundation.files import forget_files, keep_file
from otklik.foundation.models import HousePicture, StoredFile
from otklik.foundation.policies import PoliciesChanged
from otklik.foundation.remembering import remembered

LOGO: Final = "logo"
_BOX: Final = (512, 512)
_MOST_BYTES: Final = 5_000_000
_MOST_PIXELS: Final = 60_000_000


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
    transaction.on_commit(logo.forget)
    announce(PoliciesChanged(names=["company.logo"]), actor=actor)


def _drawn(content: bytes) -> bytes:
    """Drawn anew, so that nothing but the picture is left of the file."""
    try:
        if len(content) > _MOST_BYTES:
            raise _refused()
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise _refused()
            small = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        raise _refused() from error
    small.thumbnail(_BOX)
    target = io.BytesIO()
    small.save(target, "PNG", optimize=True)
    return target.getvalue()


def _refused() -> Refusal:
    text = _("This is no picture that we can show. Choose a PNG, JPEG or WebP of up to 5 MB.")
    return Refusal("logo_invalid", text, fields={"logo": text})
