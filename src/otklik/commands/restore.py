"""``otklik restore FILE``: a backup is read into a database beside the present one, verified, then takes its place."""

import argparse
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from otklik import __version__
from otklik.commands.archive import DUMP, FILES, KEY, Manifest, files_folder, run_postgres, unpack
from otklik.commands.place import UP_LOCK
from otklik.commands.prepare import prepare
from otklik.commands.problems import Problem
from otklik.foundation.database.pool import close_pool
from otklik.foundation.database.programs import program
from otklik.foundation.events.queue import living_workers
from otklik.foundation.policies import RESTORED_FROM

UNPACKED: Final = ".restore-"


def run(args: argparse.Namespace) -> None:
    stamp = time.strftime("%Y%m%d_%H%M%S")
    with _at_rest():
        has_data = _has_data()
        if has_data and not args.force:
            raise Problem(
                "There is data here already: add --force to replace it (it is kept aside), or use another place."
            )
        _clear_remains()
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=UNPACKED) as folder:
            manifest = unpack(args.file.expanduser().resolve(), Path(folder))
            _check_version(manifest)
            fresh = f"{_being_read()}{stamp}"
            _read_in(Path(folder) / DUMP, manifest, fresh)
            _calm(fresh, manifest)
            aside = _switch_database(fresh, stamp)
            if not has_data:
                _drop(aside)
            _switch_files(Path(folder), stamp)
    prepare()
    print(f"Restored: {manifest.rows['cases_case']} cases, as of {manifest.made_at}.")
    print("No letter leaves and none is fetched until an administrator has said in the desk whether those that waited")
    print("are to be sent, or had left the house this backup was made of.")
    if has_data:
        print(f"The former database is kept as {aside}, former files beside the present ones (…before_{stamp}).")


@contextmanager
def _at_rest() -> Iterator[None]:
    """Nobody else may work on the data meanwhile."""
    with (settings.DATA_DIR / UP_LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Problem("Otklik runs here: stop it before you restore a backup.") from error
        if _table_exists("procrastinate_workers") and living_workers():
            raise Problem("A worker is at work on this database: stop every part of Otklik, wait half a minute, retry.")
        yield


def _table_exists(name: str) -> bool:
    return name in connection.introspection.table_names()


def _has_data() -> bool:
    with connection.cursor() as cursor:
        for table in ("team_agent", "customers_customer", "reach_rawmessage"):
            if _table_exists(table):
                cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
                if cursor.fetchone()[0]:
                    return True
    return False


def _check_version(manifest: Manifest) -> None:
    def parts(version: str) -> list[int]:
        return [int(part) for part in version.split(".") if part.isdigit()]

    if parts(manifest.version) > parts(__version__):
        raise Problem(f"This backup was made by Otklik {manifest.version}, this is {__version__}: upgrade first.")


# ── The database ──────────────────────────────────────────────────────────────────────────
def _administration(database: str = "postgres") -> psycopg.Connection:
    place = settings.DATABASES["default"]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {name: str(place[key]) for name, key in names.items() if place[key]}
    return psycopg.connect(dbname=database, autocommit=True, **given)  # type: ignore[arg-type]  # all are text


def _read_in(dump: Path, manifest: Manifest, name: str) -> None:
    """A new database from the dump, with as many rows as were saved; dropped again if anything is wrong."""
    with _administration() as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            command = [str(program("pg_restore", version=manifest.postgres)), "--exit-on-error", "--no-owner"]
            run_postgres([*command, f"--dbname={name}", str(dump)], name)
            _verify(manifest, name)
        except Problem:
            _drop(name)
            raise


def _being_read() -> str:
    """What the names of our unfinished databases begin with; another house on the same server has its own."""
    return f"{settings.DATABASES['default']['NAME']}_restore_"


def _clear_remains() -> None:
    """What a restore that was killed has left; another cannot live, we hold the folder."""
    for path in settings.DATA_DIR.glob(f"{UNPACKED}*"):
        shutil.rmtree(path, ignore_errors=True)
    with _administration() as server:
        find = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        left = server.execute(find, [_being_read()]).fetchall()
    for (name,) in left:
        _drop(name)


def _calm(name: str, manifest: Manifest) -> None:
    """Workers of the former house do not live here, what they had begun waits, and nothing leaves yet."""
    with _administration(name) as copy:
        copy.execute("DELETE FROM procrastinate_workers")
        copy.execute("UPDATE procrastinate_jobs SET status = 'todo' WHERE status = 'doing'")
        copy.execute(
            "INSERT INTO foundation_policy (name, value, changed_at) VALUES (%s, to_jsonb(%s::text), now())"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
            [RESTORED_FROM, manifest.made_at],
        )


def _drop(name: str) -> None:
    with _administration() as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _verify(manifest: Manifest, name: str) -> None:
    with _administration(name) as copy:
        for table, expected in manifest.rows.items():
            row = copy.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            if row != (expected,):
                raise Problem(f"The backup is damaged: {table} has not {expected} rows any more. Nothing was changed.")


def _switch_database(fresh: str, stamp: str) -> str:
    """The new database takes the name; the former keeps its rows under another. Returns that name."""
    current = str(settings.DATABASES["default"]["NAME"])
    aside = f"{current}_before_{stamp}"
    close_pool()
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with _administration() as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [current])
        server.execute(rename.format(sql.Identifier(current), sql.Identifier(aside)))
        server.execute(rename.format(sql.Identifier(fresh), sql.Identifier(current)))
    return aside


# ── The files ─────────────────────────────────────────────────────────────────────────────
def _switch_files(unpacked: Path, stamp: str) -> None:
    folder = files_folder()
    if folder is not None and (unpacked / FILES).is_dir():
        _replace(folder, unpacked / FILES, stamp)
    if (unpacked / KEY).is_file():
        _replace(settings.DATA_DIR / KEY, unpacked / KEY, stamp)
        (settings.DATA_DIR / KEY).chmod(0o600)


def _replace(present: Path, restored: Path, stamp: str) -> None:
    if present.exists():
        present.rename(present.with_name(f"{present.name}.before_{stamp}"))
    present.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(restored, present)
    os.sync()
