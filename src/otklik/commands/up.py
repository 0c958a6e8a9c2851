"""``otklik up``: everything on one machine, in one terminal: database, web, worker, mail door."""

import argparse
import contextlib
import fcntl
import gc
import http.client
import os
import shlex
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from otklik.commands.certificates import mail_certificate
from otklik.commands.parting import Main, part
from otklik.commands.place import UP_LOCK, data_folder, database, secret_key
from otklik.commands.ports import check_port, lmtp_port_of
from otklik.commands.problems import Problem
from otklik.commands.setting import in_sentences, set_up_django
from otklik.commands.supervisor import Child, Supervisor
from otklik.config import environment as env
from otklik.foundation.database.programs import DatabaseProblem
from otklik.foundation.database.server import Server

READY_WITHIN: Final = 60
SECONDS_BETWEEN_LOOKS: Final = 1.0


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
        with database(folder, is_host=True, meanwhile=_set_up) as server:
            gc.freeze()  # shared by all that part from here
            is_empty = _prepare(args)
            return _serve(args.main, doors, folder, Keeper(server) if server else None, is_empty=is_empty)


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Where the system listens; ``lmtp`` is None when it is not wanted."""

    host: str
    web: int
    smtp: int
    lmtp: int | None


class Keeper:
    """Starts our PostgreSQL again when it has fallen. Called often, it looks each second."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._looks_at = 0.0
        self._has_fallen = False

    def __call__(self) -> None:
        if (now := time.monotonic()) < self._looks_at:
            return
        self._looks_at = now + SECONDS_BETWEEN_LOOKS
        if self._server.has_process():
            return
        if not self._has_fallen:
            self._has_fallen = True
            _said_by("db", "PostgreSQL has fallen; it starts again. What was committed is kept.")
        self._start()

    def _start(self) -> None:
        try:
            self._server.start(with_parent=True)
        except DatabaseProblem as problem:  # sessions of the fallen server may hold its memory for a moment
            _said_by("db", f"{problem} It is tried again.")
            return
        self._has_fallen = False
        _said_by("db", "PostgreSQL serves again.")


def _serve(main: Main, doors: Doors, folder: Path, keeper: Keeper | None, *, is_empty: bool) -> int:
    lmtp = [f"--lmtp-port={doors.lmtp}"] if doors.lmtp else []
    children = [
        Child("web", ["web", "--prepared", f"--host={doors.host}", f"--port={doors.web}"]),
        *(Child(f"worker {number}", ["worker", "--prepared"]) for number in range(1, worker_processes() + 1)),
        Child("smtp", ["smtp", "--prepared", f"--host={doors.host}", f"--port={doors.smtp}", *lmtp]),
    ]
    supervisor = Supervisor(main, children, _said_by, meanwhile=keeper or (lambda: None))
    say("Web, worker, mail door …")
    with supervisor.hearing_signals():
        try:
            supervisor.run(until=_ready(doors.host, doors.web, doors.smtp))
            if not supervisor.is_stopping:
                _show(doors, folder, is_empty=is_empty)
            supervisor.run()
        finally:
            say("Stopping …")
            supervisor.stop()
    say("Stopped. Everything is kept.")
    return 0


def worker_processes() -> int:
    """One process computes on one core only; more than two rarely have enough to do for one house."""
    return env.number("OTKLIK_WORKER_PROCESSES", min(os.cpu_count() or 1, 2))


def _set_up() -> None:
    with in_sentences():
        set_up_django()


# ── Starting ──────────────────────────────────────────────────────────────────────────────
@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two systems in one data folder would stumble over each other."""
    with (folder / UP_LOCK).open("a+") as lock:
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


def _prepare(args: argparse.Namespace) -> bool:
    """In one process of its own, before the system opens; its progress is shown, its failure is ours.

    True when it says, on its standard output, that nobody is at the desk yet.
    """
    command = ["demo", "--prepare"] if args.demo else ["prepare"]
    process = part(args.main, command, with_errors=False)
    _warm_up()
    with process.output:
        said = process.output.read()
    if process.wait():
        raise Problem(f"The system was not opened because `otklik {' '.join(command)}` did not succeed.")
    return not args.demo and bool(said.strip())


def _warm_up() -> None:
    """What all that part from here will need and no database is asked for, loaded while another process prepares it."""
    import_module("otklik.config.warming").warm_up()  # it needs Django
    gc.freeze()


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


def _show(doors: Doors, folder: Path, *, is_empty: bool) -> None:
    address = _address(doors.host, doors.web)
    rows = [("Open", f"{os.environ.get('OTKLIK_BASE_URL', address)}/"), ("Desk", f"{address}/desk/")]
    notes = folder / "demo.txt"
    if notes.exists():
        rows += [_pair(line) for line in notes.read_text(encoding="utf-8").splitlines() if line.strip()]
    lmtp = f", LMTP port {doors.lmtp}" if doors.lmtp else ""
    rows += [("Mail door", f"SMTP port {doors.smtp}{lmtp}"), ("Data", str(folder)), ("Stop", "Ctrl-C")]
    width = max(len(name) for name, _text in rows)
    lines = [f"  {name:<{width}}  {text}" for name, text in rows]
    begin = _how_to_begin(address, folder) if is_empty else ()
    print("\n".join(["", "  Otklik is ready.", "", *lines, "", *begin]), flush=True)


def _how_to_begin(address: str, folder: Path) -> list[str]:
    """For a house without people: the command in full, to be typed in another terminal, and where to go then."""
    called = Path(sys.argv[0]).absolute()
    program = [str(called)] if called.name == "otklik" else [sys.executable, "-m", "otklik.cli"]
    place = ["--data-dir", str(folder)]
    person = ["--email", "you@company.example", "--role", "admin", "--name", "Your Name"]
    command = shlex.join([*program, "user", "create", *place, *person])
    return [
        "  Nobody is at the desk yet. Make the first person, in another terminal:",
        "",
        f"    {command}",
        "",
        f"  Then log in and take the first steps: {address}/desk/settings/steps",
        "",
    ]


def _pair(line: str) -> tuple[str, str]:
    name, _, text = line.partition("\t")
    return name, text


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _said_by(name: str, text: str) -> None:
    print(f"{name:>6} | {text}", file=sys.stderr, flush=True)
