"""An agent's face: any picture becomes a small square without its hidden data (place, camera)."""

import io

from django.utils.translation import gettext as _
from PIL import ImageOps

from otklik.foundation.errors import Refusal
from otklik.foundation.files.drawing import UNREADABLE, in_colours, opened, shrunk
from otklik.foundation.files.keeping import keep_file
from otklik.foundation.models import StoredFile

SIDE = 320
_MOST_BYTES = 15_000_000


def keep_photo(content: bytes) -> StoredFile:
    """Raises ``Refusal('photo_invalid')`` for what is no picture or too large a one."""
    if len(content) > _MOST_BYTES:
        raise _refused()
    target = io.BytesIO()
    try:
        with opened(content, box=(SIDE, SIDE)) as picture:
            narrow = max(1, min(picture.size))
            box = tuple(-(-side * SIDE // narrow) for side in picture.size)
            upright = shrunk(picture, (max(box), max(box)))
            ImageOps.fit(in_colours(upright).convert("RGB"), (SIDE, SIDE)).save(target, "WEBP", quality=85)
    except UNREADABLE as error:
        raise _refused() from error
    return keep_file(target.getvalue(), declared_type="image/webp")


def _refused() -> Refusal:
    text = _("This is no picture that we can show. Choose a JPEG or PNG of up to 15 MB.")
    return Refusal("photo_invalid", text, fields={"photo": text})
