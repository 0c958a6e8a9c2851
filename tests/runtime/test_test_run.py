"""A run of the tests ends and tells what failed, whatever becomes of its workers."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DYING = """import os

import pytest


@pytest.mark.parametrize("number", range(4))
def test_that_holds(number):
    pass


def test_that_takes_its_worker_along():
    os._exit(3)
"""


@pytest.mark.slow
def test_who_killed_a_worker_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "test_dying.py").write_text(DYING)
    options = ["-c", ROOT / "pyproject.toml", "-n", "2", "--dist", "loadgroup", "--durations=3", "-p", "tests.timing"]

    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", tmp_path],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert run.returncode == 1
    assert re.search(r"^FAILED .*::test_that_takes_its_worker_along - worker", run.stdout, re.MULTILINE), run.stdout
    assert "seconds by folder" in run.stdout
    assert "busy with tests: " in run.stdout
