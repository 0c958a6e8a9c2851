"""A page of ours as PDF, by WeasyPrint where the house has it (``otklik[pdf]``) and the libraries of Pango with it.

Nothing is fetched: what a page refers to is left out, but for our own fonts, which stand in the file.
"""

import logging
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal

LIBRARIES: Final = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
"""What Debian and Ubuntu call what WeasyPrint needs of the system."""
_LARGEST: Final = 2_000_000
"""Characters of a page: some four hundred sheets, and twenty seconds of one processor."""
_FONTS: Final = {
    "Onest Cyrillic": ("onest-cyrillic-wght-normal", "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116"),
    "Onest Latin": ("onest-latin-wght-normal", "U+0000-00FF, U+0131, U+0152-0153, U+2000-206F, U+20AC, U+2190-2215"),
    "Onest Rouble": ("onest-rouble-wght-normal", "U+20BD"),
}
"""A family for each file: WeasyPrint draws letters of one file by places of another when they bear one name."""
_PAPER: Final = """
    @page { size: A4; margin: 18mm 18mm 20mm; @bottom-right { content: counter(page) " / " counter(pages);
        font: 9pt FAMILY; color: #555 } }
    :root, body { font-family: FAMILY }
""".replace("FAMILY", ", ".join([*(f'"{name}"' for name in _FONTS), "sans-serif"]))


def why_no_pdf() -> str:
    """'' where PDFs can be made; else ``not_installed`` or ``no_libraries``."""
    found = _weasyprint()
    return found if isinstance(found, str) else ""


def pdf_of(html: str, *, css: str) -> bytes:
    """The page on A4 in our own font, with its style sheet and numbered sheets.

    Raises ``Refusal('no_pdf_here')`` where it cannot be made, and ``Refusal('too_long_for_pdf')``.
    """
    weasyprint = _weasyprint()
    if isinstance(weasyprint, str):
        raise Refusal(
            "no_pdf_here", _("PDF files are not set up here. Save the page as PDF with your browser: Ctrl P.")
        )
    if len(html) > _LARGEST:
        raise Refusal(
            "too_long_for_pdf", _("This is too long for a PDF here. Save it as PDF with your browser: Ctrl P.")
        )
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it warns of each rule of CSS that paper knows not
    fetcher = _fetcher(weasyprint)
    fonts = import_module(f"{weasyprint.__name__}.text.fonts").FontConfiguration()
    sheet = weasyprint.CSS(string=f"{_faces()}{css}{_PAPER}", url_fetcher=fetcher, font_config=fonts)
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    made: bytes = page.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_tags=True)
    return made


@cache
def _weasyprint() -> ModuleType | str:
    """The library, loaded when it is first needed (a second, 40 MB), or why it is not there."""
    pictures: Any = import_module("PIL.ImageFile")
    torn = pictures.LOAD_TRUNCATED_IMAGES
    try:
        return import_module("weasyprint")
    except ImportError:
        return "not_installed"
    except OSError:  # cffi finds no Pango
        return "no_libraries"
    finally:
        pictures.LOAD_TRUNCATED_IMAGES = torn  # it lets torn pictures pass in the whole process, ours included


def _faces() -> str:
    rule = "@font-face {{ font-family: '{}'; font-weight: 100 900; src: url(otklik:{}); unicode-range: {} }}"
    return "".join(rule.format(name, *about) for name, about in _FONTS.items())


def _fetcher(weasyprint: ModuleType) -> Any:
    urls = import_module(f"{weasyprint.__name__}.urls")
    files = {file for file, _letters in _FONTS.values()}

    class OurFonts(urls.URLFetcher):  # type: ignore[misc, name-defined]  # it is loaded only here
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix("otklik:")
            path = finders.find(f"ui/fonts/{name}.woff2") if name in files else None
            if path is None:
                raise ValueError(url)
            return urls.URLFetcherResponse(url, body=Path(path).read_bytes(), headers={"Content-Type": "font/woff2"})

    return OurFonts()
