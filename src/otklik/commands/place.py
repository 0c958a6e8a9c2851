"""Where everything is kept: the data folder, its secret key, its database. Works before Django is there."""

import argparse
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from otklik.commands.problems import Problem
from otklik.foundation.database import Server, serving
from otklik.foundation.programs import DatabaseProblem

KEY_FILE: Final = "secret_key"


def data_folder(args: argparse.Namespace) -> Path:
    """The folder everything is kept in, made if it is not there; children learn it from the environment."""
    folder = Path(args.data_dir or os.environ.get("OTKLIK_DATA_DIR") or "data").expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"The data folder {folder} cannot be made: {error.strerror}. Choose one by --data-dir."
        ) from error
    if not os.access(folder, os.W_OK):
        raise Problem(f"The data folder {folder} cannot be written to. Choose another by --data-dir.")
    os.environ["OTKLIK_DATA_DIR"] = str(folder)
    return folder


def secret_key(folder: Path) -> None:
    """Keep one secret key in the data folder unless the environment gives one."""
    if os.environ.get("OTKLIK_SECRET_KEY") or os.environ.get("OTKLIK_SECRET_KEY_FILE"):
        return
    path = folder / KEY_FILE
    with _locked(folder / ".secret_key.lock"):
        if not path.exists():
            draft = folder / f".{KEY_FILE}.new"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
            draft.rename(path)
    os.environ["OTKLIK_SECRET_KEY_FILE"] = str(path)


@contextmanager
def database(folder: Path, *, is_host: bool = False) -> Iterator[None]:
    """The database of ``DATABASE_URL``, or the one in the data folder, served while the block lasts."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        yield
        return
    try:
        with serving(Server(folder=folder / "postgres"), is_host=is_host) as server:
            os.environ["DATABASE_URL"] = server.url()
            yield
    except DatabaseProblem as problem:
        raise Problem(str(problem)) from problem
    finally:
        os.environ.pop("DATABASE_URL", None)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
