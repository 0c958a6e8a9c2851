"""The edge: whose address is believed."""

import pytest
from django.http import HttpRequest, HttpResponse

from otklik.foundation.http import RealAddress


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
