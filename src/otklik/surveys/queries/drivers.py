"""Which parts go with the whole: pairs of scores that the same people gave, counted by the database."""

from collections import Counter
from dataclasses import dataclass

from django.db import connection

from otklik.foundation.figures import Estimate, driver_counted
from otklik.surveys.definition import SCORES, Definition, Instrument, Question
from otklik.surveys.models import Names, Survey
from otklik.surveys.queries.asked import definition_of
from otklik.surveys.queries.counted import versions_asking
from otklik.surveys.queries.tallies import Narrowed

_PAIRS = """
    SELECT part.question, part.part, part.number, whole.number, count(*)
    FROM surveys_answer whole
    JOIN surveys_sitting s ON s.id = whole.sitting_id
    JOIN surveys_answer part ON part.sitting_id = s.id AND part.question <> whole.question
    JOIN unnest(%(versions)s::bigint[], %(questions)s::text[]) AS r(version_id, question)
        ON r.version_id = s.version_id AND r.question = part.question
    WHERE whole.question = %(whole)s AND s.version_id = ANY (%(whole_versions)s::bigint[]) AND NOT s.is_trial
        AND part.number IS NOT NULL AND whole.number IS NOT NULL
        AND (%(since)s::timestamptz IS NULL OR s.at >= %(since)s)
        AND (%(segment)s::text IS NULL OR s.segment = %(segment)s)
        AND (%(channel)s::text IS NULL OR s.channel = %(channel)s)
    GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, kw_only=True)
class Driver:
    """How closely a part goes with the whole: ``r`` has no value below thirty pairs. Associated, not causing."""

    question: Question
    part: str
    r: Estimate


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """``whole``: what the parts go with; ``found``: the closest first, those that nothing can be said of last."""

    whole: Question
    found: list[Driver]


def whole_of(survey: Definition) -> Question | None:
    """What a survey asks about the whole: its recommendation, else the first satisfaction, else the first score."""
    scores = [one for one in survey.questions if one.instrument in SCORES - {Instrument.SERVQUAL}]
    for instrument in (Instrument.NPS, Instrument.CSAT):
        if found := next((one for one in scores if one.instrument == instrument), None):
            return found
    return scores[0] if scores else None


def drivers(survey: Survey, narrowed: Narrowed) -> Drivers | None:
    """None for a survey that asks nothing about the whole. Answers without a name are told of all together only: what
    two filters would show of them could be subtracted. Two statements."""
    versions = versions_asking(survey)
    if not versions:
        return None
    asked = definition_of(versions[0])
    whole = whole_of(asked)
    if whole is None:
        return None
    if any(one.names != Names.IDENTIFIED for one in versions):
        narrowed = Narrowed()
    same = [
        (one.pk, key) for one in versions for key, number in one.series.items() if number == versions[0].series.get(key)
    ]
    ids, questions = zip(*same, strict=True)
    values = {
        "versions": list(ids), "questions": list(questions), "whole": whole.key,
        "whole_versions": [pk for pk, key in same if key == whole.key],
        "since": narrowed.since, "segment": narrowed.segment, "channel": narrowed.channel,
    }  # fmt: skip
    cells: dict[tuple[str, str], Counter[tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, values)
        for question, part, one, other, times in cursor.fetchall():
            cells.setdefault((question, part), Counter())[one, other] += times
    return Drivers(whole=whole, found=_ranked(asked, whole, cells))


def _ranked(asked: Definition, whole: Question, cells: dict[tuple[str, str], Counter[tuple[int, int]]]) -> list[Driver]:
    found = [
        Driver(question=one, part=part, r=driver_counted(cells.get((one.key, part), {})))
        for one in asked.questions
        if one.key != whole.key and (one.instrument in SCORES or one.instrument == Instrument.MATRIX)
        for part in ([row.id for row in one.rows] or [""])
    ]
    return sorted(found, key=lambda one: (one.r.value is None, -(one.r.value or 0)))
