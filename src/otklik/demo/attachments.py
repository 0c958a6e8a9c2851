"""Small real files to attach: a screenshot, a photo, a one-page PDF, a text."""

import io
from pathlib import PurePath
from random import Random

from PIL import Image, ImageDraw

from otklik.reach.adapters.incoming import IncomingFile

_PAGE = (595, 842)
_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".pdf": "application/pdf", ".txt": "text/plain"}


def make_file(name: str, *, content_id: str = "") -> IncomingFile:
    """A file whose looks follow from its name. Raises ``KeyError`` for a kind we cannot draw."""
    kind = _TYPES[PurePath(name).suffix]
    chance = Random(name)  # noqa: S311 - a drawing, not a secret
    makers = {
        "image/png": _screenshot,
        "image/jpeg": _photo,
        "application/pdf": _page,
        "text/plain": _text,
    }
    return IncomingFile(
        name=name,
        content_type=kind,
        content=makers[kind](chance),
        content_id=content_id,
        is_inline=bool(content_id),
    )


def _screenshot(chance: Random) -> bytes:
    """A window with lines of text and one line in alarm."""
    picture = Image.new("RGB", (720, 440), "#f4f5f7")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 720, 44), fill="#2f3a56")
    for number in range(3):
        draw.ellipse((18 + number * 24, 15, 32 + number * 24, 29), fill=("#e5665f", "#e9b54a", "#6cc070")[number])
    draw.rounded_rectangle((40, 74, 680, 410), 12, fill="white", outline="#d7dbe3")
    for number in range(7):
        width, alarm = chance.randint(180, 560), number == chance.randint(1, 5)
        draw.rounded_rectangle(
            (64, 100 + number * 42, 64 + width, 116 + number * 42), 6, fill="#d6463f" if alarm else "#c5ccda"
        )
    return _saved(picture, "PNG")


def _photo(chance: Random) -> bytes:
    """A parcel on a table, as a telephone sees it."""
    picture = Image.linear_gradient("L").resize((800, 600)).convert("RGB")
    picture = Image.blend(picture, Image.new("RGB", picture.size, "#b98d5b"), 0.6)
    draw = ImageDraw.Draw(picture)
    left, top = chance.randint(120, 220), chance.randint(120, 180)
    draw.rectangle((left, top, left + 420, top + 290), fill="#c99a62", outline="#8a6436", width=4)
    draw.rectangle((left + 180, top, left + 240, top + 290), fill="#e6d2a8")
    draw.polygon(((left + 420, top + 290), (left + 330, top + 290), (left + 420, top + 215)), fill="#5b4325")
    return _saved(picture, "JPEG")


def _saved(picture: Image.Image, kind: str) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, quality=80, optimize=True)
    return target.getvalue()


def _page(chance: Random) -> bytes:
    """A sheet with a heading, lines and a stamp, as a scanner makes it."""
    sheet = Image.new("RGB", _PAGE, "white")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((60, 60, 340, 84), fill="#2b2f36")
    for number in range(22):
        width = chance.randint(240, 475)
        draw.rectangle((60, 130 + number * 26, 60 + width, 138 + number * 26), fill="#9aa1ad")
    draw.ellipse((400, 690, 520, 810), outline="#3b5fc0", width=5)
    return _saved(sheet, "PDF")


def _text(chance: Random) -> bytes:
    number = chance.randint(10_000, 99_999)
    return f"Заказ {number}\nСтатус: в пути\nОбновлено: 09:14\n".encode()
