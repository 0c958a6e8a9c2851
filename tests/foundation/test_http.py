"""The edge: whose address is believed, and what a restart of the database looks like."""

import psycopg
import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client

from otklik.foundation.http.edge import RealAddress


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("10.0.0.1, 203.0.113.7", "203.0.113.7"),  # what a visitor made up stands first
        ("2001:db8::1", "2001:db8::1"),
        ("nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_the_address_that_the_proxy_wrote_is_believed(forwarded: str, address: str) -> None:
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
    seen = []

    RealAddress(lambda asked: seen.append(asked.META["REMOTE_ADDR"]) or HttpResponse())(request)

    assert seen == [address]


def end_my_session() -> None:
    """As a restart of the server does it; the sessions of other tests are left alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (mine,) = cursor.fetchone()
    parameters = connection.get_connection_params()
    place = {name: parameters[name] for name in ("host", "port", "user", "dbname") if parameters.get(name)}
    with psycopg.connect(**place, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])


@pytest.mark.django_db(transaction=True)
def test_a_page_does_not_fail_for_a_connection_that_died_meanwhile() -> None:
    assert Client().get("/contact/").status_code == 200

    end_my_session()

    assert Client().get("/contact/").status_code == 200
