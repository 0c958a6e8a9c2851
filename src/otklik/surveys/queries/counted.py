"""What was answered, counted by the database: answers, who was asked, and who skipped."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Count, F, Func, QuerySet

from otklik.surveys.definition import CHOICES, Definition, Instrument, Question, read
from otklik.surveys.figures import Told, tell
from otklik.surveys.models import Answer, Names, Sitting, Survey, Version

FEWEST: Final = 5
"""Fewer answers without a name than this are shown to nobody."""

_MOST_WORDS: Final = 200

_IDENTIFIED = """
    SELECT r.series, a.question, a.part, a.number, a.expected, a.choices, count(*), count(*)
    FROM surveys_answer a JOIN surveys_sitting s ON s.id = a.sitting_id
    JOIN unnest(%(versions)s::bigint[], %(questions)s::text[], %(series)s::int[]) AS r(version_id, question, series)
        ON r.version_id = s.version_id AND r.question = a.question
    WHERE NOT s.is_trial AND s.names = 'identified'
        AND (%(since)s::timestamptz IS NULL OR s.at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR s.at < %(until)s)
        AND (%(segment)s::text IS NULL OR s.segment = %(segment)s)
    GROUP BY 1, 2, 3, 4, 5, 6
"""
_NAMELESS = """
    WITH said AS (
        SELECT r.series, a.id, a.question, a.part, a.number, a.expected, a.choices, s.segment,
            (%(since)s::timestamptz IS NULL OR s.at >= %(since)s)
                AND (%(until)s::timestamptz IS NULL OR s.at < %(until)s) AS is_in_time,
            count(*) OVER (PARTITION BY r.series, a.question, a.part, s.segment) AS in_segment
        FROM surveys_answer a JOIN surveys_sitting s ON s.id = a.sitting_id
        JOIN unnest(%(versions)s::bigint[], %(questions)s::text[], %(series)s::int[]) AS r(version_id, question, series)
            ON r.version_id = s.version_id AND r.question = a.question
        WHERE NOT s.is_trial AND s.names <> 'identified'
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
                AND bool_and(is_in_time) OVER (PARTITION BY series, question, part, pool, lot) AS is_shown
        FROM grouped
    )
    SELECT series, question, part, number, expected, choices, count(*) FILTER (WHERE is_shown), count(*)
    FROM judged WHERE is_wanted GROUP BY 1, 2, 3, 4, 5, 6
"""
"""Answers without a name are laid in lots of five or more (by segment, small segments together), and a lot is shown
whole or not at all. Whatever two filters show differs by whole lots, so subtracting never tells of fewer than five."""


@dataclass
class _Tally:
    """Of one question (one row of a matrix) in one wording."""

    numbers: Counter[tuple[int, int | None]] = field(default_factory=Counter)
    choices: Counter[str] = field(default_factory=Counter)
    n: int = 0
    withheld: int = 0


def figures(
    survey: Survey, *, since: datetime | None = None, until: datetime | None = None, segment: str | None = None
) -> list[Told]:
    """What was answered from ``since`` until before ``until``, question by question as it is asked now, then what is
    asked no more; each wording apart, the newest first. Four questions to the database."""
    versions = list(Version.objects.filter(survey=survey, published_at__isnull=False).order_by("-number"))
    if not versions:
        return []
    asked = {one.pk: read(one.definition) for one in versions}
    tallies = _tallies(versions, since=since, until=until, segment=segment)
    sittings = Sitting.objects.filter(version__in=versions, is_trial=False)
    if since is not None:
        sittings = sittings.filter(at__gte=since)
    if until is not None:
        sittings = sittings.filter(at__lt=until)
    if segment is not None:
        sittings = sittings.filter(segment=segment)
    shown, all_of_them = _shown(sittings), _finished(sittings)
    found = []
    for question, number, of_series in _wordings(versions, asked):
        left = _left_out(question.key, of_series, shown, all_of_them)
        for part in [row.id for row in question.rows] if question.instrument == Instrument.MATRIX else [""]:
            tally = tallies.get((number, question.key, part), _Tally())
            about = left | {"withheld": tally.withheld}
            about["skipped"] = max(0, about["skipped"] - tally.n - tally.withheld)
            found.append(_told(question, number, part, tally, about))
    return found


def words_of(survey: Survey) -> dict[str, list[str]]:
    """By question the last words of those who have a name or might have; then those without, once they are five or
    more, in the order of the alphabet, which tells nobody's place."""
    rows = Answer.objects.filter(sitting__version__survey=survey, sitting__is_trial=False).exclude(words="")
    found: dict[str, list[str]] = {}
    named = rows.filter(sitting__names=Names.IDENTIFIED).order_by("-id").values_list("question", "words")
    for question, words in named[:_MOST_WORDS]:
        found.setdefault(question, []).append(words)
    nameless: dict[str, list[str]] = {}
    without = rows.exclude(sitting__names=Names.IDENTIFIED).order_by("words").values_list("question", "words")
    for question, words in without[:_MOST_WORDS]:
        nameless.setdefault(question, []).append(words)
    for question, several in nameless.items():
        if len(several) >= FEWEST:
            found.setdefault(question, []).extend(several)
    return found


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


def _tallies(versions: Sequence[Version], **narrowed: Any) -> dict[tuple[int, str, str], _Tally]:
    rows = [(one.pk, key, number) for one in versions for key, number in one.series.items()]
    ids, questions, series = zip(*rows, strict=True) if rows else ((), (), ())
    values = {
        "versions": list(ids), "questions": list(questions), "series": list(series), "fewest": FEWEST, **narrowed,
    }  # fmt: skip
    found: dict[tuple[int, str, str], _Tally] = {}
    with connection.cursor() as cursor:
        for statement in (_IDENTIFIED, _NAMELESS):
            cursor.execute(statement, values)
            for number_of_series, question, part, number, expected, choices, shown, wanted in cursor.fetchall():
                tally = found.setdefault((number_of_series, question, part), _Tally())
                tally.n += shown
                tally.withheld += wanted - shown
                if number is not None and shown:
                    tally.numbers[number, expected] += shown
                for one in choices if shown else ():
                    tally.choices[one] += shown
    return found


def _shown(sittings: QuerySet[Sitting]) -> Counter[tuple[int, str, bool]]:
    """How many were shown a question: by version, question and whether they went through to the end."""
    rows = sittings.annotate(key=Func(F("asked"), function="unnest")).values_list("version_id", "key", "is_finished")
    return Counter({(version, key, done): n for version, key, done, n in rows.annotate(n=Count("pk")).order_by()})


def _finished(sittings: QuerySet[Sitting]) -> Counter[tuple[int, bool]]:
    rows = sittings.values_list("version_id", "is_finished").annotate(n=Count("pk")).order_by()
    return Counter({(version, done): n for version, done, n in rows})


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
