"""The help button on a foreign site with a strict policy: found, read, judged, written; by keys, on a phone, by ear."""

import base64
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Route, expect

from tests.browser.foreign import foreign_site
from tests.browser.furnishing import Visitor
from tests.browser.house import House
from tests.portal.typing_in import TINY_PNG

expect.set_options(timeout=15_000)  # the first search of a process loads its dictionaries
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REFUND = """Деньги возвращаем в течение **четырнадцати дней**.

## Сроки

| Как платили | Когда придут |
|---|---|
| Картой | через 10 дней |

https://rutube.ru/video/0123456789abcdef0123456789abcdef/

Смотрите также [где сертификат](article:gde-sertifikat-foreign) и [сроки](#sroki).
"""
PHONE = {"width": 320, "height": 640}
IN_THE_PANEL = "() => document.querySelector('otklik-help').shadowRoot.activeElement?.{}"


@dataclass
class Guest:
    """A page of the foreign site and everything that went wrong on it."""

    site: str
    context: BrowserContext
    page: Page
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "the server responded with a status of 422" not in message.text:
            self.problems.append(message.text)

    def come(self, query: str = "") -> Locator:
        self.page.goto(f"{self.site}/?{query}")
        self.button.wait_for()
        return self.button

    @property
    def help(self) -> Locator:
        return self.page.locator("otklik-help")

    @property
    def button(self) -> Locator:
        return self.help.locator(".open")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def heading(self) -> Locator:
        return self.help.locator("h2#title")

    def search(self, words: str) -> None:
        self.help.locator("input[type=search]").fill(words)

    def focus(self, what: str = "id") -> Any:
        return self.page.evaluate(IN_THE_PANEL.format(what))

    def check_rules(self) -> None:
        """axe looks into the shadow; the foreign page's own sins are not ours."""
        self.page.evaluate(
            "document.getAnimations().concat(document.querySelector('otklik-help').shadowRoot.getAnimations())"
            ".forEach((one) => one.finish())"
        )
        rules = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
        found = self.page.evaluate("rules => axe.run('otklik-help', rules).then((found) => found.violations)", rules)
        self.problems += [
            f"{one['id']}: {node['html'][:120]} {node['failureSummary'][-200:]}"
            for one in found
            for node in one["nodes"]
        ]

    def left_nothing(self) -> bool:
        kept = "[document.cookie, localStorage.length, sessionStorage.length].join()"
        return self.context.cookies() == [] and self.page.evaluate(kept) == ",0,0"


@pytest.fixture(scope="module")
def site(house: House, visitors: dict[str, Visitor]) -> Iterator[str]:
    """A foreign site that the house has named, and something to read."""
    token = house.otklik("token", "create", "--user", "vera@gorizont.example").strip().split()[-1]
    with httpx.Client(base_url=f"{house.url}/api/v1", headers={"Authorization": f"Bearer {token}"}) as program:
        for article in (
            {"title": "Где сертификат?", "body": "В кабинете.", "slug": "gde-sertifikat-foreign"},
            {"title": "Как вернуть деньги?", "body": REFUND, "slug": "kak-vernut-foreign"},
            {"title": "How to get a refund?", "body": "In **ten** days.", "slug": "refund-foreign", "language": "en"},
            {"title": "Схема проезда", "body": "![Карта двора](file:map.png)", "slug": "shema-foreign"},
        ):
            made = program.post("/knowledge/articles", json=article).json()
            path = f"/knowledge/articles/{made['id']}"
            picture = {"name": "map.png", "content": base64.b64encode(TINY_PNG).decode()}
            program.post(f"{path}/files", json=picture).raise_for_status()
            program.post(f"{path}/publish", json={}).raise_for_status()
    with foreign_site(house.url) as address:
        name_sites(visitors["vera"], address)
        yield address
        name_sites(visitors["vera"])


def name_sites(admin: Visitor, *addresses: str) -> None:
    chosen = {"widget__position": "right", "widget__accent": "#1d5f96", "widget__theme": "host"}
    admin.made("/desk/settings/widget", chosen | {"widget__origins": "\n".join(addresses)})


@pytest.fixture
def guest(browser: Browser, site: str) -> Iterator[Callable[..., Guest]]:
    """Open the foreign site in a browser of one's own; nothing may have gone wrong at the end."""
    opened: list[Guest] = []

    def come(**options: Any) -> Guest:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}} | options)
        context.set_default_timeout(15_000)
        opened.append(Guest(site=site, context=context, page=context.new_page()))
        return opened[-1]

    yield come
    problems = [problem for one in opened for problem in one.problems]
    for one in opened:
        one.context.close()
    assert problems == []


def test_a_site_may_write_as_soon_as_it_is_named(house: House, site: str, visitors: dict[str, Visitor]) -> None:
    """Nobody can choose which process of the house answers: so many are asked, before and after."""
    named = "https://newly-named.example"

    def may_write() -> set[bool]:
        with httpx.Client(headers={"Origin": named}, limits=httpx.Limits(max_keepalive_connections=0)) as stranger:
            return {"<textarea" in stranger.get(f"{house.url}/widget/contact").text for _ in range(40)}

    assert may_write() == {False}
    name_sites(visitors["vera"], site, named)
    assert may_write() == {True}
    name_sites(visitors["vera"], site)


def test_search_read_judge_under_a_strict_policy(guest: Callable[..., Guest]) -> None:
    visitor = guest()
    visitor.come().click()

    expect(visitor.heading).to_have_text("Чем помочь?")
    visitor.search("вернуть деньги")
    visitor.help.get_by_role("link", name="Как вернуть деньги?").click()

    expect(visitor.heading).to_have_text("Как вернуть деньги?")
    expect(visitor.help.get_by_role("table")).to_contain_text("через 10 дней")
    video = visitor.help.get_by_role("link", name="Rutube")
    expect(video).to_have_attribute("target", "_blank")
    visitor.help.get_by_role("link", name="сроки", exact=True).click()
    assert "#" not in visitor.page.url
    visitor.help.get_by_role("button", name="Нет", exact=True).click()
    visitor.help.get_by_label("Чего не хватило").fill("Нет суммы")
    visitor.help.get_by_role("button", name="Сказать автору").click()
    expect(visitor.help.locator("#helpful")).to_contain_text("Спасибо")
    visitor.help.get_by_role("link", name="где сертификат").click()
    expect(visitor.heading).to_have_text("Где сертификат?")
    visitor.help.get_by_role("button", name="Назад").click()
    visitor.help.get_by_role("button", name="Назад").click()
    expect(visitor.help.locator("input[type=search]")).to_have_value("вернуть деньги")
    assert visitor.left_nothing()


def test_a_message_becomes_a_case_with_its_trail(
    guest: Callable[..., Guest], house: House, visitors: dict[str, Visitor]
) -> None:
    address = f"shop{time.time_ns()}@mail.example"
    visitor = guest()
    visitor.come("opens=contact")
    visitor.page.locator("#support").click()
    expect(visitor.heading).to_have_text("Написать человеку")
    visitor.help.locator("textarea[name=text]").fill("Как вернуть деньги?")
    visitor.help.locator("#suggested").get_by_role("link", name="Как вернуть деньги?").click()
    visitor.help.get_by_role("button", name="Вернуться к сообщению").click()
    visitor.help.locator("[name=email]").fill("no address")
    visitor.help.get_by_role("button", name="Отправить").click()
    expect(visitor.help.locator("[name=email]")).to_be_focused()
    expect(visitor.help.locator("textarea[name=text]")).to_have_value("Как вернуть деньги?")
    visitor.help.locator("[name=email]").fill(address)
    visitor.help.locator("[name=attachments]").set_input_files(
        {"name": "чек.txt", "mimeType": "text/plain", "buffer": "Оплачено".encode()}
    )
    visitor.help.get_by_role("button", name="Отправить").click()

    expect(visitor.heading).to_contain_text("№")
    number = re.search(r"\d+", visitor.heading.inner_text())
    assert number
    assert re.search(r"Ваш вопрос ведёт\n\w+ \w+\n", visitor.panel.inner_text())
    assert house.letter_to(address, holding=number.group())
    case = visitors["vera"].http.get(f"/desk/cases/{number.group()}/").text
    assert "Как вернуть деньги?" in case
    assert "чек.txt" in case
    assert visitor.left_nothing()


def test_a_house_that_does_not_answer_is_told_after_three_seconds(guest: Callable[..., Guest]) -> None:
    visitor = guest()
    waiting: list[Route] = []
    visitor.page.route("**/widget/?*", lambda route: waiting.append(route))  # noqa: PLW0108  (it wants a function)
    visitor.page.clock.install()
    visitor.come().click()
    visitor.page.clock.fast_forward(3_000)

    expect(visitor.help.get_by_role("status")).to_contain_text("От нас пока ничего не пришло")
    expect(visitor.help.get_by_role("status").locator("a[href^='mailto:']")).to_be_visible()
    waiting[0].continue_()
    expect(visitor.heading).to_have_text("Чем помочь?")
    expect(visitor.help.get_by_role("status")).to_have_text("")


@pytest.mark.parametrize("dies", [True, False])
def test_without_its_module_the_button_is_a_link(guest: Callable[..., Guest], dies: bool) -> None:  # noqa: FBT001
    visitor = guest()
    waiting: list[Route] = []
    visitor.page.route("**/portal/widget*.js", lambda route: route.abort() if dies else waiting.append(route))
    visitor.page.clock.install()
    visitor.page.goto(f"{visitor.site}/")
    visitor.page.clock.fast_forward(3_000)

    link = visitor.page.locator("[data-otklik-plain]")
    expect(link).to_have_attribute("href", re.compile("^mailto:"))
    expect(link).to_have_text("Помощь")
    if waiting:
        waiting[0].continue_()
        expect(visitor.button).to_be_visible()
        expect(link).to_have_count(0)
    visitor.problems.clear()


def test_a_letter_is_kept_nowhere_before_it_is_sent(
    guest: Callable[..., Guest], house: House, visitors: dict[str, Visitor]
) -> None:
    visitor = guest()
    asked: list[tuple[str, str]] = []
    visitor.page.on("request", lambda request: asked.append((request.url, request.post_data or "")))
    visitor.come("opens=contact")
    visitor.page.locator("#support").click()
    visitor.help.locator("textarea[name=text]").fill("Мой паспорт 4509 123456, вернуть деньги")
    visitor.help.locator("#suggested").get_by_role("link").first.wait_for()
    visitor.page.wait_for_timeout(2_500)
    visitor.help.get_by_role("button", name="Назад").click()
    visitor.search("4509 123456 нигде не сказано")
    visitor.page.wait_for_timeout(2_500)

    assert not [url for url, _body in asked if "4509" in url and "typing" not in url and "widget/search" not in url]
    assert not [url for url, _body in asked if "%D0%BF%D0%B0%D1%81%D0%BF%D0%BE%D1%80%D1%82" in url]
    assert not [url for url, _body in asked if url.endswith("/widget/seen")]
    assert "4509" not in visitors["vera"].http.get("/desk/knowledge/learning/").text


def test_this_solved_it_ends_without_a_message(guest: Callable[..., Guest]) -> None:
    visitor = guest()
    visitor.come("opens=contact&lang=en")
    visitor.page.locator("#support").click()
    visitor.help.locator("textarea[name=text]").fill("How do I get a refund?")
    visitor.help.locator("#suggested").get_by_role("link", name="How to get a refund?").click()

    visitor.help.get_by_role("button", name="This solved it").click()

    expect(visitor.heading).to_have_text("We are glad that it is solved")
    visitor.help.get_by_role("link", name="Write to a person").click()
    expect(visitor.help.locator("textarea[name=text]")).to_have_value("")


def test_by_keys_alone_and_the_focus_comes_back(guest: Callable[..., Guest]) -> None:
    visitor = guest()
    visitor.come()
    keys = visitor.page.keyboard
    visitor.page.locator("#own").focus()

    keys.press("Tab")
    assert visitor.focus("className") == "open"
    keys.press("Enter")
    visitor.help.locator("input[type=search]").wait_for()
    expect(visitor.button).to_have_attribute("aria-expanded", "true")
    assert visitor.focus() == "q"
    keys.insert_text("вернуть деньги")
    visitor.help.locator("#found").get_by_role("link", name="Как вернуть деньги?").wait_for()
    expect(visitor.help.get_by_role("status")).to_have_text(re.compile("стат"))
    keys.press("Tab")
    keys.press("Enter")
    expect(visitor.heading).to_have_text("Как вернуть деньги?")
    assert visitor.focus() == "title"
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(visitor.help.locator("input[type=search]")).to_be_focused()
    keys.press("Escape")

    expect(visitor.panel).to_be_hidden()
    assert visitor.focus("className") == "open"
    expect(visitor.button).to_have_attribute("aria-expanded", "false")
    visitor.page.locator("#support").focus()
    keys.press("Enter")
    keys.press("Escape")
    expect(visitor.page.locator("#support")).to_be_focused()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_is_a_sheet_on_a_phone_and_nothing_sticks_out(guest: Callable[..., Guest], language: str) -> None:
    visitor = guest(viewport=PHONE, has_touch=True, is_mobile=True)
    visitor.come(f"lang={language}&rtl").tap()
    visitor.heading.wait_for()
    visitor.page.evaluate(Axe().axe_script)

    box = visitor.panel.bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["y"]), round(box["width"]), round(box["height"])) == (0, 0, 320, 640)
    assert visitor.page.evaluate("document.querySelector('otklik-help').shadowRoot.querySelector(':modal') !== null")
    for step in ("#found a", ".person .button"):
        visitor.help.locator(step).first.tap()
        expect(visitor.help.get_by_role("button", name=re.compile("Назад|Back"))).to_be_visible()
        wide = "document.querySelector('otklik-help').shadowRoot.querySelector('.view')"
        assert visitor.page.evaluate(f"{wide}.scrollWidth <= {wide}.clientWidth")
        visitor.check_rules()
    visitor.help.get_by_role("button", name=re.compile("Закрыть|Close")).tap()
    expect(visitor.panel).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", ["#1d5f96", "#ffd500"])
def test_axe_is_silent_in_the_shadow(guest: Callable[..., Guest], scheme: str, accent: str) -> None:
    visitor = guest(color_scheme=scheme, reduced_motion="reduce")
    visitor.come(f"data=data-accent={accent.replace('#', '%23')}")
    visitor.page.evaluate(Axe().axe_script)
    visitor.check_rules()

    visitor.button.click()
    visitor.help.locator("#found a").first.wait_for()
    visitor.check_rules()
    visitor.search("погода на Марсе")
    expect(visitor.help.get_by_role("status")).not_to_be_empty()
    visitor.check_rules()
    visitor.search("")
    visitor.help.locator("#found a").first.click()
    visitor.help.locator("#helpful").wait_for()
    visitor.check_rules()
    visitor.help.locator(".person .button").click()
    visitor.help.locator("textarea[name=text]").wait_for()
    visitor.help.get_by_role("button", name="Отправить").click()
    visitor.help.locator(".error").first.wait_for()
    visitor.check_rules()


def test_forced_colours_keep_the_edges(guest: Callable[..., Guest]) -> None:
    visitor = guest(forced_colors="active")

    visitor.come()

    edge = "getComputedStyle(document.querySelector('otklik-help').shadowRoot.querySelector('.open')).borderColor"
    paper = "getComputedStyle(document.querySelector('otklik-help').shadowRoot.querySelector('.open')).backgroundColor"
    assert visitor.page.evaluate(edge) != visitor.page.evaluate(paper)


def test_the_site_chooses_by_data_and_css(guest: Callable[..., Guest]) -> None:
    visitor = guest()
    visitor.come("data=data-language=en data-position=left data-label=Ask data-theme=dark&lang=fr")

    expect(visitor.button).to_have_text("Ask")
    box = visitor.button.bounding_box()
    assert box is not None
    assert box["x"] < 100
    visitor.page.evaluate("document.documentElement.style.setProperty('--otklik-accent', 'rgb(1, 2, 3)')")
    expect(visitor.button).to_have_css("background-color", "rgb(1, 2, 3)")
    visitor.button.click()
    expect(visitor.heading).to_have_text("How can we help?")
    expect(visitor.panel).to_have_css("color-scheme", "dark")


def test_a_picture_is_shown_where_the_policy_lets_it_in(guest: Callable[..., Guest]) -> None:
    visitor = guest()
    visitor.come("csp=%3B img-src {house}").click()
    visitor.search("схема проезда")
    visitor.help.get_by_role("link", name="Схема проезда").click()

    picture = visitor.help.get_by_role("img", name="Карта двора")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("node => node.naturalWidth") > 0


def test_a_picture_that_the_policy_keeps_away_is_a_link(guest: Callable[..., Guest]) -> None:
    visitor = guest()
    visitor.come().click()
    visitor.search("схема проезда")
    visitor.help.get_by_role("link", name="Схема проезда").click()

    expect(visitor.help.get_by_role("link", name="Показать картинку: Карта двора")).to_have_attribute(
        "href", re.compile("/files/.+/map")
    )
    assert "Content Security Policy" in " ".join(visitor.problems)
    visitor.problems.clear()  # the site's own choice


def test_a_visit_is_kept_only_once_the_site_says_so(guest: Callable[..., Guest]) -> None:
    visitor = guest()
    visitor.come().click()
    visitor.heading.wait_for()
    assert visitor.left_nothing()

    visitor.page.evaluate("document.querySelector('otklik-help').remember()")

    kept = visitor.page.evaluate("sessionStorage.getItem('otklik-visit')")
    assert re.fullmatch("[0-9a-f]{32}", kept)
    visitor.come("next&data=data-remember")
    assert visitor.page.evaluate("sessionStorage.getItem('otklik-visit')") == kept
    assert visitor.context.cookies() == []


def test_without_scripts_the_link_leads_to_the_form(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)

    page.locator("#support").click()

    expect(page.locator("textarea[name=text]")).to_be_visible()
    context.close()


def test_when_we_are_away_it_says_so_and_shows_the_way(guest: Callable[..., Guest]) -> None:
    visitor = guest()
    visitor.come()
    visitor.context.route("**/widget/**", lambda route: route.abort())

    visitor.button.click()

    expect(visitor.help.get_by_role("status")).to_contain_text("нет связи")
    expect(visitor.help.get_by_role("link", name="Открыть все ответы")).to_have_attribute("href", re.compile("/help/"))
    expect(visitor.help.get_by_role("status").locator("a[href^='mailto:']")).to_be_visible()
    visitor.problems.clear()  # the browser itself says that the connection failed
