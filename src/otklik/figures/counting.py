"""From facts to what is counted: one statement for any number of measures, added up by group and by piece of time."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import repeat
from typing import Any, Final

from django.db import connection

from otklik.figures.asked import Asked, Measure, Time
from otklik.figures.facts import beside, facts, given, rows_scope_of, scope_of
from otklik.foundation.actors import Actor
from otklik.foundation.figures import Waits
from otklik.team.models import WorkingTime
from otklik.team.working_time import Ruler, hours_of

type Rests = Sequence[Sequence[str | None]]
type Span = tuple[float, float | None, Rests, int]
"""Begin and end in seconds since 1970 (no end while it lasts), when the clock rested, the team's calendar."""


@dataclass(kw_only=True)
class Tally:
    """What was counted of one measure, of one group or of one piece of time."""

    yes: int = 0
    no: int = 0
    left_out: int = 0
    scores: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    @property
    def n(self) -> int:
        return len(self.spans) or len(self.scores) or self.yes + self.no

    def add(self, other: "Tally") -> None:
        self.yes, self.no = self.yes + other.yes, self.no + other.no
        self.left_out += other.left_out
        self.scores += other.scores
        self.spans += other.spans


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Of one measure: the whole, each group by its key, each piece of time by its first day.

    ``calendars``: of teams, by id; None: asked for when working time is.
    """

    now: datetime
    calendars: Mapping[int, WorkingTime] | None = None
    parts: Sequence[tuple[str, date | None, Tally]]

    @cached_property
    def whole(self) -> Tally:
        return _together(tally for _key, _day, tally in self.parts)

    @cached_property
    def groups(self) -> dict[str, Tally]:
        found: dict[str, list[Tally]] = defaultdict(list)
        for key, _day, tally in self.parts:
            found[key].append(tally)
        return {key: _together(tallies) for key, tallies in found.items()}

    @cached_property
    def days(self) -> dict[date, Tally]:
        found: dict[date, list[Tally]] = defaultdict(list)
        for _key, day, tally in self.parts:
            if day is not None:
                found[day].append(tally)
        return {day: _together(tallies) for day, tallies in found.items()}

    def waits(self, tally: Tally, time: Time) -> Waits:
        """The spans of a tally in this time, in seconds; who still waits has waited until now."""
        if tally is not self.whole:
            return self._waits(tally, time)
        if time not in self._known:
            self._known[time] = self._waits(tally, time)
        return self._known[time]

    def _waits(self, tally: Tally, time: Time) -> Waits:
        now = self._now
        if time is Time.WORKING:
            finished = [self._working(span, span[1]) for span in tally.spans if span[1] is not None]
            unfinished = [self._working(span, now) for span in tally.spans if span[1] is None]
        else:
            finished = [
                end - begin if end > begin else 0.0 for begin, end, _rests, _at in tally.spans if end is not None
            ]
            unfinished = [now - begin if now > begin else 0.0 for begin, end, _rests, _at in tally.spans if end is None]
        return Waits(finished=sorted(finished), unfinished=sorted(unfinished))

    def _working(self, span: Span, until: float) -> float:
        begin, _end, rests, calendar = span
        ruler = self._rulers[calendar]
        worked = ruler.between(begin, until)
        for since, over in rests:
            over_at = until if over is None else min(until, _seconds(over))
            worked -= ruler.between(max(begin, _seconds(since or "")), over_at)
        return max(0.0, worked)

    @cached_property
    def _known(self) -> dict[Time, Waits]:
        return {}

    @cached_property
    def _now(self) -> float:
        return self.now.timestamp()

    @cached_property
    def _rulers(self) -> dict[int, Ruler]:
        begins = [span[0] for _key, _day, tally in self.parts for span in tally.spans]
        since = datetime.fromtimestamp(min(begins, default=self._now), tz=self.now.tzinfo)
        calendars = WorkingTime.objects.in_bulk() if self.calendars is None else self.calendars
        return {pk: hours_of(calendar).ruler(since, self.now) for pk, calendar in calendars.items()}


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _together(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole


def counted(asked: Asked, actor: Actor, *, now: datetime, sums: Collection[Measure] = ()) -> dict[Measure, Counted]:
    """The measure that is asked for, divided, and ``sums``, each as a whole; one statement whatever the size."""
    scope, by = scope_of(asked, actor), asked.by
    is_said = Measure.SATISFIED in {asked.measure, *sums}
    read = [one for one in sums if one is not asked.measure and not (one in _TURNED and is_said)]
    statements = [_statement(measure, scope) for measure in read]
    statements.append(_statement(asked.measure, scope, asked=asked))
    rows: dict[Measure, list[tuple[str, date | None, Tally]]] = defaultdict(list)
    with connection.cursor() as cursor:
        shared = beside([*read, asked.measure], by=by, scope=scope)
        cursor.execute(f"{shared} {' UNION ALL '.join(statements)}", given(asked, actor, now=now))
        for measure, key, day, calendar, begins, ends, rests, *sums_of in cursor.fetchall():
            rows[Measure(measure)].append((key, day, _tally(calendar, begins, ends, rests, *sums_of)))
    for measure in {*sums} & {*_TURNED} - {asked.measure, *read}:
        rows[measure] = [("", None, _TURNED[measure](tally)) for _key, _day, tally in rows[Measure.SATISFIED]]
    return {measure: Counted(now=now, parts=rows[measure]) for measure in (asked.measure, *sums)}


_TURNED: Final[dict[Measure, Callable[[Tally], Tally]]] = {
    Measure.UNSATISFIED: lambda tally: Tally(yes=tally.no, no=tally.yes, left_out=tally.left_out),
    Measure.UNCONFIRMED: lambda tally: Tally(yes=tally.left_out, no=tally.yes + tally.no),
}
"""What the sums of the satisfied say of the other two, without reading the same words again."""


def _tally(calendar: int | None, begins: Any, ends: Any, rests: Any, *sums: Any) -> Tally:
    yes, no, left_out, scores = sums
    if begins is None:
        return Tally(yes=yes, no=no, left_out=left_out, scores=list(scores or ()))
    resting: Iterable[Rests] = json.loads(rests) if isinstance(rests, str) else rests or repeat(())
    spans = [(begin, end, rest, calendar or 0) for begin, end, rest in zip(begins, ends, resting, strict=False)]
    return Tally(left_out=left_out, spans=spans)


_WAITED: Final = "array_agg(extract(epoch FROM {})::float8) FILTER (WHERE verdict IN (1, 2))"
_RESTED: Final = "jsonb_agg(rests) FILTER (WHERE verdict IN (1, 2))"


def _statement(measure: Measure, scope: str, *, asked: Asked | None = None) -> str:
    """Sums of a measure; divided as ``asked`` says, else in one, and then without what working time needs."""
    by, day, calendar, rests = None, "NULL", "NULL", "NULL"
    if asked is not None:
        by = asked.by if asked.by and not asked.by.is_time else None
        day = f"date_trunc('{asked.every}', at AT TIME ZONE %(zone)s)"
        calendar = "calendar" if measure.is_span else "NULL"
        rests = _RESTED if measure is Measure.SOLUTION else "NULL"
    begins, ends = (_WAITED.format("at"), _WAITED.format("ended")) if measure.is_span else ("NULL", "NULL")
    scores = "array_agg(score) FILTER (WHERE score IS NOT NULL)" if measure is Measure.EFFORT else "NULL"
    return f"""(
        SELECT '{measure}', key, ({day})::date, ({calendar})::bigint,
            ({begins})::float8[], ({ends})::float8[], ({rests})::jsonb,
            count(*) FILTER (WHERE verdict = 1), count(*) FILTER (WHERE verdict = 0),
            count(*) FILTER (WHERE verdict IS NULL), ({scores})::smallint[]
        FROM ({facts(measure, by=by, scope=scope)}) AS fact GROUP BY 2, 3, 4)"""  # noqa: S608  (our own words)


# ── One by one ────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Fact:
    """One row behind a number. ``verdict``: 1 yes or over, 0 no, 2 still waits."""

    case_id: int
    subject: str
    owner: str
    at: datetime
    ended: datetime | None
    verdict: int
    score: int | None


def facts_behind(asked: Asked, actor: Actor, *, now: datetime, most: int, beyond: int = 0) -> list[Fact]:
    """What the number stands on as far as the actor may open it, the newest first; without what was left out.

    ``beyond``: so many of them are passed over.
    """
    scope = rows_scope_of(asked, actor)
    sql = f"""
        {beside([asked.measure], by=None, scope=scope)}
        SELECT fact.case_id, matter.subject, owner.name, fact.at, fact.ended, fact.verdict, fact.score
        FROM ({facts(asked.measure, by=None, scope=scope)}) AS fact
        JOIN cases_case AS matter ON matter.id = fact.case_id JOIN team_agent AS owner ON owner.id = matter.owner_id
        WHERE fact.verdict IS NOT NULL ORDER BY fact.at DESC, fact.case_id DESC, fact.ended, fact.verdict
        LIMIT %(most)s OFFSET %(beyond)s
    """  # noqa: S608  (our own words)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**given(asked, actor, now=now), "most": most, "beyond": beyond})
        return [
            Fact(case_id=pk, subject=subject, owner=owner, at=at, ended=ended, verdict=verdict, score=score)
            for pk, subject, owner, at, ended, verdict, score in cursor.fetchall()
        ]
