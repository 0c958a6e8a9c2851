"""Figures of the team, each with how many it stands on; counted from stored facts, three queries whatever the size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from otklik.cases.queries import AT_RISK
from otklik.foundation.actors import Actor, require
from otklik.foundation.shares import wilson

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


@dataclass(frozen=True, kw_only=True)
class Day:
    """How many cases ended in which way on one day here."""

    day: date
    satisfied: int = 0
    unconfirmed: int = 0
    came_back: int = 0

    @property
    def total(self) -> int:
        return self.satisfied + self.unconfirmed + self.came_back


def outcomes(actor: Actor, *, since: datetime, now: datetime) -> list[Day]:
    """Each day from ``since`` to ``now``, empty days too. Raises ``Refusal('not_allowed')``."""
    require(actor, "team.see")
    sql = """
        SELECT (e.at AT TIME ZONE %(zone)s)::date,
            count(*) FILTER (WHERE e.name = 'cases.closed' AND e.payload->>'outcome' = 'satisfied'),
            count(*) FILTER (WHERE e.name = 'cases.closed' AND e.payload->>'outcome' = 'unconfirmed'),
            count(*) FILTER (WHERE e.name = 'cases.reopened' AND e.payload->>'reason' = ANY(%(no)s))
        FROM foundation_event AS e JOIN cases_case AS c ON c.id = e.case_id
        WHERE e.name IN ('cases.closed', 'cases.reopened') AND e.at >= %(since)s
            AND (%(teams)s::bigint[] IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        GROUP BY 1
    """
    teams = None if actor.sees_all else sorted(actor.team_ids)
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(sql, {"zone": zone, "since": since, "teams": teams, "no": list(_SAID_NO)})
        counted = {
            day: Day(day=day, satisfied=yes, unconfirmed=silent, came_back=back)
            for day, yes, silent, back in cursor.fetchall()
        }
    first, last = timezone.localtime(since).date(), timezone.localtime(now).date()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [counted.get(day, Day(day=day)) for day in days]


def shares_of(pairs: Sequence[tuple[int, int]]) -> dict[int, Share]:
    """What became of cases, counted by group: ``pairs`` are (group, case); groups without cases are left out.

    A case that is still open, or waits for its word, counts nowhere.
    """
    groups, cases = [group for group, _case in pairs], [case for _group, case in pairs]
    sql = """
        SELECT g.grp, count(*) FILTER (WHERE c.state = 'satisfied'),
            count(*) FILTER (WHERE c.state <> 'satisfied' AND c.came_back > 0),
            count(*) FILTER (WHERE c.state = 'unconfirmed' AND c.came_back = 0)
        FROM unnest(%s::bigint[], %s::bigint[]) AS g(grp, case_id) JOIN cases_case AS c ON c.id = g.case_id
        GROUP BY g.grp
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [groups, cases])
        return {
            group: Share(satisfied=yes, dissatisfied=no, unconfirmed=silent)
            for group, yes, no, silent in cursor.fetchall()
        }


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
