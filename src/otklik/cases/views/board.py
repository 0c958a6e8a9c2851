"""The lead's board: what presses now, what customers said, and how each colleague fares."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.cases.figures import (
    ROWS,
    Day,
    Figures,
    Load,
    Share,
    days_of_answers,
    days_of_words,
    first_answer_of,
    outcomes,
    rows_behind,
    table_of_days,
    table_of_outcomes,
    team_figures,
)
from otklik.cases.models import Case
from otklik.cases.queries import visible_to
from otklik.foundation.actors import Actor
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.figures import Figure, Waits
from otklik.foundation.figures.tables import Column, Kind, Table
from otklik.foundation.http.pages import rows_page, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.team.models import Agent
from otklik.team.queries import face_url, is_here

PERIODS = (1, 7, 30)
PRESSING = 8


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """One row of the board."""

    agent: Agent
    photo: str
    is_here: bool
    presence: str
    load: Load
    share: Figure
    first_answer: Figure


@dataclass(frozen=True, kw_only=True)
class Board:
    """All that is counted for the board, once for the page."""

    figures: Figures
    days: list[Day]
    now: datetime
    satisfied: Figure
    first_answer: Figure

    @property
    def dates(self) -> list[date]:
        return [day.day for day in self.days]

    @property
    def has_ended(self) -> bool:
        """Any case ended in these days."""
        return any(sum(day.parts) for day in self.days)


@require_GET
@staff("team.see")
def board(request: HttpRequest) -> HttpResponse:
    actor, now, days = actor_of(request), timezone.now(), _days(request)
    found = _board(actor, since=_since(now, days), now=now)
    colleagues = _colleagues(actor, found.figures)
    context = {
        "section": "team", "days": days, "periods": PERIODS, "now": now, "board": found, "aged": found.satisfied,
        "load": found.figures.load, "colleagues": colleagues, "pressing": _pressing(actor, now), "legend": _legend(),
        "tables": {name.replace("-", "_"): table(found) for name, table in _TABLES.items()},
    }  # fmt: skip
    return shown(request, "cases/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("team.see")
def rows(request: HttpRequest, name: str) -> HttpResponse:
    """One table of the board, or the cases behind a figure: to look at, or to take out as a file."""
    actor, now, days = actor_of(request), timezone.now(), _days(request)
    since = _since(now, days)
    if name in ROWS:
        table = rows_behind(name, actor, since=since, now=now)
    elif name == "people":
        table = _people(_colleagues(actor, team_figures(actor, since=since, now=now)))
    elif name in _TABLES:
        table = _TABLES[name](_board(actor, since=since, now=now))
    else:
        raise Http404
    back = f"{reverse('cases:board')}?days={days}"
    return rows_page(request, table, back=back, section="team", actor=actor)


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, PERIODS) else 7


def _since(now: datetime, days: int) -> datetime:
    """Midnight here, ``days`` days ago, today counted."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)


def _board(actor: Actor, *, since: datetime, now: datetime) -> Board:
    figures, days = team_figures(actor, since=since, now=now), outcomes(actor, since=since, now=now)
    dates = [day.day for day in days]
    return Board(
        figures=figures,
        days=days,
        now=now,
        satisfied=replace(
            figures.share.figure, series=days_of_words(days), counted_at=now, rows_url=_rows_url("words", len(days))
        ),
        first_answer=replace(
            first_answer_of(figures.waits),
            series=days_of_answers(dates, figures.waits_on),
            counted_at=now,
            rows_url=_rows_url("first-answers", len(days)),
        ),
    )


def _rows_url(name: str, days: int) -> str:
    return f"{reverse('cases:board-rows', args=[name])}?days={days}"


def _legend() -> list[dict[str, str]]:
    """The parts of a column, in their order."""
    return [
        {"name": _("Satisfied"), "tone": "satisfied"},
        {"name": _("Unconfirmed"), "tone": "unconfirmed"},
        {"name": _("Came back"), "tone": "back"},
    ]


def _satisfied_by_day(board: Board) -> Table:
    return table_of_days(board.satisfied, board.dates, name="satisfied-by-day", title=_("Satisfied"))


def _first_answer_by_day(board: Board) -> Table:
    return table_of_days(board.first_answer, board.dates, name="first-answer-by-day", title=_("First answer"))


def _outcomes(board: Board) -> Table:
    return table_of_outcomes(board.days, name="outcomes")


_TABLES: Final[dict[str, Callable[[Board], Table]]] = {
    "satisfied-by-day": _satisfied_by_day,
    "first-answer-by-day": _first_answer_by_day,
    "outcomes": _outcomes,
}


def _people(colleagues: list[Colleague]) -> Table:
    columns = (
        Column(label=_("Colleague")),
        Column(label=_("Open cases"), kind=Kind.NUMBER),
        Column(label=_("At risk or late"), kind=Kind.NUMBER),
        Column(label=_("Came back"), kind=Kind.NUMBER),
        Column(label=_("First answer"), kind=Kind.SPAN),
        Column(label=_("Customers satisfied"), kind=Kind.SHARE),
        Column(label=_("At least"), kind=Kind.SHARE),
        Column(label=_("At most"), kind=Kind.SHARE),
        Column(label=_("Answers"), kind=Kind.NUMBER),
        Column(label=_("Silent"), kind=Kind.NUMBER),
    )
    rows = [
        [
            one.agent.name, one.load.open, one.load.at_risk + one.load.late, one.load.came_back,
            one.first_answer.value, one.share.value, one.share.low, one.share.high, one.share.n, one.share.left_out,
        ]
        for one in colleagues
    ]  # fmt: skip
    return Table(name="people", title=_("People"), columns=columns, rows=rows)


def _colleagues(actor: Actor, figures: Figures) -> list[Colleague]:
    rows = Agent.objects.filter(is_active=True).select_related("photo", "deputy").order_by(ByName(), "id")
    if not actor.sees_all:
        rows = rows.filter(memberships__team_id__in=actor.team_ids).distinct()
    return [
        Colleague(
            agent=row,
            photo=face_url(row),
            is_here=is_here(row),
            presence=row.presence(timezone.now()),
            load=figures.loads.get(row.pk, Load()),
            share=figures.shares.get(row.pk, Share()).figure,
            first_answer=first_answer_of(figures.waits_of.get(row.pk, Waits())),
        )
        for row in rows
    ]


def _pressing(actor: Actor, now: datetime) -> list[Case]:
    """Open cases that are late or came back, the most overdue first."""
    rows = visible_to(actor).filter(Q(due_at__lt=now) | Q(came_back__gt=0, waits_for="us"), state=Case.State.OPEN)
    return list(rows.select_related("customer", "owner").order_by("due_at", "id")[:PRESSING])
