"""What a table of articles says, whatever kind of file it came in: names of columns, rows, articles."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.knowledge.adapters.imported import Imported, ImportedArticle, ImportRefused, Wrong

_NAMES = {
    "id": "id ид №  номер код external_id",
    "title": "title заголовок название наименование вопрос question name тема subject",
    "body": "body текст ответ answer content содержание text статья описание html",
    "section": "section раздел категория рубрика category topic группа",
    "language": "language язык locale lang",
    "questions": "questions вопросы examples примеры",
    "summary": "summary кратко аннотация description резюме",
    "audience": "audience доступ аудитория видимость",
    "slug": "slug адрес url_slug",
    "owner": "owner ответственный автор author",
    "source": "source источник",
}
_KNOWN = {name: column for column, names in _NAMES.items() for name in names.split()}
_KNOWN |= {"примеры вопросов": "questions", "другие вопросы": "questions", "краткое описание": "summary"}
_AUDIENCES = {"все": "public", "для всех": "public", "сотрудники": "staff", "для сотрудников": "staff"}
_AUDIENCES |= {"клиенты": "signed_in", "для клиентов": "signed_in"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """``where`` it stands, for whoever has to mend it."""

    where: str
    cells: Sequence[str]


def articles_in_rows(head: Sequence[str], rows: Iterable[Row], *, where: str) -> Imported:
    """Articles of a table with this first line. Raises ``ImportRefused`` when it names no title or no body, a column
    twice, or when a line has other cells than the head; a column that says nothing to us is left out with a word."""
    names = [name.strip().lower() for name in head]
    columns = _columns(names, where)
    strange = [name for name, column in zip(names, columns, strict=True) if name and not column]
    text = _("These columns were left out: %(names)s.") % {"names": ", ".join(strange)}
    return Imported(
        articles=list(_articles(columns, rows)), warnings=[Wrong(where=where, text=text)] if strange else []
    )


def _columns(names: Sequence[str], where: str) -> list[str]:
    """For each name our column, '' for one that we do not know. Beside «заголовок» a «вопрос» is a question."""
    found = [_KNOWN.get(name, "") for name in names]
    if found.count("title") > 1:
        asked = [place for place, name in enumerate(names) if name in {"вопрос", "question"}]
        found = ["questions" if place in asked and "questions" not in found else one for place, one in enumerate(found)]
    missing = [name for name in ("title", "body") if name not in found]
    if missing:
        text = _("The first line has to name the columns; missing: %(names)s.") % {"names": ", ".join(missing)}
        raise ImportRefused([Wrong(where=where, text=text)])
    twice = sorted({name for name, column in zip(names, found, strict=True) if column and found.count(column) > 1})
    if twice:
        text = _("These columns stand twice or mean the same: %(names)s.") % {"names": ", ".join(twice)}
        raise ImportRefused([Wrong(where=where, text=text)])
    return found


def _articles(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[ImportedArticle]:
    wrong: list[Wrong] = []
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        if len(row.cells) != len(columns):
            text = _("%(found)d cells instead of %(wanted)d.") % {"found": len(row.cells), "wanted": len(columns)}
            wrong.append(Wrong(where=row.where, text=text))
            continue
        yield _article(row.where, {name: cell for name, cell in zip(columns, row.cells, strict=True) if name})
    if wrong:
        raise ImportRefused(wrong)


def _article(place: str, row: dict[str, str]) -> ImportedArticle:
    audience = row.get("audience", "").strip()
    return ImportedArticle(
        where=place,
        title=row["title"].strip(),
        body=row["body"],
        external_id=row.get("id", "").strip(),
        source=row.get("source", "").strip(),
        section=[name.strip() for name in row.get("section", "").split(" / ") if name.strip()],
        language=row.get("language", "").strip().lower(),
        questions=[line.strip() for line in row.get("questions", "").splitlines() if line.strip()],
        summary=row.get("summary", "").strip(),
        audience=_AUDIENCES.get(audience.lower(), audience),
        slug=row.get("slug", "").strip(),
        owner=row.get("owner", "").strip(),
    )
