"""Whatever somebody brings: a table, a page, a folder, an archive of one, an export of another program."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from otklik.knowledge.adapters.csv import articles_in_csv
from otklik.knowledge.adapters.exports import articles_in_json
from otklik.knowledge.adapters.html import article_in_html
from otklik.knowledge.adapters.imported import Imported, ImportedArticle, ImportRefused, Wrong
from otklik.knowledge.adapters.markdown import articles_in_folder

_KNOWN = {"csv", "tsv", "html", "htm", "json", "md", "markdown", "zip", "toml"}
MOST_BYTES = 500_000_000
MOST_FILES = 50_000


def files_at(path: Path) -> dict[str, bytes]:
    """The bytes of a file, or of everything in a folder by its path inside. Raises ``OSError``."""
    if not path.is_dir():
        return {path.name: path.read_bytes()}
    inside = [one for one in sorted(path.rglob("*")) if one.is_file() and not _is_hidden(one.relative_to(path).parts)]
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in inside}


def articles_in(files: Mapping[str, bytes]) -> Imported:
    """Articles of everything that is understood; pictures belong to the articles beside them.

    Raises ``ImportRefused``, also when there is no article at all.
    """
    files = _unpacked(files)
    names = {path: path.rpartition(".")[2].lower() for path in files}
    if len(files) == 1 and not set(names.values()) & _KNOWN:
        names = dict.fromkeys(names, "csv")  # a table by whatever name
    found = [articles_in_csv(files[path], where=path) for path, kind in names.items() if kind in {"csv", "tsv"}]
    pages = [article_in_html(files[path], where=path) for path, kind in names.items() if kind in {"html", "htm"}]
    exports = {path: files[path] for path, kind in names.items() if kind == "json"}
    found += [Imported(articles=pages), articles_in_folder(files)]
    found += [articles_in_json(exports)] if exports else []
    articles: list[ImportedArticle] = [article for one in found for article in one.articles]
    sections = [section for one in found for section in one.sections]
    if not articles and not sections:
        where = next(iter(files), _("The file"))
        text = _("There is no article here. CSV, Markdown, HTML, and JSON of Zendesk or Chatwoot are understood.")
        raise ImportRefused([Wrong(where=where, text=text)])
    return Imported(articles=articles, sections=sections)


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
            read = {one.filename.replace("\\", "/").lstrip("/"): archive.read(one) for one in inside}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise ImportRefused([Wrong(where=name, text=_("This archive is broken or locked."))]) from error
    tops = {path.partition("/")[0] for path in read if "/" in path}
    if len(tops) == 1 and all("/" in path for path in read) and next(iter(tops)) not in {"ru", "en"}:
        return {path.partition("/")[2]: content for path, content in read.items()}
    return read


def _is_hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in parts)
