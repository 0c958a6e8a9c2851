"""In a real browser: axe finds nothing, nothing scrolls sideways at 320 px, in both themes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from otklik.cases.actions import note, reply
from otklik.foundation.actors import Role
from tests.building import acting, arrive, make_agent, make_case, make_inbox
from tests.desk.visiting import desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
PAGES = [
    "held/", "undelivered/", "customers/", "customers/{pk}/", "customers/{pk}/edit", "customers/{pk}/erase",
    "customers/{pk}/merge",
    "organizations/", "organizations/new", "alerts/", "team/", "audit/", "me/", "settings/company", "settings/rules",
    "settings/inboxes/new", "settings/teams/", "settings/teams/new", "settings/calendars/new", "settings/agents/",
    "standards/new", "settings/macros/new", "settings/facts/new", "settings/tokens/",
]  # fmt: skip
SCROLLING = """() => [...document.querySelectorAll('.scroll-x:has(> [data-cards])')]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.getAttribute('aria-label'))"""


def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    make_inbox()
    arrive(b"\x00\xff broken letter")
    case = make_case(owner=vera)
    reply(case=case, actor=acting(vera), text="Отправили")
    note(case=case, actor=acting(make_agent()), text="@Вера посмотрите")
    session = desk(vera).cookies[settings.SESSION_COOKIE_NAME].value
    problems: list[str] = []

    for theme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 320, "height": 700}, locale="ru-RU")
        context.add_cookies(
            [
                {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url},
                {"name": "otk_theme", "value": theme, "url": live_server.url},
            ]
        )
        page = context.new_page()
        for address in (one.format(pk=case.customer_id) for one in PAGES):
            answer = page.goto(f"{live_server.url}/desk/{address}")
            assert answer is not None
            width = page.evaluate("document.documentElement.scrollWidth")
            found = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(page).response["violations"]]
            problems += [f"{theme} {address} {one}" for one in found]
            problems += [f"{address} is {width} px wide"] if width > 320 else []
            problems += [f"{address}: {name} scrolls sideways" for name in page.evaluate(SCROLLING)]
            problems += [f"{address} answered {answer.status}"] if answer.status != 200 else []
            problems += [f"{address} led to {page.url}"] if not page.url.endswith(f"/desk/{address}") else []
        context.close()

    assert sorted(set(problems)) == []
