"""Files of office programs: a workbook is a table of articles, a document is one article with its pictures."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import PurePath
from typing import Any
from xml.parsers.expat import ExpatError

from django.utils.translation import gettext as _

from otklik.foundation.files.archives import BROKEN, unpacked
from otklik.knowledge.adapters.html import page_of
from otklik.knowledge.adapters.imported import Imported, ImportedArticle, ImportRefused, Wrong
from otklik.knowledge.adapters.tables import Row, articles_in_rows

_MOST_BYTES = 200_000_000
_MOST_XML = 12_000_000
"""Of a document: its reader keeps all of it as a tree. A hundred pages are two million."""
_MOST_COLUMNS = 200
_MOST_CELLS = 2_000_000
_LAST_LINE = 1_048_576
"""No program writes a later one, but a file may name one and leave out all before it."""


def articles_in_workbook(content: bytes, *, where: str) -> Imported:
    """The first sheet that names a title and a body; a sheet without them is passed over. Raises ``ImportRefused``."""
    import openpyxl  # noqa: PLC0415  (for those who bring such a file)

    _check(content, where)
    first: ImportRefused | None = None
    book = _read(where, lambda: openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True))
    for sheet in book.worksheets:
        rows = _read(where, partial(_rows, sheet))
        head = rows[0].cells if rows else []
        try:
            return articles_in_rows(head, rows[1:], where=where)
        except ImportRefused as refused:
            first = first or refused
    raise first or _refused(where)


def _rows(sheet: Any) -> list[Row]:
    return list(_cells(sheet))


def _cells(sheet: Any) -> Iterator[Row]:
    """Rows that say anything, as wide as the head, its empty columns at the end left out."""
    width = count = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), start=1):
        if number > _LAST_LINE or count > _MOST_CELLS:
            raise ValueError(number)
        if not any(values):
            continue
        cells = [_text(value) for value in values]
        if not width:
            width = max((place + 1 for place, cell in enumerate(cells) if cell.strip()), default=0)
        if width:
            count += width
            yield Row(where=_("line %(line)d") % {"line": number}, cells=(cells + [""] * width)[:width])


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (date, datetime)):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value).replace("_x000D_", "").replace("\r\n", "\n")


def article_in_document(content: bytes, *, where: str) -> tuple[ImportedArticle, dict[str, bytes]]:
    """A document of Word: headings, lists, tables, links, and its pictures by name. Raises ``ImportRefused``."""
    import mammoth  # noqa: PLC0415  (for those who bring such a file)

    _check(content, where, most_xml=_MOST_XML)
    pictures: dict[str, bytes] = {}

    def kept(image: Any) -> dict[str, str]:
        with image.open() as opened:
            data: bytes = opened.read()
        kind = str(image.content_type or "").rpartition("/")[2].partition("+")[0] or "png"
        name = f"{PurePath(where).stem}-{len(pictures) + 1}.{kind}"
        pictures[name] = data
        return {"src": name}

    convert_image = mammoth.images.img_element(kept)
    done = _read(where, lambda: mammoth.convert_to_html(io.BytesIO(content), convert_image=convert_image))
    return page_of(f"<html><body>{done.value}</body></html>", where=where), pictures


def _check(content: bytes, where: str, *, most_xml: int = _MOST_BYTES) -> None:
    """Both kinds are archives, and may not burst; each entry has to be as large as it says."""
    with _read(where, lambda: zipfile.ZipFile(io.BytesIO(content))) as archive:
        inside = archive.infolist()
        size = sum(one.file_size for one in inside)
        size_of_xml = sum(one.file_size for one in inside if one.filename.endswith((".xml", ".rels")))
        for one in inside if size <= _MOST_BYTES and size_of_xml <= most_xml else ():
            _read(where, partial(unpacked, archive, one))
        if size > _MOST_BYTES or size_of_xml > most_xml:
            raise ImportRefused([Wrong(where=where, text=_("This archive is too large."))])


def _read[T](where: str, step: Callable[[], T]) -> T:
    try:
        return step()
    except (*BROKEN, TypeError, AttributeError, SyntaxError, ExpatError) as error:
        raise _refused(where) from error  # the last two: of its XML


def _refused(where: str) -> ImportRefused:
    return ImportRefused([Wrong(where=where, text=_("This file is broken or locked, or of an older kind."))])
