"""From the exchange to the screen, in a whole house: within a second."""

import time

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]
_A_LINE = """
from otklik.calls.actions import add_exchange
from otklik.foundation.actors import SYSTEM
from otklik.reach.queries import hook_path
print(hook_path(add_exchange(name='Звонок', actor=SYSTEM)))
"""


def test_a_call_is_on_the_screen_within_a_second(house: House, visit: Visit) -> None:
    hook = house.inside(_A_LINE).strip().splitlines()[-1]
    page = visit("olga").new_page()
    with page.expect_response("**/live?**"):
        page.goto("/desk/customers/")
    told = {"event": "newCall", "callId": f"{time.time_ns()}", "from": "79005550777", "user": ["olga@gorizont.example"]}

    began = time.monotonic()
    assert httpx.post(f"{house.url}{hook}", json=told).status_code == 200
    page.wait_for_selector(".pop")
    took = time.monotonic() - began

    expect(page.locator(".pop")).to_contain_text("555-07-77")
    assert took < 1, f"{took:.2f} s"
    httpx.post(f"{house.url}{hook}", json=told | {"event": "hangup"})
    expect(page.locator(".pop")).to_have_count(0)
