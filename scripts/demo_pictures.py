"""Draw the pictures of the demo's help articles: each SVG in ``demo/articles/pictures`` as a PNG beside it.

Run: ``.venv/bin/python scripts/demo_pictures.py`` (needs Chromium). Letters are those of our own typeface.
"""

import base64
import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

SOURCE = Path(__file__).resolve().parent.parent / "src/otklik"
PICTURES = SOURCE / "demo/articles/pictures"
FONTS = SOURCE / "ui/static/ui/fonts"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
RANGES = {"cyrillic": "U+0400-04FF, U+2116", "latin": "U+0000-00FF, U+2000-206F"}
COLOURS, HEAVIEST = 64, 30_000


def main() -> int:
    if CHROMIUM is None:
        sys.stderr.write("Chromium is missing: apt install chromium\n")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(device_scale_factor=1.5)
        for svg in sorted(PICTURES.glob("*.svg")):
            page.set_content(f"<style>{_faces()} body {{ margin: 0 }}</style>{svg.read_text(encoding='utf-8')}")
            page.evaluate("document.fonts.ready")
            target = svg.with_suffix(".png")
            target.write_bytes(_small(page.locator("svg").screenshot()))
            sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")
            if target.stat().st_size > HEAVIEST:
                raise SystemExit(f"{target.name} is heavier than {HEAVIEST} bytes: draw less")
        browser.close()
    return 0


def _faces() -> str:
    return "".join(
        f"@font-face {{ font-family: Onest; font-weight: 100 900; unicode-range: {span};"
        f" src: url(data:font/woff2;base64,{_base64(f'onest-{script}-wght-normal.woff2')}) }}"
        for script, span in RANGES.items()
    )


def _base64(name: str) -> str:
    return base64.b64encode((FONTS / name).read_bytes()).decode()


def _small(png: bytes) -> bytes:
    target = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS).save(target, "PNG", optimize=True)
    return target.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
