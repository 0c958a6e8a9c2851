"""How the house does: ``make health`` appends one line to ``docs/health.jsonl`` and draws ``docs/health.svg``.

The figures only inform; nothing fails by them. Those of a whole test run and of a mutation run are the last ones of
this checkout (``.tools/test-run.json``, ``.tools/mutants/result.json``), absent before the first.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "otklik"
HISTORY = ROOT / "docs" / "health.jsonl"
PICTURE = ROOT / "docs" / "health.svg"
PROBE = "tests/load/letter_walk.py"

MEANINGS = {
    "test_minutes": "whole test run, minutes",
    "tests": "tests",
    "mutants_survived_percent": "small breaks that no test sees, %",
    "letter_functions": "functions that a letter passes",
    "letter_files": "files that a letter passes",
    "inbox_page_cpu_ms": "inbox, ms of CPU",
    "case_page_cpu_ms": "case page, ms of CPU",
    "idle_memory_mb": "memory of a house at rest, MB",
    "widest_template": "longest line of a template",
    "python_lines": "lines of Python in all rooms",
    "largest_room": "lines of the largest room",
}


def main() -> None:
    line = {"at": f"{datetime.now(UTC):%Y-%m-%d}", "commit": commit(), **last_runs(), **sizes(), **measured()}
    with HISTORY.open("a") as history:
        history.write(json.dumps(line, ensure_ascii=False) + "\n")
    lines = [json.loads(one) for one in HISTORY.read_text().splitlines()]
    PICTURE.write_text(drawn(lines))
    for name, meaning in MEANINGS.items():
        print(f"{line.get(name, '—')!s:>8}  {meaning}")


def commit() -> str:
    said = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    return said.stdout.strip()


# ── What is measured ──────────────────────────────────────────────────────────────────────
def last_runs() -> dict[str, float]:
    """Of the last whole test run and the last mutation run here, whatever there was."""
    found: dict[str, float] = {}
    run = _read(ROOT / ".tools" / "test-run.json")
    if run is not None and run["is_whole"]:
        found |= {"test_minutes": round(run["minutes"], 1), "tests": run["tests"]}
    if (mutants := _read(ROOT / ".tools" / "mutants" / "result.json")) is not None:
        found["mutants_survived_percent"] = round(100 * mutants["survived"] / mutants["tried"], 1)
    return found


def _read(path: Path) -> Any:
    return json.loads(path.read_text()) if path.exists() else None


def sizes() -> dict[str, Any]:
    """Lines of Python by room, the largest of them, and the longest line of a template."""
    rooms = {
        folder.name: sum(_lines(path) for path in folder.rglob("*.py"))
        for folder in sorted(PACKAGE.iterdir())
        if (folder / "__init__.py").exists()
    }
    widest = max(len(line) for path in PACKAGE.rglob("templates/**/*.html") for line in path.read_text().splitlines())
    python = sum(_lines(path) for path in PACKAGE.rglob("*.py"))
    return {
        "rooms": rooms,
        "largest_room": max(rooms.values()),
        "python_lines": python,
        "widest_template": widest,
    }


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines()) if "migrations" not in path.parts else 0


def measured() -> dict[str, float]:
    """What a running program tells of itself: see the probe."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "health.json"
        environment = os.environ | {"OTKLIK_HEALTH": str(report)}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", PROBE]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        found: dict[str, float] = json.loads(report.read_text())
        return found


# ── The picture ───────────────────────────────────────────────────────────────────────────
COLUMNS, WIDTH, HEIGHT, LEFT, TOP = 3, 280, 110, 12, 34
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #333 } .now { font-size: 18px; font-weight: 600 }
  path { fill: none; stroke: #2f6f5e; stroke-width: 2 } circle { fill: #2f6f5e }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } path { stroke: #7cc4ae } circle { fill: #7cc4ae }
  }
"""


def drawn(lines: Sequence[Mapping[str, Any]]) -> str:
    """One small chart a figure, from nought to its greatest value, the oldest line on the left."""
    charts = list(_charts(lines))
    rows = -(-len(charts) // COLUMNS)
    size = f'width="{COLUMNS * WIDTH}" height="{rows * HEIGHT}"'
    title = f"<title>How the house does, {escape(lines[0]['at'])} to {escape(lines[-1]['at'])}</title>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">{title}<style>{STYLE}</style>'
    return "\n".join([head, *charts, "</svg>", ""])


def _charts(lines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    named = [(name, meaning) for name, meaning in MEANINGS.items() if any(name in one for one in lines)]
    for place, (name, meaning) in enumerate(named):
        values = [one[name] for one in lines if name in one]
        across, down = place % COLUMNS * WIDTH, place // COLUMNS * HEIGHT
        yield (
            f'<g transform="translate({across + LEFT} {down + TOP})"><text y="-18">{escape(meaning)}</text>'
            f'<text class="now" y="2">{values[-1]:g}</text>{_line(values)}</g>'
        )


def _line(values: Sequence[float]) -> str:
    wide, high = WIDTH - 2 * LEFT - 80, HEIGHT - TOP - 16
    most = max(values) or 1
    step = wide / max(1, len(values) - 1)
    points = [(70 + step * place, high - high * value / most) for place, value in enumerate(values)]
    x, y = points[-1]
    path = " ".join(f"{'L' if place else 'M'}{across:.1f} {down:.1f}" for place, (across, down) in enumerate(points))
    return f'<path d="{path}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>'


if __name__ == "__main__":
    main()
