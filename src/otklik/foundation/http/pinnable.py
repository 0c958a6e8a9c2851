"""Pages of the staff that a person may pin: what an address leads to, and whether they may go there."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db import connection
from django.db.models import BigIntegerField
from django.urls import Resolver404, resolve

from otklik.foundation.actors import SYSTEM, Actor, may
from otklik.foundation.database.compiled import Statement, statement
from otklik.foundation.in_use import is_in_use
from otklik.foundation.manifest import Page, Record, open_to
from otklik.foundation.modules import pinnable_pages, records

LONGEST = 500
_HOW_FAR = {"after", "before"}


@dataclass(frozen=True, kw_only=True)
class PagePin:
    """``address``: the path with what narrows its list, without how far the list was read."""

    address: str
    page: Page


@dataclass(frozen=True, kw_only=True)
class RecordPin:
    """The page of the record with the id ``row``."""

    address: str
    record: Record
    row: int


type Pinnable = PagePin | RecordPin


@lru_cache(maxsize=1024)
def pinnable_at(address: str) -> Pinnable | None:
    """What can be pinned at this address of ours; None when nothing can."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    page, record = pinnable_pages().get(found.view_name), records().get(found.view_name)
    if page is not None and not found.kwargs:
        narrowed = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name not in _HOW_FAR])
        kept = f"{parts.path}?{narrowed}" if narrowed else parts.path
        return PagePin(address=kept, page=page) if len(kept) <= LONGEST else None
    if record is not None and found.kwargs.keys() == {record.key}:
        row = int(found.kwargs[record.key])
        return RecordPin(address=parts.path, record=record, row=row) if row <= BigIntegerField.MAX_BIGINT else None
    return None


def name_of(one: Pinnable) -> str:
    """What it is called when nobody says otherwise."""
    if isinstance(one, PagePin):
        return str(one.page.label)
    return one.record.names([one.row]).get(one.row) or str(one.record.label)


def now_open(actor: Actor, wanted: Collection[Pinnable]) -> set[str]:
    """The addresses of those that this person may open; the database is asked once, and only about records."""
    pages = [one for one in wanted if isinstance(one, PagePin)]
    rows = [one for one in wanted if isinstance(one, RecordPin) and _may_open(actor, one.record)]
    routes = {page.route for page in open_to(actor, [one.page for one in pages])}
    seen = _seen(actor, rows)
    return {one.address for one in pages if one.page.route in routes} | {
        one.address for one in rows if (one.record.route, one.row) in seen
    }


def _may_open(actor: Actor, record: Record) -> bool:
    return is_in_use(record.route.partition(":")[0]) and (not record.permission or may(actor, record.permission))


def gone(wanted: Collection[Pinnable]) -> set[str]:
    """The addresses of records that are no more; those of an app that is off only wait."""
    rows = [one for one in wanted if isinstance(one, RecordPin)]
    seen = _seen(SYSTEM, rows)
    return {one.address for one in rows if (one.record.route, one.row) not in seen}


def _seen(actor: Actor, rows: Collection[RecordPin]) -> set[tuple[str, int]]:
    """Which of these records the actor may open, by route and id."""
    asked = {(one.record.route, one.row) for one in rows}
    looking = _looking(actor, tuple(sorted(asked)))
    if not looking.sql:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(looking.sql, looking.values)
        return set(cursor.fetchall())


@lru_cache(maxsize=256)
def _looking(actor: Actor, asked: tuple[tuple[str, int], ...]) -> Statement:
    """Made once for each person and what they have pinned: making it costs more than its answer."""
    pieces: list[str] = []
    values: list[object] = []
    for route in sorted({route for route, _row in asked}):
        rows = records()[route].in_sight(actor).order_by().filter(pk__in=[row for one, row in asked if one == route])
        inner = statement(rows.values_list("pk"))
        if inner.sql:
            pieces.append(f"SELECT %s::text, id FROM ({inner.sql}) AS seen (id)")  # noqa: S608  # by Django
            values += [route, *inner.values]
    return Statement(sql=" UNION ALL ".join(pieces), values=values)
