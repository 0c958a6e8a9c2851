"""The same path in English: the customer switches the language, the agent's desk is English by their own choice."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.furnishing import Visitor, path_in
from tests.browser.house import House, words

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]

CYRILLIC = re.compile("[А-Яа-яЁё]")


def test_a_matter_in_english(house: House, visit: Visit, visitors: dict[str, Visitor]) -> None:
    address = f"john{time.time_ns()}@mail.example"
    customer = visit().new_page()
    customer.goto("/contact/")
    customer.locator("button[name=language][value=en]").click()
    expect(customer.get_by_role("heading", level=1)).to_have_text("Write to us")
    customer.get_by_label("What happened").fill("I cannot open lesson three.")
    customer.locator("input[name=email]").fill(address)
    customer.get_by_role("button", name="Send", exact=True).click()
    customer.wait_for_url("**/contact/sent/**")

    taken = house.letter_to(address, holding="/case/")
    assert not CYRILLIC.search(re.sub("|".join(_names()), "", words(taken)))
    number = visitors["emma"].number_on(f"/desk/search?q={address}", r"/desk/cases/(\d+)/")
    agent = visit("emma", language="en").new_page()
    agent.goto(f"/desk/cases/{number}/")
    agent.get_by_role("textbox", name="Text of the answer").fill("John, lesson three is open again.")
    agent.get_by_role("button", name="Send", exact=True).click()
    house.letter_to(address, holding="lesson three is open")
    agent.get_by_role("link", name="Mark as solved").click()
    agent.locator("#solve textarea[name=summary]").fill("Lesson three opens again.")
    agent.get_by_role("button", name="Mark as solved and ask the customer").click()

    asked = house.letter_to(address, holding="/answer/")
    assert not CYRILLIC.search(re.sub("|".join(_names()), "", words(asked)))
    customer.goto(path_in(asked, "/answer/"))
    customer.get_by_role("radio", name="Yes, it is solved").check()
    customer.get_by_role("button", name="Send the answer").click()
    customer.wait_for_url("**/thanks")
    agent.goto(f"/desk/cases/{number}/")
    expect(agent.locator("#state")).to_contain_text("The customer is satisfied")


def _names() -> list[str]:
    """Names stay as they are in any language."""
    return ["Марина Щербакова", "Ольга Петрова", "Вера Орлова", "Марина", "Ольга", "Вера", "Отклик", "Горизонт"]
