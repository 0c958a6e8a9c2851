"""Help centres of Zendesk and Chatwoot as their APIs give them: JSON, one file or several."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from otklik.knowledge.adapters.html import markdown_of
from otklik.knowledge.adapters.imported import Imported, ImportedArticle, ImportRefused, Wrong, decoded
from otklik.knowledge.addresses import slug_of

_ARTICLE_PAGE = re.compile(r"(?:https?://[^/]+)?/hc/(?:[a-z]{2}(?:-[a-z]{2})?/)?articles/(\d+)[^#\s]*", re.IGNORECASE)


def articles_in_json(files: Mapping[str, bytes]) -> Imported:
    """Zendesk: ``articles``, ``sections``, ``categories`` (and ``translations`` in an article); Chatwoot: ``payload``.

    Raises ``ImportRefused`` for what is neither.
    """
    read = {path: _read(path, content) for path, content in files.items()}
    zendesk = {path: data for path, data in read.items() if _ZENDESK & data.keys()}
    chatwoot = {path: data for path, data in read.items() if isinstance(data.get("payload"), list)}
    strange = [path for path in read if path not in zendesk and path not in chatwoot]
    if strange:
        text = _("This is no export of a help centre: neither “articles” nor “payload” is here.")
        raise ImportRefused([Wrong(where=path, text=text) for path in strange])
    items = list(_of_zendesk(zendesk))
    for path, data in chatwoot.items():
        items += [_of_chatwoot(row, f"{path}: {_text(row, 'id')}") for row in _rows(data, "payload", path)]
    return Imported(articles=items)


_ZENDESK = {"articles", "sections", "categories"}


def _read(path: str, content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(decoded(content, where=path))
    except (ValueError, RecursionError) as error:
        text = _("This is no JSON: %(why)s") % {"why": str(error)[:200]}
        raise ImportRefused([Wrong(where=path, text=text)]) from error
    return data if isinstance(data, dict) else {"articles": data} if isinstance(data, list) else {}


def _rows(data: Mapping[str, Any], name: str, path: str) -> list[dict[str, Any]]:
    rows = data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        text = _("“%(name)s” is not a list of objects.") % {"name": name}
        raise ImportRefused([Wrong(where=path, text=text)])
    return rows


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return str(value).replace("\0", "").strip() if isinstance(value, (str, int)) and value is not True else ""


# ── Zendesk ───────────────────────────────────────────────────────────────────────────────
def _of_zendesk(files: Mapping[str, Mapping[str, Any]]) -> Iterable[ImportedArticle]:
    def by_id(name: str) -> dict[str, dict[str, Any]]:
        return {_text(row, "id"): row for path, data in files.items() for row in _rows(data, name, path)}

    sections, categories = by_id("sections"), by_id("categories")
    slugs = {
        _text(row, "id"): slug_of(_text(row, "title")) for p, d in files.items() for row in _rows(d, "articles", p)
    }

    def link(url: str) -> str:
        found = _ARTICLE_PAGE.fullmatch(url)
        return f"article:{slugs[found[1]]}" if found and found[1] in slugs else url

    for path, data in files.items():
        for row in _rows(data, "articles", path):
            shelf = _shelf(_text(row, "section_id"), sections, categories)
            yield from _languages(row, f"{path}: {_text(row, 'id')}", shelf, link)


def _shelf(section: str, sections: Mapping[str, Any], categories: Mapping[str, Any]) -> list[str]:
    """Titles from the category down; a circle ends where it began."""
    names: list[str] = []
    seen: set[str] = set()
    row: dict[str, Any] = {}
    while section in sections and section not in seen:
        seen.add(section)
        row = sections[section]
        names.insert(0, _text(row, "name"))
        section = _text(row, "parent_section_id")
    category = categories.get(_text(row, "category_id"))
    return [name for name in ([_text(category, "name")] if category else []) + names if name]


def _languages(row: dict[str, Any], where: str, shelf: list[str], link: Any) -> Iterable[ImportedArticle]:
    said = [row, *(one for one in row.get("translations") or () if isinstance(one, dict))]
    done: set[str] = set()
    for one in said:
        locale = _text(one, "locale") or _text(row, "locale")
        if locale in done:
            continue
        done.add(locale)
        original = _text(row, "id") if one is not row else ""
        yield ImportedArticle(
            where=where,
            title=(_text(one, "title") or _text(one, "name"))[:500],
            body=markdown_of(str(one.get("body") or ""), link=link),
            external_id=_text(row, "id"),
            source=_source(row),
            section=shelf,
            language=locale,
            audience="staff" if row.get("user_segment_id") else "public",
            original=original,
            place=min(int(_text(row, "position") or 0), 10_000) if _text(row, "position").isdecimal() else None,
            is_published=not one.get("draft", False),
        )


def _source(row: Mapping[str, Any]) -> str:
    """Each help centre counts its articles by itself: its host, when the export tells it."""
    host = urlsplit(_text(row, "html_url") or _text(row, "url")).hostname or ""
    return f"zendesk {host}".strip()[:120]


# ── Chatwoot ──────────────────────────────────────────────────────────────────────────────
def _of_chatwoot(row: dict[str, Any], where: str) -> ImportedArticle:
    category = row.get("category") if isinstance(row.get("category"), dict) else {}
    assert isinstance(category, dict), "chosen above"
    status = row.get("status")
    return ImportedArticle(
        where=where,
        title=_text(row, "title")[:500],
        body=str(row.get("content") or "").replace("\r\n", "\n").replace("\0", ""),
        summary=_text(row, "description")[:400],
        external_id=_text(row, "id"),
        source=f"chatwoot {_text(row, 'account_id')}".strip(),
        section=[name for name in [_text(category, "name")] if name],
        language=_text(row, "locale") or _text(category, "locale"),
        is_published=status in {"published", 1, None},
    )
