"""What programs read: any figure of the service, divided as they like, and the cases behind it."""

from datetime import datetime
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from otklik.figures.asked import Asked, asked_of
from otklik.figures.counting import counted, facts_behind
from otklik.figures.telling import Percentile, Told, percentiles, told
from otklik.foundation.actors import Actor, require
from otklik.foundation.http.paging import encode_cursor, incomplete, number_after
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond

router = Router(tags=["Figures"])
_MEASURES = (
    "first_answer, next_word, solution (spans); promises_kept, standards_kept, satisfied, unsatisfied, unconfirmed, "
    "reopened, explained_twice, told_again, gestures, satisfied_after_gesture, refusals, satisfied_after_refusal "
    "(shares); effort (1 to 7)."
)


class FigureFilter(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    measure: Text = Field("", description=f"One of: {_MEASURES}")
    since: Text = Field(
        "", alias="from", description="A day (2026-11-01) or a moment; unsaid, thirty days before `to`."
    )
    until: Text = Field("", alias="to", description="A day, wholly counted, or a moment; unsaid, today.")
    by: Text = Field(
        "",
        description="What the series is of: day, week, month, team, agent, channel, kind, standard, "
        "organization; satisfied_after_refusal also rule. Unsaid, days, weeks or months, as they fit.",
    )
    time: Text = Field("", description="Of spans: calendar (as the customer lives through it) or working.")
    percentile: Text = Field("", description="Of spans: 50, 90 or 95.")
    team: Text = Field("", description="Only of this team: its id.")
    agent: Text = Field("", description="Only of cases whose owner is this agent: their id.")
    channel: Text = ""
    kind: Text = ""
    standard: Text = Field("", description="Only of cases served by it: its id, or none.")
    organization: Text = Field("", description="Only of its customers: its id, or none.")
    rule: Text = Field("", description="Of satisfied_after_refusal: only after refusals by it: its id.")


class RowsFilter(FigureFilter):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


class EstimateOut(BaseModel):
    value: float | None = Field(description="Null when nothing was counted.")
    n: int = Field(description="How many it stands on.")
    low: float | None = Field(description="Where the true value may lie (95 %); null where the data cannot say.")
    high: float | None


class PointOut(EstimateOut):
    """One group, or one piece of time."""

    key: str = Field(description="The first day of a piece of time; the id or code of a group, '' for none.")
    label: str
    left_out: int
    unfinished: int
    is_at_least: bool
    is_enough: bool = Field(description="False: too few to judge anybody by it.")
    rows_url: str


class PercentileOut(EstimateOut):
    percentile: int
    time: str
    is_at_least: bool


class FigureOut(EstimateOut):
    """A value with its interval, how many it stands on, what was left out, and the cases behind it. Shares are 0..1,
    spans are seconds, a score is 1..7."""

    measure: str
    since: datetime = Field(serialization_alias="from")
    until: datetime = Field(serialization_alias="to", description="Not counted any more.")
    by: str
    time: str
    percentile: int
    unit: str = Field(examples=["span"], description="span, share or score.")
    left_out: int = Field(description="Asked or due, but not counted: silent, or not decided yet.")
    unfinished: int = Field(description="Still wait, and are counted as at least what has passed.")
    is_at_least: bool = Field(description="So many still wait that the value is only a lower bound.")
    is_enough: bool
    percentiles: list[PercentileOut] = Field(description="Of spans: P50, P90, P95 in both times.")
    series: list[PointOut]
    hidden: int = Field(description="Groups that are in the value and not in the series.")
    rows_url: str
    counted_at: datetime


@router.get("/figures/cases", response={200: FigureOut, 403: Problem, 422: Problem}, summary="Read a figure")
def read_figure(request: HttpRequest, asked: Annotated[FigureFilter, Query()]) -> HttpResponse:
    """Any figure of the service. An agent gets the sum of their teams and their own; leads what their sight holds."""
    actor, now = actor_of(request), timezone.now()
    require(actor, "figures.see")
    wish = _wish(asked, actor)
    found = counted(wish, actor, now=now)[wish.measure]
    figure = told(wish, found, actor=actor, rows=_rows_url)
    spans = percentiles(wish, found) if wish.measure.is_span else []
    return HttpResponse(
        _out(wish, figure, spans, now).model_dump_json(by_alias=True), content_type="application/json; charset=utf-8"
    )


def _wish(asked: FigureFilter, actor: Actor) -> Asked:
    return asked_of(asked.model_dump(by_alias=True), actor=actor, now=timezone.now())


def _rows_url(asked: Asked) -> str:
    return f"{settings.BASE_URL}/api/v1/figures/cases/rows?{asked.query()}"


def _out(asked: Asked, figure: Told, spans: list[Percentile], now: datetime) -> FigureOut:
    whole = figure.whole
    span = ("value", "n", "low", "high", "is_at_least")
    common = ("value", "n", "low", "high", "left_out", "unfinished", "is_at_least", "is_enough", "rows_url")
    return FigureOut(
        **{name: getattr(whole, name) for name in common},
        measure=asked.measure,
        since=asked.since,
        until=asked.until,
        by=asked.by or asked.every,
        time=asked.time,
        percentile=asked.percentile,
        unit=whole.unit,
        percentiles=[
            PercentileOut(
                percentile=one.percentile, time=one.time, **{name: getattr(one.figure, name) for name in span}
            )
            for one in spans
        ],
        series=[
            PointOut(key=part.key, label=part.label, **{name: getattr(part.figure, name) for name in common})
            for part in figure.parts
        ],
        hidden=figure.hidden,
        counted_at=now,
    )


# ── Behind it ─────────────────────────────────────────────────────────────────────────────
class FactOut(BaseModel):
    """One row behind a figure; a case may stand there more than once, with each of its promises or words."""

    case: int
    subject: str
    owner: str
    at: datetime = Field(description="By this moment it belongs to these days.")
    ended: datetime | None
    verdict: str = Field(examples=["yes"], description="yes, no, or waits: not over yet.")
    score: int | None


class Facts(BaseModel):
    items: list[FactOut]
    next: str | None


_PLACES = range(10_000_000)
_VERDICTS = {0: "no", 1: "yes", 2: "waits"}


@router.get("/figures/cases/rows", response={200: Facts, 403: Problem, 422: Problem}, summary="Read what it stands on")
def read_rows(request: HttpRequest, asked: Annotated[RowsFilter, Query()]) -> HttpResponse:
    """The cases behind a figure, the newest first, without those that you may not open."""
    actor = actor_of(request)
    require(actor, "figures.see")
    beyond = _beyond(asked.cursor)
    rows = facts_behind(_wish(asked, actor), actor, now=timezone.now(), most=asked.limit + 1, beyond=beyond)
    items = [
        FactOut(
            case=row.case_id, subject=row.subject, owner=row.owner, at=row.at, ended=row.ended,
            verdict=_VERDICTS[row.verdict], score=row.score,
        )
        for row in rows[: asked.limit]
    ]  # fmt: skip
    return respond(Facts(items=items, next=encode_cursor([beyond + asked.limit]) if rows[asked.limit :] else None))


def _beyond(cursor: str) -> int:
    beyond = number_after(cursor) or 0
    if beyond not in _PLACES:
        raise incomplete()
    return beyond
