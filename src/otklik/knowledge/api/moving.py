"""Articles in and out by the hundred."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from otklik.foundation.actors import require
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.knowledge.actions import import_articles
from otklik.knowledge.adapters.anything import FETCH_SECONDS, articles_in
from otklik.knowledge.adapters.imported import ImportRefused
from otklik.knowledge.api.router import router


class ImportAsked(BaseModel):
    publish: bool = Field(default=False, description="Show them to readers at once.")
    dry_run: bool = Field(default=False, description="Only report what would become of each line.")
    fetch: bool = Field(
        default=False, description="Bring pictures and attachments along that articles show from another server."
    )


class ImportedLine(BaseModel):
    where: str = Field(examples=["line 3"])
    title: str
    outcome: str = Field(examples=["new"], description="new, changed or same.")


class ImportNotice(BaseModel):
    where: str = Field(examples=["ru/refund.md"])
    text: str = Field(description="What was left empty, left out or leads nowhere.")


class ImportReport(BaseModel):
    new: int
    changed: int
    same: int
    new_sections: int
    lines: list[ImportedLine]
    warnings: list[ImportNotice]


_KINDS = {
    "text/csv": "csv",
    "application/zip": "zip",
    "application/json": "json",
    "text/html": "html",
    "multipart/related": "mhtml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_EXAMPLE = "id,title,body,section,language,questions\n7,Как вернуть деньги?,Напишите нам.,Оплата,ru,"
_BODY = {
    "requestBody": {
        "required": True,
        "content": dict.fromkeys(_KINDS, _BYTES) | {"text/csv": _BYTES | {"example": _EXAMPLE}},
    }
}


@router.post(
    "/knowledge/import",
    response={200: ImportReport, 403: Problem, 422: Problem},
    summary="Take in articles",
    openapi_extra=_BODY,
)
def import_file(request: HttpRequest, asked: Annotated[ImportAsked, Query()]) -> HttpResponse:
    """A file as the body; `Content-Type` says of which kind. `text/csv` or a workbook (.xlsx): the columns
    `id,title,body,section,language,questions`, in English or Russian; only title and body are needed, several questions
    stand on lines of their own. `application/zip`: a folder of Markdown, HTML or documents with its pictures, also what
    the export gives. `application/json`: articles of Zendesk or Chatwoot. `text/html`, `multipart/related` (.mhtml), a
    document (.docx): one article. All of it or nothing: when a line or file is wrong, `fields` says what is wrong with
    each; what was left empty or out stands in `warnings`. An article with a known id of the same source is renewed."""
    require(actor_of(request), "knowledge.arrange")
    try:
        name = f"articles.{_KINDS.get(request.content_type or '', 'csv')}"
        seconds = FETCH_SECONDS if asked.fetch and not asked.dry_run else 0
        imported = articles_in({name: request.body}, fetch_seconds=seconds)
        report = import_articles(imported, publish=asked.publish, dry_run=asked.dry_run, actor=actor_of(request))
    except ImportRefused as refused:
        fields = {one.where: one.text for one in reversed(refused.wrong)}
        raise Refusal(refused.code, refused.text, fields=fields) from refused
    counts = {outcome: report.count(outcome) for outcome in ("new", "changed", "same")}
    lines = [ImportedLine(where=one.where, title=one.title, outcome=one.outcome) for one in report.lines]
    warnings = [ImportNotice(where=one.where, text=one.text) for one in report.warnings]
    return respond(ImportReport(**counts, new_sections=report.new_sections, lines=lines, warnings=warnings))
