"""A command of this program in a process of its own, parted from this one: what is imported here is not imported again.

Five processes that each set Django up spend more time on that than on everything else until the first page.
"""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

type Main = Callable[[Sequence[str]], int]
"""Does the command with these arguments; returns its exit code."""

_OWN_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)
_OUT, _ERRORS, _FIRST_OTHER = 1, 2, 3


@dataclass
class Process:
    """One that was parted; ``output`` reads what it says."""

    pid: int
    output: BinaryIO
    code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, below zero for the signal that ended it; None while it runs."""
        return self._asked(os.WNOHANG)

    def wait(self) -> int:
        """The same, as soon as it has ended."""
        code = self._asked(0)
        assert code is not None
        return code

    def _asked(self, how: int) -> int | None:
        if self.code is None:
            pid, status = os.waitpid(self.pid, how)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code


def part(main: Main, arguments: Sequence[str], *, with_errors: bool = True) -> Process:
    """Begin it; this process must have one thread and no session of the database. It ends when this one does.

    ``with_errors``: whether ``output`` has its errors too; else they are said where ours are.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    parent = os.getpid()
    reads, writes = os.pipe()
    if (pid := os.fork()) == 0:
        _become(main, arguments, parent=parent, says=[writes, writes] if with_errors else [writes, _ERRORS])
    os.close(writes)
    return Process(pid, os.fdopen(reads, "rb", buffering=0))


def _become(main: Main, arguments: Sequence[str], *, parent: int, says: list[int]) -> NoReturn:
    """What the new process does: nothing of its parent's is open in it, and it leaves nothing undone of its own."""
    code = 1
    try:
        os.setsid()  # Ctrl-C reaches the parent only, which then stops its children in order
        signal.set_wakeup_fd(-1)
        for number in _OWN_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for stream, place in zip((_OUT, _ERRORS), says, strict=True):
            os.dup2(place, stream)
        os.closerange(_FIRST_OTHER, os.sysconf("SC_OPEN_MAX"))
        for text in (sys.stdout, sys.stderr):
            text.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # it is a file
        _name(arguments[0])
        os.environ["OTKLIK_PARENT"] = str(parent)
        code = main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - nobody above would tell it
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush(), sys.stderr.flush()
        os._exit(code)


def _name(command: str) -> None:
    """What ``ps`` and ``top`` call it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(f"otklik {command}"[:15], encoding="ascii")
