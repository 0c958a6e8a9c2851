"""A new app is a folder, a line in the list of apps and a name in the layers; with these it does everything."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CLONE, SERVER
from django.db import connection
from psycopg import sql

from otklik.config.modules import MODULES

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
COPIED = ("src", "tests", "scripts", "conftest.py", "pyproject.toml", "uv.lock")
NAME = "garden"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project in another folder, with the same test server."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".tools").symlink_to(ROOT / ".tools")
    return tmp_path


@pytest.fixture
def database(db: None) -> Iterator[str]:
    """A database of this test's own with everything in it but the new app."""
    name = f"new_app_{os.getpid()}"
    connection.close()
    connection.close_pool()
    with SERVER.connect() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, CLONE))))
    yield name
    with SERVER.connect() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """Path → size and moment of the last change."""
    kept = (path for name in COPIED for path in (folder / name, *(folder / name).rglob("*")))
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in kept
        if path.is_file() and not {"__pycache__", "locale"} & set(path.parts)
    }


def run(folder: Path, *command: str, **more: str) -> str:
    """What the command said. Fails with it when the command fails."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=folder,
        env=surroundings | {"PYTHONPATH": str(folder / "src")} | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.mark.slow
def test_a_new_app_changes_only_the_list_and_the_layers_and_its_tests_are_green(copy: Path, database: str) -> None:
    before = files(copy)

    run(copy, "python", "scripts/new_app.py", NAME)

    after = files(copy)
    changed = {path for path in before if after[path] != before[path]}
    own = (f"src/otklik/{NAME}/", f"tests/{NAME}/")
    assert changed == {"src/otklik/config/modules.py", "pyproject.toml"}
    assert [path for path in after if path not in before and not path.startswith(own)] == []
    assert before.keys() - after.keys() == set()
    assert [word for path in changed for word in _new_lines(copy, path)] == [f'"{NAME}",'] * 2
    django = {"DJANGO_SETTINGS_MODULE": "otklik.config.settings", "DATABASE_URL": SERVER.url(database)}
    run(copy, "django-admin", "migrate", NAME, **django)
    run(copy, "lint-imports")
    run(copy, "ruff", "check", "--quiet", *own)
    run(copy, "ruff", "format", "--check", "--quiet", *own)
    quiet = ("-q", "-n", "0", "-p", "no:cacheprovider")
    told = run(copy, "pytest", *quiet, f"tests/{NAME}", OTKLIK_TEST_TEMPLATE=database)
    assert " passed" in told
    without = "tests/desk/test_without_a_module.py"
    told = run(copy, "pytest", *quiet, without, "-k", NAME, OTKLIK_TEST_TEMPLATE=database)
    assert " passed" in told


def _new_lines(folder: Path, path: str) -> list[str]:
    known = (ROOT / path).read_text().splitlines()
    return [line.strip() for line in (folder / path).read_text().splitlines() if line not in known]


@pytest.mark.parametrize("name", ["cases", "Garden", "a", "my-app", "import", "", "../evil"])
def test_a_name_that_is_none_or_is_taken_makes_nothing(name: str) -> None:
    before = {path.name for path in (ROOT / "src" / "otklik").iterdir()}

    done = subprocess.run(
        [sys.executable, "scripts/new_app.py", name], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("new_app: ")
    assert {path.name for path in (ROOT / "src" / "otklik").iterdir()} == before
    assert set(MODULES) <= before
