"""No Russian of ours on English pages, no English of ours on Russian ones: every address, without a browser."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import polib
import pytest

import otklik
from otklik.foundation.modules import modules
from tests.browser.every_page import TOURS, Stop
from tests.browser.furnishing import Furniture, Visitor
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("house")]

CYRILLIC = re.compile("[А-Яа-яЁё]{3,}")
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-confirm", "aria-roledescription", "value")
SILENT = {"script", "style", "code", "pre", "kbd", "textarea"}
VOID = set("area base br col embed hr img input link meta source track wbr path use".split())  # noqa: SIM905
EVERYWHERE = {"русский", "отклик", "синхрофазотрон"}
"""Names that stay as they are in any language, and what is searched for on a stop."""
STORED = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND "
                   "data_type IN ('text', 'character varying', 'jsonb', 'ARRAY') "
                   "AND table_name NOT LIKE 'procrastinate%'")
    for table, column in cursor.fetchall():
        cursor.execute(f'SELECT DISTINCT "{column}"::text FROM "{table}" WHERE "{column}"::text ~ %s', ["[А-яЁё]"])
        print(*(text for (text,) in cursor.fetchall()))
"""


class Words(HTMLParser):
    """What a page says in its own language: texts and spoken attributes, not what is marked as another's."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.language = ""
        self._quiet: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "html":
            self.language = known.get("lang") or ""
        is_quiet = self._is_quiet or tag in SILENT or (tag != "html" and "lang" in known)
        if not is_quiet:
            is_button = tag == "input" and known.get("type") in {"submit", "button"}
            names = SPOKEN if is_button else SPOKEN[:-1]
            self.said += [value for name in names if (value := known.get(name))]
        if tag not in VOID:
            self._quiet.append(is_quiet)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._quiet:
            self._quiet.pop()

    def handle_data(self, data: str) -> None:
        if not self._is_quiet and data.strip():
            self.said.append(" ".join(data.split()))

    @property
    def _is_quiet(self) -> bool:
        return bool(self._quiet and self._quiet[-1])


def pages(visitor: Visitor, furniture: Furniture, language: str) -> Iterator[tuple[str, list[str]]]:
    """Path and words of each page that needs nothing to be done there."""
    visitor.http.get("/account/logout/")  # shows what was said while they still read in another language
    stops: Iterable[Stop] = (stop for tour in TOURS.values() for stop in tour(furniture) if stop.act is None)
    with httpx.Client(base_url=visitor.http.base_url, timeout=60, cookies={"django_language": language}) as stranger:
        for stop in stops:
            answer = (visitor.http if stop.is_agent else stranger).get(stop.path, follow_redirects=True)
            page = Words(answer.text)
            if page.language == language:  # an article has the language of its address, whatever the reader chose
                yield stop.path, page.said


@pytest.fixture(scope="module")
def stored(house: House, furniture: Furniture) -> set[str]:
    """Every Russian word of the house's data; a name cut by an ellipsis is known by its beginning."""
    return {word.lower() for word in CYRILLIC.findall(house.inside(STORED))} | of_rules() | EVERYWHERE


def of_rules() -> set[str]:
    """Words that rules of the house begin with, such as phrases in which a mood is heard: shown to be changed."""
    said = [str(policy.default) for module in modules() for policy in module.policies]
    return {word.lower() for word in CYRILLIC.findall(" ".join(said))}


def test_english_pages_say_nothing_in_russian(
    furniture: Furniture, visitors: dict[str, Visitor], stored: set[str]
) -> None:
    strays = {
        (word, path)
        for path, said in pages(visitors["emma"], furniture, "en")
        for text in said
        for word in map(str.lower, CYRILLIC.findall(text))
        if word not in stored
    }

    assert not strays, sorted(strays)


def test_russian_pages_leave_no_message_untranslated(furniture: Furniture, visitors: dict[str, Visitor]) -> None:
    known = msgids()

    strays = {
        (text, path)
        for path, said in pages(visitors["vera"], furniture, "ru")
        for text in said
        if text in known and not path.startswith("/ui/")
    }

    assert not strays, sorted(strays)


def msgids() -> set[str]:
    """English messages that read otherwise in Russian."""
    catalogues: list[Any] = [polib.pofile(str(path)) for path in Path(otklik.__file__).parent.rglob("*.po")]
    known = {entry.msgid for po in catalogues for entry in po if entry.msgstr and entry.msgstr != entry.msgid}
    assert "Held letters" in known
    return known


def test_the_reader_of_pages_hears_what_is_said() -> None:
    page = '<html lang="en"><p title="Привет">Один<br><b lang="ru">Два</b><script>Три</script></p><i>Четыре</i></html>'

    assert Words(page).said == ["Привет", "Один", "Четыре"]
    assert Words(page).language == "en"
