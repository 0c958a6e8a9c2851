"""In a real browser: how standards are kept, one of them step by step, and the cases behind it, without a fault."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from otklik.cases.actions import confirm_satisfaction, mark_solved, skip_step, tick_step
from otklik.standards.actions import Words
from tests.building import acting, customer_actor, fresh, make_case, make_lead, make_standard
from tests.figures.test_browser import come, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADINGS = {"ru": "Как соблюдаются стандарты", "en": "How standards are kept"}


@pytest.mark.parametrize(("language", "width", "scheme"), [("ru", 320, "dark"), ("en", 1440, "light")])
def test_from_all_standards_to_one_and_to_its_cases(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, language: str, width: int, scheme: str
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    lead = make_lead()
    name = "Посылка повреждена в пути, и клиент ждёт замены к началу учебного года"
    make_standard(name, words=Words(how=["Извинились", "Назвали час"]), case_kind="complaint")
    case = make_case(owner=lead, kind="complaint")
    tick_step(case=case, number=1, actor=acting(lead))
    skip_step(case=case, number=2, because="Клиент не просил", actor=acting(lead))
    mark_solved(case=fresh(case), actor=acting(lead), summary="Сделано")
    confirm_satisfaction(case=fresh(case), actor=customer_actor(case))
    page = come(browser, live_server, lead, language, viewport={"width": width, "height": 900}, color_scheme=scheme)

    for look in ("/desk/standards/figures/", "/desk/figures/?measure=standards_kept&by=standard"):
        page.goto(look)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/desk/standards/figures/")
    expect(page.locator("h1")).to_have_text(HEADINGS[language])
    page.get_by_role("link", name=name).click()
    expect(page.locator("h1")).to_contain_text(name)
    assert faults(page) == []
    page.go_back()
    page.locator("td[data-name] a").first.click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert faults(page) == []
    page.context.close()
