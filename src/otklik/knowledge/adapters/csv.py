"""Articles in a table: UTF-8, columns ``id,title,body,section,language,questions``; only title and body are required.

``questions`` are separated by line breaks, ``section`` may be a path with `` / ``; a semicolon may divide the columns.
"""

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from otklik.knowledge.adapters.imported import Imported, ImportedArticle, ImportRefused, Wrong, decoded

if TYPE_CHECKING:
    import _csv

_LARGEST_CELL = 1_000_000
_KNOWN = {"id", "title", "body", "section", "language", "questions", "summary", "audience", "slug", "owner"}


def articles_in_csv(content: bytes, *, where: str = "CSV") -> Imported:
    """Raises ``ImportRefused`` for what is no such table."""
    text = decoded(content, where=where)
    csv.field_size_limit(_LARGEST_CELL)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check_names(names, where)
        return Imported(articles=list(_rows(reader, names)))
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


def _check_names(names: list[str], where: str) -> None:
    missing = [name for name in ("title", "body") if name not in names]
    if missing:
        text = _("The first line has to name the columns; missing: %(names)s.") % {"names": ", ".join(missing)}
        raise ImportRefused([Wrong(where=where, text=text)])
    strange = [name or "—" for name in names if name not in _KNOWN]
    if strange or len(set(names)) < len(names):
        text = _("These columns are not known or stand twice: %(names)s.") % {
            "names": ", ".join(strange or sorted({name for name in names if names.count(name) > 1}))
        }
        raise ImportRefused([Wrong(where=where, text=text)])


def _rows(reader: "_csv.Reader", names: list[str]) -> Iterator[ImportedArticle]:
    wrong: list[Wrong] = []
    before = reader.line_num
    for cells in reader:
        place, before = _("line %(line)d") % {"line": before + 1}, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            text = _("%(found)d cells instead of %(wanted)d.") % {"found": len(cells), "wanted": len(names)}
            wrong.append(Wrong(where=place, text=text))
            continue
        yield _article(place, dict(zip(names, cells, strict=True)))
    if wrong:
        raise ImportRefused(wrong)


def _article(place: str, row: dict[str, str]) -> ImportedArticle:
    return ImportedArticle(
        where=place,
        title=row["title"].strip(),
        body=row["body"],
        external_id=row.get("id", "").strip(),
        section=[name.strip() for name in row.get("section", "").split(" / ") if name.strip()],
        language=row.get("language", "").strip().lower(),
        questions=[line.strip() for line in row.get("questions", "").splitlines() if line.strip()],
        summary=row.get("summary", "").strip(),
        audience=row.get("audience", "").strip(),
        slug=row.get("slug", "").strip(),
        owner=row.get("owner", "").strip(),
    )
