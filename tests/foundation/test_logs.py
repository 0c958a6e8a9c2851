"""What stands in a log: what happened and where; nothing by which a person could be found."""

import json
import logging
import sys
from collections.abc import Callable

import pytest
from django.db import connection

from otklik.customers.models import ContactPoint
from otklik.foundation.logs import JsonFormatter
from tests.building import IVAN, make_customer


def logged(event: str = "happened", *, error: bool = False, **facts: object) -> str:
    record = logging.LogRecord("otklik", logging.ERROR, "", 0, event, (), sys.exc_info() if error else None)
    vars(record).update(facts)
    return JsonFormatter().format(record)


def raised(act: Callable[[], object]) -> dict[str, str]:
    try:
        act()
    except Exception:  # noqa: BLE001  # whatever it is, it is written down
        line: dict[str, str] = json.loads(logged(error=True))
        return line
    raise AssertionError("nothing was raised")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO customers_contactpoint (customer_id, kind, value, bounce) "
        "SELECT customer_id, kind, value, '' FROM customers_contactpoint",
        "INSERT INTO customers_contactpoint (customer_id, kind, value) VALUES (NULL, 'email', 'anna@a.example')",
        "SELECT 'ivan@mail.example'::bigint",
        "SELECT 'Иван Козлов'::bigint",
        "SELECT 'Иван Козлов'::jsonb",
    ],
)
def test_a_database_error_tells_no_values(query: str) -> None:
    make_customer()

    line = raised(lambda: connection.cursor().execute(query))

    assert "Error: " in line["traceback"]
    assert "DETAIL" not in line["traceback"]
    assert "example" not in line["traceback"]
    assert "Козлов" not in line["traceback"]


@pytest.mark.django_db
def test_a_database_error_tells_what_happened_and_where() -> None:
    point = ContactPoint.objects.get(customer=make_customer())

    line = raised(lambda: ContactPoint.objects.create(customer=point.customer, kind="email", value=IVAN))

    assert 'violates unique constraint "an_address_belongs_to_one_customer"' in line["traceback"]
    assert "test_logs.py" in line["traceback"]
    assert "psycopg.errors.UniqueViolation" in line["traceback"]
    assert IVAN not in line["traceback"]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("refused for ivan@mail.example and Анна@пример.рф", "refused for [address] and [address]"),
        ("Internal Server Error: /case/MTc.x-Y_z/", "Internal Server Error: /case/[token]"),
        ("Not Found: /answer/a:b:c/thanks?x=1", "Not Found: /answer/[token]?x=1"),
        ("/account/password/reset/key/1-abc-def/", "/account/password/reset/key/[token]"),
        ("/desk/cases/7/", "/desk/cases/7/"),
        ("to +79005550142, from 79005550142", "to [phone], from [phone]"),
        ("letter 123456 at 2026-11-29 21:30:00", "letter 123456 at 2026-11-29 21:30:00"),
        ("Bearer otk_0123456789abcdefghijk", "Bearer [token]"),
    ],
)
def test_addresses_and_tokens_are_left_out(said: str, left: str) -> None:
    line = json.loads(logged(said, error=False, reason=said, many=[said]))

    assert (line["event"], line["reason"], line["many"]) == (left, left, [left])


def test_an_error_of_any_kind_tells_no_address() -> None:
    def refuse() -> None:
        try:
            {}[IVAN]  # type: ignore[index]
        except KeyError as error:
            raise ValueError({IVAN: (550, b"no such user")}) from error

    line = raised(refuse)

    assert line["traceback"].count("Error: ") == 2
    assert IVAN not in line["traceback"]


@pytest.mark.django_db
def test_our_own_database_writes_no_values_into_its_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('log_error_verbosity'), current_setting('log_min_error_statement')")
        settings = cursor.fetchone()

    assert settings == ("terse", "panic")
