"""How far the history is settled: a reader who stands there has missed nothing and never will.

Ids are given out before the commit, so a later commit may bring a smaller id. Each writer of events therefore holds,
from before its first id until its commit, a shared advisory lock whose number says after which id its own begin. Nobody
waits for such a lock: a reader looks which are held, and goes no further than the lowest.
"""

from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from otklik.foundation.models import Event

_MARK: Final = 0x4F74 << 40
"""Sets these locks apart from others; the lower forty bits are the id."""

BEFORE_THE_FIRST_ID: Final = f"""
    SELECT pg_advisory_xact_lock_shared({_MARK} | CASE WHEN is_called THEN last_value ELSE 0 END)
    FROM foundation_event_id_seq
"""  # noqa: S608 - a constant
"""For the writer: read before ``nextval``, in the same statement."""

_LAST_AND_FIRST_HELD: Final = f"""
    SELECT last.id, (
        SELECT min(number) & {(1 << 40) - 1} FROM (
            SELECT (classid::bigint << 32) | objid::bigint AS number FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND last.id IS NOT NULL
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        ) AS held WHERE number >> 40 = {_MARK >> 40}
    )
    FROM (SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS id FROM foundation_event_id_seq OFFSET 0) AS last
"""  # noqa: S608 - a constant
"""The last id is read first, which is why the locks are asked for it: whose id comes after it may be unseen there."""


def settled_id() -> int:
    """The greatest id up to which every event is committed or will never be; read events in a later statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_AND_FIRST_HELD)
        last, held = cursor.fetchone()
    return int(last) if held is None else min(int(last), int(held))


def settled_events(*, after: int) -> QuerySet[Event]:
    """History after an event, oldest first, as far as it is settled."""
    return Event.objects.filter(pk__gt=after, pk__lte=settled_id()).order_by("id")


_NOTHING_BEFORE: Final = """
    SELECT min(xact_start) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '1 minute')
"""
"""Long transactions that have written nothing, such as a backup's, only read."""


def settled_moment() -> datetime | None:
    """No running transaction can still bring a change of before this moment; None when none runs.

    For lists that are read on by the time of a change, which is taken before its commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOTHING_BEFORE)
        moment: datetime | None = cursor.fetchone()[0]
    return moment
