"""What was written down, for programs."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from otklik.cases.queries import case_by_number
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond
from otklik.sample.actions import write_down
from otklik.sample.models import Entry
from otklik.sample.queries import entries

router = Router(tags=["Sample"])


class SampleOut(BaseModel):
    """What somebody wrote down about a case."""

    id: int
    case: int = Field(description="Number of the case.")
    text: str
    at: datetime


class SampleList(BaseModel):
    items: list[SampleOut]
    next: str | None


class SampleIn(BaseModel):
    case: int = Field(description="Number of the case.", ge=1)
    text: Annotated[Text, Field(max_length=300)]


class SampleFilter(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


def _sample_out(row: Entry) -> SampleOut:
    return SampleOut(id=row.pk, case=row.case_id, text=row.text, at=row.at)


@router.get("/sample", response={200: SampleList, 422: Problem}, summary="List what was written down")
def list_sample(request: HttpRequest, asked: Annotated[SampleFilter, Query()]) -> HttpResponse:
    """Newest first."""
    rows = entries(actor_of(request))
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(SampleList(items=[_sample_out(row) for row in page.items], next=page.next))


@router.post(
    "/sample", response={201: SampleOut, 403: Problem, 404: Problem, 422: Problem}, summary="Write something down"
)
def create_sample(request: HttpRequest, data: SampleIn) -> HttpResponse:
    """The owner of the case is told at once."""
    actor = actor_of(request)
    row = write_down(case=case_by_number(data.case, actor=actor), text=data.text, actor=actor)
    row.refresh_from_db()
    return respond(_sample_out(row), status=201)
