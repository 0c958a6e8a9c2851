"""How tests run: one PostgreSQL for the whole run, one migrated template, one clone per process.

The server lives in ``.tools/test-postgres`` (fsync off) and is stopped by the last process that
uses it. The template is made again only when a migration or a dependency changes.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

import django
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as properties
from playwright.sync_api import Browser, expect, sync_playwright
from psycopg import Connection, sql

from otklik.foundation.database.remembering import forget_everything
from otklik.foundation.database.server import Server, serving
from tests.prepared import ROOT, fingerprint
from tests.putting_back import Rows

pytest_plugins = ["tests.timing"]
SERVER = Server(folder=(ROOT / ".tools").resolve() / "test-postgres", for_tests=True)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CLONE = f"test_{os.getpid()}"
LONGEST_WAIT_SECONDS = 20
"""For what a page shall show: on a busy machine it comes late, and a test that waits for it ends no later for that."""
_LONGEST_GOOD_BYE, _QUIET = 1.5, 0.15
"""Seconds."""

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "otklik.config.settings",
    "OTKLIK_SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
    "OTKLIK_DATA_DIR": str(Path(gettempdir()) / f"otklik-test-{os.getpid()}"),
    "DATABASE_URL": SERVER.url(CLONE),
}
for name in ("OTKLIK_BASE_URL", "OTKLIK_INBOX", "OTKLIK_SMTP_URL", "OTKLIK_FILES_URL", "OTKLIK_DEBUG"):
    os.environ.pop(name, None)
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
django.setup()
properties.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("busy")  # how quick the machine is just now says nothing about what is tried
del os.environ["DJANGO_SETTINGS_MODULE"]  # inherited by an xdist worker, it would load our settings there before theirs


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database of its own for this process, cloned from the template."""
    with serving(SERVER), pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            template = _template()
        _clone(template)
        rows = Rows()
        _learn(rows)
        # Django would empty every table, lose the rows that migrations made, and stumble over append-only history.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: _put_back(template, rows))
        yield
        connection.close_pool()
        with SERVER.connect() as server:
            _drop(server, CLONE)


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    """What one test's database said is not believed in the next, nor is its language spoken there."""
    forget_everything()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _late_requests_are_answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that is closed still says good-bye: the database goes only once nobody asks it any more."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("live_server")
    asked, last = 0, time.monotonic()

    def count(step: int) -> None:
        nonlocal asked, last
        asked, last = asked + step, time.monotonic()

    def begin(**_kwargs: object) -> None:
        count(1)

    def end(**_kwargs: object) -> None:
        count(-1)

    request_started.connect(begin)
    request_finished.connect(end)
    yield
    deadline = time.monotonic() + _LONGEST_GOOD_BYE
    while time.monotonic() < deadline and (asked > 0 or time.monotonic() - last < _QUIET):
        time.sleep(0.02)
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture(autouse=True)
def _pages_are_closed(request: pytest.FixtureRequest, _late_requests_are_answered: None) -> Iterator[None]:
    """A page that stays open asks for its stream again and again, of a server that the next tests share."""
    if not {"live_server", "browser"} <= set(request.fixturenames):
        yield
        return
    opened: Browser = request.getfixturevalue("browser")
    kept = opened.contexts
    yield
    for context in opened.contexts:
        if context not in kept:
            context.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of a process: Playwright allows no second one beside it."""
    if CHROMIUM is None:
        pytest.skip("Chromium is missing: apt install chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread; our code does not
        expect.set_options(timeout=LONGEST_WAIT_SECONDS * 1000)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


def _template() -> str:
    """Name of a database with all migrations applied; ``OTKLIK_TEST_TEMPLATE`` names one that somebody else made."""
    if given := os.environ.get("OTKLIK_TEST_TEMPLATE"):
        return given
    name = f"template_{fingerprint()}"
    with (SERVER.folder / "template.lock").open("w") as lock, SERVER.connect() as server:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if name not in _databases(server):
            for old in _databases(server):
                if old.startswith("template_") or _is_abandoned(old):
                    _drop(server, old)
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(CLONE)))
            call_command("migrate", verbosity=0)
            connection.close()
            connection.close_pool()
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (CLONE,))
            server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (CLONE, name))))
    return name


def _clone(template: str) -> None:
    connection.close()
    connection.close_pool()
    with SERVER.connect() as server:
        _drop(server, CLONE)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (CLONE, template))))


def _learn(rows: Rows) -> None:
    with SERVER.connect(CLONE) as fresh:
        rows.learn(fresh)


def _put_back(template: str, rows: Rows) -> None:
    connection.close()
    connection.close_pool()
    with SERVER.connect(CLONE) as used:
        is_back = rows.put_back(used)
    if not is_back:
        _clone(template)
        _learn(rows)
    connection.close_pool()  # a page's late good-bye opened it anew, and its connections ended meanwhile


def _drop(server: Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _databases(server: Connection) -> set[str]:
    return {name for (name,) in server.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")}


def _is_abandoned(name: str) -> bool:
    pid = name.removeprefix("test_")
    return name.startswith("test_") and pid.isdigit() and not Path(f"/proc/{pid}").exists()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where everything must be there (``.ci/run``), a skipped test is a failed run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and os.environ.get("OTKLIK_NOTHING_SKIPPED"):
        terminalreporter.write_line(f"{len(skipped)} tests were skipped, and nothing may be skipped here.", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and os.environ.get("OTKLIK_NOTHING_SKIPPED"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
