"""How a list is sorted: by which columns, by which of them now, and the pages that stay right under that order.

The order stands in the address as ``sort``: the name of a column, with a ``-`` before it from the greatest down. A
cursor names the order it was made for, the value and the id of the last row, so that the next page is one walk of an
index from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import BigIntegerField, F, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from otklik.foundation.http.paging import Page, decode_cursor, incomplete, page_of

type Value = str | int | datetime
_BY: Final = "sorted_by"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column by which a list can be sorted.

    ``by``: the field or the expression whose value orders the rows, of the type ``of``, or what makes one for the
    language of the reader; ``falls``: sorted by it, a list begins with the greatest; ``may_lack``: some rows have none
    (None or ''), which come last either way.
    """

    name: str
    label: str | Promise
    by: str | Combinable | Callable[[], Combinable] = ""
    of: type[Value] = str
    falls: bool = False
    may_lack: bool = False


@dataclass(frozen=True, kw_only=True)
class Way:
    """A press on a column: where it leads (``sort``) and how the list is sorted by it now ('', 'ascending' …)."""

    name: str
    label: str | Promise
    sort: str | None
    now: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """The column by which a list is sorted now, and the others to choose from."""

    columns: Sequence[Column]
    column: Column
    is_falling: bool

    @property
    def name(self) -> str:
        return f"-{self.column.name}" if self.is_falling else self.column.name

    @property
    def ways(self) -> list[Way]:
        """A press on each column, in their order."""
        return [self._way(one) for one in self.columns]

    def _way(self, column: Column) -> Way:
        is_now = column == self.column
        falls = not self.is_falling if is_now else column.falls
        is_first = column == self.columns[0] and falls == column.falls
        sort = None if is_first else f"-{column.name}" if falls else column.name
        now = ("descending" if self.is_falling else "ascending") if is_now else ""
        return Way(name=column.name, label=column.label, sort=sort, now=now)


def order_of(asked: str, columns: Sequence[Column]) -> Order:
    """The order that an address asks for; that of the first column for whatever it does not know."""
    known = {one.name: one for one in columns}
    if column := known.get(asked.removeprefix("-")):
        return Order(columns=columns, column=column, is_falling=asked.startswith("-"))
    return Order(columns=columns, column=columns[0], is_falling=columns[0].falls)


# ── A page of rows of the database ────────────────────────────────────────────────────────
def page_in_order[M: Model](rows: QuerySet[M], order: Order, *, after: str, size: int) -> Page[M]:
    """``size`` rows behind a cursor. Raises ``Refusal('cursor_invalid')``, also for a cursor of another order."""
    column, last = order.column, _last(after, order)
    parts = [rows.annotate(**{_BY: _value_of(column)})]
    if column.may_lack:
        has = Q(**{f"{_BY}__gt": ""}) if column.of is str else Q(**{f"{_BY}__isnull": False})
        lacks = Q(**{_BY: None}) | Q(**{_BY: ""}) if column.of is str else Q(**{f"{_BY}__isnull": True})
        parts = [parts[0].filter(has), parts[0].filter(lacks)]
    if last is not None:
        at = 1 if column.may_lack and not last[0] else 0
        parts = [parts[at].filter(_beyond(*last, order, is_without=bool(at))), *parts[at + 1 :]]
    sign = "-" if order.is_falling else ""
    found: list[M] = []
    for part in parts:
        if len(found) <= size:
            found += part.order_by(f"{sign}{_BY}", f"{sign}pk")[: size + 1 - len(found)]
    return page_of(found, size=size, key=lambda row: [order.name, _written(getattr(row, _BY)), row.pk])


def _value_of(column: Column) -> Combinable:
    if isinstance(column.by, str):
        return F(column.by)
    return column.by if isinstance(column.by, Combinable) else column.by()


def _beyond(value: Value | None, pk: int, order: Order, *, is_without: bool) -> Q:
    """Rows after this one; the first condition is what an index is asked by."""
    sign = "lt" if order.is_falling else "gt"
    if is_without:
        return Q(**{f"pk__{sign}": pk})
    later = Q(**{f"{_BY}__{sign}": value}) | Q(**{_BY: value, f"pk__{sign}": pk})
    return Q(**{f"{_BY}__{sign}e": value}) & later


def _written(value: Value | None) -> str | int | None:
    return value.isoformat() if isinstance(value, datetime) else value


def _last(cursor: str, order: Order) -> tuple[Value | None, int] | None:
    if not cursor:
        return None
    match decode_cursor(cursor):
        case [order.name, value, int(pk)] if abs(pk) <= BigIntegerField.MAX_BIGINT:
            return _read(value, order.column), pk
    raise incomplete()


def _read(value: Any, column: Column) -> Value | None:
    if value is None and column.may_lack:
        return None
    if column.of is datetime and isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise incomplete() from error
        is_right = value.tzinfo is not None
    elif column.of is int:
        is_right = isinstance(value, int) and abs(value) <= BigIntegerField.MAX_BIGINT
    else:
        is_right = isinstance(value, str) and "\0" not in value
    if not is_right:
        raise incomplete()
    read: Value = value
    return read


# ── A page of rows that are at hand ───────────────────────────────────────────────────────
def page_at_hand[T](
    rows: Sequence[T], order: Order, *, after: str, size: int, value: Callable[[T, str], Any], key: Callable[[T], str]
) -> Page[T]:
    """The same for a few hundred rows that no index holds: ``value`` of a row by a column's name, ``key`` its own."""
    found = sorted(rows, key=lambda row: (value(row, order.column.name), key(row)), reverse=order.is_falling)
    if after:
        match decode_cursor(after):
            case [order.name, str(last)]:
                found = found[next((at for at, row in enumerate(found, start=1) if key(row) == last), 0) :]
            case _:
                raise incomplete()
    return page_of(found[: size + 1], size=size, key=lambda row: [order.name, key(row)])
