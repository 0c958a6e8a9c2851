"""Queries whose SQL Django makes once: on a hot page making it costs more than answering it.

    _events = Compiled(lambda: Event.objects.filter(case_id=Given("case")).order_by("id"))
    events = _events(case=7)

It stays a query of Django, visibility rules and all; only the given values differ between two calls.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators


class Given(Expression):
    """A value that comes with the call, never ``None``: ``filter(case_id=Given("case"))``."""

    placeholder = "%s"

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, Any]:
        return self.placeholder, [self]


class GivenIds(Given):
    """Ids that come with the call, as a list: ``filter(message_id__in=GivenIds("messages"))``."""

    placeholder = "(SELECT unnest(%s::bigint[]))"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """SQL whose values are known or ``Given``. ``sql`` is '' when no row can ever match."""

    sql: str
    values: Sequence[Any] = ()

    def filled(self, given: Mapping[str, Any]) -> list[Any]:
        """The values in their order, for ``cursor.execute``."""
        return [given[one.name] if isinstance(one, Given) else one for one in self.values]


def statement(queryset: QuerySet[Any, Any]) -> Statement:
    """The SQL of a query, to be a part of a larger one."""
    try:
        sql, values = queryset.query.get_compiler(queryset.db).as_sql()
    except EmptyResultSet:
        return Statement(sql="")
    return Statement(sql=sql, values=values)


class Compiled[Row]:
    """A query of whole models (with ``select_related``, without ``prefetch_related``) or of plain tuples."""

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self.build = build

    def __call__(self, **given: Any) -> list[Row]:
        made = self._made
        if not made.statement.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(made.statement.sql, made.statement.filled(given))
            rows = cursor.fetchall()
        return [made.row(one) for one in made.converted(rows)]

    @cached_property
    def _made(self) -> "_Made":
        return _Made.of(self.build())


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What Django worked out. ``row`` makes of a tuple from the database what the caller gets."""

    statement: Statement
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]] = ()
    row: Callable[[Any], Any] = tuple

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any]) -> "_Made":
        compiler: Any = queryset.query.get_compiler(queryset.db)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            return cls(statement=Statement(sql=""))
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        return cls(
            statement=Statement(sql=sql, values=values),
            converters=[(place, functions, column) for place, (functions, column) in converters.items()],
            row=_maker(queryset, compiler),
        )

    def converted(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """The rows as Python's values, by the fields' own converters (JSON)."""
        if not self.converters:
            yield from rows
            return
        for row in map(list, rows):
            for place, functions, column in self.converters:
                for convert in functions:
                    row[place] = convert(row[place], column, connection)
            yield row


def _maker(queryset: QuerySet[Any, Any], compiler: Any) -> Callable[[Any], Any]:
    """As ``ModelIterable`` of Django does it for each query anew."""
    kind: Any = queryset
    if issubclass(kind._iterable_class, ValuesListIterable):
        return tuple
    assert kind._iterable_class is ModelIterable, "whole models or plain tuples"
    assert not kind._prefetch_related_lookups, "read the others with a query of their own"
    model: type[Model] = compiler.klass_info["model"]
    columns: Sequence[int] = compiler.klass_info["select_fields"]
    start, end = columns[0], columns[-1] + 1
    names = [column.target.attname for column, *_rest in compiler.select[start:end]]
    related = get_related_populators(compiler.klass_info, compiler.select, kind.db, kind._fetch_mode)
    annotations = list((compiler.annotation_col_map or {}).items())

    def make(row: Sequence[Any]) -> Model:
        found = model.from_db(kind.db, names, row[start:end])
        for one in related:
            one.populate(row, found)
        for name, place in annotations:
            setattr(found, name, row[place])
        return found

    return make
