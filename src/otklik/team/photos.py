"""An agent's face: any picture becomes a small square without its hidden data (place, camera)."""

import io

import PIL
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from otklik.foundation.errors import Refusal
from otklik.foundation.files import keep_file
from otklik.foundation.models import StoredFile

SIDE = 320
_MOST_PIXELS = 60_000_000
_MOST_BYTES = 15_000_000


def keep_photo(content: bytes) -> StoredFile:
    """Raises ``Refusal('photo_invalid')`` for what is no picture or too large a one."""
    try:
        if len(content) > _MOST_BYTES:
            raise _refused()
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise _refused()
            square = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGBA").convert("RGB"), (SIDE, SIDE))
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        raise _refused() from error
    target = io.BytesIO()
    square.save(target, "WEBP", quality=85)
    return keep_file(target.getvalue(), declared_type="image/webp")


def _refused() -> Refusal:
    text = _("This is no picture that we can show. Choose a JPEG or PNG of up to 15 MB.")
    return Refusal("photo_invalid", text, fields={"photo": text})
