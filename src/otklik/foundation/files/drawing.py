"""Pictures measured before they are decoded, and drawn smaller.

Also a program of its own, which needs nothing but Pillow: ``files`` runs it on what strangers send, with little memory
and time. It reads a picture from its input and writes the small one to its output.
"""

import io
import resource
import struct
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PIL import Image, ImageOps

FORMATS: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
THUMBNAIL_BOX: Final = (480, 360)
MOST_MEMORY: Final = 240_000_000
"""Bytes that decoding one picture may take: 60 million pixels, 30 with transparency, 15 with that and 16 bits."""

TOO_LARGE, BROKEN, LIMITED = 3, 4, 5
_ADDRESS_SPACE: Final = 600_000_000
_SECONDS: Final = 20
_SIDEWAYS: Final = {5, 6, 7, 8}
_ORIENTATION: Final = 0x0112
_STORED: Final = {"1": 1, "L": 1, "P": 1 + 4}
"""Bytes that a pixel takes in memory where it is not four; of a palette also its copy in colours."""
_PNG_DEPTH_AT: Final = 24
_DRAFTS: Final = (8, 4, 2)

Image.MAX_IMAGE_PIXELS = None  # a bound by pixels knows nothing of depth; ours counts bytes


class TooLarge(ValueError):
    """Decoding would take more than ``MOST_MEMORY``."""


UNREADABLE: Final = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, MemoryError, struct.error,
    zlib.error,
)  # fmt: skip
"""What Pillow raises on bytes that somebody made up."""

_here = threading.Lock()


@contextmanager
def opened(content: bytes, *, box: tuple[int, int]) -> Iterator[Image.Image]:
    """The picture, not decoded yet; one at a time in this process. ``box``: what it will be shrunk to.

    Raises ``TooLarge`` before anything is decoded, or one of ``UNREADABLE``.
    """
    with _here, Image.open(io.BytesIO(content), formats=list(FORMATS)) as picture:
        if memory_of(picture, content, box=box) > MOST_MEMORY:
            raise TooLarge(picture.size)
        yield picture


def kind_of(picture: Image.Image) -> str:
    """PNG, JPEG, GIF or WEBP; a JPEG with a second picture behind the first is a JPEG."""
    return "JPEG" if picture.format == "MPO" else str(picture.format)


def memory_of(picture: Image.Image, content: bytes, *, box: tuple[int, int]) -> int:
    """Bytes that decoding and shrinking takes at its height, told from the head alone."""
    pixels = picture.width * picture.height
    if kind_of(picture) == "JPEG":
        drafted = pixels // _draft_of(picture, box) ** 2 * 4
        waiting = pixels * 2 * len(picture.getbands()) if picture.info.get("progressive") else 0
        return drafted + waiting
    stored = _STORED.get(picture.mode, 4)
    if picture.format == "PNG" and content[_PNG_DEPTH_AT : _PNG_DEPTH_AT + 1] == b"\x10":
        stored = max(stored, 2 * len(picture.getbands()))
    if picture.format in {"GIF", "WEBP"}:
        return pixels * 4 * 4  # the canvas, the frame before, the frame itself, and ours
    return pixels * stored * (2 if "A" in picture.getbands() else 1)  # multiplied by its transparency in a copy


def _draft_of(picture: Image.Image, box: tuple[int, int]) -> int:
    """By how much the decoder itself makes a JPEG smaller when ``shrunk`` asks for twice the box."""
    spare = min(picture.width // (2 * box[0]), picture.height // (2 * box[1]))
    return next((draft for draft in _DRAFTS if spare >= draft), 1)


def shrunk(picture: Image.Image, box: tuple[int, int]) -> Image.Image:
    """At most the box and upright; made small first, so that no second large copy is needed."""
    is_sideways = picture.getexif().get(_ORIENTATION) in _SIDEWAYS
    picture.thumbnail((box[1], box[0]) if is_sideways else box)
    return ImageOps.exif_transpose(picture)


def in_colours(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA where something is transparent; of 16 bits of grey the upper eight."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def thumbnail(content: bytes) -> bytes:
    """A WebP of at most ``THUMBNAIL_BOX``."""
    with opened(content, box=THUMBNAIL_BOX) as picture:
        target = io.BytesIO()
        in_colours(shrunk(picture, THUMBNAIL_BOX)).save(target, "WEBP", quality=80)
    return target.getvalue()


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    try:
        sys.stdout.buffer.write(thumbnail(sys.stdin.buffer.read()))
    except TooLarge:
        return TOO_LARGE
    except MemoryError:
        return LIMITED
    except UNREADABLE:
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
