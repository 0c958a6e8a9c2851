"""What machines ask: does the process live, can it work, how busy is it."""

import ipaddress
from collections.abc import Iterator

from django.core.files.storage import storages
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from psycopg_pool import PoolTimeout

from otklik import __version__
from otklik.foundation.events.queue import jobs_by_state, living_workers, longest_wait
from otklik.foundation.files.storage import FilesAway, LastingFiles
from otklik.foundation.gauges import all_gauges

_AWAY = (DatabaseError, InterfaceError, PoolTimeout)


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers, files can be kept and a worker lives, else 503 and which of them does not."""
    state = {"database": _is_answering(), "files": _can_keep(), "worker": False}
    if state["database"]:
        state["worker"] = living_workers() > 0
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for this machine and private networks only; a proxy should not pass it on."""
    if not _is_near(request.META.get("REMOTE_ADDR", "")):
        return HttpResponse(status=403)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gauges())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Gauges:
    """Read from the database when asked: one truth for every process and machine."""

    def collect(self) -> Iterator[Metric]:
        version = GaugeMetricFamily("otklik_info", "Version that answers.", labels=["version"])
        version.add_metric([__version__], 1)
        yield version
        yield GaugeMetricFamily("otklik_workers", "Workers with a fresh heartbeat.", value=living_workers())
        jobs = GaugeMetricFamily("otklik_jobs", "Jobs by state.", labels=["state"])
        for state, count in jobs_by_state().items():
            jobs.add_metric([state], count)
        yield jobs
        for name, meaning, value in all_gauges():
            yield GaugeMetricFamily(name, meaning, value=value)
        yield GaugeMetricFamily("otklik_oldest_job_seconds", "How long the oldest due job waits.", value=longest_wait())


def _is_answering() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except _AWAY:
        return False
    return True


def _can_keep() -> bool:
    """A bucket elsewhere is not asked: its own watch tells."""
    if not isinstance(files := storages["default"], LastingFiles):
        return True
    try:
        files.check_writable()
    except FilesAway:
        return False
    return True


def _is_near(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
