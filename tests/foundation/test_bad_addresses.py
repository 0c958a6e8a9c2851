"""Addresses that nobody's browser makes get an answer, never an error page."""

import pytest
from django.test import Client

from tests.building import make_lead
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/answer/%00", "/answer/a%00b/thanks", "/case/%00/", "/api/v1/%00"])
def test_a_nul_is_refused_at_the_door(address: str) -> None:
    assert Client().get(address).status_code == 400


@pytest.mark.parametrize(
    "page", ["customers/", "organizations/", "held/", "alerts/", "undelivered/", "audit/", "customers/?q=a&", ""]
)
@pytest.mark.parametrize("cursor", ["W10", "WyJhIl0", "WyJcdTAwMDAiLDFd", "nonsense", "WzFlOTk5XQ"])
def test_a_page_address_that_we_did_not_make_is_refused_in_words(page: str, cursor: str) -> None:
    answer = desk(make_lead()).get(f"/desk/{page}{'' if page.endswith('&') else '?'}after={cursor}")

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "page", ["?tag=%00", "customers/?q=a%00", "organizations/?q=%00", "search?q=%00", "palette?q=%00"]
)
def test_a_nul_in_a_search_finds_nothing(page: str) -> None:
    assert desk(make_lead()).get(f"/desk/{page}").status_code == 200


@pytest.mark.parametrize("page", ["audit/?since=0001-01-01&until=9999-12-31", "team/?days=" + "9" * 5000])
def test_a_number_beyond_all_measure_is_passed_over(page: str) -> None:
    assert desk(make_lead()).get(f"/desk/{page}").status_code == 200
