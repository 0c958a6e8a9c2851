"""Child processes of ``otklik up``: started, heard, started again when they fall, stopped in order.

One thread, no surprises: a selector hears what children say and which signals come. Every child ends when this
process ends, even by ``kill -9``.
"""

import contextlib
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from otklik.commands.parting import Main, Process, part

PATIENCE: Final = 25
LONGEST_PAUSE: Final = 30
HEALTHY_AFTER: Final = 60


@dataclass
class Child:
    """One role. ``starts_at`` is when it may start (again), in monotonic seconds; None while it runs."""

    name: str
    arguments: list[str]
    process: Process | None = None
    starts_at: float | None = 0.0
    started: float = 0.0
    falls: int = 0
    _rest: bytes = field(default=b"", repr=False)

    def start(self, main: Main) -> Process:
        self.started, self.starts_at = time.monotonic(), None
        self.process = part(main, self.arguments)
        os.set_blocking(self.process.output.fileno(), False)
        return self.process

    def fell(self) -> float:
        """Note a fall; returns the pause before the next start: 1, 2, 4 … seconds."""
        self.falls = 1 if time.monotonic() - self.started > HEALTHY_AFTER else self.falls + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (self.falls - 1))
        self.starts_at = time.monotonic() + pause
        return pause

    def lines(self) -> Iterator[str]:
        """Whole lines said since the last call."""
        while self.process and (chunk := self.process.output.read(65_536)):
            self._rest += chunk
        *whole, self._rest = self._rest.split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace")


class Supervisor:
    """Runs children until a stop signal comes. ``say(name, text)`` tells people what happens; ``main`` is what they do.

    ``meanwhile`` is called at each look at the children, several times a second.
    """

    def __init__(
        self,
        main: Main,
        children: list[Child],
        say: Callable[[str, str], None],
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self.main = main
        self.children = children
        self.say = say
        self.meanwhile = meanwhile
        self.is_stopping = False
        self._selector = selectors.DefaultSelector()
        self._bell, self._ring = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    @contextlib.contextmanager
    def hearing_signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM ask to stop; a second one does not wait for the children any more."""
        before = signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)
        handlers = {number: signal.signal(number, self._asked_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
        handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(self._bell, selectors.EVENT_READ)
        try:
            yield
        finally:
            self._selector.unregister(self._bell)
            signal.set_wakeup_fd(before)
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _asked_to_stop(self, _number: int, _frame: object) -> None:
        if self.is_stopping:
            self._signal_all(signal.SIGKILL)
        self.is_stopping = True

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Keep the children running until ``until()`` or a stop signal."""
        while not self.is_stopping and not until():
            self.meanwhile()
            self._start_who_may()
            self._hear(timeout=0.2)
            for child, code in self._fallen():
                pause = child.fell()
                self.say(child.name, f"{child.name} {_how_it_ended(code)}; it starts again in {pause:.0f} s.")

    def stop(self) -> None:
        """Ask every child to finish, wait, and end those who do not."""
        self.is_stopping = True
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while self._running():
            self._hear(timeout=0.1)
            self._fallen()
            if time.monotonic() > deadline:
                self._signal_all(signal.SIGKILL)

    def _start_who_may(self) -> None:
        for child in self.children:
            if child.starts_at is not None and child.starts_at <= time.monotonic():
                process = child.start(self.main)
                self._selector.register(process.output, selectors.EVENT_READ, child)

    def _hear(self, timeout: float) -> None:
        for key, _events in self._selector.select(timeout):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._bell, 4096)
            else:
                self._repeat(key.data)

    def _repeat(self, child: Child) -> None:
        for line in child.lines():
            self.say(child.name, line)

    def _running(self) -> list[Child]:
        return [child for child in self.children if child.process is not None]

    def _fallen(self) -> list[tuple[Child, int]]:
        """Children that have ended since the last look, each with its exit code."""
        fallen = []
        for child in self._running():
            if child.process is None or (code := child.process.poll()) is None:
                continue
            self._repeat(child)
            self._selector.unregister(child.process.output)
            child.process.output.close()
            _end_group(child.process.pid)  # what it started may still be there
            child.process = None
            fallen.append((child, code))
        return fallen

    def _signal_all(self, number: int) -> None:
        for child in self._running():
            if child.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.process.pid, number)


def _end_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"stopped with code {code}"
