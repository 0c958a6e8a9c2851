"""The second step of a log-in, with a real second factor: codes by time, spare codes, passkeys of a virtual key."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.browser.conftest import Visit
from tests.browser.every_page import Stop
from tests.browser.house import PASSWORD, House
from tests.browser.test_every_page import Guide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]

SUBMIT = "main form button[type=submit]"


def code_of(secret: str) -> str:
    """RFC 6238 with SHA-1, six digits, thirty seconds."""
    counter = int(time.time()) // 30
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def test_the_codes_are_those_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 6238, appendix B, the last six of eight digits."""
    monkeypatch.setattr(time, "time", lambda: 1111111109.0)

    assert code_of(base64.b32encode(b"12345678901234567890").decode()) == "081804"


@pytest.fixture
def address(house: House) -> str:
    """An agent of this test's own: nobody else wants to be asked for codes."""
    address = f"lidia{time.time_ns()}@gorizont.example"
    house.otklik(
        "user", "create", "--email", address, "--role", "agent", "--name", "Лидия Гусева", OTKLIK_USER_PASSWORD=PASSWORD
    )
    return address


@pytest.fixture
def home(house: House) -> str:
    """The house under a name: passkeys belong to a name, never to a number."""
    return house.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def guide(visit: Visit) -> Iterator[Guide]:
    guide = Guide(visit(), "ru")
    yield guide
    assert guide.problems == []


def enter(page: Page, home: str, address: str) -> None:
    page.goto(f"{home}/account/login/")
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")


def leave(page: Page, home: str) -> None:
    page.goto(f"{home}/account/logout/")
    page.locator(SUBMIT).click()
    page.wait_for_url(re.compile("/$"))


def confirm(page: Page) -> None:
    """Say the password once more where it is asked for."""
    if "/reauthenticate" in page.url:
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator(SUBMIT).first.click()


def connect_app(page: Page, home: str) -> tuple[str, str]:
    """The secret of the app that is now connected, and the code that connected it: each opens once."""
    page.goto(f"{home}/account/2fa/totp/activate/")
    confirm(page)
    secret = page.locator("#authenticator_secret").input_value()
    code = code_of(secret)
    page.locator("input[name=code]").fill(code)
    page.locator(SUBMIT).click()
    page.wait_for_url(re.compile("/2fa/(?!totp/activate)"))
    return secret, code


def test_codes_by_time_and_spare_codes(guide: Guide, house: House, home: str, address: str) -> None:
    page = guide.page
    enter(page, home, address)
    page.wait_for_url("**/desk/**")
    secret, used = connect_app(page, home)
    for path in ("", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/"):
        guide.look_at(Stop(path=f"{home}/account/2fa/{path}"))
    page.goto(f"{home}/account/2fa/recovery-codes/")
    spare = page.locator("main li code").all_inner_texts()
    told = page.request.get(f"{home}/account/2fa/recovery-codes/download/").text()
    assert spare[0] in told
    leave(page, home)

    enter(page, home, address)
    page.wait_for_url("**/2fa/authenticate/")
    guide.look_at(Stop(path=f"{home}/account/2fa/authenticate/"))
    page.goto(f"{home}/desk/")
    expect(page).to_have_url(re.compile("/2fa/authenticate/"))  # half a log-in opens nothing
    page.locator("input[name=code]").fill("000000")
    page.locator(SUBMIT).first.click()
    expect(page.locator("main .error, main [role=alert]").first).to_be_visible()
    house.wait_for(lambda: code_of(secret) != used, "the next code")
    page.locator("input[name=code]").fill(code_of(secret))
    page.locator(SUBMIT).first.click()
    page.wait_for_url("**/desk/**")
    leave(page, home)

    for attempt, where in enumerate(("**/desk/**", "**/2fa/authenticate/")):
        enter(page, home, address)
        page.locator("input[name=code]").fill(spare[0])
        page.locator(SUBMIT).first.click()
        page.wait_for_url(where)  # a spare code works once
        if not attempt:
            leave(page, home)


@pytest.fixture
def key(guide: Guide) -> Iterator[CDPSession]:
    """A key that lives in the browser and says yes to everything."""
    context: BrowserContext = guide.page.context
    session = context.new_cdp_session(guide.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    yield session
    session.send("WebAuthn.disable")


def test_a_passkey_from_end_to_end(guide: Guide, key: CDPSession, home: str, address: str) -> None:
    page = guide.page
    enter(page, home, address)
    page.wait_for_url("**/desk/**")
    page.goto(f"{home}/account/2fa/webauthn/add/")
    confirm(page)
    page.locator("input[name=name]").fill("Рабочий ноутбук")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("/2fa/(?!webauthn/add)"))

    guide.look_at(Stop(path=f"{home}/account/2fa/webauthn/"))
    expect(page.locator("main")).to_contain_text("Рабочий ноутбук")
    page.goto(f"{home}/account/2fa/webauthn/")
    edit = page.locator("main a[href*='/edit']").first.get_attribute("href")
    remove = page.locator("main a[href*='/remove']").first.get_attribute("href")
    guide.look_at(Stop(path=f"{home}{edit}"))
    guide.look_at(Stop(path=f"{home}{remove}"))
    leave(page, home)

    page.goto(f"{home}/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/desk/**")  # neither name nor password
    leave(page, home)
    enter(page, home, address)
    page.wait_for_url("**/2fa/authenticate/")
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url("**/desk/**")

    page.goto(f"{home}/account/reauthenticate/")
    page.goto(f"{home}{remove}")
    confirm(page)
    page.locator(SUBMIT).first.click()
    page.wait_for_url("**/2fa/**")
    leave(page, home)
    enter(page, home, address)
    page.wait_for_url("**/desk/**")
