"""In a real browser: the line that ends a letter is read, changed and sent, by both ways to solve a case."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from otklik.cases.closing import Happened, own_words
from otklik.foundation.actors import Role
from otklik.reach.models import Message
from tests.building import make_agent, make_case
from tests.figures.test_browser import come, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MORE = {"ru": "Другие способы отправить", "en": "Other ways to send"}
SOLVE = {"ru": "Отправить и отметить решённым", "en": "Send and mark as solved"}


@pytest.mark.parametrize(("language", "width", "scheme"), [("ru", 320, "dark"), ("en", 1440, "light")])
def test_the_line_stands_beside_the_way_to_solve(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, language: str, width: int, scheme: str
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    case = make_case(owner=vera)
    page = come(browser, live_server, vera, language, viewport={"width": width, "height": 900}, color_scheme=scheme)

    page.goto("/desk/settings/closings")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"/desk/cases/{case.pk}/?do=solve")
    expect(page.locator("#solve_closing")).to_have_value(own_words(Happened.FIRST, "ru"))
    assert faults(page) == []
    page.goto(f"/desk/cases/{case.pk}/")
    page.locator("[data-visual], #reply").first.click()
    page.keyboard.type("Книга у вас.")
    page.get_by_role("button", name=MORE[language]).click()
    expect(page.locator("#closing")).to_have_value(own_words(Happened.FIRST, "ru"))
    assert faults(page) == []
    page.locator("#closing").fill("До новых книг!")
    page.get_by_role("button", name=SOLVE[language]).click()

    expect(page.locator(".letter", has_text="До новых книг!")).to_have_count(1)
    assert Message.objects.filter(direction="out").latest("pk").text.endswith("До новых книг!")
    page.context.close()
