"""What the desk's frame and lists need to know: faces, counts, teams; a few cheap queries for a whole page."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from otklik.cases.models import Case, Draft, DraftFile, titled
from otklik.cases.queries import view_filter, visible_to
from otklik.foundation.actors import Actor
from otklik.foundation.database.compiled import Given, Statement, statement
from otklik.foundation.in_use import switched_off
from otklik.foundation.manifest import open_to
from otklik.foundation.modules import navigation
from otklik.foundation.policies import policy
from otklik.reach.queries import held
from otklik.team.models import Team
from otklik.team.queries import team_names

MOST_COUNTED = 100
_NUMBER = re.compile("[0-9]{1,17}")
_NONE = "SELECT WHERE false"
_COUNTED_VIEWS = ("mine", "waiting", "at-risk", "solved", "came-back", "undelivered")


def visible_teams(actor: Actor) -> list[tuple[int, str]]:
    """Id and name of the teams whose lists the actor may open."""
    return [(pk, name) for pk, name in team_names().items() if actor.sees_all or pk in actor.team_ids]


def counts(actor: Actor, team_ids: list[int]) -> dict[str, int]:
    """How many cases stand in each view (``team:7`` for a team), counted no further than ``MOST_COUNTED``.

    Also ``held``, and what waits behind each entry of the navigation by its name. One query, each part of which stops
    at its limit.
    """
    counting = _counting(actor, tuple(team_ids), switched_off())
    with connection.cursor() as cursor:
        cursor.execute(counting.sql, counting.filled({"now": timezone.now()}))
        return dict(cursor.fetchall())


@lru_cache(maxsize=256)
def _counting(actor: Actor, team_ids: tuple[int, ...], _off: frozenset[str]) -> Statement:
    """``_off``: what the house does without, of which nothing is counted."""
    now: Any = Given("now")
    cases = visible_to(actor).order_by()
    parts: list[tuple[str, QuerySet[Any]]] = [
        (name, cases.filter(view_filter(name, actor, now=now))) for name in _COUNTED_VIEWS
    ]
    unfinished = Q(state__in=[Case.State.OPEN, Case.State.SOLVED])
    parts += [(f"team:{team_id}", cases.filter(unfinished, team_id=team_id)) for team_id in team_ids]
    parts.append(("held", held(actor)))
    parts += [(one.name, one.count(actor, now)) for one in open_to(actor, navigation()) if one.count]
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


def team(team_id: int) -> Team:
    return Team.objects.select_related("working_time").get(pk=team_id)


def draft(case: Case, actor: Actor, kind: str) -> Draft | None:
    """What the agent has typed there and not yet sent."""
    return Draft.objects.filter(case=case, agent_id=actor.agent_id, kind=kind).first()


def names_of_draft_files(case: Case, actor: Actor, file_ids: Collection[int]) -> list[str]:
    rows = DraftFile.objects.filter(draft__case=case, draft__agent_id=actor.agent_id, pk__in=file_ids)
    return list(rows.order_by("id").values_list("name", flat=True))


def in_sight(actor: Actor, numbers: Iterable[str]) -> list[int]:
    """The first hundred of these case numbers that the actor may see, in their order."""
    asked = [int(one) for one in islice(numbers, MOST_COUNTED) if _NUMBER.fullmatch(one)]
    seen = set(visible_to(actor).filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
    return [one for one in asked if one in seen]


def case_titles(ids: Collection[int]) -> dict[int, str]:
    """What these cases are called."""
    return {pk: titled(subject) for pk, subject in Case.objects.filter(pk__in=ids).values_list("pk", "subject")}
