"""One table, three ways out: on a page, as CSV, as a workbook; no program that opens it takes a word for a formula."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor
from otklik.foundation.events.announcing import DomainEvent, announce, event

MOST_ROWS: Final = 20_000
"""A file holds no more; whoever asks cuts the rows and says so."""

type Cell = str | int | float | datetime | date | None


class Kind(StrEnum):
    """What stands in a column. A ``SHARE`` is 0..1, a ``SPAN`` is in seconds, a ``MOMENT`` is aware."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    SPAN = "span"
    MOMENT = "moment"
    DAY = "day"


@dataclass(frozen=True, kw_only=True)
class Column:
    """``link``: the address of a page, with ``{}`` for the number in the cell; '' for none. Files hold no links."""

    label: str | Promise
    kind: Kind = Kind.TEXT
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """``name``: stable, of letters and hyphens, for the file. ``is_cut``: there is more than its rows."""

    name: str
    title: str | Promise
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    is_cut: bool = False


# ── Harmless ──────────────────────────────────────────────────────────────────────────────
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_formula(text: str) -> bool:
    """A spreadsheet could calculate this, or take what follows for a formula."""
    return text.startswith(_FORMULA)


def harmless(text: str) -> str:
    """The text of a cell of a CSV file; what a spreadsheet would calculate is marked as text by an apostrophe."""
    return f"'{text}" if is_formula(text) else text


# ── CSV ───────────────────────────────────────────────────────────────────────────────────
def as_csv(table: Table) -> bytes:
    """UTF-8 with its mark, commas, a point in fractions, moments with their offset; spans in whole seconds."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([harmless(_heading(column, zone="")) for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)])
    return target.getvalue().encode("utf-8-sig")


def _heading(column: Column, *, zone: str) -> str:
    if column.kind is Kind.MOMENT and zone:
        return f"{column.label} ({zone})"
    if column.kind is Kind.SPAN and not zone:
        return _("%(name)s, seconds") % {"name": column.label}
    return str(column.label)


def _plain(cell: Cell, kind: Kind) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return harmless(cell)
    return round(cell) if kind is Kind.SPAN else cell


# ── Workbook ──────────────────────────────────────────────────────────────────────────────
_DAY_IN_SECONDS: Final = 86_400
_TITLE_MOST: Final = 31
_FORMATS: Final[dict[Kind, str]] = {
    Kind.SHARE: "0.0%",
    Kind.SPAN: "[h]:mm:ss",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
    Kind.DAY: "yyyy-mm-dd",
}
_WIDTHS: Final[dict[Kind, int]] = {Kind.TEXT: 36, Kind.MOMENT: 24}


def as_workbook(table: Table) -> bytes:
    """XLSX with real numbers, shares, spans and dates. A workbook knows no zones, so the heading names ours."""
    import openpyxl  # noqa: PLC0415  (for those who ask for such a file)

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("".join(" " if one in r"[]:*?/\'" else one for one in str(table.title))[:_TITLE_MOST])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns):
        letter = openpyxl.utils.get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column.kind, 16)
    for row in _sheet_rows(table, sheet):
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet_rows(table: Table, sheet: Any) -> Iterator[list[Any]]:
    from openpyxl.styles import Font  # noqa: PLC0415  (for those who ask for such a file)

    zone, bold = timezone.get_current_timezone_name(), Font(bold=True)
    heading = []
    for column in table.columns:
        cell = _sheet_cell(sheet, _heading(column, zone=zone), Kind.TEXT)
        cell.font = bold
        heading.append(cell)
    yield heading
    for row in table.rows:
        yield [_sheet_cell(sheet, cell, column.kind) for cell, column in zip(row, table.columns, strict=True)]


def _sheet_cell(sheet: Any, value: Cell, kind: Kind) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  (for those who ask for such a file)
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    if value is None:
        return WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"  # openpyxl takes «=…» for a formula
        cell.quotePrefix = is_formula(value)  # … and so would a spreadsheet when somebody edits the cell
        return cell
    cell = WriteOnlyCell(sheet, value=_sheet_value(value, kind))
    if kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
    return cell


def _sheet_value(value: float | datetime | date, kind: Kind) -> float | datetime | date:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return value / _DAY_IN_SECONDS if kind is Kind.SPAN and not isinstance(value, date) else value


# ── Taken out ─────────────────────────────────────────────────────────────────────────────
@event("foundation.table_taken")
@dataclass(frozen=True, kw_only=True)
class TableTaken(DomainEvent):
    """Somebody took a table of figures out as a file: ``table`` is its stable name, ``file`` csv or xlsx."""

    table: str
    file: str
    rows: int


_WRITERS: Final[dict[str, tuple[str, Callable[[Table], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_workbook),
}
FILES: Final = tuple(_WRITERS)


@transaction.atomic
def take_out(*, table: Table, file: str, actor: Actor) -> HttpResponse:
    """The table as a download, written down in the history. ``file``: one of ``FILES``, else ``KeyError``.

    Whoever calls has asked whether the actor may see these rows.
    """
    kind, write = _WRITERS[file]
    content = write(table)
    announce(TableTaken(table=table.name, file=file, rows=len(table.rows)), actor=actor)
    name = f"{table.name}-{timezone.localdate():%Y-%m-%d}.{file}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
