"""``otklik prepare``: database, static files and the first inbox, brought up to date."""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from otklik import __version__
from otklik.commands.problems import Problem
from otklik.foundation.fitting import misfits
from otklik.reach.actions import add_email_inbox, prepare_inboxes
from otklik.reach.queries import inbox_by_address
from otklik.team.actions import ensure_first_team
from otklik.team.models import Agent

LOCK = 0x6F746B6C  # "otkl": one process at a time brings a database up to date


NOBODY_YET = "Nobody is at the desk yet: make the first person with `otklik user create`."


def run(_args: argparse.Namespace) -> None:
    prepare()
    if not Agent.objects.filter(is_active=True).exists():
        print(NOBODY_YET, flush=True)


def prepare() -> None:
    """Safe to call again and from many machines at once; says aloud only what it does.

    Raises ``Problem`` when the apps of this program do not fit together.
    """
    if wrong := misfits():
        raise Problem(" ".join(wrong))
    with _alone():
        _migrate()
        _open_first_doors()
    _collect_static()


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if steps:
        say(f"Database: {steps} steps to version {__version__} …")
        call_command("migrate", verbosity=0, interactive=False)


def _open_first_doors() -> None:
    """The team, form and API that every house has, and the inbox of ``OTKLIK_INBOX``."""
    ensure_first_team()
    prepare_inboxes()
    if settings.FIRST_INBOX and inbox_by_address(settings.FIRST_INBOX) is None:
        add_email_inbox(address=settings.FIRST_INBOX)


def _collect_static() -> None:
    """Copy and compress static files when any of them changed since the last time."""
    mark = Path(settings.STATIC_ROOT) / ".collected"
    state = _static_state()
    if mark.exists() and mark.read_text() == state:
        return
    say("Static files …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=mark.exists())
    mark.write_text(state)


def _static_state() -> str:
    digest = hashlib.sha256(__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
