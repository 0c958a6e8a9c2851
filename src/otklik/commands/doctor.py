"""``otklik doctor``: one line for each thing that must be well, and what to do where it is not."""

import argparse
import datetime
import os
import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from otklik.commands.certificates import CHAIN, ends_on
from otklik.commands.versions import steps_unknown
from otklik.config import environment
from otklik.foundation.events.queue import jobs_by_state, living_workers, longest_wait
from otklik.foundation.fitting import misfits
from otklik.foundation.in_use import in_use
from otklik.foundation.manifest import Finding
from otklik.foundation.modules import modules

OLDEST_POSTGRES: Final = 160_000
LEAST_FREE: Final = 1_000_000_000
MINUTES_TO_WAIT: Final = 10
SECONDS_APART: Final = 5
DAYS_OF_A_CERTIFICATE: Final = 7

WORDS: Final = {True: "ok", False: "WRONG", None: "note"}


def run(_args: argparse.Namespace) -> int:
    is_well = True
    for name, look in (*CHECKS.items(), *_of_the_apps()):
        for is_good, text in _looked(look):
            is_well = is_well and is_good is not False
            print(f"{WORDS[is_good]:<6} {name}: {text}")
    return 0 if is_well else 1


def _of_the_apps() -> Iterator[tuple[str, Callable[[], Iterator[Finding]]]]:
    for module in in_use():
        yield from module.checks.items()


def _looked(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except Error as error:
        yield False, f"the database did not answer ({str(error).strip().splitlines()[0]}); check DATABASE_URL."


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, to_tsvector('simple', '«Ё»') @@ 'ё'")
        version, knows_russian = cursor.fetchone()
    name = f"PostgreSQL {version // 10_000}.{version % 10_000}"
    yield version >= OLDEST_POSTGRES, name if version >= OLDEST_POSTGRES else f"{name} is too old; use 16 or newer."
    yield (
        knows_russian,
        "knows Russian letters"
        if knows_russian
        else "does not know Russian letters; make it anew with LC_CTYPE=C.UTF-8 and restore a backup there.",
    )


def _migrations() -> Iterator[Finding]:
    if newer := steps_unknown():
        yield False, f"the database is newer than this program ({', '.join(newer)}); install the newer version."
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    yield not missing, f"{missing} are missing; run `otklik prepare`." if missing else "all are applied"


def _apps() -> Iterator[Finding]:
    wrong = misfits()
    yield not wrong, " ".join(wrong) if wrong else f"{len(modules())} fit together"


def _worker() -> Iterator[Finding]:
    alive = living_workers()
    yield alive > 0, f"{alive} at work" if alive else "none is at work; start `otklik up` or `otklik worker`."
    waiting = longest_wait() // 60
    yield (
        waiting < MINUTES_TO_WAIT,
        "no job waits for long" if waiting < MINUTES_TO_WAIT else f"a job waits for {waiting:.0f} min; start a worker.",
    )
    failed = jobs_by_state().get("failed", 0)
    yield not failed, f"{failed} jobs failed for good; their reasons are in the log." if failed else "no job failed"


def _certificate() -> Iterator[Finding]:
    try:
        end = ends_on()
    except (OSError, ValueError):
        yield False, f"{CHAIN} cannot be read as a PEM certificate; correct it."
        return
    if end is None:
        yield (
            None,
            f"no STARTTLS is offered; name a certificate by {CHAIN} if letters come over the internet.",
        )
        return
    days = (end - datetime.datetime.now(datetime.UTC)).days
    is_good = days >= DAYS_OF_A_CERTIFICATE
    yield is_good, f"the certificate is good for {days} days" + ("" if is_good else "; renew it.")


def _time_zones() -> Iterator[Finding]:
    try:
        zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        yield False, f"{settings.TIME_ZONE} is unknown; correct OTKLIK_TIME_ZONE or install tzdata."
        return
    yield True, f"{settings.TIME_ZONE}, now {datetime.datetime.now(zone):%H:%M}"


def _clock() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        seconds = abs((cursor.fetchone()[0] - timezone.now()).total_seconds())
    is_good = seconds < SECONDS_APART
    yield is_good, "agrees with the database's" if is_good else f"is {seconds:.0f} s off the database's; set up NTP."


def _disk() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    free = shutil.disk_usage(folder).free
    size = f"{free / 1e9:.1f} GB free in {folder}"
    yield free > LEAST_FREE, size if free > LEAST_FREE else f"only {size}; make room before the database stops."
    yield os.access(folder, os.W_OK), "can be written" if os.access(folder, os.W_OK) else f"{folder} is read-only."


def _secrets() -> Iterator[Finding]:
    path = environment.text("OTKLIK_SECRET_KEY_FILE")
    if not path:
        yield True, "the key comes from the environment"
        return
    is_private = not Path(path).stat().st_mode & 0o077
    yield is_private, "the key file is private" if is_private else f"others can read {path}; run chmod 600 on it."


CHECKS: Final[dict[str, Callable[[], Iterator[Finding]]]] = {
    "database": _database,
    "migrations": _migrations,
    "apps": _apps,
    "worker": _worker,
    "mail door": _certificate,
    "time zones": _time_zones,
    "clock": _clock,
    "disk": _disk,
    "secret key": _secrets,
}
