"""Complaints to read."""

from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query

from otklik.cases.queries import case_by_number
from otklik.complaints.api.router import router
from otklik.complaints.api.shapes import (
    ComplaintFileOut,
    ComplaintFilter,
    ComplaintList,
    complaint_file_out,
    complaint_out,
)
from otklik.complaints.models import FINISHED, Complaint
from otklik.complaints.queries import complaint_by_number, complaint_of_case, complaints, record_of
from otklik.foundation.actors import require
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Problem, actor_of, respond


@router.get("/complaints", response={200: ComplaintList, 422: Problem}, summary="List complaints")
def list_complaints(request: HttpRequest, asked: Annotated[ComplaintFilter, Query()]) -> HttpResponse:
    """Newest first, of the cases that the token's agent sees."""
    actor = actor_of(request)
    require(actor, "complaints.handle")
    rows = _narrowed(complaints(actor), asked).prefetch_related("terms__term").order_by("-id")
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(ComplaintList(items=[complaint_out(row) for row in page.items], next=page.next))


def _narrowed(rows: QuerySet[Complaint], asked: ComplaintFilter) -> QuerySet[Complaint]:
    if asked.stage is not None:
        rows = rows.filter(stage=asked.stage)
    if asked.open is not None:
        rows = rows.exclude(stage__in=FINISHED) if asked.open else rows.filter(stage__in=FINISHED)
    if asked.severity is not None:
        rows = rows.filter(severity__gte=asked.severity)
    return rows if asked.due_before is None else rows.filter(answer_by__lt=asked.due_before)


@router.get(
    "/complaints/{int:number}",
    response={200: ComplaintFileOut, 403: Problem, 404: Problem},
    summary="Read a complaint with its record",
)
def read_complaint(request: HttpRequest, number: int) -> HttpResponse:
    """By its own number, with its record and its terms."""
    actor = actor_of(request)
    require(actor, "complaints.handle")
    return _file(complaint_by_number(number, actor=actor))


@router.get(
    "/cases/{int:number}/complaint",
    response={200: ComplaintFileOut, 403: Problem, 404: Problem},
    summary="Read the complaint of a case",
)
def read_complaint_of_case(request: HttpRequest, number: int) -> HttpResponse:
    """The last one; 404 when the case has none."""
    actor = actor_of(request)
    require(actor, "complaints.handle")
    return _file(complaint_of_case(case_by_number(number, actor=actor), actor=actor))


def _file(row: Complaint) -> HttpResponse:
    return respond(complaint_file_out(row, list(record_of(row))))
