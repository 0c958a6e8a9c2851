"""Articles in and out by the hundred."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from otklik.foundation.actors import require
from otklik.foundation.answers import Problem, actor_of, answer
from otklik.foundation.errors import Refusal
from otklik.knowledge.actions import import_articles
from otklik.knowledge.adapters.csv import articles_in_csv
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


_TABLE = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {
                "schema": {"type": "string", "format": "binary"},
                "example": "id,title,body,section,language,questions\n7,Как вернуть деньги?,Напишите нам.,Оплата,ru,",
            }
        },
    }
}


@router.post(
    "/knowledge/import",
    response={200: ImportReport, 403: Problem, 422: Problem},
    summary="Take in articles from a table",
    openapi_extra=_TABLE,
)
def import_table(request: HttpRequest, asked: Annotated[ImportAsked, Query()]) -> HttpResponse:
    """CSV in UTF-8 as the body, with the columns `id,title,body,section,language,questions`; only title and body are
    needed, several questions stand on lines of their own. All of it or nothing: when a line is wrong, `fields` says
    what is wrong with each. An article with a known id is renewed."""
    require(actor_of(request), "knowledge.arrange")
    try:
        imported = articles_in_csv(request.body)
        report = import_articles(imported, publish=asked.publish, dry_run=asked.dry_run, actor=actor_of(request))
    except ImportRefused as refused:
        fields = {one.where: one.text for one in reversed(refused.wrong)}
        raise Refusal(refused.code, refused.text, fields=fields) from refused
    counts = {outcome: report.count(outcome) for outcome in ("new", "changed", "same")}
    lines = [ImportedLine(where=one.where, title=one.title, outcome=one.outcome) for one in report.lines]
    return answer(ImportReport(**counts, new_sections=report.new_sections, lines=lines))
