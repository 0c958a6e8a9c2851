"""Statements are planned once for each connection, except those whose best plan depends on their values."""

import pytest
from django.db import connection

from otklik.cases.search import search
from otklik.customers.queries import by_address
from otklik.foundation.actors import SYSTEM

pytestmark = pytest.mark.django_db


def prepared(words: str) -> int:
    """How many prepared statements of this connection have these words in them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [words])
        return int(cursor.fetchone()[0])


def test_what_is_asked_all_day_is_planned_once() -> None:
    for number in range(6):
        by_address("email", f"nobody{number}@mail.example")

    assert prepared("customers_contactpoint") == 1


def test_a_search_is_planned_for_its_own_words() -> None:
    for word in ("учебник", "сертификат", "доставка", "оплата", "урок", "договор"):
        search(word, actor=SYSTEM, is_forgiving=False)

    assert prepared("plainto_tsquery") == 0
