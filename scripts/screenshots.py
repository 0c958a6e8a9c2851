"""Real pictures for the README: starts the demo company in a temporary folder and photographs its pages.

Run: ``.venv/bin/python scripts/screenshots.py`` (needs Chromium).
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def main() -> int:
    if CHROMIUM is None:
        print("Chromium is missing: apt install chromium", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="otklik-pictures-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        command = [
            sys.executable,
            "-m",
            "otklik.cli",
            "up",
            "--demo",
            "--port=0",
            "--smtp-port=0",
            f"--data-dir={name}",
        ]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("OTKLIK_")}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            block = _block(process)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
                photograph(browser, block)
                browser.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
    return 0


def _block(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    block = ""
    for line in process.stdout:
        block += line
        if "Ctrl-C" in line:
            return block
    raise RuntimeError(f"the demo did not start: {block}")


def photograph(browser: Browser, block: str) -> None:
    url = _found(r"http://\S+?(?=/?\s)", block)
    email, password = _found(r"\S+@gorizont\.example", block), _found(r"(?:password|пароль)\s*:?\s*(\S+)", block)
    for theme in ("light", "dark"):
        desk = browser.new_page(base_url=url, viewport=DESK, color_scheme=theme, locale="ru-RU")
        desk.goto("/account/login/")
        desk.fill("input[name=login]", email)
        desk.fill("input[name=password]", password)
        desk.press("input[name=password]", "Enter")
        desk.wait_for_url("**/desk/**")
        desk.goto("/desk/?view=open")
        shoot(desk, f"inbox-{theme}")
        desk.locator("main a[href^='/desk/cases/']").first.click()
        desk.wait_for_url("**/desk/cases/**")
        desk.locator(".articles > li").first.wait_for()
        shoot(desk, f"case-{theme}")
        for path, name in (("/", "portal"), ("/contact/", "contact"), ("/help/", "help")):
            visitor = browser.new_page(base_url=url, viewport=DESK, color_scheme=theme, locale="ru-RU")
            visitor.goto(path)
            shoot(visitor, f"{name}-{theme}")
        shoot(first_article(browser, url, theme), f"article-{theme}")
        shoot(suggesting(browser, url, theme), f"search-{theme}")
        for pattern, name in ((r"/case/\S+", "portal-case"), (r"/answer/\S+", "answer")):
            visitor = browser.new_page(base_url=url, viewport=DESK, color_scheme=theme, locale="ru-RU")
            visitor.goto(_found(pattern, block))
            shoot(visitor, f"{name}-{theme}")
    phone = browser.new_page(base_url=url, viewport=PHONE, locale="ru-RU")
    phone.goto("/")
    shoot(phone, "portal-phone")


def first_article(browser: Browser, url: str, theme: Literal["light", "dark"]) -> Page:
    """What is read most, opened from the start of the help centre."""
    page = browser.new_page(base_url=url, viewport=DESK, color_scheme=theme, locale="ru-RU")
    page.goto("/help/")
    page.locator(".answers a").first.click()
    page.wait_for_url("**/help/*")
    return page


def suggesting(browser: Browser, url: str, theme: Literal["light", "dark"]) -> Page:
    """The search while somebody types."""
    page = browser.new_page(base_url=url, viewport=DESK, color_scheme=theme, locale="ru-RU")
    page.goto("/")
    page.locator("#q").press_sequentially("вернуть деньги")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    return page


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.IGNORECASE)
    if found is None:
        raise LookupError(f"the demo says nothing like {pattern}")
    return found.group(found.lastindex or 0)


def shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(400)
    page.screenshot(path=str(TARGET / f"{name}.png"))


if __name__ == "__main__":
    sys.exit(main())
