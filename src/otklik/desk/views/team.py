"""The lead's board: what presses now, what customers said, and how each colleague fares."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from otklik.cases.figures import Day, Figures, Load, Share, outcomes, team_figures
from otklik.cases.models import Case
from otklik.cases.queries import visible_to
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.pages import shown
from otklik.foundation.actors import Actor
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
    load: Load
    share: Share
    first_answer: timedelta | None


@require_GET
@staff("team.see")
def board(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else 7
    figures = team_figures(actor, since=_since(now, days), now=now)
    context = {
        "section": "team", "days": days, "periods": PERIODS, "now": now, "figures": figures,
        "colleagues": _colleagues(actor, figures), "pressing": _pressing(actor, now),
        "chart": _chart(outcomes(actor, since=_since(now, days), now=now)),
    }  # fmt: skip
    return shown(request, "desk/team.html", context)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day of the chart; heights in hundredths of the tallest day, from the bottom."""

    day: Day
    satisfied: float
    unconfirmed: float
    came_back: float

    @property
    def top_satisfied(self) -> float:
        return 100 - self.satisfied

    @property
    def top_unconfirmed(self) -> float:
        return self.top_satisfied - self.unconfirmed

    @property
    def top_back(self) -> float:
        return self.top_unconfirmed - self.came_back


def _chart(days: list[Day]) -> list[Bar]:
    """() when nothing ended in these days."""
    most = max((day.total for day in days), default=0)
    if not most:
        return []
    return [
        Bar(
            day=day,
            satisfied=100 * day.satisfied / most,
            unconfirmed=100 * day.unconfirmed / most,
            came_back=100 * day.came_back / most,
        )
        for day in days
    ]


def _since(now: datetime, days: int) -> datetime:
    """Midnight here, ``days`` days ago, today counted."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)


def _colleagues(actor: Actor, figures: Figures) -> list[Colleague]:
    rows = Agent.objects.filter(is_active=True).select_related("photo", "deputy").order_by("name", "id")
    if not actor.sees_all:
        rows = rows.filter(memberships__team_id__in=actor.team_ids).distinct()
    return [
        Colleague(
            agent=row,
            photo=face_url(row),
            is_here=is_here(row),
            load=figures.loads.get(row.pk, Load()),
            share=figures.shares.get(row.pk, Share()),
            first_answer=figures.first_answers.get(row.pk),
        )
        for row in rows
    ]


def _pressing(actor: Actor, now: datetime) -> list[Case]:
    """Open cases that are late or came back, the most overdue first."""
    rows = visible_to(actor).filter(Q(due_at__lt=now) | Q(came_back__gt=0, waits_for="us"), state=Case.State.OPEN)
    return list(rows.select_related("customer", "owner").order_by("due_at", "id")[:PRESSING])
