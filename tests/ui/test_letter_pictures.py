"""Letters as pictures, in both themes: what only a real browser can prove."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.ui.test_letters import page as letter_page

FACE = Path(__file__).resolve().parents[2] / "src" / "otklik" / "ui" / "static" / "ui" / "people" / "marina.png"
PAPER = {"light": "rgb(250, 249, 246)", "dark": "rgb(18, 20, 24)"}
INK = {"light": "rgb(26, 33, 43)", "dark": "rgb(236, 234, 231)"}
WORDS = (
    "Курьер передал книгу в **12:20**.\n\n"
    + "Оченьдлинноеслово" * 12
    + "\n\n> цитата\n\n- раз\n- [два](https://a.example/)"
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 640])
def test_a_letter_follows_the_theme_and_never_scrolls_sideways(browser: Browser, theme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(letter_page(words=WORDS))

    look = "element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("body").evaluate(look)[0] == PAPER[theme]
    for inked in page.locator("h1, li, p.o-ink").all():
        assert inked.evaluate(look)[1] == INK[theme]
    twins = [one.bounding_box() for one in page.locator("a.o-pair").all()]
    assert all(box and box["height"] >= 44 for box in twins)
    if width == 320:
        assert all(box and box["width"] > 220 for box in twins)
    assert asked == []
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
    page.evaluate(Axe().axe_script)
    found = page.evaluate("rules => axe.run(rules)", rules)
    assert [one["id"] for one in found["violations"]] == []
    if folder := os.environ.get("OTKLIK_PICTURES"):
        page.screenshot(path=f"{folder}/letter-{width}-{theme}.png", full_page=True)
    context.close()
