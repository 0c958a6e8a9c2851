"""``make health``: a line a commit, and a picture that any browser draws."""

import importlib.util
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "health.py"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def health() -> ModuleType:
    spec = importlib.util.spec_from_file_location("health", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_figures_come_and_go_and_the_picture_stays_whole(health: ModuleType) -> None:
    first = {"at": "2026-11-30", "commit": "1", "letter_files": 72, "tests": 0}
    second = {"at": "2026-12-01", "commit": "2", "letter_files": 36, "test_minutes": 14.5}

    charts = ET.fromstring(health.drawn([first, second])).findall(f"{SVG}g")

    told = [[text.text for text in chart.findall(f"{SVG}text")] for chart in charts]
    assert told == [
        ["whole test run, minutes", "14.5"],
        ["tests", "0"],
        ["files that a letter passes", "36"],
    ]
    ends = [chart.find(f"{SVG}circle") for chart in charts]
    assert all(end is not None and 0 <= float(end.get("cy", "-1")) <= health.HEIGHT for end in ends)


def test_the_last_runs_are_told_where_there_were_any(
    health: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "ROOT", tmp_path)
    assert health.last_runs() == {}

    for path, told in (
        ("test-run.json", {"minutes": 14.52, "tests": 4215, "is_whole": True}),
        ("mutants/result.json", {"survived": 3, "tried": 60}),
    ):
        file = tmp_path / ".tools" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(told))

    assert health.last_runs() == {"test_minutes": 14.5, "tests": 4215, "mutants_survived_percent": 5.0}


def test_a_run_of_some_tests_is_no_whole_run(
    health: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "ROOT", tmp_path)
    (tmp_path / ".tools").mkdir()
    (tmp_path / ".tools" / "test-run.json").write_text('{"minutes": 1, "tests": 9, "is_whole": false}')

    assert health.last_runs() == {}


def test_each_run_of_all_tests_is_noted_and_no_part_of_them_afterwards(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = stories\n")
    stories = tmp_path / "stories"
    stories.mkdir()
    (stories / "test_some.py").write_text("def test_one():\n    pass\n\ndef test_two():\n    assert False\n")

    assert noted(tmp_path, "-k", "one")[:2] == (1, False)
    assert noted(tmp_path)[:2] == (2, True)
    for part in (["-k", "one"], ["-x"], ["stories"]):
        assert noted(tmp_path, *part)[:2] == (2, True)
    (stories / "test_more.py").write_text("def test_three():\n    pass\n")
    tests, is_whole, minutes = noted(tmp_path, "-n", "2")
    assert (tests, is_whole) == (3, True)
    assert 0 < minutes < 5


def noted(house: Path, *arguments: str) -> tuple[int, bool, float]:
    """What is known after a run of pytest with these arguments."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.timing", "-p", "no:django", *arguments]
    subprocess.run(command, cwd=house, env=os.environ | {"PYTHONPATH": str(SCRIPT.parents[1])}, check=False)
    run = json.loads((house / ".tools" / "test-run.json").read_text())
    return run["tests"], run["is_whole"], run["minutes"]


def test_sizes_are_those_of_the_rooms(health: ModuleType) -> None:
    found = health.sizes()

    assert found["python_lines"] >= sum(found["rooms"].values()) > found["largest_room"] == max(found["rooms"].values())
    assert found["widest_template"] > 0
