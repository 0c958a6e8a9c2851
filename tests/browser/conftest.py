"""One house, one browser and one set of furniture for all browser tests of a process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.furnishing import Furniture, Visitor, furnish
from tests.browser.house import AGENTS, PASSWORD, House, running_house
from tests.browser.shelving import shelve

Visit = Callable[..., BrowserContext]
_ALL_BUT_MARINA_WRITE_MARKDOWN = """
from otklik.team.models import Agent
Agent.objects.filter(email__regex='^(olga|vera|emma)@').update(writes_markdown=True)
"""


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """`otklik up` with its agents, on free ports, with a mail server that catches what it sends."""
    folder: Path = tmp_path_factory.mktemp("house")
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    folder.parent.parent.chmod(0o755)
    with running_house(folder) as running:
        running.hire()
        running.inside(_ALL_BUT_MARINA_WRITE_MARKDOWN)
        yield running


@pytest.fixture(scope="session")
def visitors(house: House) -> Iterator[dict[str, Visitor]]:
    """Every agent, logged in once: plain HTTP for what a test needs around what it is about."""
    known = {address.partition("@")[0]: Visitor(house.url, address) for address in AGENTS}
    known["emma"].read_in("en")
    yield known
    for visitor in known.values():
        visitor.http.close()


@pytest.fixture(scope="session")
def furniture(house: House, visitors: dict[str, Visitor], shelves: None) -> Furniture:
    return furnish(house, visitors)


@pytest.fixture(scope="session")
def shelves(house: House, visitors: dict[str, Visitor]) -> None:
    """A help centre with something to read."""
    shelve(house)


@pytest.fixture
def visit(browser: Browser, house: House, visitors: dict[str, Visitor]) -> Iterator[Visit]:
    """Open a browser of one's own: ``visit()`` for a customer, ``visit("olga")`` for an agent who is logged in."""
    opened: list[BrowserContext] = []

    def open_for(agent: str = "", *, language: str = "ru", **options: Any) -> BrowserContext:
        chosen = {"viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce"} | options
        context = browser.new_context(base_url=house.url, locale=f"{language}-{language.upper()}", **chosen)
        context.set_default_timeout(30_000)
        if agent:
            context.add_cookies(visitors[agent].cookies())
        opened.append(context)
        return context

    yield open_for
    for context in opened:
        context.close()


@pytest.fixture
def context(visit: Visit) -> BrowserContext:
    """A fresh visitor, Russian unless a test says otherwise."""
    return visit()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def log_in(page: Page, address: str = "marina@gorizont.example") -> None:
    """Through the log-in page, as a person does."""
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/desk/**")
