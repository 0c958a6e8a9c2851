"""Everything as a folder of Markdown that ``adapters.markdown`` reads back without loss."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from otklik.foundation.files.keeping import read_file
from otklik.knowledge.adapters.markdown import SECTIONS
from otklik.knowledge.authoring import newest
from otklik.knowledge.models import Article, Section, Version


def exported() -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each file. A draft over what readers see stands beside it; the archive says that it is one."""
    yield SECTIONS, _sections().encode()
    rows = newest().select_related("article__standard", "article__original__live", "article__live")
    related = rows.prefetch_related("article__organizations", "article__old_addresses", "article__files__file")
    for row in related.order_by("article__language", "article__slug").iterator(chunk_size=200):
        article = row.article
        version = article.live or row
        home = f"{article.language}/{article.slug}"
        yield f"{home}.md", _file(article, version).encode()
        if row != version:
            yield f"{home}.draft.md", _draft(article, row).encode()
        for file in article.files.all():
            yield f"{home}.files/{file.name}", read_file(file.file)


def export_as_zip() -> bytes:
    """The same in one file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in exported():
            archive.writestr(path, content)
    return target.getvalue()


def _file(article: Article, version: Version) -> str:
    values: dict[str, Any] = {
        "title": version.title,
        "id": article.external_id,
        "source": article.source,
        "slug": article.slug,
        "summary": version.summary,
        "section": article.section.slug if article.section else "",
        "questions": version.questions,
        "audience": article.audience,
        "organizations": [one.name for one in article.organizations.all()],
        "owner": article.owner.email if article.owner else "",
        "standard": article.standard.name if article.standard else "",
        "original": article.original.slug if article.original else "",
        "place": article.place,
        "review_every_days": article.review_every_days,
        "old_addresses": [one.slug for one in article.old_addresses.all()],
    }
    if article.archived_at is not None:
        values["archived"] = True
    elif article.live_id is None:
        values["draft"] = True
    return f"+++\n{_toml(values)}+++\n{version.body}"


def _draft(article: Article, version: Version) -> str:
    """Only the words: everything else is the article's, and stands in its own file."""
    values: dict[str, Any] = {
        "title": version.title,
        "id": article.external_id,
        "source": article.source,
        "slug": article.slug,
        "summary": version.summary,
        "questions": version.questions,
        "draft_over": True,
    }
    return f"+++\n{_toml(values)}+++\n{version.body}"


def _sections() -> str:
    rows = Section.objects.select_related("parent", "brand").order_by("place", "id")
    return "\n".join("[[section]]\n" + _toml(_section(row)) for row in rows)


def _section(row: Section) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "parent": row.parent.slug if row.parent else "",
        "brand": row.brand.name if row.brand else "",
        "icon": row.icon,
        "place": row.place,
        "titles": row.titles,
        "descriptions": row.descriptions,
    }


def _toml(values: dict[str, Any]) -> str:
    kept = {name: value for name, value in values.items() if value not in ("", [], {}, None)}
    return "".join(f"{name} = {_value(value)}\n" for name, value in kept.items())


def _value(value: Any) -> str:
    """JSON's strings, numbers and lists are TOML's too; only its objects are written otherwise."""
    if isinstance(value, dict):
        inner = ", ".join(f"{_value(str(name))} = {_value(one)}" for name, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
