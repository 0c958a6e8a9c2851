"""Figures of the team, each with how many it stands on; counted from stored facts, three queries whatever the size."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from otklik.cases.figures.sight import counts, eyes
from otklik.cases.queries import AT_RISK
from otklik.foundation.actors import Actor, require
from otklik.foundation.figures import Counted, Figure, Unit, Waits, share

COUNTED = "NOT c.custom ?| array['merged_into', 'history'] AND c.state <> 'spam'"
"""A case that was merged away counts where it goes on; what was taken in from an old mailbox was not served by us; spam
is nobody's word."""
SAID_NO = ("customer_said_no", "words_contradict", "low_rating")


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
    def figure(self) -> Figure:
        """The share with its interval; the silent are left out, and said so."""
        found = share(self.satisfied, self.answered, left_out=self.unconfirmed)
        return Figure.of(found, unit=Unit.SHARE, counted=Counted.ANSWERS)


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
    """Of the whole house (or the actor's teams) and, under the agent's id, of each owner; waits also by day here."""

    load: Load
    share: Share
    waits: Waits
    loads: Mapping[int, Load]
    shares: Mapping[int, Share]
    waits_of: Mapping[int, Waits]
    waits_on: Mapping[date, Waits]

    @property
    def first_answer(self) -> timedelta | None:
        """Half had their first answer within it; None when nobody had, or when too many still wait to know."""
        return _known_half(self.waits)

    @property
    def first_answers(self) -> dict[int, timedelta]:
        """The same of each owner of whom it is known."""
        halves = ((pk, _known_half(waits)) for pk, waits in self.waits_of.items())
        return {pk: half for pk, half in halves if half is not None}


def _known_half(waits: Waits) -> timedelta | None:
    half = waits.at(0.5).value
    return None if half is None or waits.is_at_least(0.5) else timedelta(seconds=half)


def first_answer_of(waits: Waits) -> Figure:
    """The time within which half had their first answer. Whoever still waits counts as at least so long."""
    return Figure.of(
        waits.at(0.5),
        unit=Unit.SPAN,
        counted=Counted.CASES,
        unfinished=len(waits.unfinished),
        is_at_least=waits.is_at_least(0.5),
    )


def team_figures(actor: Actor, *, since: datetime, now: datetime) -> Figures:
    """Raises ``Refusal('not_allowed')``. Loads are of this moment, the rest since ``since``."""
    require(actor, "team.see")
    loads = _loads(actor, now)
    shares = _shares(actor, since)
    waited = _waited(actor, since, now)
    return Figures(
        load=loads.pop(None, Load()),
        share=shares.pop(None, Share()),
        waits=_together(waited),
        loads={pk: load for pk, load in loads.items() if pk is not None},
        shares={pk: of_owner for pk, of_owner in shares.items() if pk is not None},
        waits_of={pk: _together(rows) for pk, rows in _grouped(waited, lambda row: row.owner_id).items()},
        waits_on={day: _together(rows) for day, rows in _grouped(waited, lambda row: row.day).items()},
    )


@dataclass(frozen=True, kw_only=True)
class Day:
    """How many cases ended in which way on one day here."""

    day: date
    satisfied: int = 0
    unconfirmed: int = 0
    came_back: int = 0

    @property
    def parts(self) -> tuple[int, int, int]:
        """Satisfied, unconfirmed, came back."""
        return self.satisfied, self.unconfirmed, self.came_back

    @property
    def label(self) -> str:
        """The day of the month."""
        return str(self.day.day)

    @property
    def share(self) -> Share:
        return Share(satisfied=self.satisfied, dissatisfied=self.came_back, unconfirmed=self.unconfirmed)


def outcomes(actor: Actor, *, since: datetime, now: datetime) -> list[Day]:
    """Each day from ``since`` to ``now``, empty days too. Raises ``Refusal('not_allowed')``."""
    require(actor, "team.see")
    sql = f"""
        SELECT (e.at AT TIME ZONE %(zone)s)::date,
            count(*) FILTER (WHERE e.name = 'cases.closed' AND e.payload->>'outcome' = 'satisfied'),
            count(*) FILTER (WHERE e.name = 'cases.closed' AND e.payload->>'outcome' = 'unconfirmed'),
            count(*) FILTER (WHERE e.name = 'cases.reopened' AND e.payload->>'reason' = ANY(%(no)s))
        FROM foundation_event AS e JOIN cases_case AS c ON c.id = e.case_id
        WHERE e.name IN ('cases.closed', 'cases.reopened') AND e.at >= %(since)s
            AND {counts(actor)} AND {COUNTED}
        GROUP BY 1
    """  # noqa: S608  (our own words)
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(sql, {"zone": zone, "since": since, "no": list(SAID_NO), **eyes(actor)})
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
    sql = f"""
        SELECT g.grp, count(*) FILTER (WHERE c.state = 'satisfied'),
            count(*) FILTER (WHERE c.state <> 'satisfied' AND c.came_back > 0),
            count(*) FILTER (WHERE c.state = 'unconfirmed' AND c.came_back = 0)
        FROM unnest(%s::bigint[], %s::bigint[]) AS g(grp, case_id) JOIN cases_case AS c ON c.id = g.case_id
        WHERE {COUNTED}
        GROUP BY g.grp
    """  # noqa: S608  (our own words)
    with connection.cursor() as cursor:
        cursor.execute(sql, [groups, cases])
        return {
            group: Share(satisfied=yes, dissatisfied=no, unconfirmed=silent)
            for group, yes, no, silent in cursor.fetchall()
        }


def _loads(actor: Actor, now: datetime) -> dict[int | None, Load]:
    sql = f"""
        SELECT owner_id, count(*), count(*) FILTER (WHERE waits_for = 'us'),
            count(*) FILTER (WHERE due_at < %(risk)s AND due_at >= %(now)s), count(*) FILTER (WHERE due_at < %(now)s),
            count(*) FILTER (WHERE came_back > 0)
        FROM cases_case AS c WHERE state = 'open' AND {counts(actor)}
        GROUP BY GROUPING SETS ((owner_id), ())
    """  # noqa: S608  (our own words)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"now": now, "risk": now + AT_RISK, **eyes(actor)})
        return {
            owner: Load(open=found, waiting=waiting, at_risk=risk, late=late, came_back=back)
            for owner, found, waiting, risk, late, back in cursor.fetchall()
        }


def _shares(actor: Actor, since: datetime) -> dict[int | None, Share]:
    sql = f"""
        SELECT c.owner_id,
            count(*) FILTER (WHERE e.name = 'cases.closed' AND e.payload->>'outcome' = 'satisfied'),
            count(*) FILTER (WHERE e.name = 'cases.reopened' AND e.payload->>'reason' = ANY(%(no)s)),
            count(*) FILTER (WHERE e.name = 'cases.closed' AND e.payload->>'outcome' = 'unconfirmed')
        FROM foundation_event AS e JOIN cases_case AS c ON c.id = e.case_id
        WHERE e.name IN ('cases.closed', 'cases.reopened') AND e.at >= %(since)s
            AND {counts(actor)} AND {COUNTED}
        GROUP BY GROUPING SETS ((c.owner_id), ())
    """  # noqa: S608  (our own words)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"since": since, "no": list(SAID_NO), **eyes(actor)})
        return {
            owner: Share(satisfied=yes, dissatisfied=no, unconfirmed=silent)
            for owner, yes, no, silent in cursor.fetchall()
        }


@dataclass(frozen=True, kw_only=True)
class _Waited:
    """The cases of one owner that were first asked on one day."""

    owner_id: int
    day: date
    finished: Sequence[float]
    unfinished: Sequence[float]


def _waited(actor: Actor, since: datetime, now: datetime) -> list[_Waited]:
    sql = f"""
        SELECT c.owner_id, (coalesce(c.asked_at, c.created_at) AT TIME ZONE %(zone)s)::date,
            array_agg(extract(epoch FROM c.first_answered_at - coalesce(c.asked_at, c.created_at))::float8)
                FILTER (WHERE c.first_answered_at IS NOT NULL),
            array_agg(greatest(extract(epoch FROM %(now)s - coalesce(c.asked_at, c.created_at)), 0)::float8)
                FILTER (WHERE c.first_answered_at IS NULL)
        FROM cases_case AS c
        WHERE (c.created_at >= %(since)s OR c.asked_at >= %(since)s) AND c.first_answer_by IS NOT NULL
            AND (c.first_answered_at IS NOT NULL OR c.state = 'open')
            AND {counts(actor)} AND {COUNTED}
        GROUP BY 1, 2
    """  # noqa: S608  (our own words)
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(sql, {"zone": zone, "since": since, "now": now, **eyes(actor)})
        return [
            _Waited(owner_id=owner, day=day, finished=finished or (), unfinished=unfinished or ())
            for owner, day, finished, unfinished in cursor.fetchall()
        ]


def _grouped[K](rows: Iterable[_Waited], key: Callable[[_Waited], K]) -> dict[K, list[_Waited]]:
    groups: dict[K, list[_Waited]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _together(rows: Iterable[_Waited]) -> Waits:
    kept = list(rows)
    return Waits(
        finished=sorted(span for row in kept for span in row.finished),
        unfinished=sorted(span for row in kept for span in row.unfinished),
    )
