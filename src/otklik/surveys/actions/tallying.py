"""Bringing the tallies up to date, so that a figure sums few rows."""

from typing import Final

from django.db import connection

from otklik.foundation.database.transactions import in_one

AT_ONCE: Final = 100_000
_FOLD = """
    WITH gone AS (
        DELETE FROM surveys_stroke WHERE id IN (
            SELECT id FROM surveys_stroke ORDER BY id LIMIT %(at_once)s FOR UPDATE SKIP LOCKED
        ) RETURNING *
    ), told AS (
        SELECT g.version_id, g.day, g.question, g.part, g.number, g.expected, g.choices, sum(g.n) AS n,
            CASE WHEN GROUPING(g.number) = 1 THEN 4 WHEN GROUPING(g.segment, g.channel) = 0 THEN 3
                WHEN GROUPING(g.segment) = 0 THEN 1 WHEN GROUPING(g.channel) = 0 THEN 2 ELSE 0 END AS level,
            coalesce(g.segment, '') AS segment, coalesce(g.channel, '') AS channel
        FROM gone g GROUP BY g.version_id, g.day, g.question, g.part, GROUPING SETS (
            (g.number, g.expected, g.choices), (g.number, g.expected, g.choices, g.segment),
            (g.number, g.expected, g.choices, g.channel), (g.number, g.expected, g.choices, g.segment, g.channel),
            (g.segment, g.channel)
        ) HAVING sum(g.n) <> 0
    ), kept AS (
        INSERT INTO surveys_tally
            (version_id, level, segment, question, part, day, channel, number, expected, choices, n)
        SELECT t.version_id, t.level, t.segment, t.question, t.part, t.day, t.channel, t.number, t.expected,
            coalesce(t.choices, '{}'), t.n
        FROM told t JOIN surveys_version v ON v.id = t.version_id
        WHERE t.level < 4 OR (v.names <> 'identified' AND t.question <> '')
        ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
        ON CONFLICT ON CONSTRAINT a_tally_is_kept_once DO UPDATE SET n = surveys_tally.n + EXCLUDED.n
    )
    SELECT count(*) FROM gone
"""


@in_one
def tally(*, at_once: int = AT_ONCE) -> int:
    """Add what has come and gone to the tallies; how many rows of that there were. Two at once share the work: each
    takes what the other has not, and both write in one order."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, {"at_once": at_once})
        return int(cursor.fetchone()[0])
