"""What was really said in a case, and what of it is not answered: promises stand on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db import connection

from otklik.cases.models import Case


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What became of one answer, and of all that was said around it.

    ``is_told``: it was handed over to the customer. ``was_told``: history says so. ``beginning``: of its words.
    ``has_come_back``: the case did, after it was written. ``first_at``, ``last_at``: when the customer was handed the
    first and the last answer, None before. ``unanswered_since``: when the first word after the last answer came, None
    without one. ``lost_id``: the last letter of ours that somebody did not get.
    """

    is_told: bool
    was_told: bool
    beginning: str
    has_come_back: bool
    first_at: datetime | None
    last_at: datetime | None
    unanswered_since: datetime | None
    lost_id: int | None


_SPOKEN = """
    WITH said AS (
        SELECT message.id, message.at, message.direction, message.purpose,
            message.automatic_because = '' AND message.is_sender_verified AS is_heard
        FROM reach_message message JOIN cases_caseconversation thread USING (conversation_id)
        WHERE thread.case_id = %(case)s AND message.direction <> 'note'
    ), sent AS (
        SELECT delivery.*, bool_or(role = 'to') OVER (PARTITION BY message_id) AS has_to
        FROM reach_delivery delivery WHERE message_id IN (SELECT id FROM said WHERE direction = 'out')
    ), told AS (
        SELECT said.id, min(coalesce(sent.sent_at, said.at)) AS at
        FROM said LEFT JOIN sent ON sent.message_id = said.id
        WHERE said.direction = 'out' AND said.purpose IN ('answer', 'question')
            AND (sent.id IS NULL OR sent.state IN ('sent', 'delivered') AND (sent.role = 'to' OR NOT sent.has_to))
        GROUP BY said.id
    ), fate AS (
        SELECT max(id) FILTER (WHERE name = 'cases.answered')
                > coalesce(max(id) FILTER (WHERE name = 'cases.answer_lost'), 0) AS was_told,
            max(id) FILTER (WHERE name = 'cases.reopened')
                > max(id) FILTER (WHERE name IN ('cases.replied', 'cases.solved')) AS has_come_back
        FROM foundation_event
        WHERE case_id = %(case)s AND (name = 'cases.reopened' AND payload->>'reason' <> 'taken_back'
            OR name IN ('cases.replied', 'cases.solved', 'cases.answered', 'cases.answer_lost')
                AND (payload->>'message_id')::bigint = coalesce(%(message)s, (SELECT max(id) FROM told)))
    )
    SELECT EXISTS (SELECT FROM told WHERE id = %(message)s), coalesce((SELECT was_told FROM fate), false),
        coalesce((SELECT left(text, 600) FROM reach_message WHERE id = %(message)s), ''),
        coalesce((SELECT has_come_back FROM fate), false),
        (SELECT min(at) FROM told), (SELECT max(at) FROM told),
        (SELECT min(at) FROM said
            WHERE direction = 'in' AND is_heard AND id > coalesce((SELECT max(id) FROM told), 0)),
        (SELECT max(message_id) FROM sent WHERE state IN ('failed', 'bounced'))
"""
_FIELDS = (
    "is_told", "was_told", "beginning", "has_come_back", "first_at", "last_at", "unanswered_since", "lost_id",
)  # fmt: skip


def spoken(case: Case, *, answer_id: int | None = None) -> Spoken:
    """Around one answer, else around the last that was told.

    An answer without any recipient counts as told: by phone, or to the program that keeps the customer's words.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SPOKEN, {"case": case.pk, "message": answer_id})
        return Spoken(**dict(zip(_FIELDS, cursor.fetchone(), strict=True)))


class Seen(TypedDict, total=False):
    """What somebody had before their eyes when they decided; what is left out is not asked about.

    ``seen_message_id``: the last message of the case. ``seen_word_id``: the customer's last word by the buttons of an
    answer page, 0 before the first.
    """

    seen_message_id: int | None
    seen_word_id: int | None


def newest() -> Seen:
    """The last message and the last word of the whole house: what stands in no list that was read after it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT max(id) FROM reach_message), 0), "
            "coalesce((SELECT max(id) FROM cases_customersword), 0)"
        )
        message, word = cursor.fetchone()
    return {"seen_message_id": message, "seen_word_id": word}


_NUMBER = re.compile("[0-9]{1,17}")


def seen_of(asked: Mapping[str, str]) -> Seen:
    """What stood on the page that this was asked from, as ``cases/seen.html`` sends it along."""
    message, word = (asked.get(name, "") for name in ("seen", "word"))
    return {
        "seen_message_id": int(message) if _NUMBER.fullmatch(message) else None,
        "seen_word_id": int(word) if _NUMBER.fullmatch(word) else None,
    }


_NEWS = """
    SELECT EXISTS (
        SELECT FROM reach_message message JOIN cases_caseconversation thread USING (conversation_id)
        WHERE thread.case_id = %(case)s AND message.id > %(after)s AND message.automatic_because = ''
            AND (message.direction = 'in' OR message.direction = 'out' AND message.purpose IN ('answer', 'word')
                AND NOT coalesce((SELECT bool_and(state = 'cancelled') FROM reach_delivery
                    WHERE message_id = message.id), false))
    )
"""


def has_news(case: Case, *, after: int) -> bool:
    """Whether the customer or a colleague has written after this message; what was taken back is no news."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, {"case": case.pk, "after": after})
        return bool(cursor.fetchone()[0])
