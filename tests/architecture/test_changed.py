"""``make test TESTS=changed`` leaves out no test that a change can touch, as far as one can see without running it."""

import subprocess
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = spec_from_file_location("changed", ROOT / "scripts" / "changed.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tests(script: ModuleType) -> Any:
    return script.Tests(ROOT)


@pytest.mark.parametrize(
    ("changed", "touched", "spared"),
    [
        ("tests/team/test_login.py", "tests/team/test_login.py", "tests/team/test_coming.py"),
        ("tests/dovecot.py", "tests/reach/doors/test_imap.py", "tests/reach/doors/test_smtp.py"),
        ("tests/browser/conftest.py", "tests/browser/test_looks.py", "tests/ui/test_looks.py"),
        ("tests/reach/mail/quotes/gmail-en.txt", "tests/reach/mail/test_bodies.py", "tests/reach/doors/test_imap.py"),
        (
            "src/otklik/reach/adapters/email/quotes.py",
            "tests/reach/mail/test_bodies.py",
            "tests/team/test_working_time.py",
        ),
        ("src/otklik/cases/figures.py", "tests/desk/test_inbox.py", "tests/portal/test_help.py"),
        ("src/otklik/portal/finding.py", "tests/portal/test_help.py", "tests/desk/test_search.py"),
        ("src/otklik/cases/views/export.py", "tests/desk/test_export.py", "tests/portal/test_help.py"),
        ("src/otklik/desk/templates/desk/case.html", "tests/browser/test_live.py", "tests/portal/test_help.py"),
        ("src/otklik/portal/static/portal/widget.js", "tests/browser/test_widget.py", "tests/api/test_cases.py"),
        ("src/otklik/ui/static/ui/ui.css", "tests/ui/test_browser.py", "tests/knowledge/test_search.py"),
        ("src/otklik/voice/actions.py", "tests/cases/test_closing.py", "tests/knowledge/test_search.py"),
        ("src/otklik/commands/up.py", "tests/runtime/test_up.py", "tests/desk/test_case.py"),
        ("docs/openapi.json", "tests/api/test_description.py", "tests/api/test_cases.py"),
    ],
)
def test_what_is_reached_runs_and_what_is_not_is_spared(tests: Any, changed: str, touched: str, spared: str) -> None:
    found = tests.touched_by([changed])

    assert touched in found
    assert spared not in found


@pytest.mark.parametrize(
    "shared", ["conftest.py", "uv.lock", "src/otklik/cases/migrations/0001_first.py", "src/otklik/desk/apps.py"]
)
def test_what_all_share_touches_everything(tests: Any, shared: str) -> None:
    assert tests.touched_by(["LICENSE", shared]) == ["tests"]


def test_what_nobody_reads_leaves_the_borders(tests: Any) -> None:
    assert tests.touched_by([Path("LICENSE").with_suffix(".nobody").name, "tests/team/test_that_is_gone.py"]) == [
        "tests/architecture"
    ]


def test_every_module_of_ours_is_reached_by_some_test(tests: Any) -> None:
    files = [str(file.relative_to(ROOT)) for file in sorted(ROOT.glob("src/otklik/**/*.py")) if file.read_bytes()]

    assert [file for file in files if tests.touched_by([file]) == ["tests/architecture"]] == []


def test_a_change_is_what_was_committed_here_what_was_not_and_what_is_new(script: ModuleType, tmp_path: Path) -> None:
    def git(*command: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@mail.example", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *who, *command], cwd=tmp_path, check=True, capture_output=True)

    def write(*names: str) -> None:
        for name in names:
            (tmp_path / name).write_text(f"{name} at {len(list(tmp_path.iterdir()))}")

    git("init")
    write("kept", "moved", "committed", "edited", ".gitignore")
    (tmp_path / ".gitignore").write_text("ignored")
    git("add", ".")
    git("commit", "-m", "first")
    git("switch", "-c", "branch")
    write("committed")
    git("mv", "moved", "перенесён")
    git("commit", "-a", "-m", "second")
    git("switch", "main")
    write("kept")
    git("commit", "-a", "-m", "main goes on")
    git("switch", "branch")
    write("edited", "new", "ignored")

    assert script.changed_files(tmp_path) == {"committed", "moved", "перенесён", "edited", "new"}
