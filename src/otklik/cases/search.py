"""Search over everything said, newest first: by Russian word forms, with typing errors and wrong layouts forgiven.

Counts as queries: it only reads. PostgreSQL answers "newest first" in one of two ways and neither serves every word, so
each search asks the planner first how many messages it expects:

- a rare word: the matches are collected from the index (a materialized CTE) and then ordered;
- a common word: messages are walked from the newest backwards until the page is full.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import ClientCursor

from otklik.cases.queries import visible_to
from otklik.foundation.actors import Actor
from otklik.foundation.language import other_layout, query_lemmas, similar_words
from otklik.foundation.remembering import remembered

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
    """Hits newest first. ``asked`` is what was really searched for, when it is not what was typed."""

    hits: Sequence[Hit]
    older_than: int | None
    lemmas: frozenset[str]
    asked: str = ""


def search(text: str, *, actor: Actor, before: int | None = None, size: int = PAGE, is_forgiving: bool = True) -> Found:
    """One page of cases in which ``text`` was said, among those the actor may see.

    ``before``: only messages older than this id (``older_than`` of the page before). Nothing found: the other keyboard
    layout is tried, then one typing error per word, unless ``is_forgiving`` is false.
    """
    found = _search(text, actor=actor, before=before, size=size)
    if found.hits or before is not None or not is_forgiving:
        return found
    for other in _corrections(text):
        corrected = _search(other, actor=actor, before=None, size=size)
        if corrected.hits:
            return Found(hits=corrected.hits, older_than=corrected.older_than, lemmas=corrected.lemmas, asked=other)
    return found


def _search(text: str, *, actor: Actor, before: int | None, size: int) -> Found:
    words = query_lemmas(text)
    if not words:
        return Found(hits=(), older_than=None, lemmas=frozenset())
    query, values = tsquery(words)
    hits, older_than = _said(query, values, actor=actor, before=before, size=size)
    if before is None:
        known = {hit.case_id for hit in hits}
        hits = [*(hit for hit in _named(query, values, actor, size) if hit.case_id not in known), *hits]
    return Found(hits=hits, older_than=older_than, lemmas=frozenset(lemma for word in words for lemma in word))


def tsquery(words: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """SQL of the query and its values: any lemma of a word, all words."""
    one = "plainto_tsquery('simple', %s)"
    parts = [f"({' || '.join([one] * len(lemmas))})" for lemmas in words]
    return " && ".join(parts), [lemma for lemmas in words for lemma in lemmas]


# ── What was said ─────────────────────────────────────────────────────────────────────────
def _said(
    query: str, values: list[str], *, actor: Actor, before: int | None, size: int
) -> tuple[list[Hit], int | None]:
    """Messages that match, newest first, one per case; and the id to go on from, None at the end."""
    wanted, sight = size * 2, _sight(actor)
    is_common = _is_common("reach_message", query, values, wanted=wanted)
    hits: dict[int, Hit] = {}
    at = before
    for _round in range(_MOST_ROUNDS):
        rows = _rows(query, values, sight=sight, before=at, limit=wanted, is_common=is_common)
        for message_id, case_id, words in rows:
            if case_id not in hits and len(hits) == size:
                return list(hits.values()), at
            at = message_id
            hits.setdefault(case_id, Hit(case_id=case_id, message_id=message_id, text=words))
        if len(rows) < wanted:
            return list(hits.values()), None
    return list(hits.values()), at


_MATCHES = "SELECT id, conversation_id, text FROM reach_message WHERE search @@ ({query}){older}"
_RARE = (
    "WITH matches AS MATERIALIZED (" + _MATCHES + ") SELECT matches.id, link.case_id, left(matches.text, {read}) "
    "FROM matches JOIN cases_caseconversation link USING (conversation_id) "
    "{sight} ORDER BY matches.id DESC LIMIT %s"
)
_COMMON = (
    "SELECT matches.id, link.case_id, left(matches.text, {read}) "
    "FROM (" + _MATCHES + ") matches JOIN cases_caseconversation link USING (conversation_id) "
    "{sight} ORDER BY matches.id DESC LIMIT %s"
)


def _rows(
    query: str,
    values: list[str],
    *,
    sight: tuple[str, tuple[Any, ...]],
    before: int | None,
    limit: int,
    is_common: bool,
) -> list[tuple[int, int, str]]:
    condition, sight_values = sight
    sql = (_COMMON if is_common else _RARE).format(
        query=query, read=_READ, older=" AND id < %s" if before else "", sight=f"WHERE {condition}" if condition else ""
    )
    return _ask(sql, [*values, *([before] if before else []), *sight_values, limit])


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


def _is_common(table: str, query: str, values: list[str], *, wanted: int) -> bool:
    """Whether so many rows match that walking backwards until the page is full costs less than collecting them all."""
    return _expected(table, query, values) > math.sqrt(wanted * _rows_of(table) * _WALKED_PER_COLLECTED)


def _expected(table: str, query: str, values: list[str]) -> float:
    """How many rows the planner expects to match: a tenth of a millisecond, from the column's statistics."""
    [(plan,)] = _ask(f"EXPLAIN (FORMAT JSON) SELECT FROM {table} WHERE search @@ ({query})", values)
    return float(plan[0]["Plan"]["Plan Rows"])


@remembered(seconds=60)
def _rows_of(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return max(float(cursor.fetchone()[0]), 1.0)


_NAMED = "SELECT id, preview FROM cases_case WHERE search @@ ({query})"


def _named(query: str, values: list[str], actor: Actor, size: int) -> list[Hit]:
    """Cases whose subject, customer's name or address match, newest first."""
    condition, sight_values = _sight(actor, column="matches.id")
    matches = _NAMED.format(query=query)
    if not _is_common("cases_case", query, values, wanted=size):
        sql = f"WITH matches AS MATERIALIZED ({matches}) SELECT id, preview FROM matches"  # noqa: S608  # values apart
    else:
        sql = f"SELECT id, preview FROM ({matches}) matches"  # noqa: S608  # values apart
    sql += (f" WHERE {condition}" if condition else "") + " ORDER BY id DESC LIMIT %s"
    rows = _ask(sql, [*values, *sight_values, size])
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
    """Every case of one person in sight, newest first."""
    rows = visible_to(actor).filter(customer_id=customer_id).order_by("-id").values_list("id", "preview")[:size]
    return [Hit(case_id=number, message_id=0, text=preview) for number, preview in rows]


def number_in(text: str) -> int | None:
    """The case number that somebody typed: ``2417``, ``№ 2417``, ``#2417``."""
    digits = text.strip().lstrip("#№NOno.О- ").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER else None


def is_case(number: int, *, actor: Actor) -> bool:
    return visible_to(actor).filter(pk=number).exists()
