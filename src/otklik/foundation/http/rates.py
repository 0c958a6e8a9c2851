"""How often one token may call: a window of a minute, shared by all processes, at a hundredth of a statement a call."""

import threading
import time
from dataclasses import dataclass

from django.db import connection

WINDOW = 60
_PARTS = 100
_MOST_TRACKED = 10_000
_TAKE = """
    INSERT INTO foundation_ratewindow AS w (scope, started, used) VALUES (%(scope)s, %(started)s, %(part)s)
    ON CONFLICT (scope) DO UPDATE SET started = EXCLUDED.started,
        used = CASE WHEN w.started = EXCLUDED.started THEN w.used + EXCLUDED.used ELSE EXCLUDED.used END
    RETURNING used
"""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """``remaining`` is what is surely left; other processes may still hold some. ``reset``: seconds to a new window."""

    limit: int
    remaining: int
    reset: int
    is_exceeded: bool = False


@dataclass
class _Lease:
    """Calls that this process took from the shared window and has not spent yet."""

    started: int
    left: int = 0
    free: int = 0
    is_empty: bool = False


_leases: dict[str, _Lease] = {}
_lock = threading.Lock()


def spend(scope: str, limit: int) -> Rate:
    """Count one call of ``scope``. Each process takes a hundredth of the limit at a time, so most calls ask nobody."""
    now = time.time()
    started = int(now // WINDOW) * WINDOW
    reset = max(1, int(started + WINDOW - now + 0.999))
    with _lock:
        lease = _lease(scope, started)
        if lease.left == 0 and not lease.is_empty:
            _take(scope, lease, limit)
        if lease.left == 0:
            return Rate(limit=limit, remaining=0, reset=reset, is_exceeded=True)
        lease.left -= 1
        return Rate(limit=limit, remaining=lease.free + lease.left, reset=reset)


def _lease(scope: str, started: int) -> _Lease:
    lease = _leases.get(scope)
    if lease is None or lease.started != started:
        if len(_leases) > _MOST_TRACKED:
            _leases.clear()
        lease = _leases[scope] = _Lease(started=started)
    return lease


def _take(scope: str, lease: _Lease, limit: int) -> None:
    part = max(1, limit // _PARTS)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"scope": scope, "started": lease.started, "part": part})
        used = int(cursor.fetchone()[0])
    lease.left = max(0, part - max(0, used - limit))
    lease.free = max(0, limit - used)
    lease.is_empty = lease.left == 0
