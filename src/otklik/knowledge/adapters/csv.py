"""Articles in a table: columns ``id,title,body,section,language,questions`` in English or Russian (see ``tables``).

Only title and body are required; ``questions`` are separated by line breaks, ``section`` may be a path with `` / ``; a
semicolon or a tab may divide the columns.
"""

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from otklik.knowledge.adapters.imported import Imported, ImportRefused, Wrong, decoded
from otklik.knowledge.adapters.tables import Row, articles_in_rows

if TYPE_CHECKING:
    import _csv

_LARGEST_CELL = 1_000_000


def articles_in_csv(content: bytes, *, where: str = "CSV") -> Imported:
    """Raises ``ImportRefused`` for what is no such table."""
    text = decoded(content, where=where)
    csv.field_size_limit(_LARGEST_CELL)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return articles_in_rows(next(reader, []), _rows(reader), where=where)
    except csv.Error as error:
        place = _("line %(line)d") % {"line": reader.line_num}
        raise ImportRefused([Wrong(where=place, text=_told(error))]) from error


def _told(error: csv.Error) -> str:
    why = str(error)
    if why.startswith("field larger"):
        return _("A cell is longer than a million characters.")
    if why.startswith("unexpected end"):
        return _("A quotation mark opens a cell and nothing closes it.")
    return _("The table is broken here: %(why)s") % {"why": why}


def _rows(reader: "_csv.Reader") -> Iterator[Row]:
    before = reader.line_num
    for cells in reader:
        yield Row(where=_("line %(line)d") % {"line": before + 1}, cells=cells)
        before = reader.line_num
