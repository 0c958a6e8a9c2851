"""Real processes for tests: commands, a whole system, its ports and its database."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from otklik.foundation.database.server import Server, serving
from tests.ports import free_port

LETTER = (
    "From: Иван <ivan@mail.example>\r\nTo: help@gorizont.example\r\nSubject: Не открывается урок\r\n"
    "Message-ID: <one@mail.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nЗдравствуйте! Помогите.\r\n"
).encode()


class Place:
    """A data folder and the commands that are run in it, by ``python -m otklik.cli`` unless told otherwise."""

    def __init__(self, folder: Path, program: list[str] | None = None) -> None:
        self.folder = folder
        self.program = program or [sys.executable, "-m", "otklik.cli"]
        outside = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        self.environment = {
            name: value for name, value in os.environ.items() if name not in outside and not name.startswith("OTKLIK_")
        }
        self.environment |= {"OTKLIK_DATA_DIR": str(folder), "COLUMNS": "200"}

    def run(self, *arguments: str, given: bytes = b"", **environment: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [*self.program, *arguments],
            input=given,
            capture_output=True,
            check=False,
            timeout=420,  # only what hangs
            cwd="/",
            env=self.environment | environment,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def database(self) -> AbstractContextManager[Server]:
        return serving(Server(folder=self.folder / "postgres"))

    def ask(self, query: str) -> Any:
        """The first value of the first row."""
        with self.database() as server, server.connect("otklik") as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None

    def count(self, table: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {table}"))


class System:
    """``otklik up`` in a place, on free ports."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.port, self.smtp_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.log = place.folder.parent / f"{place.folder.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.write_bytes(b"")
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [
                    *self.place.program, "up", f"--port={self.port}", f"--smtp-port={self.smtp_port}",
                    f"--lmtp-port={self.lmtp_port}",
                ],
                stdout=log, stderr=log, cwd="/", env=self.place.environment, start_new_session=True,
            )  # fmt: skip
        self.process = process
        wait_until(lambda: self.said("Otklik is ready") or process.poll() is not None, 120, self.tail)
        assert process.poll() is None, self.tail()

    def said(self, words: str) -> bool:
        return words in self._log()

    def tail(self) -> str:
        return self._log()[-4000:]

    def _log(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask the supervisor to stop; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)

    def roles(self) -> dict[str, int]:
        """Process number of each child, by what it is called: its command, or ``database``."""
        assert self.process is not None
        found = {}
        for child in children_of(self.process.pid):
            name = Path(f"/proc/{child}/comm").read_text().strip()
            found["database" if name == "postgres" else name.removeprefix("otklik ")] = child
        return found

    def family(self) -> list[int]:
        """Every process below the supervisor, and itself."""
        assert self.process is not None
        found, waiting = [], [self.process.pid]
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting += children_of(one)
        return found


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float, tell: Callable[[], str] = lambda: "") -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, tell()
        time.sleep(0.1)
