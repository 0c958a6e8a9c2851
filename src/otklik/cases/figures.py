"""Figures of the team, each with how many it stands on; counted from stored facts, three queries whatever the size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from django.db import connection

from otklik.cases.queries import AT_RISK
from otklik.foundation.actors import Actor, require

_Z = 1.959964
"""Of the 95 % interval."""

_SAID_NO = ("customer_said_no", "words_contradict", "low_rating")


@dataclass(frozen=True, kw_only=True)
class Share:
    """Customers who said they are satisfied, among those who said anything; ``unconfirmed`` is neither."""

    satisfied: int = 0
    dissatisfied: int = 0
    unconfirmed: int = 0

    @property
    def answered(self) -> int:
        return self.satisfied + self.dissatisfied

    @property
    def percent(self) -> int | None:
        """None when nobody has said anything."""
        return round(100 * self.satisfied / self.answered) if self.answered else None

    @property
    def low(self) -> int:
        return round(100 * wilson(self.satisfied, self.answered)[0])

    @property
    def high(self) -> int:
        return round(100 * wilson(self.satisfied, self.answered)[1])


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927), 0..1; (0, 1) when ``n`` is 0. Raises ``ValueError``."""
    if not 0 <= hits <= n:
        raise ValueError((hits, n))
    if n == 0:
        return 0.0, 1.0
    share, weight = hits / n, _Z * _Z / n
    middle = (share + weight / 2) / (1 + weight)
    half = _Z * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, kw_only=True)
class Load:
    """Open cases now, and what presses."""

    open: int = 0
    waiting: int = 0
    at_risk: int = 0
    late: int = 0
    came_back: int = 0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of the whole house (or the actor's teams) and, under the agent's id, of each owner."""

    load: Load
    share: Share
    first_answer: timedelta | None
    loads: Mapping[int, Load]
    shares: Mapping[int, Share]
    first_answers: Mapping[int, timedelta]


def team_figures(actor: Actor, *, since: datetime, now: datetime) -> Figures:
    """Raises ``Refusal('not_allowed')``. Loads are of this moment, the rest since ``since``."""
    require(actor, "team.see")
    teams = None if actor.sees_all else sorted(actor.team_ids)
    loads = _loads(teams, now)
    shares = _shares(teams, since)
    answers = _first_answers(teams, since)
    return Figures(
        load=loads.pop(None, Load()),
        share=shares.pop(None, Share()),
        first_answer=answers.pop(None, None),
        loads={pk: load for pk, load in loads.items() if pk is not None},
        shares={pk: share for pk, share in shares.items() if pk is not None},
        first_answers={pk: span for pk, span in answers.items() if pk is not None},
    )


def _loads(teams: list[int] | None, now: datetime) -> dict[int | None, Load]:
    sql = """
        SELECT owner_id, count(*), count(*) FILTER (WHERE waits_for = 'us'),
            count(*) FILTER (WHERE due_at < %(risk)s AND due_at >= %(now)s), count(*) FILTER (WHERE due_at < %(now)s),
            count(*) FILTER (WHERE came_back > 0)
        FROM cases_case WHERE state = 'open' AND (%(teams)s::bigint[] IS NULL OR team_id = ANY(%(teams)s::bigint[]))
        GROUP BY GROUPING SETS ((owner_id), ())
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"teams": teams, "now": now, "risk": now + AT_RISK})
        return {
            owner: Load(open=found, waiting=waiting, at_risk=risk, late=late, came_back=back)
            for owner, found, waiting, risk, late, back in cursor.fetchall()
        }


def _shares(teams: list[int] | None, since: datetime) -> dict[int | None, Share]:
    sql = """
        SELECT c.owner_id,
            count(*) FILTER (WHERE e.name = 'cases.closed' AND e.payload->>'outcome' = 'satisfied'),
            count(*) FILTER (WHERE e.name = 'cases.reopened' AND e.payload->>'reason' = ANY(%(no)s)),
            count(*) FILTER (WHERE e.name = 'cases.closed' AND e.payload->>'outcome' = 'unconfirmed')
        FROM foundation_event AS e JOIN cases_case AS c ON c.id = e.case_id
        WHERE e.name IN ('cases.closed', 'cases.reopened') AND e.at >= %(since)s
            AND (%(teams)s::bigint[] IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        GROUP BY GROUPING SETS ((c.owner_id), ())
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"teams": teams, "since": since, "no": list(_SAID_NO)})
        return {
            owner: Share(satisfied=yes, dissatisfied=no, unconfirmed=silent)
            for owner, yes, no, silent in cursor.fetchall()
        }


def _first_answers(teams: list[int] | None, since: datetime) -> dict[int | None, timedelta]:
    sql = """
        SELECT owner_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY first_answered_at - created_at)
        FROM cases_case WHERE created_at >= %(since)s AND first_answered_at IS NOT NULL
            AND (%(teams)s::bigint[] IS NULL OR team_id = ANY(%(teams)s::bigint[]))
        GROUP BY GROUPING SETS ((owner_id), ())
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"teams": teams, "since": since})
        return {owner: span for owner, span in cursor.fetchall() if span is not None}
