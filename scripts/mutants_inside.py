"""Inside pytest, for ``mutants.py``: learns which test starts which function, and tries mutants in forks.

A fork begins when all tests are collected and nothing has begun, so a mutant costs its tests and no start. The code of
its function is put in place of the old one, wherever that was imported and however it was decorated.
"""

import gc
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Never

import pytest
from hypothesis import settings
from mutants_breaks import LOADING, ROOT, Mutant

PACKAGE = str(ROOT / "src" / "otklik")
MAP, JOB, SAID = "OTKLIK_MUTANTS_MAP", "OTKLIK_MUTANTS_JOB", "OTKLIK_MUTANTS_SAID"


# ── Learning ──────────────────────────────────────────────────────────────────────────────
_TOOL = 4
_started: set[str] = set()
_known: dict[str, dict[str, Any]] = {}
_names: dict[CodeType, str] = {}


def pytest_configure() -> None:
    """Slow is not broken: nothing fails for the time it takes."""
    settings.register_profile("mutants", deadline=None)
    settings.load_profile("mutants")


def _note_start(code: CodeType, _offset: int) -> object:
    name = _names.get(code)
    if name is None:
        is_ours = code.co_filename.startswith(PACKAGE)
        place = code.co_qualname.replace(".<locals>", "")
        name = _names[code] = f"src/otklik{code.co_filename[len(PACKAGE) :]}:{place}" if is_ours else ""
    if name:
        _started.add(name)
    return sys.monitoring.DISABLE


if MAP in os.environ:  # before anything of ours is loaded
    sys.monitoring.use_tool_id(_TOOL, "mutants")
    sys.monitoring.register_callback(_TOOL, sys.monitoring.events.PY_START, _note_start)
    sys.monitoring.set_events(_TOOL, sys.monitoring.events.PY_START)


def pytest_collection_finish() -> None:
    """What ran till now, a fork cannot run again."""
    _known[LOADING] = {"seconds": 0, "passed": True, "functions": sorted(_started)}


def pytest_runtest_logstart(nodeid: str) -> None:
    if MAP in os.environ:
        _started.clear()
        sys.monitoring.restart_events()
        _known[nodeid] = {"began": time.monotonic(), "passed": True}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed and report.nodeid in _known:
        _known[report.nodeid]["passed"] = False


def pytest_runtest_logfinish(nodeid: str) -> None:
    if MAP in os.environ:
        seconds = time.monotonic() - _known[nodeid].pop("began")
        _known[nodeid] |= {"seconds": seconds, "functions": sorted(_started)}


def pytest_sessionfinish() -> None:
    if MAP in os.environ:
        whole = {name: one for name, one in _known.items() if "functions" in one}
        Path(os.environ[MAP]).write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


# ── Trying ────────────────────────────────────────────────────────────────────────────────
SURVIVED, KILLED, NOT_PLACED = "survived", "killed", "not placed"
TIMED_OUT, BROKE_OFF, UNSOUND, OLD_MAP = "timed out", "broke off", "unsound", "old map"
_CODES = {0: SURVIVED, 1: KILLED, 3: NOT_PLACED}
ENOUGH = 0.9
"""Of the tests that were learnt have to be there still, or the map is too old to believe a survivor."""


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Instead of the tests: for each mutant a fork that runs its own, until one fails."""
    if JOB not in os.environ:
        return None
    items = {item.nodeid: item for item in session.items}
    job = json.loads(Path(os.environ[JOB]).read_text(encoding="utf-8"))
    until, sound = time.monotonic() + 60 * job["minutes"], dict[str, int]()
    for number, task in enumerate(job["tasks"]):
        if time.monotonic() > until:
            break
        tests = [items[name] for name in task["tests"] if name in items]
        is_old = len(tests) < ENOUGH * len(task["tests"])
        said = NOT_PLACED if task["alone"] else OLD_MAP
        if not task["alone"] and not is_old:
            said = _became(session, Mutant(**task["mutant"]), tests, task["seconds"], sound)
        with Path(os.environ[SAID]).open("a", encoding="utf-8") as out:
            out.write(f"{number} {said}\n")
    return True


def _became(
    session: pytest.Session, mutant: Mutant, tests: Sequence[pytest.Item], seconds: float, sound: dict[str, int]
) -> str:
    """What became of it; a failure counts only if the same tests, as far as they came, pass without the break."""
    said, ran = _in_fork(session, mutant, tests, seconds)
    function = f"{mutant.path}:{mutant.function}"
    if said in {KILLED, TIMED_OUT} and sound.get(function, 0) < ran:
        if _in_fork(session, None, tests[:ran], seconds)[0] != SURVIVED:
            return UNSOUND
        sound[function] = ran
    return said


def _in_fork(
    session: pytest.Session, mutant: Mutant | None, tests: Sequence[pytest.Item], seconds: float
) -> tuple[str, int]:
    """The outcome, and how many tests began."""
    came = Path(os.environ[SAID]).with_suffix(".came")
    came.write_text(str(len(tests)), encoding="utf-8")
    child = os.fork()
    if child == 0:
        _try_and_end(session, mutant, tests, came)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return _CODES.get(os.waitstatus_to_exitcode(status), BROKE_OFF), int(came.read_text(encoding="utf-8"))
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return TIMED_OUT, len(tests)


def _try_and_end(session: pytest.Session, mutant: Mutant | None, tests: Sequence[pytest.Item], came: Path) -> Never:
    os.setsid()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    outcome = BROKE_OFF
    try:
        outcome = _try(session, mutant, tests, came)
    finally:
        os._exit(next((code for code, said in _CODES.items() if said == outcome), 4))


def _try(session: pytest.Session, mutant: Mutant | None, tests: Sequence[pytest.Item], came: Path) -> str:
    if mutant and not _put_in_place(mutant):
        return NOT_PLACED
    for number, (item, following) in enumerate(zip(tests, [*tests[1:], None], strict=True), start=1):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            came.write_text(str(number), encoding="utf-8")
            with suppress(Exception):  # what the tests share is left behind in any case
                session._setupstate.teardown_exact(None)
            return KILLED
    return SURVIVED


def _put_in_place(mutant: Mutant) -> bool:
    """Its function and all inside it, which may have been made already: a decorator's wrapper of everything."""
    path = ROOT / mutant.path
    source = path.read_bytes()
    was, broken = (list(_codes(compile(text, str(path), "exec"))) for text in (source, mutant.applied_to(source)))
    if [code.co_qualname for code in was] != [code.co_qualname for code in broken]:
        return False
    inside = f"{mutant.function}."
    places = [(code.co_qualname, code.co_firstlineno) for code in was]
    new = {
        place: code
        for place, code in zip(places, broken, strict=True)
        if f"{place[0]}.".startswith(inside) and places.count(place) == 1
    }
    placed = False
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename == str(path):
            code = new.get((one.__code__.co_qualname, one.__code__.co_firstlineno))
            if code is not None:
                one.__code__ = code
                placed = True
    return placed


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)
