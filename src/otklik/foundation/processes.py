"""Processes that end with the one that started them, however it ends."""

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_NEW_OBJECTS = 50_000
_TURN_SECONDS = 0.02
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(number: int = signal.SIGTERM) -> Callable[[], None] | None:
    """What a child calls before it becomes another program (``preexec_fn``), on Linux.

    The kernel then sends ``number`` to the child when the *thread* that started it ends.
    """
    if _libc is None:
        return None
    parent = os.getpid()
    return lambda: end_with_parent(parent, number)


def end_with_parent(parent: int, number: int = signal.SIGTERM) -> None:
    """Ask the kernel to send ``number`` to this process when its parent (``parent``) ends, on Linux."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we could ask
        os.kill(os.getpid(), number)


def settle_memory() -> None:
    """For servers, after everything is imported: what is there stays, so the collector need not look at it again.

    Fewer and shorter collections: about a twentieth of the CPU time of a page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 50)


def take_longer_turns() -> None:
    """For servers with several threads: a thread that computes is interrupted four times less often.

    A page gives way at each question to the database anyway; being cut in between costs a tenth of its CPU time.
    """
    sys.setswitchinterval(_TURN_SECONDS)
