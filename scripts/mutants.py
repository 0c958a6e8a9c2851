"""Break the product in small ways, one at a time, and see whether a test notices: ``make mutants``.

What is broken: every module of actions, and the foundation. A sample (``--sample``, ``--seed``) is drawn from all small
breaks there are (``mutants_breaks.py``) and tried in a copy below ``.tools/mutants``, with the tests that start the
broken function, the most particular first. Which those are is learnt by one run of the tests (``--learn``).
"""

import argparse
import difflib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, chain, zip_longest
from pathlib import Path

from mutants_breaks import LOADING, ROOT, Mutant, modules, mutants_of

FOLDER = ROOT / ".tools" / "mutants"
COPY, MAP = FOLDER / "tree", FOLDER / "map.json"
JOB, SAID, RESULT = FOLDER / "job.json", FOLDER / "said.txt", FOLDER / "result.json"
COPIED = ("src", "tests", "conftest.py", "pyproject.toml", "uv.lock", "scripts", "docs", "README.md", "CONTRIBUTING.md")
LEARNT_FROM = ["-m", "not browser and not slow and not kill", "--ignore-glob=tests/architecture/test_[!r]*"]
"""Of the architecture's tests only those that start what they look at: rights."""
MOST_SECONDS = 45.0
"""Of all tests of a function, as they were learnt; the most particular of each file come first."""
PATIENCE = 4
"""Times that is waited for tests before a break counts as one that does not end."""
MOST_SURVIVE = 0.10


@dataclass(frozen=True, kw_only=True)
class Test:
    name: str
    seconds: float
    functions: frozenset[str]


# ── In the copy ───────────────────────────────────────────────────────────────────────────
def make_copy() -> None:
    """The work tree without what the copy made for itself: its PostgreSQL."""
    for name in COPIED:
        source, place = ROOT / name, COPY / name
        if source.is_dir():
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            COPY.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place)


def run_tests(arguments: Sequence[str], **told: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(COPY / "src"), str(COPY / "scripts")])
    surroundings = os.environ | {"PYTHONPATH": paths} | {f"OTKLIK_MUTANTS_{name}": str(at) for name, at in told.items()}
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "-n", "0"]
    command += ["-p", "mutants_inside", f"--basetemp={FOLDER / 'tmp'}", *arguments]
    return subprocess.run(command, cwd=COPY, env=surroundings, capture_output=True, text=True, check=False)


def learn(tests: Sequence[str]) -> None:
    """Which test starts which function; with ``tests``, of these alone anew."""
    known = json.loads(MAP.read_text(encoding="utf-8")) if tests and MAP.exists() else {}
    MAP.unlink(missing_ok=True)
    done = run_tests([*LEARNT_FROM, *tests], MAP=MAP)
    print(done.stdout[-1500:], flush=True)
    if not MAP.exists():
        sys.exit(done.stderr or "The tests did not run.")
    MAP.write_text(
        json.dumps(known | json.loads(MAP.read_text(encoding="utf-8")), ensure_ascii=False), encoding="utf-8"
    )


def learnt() -> list[Test]:
    """All tests that passed and whose file is there still, the most particular first."""
    facts = json.loads(MAP.read_text(encoding="utf-8"))
    tests = [
        Test(name=name, seconds=one["seconds"], functions=frozenset(_with_their_own(one["functions"])))
        for name, one in facts.items()
        if one["passed"] and (COPY / name.partition("::")[0]).exists()  # LOADING: the copy itself
    ]
    return sorted(tests, key=lambda one: (len(one.functions), one.seconds))


def _with_their_own(functions: Iterable[str]) -> Iterator[str]:
    """Each with its module (``path:``) and what it stands in: an inner function is broken with its outer one."""
    for started in functions:
        path, _colon, function = started.partition(":")
        yield f"{path}:"
        yield from (f"{path}:{outer}" for outer in accumulate(function.split("."), lambda outer, own: f"{outer}.{own}"))


# ── Which mutants meet which tests ────────────────────────────────────────────────────────
def chosen(asked: argparse.Namespace) -> list[Mutant]:
    if asked.again:
        alive = [Mutant(**one).found_again() for one in json.loads(RESULT.read_text(encoding="utf-8"))["survivors"]]
        return [one for one in alive if one]
    everything = [one for path in modules() if asked.only in str(path) for one in mutants_of(path)]
    print(f"{len(everything)} small breaks are possible; {min(asked.sample, len(everything))} are tried.", flush=True)
    return random.Random(asked.seed).sample(everything, min(asked.sample, len(everything)))  # noqa: S311 - no secret


def tests_for(mutant: Mutant, known: Sequence[Test]) -> list[Test]:
    """Tests that start its function; for what runs as a module is loaded, those that start anything of it."""
    function = "" if _is_loaded(mutant, known) else mutant.function
    return _starting(f"{mutant.path}:{function}", known)


def _is_loaded(mutant: Mutant, known: Sequence[Test]) -> bool:
    """A fork begins when that is over."""
    name = f"{mutant.path}:{mutant.function}"
    tests = [one for one in known if name in one.functions]
    return not mutant.function or not tests or any(one.name == LOADING for one in tests)


def _starting(name: str, known: Sequence[Test]) -> list[Test]:
    """By turns from each file: what is started everywhere is seen by those whose matter it is, wherever they stand."""
    of_file: dict[str, list[Test]] = {}
    for one in known:
        if one.name != LOADING and name in one.functions:
            of_file.setdefault(one.name.partition("::")[0], []).append(one)
    found, left = list[Test](), MOST_SECONDS
    for one in filter(None, chain.from_iterable(zip_longest(*of_file.values()))):
        if one.seconds <= left:
            left -= one.seconds
            found.append(one)
    return found


def tried(mutants: Sequence[Mutant], known: Sequence[Test], *, minutes: float) -> Iterator[tuple[Mutant, str]]:
    """What became of each for which there was time: in a fork of one run, or in a run of its own.

    Own runs have those that run while modules are loaded, and those whose fork says nothing certain.
    """
    tests = [tests_for(mutant, known) for mutant in mutants]
    tasks = [
        {
            "mutant": asdict(mutant),
            "alone": _is_loaded(mutant, known),
            "tests": [one.name for one in chosen],
            "seconds": 60 + PATIENCE * sum(one.seconds for one in chosen),
        }
        for mutant, chosen in zip(mutants, tests, strict=True)
    ]
    JOB.write_text(json.dumps({"minutes": minutes, "tasks": tasks}, ensure_ascii=False), encoding="utf-8")
    SAID.write_text("", encoding="utf-8")
    done = run_tests(sorted({one.name.partition("::")[0] for chosen in tests for one in chosen}), JOB=JOB, SAID=SAID)
    said = [line.split(" ", 1)[1] for line in SAID.read_text(encoding="utf-8").splitlines()]
    if not said or "old map" in said:
        sys.exit(f"{done.stdout[-3000:]}{done.stderr}\nAre the tests those that were learnt? --learn")
    for mutant, chosen, outcome in zip(mutants, tests, said, strict=False):
        is_certain = outcome in {"survived", "killed", "timed out"}
        yield mutant, outcome if is_certain else _tried_alone(mutant, [one.name for one in chosen])


def _tried_alone(mutant: Mutant, tests: Sequence[str]) -> str:
    """Killed, too, when nothing starts any more; but not if the tests fail without the break as well."""
    if not tests:
        return "survived"
    path, listed = COPY / mutant.path, FOLDER / "tests.txt"
    source = path.read_bytes()
    listed.write_text("\n".join(tests), encoding="utf-8")
    path.write_bytes(mutant.applied_to(source))
    try:
        if run_tests(["-x", f"@{listed}"]).returncode == 0:
            return "survived"
    finally:
        path.write_bytes(source)
    return "killed" if run_tests(["-x", f"@{listed}"]).returncode == 0 else "unclear"


# ── The report ────────────────────────────────────────────────────────────────────────────
def shown(mutant: Mutant) -> str:
    source = (ROOT / mutant.path).read_bytes()
    old, new = (text.decode().splitlines() for text in (source, mutant.applied_to(source)))
    different = difflib.unified_diff(old, new, lineterm="", n=0)
    lines = [line for line in different if not line.startswith(("---", "+++", "@"))]
    return f"{mutant.path}:{mutant.line} {mutant.function}\n  " + "\n  ".join(lines)


def report(outcomes: Iterator[tuple[Mutant, str]], asked: argparse.Namespace, *, before: int) -> int:
    """Note what survived for ``make health`` and ``--again``; 1 when it is more than the line allows."""
    alive, count = [], Counter[str]()
    for mutant, outcome in outcomes:
        count[outcome] += 1
        if outcome == "survived":
            alive.append(asdict(mutant))
        if outcome != "killed":
            print(f"{outcome.upper()} {shown(mutant)}", flush=True)
    total = before or count.total() - count["unclear"]
    result = {"at": time.strftime("%F"), "seed": asked.seed, "tried": total, "survived": len(alive)}
    result |= {"timed_out": count["timed out"], "unclear": count["unclear"], "survivors": alive}
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    share = len(alive) / max(1, total)
    print(
        f"\n{len(alive)} of {total} survived ({share:.1%}); the line is {MOST_SURVIVE:.0%}. {dict(count)}", flush=True
    )
    return 1 if share > MOST_SURVIVE else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Break the product in small ways and see whether a test notices.")
    parser.add_argument("--sample", type=int, default=100, help="how many breaks are tried")
    parser.add_argument("--seed", type=int, default=7, help="which ones")
    parser.add_argument("--minutes", type=float, default=60, help="after these no other break is begun")
    parser.add_argument("--only", default="", help="modules whose path holds this")
    parser.add_argument("--learn", action="store_true", help="learn anew which tests start which function")
    parser.add_argument("--again", action="store_true", help="try those of the last sample that survived")
    parser.add_argument("tests", nargs="*", help="with --learn: of these alone")
    return parser.parse_args()


def main() -> int:
    asked, began = arguments(), time.monotonic()
    make_copy()
    sys.path.insert(0, str(ROOT / "src"))
    from otklik.foundation.database.server import Server, serving  # noqa: PLC0415 - found by the path above

    with serving(Server(folder=COPY / ".tools" / "test-postgres", for_tests=True)):
        if asked.learn or not MAP.exists():
            learn(asked.tests)
        mutants, before = chosen(asked), 0
        if asked.again:
            last = json.loads(RESULT.read_text(encoding="utf-8"))
            asked.seed, asked.minutes = last["seed"], float("inf")
            before = last["tried"] - last["survived"] + len(mutants)
        failed = report(tried(mutants, learnt(), minutes=asked.minutes), asked, before=before)
    print(f"{time.monotonic() - began:.0f} s")
    return failed


if __name__ == "__main__":
    sys.exit(main())
