"""A folder of Markdown: one file an article, its properties in front of the words, its pictures beside it.

    ru/vozvrat.md               +++ (TOML) or --- (YAML) around title, section, questions, audience, owner…
    ru/vozvrat.draft.md         a draft over it: ``draft_over = true`` and the words
    ru/vozvrat.files/chek.png   what ``![…](file:chek.png)`` shows; a relative ``![…](../img/a.png)`` works too
    sections.toml               the shelves, if they need more than a title

The language is the first folder's name when it is one, else what stands in front of the words.
"""

import posixpath
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.knowledge.adapters.imported import ImportedArticle, ImportedSection, ImportRefused, Wrong, decoded
from otklik.knowledge.adapters.links import Page
from otklik.knowledge.addresses import slug_of

SECTIONS = "sections.toml"
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_YAML = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"\A\s*# +(.+?)\s*#*\s*(?:\n|\Z)")
_ADDRESS = re.compile(r"[a-z0-9][a-z0-9_-]*")
_NOT_SHOWN = ("draft", "archived", "draft_over")
_NO_ARTICLES = {"readme", "license", "changelog"}


def pages_in_folder(files: Mapping[str, bytes]) -> tuple[list[Page], list[ImportedSection]]:
    """Articles and sections of ``path → bytes``, their links still as they are written.

    Raises ``ImportRefused`` with every file that cannot be read.
    """
    wrong: list[Wrong] = []
    pages: list[Page] = []
    for path in sorted(files):
        stem = posixpath.basename(path).rpartition(".")[0].lower()
        if path.lower().endswith((".md", ".markdown")) and stem not in _NO_ARTICLES:
            _try(wrong, lambda path=path: pages.append(Page(path=path, article=_article(path, files))))  # type: ignore[misc]
    sections: list[ImportedSection] = []
    if SECTIONS in files:
        _try(wrong, lambda: sections.extend(_sections(files[SECTIONS])))
    if wrong:
        raise ImportRefused(wrong)
    return pages, sections


def _try(wrong: list[Wrong], step: Callable[[], Any]) -> None:
    try:
        step()
    except ImportRefused as refused:
        wrong.extend(refused.wrong)


# ── One file ──────────────────────────────────────────────────────────────────────────────
def _article(path: str, files: Mapping[str, bytes]) -> ImportedArticle:
    text = decoded(files[path], where=path).replace("\r\n", "\n")
    front, body = _apart(text, path)
    folders = path.split("/")[:-1]
    stem = posixpath.basename(path).rpartition(".")[0]
    language = _said(front, "language", "lang", "locale")
    if folders and folders[0] in dict(settings.LANGUAGES):
        language, folders = language or folders[0], folders[1:]
    title = _said(front, "title")
    if not title and (found := _TITLE.match(body)):
        title, body = found[1], body[found.end() :].lstrip("\n")
    section = _list(front.get("section", folders))
    return ImportedArticle(
        where=path,
        title=title or stem.replace("-", " "),
        body=body,
        summary=_said(front, "summary", "description"),
        external_id=_said(front, "id", "external_id"),
        source=_said(front, "source"),
        slug=_said(front, "slug") or (stem if _ADDRESS.fullmatch(stem) else slug_of(stem)),
        section=[part.strip() for part in section[0].split(" / ")] if len(section) == 1 else section,
        language=language,
        questions=_list(front.get("questions", ())),
        audience=_said(front, "audience"),
        organizations=_list(front.get("organizations", ())),
        owner=_said(front, "owner"),
        standard=_said(front, "standard"),
        original=_said(front, "original"),
        place=_number(front, "place", path),
        review_every_days=_number(front, "review_every_days", path),
        is_published=not any(front.get(name) for name in _NOT_SHOWN) and front.get("published", True) is not False,
        is_archived=bool(front.get("archived")),
        is_draft_over=bool(front.get("draft_over")),
        old_slugs=_list(front.get("old_addresses", ())),
    )


def _apart(text: str, path: str) -> tuple[dict[str, Any], str]:
    """What stands in front of the words, and the words."""
    if found := _TOML.match(text):
        read: Callable[[str], Any] = tomllib.loads
    elif found := _YAML.match(text):
        read = _of_yaml
    else:
        return {}, text
    try:
        front = read(found[1]) or {}
    except (ValueError, RecursionError) as error:
        why = str(error).splitlines()[0][:200]
        raise _refused(path, _("The lines in front of the words are broken: %(why)s") % {"why": why}) from error
    if not isinstance(front, dict):
        raise _refused(path, _("The lines in front of the words are not names with values."))
    return front, text[found.end() :]


def _of_yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(error) from error


def _refused(path: str, text: str) -> ImportRefused:
    return ImportRefused([Wrong(where=path, text=text)])


def _said(front: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = front.get(name)
        if isinstance(value, (str, int, float, date, datetime)) and not isinstance(value, bool):
            return str(value).replace("\0", "").strip()
    return ""


def _list(value: object) -> list[str]:
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if not isinstance(value, Sequence):
        return []
    return [text for one in value if (text := str(one).replace("\0", "").strip())]


def _number(front: Mapping[str, Any], name: str, path: str) -> int | None:
    value = front.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= 10_000:  # noqa: PLR2004  # as in the form
        raise _refused(path, _("%(name)s has to be a number from 0 to 10000.") % {"name": name})
    return value


# ── Shelves ───────────────────────────────────────────────────────────────────────────────
def _sections(content: bytes) -> list[ImportedSection]:
    try:
        rows = tomllib.loads(decoded(content, where=SECTIONS)).get("section", [])
        return [_section(row) for row in rows]
    except (tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        raise _refused(SECTIONS, _("The lines in front of the words are broken: %(why)s") % {"why": error}) from error


def _section(row: Mapping[str, Any]) -> ImportedSection:
    slug = _said(row, "slug")
    if not slug:
        raise _refused(SECTIONS, _("A section needs an address (slug)."))
    return ImportedSection(
        where=f"{SECTIONS}: {slug}",
        slug=slug,
        titles={str(code): str(text) for code, text in row.get("titles", {}).items()},
        descriptions={str(code): str(text) for code, text in row.get("descriptions", {}).items()},
        parent=_said(row, "parent"),
        brand=_said(row, "brand"),
        icon=_said(row, "icon"),
        place=_number(row, "place", SECTIONS) or 0,
    )
