"""A list sorted by any column: no row is missed or told twice, whatever is equal, empty or comes in between."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Lower

from otklik.customers.models import Customer, Organization
from otklik.customers.queries import found
from otklik.customers.views.people import CUSTOMERS
from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column, Order, order_of, page_at_hand, page_in_order
from otklik.foundation.http.paging import encode_cursor

COLUMNS = (
    Column(name="since", label="since", by="created_at", of=datetime, falls=True),
    Column(name="name", label="name", by=Lower("name"), may_lack=True),
    Column(name="organization", label="organization", by=Lower("organization__name"), may_lack=True),
    Column(name="id", label="id", by="pk", of=int),
)
ORDERS = [order_of(f"{sign}{one.name}", COLUMNS) for one in COLUMNS for sign in ("", "-")]
database = pytest.mark.django_db


def people() -> QuerySet[Customer]:
    school, bank = Organization.objects.create(name="Школа"), Organization.objects.create(name="банк")
    homes = [school, None, bank, bank, None, school, None]
    names = ["Яна", "", "анна", "Анна", "", "Борис", "Вера"]
    Customer.objects.bulk_create(Customer(name=name, organization=at) for name, at in zip(names, homes, strict=True))
    return Customer.objects.all()


def walked(rows: QuerySet[Customer], order: Order, size: int = 2) -> Iterator[list[Customer]]:
    after = ""
    while True:
        page = page_in_order(rows, order, after=after, size=size)
        yield list(page.items)
        if page.next is None:
            return
        after = page.next


def value(row: Customer, order: Order) -> object:
    match order.column.name:
        case "name":
            return row.name.lower()
        case "organization":
            return row.organization.name.lower() if row.organization else ""
        case "since":
            return row.created_at
    return row.pk


@database
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_every_row_stands_once_on_the_pages_of_every_order(order: Order) -> None:
    rows = people()
    have = [row for row in rows if value(row, order) != ""]
    lack = [row for row in rows if value(row, order) == ""]

    def at(row: Customer) -> tuple[object, int]:
        return (value(row, order), row.pk)

    expected = [*sorted(have, key=at, reverse=order.is_falling), *sorted(lack, key=at, reverse=order.is_falling)]

    for size in (1, 2, 3, 7):
        assert [row for page in walked(rows, order, size) for row in page] == expected


@database
def test_the_next_page_goes_on_after_the_last_row_whatever_came_before_it() -> None:
    order = order_of("name", COLUMNS)
    rows = people()
    pages = walked(rows, order)
    first = next(pages)
    Customer.objects.create(name="Аарон")
    second = next(pages)

    assert [row.name for row in first] == ["анна", "Анна"]
    assert [row.name for row in second] == ["Борис", "Вера"]


@database
@pytest.mark.parametrize(
    "cursor",
    [
        ["-name", "анна", 3], ["name", 3], ["name", "анна", "3"], ["name", 7, 3], ["name", "a\0", 3], [],
        ["name", "анна", 10**19], ["name", "анна", None],
    ],
)  # fmt: skip
def test_a_cursor_of_another_order_or_of_nobodys_is_refused(cursor: list[object]) -> None:
    with pytest.raises(Refusal) as refused:
        page_in_order(people(), order_of("name", COLUMNS), after=encode_cursor(cursor), size=2)
    assert refused.value.code == "cursor_invalid"


@database
@pytest.mark.parametrize(
    ("column", "value"),
    [("since", "never"), ("since", "2026-01-01T00:00:00"), ("since", None), ("id", "x"), ("id", 10**19)],
)  # fmt: skip
def test_a_cursor_with_a_value_of_another_type_is_refused(column: str, value: object) -> None:
    with pytest.raises(Refusal) as refused:
        page_in_order(people(), order_of(column, COLUMNS), after=encode_cursor([column, value, 3]), size=2)
    assert refused.value.code == "cursor_invalid"


def test_a_press_turns_the_order_round_and_the_first_one_leaves_the_address_clean() -> None:
    opened, turned, named = (order_of(asked, COLUMNS) for asked in ("", "since", "-name"))

    assert [(way.sort, way.now) for way in opened.ways[:2]] == [("since", "descending"), ("name", "")]
    assert [(way.sort, way.now) for way in turned.ways[:2]] == [(None, "ascending"), ("name", "")]
    assert [(way.sort, way.now) for way in named.ways[:2]] == [(None, ""), ("name", "descending")]


def test_an_order_that_nobody_knows_is_the_first() -> None:
    assert order_of("-price", COLUMNS) == order_of("", COLUMNS)


def test_rows_at_hand_are_paged_the_same_way() -> None:
    rows, order = ["b2", "a1", "c1", "a2", "b1"], order_of("-name", COLUMNS)
    seen: list[str] = []
    after = ""
    while True:
        page = page_at_hand(rows, order, after=after, size=2, value=lambda row, _name: row[0], key=str)
        seen += page.items
        if page.next is None:
            break
        after = page.next

    assert seen == ["c1", "b2", "b1", "a2", "a1"]
    other, of_another = order_of("name", COLUMNS), encode_cursor(["-name", "b2"])
    with pytest.raises(Refusal):
        page_at_hand(rows, other, after=of_another, size=2, value=lambda row, _name: row, key=str)


@pytest.mark.parametrize(
    "stated",
    [
        {"still": "seldom"}, {"columns": COLUMNS, "order": "time", "still": "seldom"}, {"order": "time"},
        {"order": "time", "live": "cases.alerts", "still": "seldom"},
    ],
)  # fmt: skip
def test_a_list_says_what_it_is_sorted_by_and_whether_it_is_live_or_why_not(stated: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"x\.html"):
        Listing(template="x.html", **stated)  # type: ignore[arg-type]


@database
def test_customers_by_name_and_by_organization_are_walks_of_an_index() -> None:
    homes = Organization.objects.bulk_create(Organization(name=f"Школа {number:03}") for number in range(200))
    rows = (Customer(name=f"Имя {number:05}", organization=homes[number % 200]) for number in range(4_000))
    Customer.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer, customers_organization")

    asked: list[str] = []
    for name in ("name", "-name", "organization"):
        order = order_of(name, CUSTOMERS.columns)
        page = page_in_order(found("", actor=SYSTEM), order, after="", size=50)
        with connection.execute_wrapper(
            lambda execute, sql, *rest: (asked.append(_plan(sql, rest[0])), execute(sql, *rest))[1]
        ):
            page_in_order(found("", actor=SYSTEM), order, after=page.next or "", size=50)

    assert ["customer_by_name" in plan for plan in asked] == [True, True, False]
    assert "organization_by_name" in asked[2]
    assert not any("Seq Scan" in plan for plan in asked)


def _plan(sql: str, params: object) -> str:
    with connection.cursor() as cursor:
        cursor.cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())
