"""Pictures that people upload: made fit for a page, without what the camera wrote about the place and the owner."""

import io
from dataclasses import dataclass

import PIL
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from otklik.foundation.errors import Refusal

MOST_PIXELS = 60_000_000
WIDEST = 2_400
_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """``width`` and ``height`` in pixels, as the picture is shown."""

    content: bytes
    content_type: str
    width: int
    height: int


def fit_for_page(content: bytes, *, name: str, widest: int = WIDEST) -> Picture:
    """The picture turned upright, at most ``widest`` pixels wide or high, without EXIF; a moving one as it is.

    Raises ``Refusal('picture_too_large' | 'picture_unreadable')``.
    """
    try:
        with Image.open(io.BytesIO(content), formats=list(_FORMATS)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_large(name)
            if getattr(picture, "is_animated", False):
                return _as_it_is(content, picture)
            return _upright(content, picture, widest)
    except PIL.Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except (OSError, ValueError, SyntaxError) as error:
        text = _("The picture %(name)s cannot be read. Save it once more as PNG or JPEG.") % {"name": name}
        raise Refusal("picture_unreadable", text) from error


def _as_it_is(content: bytes, picture: Image.Image) -> Picture:
    kind = _FORMATS[str(picture.format)]
    return Picture(content=content, content_type=kind, width=picture.width, height=picture.height)


def _upright(content: bytes, picture: Image.Image, widest: int) -> Picture:
    if not picture.getexif() and max(picture.size) <= widest:
        picture.load()  # a torn picture is refused now, not by the reader's browser
        return _as_it_is(content, picture)
    kept = str(picture.format)
    shown = ImageOps.exif_transpose(picture)
    shown.thumbnail((widest, widest))
    target = io.BytesIO()
    shown.info.pop("exif", None)
    if kept == "JPEG":
        shown.convert("RGB").save(target, kept, quality=88, optimize=True)
    else:
        shown.save(target, kept, exif=b"")
    return Picture(content=target.getvalue(), content_type=_FORMATS[kept], width=shown.width, height=shown.height)


def _too_large(name: str) -> Refusal:
    text = _("The picture %(name)s has more than %(most)d million pixels. Make it smaller.")
    return Refusal("picture_too_large", text % {"name": name, "most": MOST_PIXELS // 1_000_000})
