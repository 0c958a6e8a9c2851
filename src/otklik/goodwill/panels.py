"""What stands beside a case: what is left today, who is waited for, what this customer was given before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from otklik.cases.models import Case
from otklik.foundation.actors import Actor, Sight, may
from otklik.foundation.policies import policy
from otklik.goodwill.figures import TONES, outcome, outcomes
from otklik.goodwill.labels import STATES, Label
from otklik.goodwill.models import Gesture
from otklik.goodwill.money import KOPECKS
from otklik.goodwill.periods import day_began, month_of
from otklik.goodwill.queries import Allowance, Purse

_YEAR = timedelta(days=365)
_STANDING = """
    SELECT
        (SELECT row_to_json(l) FROM (SELECT day, month FROM goodwill_limit WHERE agent_id = %(me)s) l),
        (SELECT row_to_json(g) FROM (
            SELECT coalesce(sum(amount), 0) AS month,
                coalesce(sum(amount) FILTER (WHERE given_at >= %(today)s), 0) AS day
            FROM goodwill_gesture
            WHERE agent_id = %(me)s AND state = 'given' AND decided_by_id IS NULL AND given_at >= %(month)s) g),
        (SELECT row_to_json(p) FROM (
            SELECT sum(p.amount) AS "left", sum(p.amount) FILTER (WHERE e.kind IN ('granted', 'lowered')) AS granted
            FROM goodwill_posting p JOIN goodwill_entry e ON e.id = p.entry_id
            JOIN goodwill_lot t ON t.entry_id = p.lot_id
            WHERE t.team_id = %(team)s AND t.active_from <= %(now)s AND t.expires_at > %(now)s) p),
        (SELECT monthly FROM goodwill_budget WHERE team_id = %(team)s),
        (SELECT json_agg(x) FROM (
            SELECT g.id, g.state, g.amount, g.told_at, g.answer_by, g.decision, f.name AS gift, a.name AS agent,
                d.name AS lead
            FROM goodwill_gesture g JOIN goodwill_gift f ON f.id = g.gift_id JOIN team_agent a ON a.id = g.agent_id
            LEFT JOIN team_agent d ON d.id = g.decided_by_id
            WHERE g.case_id = %(case)s ORDER BY g.id DESC LIMIT 5) x),
        (SELECT json_agg(y) FROM (
            SELECT g.amount, g.given_at, f.name AS gift, a.name AS agent, w.id AS last_word, w.satisfaction AS score,
                c.word_id AS cases_word, c.state, sum(g.amount) OVER () AS total
            FROM goodwill_gesture g JOIN cases_case c ON c.id = g.case_id
            JOIN goodwill_gift f ON f.id = g.gift_id JOIN team_agent a ON a.id = g.agent_id
            LEFT JOIN LATERAL (
                SELECT id, satisfaction FROM cases_customersword
                WHERE case_id = c.id AND at >= g.given_at ORDER BY id DESC LIMIT 1) w ON true
            WHERE c.customer_id = %(customer)s AND g.state = 'given' AND g.given_at >= %(year)s
                AND (%(sees_all)s OR %(me)s IN (c.owner_id, c.deputy_id) OR c.team_id = ANY(%(teams)s::bigint[]))
            ORDER BY g.id DESC LIMIT 5) y)
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A gesture of this case, as its panel shows it."""

    id: int
    gift: str
    amount: int
    agent: str
    lead: str
    decision: str
    answer_by: datetime | None
    state: Label
    is_waiting: bool
    is_to_be_told: bool


def goodwill_facts(case: Case, actor: Actor) -> Mapping[str, Any]:
    """In one statement: what the actor and the team have left, what was given or asked in this case, and to this
    customer in a year, as far as the actor sees their cases."""
    now = timezone.now()
    values = {
        "me": actor.pk, "team": case.team_id, "case": case.pk, "customer": case.customer_id, "now": now,
        "today": day_began(case.team_id, now), "month": month_of(case.team_id, now).begins, "year": now - _YEAR,
        "sees_all": actor.sees_all, "teams": list(actor.team_ids) if actor.sight is Sight.TEAM else [],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, values)
        limit, given, lots, monthly, rows, before = cursor.fetchone()
    own, lots = limit or {}, lots or {}
    return {
        "left": Allowance(
            day_given=given["day"],
            day_limit=_limit(own.get("day"), "goodwill.day_rubles"),
            month_given=given["month"],
            month_limit=_limit(own.get("month"), "goodwill.month_rubles"),
        ),
        "purse": _purse(case.team_id, lots, monthly or 0),
        "is_limited": not may(actor, "goodwill.decide"),
        "asked": [_asked(row) for row in rows or ()],
        "is_open": is_no_spam(case),
        "may_refuse": may(actor, "goodwill.refuse"),
        "before": [_before(row) for row in before or ()],
        "total": int(before[0]["total"]) if before else 0,
    }


def is_no_spam(case: Case) -> bool:
    """Nobody is given or refused anything in what was called spam."""
    return case.state != Case.State.SPAM


def _limit(own: int | None, rule: str) -> int:
    return int(policy(rule)) * KOPECKS if own is None else own


def _purse(team_id: int, lots: Mapping[str, Any], monthly: int) -> Purse:
    if lots.get("left") is None:
        return Purse(team_id=team_id, granted=monthly, left=monthly)
    return Purse(team_id=team_id, granted=int(lots["granted"] or 0), left=int(lots["left"]))


def _asked(row: Mapping[str, Any]) -> Asked:
    state = row["state"]
    return Asked(
        id=row["id"],
        gift=row["gift"],
        amount=row["amount"],
        agent=row["agent"],
        lead=row["lead"] or "",
        decision=row["decision"],
        answer_by=parse_datetime(row["answer_by"]) if row["answer_by"] else None,
        state=STATES[state],
        is_waiting=state == Gesture.State.WAITING,
        is_to_be_told=row["told_at"] is None and bool(row["lead"]) and state in {"given", "declined"},
    )


def _before(row: Mapping[str, Any]) -> dict[str, Any]:
    """What this customer was given, and what they said after it."""
    became = outcome(row["last_word"], row["cases_word"], row["state"])
    return {
        "gift": row["gift"],
        "amount": row["amount"],
        "agent": row["agent"].partition(" ")[0],
        "given_at": parse_datetime(row["given_at"]),
        "said": outcomes()[became],
        "tone": TONES[became],
        "score": row["score"],
    }
