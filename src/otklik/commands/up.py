"""``otklik up``: everything on one machine, in one terminal: database, web, worker, mail door."""

import argparse
import contextlib
import fcntl
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from otklik.commands.certificates import mail_certificate
from otklik.commands.place import data_folder, database, secret_key
from otklik.commands.ports import check_port, lmtp_port_of
from otklik.commands.problems import Problem
from otklik.commands.supervisor import Child, Supervisor
from otklik.config import environment as env

READY_WITHIN: Final = 60


def run(args: argparse.Namespace) -> int:
    folder = data_folder(args)
    with _only_one(folder):
        web_port = check_port(args.host, args.port, "--port")
        smtp_port = check_port(args.host, args.smtp_port, "--smtp-port")
        doors = Doors(host=args.host, web=web_port, smtp=smtp_port, lmtp=lmtp_port_of(args))
        mail_certificate()
        address = _address(args.host, web_port)
        os.environ.setdefault("OTKLIK_BASE_URL", address)
        secret_key(folder)
        say("Database …")
        with database(folder, is_host=True):
            _prepare(is_demo=args.demo)
            return _serve(doors, folder)


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Where the system listens; ``lmtp`` is None when it is not wanted."""

    host: str
    web: int
    smtp: int
    lmtp: int | None


def _serve(doors: Doors, folder: Path) -> int:
    lmtp = [f"--lmtp-port={doors.lmtp}"] if doors.lmtp else []
    children = [
        Child("web", ["web", "--prepared", f"--host={doors.host}", f"--port={doors.web}"]),
        *(Child(f"worker {number}", ["worker", "--prepared"]) for number in range(1, worker_processes() + 1)),
        Child("smtp", ["smtp", "--prepared", f"--host={doors.host}", f"--port={doors.smtp}", *lmtp]),
    ]
    supervisor = Supervisor(children, _said_by)
    say("Web, worker, mail door …")
    with supervisor.hearing_signals():
        try:
            supervisor.run(until=_ready(doors.host, doors.web, doors.smtp))
            if not supervisor.is_stopping:
                _show(doors, folder)
            supervisor.run()
        finally:
            say("Stopping …")
            supervisor.stop()
    say("Stopped. Everything is kept.")
    return 0


def worker_processes() -> int:
    """One process computes on one core only; more than two rarely have enough to do for one house."""
    return env.number("OTKLIK_WORKER_PROCESSES", min(os.cpu_count() or 1, 2))


# ── Starting ──────────────────────────────────────────────────────────────────────────────
@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two systems in one data folder would stumble over each other."""
    with (folder / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Problem(
                f"Otklik runs in {folder} already (process {lock.read().strip()}): "
                "stop it, or choose another --data-dir."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _prepare(*, is_demo: bool) -> None:
    """In one process of its own, before the system opens; its progress is shown, its failure is ours."""
    command = ["demo", "--prepare"] if is_demo else ["prepare"]
    code = subprocess.run([sys.executable, "-m", "otklik.cli", *command], check=False).returncode
    if code:
        raise Problem(f"The system was not opened because `otklik {' '.join(command)}` did not succeed.")


def _ready(host: str, web_port: int, smtp_port: int) -> Callable[[], bool]:
    """True as soon as pages are answered and the mail door is open, or when that takes too long."""
    deadline = time.monotonic() + READY_WITHIN
    return lambda: time.monotonic() > deadline or (_answers(host, web_port) and _is_open(host, smtp_port))


def _answers(host: str, port: int) -> bool:
    try:
        door = http.client.HTTPConnection(_reachable(host), port, timeout=2)
        door.request("GET", "/healthz")
        return door.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def _is_open(host: str, port: int) -> bool:
    try:
        socket.create_connection((_reachable(host), port), timeout=2).close()
    except OSError:
        return False
    return True


def _reachable(host: str) -> str:
    """An address of this machine at which a server that listens on ``host`` answers."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


# ── Saying ────────────────────────────────────────────────────────────────────────────────
def _address(host: str, port: int) -> str:
    name = _reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _show(doors: Doors, folder: Path) -> None:
    address = _address(doors.host, doors.web)
    rows = [("Open", f"{os.environ.get('OTKLIK_BASE_URL', address)}/"), ("Desk", f"{address}/desk/")]
    notes = folder / "demo.txt"
    if notes.exists():
        rows += [_pair(line) for line in notes.read_text(encoding="utf-8").splitlines() if line.strip()]
    lmtp = f", LMTP port {doors.lmtp}" if doors.lmtp else ""
    rows += [("Mail door", f"SMTP port {doors.smtp}{lmtp}"), ("Data", str(folder)), ("Stop", "Ctrl-C")]
    width = max(len(name) for name, _text in rows)
    lines = [f"  {name:<{width}}  {text}" for name, text in rows]
    print("\n".join(["", "  Otklik is ready.", "", *lines, ""]), flush=True)


def _pair(line: str) -> tuple[str, str]:
    name, _, text = line.partition("\t")
    return name, text


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _said_by(name: str, text: str) -> None:
    print(f"{name:>6} | {text}", file=sys.stderr, flush=True)
