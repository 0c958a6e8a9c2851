"""Where figures are counted from: the tallies of whole days, what has come since, and the hours at the ends.

Beware: whoever reads sums tallies and strokes, so that an answer is in its figure with the commit that keeps it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from otklik.surveys.models import Names, Tally, Version

FEWEST: Final = 5
"""Fewer answers without a name than this are shown to nobody."""
_WIDE: Final = FEWEST + FEWEST - 2
"""Small days are four at most, so whatever begins within eight answers has five of its own."""

_SETTINGS: Final = """
    SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true),
        set_config('enable_nestloop', %(by_loops)s, true), set_config('enable_sort', %(by_loops)s, true)
"""
"""How many cells there are nobody can guess who plans the statement: they are hashed, not sorted and looked up."""
_WANTED = """
    version_id = ANY (%(versions)s::bigint[]) AND (%(question)s::text IS NULL OR question = %(question)s)
    AND (%(first)s::date IS NULL OR day >= %(first)s) AND (%(end)s::date IS NULL OR day < %(end)s)
    AND (%(segment)s::text IS NULL OR segment = %(segment)s) AND (%(channel)s::text IS NULL OR channel = %(channel)s)
"""
_KEPT = f"""
    SELECT version_id, question, part, number, expected, choices, day::timestamp AT TIME ZONE 'UTC' AS at, segment,
        channel, n
    FROM surveys_tally WHERE level = %(level)s AND {_WANTED}
    UNION ALL
    SELECT version_id, question, part, number, expected, choices, day::timestamp AT TIME ZONE 'UTC', segment, channel, n
    FROM surveys_stroke WHERE {_WANTED}
"""  # noqa: S608 - constants
_AT_THE_ENDS = """
    FROM unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS span (since, until)
    JOIN surveys_sitting s ON s.version_id = ANY (%(versions)s::bigint[]) AND s.at >= span.since AND s.at < span.until
    {answers} WHERE NOT s.is_trial
        AND (%(segment)s::text IS NULL OR s.segment = %(segment)s)
        AND (%(channel)s::text IS NULL OR s.channel = %(channel)s)
"""
_ANSWERS_AT_THE_ENDS = """
    UNION ALL
    SELECT s.version_id, a.question, a.part, a.number, a.expected, a.choices, s.at, s.segment, s.channel, 1
""" + _AT_THE_ENDS.format(
    answers="JOIN surveys_answer a ON a.sitting_id = s.id AND (%(question)s::text IS NULL OR a.question = %(question)s)"
)
_WAYS_AT_THE_ENDS = """
    UNION ALL
    SELECT s.version_id, '', '', s.is_finished::int, (i.asked_at IS NOT NULL)::int, s.asked, s.at, s.segment, s.channel,
        1
""" + _AT_THE_ENDS.format(answers="LEFT JOIN surveys_invitation i ON i.id = s.invitation_id")

_SERIES = """
    JOIN unnest(%(asking)s::bigint[], %(questions)s::text[], %(series)s::int[]) AS r(version_id, question, series)
        USING (version_id, question)
"""
_PIECE = "CASE WHEN %(edges)s::timestamptz[] IS NULL THEN 0 ELSE width_bucket({at}, %(edges)s::timestamptz[]) END"
_SUM = """
    SELECT series, question, part, number, expected, choices, piece, group_of, sum(shown), sum(wanted)
    FROM ({rows}) AS told GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(wanted) <> 0 OR sum(shown) <> 0
"""
_COUNTED = (
    f"SELECT series, question, part, number, expected, choices, {_PIECE.format(at='at')} AS piece, "  # noqa: S608
    "CASE WHEN %(is_by_segment)s THEN segment ELSE '' END AS group_of, n AS shown, n AS wanted "
    f"FROM ({{rows}}) AS kept {_SERIES} WHERE %(part)s::text IS NULL OR part = %(part)s"
)
_HIDDEN = f"""
    WITH cell AS MATERIALIZED (
        SELECT series, question, part, segment, channel, day, sum(n)::int AS n,
            hashtextextended(question || ' ' || part, series) AS q, hashtextextended(segment, 1) AS s,
            hashtextextended(channel, 2) AS c
        FROM (
            SELECT version_id, question, part, segment, channel, day, n FROM surveys_tally
            WHERE level = {Tally.Level.CELL} AND version_id = ANY (%(versions)s::bigint[])
                AND (%(question)s::text IS NULL OR question = %(question)s)
            UNION ALL
            SELECT version_id, question, part, segment, channel, day, n FROM surveys_stroke
            WHERE version_id = ANY (%(versions)s::bigint[])
        ) AS kept {_SERIES} WHERE %(part)s::text IS NULL OR part = %(part)s
        GROUP BY series, question, part, segment, channel, day HAVING sum(n) > 0
    ), place AS MATERIALIZED (
        SELECT q, s, c, CASE WHEN of_segment >= {FEWEST} THEN s ELSE 0 END AS shelf,
            CASE WHEN of_segment < {FEWEST} THEN 0 WHEN n >= {FEWEST} THEN c
                ELSE first_value(c) OVER (PARTITION BY q, s ORDER BY n DESC, c) END AS board
        FROM (
            SELECT q, s, c, sum(n) AS n, sum(sum(n)) OVER (PARTITION BY q, s) AS of_segment FROM cell GROUP BY q, s, c
        ) AS sized
    ), small AS MATERIALIZED (
        SELECT *, sum(n) OVER (along ROWS UNBOUNDED PRECEDING) - n AS before,
            sum(n) OVER (PARTITION BY q, shelf, board) AS together
        FROM cell JOIN place USING (q, s, c) WHERE n < {FEWEST}
        WINDOW along AS (PARTITION BY q, shelf, board ORDER BY day, s, c)
    ), host AS (
        SELECT DISTINCT ON (q, shelf, board) * FROM cell JOIN place USING (q, s, c)
        JOIN (SELECT DISTINCT q, shelf, board FROM small WHERE together < {FEWEST}) AS rest USING (q, shelf, board)
        WHERE n >= {FEWEST} ORDER BY q, shelf, board, day DESC, s, c
    ), laid AS (
        SELECT q, shelf, board, series, question, part, segment, channel, day, n, CASE WHEN together < {FEWEST} THEN -1
            ELSE greatest(least(before / {_WIDE}, together / {_WIDE} - 1), 0) END AS lot FROM small
        UNION ALL SELECT q, shelf, board, series, question, part, segment, channel, day, n, -1 FROM host
    ), asked AS (
        SELECT *, (%(first)s::date IS NULL OR day >= %(first)s) AND (%(end)s::date IS NULL OR day < %(end)s)
            AND (%(segment)s::text IS NULL OR segment = %(segment)s)
            AND (%(channel)s::text IS NULL OR channel = %(channel)s) AS is_wanted,
            {_PIECE.format(at="day::timestamp AT TIME ZONE 'UTC'")} AS piece
        FROM laid
    ), judged AS (
        SELECT *, sum(n) OVER lots >= {FEWEST} AND bool_and(is_wanted) OVER lots
            AND min(piece) OVER lots = max(piece) OVER lots
            AND (NOT %(is_by_segment)s OR min(segment) OVER lots = max(segment) OVER lots) AS is_shown
        FROM asked WINDOW lots AS (PARTITION BY q, shelf, board, lot)
    ), hidden AS (
        SELECT * FROM judged WHERE is_wanted AND NOT is_shown
    )
"""  # noqa: S608 - constants
"""Answers without a name stand in cells: a day, a segment, a channel. A cell of five or more is a lot by itself; small
ones of the same segment and channel are laid together, day after day, until they are five (a rest goes to the last
lot). A channel of fewer stands with the largest of its segment, segments of fewer together, and these, when they are
fewer than five, nowhere. A lot is shown whole or not at all. Names are sorted as numbers; should two of them be the
same number, they only stand together."""
_LESS = """
    UNION ALL
    SELECT h.series, h.question, h.part, t.number, t.expected, t.choices, h.piece,
        CASE WHEN %(is_by_segment)s THEN h.segment ELSE '' END, -t.n, 0
    FROM hidden h
    JOIN unnest(%(asking)s::bigint[], %(questions)s::text[], %(series)s::int[]) AS r(version_id, question, series)
        USING (question, series)
"""
_LESS_WHAT_IS_HIDDEN = f"""
    {_LESS} CROSS JOIN LATERAL (
        SELECT number, expected, choices, n FROM surveys_tally
        WHERE level = {Tally.Level.BOTH} AND version_id = r.version_id AND segment = h.segment
            AND question = h.question AND part = h.part AND day = h.day AND channel = h.channel OFFSET 0
    ) AS t
    {_LESS} JOIN surveys_stroke t USING (version_id, question, part, segment, channel, day)
"""  # noqa: S608 - constants
_NAMELESS = _HIDDEN + _SUM.format(rows=_COUNTED.format(rows=_KEPT) + _LESS_WHAT_IS_HIDDEN)


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """Of whose answers is told: given from ``since`` until before ``until``, in one segment, by one channel.

    Of an answer without a name only its day (UTC) counts: it was given as that began.
    """

    since: datetime | None = None
    until: datetime | None = None
    segment: str | None = None
    channel: str | None = None


ALL: Final = Narrowed()

type Spread = tuple[int, str, str, int | None, int | None, list[str], int, str, int, int]
"""Series, question, part; number, expected, choices; piece, group; how many are shown, of how many."""


def spreads(
    versions: Sequence[Version],
    narrowed: Narrowed,
    *,
    question: str | None = None,
    part: str | None = None,
    edges: Sequence[datetime] | None = None,
    is_by_segment: bool = False,
) -> Iterator[Spread]:
    """How many gave each value. ``edges`` are beginnings of days (UTC). A statement for those with a name, and one."""
    about = {"question": question, "part": part, "edges": list(edges) if edges else None,
             "is_by_segment": is_by_segment}  # fmt: skip
    for is_named, several in _by_names(versions):
        asking = [(one.pk, key, number) for one in several for key, number in one.series.items()]
        asking = [one for one in asking if question is None or one[1] == question]
        if not asking:
            continue
        ids, questions, series = map(list, zip(*asking, strict=True))
        values = about | {"asking": ids, "questions": questions, "series": series}
        values |= _values(several, narrowed, is_named=is_named, is_by_segment=is_by_segment)
        ends = _ANSWERS_AT_THE_ENDS if values["begins"] else ""
        named = _SUM.format(rows=_COUNTED.format(rows=_KEPT + ends))
        yield from _told(named if is_named else _NAMELESS, values)


def ways(
    versions: Sequence[Version], narrowed: Narrowed, *, by: Sequence[str]
) -> Iterator[tuple[bool, bool, bool, int, tuple[Any, ...]]]:
    """Those who went through: whether their survey knows their name, whether they finished, whether a letter asked
    them, how many, and what they share: ``by`` is of ``version_id``, ``choices`` (the questions that they were shown),
    ``channel`` and ``segment``."""
    for is_named, several in _by_names(versions):
        is_by_place = "segment" in by
        values = {"question": ""} | _values(several, narrowed, is_named=is_named, is_by_segment=is_by_place)
        if is_by_place:
            values["level"] = Tally.Level.BOTH
        rows = _KEPT + (_WAYS_AT_THE_ENDS if values["begins"] else "")
        shared = ", ".join(by)
        told = f"SELECT number, expected, sum(n), {shared} FROM ({rows}) AS kept GROUP BY 1, 2, {shared}"  # noqa: S608
        for done, invited, n, *rest in _told(told + " HAVING sum(n) > 0", values):
            yield is_named, bool(done), bool(invited), n, tuple(rest)


def _told(statement: str, values: dict[str, Any]) -> list[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTINGS, {"by_loops": "off" if statement is _NAMELESS else "on"})
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _by_names(versions: Sequence[Version]) -> Iterator[tuple[bool, list[Version]]]:
    for is_named in (True, False):
        if several := [one for one in versions if (one.names == Names.IDENTIFIED) == is_named]:
            yield is_named, several


def _values(versions: Sequence[Version], narrowed: Narrowed, *, is_named: bool, is_by_segment: bool) -> dict[str, Any]:
    """Whole days are told by tallies, and of those with a name the hours before and after these by the answers."""
    since = narrowed.since
    until = narrowed.until if narrowed.until and narrowed.until < timezone.now() else None  # nothing is to come
    first, end = _day_after(since), _day_of(until) if is_named else _day_after(until)
    spans = list(_spans(since, until, first, end)) if is_named else []
    level = (Tally.Level.SEGMENT if is_by_segment or narrowed.segment is not None else Tally.Level.ALL) + (
        Tally.Level.CHANNEL if narrowed.channel is not None else Tally.Level.ALL
    )
    return {
        "versions": [one.pk for one in versions], "first": first, "end": end, "level": level,
        "segment": narrowed.segment, "channel": narrowed.channel,
        "begins": [begin for begin, _end in spans], "ends": [end for _begin, end in spans],
    }  # fmt: skip


def _spans(
    since: datetime | None, until: datetime | None, first: date | None, end: date | None
) -> Iterator[tuple[datetime, datetime]]:
    """What of this time is in no whole day from ``first`` to ``end``."""
    if since and until and first and end and end < first:
        yield since, until  # a part of one day
        return
    if since and first and since < _beginning(first):
        yield since, _beginning(first)
    if until and end and _beginning(end) < until:
        yield _beginning(end), until


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _day_of(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).date() if moment else None


def _day_after(moment: datetime | None) -> date | None:
    """The first day that begins at this moment or later."""
    day = _day_of(moment)
    return day if day is None or moment == _beginning(day) else day + timedelta(days=1)
