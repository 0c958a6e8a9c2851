"""How the job queue does, read from its tables."""

from django.db import connection

_LONGEST_WAIT = """
    SELECT coalesce(max(extract(epoch FROM now() - greatest(job.scheduled_at, deferred.at))), 0)
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_events deferred ON deferred.job_id = job.id AND deferred.type = 'deferred'
    WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at < now())
"""


def living_workers() -> int:
    """Workers whose heartbeat was heard within half a minute."""
    return int(_rows("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 s'")[0][0])


def longest_wait() -> float:
    """Seconds that the job which is due longest has waited; 0 when none waits."""
    return float(_rows(_LONGEST_WAIT)[0][0])


def jobs_by_state() -> dict[str, int]:
    """Jobs that are not done yet, or failed for good; those done are deleted."""
    rows = _rows("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1")
    return {str(state): int(count) for state, count in rows}


def forget_failures(task: str) -> int:
    """What a task's later run has made good is no failure any more. Returns how many jobs went."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'failed' AND task_name = %s", [task])
        return int(cursor.rowcount)


def _rows(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[str, ...]] = cursor.fetchall()
    return rows
