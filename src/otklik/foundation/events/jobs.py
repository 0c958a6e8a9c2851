"""The job engine: how a worker runs, and how unfinished work is taken up again after ``kill -9``.

Jobs are rows in the same database, deferred in the caller's transaction (Procrastinate). Each runs
in a thread, at least once, and its database connection goes back to the pool after it. Done jobs
are deleted; failed ones stay for a month, for ``otklik doctor`` to count.
"""

import asyncio
import contextlib
import json
import logging
import signal
import time
from collections.abc import Sequence
from typing import Any, Final, LiteralString

import procrastinate
import psycopg
from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app as registered
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.sql import queries
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS: Final = 4
DEAD_AFTER_SECONDS: Final = 16
GRACE_SECONDS: Final = 20
RETRY_SECONDS: Final = 2
_AWAY: Final = (ConnectorException, psycopg.Error, DatabaseError, InterfaceError, OSError)
"""The database is away, told by the engine, by its driver (a ``PoolTimeout`` too) or by Django's connection."""
SWEEP_SECONDS: Final = 3600
FAILED_JOBS_STAY_HOURS: Final = 30 * 24


def run_worker(*, concurrency: int = 4) -> None:
    """Do jobs until SIGTERM or SIGINT; a database that goes away for a while is waited for."""
    asyncio.run(_work_until_told(concurrency))


async def _work_until_told(concurrency: int) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    while not told.is_set():
        try:
            await _work(concurrency, told)
        except _AWAY as error:
            logger.warning("worker_lost_the_database", extra={"error": type(error).__name__})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), RETRY_SECONDS)


async def _work(concurrency: int, told: asyncio.Event) -> None:
    app = _worker_app()
    async with app.open_async():
        options = WorkerOptions(
            concurrency=concurrency,
            fetch_job_polling_interval=2,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=DEAD_AFTER_SECONDS,
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="successful",
            install_signal_handlers=False,
        )
        working = asyncio.create_task(app.run_worker_async(**options))
        minding = asyncio.create_task(_mind_the_dead(app))
        waiting = asyncio.create_task(told.wait())
        try:
            await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not told.is_set():
                await working  # it ended by itself: let its error rise
            working.cancel()  # finishes the jobs it has begun
            await asyncio.wait({working}, timeout=GRACE_SECONDS + RETRY_SECONDS)
        finally:
            minding.cancel()
            waiting.cancel()
            await sync_to_async(_close)()


def _close() -> None:
    """The connection of the thread that defers periodic jobs: it may be broken."""
    connection.close()


def _worker_app() -> procrastinate.App:
    """The same tasks over a connection that can listen.

    Not ``replace_connector``: what a job defers must still go through Django's connection, so that
    it lives or dies with the job's own transaction.
    """
    connector = _Connector(kwargs=connector_params(), configure=_commit_each, pool_factory=_trusting_pool)
    return registered.with_connector(connector)


def _trusting_pool(**options: Any) -> AsyncConnectionPool:
    """Connections are not tried out before each statement: a broken one ends the round, and the next begins anew."""
    return AsyncConnectionPool(**(options | {"check": None}))


async def _commit_each(door: AsyncConnection) -> None:
    """The engine says one thing at a time: with no trial and no transaction around it, a job costs two round trips of
    it instead of eight."""
    await door.set_autocommit(True)


_UNHURRIED: Final = "set_config('synchronous_commit', 'off', true)"
_NOTED = {
    queries["fetch_job"]: f"{queries['fetch_job'].removesuffix(';')}, {_UNHURRIED}",
    queries["finish_job"]: f"{queries['finish_job'].removesuffix(';')} FROM {_UNHURRIED}",
}


class _Connector(PsycopgConnector):
    """That a job begins or is done is noted without waiting for the disk.

    What a power cut makes the engine forget is done again, which every job bears; what the job itself does is
    committed by its own transaction. Said in the statement, not of the connection: a pooler may give that to others.
    """

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        await super().execute_query_async(_NOTED.get(query, query), **arguments)

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:
        row: dict[str, Any] = await super().execute_query_one_async(_NOTED.get(query, query), **arguments)
        return row


async def _mind_the_dead(app: procrastinate.App) -> None:
    """Give the jobs of workers without heartbeat to the living, and forget old failures."""
    swept = 0.0
    while True:
        try:
            await retry_stalled_jobs(app)
            if time.monotonic() - swept > SWEEP_SECONDS:
                await app.job_manager.delete_old_jobs(
                    FAILED_JOBS_STAY_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
                )
                swept = time.monotonic()
        except _AWAY:
            logger.warning("stalled_jobs_not_checked")
        await asyncio.sleep(HEARTBEAT_SECONDS)


async def retry_stalled_jobs(app: procrastinate.App) -> None:
    await app.job_manager.prune_stalled_workers(DEAD_AFTER_SECONDS)
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
        await app.job_manager.retry_job(job)
        logger.warning("stalled_job_retried", extra={"job": job.id, "task": job.task_name})


_TAKE_NEXT: Final = """
    DELETE FROM procrastinate_jobs WHERE id = (
        SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at <= %s, true)
            AND coalesce(args->>'reaction' <> ALL (%s), true)
        ORDER BY priority DESC, id LIMIT 1
    ) RETURNING task_name, args::text
"""


def run_due_jobs(*, most: int = 500, leaving: Sequence[str] = ()) -> int:
    """Do every due job here and now, in the queue's order, until none is left; returns how many.

    ``leaving``: paths of reactions that are left in the queue, for the workers. For tests and rehearsals: no worker,
    no retries. Raises ``RuntimeError`` when jobs beget jobs without end.
    """
    for done in range(most):
        with connection.cursor() as cursor:
            cursor.execute(_TAKE_NEXT, [timezone.now(), list(leaving)])
            job = cursor.fetchone()
        if job is None:
            return done
        name, arguments = job
        registered.tasks[name].func(**json.loads(arguments))
    raise RuntimeError(f"jobs beget jobs: more than {most}")
