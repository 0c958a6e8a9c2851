"""Search over everything said, own words before automatic letters, the newest first, typing errors forgiven.

Counts as queries: it only reads. PostgreSQL answers "newest first" in one of two ways and neither serves every word, so
each search asks the planner first how many messages it expects:

- a rare word: the matches are collected from the index (a materialized CTE) and then ordered;
- a common word: messages are walked from the newest backwards until the page is full, no further than collecting
  would have cost.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import ClientCursor

from otklik.cases.queries import SPAM, visible_to
from otklik.cases.sieving import EVERYTHING, OWN, WHO, Sieve
from otklik.foundation.actors import Actor
from otklik.foundation.database.remembering import remembered
from otklik.foundation.text.language import other_layout, query_lemmas, similar_words

__all__ = ["WHO", "Found", "Hit", "Sieve", "search"]

PAGE = 25
_READ = 3000
_WALKED_PER_COLLECTED = 0.73
"""How many messages are walked in the time in which one match is collected (measured: 1.1 and 1.5 µs)."""
_MOST_ROUNDS = 6
_MOST_TRIED = 12
_LONGEST_NUMBER = 15


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A case, and the newest thing said in it that matches; ``message_id`` 0 when the case's own words match."""

    case_id: int
    message_id: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """Hits newest first. ``asked`` is what was really searched for, when it is not what was typed.

    ``older_than``: the place to go on from, a message; below zero among automatic letters, None at the end.
    """

    hits: Sequence[Hit]
    older_than: int | None
    lemmas: frozenset[str]
    asked: str = ""


def search(
    text: str,
    *,
    actor: Actor,
    before: int | None = None,
    size: int = PAGE,
    is_forgiving: bool = True,
    sieve: Sieve = EVERYTHING,
) -> Found:
    """One page of cases in which ``text`` was said, among those the actor may see and that pass the sieve.

    ``before``: ``older_than`` of the page before. Without words the sieve alone decides. Nothing found: the other
    keyboard layout is tried, then one typing error per word, unless ``is_forgiving`` is false.
    """
    found = _search(text, actor=actor, before=before, size=size, sieve=sieve)
    if found.hits or before is not None or not is_forgiving or not found.lemmas:
        return found
    for other in _corrections(text):
        corrected = _search(other, actor=actor, before=None, size=size, sieve=sieve)
        if corrected.hits:
            return Found(hits=corrected.hits, older_than=corrected.older_than, lemmas=corrected.lemmas, asked=other)
    return found


def _search(text: str, *, actor: Actor, before: int | None, size: int, sieve: Sieve) -> Found:
    words = query_lemmas(text)
    if not words and not sieve:
        return Found(hits=(), older_than=None, lemmas=frozenset())
    query, values = tsquery(words)
    asked = _Asked(query=query, values=values, sieve=sieve, sight=_sight(actor))
    hits, older_than = _said(asked, before=before, size=size)
    if before is None and words:
        known = {hit.case_id for hit in hits}
        named = _named(query, values, actor, size, sieve)
        hits = [*(hit for hit in named if hit.case_id not in known), *hits]
    return Found(hits=hits, older_than=older_than, lemmas=frozenset(lemma for word in words for lemma in word))


def tsquery(words: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """SQL of the query and its values: any lemma of a word, all words."""
    one = "plainto_tsquery('simple', %s)"
    parts = [f"({' || '.join([one] * len(lemmas))})" for lemmas in words]
    return " && ".join(parts), [lemma for lemmas in words for lemma in lemmas]


# ── What was said ─────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The condition that matching messages pass, with its values; '' for every message."""

    query: str
    values: Sequence[str]
    sieve: Sieve
    sight: tuple[str, tuple[Any, ...]]

    def matches(self, *more: str) -> tuple[str, list[Any]]:
        """What a message called ``said`` passes."""
        conditions, values = self.sieve.of_words()
        words = [f"said.search @@ ({self.query})"] if self.query else []
        return " AND ".join([*words, *conditions, *more]) or "true", [*self.values, *values]

    def cases(self) -> tuple[str, str, list[Any]]:
        """The join with the case, if it is needed, and what the case passes; it is linked as ``link``."""
        conditions, values = self.sieve.of_cases()
        join = "JOIN cases_case matter ON matter.id = link.case_id" if conditions else ""
        sight, sight_values = self.sight
        whole = [*conditions, *([sight] if sight else []), *self.sieve.not_spam("link.case_id")]
        return join, f"WHERE {' AND '.join(whole)}" if whole else "", [*values, *sight_values]


def _said(asked: _Asked, *, before: int | None, size: int) -> tuple[list[Hit], int | None]:
    """One hit a case: own words, newest first, then the cases of which only automatic letters say so.

    Also the place to go on from, None at the end.
    """
    if before is None or before > 0:
        expected = _expected("reach_message", asked.query, asked.values) if asked.query else math.inf
        if expected > _worth_walking("reach_message", wanted=size * 2):
            found = _walked(asked, before=before, size=size, expected=expected)
            if found is not None:
                return found
    return _collected(asked, before=before, size=size)


_COLLECT = """
    WITH matches AS MATERIALIZED (
        SELECT said.id, said.conversation_id, {own} AS is_own FROM reach_message said WHERE {matches}
    ), best AS (
        SELECT DISTINCT ON (link.case_id) link.case_id, matches.id, matches.is_own
        FROM matches JOIN cases_caseconversation link USING (conversation_id) {join} {cases}
        ORDER BY link.case_id, matches.is_own DESC, matches.id DESC
    ), page AS (
        SELECT * FROM best {beyond} ORDER BY is_own DESC, id DESC LIMIT %s
    )
    SELECT page.id, page.case_id, page.is_own, left(said.text, {read}) FROM page JOIN reach_message said USING (id)
    ORDER BY page.is_own DESC, page.id DESC
"""


def _collected(asked: _Asked, *, before: int | None, size: int) -> tuple[list[Hit], int | None]:
    matches, values = asked.matches()
    join, cases, case_values = asked.cases()
    beyond = "WHERE (is_own, id) < (%s, %s)" if before else ""
    sql = _COLLECT.format(own=OWN, matches=matches, join=join, cases=cases, beyond=beyond, read=_READ)
    place = [before > 0, abs(before)] if before else []
    rows = _ask(sql, [*values, *case_values, *place, size + 1])
    hits = [Hit(case_id=case_id, message_id=pk, text=text) for pk, case_id, _is_own, text in rows[:size]]
    if len(rows) <= size:
        return hits, None
    last, _case_id, is_own, _text = rows[size - 1]
    return hits, last if is_own else -last


_WALK = """
    SELECT matches.id, link.case_id, left(matches.text, {read})
    FROM (SELECT said.id, said.conversation_id, said.text FROM reach_message said WHERE {matches}) matches
    JOIN cases_caseconversation link USING (conversation_id) {join} {cases} ORDER BY matches.id DESC LIMIT %s
"""


def _walked(asked: _Asked, *, before: int | None, size: int, expected: float) -> tuple[list[Hit], int | None] | None:
    """The same from the newest backwards, for own words only; None when that would cost more than collecting.

    A word of every receipt that nobody says, or a filter that few messages pass, would else be walked for to the
    beginning of time.
    """
    wanted, hits = size * 2, dict[int, Hit]()
    at = before or _newest("reach_message") + 1
    floor = max(at - int(expected / _WALKED_PER_COLLECTED), 0) if math.isfinite(expected) else 0
    matches, values = asked.matches(OWN, "said.id < %s", "said.id > %s")
    join, cases, case_values = asked.cases()
    sql = _WALK.format(matches=matches, join=join, cases=cases, read=_READ)
    for _round in range(_MOST_ROUNDS):
        rows = _ask(sql, [*values, at, floor, *case_values, wanted])
        for message_id, case_id, words in rows:
            if case_id not in hits and len(hits) == size:
                return list(hits.values()), at
            at = message_id
            hits.setdefault(case_id, Hit(case_id=case_id, message_id=message_id, text=words))
        if len(rows) < wanted:
            return (list(hits.values()), None) if not asked.query else None
    return list(hits.values()), at


def _newest(table: str) -> int:
    [(newest,)] = _ask(f"SELECT coalesce(max(id), 0) FROM {table}", [])  # noqa: S608  # a name of ours
    return int(newest)


def _ask(sql: str, values: Sequence[Any]) -> list[Any]:
    """Rows of a statement with its values written into it: which plan is best depends on the words, so it is made anew
    for them, while other statements are prepared once for all values."""
    with connection.cursor() as cursor:
        cursor.execute(ClientCursor(connection.connection).mogrify(sql, values))
        return list(cursor.fetchall())


def _sight(actor: Actor, *, column: str = "link.case_id") -> tuple[str, tuple[Any, ...]]:
    """The condition that only cases in sight pass, by the one rule of ``visible_to``."""
    if actor.sees_all:
        return "", ()
    sql, values = visible_to(actor).order_by().values("id").query.sql_with_params()
    return f"{column} IN ({sql})", tuple(values)


def _worth_walking(table: str, *, wanted: int) -> float:
    """With more matches than this, walking backwards until ``wanted`` are found costs less than collecting them all."""
    return math.sqrt(wanted * _rows_of(table) * _WALKED_PER_COLLECTED)


def _expected(table: str, query: str, values: Sequence[str]) -> float:
    """How many rows the planner expects to match: a tenth of a millisecond, from the column's statistics."""
    [(plan,)] = _ask(f"EXPLAIN (FORMAT JSON) SELECT FROM {table} WHERE search @@ ({query})", values)
    return float(plan[0]["Plan"]["Plan Rows"])


@remembered(seconds=60)
def _rows_of(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return max(float(cursor.fetchone()[0]), 1.0)


_NAMED = "SELECT matter.id, matter.preview FROM cases_case matter WHERE {conditions}"
_SAID_THERE = (
    "EXISTS (SELECT FROM cases_caseconversation link JOIN reach_message said USING (conversation_id) "
    "WHERE link.case_id = matter.id AND {conditions})"
)


def _named(query: str, values: list[str], actor: Actor, size: int, sieve: Sieve) -> list[Hit]:
    """Cases whose subject, customer's name or address match and the sieve lets pass, newest first."""
    condition, sight_values = _sight(actor, column="matches.id")
    conditions, case_values = sieve.of_cases()
    said, said_values = sieve.of_words()
    conditions += [_SAID_THERE.format(conditions=" AND ".join(said))] if said else []
    matches = _NAMED.format(conditions=" AND ".join([f"matter.search @@ ({query})", *conditions]))
    if _expected("cases_case", query, values) <= _worth_walking("cases_case", wanted=size):
        sql = f"WITH matches AS MATERIALIZED ({matches}) SELECT id, preview FROM matches"  # noqa: S608  # values apart
    else:
        sql = f"SELECT id, preview FROM ({matches}) matches"  # noqa: S608  # values apart
    condition = " AND ".join([*([condition] if condition else []), *sieve.not_spam("matches.id")])
    sql += (f" WHERE {condition}" if condition else "") + " ORDER BY id DESC LIMIT %s"
    rows = _ask(sql, [*values, *case_values, *said_values, *sight_values, size])
    return [Hit(case_id=number, message_id=0, text=preview) for number, preview in rows]


# ── When nothing was found ────────────────────────────────────────────────────────────────
def _corrections(text: str) -> list[str]:
    """What may have been meant: the other layout, then one typing error per word; the likeliest first."""
    meant = [other_layout(text)] if other_layout(text) != text else []
    words = text.split()
    fixed = [_likeliest(word) for word in words[:6]]
    if fixed != words[:6]:
        meant.append(" ".join([*fixed, *words[6:]]))
    return meant


def _likeliest(word: str) -> str:
    """The known word nearest to this one that was said most; the word itself when it was said or nothing is near."""
    near = similar_words(word.lower())[:_MOST_TRIED]
    if not near:
        return word
    tried = [word.lower(), *near]
    counts = _how_often(tried)
    if counts[0]:
        return word
    best = max(range(1, len(tried)), key=lambda place: counts[place])
    return tried[best] if counts[best] else word


def _how_often(words: Sequence[str]) -> list[int]:
    """For each word, how many messages have it, counted no further than a hundred; one query."""
    pieces, values = [], []
    for place, word in enumerate(words):
        query, lemmas = tsquery(query_lemmas(word))
        said = f"SELECT FROM reach_message WHERE search @@ ({query}) LIMIT 100"
        pieces.append(f"SELECT {place}, (SELECT count(*) FROM ({said}) said)")  # noqa: S608  # values apart
        values += lemmas
    return [count for _place, count in _ask(" UNION ALL ".join(pieces) + " ORDER BY 1", values)]


def cases_of(customer_id: int, *, actor: Actor, size: int = PAGE * 2) -> list[Hit]:
    """Every case of one person in sight, newest first, without spam."""
    rows = visible_to(actor).filter(~SPAM, customer_id=customer_id).order_by("-id").values_list("id", "preview")[:size]
    return [Hit(case_id=number, message_id=0, text=preview) for number, preview in rows]


def number_in(text: str) -> int | None:
    """The case number that somebody typed: ``2417``, ``№ 2417``, ``#2417``."""
    digits = text.strip().lstrip("#№NOno.О- ").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER else None


def is_case(number: int, *, actor: Actor) -> bool:
    return visible_to(actor).filter(pk=number).exists()
