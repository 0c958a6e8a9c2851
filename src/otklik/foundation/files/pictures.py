"""Pictures that people upload: made fit for a page, without what the camera wrote about the place and the owner."""

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageDraw, ImageOps

from otklik.foundation.errors import Refusal
from otklik.foundation.files.drawing import FORMATS, UNREADABLE, TooLarge, kind_of, opened, shrunk

WIDEST = 2_400


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
        with opened(content, box=(widest, widest)) as picture:
            if getattr(picture, "is_animated", False) and picture.format != "MPO":
                return _as_it_is(content, picture)
            return _upright(content, picture, widest)
    except TooLarge as error:
        text = _("The picture %(name)s is too large to be worked on. Make it smaller.") % {"name": name}
        raise Refusal("picture_too_large", text) from error
    except UNREADABLE as error:
        text = _("The picture %(name)s cannot be read. Save it once more as PNG or JPEG.") % {"name": name}
        raise Refusal("picture_unreadable", text) from error


def _as_it_is(content: bytes, picture: Image.Image) -> Picture:
    kind = FORMATS[kind_of(picture)]
    return Picture(content=content, content_type=kind, width=picture.width, height=picture.height)


def _upright(content: bytes, picture: Image.Image, widest: int) -> Picture:
    kept = kind_of(picture)
    if not picture.getexif() and max(picture.size) <= widest and picture.format != "MPO":
        picture.load()  # a torn picture is refused now, not by the reader's browser
        return _as_it_is(content, picture)
    shown = shrunk(picture, (widest, widest))
    target = io.BytesIO()
    shown.info.pop("exif", None)
    if kept == "JPEG":
        shown.convert("RGB").save(target, kept, quality=88, optimize=True)
    else:
        shown.save(target, kept, exif=b"")
    return Picture(content=target.getvalue(), content_type=FORMATS[kept], width=shown.width, height=shown.height)


# ── Pictures of letters: PNG, for mail programs draw neither SVG nor WebP everywhere ──────
_SHARP = 4


def round_png(content: bytes, *, side: int) -> bytes:
    """A face: cut square, its corners made round in the picture itself, ``side`` pixels wide; few bytes."""
    with opened(content, box=(side, side)) as picture:
        face = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGBA"), (side, side))
    large = Image.new("L", (side * _SHARP, side * _SHARP), 0)
    ImageDraw.Draw(large).ellipse((0, 0, side * _SHARP - 1, side * _SHARP - 1), fill=255)
    disc = large.resize((side, side), Image.Resampling.LANCZOS)
    face.putalpha(ImageChops.multiply(face.getchannel("A"), disc))
    return _as_png(face.quantize(256, method=Image.Quantize.FASTOCTREE))


def low_png(content: bytes, *, height: int, widest: int) -> bytes:
    """A logo for the head of a letter, at most so high and wide; its form stays."""
    with opened(content, box=(widest, height)) as picture:
        shown = ImageOps.exif_transpose(picture).convert("RGBA")
    shown.thumbnail((widest, height))
    return _as_png(shown)


def _as_png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()
