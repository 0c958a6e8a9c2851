"""What the desk's frame and lists need to know: faces, counts, teams; a few cheap queries for a whole page."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from otklik.cases.models import Alert, Case, DraftFile
from otklik.cases.queries import alerts_of, view_filter, visible_to
from otklik.foundation.actors import Actor
from otklik.foundation.compiled import Given, Statement, statement
from otklik.foundation.policies import policy
from otklik.knowledge.authoring import for_me
from otklik.knowledge.models import Article
from otklik.reach.models import RawMessage
from otklik.reach.queries import held
from otklik.team.models import Team
from otklik.team.queries import team_names

MOST_COUNTED = 100
_NONE = "SELECT WHERE false"
_COUNTED_VIEWS = ("mine", "waiting", "at-risk", "solved", "came-back", "undelivered")


def visible_teams(actor: Actor) -> list[tuple[int, str]]:
    """Id and name of the teams whose lists the actor may open."""
    return [(pk, name) for pk, name in team_names().items() if actor.sees_all or pk in actor.team_ids]


def counts(actor: Actor, team_ids: list[int]) -> dict[str, int]:
    """How many cases stand in each view (``team:7`` for a team), counted no further than ``MOST_COUNTED``.

    Also ``held``, ``alerts`` and ``knowledge`` (articles that wait for this agent). One query, each part of which
    stops at its limit.
    """
    counting = _counting(actor, tuple(team_ids))
    with connection.cursor() as cursor:
        cursor.execute(counting.sql, counting.filled({"now": timezone.now()}))
        return dict(cursor.fetchall())


@lru_cache(maxsize=256)
def _counting(actor: Actor, team_ids: tuple[int, ...]) -> Statement:
    now: Any = Given("now")
    cases = visible_to(actor).order_by()
    parts: list[tuple[str, QuerySet[Case] | QuerySet[Alert] | QuerySet[RawMessage] | QuerySet[Article]]] = [
        (name, cases.filter(view_filter(name, actor, now=now))) for name in _COUNTED_VIEWS
    ]
    unfinished = Q(state__in=[Case.State.OPEN, Case.State.SOLVED])
    parts += [(f"team:{team_id}", cases.filter(unfinished, team_id=team_id)) for team_id in team_ids]
    parts.append(("alerts", alerts_of(actor).filter(seen_at=None)))
    parts.append(("held", held(actor)))
    parts.append(("knowledge", for_me(actor, now=now)))
    pieces: list[str] = []
    values: list[Any] = []
    for name, rows in parts:
        inner = statement(rows.values_list("pk")[:MOST_COUNTED])
        pieces.append(f"SELECT %s, (SELECT count(*) FROM ({inner.sql or _NONE}) AS rows)")  # noqa: S608  # by Django
        values += [name, *inner.values]
    return Statement(sql=" UNION ALL ".join(pieces), values=values)


def reminder_due(solved_at: datetime, reminders: int) -> datetime:
    """When a silent customer is reminded next, or the case closes as unconfirmed."""
    ladder = [*policy("voice.reminders_after_hours"), policy("voice.unconfirmed_after_hours")]
    return solved_at + timedelta(hours=float(ladder[min(reminders, len(ladder) - 1)]))


def tags_in_use(actor: Actor) -> list[str]:
    """Tags of the cases changed last, most used first: what a person may want to choose from."""
    since = timezone.now() - timedelta(days=90)
    recent = visible_to(actor).filter(updated_at__gte=since).exclude(tags=[]).order_by("-updated_at")
    found: dict[str, int] = {}
    for tags in recent.values_list("tags", flat=True)[:500]:
        for tag in tags:
            found[tag] = found.get(tag, 0) + 1
    return sorted(found, key=lambda tag: (-found[tag], tag))[:60]


def team(team_id: int) -> Team:
    return Team.objects.select_related("working_time").get(pk=team_id)


def names_of_draft_files(case: Case, actor: Actor, file_ids: Collection[int]) -> list[str]:
    rows = DraftFile.objects.filter(draft__case=case, draft__agent_id=actor.agent_id, pk__in=file_ids)
    return list(rows.order_by("id").values_list("name", flat=True))


def is_seen(actor: Actor, number: int) -> bool:
    """Whether the actor may still see a case."""
    return visible_to(actor).filter(pk=number).exists()
