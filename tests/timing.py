"""How long a run took: noted for ``make health``; with ``--durations`` also where the time went, by folder and by
worker, below pytest's own list.
"""

import json
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest


@dataclass(eq=False)  # pytest puts its plugins into sets
class Timing:
    """Seconds of all phases (setup, call, teardown) and the number of tests, by folder and by xdist worker."""

    folders: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    tests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    workers: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        folder = folder_of(report.nodeid)
        self.folders[folder] += report.duration
        self.tests[folder].add(report.nodeid)
        self.workers[getattr(report, "worker_id", "")] += report.duration

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("seconds by folder")
        for folder, seconds in sorted(self.folders.items(), key=lambda one: -one[1]):
            terminalreporter.write_line(f"{seconds:8.1f}s {len(self.tests[folder]):5} tests  {folder}")
        if any(self.workers):
            busy = ", ".join(f"{name} {seconds:.0f}s" for name, seconds in sorted(self.workers.items()))
            terminalreporter.write_line(f"busy with tests: {busy}")


def folder_of(nodeid: str) -> str:
    """``tests/reach`` of ``tests/reach/doors/test_imap.py::test_x``; ``tests`` of a file that lies there."""
    parts = nodeid.partition("::")[0].split("/")
    return "/".join(parts[:-1][:2])


@dataclass(eq=False)
class LastRun:
    """Writes ``.tools/test-run.json``: when it ended, of which commit, how many tests in how many minutes, and whether
    these were all. What ran a part is no reason to forget the last run of all."""

    config: pytest.Config
    began: float = field(default_factory=time.monotonic)
    tests: set[str] = field(default_factory=set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.tests.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        is_stopped = bool(session.shouldstop or session.shouldfail)
        run = {
            "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M}",
            "commit": _commit(self.config.rootpath),
            "tests": len(self.tests),
            "minutes": round((time.monotonic() - self.began) / 60, 3),
            "is_whole": is_whole(self.config) and not is_stopped,
        }
        path = self.config.rootpath / ".tools" / "test-run.json"
        if self.tests and (run["is_whole"] or not _known(path).get("is_whole")):
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(run))


def is_whole(config: pytest.Config) -> bool:
    """Whether every test is asked for: no folder, file, word or mark chosen, none left out."""
    names = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "collectonly")
    chosen = [config.getoption(name, None) for name in names]
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any(chosen)


def _known(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _commit(root: Path) -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True, check=False
    )
    return said.stdout.strip()


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    config.pluginmanager.register(LastRun(config), "last_run")
    if config.option.durations is not None:
        config.pluginmanager.register(Timing(), "timing")
