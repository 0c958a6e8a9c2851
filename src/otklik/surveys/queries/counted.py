"""What was answered, counted by the database: answers, who was asked, and who skipped."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, QuerySet

from otklik.surveys.definition import CHOICES, Definition, Instrument, Question, read
from otklik.surveys.figures import Told, tell
from otklik.surveys.models import Answer, Names, Sitting, Survey, Version

FEWEST: Final = 5
"""Fewer answers without a name than this are shown to nobody."""

_MOST_WORDS: Final = 200

_ASKED = """
    FROM surveys_answer a JOIN surveys_sitting s ON s.id = a.sitting_id
    JOIN unnest(%(versions)s::bigint[], %(questions)s::text[], %(series)s::int[]) AS r(version_id, question, series)
        ON r.version_id = s.version_id AND r.question = a.question
    WHERE NOT s.is_trial AND (%(part)s::text IS NULL OR a.part = %(part)s)
"""
_IN_TIME = """
    (%(since)s::timestamptz IS NULL OR s.at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR s.at < %(until)s)
"""
_PIECE = "CASE WHEN %(edges)s::timestamptz[] IS NULL THEN 0 ELSE width_bucket(s.at, %(edges)s::timestamptz[]) END"
_IDENTIFIED = f"""
    SELECT r.series, a.question, a.part, a.number, a.expected, a.choices, {_PIECE} AS piece,
        CASE WHEN %(is_by_segment)s THEN s.segment ELSE '' END AS group_of, count(*), count(*)
    {_ASKED} AND s.names = 'identified' AND {_IN_TIME}
        AND (%(segment)s::text IS NULL OR s.segment = %(segment)s)
        AND (%(channel)s::text IS NULL OR s.channel = %(channel)s)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
_NAMELESS = f"""
    WITH said AS (
        SELECT r.series, a.id, a.question, a.part, a.number, a.expected, a.choices, s.segment, {_PIECE} AS piece,
            {_IN_TIME} AND (%(channel)s::text IS NULL OR s.channel = %(channel)s) AS is_in_time,
            count(*) OVER (PARTITION BY r.series, a.question, a.part, s.segment) AS in_segment
        {_ASKED} AND s.names <> 'identified'
    ), pooled AS (
        SELECT *, CASE WHEN in_segment < %(fewest)s THEN NULL ELSE segment END AS pool FROM said
    ), placed AS (
        SELECT *, row_number() OVER (PARTITION BY series, question, part, pool ORDER BY id) - 1 AS place,
            count(*) OVER (PARTITION BY series, question, part, pool) AS in_pool
        FROM pooled
    ), grouped AS (
        SELECT *, least(place / %(fewest)s, in_pool / %(fewest)s - 1) AS lot FROM placed
    ), judged AS (
        SELECT *, is_in_time AND (%(segment)s::text IS NULL OR segment = %(segment)s) AS is_wanted,
            lot >= 0 AND (%(segment)s::text IS NULL OR pool = %(segment)s)
                AND bool_and(is_in_time) OVER lots AS is_shown,
            min(piece) OVER lots = max(piece) OVER lots AS is_of_one_piece
        FROM grouped WINDOW lots AS (PARTITION BY series, question, part, pool, lot)
    )
    SELECT series, question, part, number, expected, choices, CASE WHEN is_of_one_piece THEN piece ELSE -1 END,
        CASE WHEN %(is_by_segment)s THEN coalesce(pool, '') ELSE '' END,
        count(*) FILTER (WHERE is_shown AND (pool IS NOT NULL OR NOT %(is_by_segment)s)), count(*)
    FROM judged WHERE is_wanted GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608 - constants
"""Answers without a name are laid in lots of five or more (by segment, small segments together), and a lot is shown
whole or not at all, also in a piece of time, in a group and by a channel. Whatever two filters show differs by whole
lots, so subtracting never tells of fewer than five."""


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """Of whose answers is told: given from ``since`` until before ``until``, in one segment, by one channel."""

    since: datetime | None = None
    until: datetime | None = None
    segment: str | None = None
    channel: str | None = None


ALL: Final = Narrowed()


@dataclass
class _Tally:
    """Of one question (one row of a matrix) in one wording."""

    numbers: Counter[tuple[int, int | None]] = field(default_factory=Counter)
    choices: Counter[str] = field(default_factory=Counter)
    n: int = 0
    withheld: int = 0


type _Key = tuple[int, str, str]
"""Wording, question and row."""


def figures(survey: Survey, narrowed: Narrowed = ALL) -> list[Told]:
    """What was answered, question by question as it is asked now, then what is asked no more; each wording apart, the
    newest first. Four statements at most."""
    versions, asked = _versions(survey)
    if not versions:
        return []
    tallies = {key: tally for (key, _piece, _group), tally in _tallies(versions, narrowed).items()}
    shown, all_of_them = _gone_through(versions, narrowed)
    found = []
    for question, number, of_series in _wordings(versions, asked):
        left = _left_out(question.key, of_series, shown, all_of_them)
        for part in parts_of(question):
            tally = tallies.get((number, question.key, part), _Tally())
            about = left | {"withheld": tally.withheld}
            about["skipped"] = max(0, about["skipped"] - tally.n - tally.withheld)
            found.append(_told(question, number, part, tally, about))
    return found


def parts_of(question: Question) -> list[str]:
    """The rows of a matrix; of all else the whole."""
    return [row.id for row in question.rows] if question.instrument == Instrument.MATRIX else [""]


def over_time(
    survey: Survey, question: str, part: str, narrowed: Narrowed, *, edges: Sequence[datetime]
) -> list[list[Told]]:
    """The same of one question in pieces of time, which begin at ``edges``: in each its wordings, the newest first,
    that somebody answered then. Two statements."""
    versions, asked = _versions(survey)
    wordings = [one for one in _wordings(versions, asked) if one[0].key == question]
    tallies = _tallies(versions, narrowed, question=question, part=part, edges=edges)
    return [
        [
            _told(asked_so, number, part, tallies[key, piece, ""], {})
            for asked_so, number, _versions_of in wordings
            if (key := (number, question, part), piece, "") in tallies
        ]
        for piece in range(1, len(edges) + 1)
    ]


def by_segment(survey: Survey, question: str, part: str, narrowed: Narrowed) -> dict[str, Told]:
    """The same of one question as it is asked now, by segment. Two statements."""
    versions, asked = _versions(survey)
    newest = next((one for one in _wordings(versions, asked) if one[0].key == question), None)
    if newest is None:
        return {}
    asked_now, number, _versions_of = newest
    tallies = _tallies(versions, narrowed, question=question, part=part, is_by_segment=True)
    found: dict[str, _Tally] = {}
    for (key, _piece, group), tally in tallies.items():
        if key[0] == number and tally.n:
            found[group] = tally
    return {group: _told(asked_now, number, part, tally, {}) for group, tally in found.items()}


def versions_asking(survey: Survey) -> list[Version]:
    """All that were published, the newest first."""
    return list(Version.objects.filter(survey=survey, published_at__isnull=False).order_by("-number"))


def _versions(survey: Survey) -> tuple[list[Version], dict[int, Definition]]:
    rows = versions_asking(survey)
    return rows, {one.pk: read(one.definition) for one in rows}


def words_of(survey: Survey) -> dict[str, list[str]]:
    """By question the last words of those who have a name or might have; then those without, once they are five or
    more, in the order of the alphabet, which tells nobody's place. A statement for each version, the newest first."""
    found: dict[str, list[str]] = {}
    nameless: dict[str, list[str]] = {}
    for version in versions_asking(survey):
        rows = Answer.objects.filter(sitting__version=version, sitting__is_trial=False).exclude(words="")
        last = rows.order_by("-sitting__at", "-id").values_list("question", "words")[:_MOST_WORDS]
        kept = found if version.names == Names.IDENTIFIED else nameless
        for question, words in last:
            kept.setdefault(question, []).append(words)
    for question, several in nameless.items():
        if len(several) >= FEWEST:
            found.setdefault(question, []).extend(sorted(several))
    return {question: several[:_MOST_WORDS] for question, several in found.items()}


def _wordings(versions: Sequence[Version], asked: dict[int, Definition]) -> Iterator[tuple[Question, int, list[int]]]:
    """Each question in each of its wordings as last written, with the versions that ask it so."""
    seen: dict[str, dict[int, tuple[Question, list[int]]]] = {}
    for version in versions:
        for one in asked[version.pk].questions:
            known = seen.setdefault(one.key, {}).setdefault(version.series[one.key], (one, []))
            known[1].append(version.pk)
    for wordings in seen.values():
        for number, (question, of_series) in wordings.items():
            yield question, number, of_series


def _tallies(
    versions: Sequence[Version],
    narrowed: Narrowed,
    *,
    question: str = "",
    part: str | None = None,
    edges: Sequence[datetime] | None = None,
    is_by_segment: bool = False,
) -> dict[tuple[_Key, int, str], _Tally]:
    """By question, wording and row, by piece of time (0 without ``edges``) and group."""
    rows = [(one.pk, key, number) for one in versions for key, number in one.series.items()]
    rows = [one for one in rows if not question or one[1] == question]
    ids, questions, series = zip(*rows, strict=True) if rows else ((), (), ())
    values = {
        "versions": list(ids), "questions": list(questions), "series": list(series), "fewest": FEWEST, "part": part,
        "edges": list(edges) if edges else None, "is_by_segment": is_by_segment, **vars(narrowed),
    }  # fmt: skip
    found: dict[tuple[_Key, int, str], _Tally] = {}
    statements = [_IDENTIFIED] * any(one.names == Names.IDENTIFIED for one in versions)
    statements += [_NAMELESS] * any(one.names != Names.IDENTIFIED for one in versions)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '64MB', true)")  # nothing of this is sorted on a disk
        for statement in statements:
            cursor.execute(statement, values)
            for wording, key, row, number, expected, choices, piece, group, shown, wanted in cursor.fetchall():
                tally = found.setdefault(((wording, key, row), piece if edges else 0, group), _Tally())
                tally.n += shown
                tally.withheld += wanted - shown
                if number is not None and shown:
                    tally.numbers[number, expected] += shown
                for one in choices if shown else ():
                    tally.choices[one] += shown
    return found


def _sittings(versions: Sequence[Version], narrowed: Narrowed) -> QuerySet[Sitting]:
    rows = Sitting.objects.filter(version__in=versions, is_trial=False)
    if narrowed.since is not None:
        rows = rows.filter(at__gte=narrowed.since)
    if narrowed.until is not None:
        rows = rows.filter(at__lt=narrowed.until)
    if narrowed.segment is not None:
        rows = rows.filter(segment=narrowed.segment)
    return rows if narrowed.channel is None else rows.filter(channel=narrowed.channel)


def _gone_through(
    versions: Sequence[Version], narrowed: Narrowed
) -> tuple[Counter[tuple[int, str, bool]], Counter[tuple[int, bool]]]:
    """How many were shown a question, by version, question and whether they went through to the end; and how many there
    were. One statement: many go the same way."""
    ways = _sittings(versions, narrowed).values_list("version_id", "asked", "is_finished").annotate(n=Count("pk"))
    shown: Counter[tuple[int, str, bool]] = Counter()
    everybody: Counter[tuple[int, bool]] = Counter()
    for version, asked, done, n in ways.order_by():
        everybody[version, done] += n
        for key in asked:
            shown[version, key, done] += n
    return shown, everybody


def _left_out(
    key: str,
    versions: Sequence[int],
    shown: Counter[tuple[int, str, bool]],
    all_of_them: Counter[tuple[int, bool]],
) -> dict[str, int]:
    """``skipped`` still holds those who answered."""
    by_end = {done: sum(shown[version, key, done] for version in versions) for done in (True, False)}
    total = {done: sum(all_of_them[version, done] for version in versions) for done in (True, False)}
    return {
        "skipped": by_end[True] + by_end[False],
        "not_shown": total[True] - by_end[True],
        "not_reached": total[False] - by_end[False],
    }


def _told(question: Question, number: int, part: str, tally: _Tally, left_out: dict[str, int]) -> Told:
    options = {one.id: tally.choices[one.id] for one in question.options} if question.instrument in CHOICES else {}
    return tell(question, series=number, part=part, numbers=tally.numbers, options=options, n=tally.n, left=left_out)
