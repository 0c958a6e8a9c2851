"""What a backup is made of: one tar with the database, the files, and a manifest that vouches for both."""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from django.conf import settings

from otklik.commands.problems import Problem
from otklik.foundation.files.archives import BROKEN

MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
FILES: Final = "files"
KEY: Final = "secret_key"
COUNTED: Final = ("cases_case", "customers_customer", "reach_message", "reach_rawmessage", "foundation_event")
CHUNK: Final = 1024 * 1024
OLD_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """``rows``: table → number of rows at the moment of the dump. ``checksums``: path → SHA-256."""

    version: str
    made_at: str
    postgres: int
    has_files: bool
    rows: dict[str, int] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()


def read_manifest(folder: Path) -> Manifest:
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Problem("This file is not a backup of Otklik, or it is not complete: its manifest is missing.") from error


def unpack(archive: Path, folder: Path) -> Manifest:
    """Unpack into ``folder`` and compare every byte with the manifest."""
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    except FileNotFoundError as error:
        raise Problem(f"There is no file {archive}.") from error
    except BROKEN as error:
        raise Problem(f"{archive} cannot be read as a backup: it is damaged, or another kind of file.") from error
    manifest = read_manifest(folder)
    for path, checksum in manifest.checksums.items():
        if not (folder / path).is_file() or checksum_of(folder / path) != checksum:
            raise Problem(f"The backup is damaged: {path} is not what was saved. Nothing was changed.")
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}
    for path in sorted(found - {*manifest.checksums, MANIFEST}):
        raise Problem(f"The backup holds {path}, which its manifest does not name. Nothing was changed.")
    return manifest


def clear_remains(folder: Path, *patterns: str) -> None:
    """Remove what a command that was killed has left: whatever of these names is older than a day."""
    long_ago = time.time() - OLD_SECONDS
    for path in (path for pattern in patterns for path in folder.glob(pattern)):
        with suppress(OSError):
            if path.lstat().st_mtime > long_ago:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def checksum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_folder() -> Path | None:
    """The folder of kept files, or None when they live elsewhere (S3)."""
    options: dict[str, str] = settings.STORAGES["default"].get("OPTIONS", {})  # type: ignore[attr-defined]
    return Path(options["location"]) if "location" in options else None


def run_postgres(command: list[str], database: str) -> None:
    """Run a PostgreSQL program on our server. Raises ``Problem`` with its own words."""
    done = subprocess.run(command, env=_environment(database), capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason was given"])[0].rstrip(".")
        raise Problem(f"{Path(command[0]).name} did not succeed: {reason}.")


def _environment(database: str) -> Mapping[str, str]:
    """Where the server is; a password never stands on a command line."""
    place = settings.DATABASES["default"]
    given = {"PGHOST": place["HOST"], "PGPORT": place["PORT"], "PGUSER": place["USER"], "PGPASSWORD": place["PASSWORD"]}
    return os.environ | {name: str(value) for name, value in given.items() if value} | {"PGDATABASE": database}
