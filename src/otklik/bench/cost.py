"""CPU time of the whole system: what holds when the machine is busy with something else (Linux only)."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(folder: Path) -> float:
    """Seconds that our servers and their database (in ``folder``) have computed; 0 where /proc is missing.

    The load generator, which is this process, is left out.
    """
    parents: dict[int, int] = {}
    times: dict[int, int] = {}
    ours: set[int] = set()
    for place in Path("/proc").glob("[0-9]*") if Path("/proc/self/stat").exists() else ():
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            command = (place / "cmdline").read_bytes()
        except OSError:
            continue
        pid = int(place.name)
        parents[pid] = int(fields[1])
        times[pid] = sum(map(int, fields[11:15]))  # own and those of ended children
        if parents[pid] == os.getpid() or str(folder).encode() in command:
            ours.add(pid)
    return sum(time for pid, time in times.items() if _descends(pid, ours, parents)) / _TICKS


def _descends(pid: int, ours: set[int], parents: dict[int, int]) -> bool:
    while pid > 1 and pid not in ours:
        pid = parents.get(pid, 0)
    return pid in ours and pid != os.getpid()
