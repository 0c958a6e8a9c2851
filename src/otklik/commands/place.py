"""Where everything is kept: the data folder, its secret key, its database. Works before Django is there."""

import argparse
import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from otklik.commands.problems import Problem
from otklik.foundation.database.programs import DatabaseProblem
from otklik.foundation.database.server import Server, serving
from otklik.foundation.files.disk import settle

KEY_FILE: Final = "secret_key"
UP_LOCK: Final = "up.lock"
HOST_MENDS_WITHIN: Final = 15


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
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
            settle(folder)
    os.environ["OTKLIK_SECRET_KEY_FILE"] = str(path)


def _runs_here(folder: Path) -> bool:
    """Whether an ``otklik up`` lives in the folder."""
    try:
        with (folder / UP_LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


@contextmanager
def database(
    folder: Path, *, is_host: bool = False, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Server | None]:
    """The one in the data folder, served while the block lasts; None where ``DATABASE_URL`` names another.

    ``meanwhile``: done in a thread of its own while the server starts, over before the block begins.
    """
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        meanwhile()
        yield None
        return
    server = Server(folder=folder / "postgres")
    if not is_host and _runs_here(folder):
        _wait_for_its_host(server)
    os.environ["DATABASE_URL"] = server.url()
    try:
        with _doing(meanwhile) as done, serving(server, is_host=is_host):
            done()
            yield server
    except DatabaseProblem as problem:
        raise Problem(str(problem)) from problem
    finally:
        os.environ.pop("DATABASE_URL", None)


@contextmanager
def _doing(work: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Begun in another thread; what is yielded waits for its end and raises what it raised."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        begun = beside.submit(work)

        def done() -> None:
            begun.result()
            beside.shutdown()

        yield done


def _wait_for_its_host(server: Server) -> None:
    """Where ``otklik up`` lives, it alone starts the database: started here it would be found well while it is not."""
    deadline = time.monotonic() + HOST_MENDS_WITHIN
    while not server.is_serving():
        if time.monotonic() > deadline:
            raise Problem(
                "PostgreSQL of the Otklik that runs here does not answer. `otklik up` starts it again by itself; "
                f"if it does not come back, {server.folder / 'log'} tells why."
            )
        time.sleep(0.2)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
