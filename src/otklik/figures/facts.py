"""What each measure stands on, fact by fact, as SQL: the same rows are counted for a number and shown behind it.

A fact has ``case_id``, ``key`` (its group), ``at`` (the moment that says to which days it belongs), ``ended``,
``verdict`` (1 yes or over, 0 no, 2 still waits, null left out), ``score``, ``rests`` and the ``calendar`` of its team.
What is said of cases by the days in which they were asked stands on one reading of them, ``opened``, whatever the
number of measures in a statement.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.utils import timezone

from otklik.cases.figures import COUNTED, SAID_NO, counts, eyes, opens
from otklik.figures.asked import NONE, Asked, By, Measure
from otklik.foundation.actors import Actor

_KEYS: Final = {
    By.TEAM: "c.team_id::text",
    By.AGENT: "c.owner_id::text",
    By.CHANNEL: "c.channel",
    By.KIND: "c.kind",
    By.STANDARD: "coalesce(v.standard_id::text, '')",
    By.ORGANIZATION: "coalesce(c.organization_id::text, '')",
    By.RULE: "no.rule_id::text",
}
_ASKED: Final = "coalesce(c.asked_at, c.created_at)"
_ENDED: Final = "CASE WHEN c.state <> 'open' THEN coalesce(c.solved_at, c.closed_at) END"
_OPENED: Final = f"""opened AS (
    SELECT c.id, c.state, c.waits_for, c.came_back, c.closed_at, {_ASKED} AS asked, {_ENDED} AS ended,
        c.first_answer_by, c.first_answered_at, c.next_word_by, c.word_given_at, c.solution_by, c.promised, c.rests,
        {{key}} AS key, t.working_time_id AS calendar,
        c.first_answer_by IS NOT NULL OR c.first_answered_at IS NOT NULL AS is_a_persons
    FROM cases_case AS c JOIN team_team AS t ON t.id = c.team_id {{further}}
    WHERE {{scope}} AND {_ASKED} >= %(since)s AND {_ASKED} < %(until)s AND (
        (c.created_at >= %(since)s AND c.created_at < %(until)s) OR (c.asked_at >= %(since)s AND c.asked_at < %(until)s)
    )
)"""  # noqa: S608  (our own words)
"""The cases that were first asked in these days."""


def _fact(
    *, at: str, source: str, where: str, ended: str = "NULL", verdict: str = "1", score: str = "NULL", rests: str = ""
) -> str:
    return f"""
        SELECT c.id AS case_id, {{key}} AS key, {at} AS at, {ended}::timestamptz AS ended, {verdict} AS verdict,
            {score}::smallint AS score, {rests or "NULL"}::jsonb AS rests, t.working_time_id AS calendar
        FROM {source} JOIN team_team AS t ON t.id = c.team_id {{further}}
        WHERE {where} AND {{scope}}
    """  # noqa: S608  (our own words)


def _of_opened(*, where: str = "c.is_a_persons", ended: str = "c.ended", verdict: str, rests: str = "NULL") -> str:
    return f"""
        SELECT c.id AS case_id, {{mine}} AS key, c.asked AS at, {ended} AS ended, {verdict} AS verdict,
            NULL::smallint AS score, {rests}::jsonb AS rests, c.calendar
        FROM opened AS c WHERE {where}
    """  # noqa: S608  (our own words)


# ── Waiting ───────────────────────────────────────────────────────────────────────────────
_FIRST_ANSWER: Final = _of_opened(
    where="c.first_answer_by IS NOT NULL",
    ended="c.first_answered_at",
    verdict="CASE WHEN c.first_answered_at IS NOT NULL THEN 1 WHEN c.state = 'open' THEN 2 END",
)
_SOLUTION: Final = _of_opened(verdict="CASE WHEN c.state <> 'open' THEN 1 ELSE 2 END", rests="c.rests")


def _spoken(row: str) -> str:
    """That an event is a word of one side to the other: an answer that arrived, or something the customer said.

    ``CASE`` keeps the planner from reading the whole history by these names instead of these days of it.
    """
    return f"""CASE {row}.name WHEN 'cases.heard' THEN true
        WHEN 'cases.reopened' THEN {row}.payload->>'reason' = ANY(%(no)s)
        WHEN 'cases.answered' THEN NOT EXISTS (
            SELECT FROM foundation_event AS lost WHERE lost.name = 'cases.answer_lost'
                AND lost.case_id = {row}.case_id AND lost.payload->'message_id' = {row}.payload->'message_id') END"""


_TURNS: Final = f"""(
    SELECT case_id, id, at, is_ours, was_ours, lead(at) OVER (PARTITION BY case_id ORDER BY id) AS ended
    FROM (
        SELECT e.case_id, e.id, e.at, e.name = 'cases.answered' AS is_ours,
            lag(e.name = 'cases.answered') OVER (PARTITION BY e.case_id ORDER BY e.id) AS was_ours
        FROM foundation_event AS e
        WHERE e.at >= %(since)s AND e.name IN ('cases.answered', 'cases.heard', 'cases.reopened') AND {_spoken("e")}
    ) AS said WHERE was_ours IS DISTINCT FROM is_ours
) AS e"""  # noqa: S608
"""Where the word passes from one side to the other: who speaks twice in a row waits since the first time."""
_WAS_OURS_BEFORE: Final = f"""(
    SELECT before.name = 'cases.answered' FROM foundation_event AS before
    WHERE before.case_id = e.case_id AND before.id < e.id AND {_spoken("before")}
    ORDER BY before.id DESC LIMIT 1)"""  # noqa: S608
_NEXT_WORD: Final = _fact(
    at="e.at",
    source=f"{_TURNS} JOIN cases_case AS c ON c.id = e.case_id",
    where=f"NOT e.is_ours AND e.at < %(until)s AND c.first_answered_at < e.at AND coalesce(e.was_ours, "
    f"{_WAS_OURS_BEFORE})",
    ended="e.ended",
    verdict="CASE WHEN e.ended IS NOT NULL THEN 1 WHEN c.state = 'open' AND c.waits_for = 'us' THEN 2 END",
)

# ── Promises ──────────────────────────────────────────────────────────────────────────────
_RESTS_SINCE: Final = """CASE WHEN c.state = 'open' AND jsonb_array_length(c.rests) > 0 AND c.rests->-1->>1 IS NULL
    THEN (c.rests->-1->>0)::timestamptz END"""
_WE_OWE: Final = "c.state = 'open' AND c.waits_for = 'us'"


def _owed(due_at: str, given_at: str, *, is_made: str, rests_since: str = "NULL::timestamptz", of: str = "") -> str:
    return f"""
        SELECT c.id AS case_id, {{mine}} AS key, c.asked AS at, p.given_at AS ended,
            CASE WHEN p.rests_since IS NOT NULL THEN CASE WHEN p.rests_since > p.due_at THEN 0 END
                WHEN coalesce(p.given_at, %(now)s) > p.due_at THEN 0 WHEN p.given_at IS NOT NULL THEN 1 END AS verdict,
            NULL::smallint AS score, NULL::jsonb AS rests, c.calendar
        FROM opened AS c {of}
        CROSS JOIN LATERAL (SELECT {due_at} AS due_at, {given_at} AS given_at, {rests_since} AS rests_since) AS p
        WHERE {is_made}
    """  # noqa: S608  (our own words)


_PROMISES_KEPT: Final = " UNION ALL ".join((
    _owed("c.first_answer_by", "coalesce(c.first_answered_at, c.ended)", is_made="c.first_answer_by IS NOT NULL"),
    _owed(
        "c.next_word_by",
        f"CASE WHEN {_WE_OWE} THEN NULL ELSE c.word_given_at END",
        is_made=f"c.first_answered_at IS NOT NULL AND c.next_word_by IS NOT NULL "
        f"AND ({_WE_OWE} OR c.word_given_at > c.first_answered_at)",
    ),
    _owed("c.solution_by", "c.ended", is_made="c.is_a_persons", rests_since=_RESTS_SINCE),
    _owed(
        "(vow->>'due_at')::timestamptz",
        "(vow->>'given_at')::timestamptz",
        is_made="c.promised <> '[]' AND NOT (c.state = 'satisfied' AND vow->>'given_at' IS NULL "
        "AND (vow->>'due_at')::timestamptz > c.closed_at)",
        of="CROSS JOIN LATERAL jsonb_array_elements(c.promised) AS vow",
    ),
))  # fmt: skip
"""What the standard owes, as ``promises_of`` tells it, and what people promised beside it, each for itself."""
_REOPENED: Final = _of_opened(verdict="CASE WHEN c.came_back > 0 THEN 1 WHEN c.state <> 'open' THEN 0 END")
_STANDARDS_KEPT: Final = _fact(
    at="w.at",
    source="""(
        SELECT DISTINCT ON (case_id) case_id, at FROM foundation_event
        WHERE at >= %(since)s AND at < %(until)s AND name IN ('cases.solved', 'cases.closed', 'cases.reopened')
            AND (name <> 'cases.reopened' OR payload->>'reason' = ANY(%(no)s))
        ORDER BY case_id, id DESC
    ) AS w JOIN cases_case AS c ON c.id = w.case_id JOIN standards_version AS held ON held.id = c.standard_version_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS done FROM cases_casestep AS mark
        WHERE mark.case_id = c.id AND mark.version_id = held.id AND mark.state = 'done'
    ) AS steps""",
    where="true",
    ended=_ENDED,
    verdict="""CASE WHEN steps.done = jsonb_array_length(held.how)
        AND NOT coalesce(c.first_answered_at > c.first_answer_by, false)
        AND NOT coalesce(c.solved_at > c.solution_by, false) THEN 1 ELSE 0 END""",
)
"""As the page of standards tells it: every step taken, first answer and solution within the promise."""


# ── The customer's word ───────────────────────────────────────────────────────────────────
def _word(yes: str, no: str) -> str:
    outcome = "CASE WHEN e.name = 'cases.closed' THEN e.payload->>'outcome' ELSE 'unsatisfied' END"
    return _fact(
        at="e.at",
        source="foundation_event AS e JOIN cases_case AS c ON c.id = e.case_id",
        where="""e.name IN ('cases.closed', 'cases.reopened') AND e.at >= %(since)s AND e.at < %(until)s
            AND CASE e.name WHEN 'cases.closed' THEN e.payload->>'outcome' IN ('satisfied', 'unconfirmed')
                ELSE e.payload->>'reason' = ANY(%(no)s) END""",
        verdict=f"CASE WHEN {outcome} = '{yes}' THEN 1 WHEN {outcome} IN ({no}) THEN 0 END",
    )


def _answered(column: str, *, score: str, verdict: str) -> str:
    """The last answer of each case in these days to one question of the answer page."""
    last = f"""(
        SELECT case_id, max(at) AS at,
            (array_agg({column} ORDER BY id DESC) FILTER (WHERE {column} IS NOT NULL))[1] AS said
        FROM cases_customersword WHERE at >= %(since)s AND at < %(until)s GROUP BY case_id) AS w"""  # noqa: S608
    source = f"{last} JOIN cases_case AS c ON c.id = w.case_id"
    return _fact(at="w.at", source=source, where="true", score=score, verdict=verdict)


# ── Yes and no ────────────────────────────────────────────────────────────────────────────
def _with(rows: str) -> str:
    return _of_opened(verdict=f"CASE WHEN c.id IN ({rows}) THEN 1 ELSE 0 END")


def _said_after(source: str, moment: str) -> str:
    """The customer's last word since then; only a satisfied one becomes the word of the case."""
    return _fact(
        at=moment,
        source=f"""{source} LEFT JOIN LATERAL (
            SELECT id FROM cases_customersword WHERE case_id = c.id AND at >= {moment} ORDER BY id DESC LIMIT 1
        ) AS said ON true""",  # noqa: S608
        where=f"{moment} >= %(since)s AND {moment} < %(until)s",
        verdict="CASE WHEN said.id = c.word_id THEN 1 WHEN said.id IS NOT NULL THEN 0 END",
    )


_AFTER_GESTURE: Final = _said_after(
    "(SELECT * FROM goodwill_gesture WHERE state = 'given') AS yes JOIN cases_case AS c ON c.id = yes.case_id",
    "yes.given_at",
)
_AFTER_REFUSAL: Final = _said_after("goodwill_saidno AS no JOIN cases_case AS c ON c.id = no.case_id", "no.at")


_FACTS: Final[dict[Measure, str]] = {
    Measure.FIRST_ANSWER: _FIRST_ANSWER,
    Measure.NEXT_WORD: _NEXT_WORD,
    Measure.SOLUTION: _SOLUTION,
    Measure.PROMISES_KEPT: _PROMISES_KEPT,
    Measure.SATISFIED: _word("satisfied", "'unsatisfied'"),
    Measure.UNSATISFIED: _word("unsatisfied", "'satisfied'"),
    Measure.UNCONFIRMED: _word("unconfirmed", "'satisfied', 'unsatisfied'"),
    Measure.REOPENED: _REOPENED,
    Measure.STANDARDS_KEPT: _STANDARDS_KEPT,
    Measure.EFFORT: _answered("ease", score="w.said", verdict="CASE WHEN w.said IS NOT NULL THEN 1 END"),
    Measure.EXPLAINED_TWICE: _answered("explained_twice", score="NULL", verdict="w.said::int"),
    Measure.TOLD_AGAIN: _with("""
        SELECT case_id FROM foundation_event AS told WHERE told.name = 'cases.told_again' AND NOT EXISTS (
            SELECT FROM reach_delivery AS unsent WHERE unsent.state = 'cancelled'
                AND unsent.message_id = (told.payload->>'message_id')::bigint)"""),
    Measure.GESTURES: _with("SELECT case_id FROM goodwill_gesture WHERE state = 'given'"),
    Measure.SATISFIED_AFTER_GESTURE: _AFTER_GESTURE,
    Measure.REFUSALS: _with("SELECT case_id FROM goodwill_saidno"),
    Measure.SATISFIED_AFTER_REFUSAL: _AFTER_REFUSAL,
}


# ── Whose ─────────────────────────────────────────────────────────────────────────────────
def facts(measure: Measure, *, by: By | None, scope: str) -> str:
    """The rows of one measure, read ``beside`` what they share; they take what ``given`` gives."""
    return _filled(_FACTS[measure], by, scope)


def beside(measures: Iterable[Measure], *, by: By | None, scope: str) -> str:
    """What the facts of these measures are read from together: the beginning of their statement, or nothing."""
    is_shared = any("FROM opened" in _FACTS[measure] for measure in measures)
    return f"WITH {_filled(_OPENED, by, scope)}" if is_shared else ""


def _filled(sql: str, by: By | None, scope: str) -> str:
    needs_version = by is By.STANDARD or "v.standard_id" in scope
    further = "LEFT JOIN standards_version AS v ON v.id = c.standard_version_id" if needs_version else ""
    key = _KEYS.get(by) if by else None
    mine, key = ("c.key", key) if key else ("''", "''")
    return sql.replace("{key}", key).replace("{mine}", mine).replace("{further}", further).replace("{scope}", scope)


def scope_of(asked: Asked, actor: Actor) -> str:
    """What a figure counts: everybody's sum in their teams, narrowed to what is asked."""
    return " AND ".join([COUNTED, counts(actor), *_narrowing(asked)])


def rows_scope_of(asked: Asked, actor: Actor) -> str:
    """What of it the actor may open."""
    return " AND ".join([COUNTED, opens(actor), *_narrowing(asked)])


def _narrowing(asked: Asked) -> list[str]:
    columns: dict[str, Callable[[str], str]] = {
        "team": lambda _value: "c.team_id = %(team)s::bigint",
        "agent": lambda _value: "c.owner_id = %(agent)s::bigint",
        "channel": lambda _value: "c.channel = %(channel)s",
        "kind": lambda _value: "c.kind = %(kind)s",
        "standard": lambda value: "v.standard_id IS NULL" if value == NONE else "v.standard_id = %(standard)s::bigint",
        "organization": lambda value: (
            "c.organization_id IS NULL" if value == NONE else "c.organization_id = %(organization)s::bigint"
        ),
        "rule": lambda _value: "no.rule_id = %(rule)s::bigint",
    }
    return [columns[name](value) for name, value in asked.narrowed.items()]


def given(asked: Asked, actor: Actor, *, now: Any) -> dict[str, Any]:
    """The values that the statements take."""
    return {
        "since": asked.since,
        "until": asked.until,
        "now": now,
        "no": list(SAID_NO),
        **eyes(actor),
        "zone": timezone.get_current_timezone_name(),
        **asked.narrowed,
    }
