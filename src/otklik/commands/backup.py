"""``otklik backup FILE``: database and files in one file, while the system goes on working."""

import argparse
import datetime
import os
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from otklik import __version__
from otklik.commands.archive import (
    COUNTED,
    DUMP,
    FILES,
    KEY,
    MANIFEST,
    Manifest,
    checksum_of,
    clear_remains,
    files_folder,
    run_postgres,
)
from otklik.commands.problems import Problem
from otklik.config import environment
from otklik.foundation.database.programs import program
from otklik.foundation.files.disk import settle


def run(args: argparse.Namespace) -> None:
    target: Path = args.file.expanduser().resolve()
    if target.exists():
        raise Problem(f"{target} is there already: choose another name, no backup is overwritten.")
    draft = target.with_name(f".{target.name}.part")
    clear_remains(target.parent, ".backup-*", ".*.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            manifest = _write(draft, Path(folder) / DUMP)
        draft.rename(target)
        settle(target.parent)
    except OSError as error:
        raise Problem(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    size = target.stat().st_size / 1e6
    print(f"{target} ({size:.1f} MB): the database and {len(manifest.checksums) - 1} files.")
    if not manifest.has_files:
        print("The kept files live in S3 and are not inside: back that bucket up by its own means.")


def _write(draft: Path, dump: Path) -> Manifest:
    """The database first: kept files are never changed, so the later copy holds every file the dump names."""
    rows, postgres = _dump(dump)
    checksums = {DUMP: checksum_of(dump)}
    mode = "w:gz" if draft.name.removesuffix(".part").endswith((".gz", ".tgz")) else "w"
    with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as raw:
        with tarfile.open(fileobj=raw, mode=mode) as tar:  # type: ignore[call-overload]  # a mode chosen at run time
            tar.add(dump, DUMP)
            for path, name in _files():
                checksums[name] = checksum_of(path)
                tar.add(path, name, recursive=False)
            manifest = Manifest(
                version=__version__,
                made_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                postgres=postgres,
                has_files=files_folder() is not None,
                rows=rows,
                checksums=checksums,
            )
            about = tarfile.TarInfo(MANIFEST)
            about.size = len(manifest.as_json())
            tar.addfile(about, BytesIO(manifest.as_json()))
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def _dump(path: Path) -> tuple[dict[str, int], int]:
    """Rows per table and the dump see one and the same moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version_num')::int / 10000")
        snapshot, postgres = cursor.fetchone()
        rows = {}
        for table in COUNTED:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            rows[table] = cursor.fetchone()[0]
        dump = str(program("pg_dump", version=postgres))
        command = [dump, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}"]
        run_postgres(command, str(settings.DATABASES["default"]["NAME"]))
    return rows, postgres


def _files() -> list[tuple[Path, str]]:
    """Kept files, and the key that reads stored passwords if it is kept in the data folder."""
    found = []
    folder = files_folder()
    if folder is not None and folder.is_dir():
        found += [(path, f"{FILES}/{path.relative_to(folder)}") for path in sorted(folder.rglob("*")) if path.is_file()]
    key = environment.text("OTKLIK_SECRET_KEY_FILE")
    if key and Path(key) == settings.DATA_DIR / KEY:
        found.append((Path(key), KEY))
    return found
