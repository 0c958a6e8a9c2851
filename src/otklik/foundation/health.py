"""What machines ask: does the process live, can it work, how busy is it."""

import ipaddress
from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from psycopg_pool import PoolTimeout

from otklik import __version__

_AWAY = (DatabaseError, InterfaceError, PoolTimeout)


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers and a worker lives, else 503 and which of them does not."""
    state = {"database": _is_answering(), "worker": False}
    if state["database"]:
        state["worker"] = _living_workers() > 0
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for this machine and private networks only; a proxy should not pass it on."""
    if not _is_near(request.META.get("REMOTE_ADDR", "")):
        return HttpResponse(status=403)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures:
    """Read from the database when asked: one truth for every process and machine."""

    def collect(self) -> Iterator[Metric]:
        version = GaugeMetricFamily("otklik_info", "Version that answers.", labels=["version"])
        version.add_metric([__version__], 1)
        yield version
        yield GaugeMetricFamily("otklik_workers", "Workers with a fresh heartbeat.", value=_living_workers())
        jobs = GaugeMetricFamily("otklik_jobs", "Jobs by state.", labels=["state"])
        for state, count in _rows("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1"):
            jobs.add_metric([str(state)], float(str(count)))
        yield jobs
        oldest = _rows(
            "SELECT coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, deferred.at))), 0)"
            " FROM procrastinate_jobs job"
            " LEFT JOIN procrastinate_events deferred ON deferred.job_id = job.id AND deferred.type = 'deferred'"
            " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < now())"
        )
        yield GaugeMetricFamily("otklik_oldest_job_seconds", "How long the oldest due job waits.", value=_first(oldest))


def _is_answering() -> bool:
    try:
        _rows("SELECT 1")
    except _AWAY:
        return False
    return True


def _living_workers() -> float:
    return _first(
        _rows("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'")
    )


def _rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[object, ...]] = cursor.fetchall()
    return rows


def _first(rows: list[tuple[object, ...]]) -> float:
    return float(str(rows[0][0]))


def _is_near(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
