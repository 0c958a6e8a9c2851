"""Where a standard is not kept, and where it is kept but customers stay unsatisfied: that is the one to change.

Counted are cases that were called solved, or about which the customer has spoken, in the period, each once and with the
customer's last word, by the version that it holds. A case keeps its standard when every step was taken and its first
answer and its solution came within the promise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.db import connection

from otklik.cases.figures.sight import counts, eyes, opens
from otklik.cases.figures.team import SAID_NO, Share
from otklik.foundation.actors import Actor, require
from otklik.foundation.figures import Counted, Figure, Unit, difference_of_shares, share
from otklik.standards.models import Standard, Version

OFTEN: Final = 0.8
"""What is surely done in fewer than four cases of five is not kept."""
_SERVED: Final = """
    WITH said AS (
        SELECT DISTINCT ON (case_id) case_id, at, CASE name WHEN 'cases.closed' THEN payload->>'outcome'
            WHEN 'cases.reopened' THEN 'no' ELSE 'silent' END AS word
        FROM foundation_event
        WHERE at >= %(since)s AND (name = 'cases.solved'
            OR name = 'cases.closed' OR name = 'cases.reopened' AND payload->>'reason' = ANY(%(no)s))
        ORDER BY case_id, id DESC
    ), served AS (
        SELECT c.id, c.subject, c.owner_id, v.id AS version_id, v.standard_id, said.word, said.at,
            jsonb_array_length(v.how) AS steps,
            count(s.id) FILTER (WHERE s.state = 'done') AS done,
            count(s.id) FILTER (WHERE s.state = 'skipped') AS skipped,
            coalesce(c.first_answered_at > c.first_answer_by, false) OR coalesce(c.solved_at > c.solution_by, false)
                AS is_broken
        FROM said JOIN cases_case c ON c.id = said.case_id
        JOIN standards_version v ON v.id = c.standard_version_id
        LEFT JOIN cases_casestep s ON s.case_id = c.id AND s.version_id = v.id
        WHERE NOT c.custom ?| array['merged_into', 'history'] AND c.state <> 'spam'
            AND {seen}
        GROUP BY c.id, v.id, said.word, said.at
    )
"""


class Verdict(StrEnum):
    """What the figures of a standard or a step mean."""

    TOO_EARLY = "too_early"
    HOLDS = "holds"
    SKIPPED = "skipped"
    HELPS_BUT_SKIPPED = "helps_but_skipped"
    CHANGE_IT = "change_it"


def share_of(hits: int, n: int, *, rows_url: str = "") -> Figure:
    return Figure.of(share(hits, n), unit=Unit.SHARE, counted=Counted.CASES, rows_url=rows_url)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How one standard is kept. ``with_``: the customers' words where it was kept, ``without``: where it was not."""

    standard: Standard
    cases: int
    kept: int
    skipped: int
    left_open: int
    broken: int
    with_: Share
    without: Share
    elsewhere: Share

    @property
    def figure(self) -> Figure:
        return share_of(self.kept, self.cases)

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.figure, self.with_, self.without, self.elsewhere)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How one step is kept. ``after``: the customers' words where it was taken, ``without``: where it was not.

    ``reasons``: why it was left out, with how often, the most frequent first.
    """

    number: int
    words: str
    fact: str
    cases: int
    done: int
    skipped: int
    after: Share
    without: Share
    elsewhere: Share
    reasons: Sequence[tuple[str, int]]

    @property
    def figure(self) -> Figure:
        return share_of(self.done, self.cases)

    @property
    def left_open(self) -> int:
        return self.cases - self.done - self.skipped

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.figure, self.after, self.without, self.elsewhere)


def verdict_of(kept: Figure, with_: Share, without: Share, elsewhere: Share) -> Verdict:
    """Nothing is said below thirty cases, and nothing of customers unless the difference is proven."""
    if not kept.is_enough:
        return Verdict.TOO_EARLY
    if is_worse(with_, elsewhere) and with_.figure.is_enough:
        return Verdict.CHANGE_IT
    if kept.high is not None and kept.high < OFTEN:
        return Verdict.HELPS_BUT_SKIPPED if is_worse(without, with_) else Verdict.SKIPPED
    return Verdict.HOLDS


def is_worse(one: Share, other: Share) -> bool:
    """Customers are satisfied less often here than there, and not by chance (95 %)."""
    if not (one.answered and other.answered):
        return False
    difference = difference_of_shares((other.satisfied, other.answered), (one.satisfied, one.answered))
    return difference.high < 0


def standards_kept(actor: Actor, *, since: datetime) -> list[Kept]:
    """Every standard that served a case in the period, the most cases first. Raises ``Refusal('not_allowed')``."""
    sql = """
        SELECT standard_id, count(*), count(*) FILTER (WHERE done = steps AND NOT is_broken),
            count(*) FILTER (WHERE skipped > 0), count(*) FILTER (WHERE done + skipped < steps),
            count(*) FILTER (WHERE is_broken),
            count(*) FILTER (WHERE done = steps AND NOT is_broken AND word = 'satisfied'),
            count(*) FILTER (WHERE done = steps AND NOT is_broken AND word = 'no'),
            count(*) FILTER (WHERE word = 'satisfied'), count(*) FILTER (WHERE word = 'no')
        FROM served GROUP BY standard_id ORDER BY 2 DESC, 1
    """
    rows = _asked(actor, sql, since)
    known = Standard.objects.in_bulk([row[0] for row in rows])
    yes, no = sum(row[8] for row in rows), sum(row[9] for row in rows)
    return [
        Kept(
            standard=known[pk],
            cases=cases,
            kept=kept,
            skipped=skipped,
            left_open=left,
            broken=broken,
            with_=_words(kept, kept_yes, kept_no),
            without=_words(cases - kept, all_yes - kept_yes, all_no - kept_no),
            elsewhere=_words(0, yes - all_yes, no - all_no),
        )
        for pk, cases, kept, skipped, left, broken, kept_yes, kept_no, all_yes, all_no in rows
    ]


def _words(cases: int, yes: int, no: int) -> Share:
    return Share(satisfied=yes, dissatisfied=no, unconfirmed=max(cases - yes - no, 0))


def steps_kept(actor: Actor, version: Version, *, since: datetime) -> list[Taken]:
    """Each step of one version. Raises ``Refusal('not_allowed')``."""
    sql = """
        SELECT step.number, count(*), count(*) FILTER (WHERE m.state = 'done'),
            count(*) FILTER (WHERE m.state = 'skipped'),
            count(*) FILTER (WHERE m.state = 'done' AND word = 'satisfied'),
            count(*) FILTER (WHERE m.state = 'done' AND word = 'no'),
            count(*) FILTER (WHERE word = 'satisfied'), count(*) FILTER (WHERE word = 'no')
        FROM served CROSS JOIN generate_series(1, served.steps) AS step (number)
        LEFT JOIN cases_casestep m
            ON m.case_id = served.id AND m.version_id = served.version_id AND m.number = step.number
        WHERE served.version_id = %(version)s GROUP BY step.number
    """
    counted = {row[0]: row[1:] for row in _asked(actor, sql, since, version=version.pk)}
    reasons, elsewhere = _reasons(actor, version, since), _elsewhere(actor, version, since)
    return [_taken(step, counted.get(step[0], (0,) * 7), reasons.get(step[0], ()), elsewhere) for step in version.steps]


def _taken(
    step: tuple[int, str, str], counts: Sequence[int], reasons: Sequence[tuple[str, int]], elsewhere: Share
) -> Taken:
    number, words, fact = step
    cases, done, skipped, done_yes, done_no, all_yes, all_no = counts
    return Taken(
        number=number,
        words=words,
        fact=fact,
        cases=cases,
        done=done,
        skipped=skipped,
        after=_words(done, done_yes, done_no),
        without=_words(cases - done, all_yes - done_yes, all_no - done_no),
        elsewhere=elsewhere,
        reasons=reasons,
    )


def _elsewhere(actor: Actor, version: Version, since: datetime) -> Share:
    """The customers' words in cases of all other standards."""
    sql = """
        SELECT count(*) FILTER (WHERE word = 'satisfied'), count(*) FILTER (WHERE word = 'no')
        FROM served WHERE standard_id <> %(standard)s
    """
    [(yes, no)] = _asked(actor, sql, since, standard=version.standard_id)
    return _words(0, yes, no)


def _reasons(actor: Actor, version: Version, since: datetime) -> Mapping[int, Sequence[tuple[str, int]]]:
    """Step → the reasons for which it was left out, in the words of the first who said so; five at most."""
    sql = """
        SELECT m.number, min(m.because), count(*) FROM served JOIN cases_casestep m
            ON m.case_id = served.id AND m.version_id = served.version_id AND m.state = 'skipped'
        WHERE served.version_id = %(version)s
        GROUP BY m.number, lower(m.because) ORDER BY m.number, 3 DESC, 2
    """
    found: dict[int, list[tuple[str, int]]] = {}
    for number, because, times in _asked(actor, sql, since, version=version.pk):
        found.setdefault(number, []).append((because, times))
    return {number: rows[:5] for number, rows in found.items()}


def _asked(actor: Actor, sql: str, since: datetime, *, are_rows: bool = False, **values: Any) -> list[tuple[Any, ...]]:
    require(actor, "team.see")
    served = _SERVED.replace("{seen}", opens(actor) if are_rows else counts(actor))
    with connection.cursor() as cursor:
        cursor.execute(served + sql, {"since": since, "no": list(SAID_NO), **eyes(actor), **values})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


# ── The cases behind a number ─────────────────────────────────────────────────────────────
ROWS_OF_STANDARD: Final[dict[str, str]] = {
    "served": "true",
    "kept": "done = steps AND NOT is_broken",
    "not-kept": "NOT (done = steps AND NOT is_broken)",
    "skipped": "skipped > 0",
    "left-open": "done + skipped < steps",
    "broken": "is_broken",
    "kept-said": "done = steps AND NOT is_broken AND word IN ('satisfied', 'no')",
    "kept-unsatisfied": "done = steps AND NOT is_broken AND word = 'no'",
}
"""By the name in the address: which cases of a standard."""
ROWS_OF_STEP: Final[dict[str, str]] = {
    "step-done": "m.state = 'done'",
    "step-skipped": "m.state = 'skipped'",
    "step-left-open": "m.state IS NULL",
    "step-said": "m.state = 'done' AND word IN ('satisfied', 'no')",
}
"""The same of one step of a version."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """A case behind a number. ``word``: satisfied, no, unconfirmed or silent; ``because``: why a step was left out."""

    case_id: int
    subject: str
    owner_id: int
    word: str
    at: datetime
    because: str


def cases_of_standard(name: str, actor: Actor, *, standard_id: int, since: datetime, most: int) -> list[Served]:
    """The newest first. Raises ``KeyError`` for an unknown name and ``Refusal('not_allowed')``."""
    sql = f"""
        SELECT id, subject, owner_id, word, at, '' FROM served
        WHERE standard_id = %(standard)s AND {ROWS_OF_STANDARD[name]} ORDER BY at DESC, id DESC LIMIT %(most)s
    """  # noqa: S608  (our own words)
    return _served(_asked(actor, sql, since, are_rows=True, standard=standard_id, most=most))


def cases_of_step(name: str, actor: Actor, *, version_id: int, number: int, since: datetime, most: int) -> list[Served]:
    """The same of one step."""
    sql = f"""
        SELECT served.id, subject, owner_id, word, served.at, coalesce(m.because, '') FROM served
        LEFT JOIN cases_casestep m
            ON m.case_id = served.id AND m.version_id = served.version_id AND m.number = %(number)s
        WHERE served.version_id = %(version)s AND {ROWS_OF_STEP[name]}
        ORDER BY served.at DESC, served.id DESC LIMIT %(most)s
    """  # noqa: S608  (our own words)
    return _served(_asked(actor, sql, since, are_rows=True, version=version_id, number=number, most=most))


def _served(rows: Sequence[tuple[Any, ...]]) -> list[Served]:
    names = ("case_id", "subject", "owner_id", "word", "at", "because")
    return [Served(**dict(zip(names, row, strict=True))) for row in rows]
