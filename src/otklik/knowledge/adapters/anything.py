"""Whatever somebody brings: a table, a page, a folder, an archive of one, an export of another program."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from otklik.foundation.files.archives import BROKEN, unpacked
from otklik.knowledge.adapters.csv import articles_in_csv
from otklik.knowledge.adapters.exports import articles_in_json
from otklik.knowledge.adapters.html import article_in_html
from otklik.knowledge.adapters.imported import Imported, ImportRefused, Wrong
from otklik.knowledge.adapters.links import Page, joined
from otklik.knowledge.adapters.markdown import pages_in_folder
from otklik.knowledge.adapters.office import article_in_document, articles_in_workbook
from otklik.knowledge.adapters.outside import with_outside_files
from otklik.knowledge.adapters.saved import page_in_archive

_KINDS = {
    "csv": "table", "tsv": "table", "xlsx": "workbook", "xlsm": "workbook", "html": "page", "htm": "page",
    "xhtml": "page", "mhtml": "saved", "mht": "saved", "docx": "document", "json": "export",
}  # fmt: skip
_KNOWN = {*_KINDS, "md", "markdown", "zip", "toml", "xls", "doc"}
FETCH_SECONDS = 20
"""So long a page or a program may wait for pictures of other servers."""
MOST_BYTES = 500_000_000
MOST_FILES = 50_000


def files_at(path: Path) -> dict[str, bytes]:
    """The bytes of a file, or of everything in a folder by its path inside. Raises ``OSError``."""
    if not path.is_dir():
        return {path.name: path.read_bytes()}
    inside = [one for one in sorted(path.rglob("*")) if one.is_file() and not _is_hidden(one.relative_to(path).parts)]
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in inside}


def articles_in(files: Mapping[str, bytes], *, fetch_seconds: float = 0) -> Imported:
    """Articles of everything that is understood; pictures belong to the articles beside them.

    ``fetch_seconds``: for how long pictures of other servers may be brought along; 0: not at all.
    Raises ``ImportRefused``, also when there is no article at all.
    """
    files = _unpacked(files)
    names = {path: path.rpartition(".")[2].lower() for path in files}
    if len(files) == 1 and not set(names.values()) & _KNOWN:
        names = dict.fromkeys(names, "csv")  # a table by whatever name
    of = {kind: [path for path, name in names.items() if _KINDS.get(name) == kind] for kind in set(_KINDS.values())}
    found = [articles_in_csv(files[path], where=path) for path in of["table"]]
    found += [articles_in_workbook(files[path], where=path) for path in of["workbook"]]
    if of["export"]:
        found.append(articles_in_json({path: files[path] for path in of["export"]}))
    pages, sections = pages_in_folder(files)
    pages += [Page(path=path, article=article_in_html(files[path], where=path)) for path in of["page"]]
    pages += [_document(path, files[path]) for path in of["document"]]
    pages += [page_in_archive(files[path], where=path) for path in of["saved"]]
    articles, warnings = joined(pages, files)
    articles += [article for one in found for article in one.articles]
    warnings += [warning for one in found for warning in one.warnings]
    if not articles and not sections:
        where = next(iter(files), _("The file"))
        text = _(
            "There is no article here. CSV, Excel (.xlsx), Word (.docx), Markdown, saved web pages, and JSON of "
            "Zendesk or Chatwoot are understood."
        )
        raise ImportRefused([Wrong(where=where, text=text)])
    imported = Imported(articles=articles, sections=sections, warnings=warnings)
    return with_outside_files(imported, seconds=fetch_seconds) if fetch_seconds else imported


def _document(path: str, content: bytes) -> Page:
    article, pictures = article_in_document(content, where=path)
    return Page(path=path, article=article, files=pictures)


def _unpacked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """An archive that came alone is its contents; a folder that holds all of it is left out of the paths."""
    if len(files) != 1:
        return dict(files)
    name, content = next(iter(files.items()))
    if not name.lower().endswith(".zip"):
        return dict(files)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [
                one for one in archive.infolist() if not one.is_dir() and not _is_hidden(Path(one.filename).parts)
            ]
            if len(inside) > MOST_FILES or sum(one.file_size for one in inside) > MOST_BYTES:
                raise ImportRefused([Wrong(where=name, text=_("This archive is too large."))])
            read = {one.filename.replace("\\", "/").lstrip("/"): unpacked(archive, one) for one in inside}
    except BROKEN as error:
        raise ImportRefused([Wrong(where=name, text=_("This archive is broken or locked."))]) from error
    tops = {path.partition("/")[0] for path in read if "/" in path}
    if len(tops) == 1 and all("/" in path for path in read) and next(iter(tops)) not in {"ru", "en"}:
        return {path.partition("/")[2]: content for path, content in read.items()}
    return read


def _is_hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in parts)
