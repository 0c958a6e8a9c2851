"""Articles in and out by the hundred."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from otklik.foundation.actors import require
from otklik.foundation.answers import Problem, actor_of, answer
from otklik.foundation.errors import Refusal
from otklik.knowledge.actions import import_articles
from otklik.knowledge.adapters.anything import articles_in
from otklik.knowledge.adapters.imported import ImportRefused
from otklik.knowledge.api.router import router


class ImportAsked(BaseModel):
    publish: bool = Field(default=False, description="Show them to readers at once.")
    dry_run: bool = Field(default=False, description="Only report what would become of each line.")


class ImportedLine(BaseModel):
    where: str = Field(examples=["line 3"])
    title: str
    outcome: str = Field(examples=["new"], description="new, changed or same.")


class ImportReport(BaseModel):
    new: int
    changed: int
    same: int
    new_sections: int
    lines: list[ImportedLine]


_KINDS = {"text/csv": "csv", "application/zip": "zip", "application/json": "json", "text/html": "html"}
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
    """A file as the body; `Content-Type` says of which kind. `text/csv`: UTF-8 with the columns
    `id,title,body,section,language,questions`; only title and body are needed, several questions stand on lines of
    their own. `application/zip`: a folder of Markdown or HTML with its pictures, also what the export gives.
    `application/json`: articles of Zendesk or Chatwoot. `text/html`: one article. All of it or nothing: when a line or
    file is wrong, `fields` says what is wrong with each. An article with a known id is renewed."""
    require(actor_of(request), "knowledge.arrange")
    try:
        imported = articles_in({f"articles.{_KINDS.get(request.content_type or '', 'csv')}": request.body})
        report = import_articles(imported, publish=asked.publish, dry_run=asked.dry_run, actor=actor_of(request))
    except ImportRefused as refused:
        fields = {one.where: one.text for one in reversed(refused.wrong)}
        raise Refusal(refused.code, refused.text, fields=fields) from refused
    counts = {outcome: report.count(outcome) for outcome in ("new", "changed", "same")}
    lines = [ImportedLine(where=one.where, title=one.title, outcome=one.outcome) for one in report.lines]
    return answer(ImportReport(**counts, new_sections=report.new_sections, lines=lines))
