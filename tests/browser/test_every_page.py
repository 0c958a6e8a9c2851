"""Every page, in both languages and themes, wide and narrow: axe and the console are silent, nothing sticks out."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLResolver, get_resolver, resolve, reverse
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.browser.conftest import Visit
from tests.browser.every_page import NO_PAGE, TOURS, Stop
from tests.browser.furnishing import Furniture, Visitor
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("pages")]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
LOOKS = {"ru": (1280, 860), "en": (320, 700)}
"""One language is looked at on a desk, the other on a phone."""
NARROW = {"ru": (1280, 640, 320), "en": (320,)}  # 640 is 1280 at 200 %; 320 is the smallest phone, or 400 %
MACHINE_WORDS = re.compile(
    r"Otklik|Отклик|English|Markdown|API|Webhooks?|URL|IMAP|SMTP|Ctrl|Alt|Shift|Esc|Enter|E-mail|\.eml|TOTP"
    r"|OpenID Connect|CSAT|NPS|CES|SERVQUAL|QR|Telegram|MAX"
    r"|[\w.+-]+@[\w.-]+|https?://\S+|\S+\.example\b|[a-z]+\.[a-z_.*]+|Emma( Lind)?|HTML|JSON|PDF|CSV|XLSX|Europe/\w+"
)

LOOK_AROUND = """() => {
  const page = document.documentElement;
  const seen = (node) => node.checkVisibility({visibilityProperty: true}) && !node.closest('[aria-hidden=true]');
  const ours = (node) => seen(node) && node.closest('[lang]') === page && !node.closest('kbd, code, pre')
    && !node.querySelector('[lang]');
  const all = (selector) => [...document.querySelectorAll(selector)];
  const spoken = all('button, label, legend, summary, th, dt, h1, h2, h3, a.btn, nav a, .skip, .error').filter(ours);
  const named = all('[aria-label], [placeholder]').filter(ours);
  const skip = document.querySelector('a.skip');
  return {
    lang: page.lang, title: document.title, h1: all('h1').filter(seen).length, face: page.dataset.face,
    skip: Boolean(skip && document.querySelector(skip.getAttribute('href'))),
    person: all('a[href^="/contact/"], a[href^="mailto:"], a[href^="tel:"]').length > 0,
    words: [...spoken.map((node) => node.innerText), ...named.map((node) => node.ariaLabel ?? node.placeholder)],
  };
}"""
AT_REST = """(theme) => {
  const page = document.documentElement;
  if (theme === 'dark') {  // Chromium forgets to inherit a new light-dark() colour until it draws anew
    page.style.display = 'none';
    page.getBoundingClientRect();
    page.style.display = '';
    page.getBoundingClientRect();
  }
  document.getAnimations().forEach((one) => one.effect.getTiming().iterations === Infinity || one.finish());
}"""
VIOLATIONS = """(rules) => axe.run({runOnly: rules, resultTypes: ['violations']}).then((found) => found.violations)"""
WIDE = """() => new Promise((tell) => requestAnimationFrame(
  () => tell(document.scrollingElement.scrollWidth)))"""
STICKING_OUT = """(width) => [...document.querySelectorAll('body *')]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > width + 1)
  .slice(-3).map((node) => node.outerHTML.slice(0, 120))"""


class Guide:
    """Walks through stops and writes down what is wrong."""

    def __init__(self, context: BrowserContext, language: str) -> None:
        self.page: Page = context.new_page()
        self.language = language
        self.problems: list[str] = []
        self.here = ""
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self._say(f"error of a script: {error}"))

    def _say(self, text: str) -> None:
        self.problems.append(f"{self.language} {self.here}: {text}")

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "the server responded with a status of" not in message.text:
            self._say(f"the console says {message.text}")

    def look_at(self, stop: Stop) -> None:
        self.here = stop.path
        self.page.set_viewport_size(dict(zip(("width", "height"), LOOKS["ru"], strict=True)))  # type: ignore[arg-type]
        self.page.emulate_media(color_scheme="light")
        answer = self.page.goto(stop.path)
        if stop.act:
            self.here += " (after)"
            try:
                stop.act(self.page)
            except Exception as error:  # noqa: BLE001 - the tour goes on and tells everything at the end
                self._say(f"{type(error).__name__} {str(error)[:300]}")
                return
        elif answer is not None and answer.status != stop.status:
            self._say(f"answered {answer.status}")
        self._check_words()
        self.page.evaluate(Axe().axe_script)
        for width in NARROW[self.language]:
            self._check_width(width)
        self._check_rules("light", {"type": "tag", "values": TAGS})
        if self.language == "ru":  # a colour is the same in every language
            self._check_rules("dark", {"type": "rule", "values": COLOURS})

    def _check_words(self) -> None:
        found = self.page.evaluate(LOOK_AROUND)
        expected = {"lang": self.language, "h1": 1, "skip": True}
        for name, value in expected.items():
            if found[name] != value:
                self._say(f"{name} is {found[name]}")
        if not found["title"].strip(" ·"):
            self._say("has no title")
        if found["face"] == "portal" and not self.here.startswith("/account/") and not found["person"]:
            self._say("has no way to a person")
        if self.language == "ru":
            for text in sorted({text for text in found["words"] if is_english(text)}):
                self._say(f"is not Russian: {text!r}")

    def _check_width(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": LOOKS[self.language][1]})
        wide = self.page.evaluate(WIDE)
        if wide > width:
            self._say(f"is {wide} px wide at {width}: {self.page.evaluate(STICKING_OUT, width)}")

    def _check_rules(self, theme: Literal["light", "dark"], rules: dict[str, Any]) -> None:
        width, height = LOOKS[self.language]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=theme)
        self.page.evaluate(AT_REST, theme)
        found = self.page.evaluate(VIOLATIONS, rules)
        for one in found:
            places = "; ".join(f"{node['html'][:160]} {node['failureSummary'][-160:]}" for node in one["nodes"][:3])
            self._say(f"{theme} {one['id']} ({one['help']}) ×{len(one['nodes'])}: {places}")


def is_english(text: str) -> bool:
    """Whether a screen text has English words and no Russian ones."""
    left = MACHINE_WORDS.sub("", text)
    return bool(re.search("[A-Za-z]{3,}", left)) and not re.search("[А-Яа-яЁё]", left)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("tour", TOURS)
def test_every_page_is_open_to_everyone(visit: Visit, furniture: Furniture, tour: str, language: str) -> None:
    stops = TOURS[tour](furniture)
    agent = {"ru": "vera", "en": "emma"}[language]
    guides = {
        is_agent: Guide(visit(agent if is_agent else "", language=language), language) for is_agent in (True, False)
    }

    for stop in stops:
        guides[stop.is_agent].look_at(stop)

    assert sorted({*guides[True].problems, *guides[False].problems}) == []


def named_addresses(resolver: URLResolver, space: str = "", above: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Names of addresses, each with values for its parameters."""
    for one in resolver.url_patterns:
        names = (*above, *one.pattern.converters, *one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            yield from named_addresses(one, f"{space}{one.namespace}:" if one.namespace else space, names)
        elif one.name:
            yield f"{space}{one.name}", dict.fromkeys(names, "1")


def test_no_page_is_forgotten(furniture: Furniture, visitors: dict[str, Visitor]) -> None:
    visited = {
        resolve(stop.path.partition("?")[0]).view_name for tour in TOURS.values() for stop in _known(tour(furniture))
    }
    forgotten = []

    for name, parameters in named_addresses(get_resolver()):
        if name in visited or name in NO_PAGE or name.startswith("api:"):
            continue
        if answers_get(visitors["vera"].http, reverse(name, kwargs=parameters)):
            forgotten.append(name)

    assert forgotten == []


def _known(stops: list[Stop]) -> list[Stop]:
    return [stop for stop in stops if "no-such-page" not in stop.path]


def answers_get(http: httpx.Client, path: str) -> bool:
    return http.get(path).status_code != httpx.codes.METHOD_NOT_ALLOWED


def test_files_open_without_a_cookie_and_never_in_the_page(house: House, furniture: Furniture) -> None:
    answer = httpx.get(house.url + furniture.file)

    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
