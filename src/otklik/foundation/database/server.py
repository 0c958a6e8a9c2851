"""The database that comes along: PostgreSQL from a wheel, in a folder, without root or service.

With ``DATABASE_URL`` set nobody
comes here. Every process that needs the server holds a shared lock on it while it works; the
last one out stops it, so that ``otklik user create`` works whether or not ``otklik up`` runs.
"""

import contextlib
import fcntl
import hashlib
import locale
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg

from otklik.foundation.database.programs import OLDEST_VERSION, DatabaseProblem, found_binaries, major_version
from otklik.foundation.processes import die_with_parent

OWNER: Final = "otklik"
VERSION_WITH_BUILTIN_LOCALE: Final = 17
LONGEST_SOCKET_PATH: Final = 107
MIB: Final = 1024 * 1024


# ── Whose it is ───────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class _RunsAs:
    """PostgreSQL refuses root, so root lends it to a user who may do nothing else."""

    uid: int
    gid: int
    switch: tuple[str, ...] = ()

    @classmethod
    def owner_of(cls, folder: Path, binaries: Path) -> "_RunsAs":
        if os.geteuid() != 0:
            return cls(uid=os.geteuid(), gid=os.getegid())
        user = _unprivileged_user(folder)
        if (setpriv := shutil.which("setpriv")) is None:
            raise DatabaseProblem("PostgreSQL does not run as root: start Otklik as an ordinary user.")
        switch = [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        if not (_is_reachable(folder) and _is_reachable(binaries)):
            # Somewhere below a closed folder such as /root. The last one lets access(2) honour the others.
            switch += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
        return cls(uid=user.pw_uid, gid=user.pw_gid, switch=tuple(switch))


def _unprivileged_user(folder: Path) -> pwd.struct_passwd:
    if folder.exists() and (uid := folder.stat().st_uid) != 0:
        return pwd.getpwuid(uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DatabaseProblem("PostgreSQL does not run as root: start Otklik as an ordinary user.")


def _is_reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


# ── The server ────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Server:
    """One PostgreSQL in one folder: ``cluster/`` (its files), ``log/`` and a Unix socket."""

    folder: Path
    for_tests: bool = False

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def socket_folder(self) -> Path:
        """In the folder itself, or in a short private one when the path is too long for a socket."""
        if len(os.fsencode(self.folder / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path("/tmp") / f"otklik-{os.geteuid()}-{digest}"  # noqa: S108 - private, see _make_private

    def url(self, name: str = "otklik") -> str:
        return f"postgresql://{OWNER}@/{quote(name)}?host={quote(str(self.socket_folder), safe='/')}"

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        """An autocommit connection for administration."""
        return psycopg.connect(
            host=str(self.socket_folder), user=OWNER, dbname=name, connect_timeout=5, autocommit=True
        )

    def is_serving(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def has_process(self) -> bool:
        """Whether a PostgreSQL lives in the folder, serving or on its way."""
        pid = self._pid()
        return pid is not None and "postgres" in _command_of(pid)

    def start(self, *, with_parent: bool = False) -> None:
        """Serve, making the cluster first if there is none; nothing to do if it serves already.

        ``with_parent``: PostgreSQL shuts down in good order when this process dies (Linux).
        Raises ``DatabaseProblem``.
        """
        self.make_folder()
        with _locked(self.folder / "start.lock", fcntl.LOCK_EX):
            if self.is_serving():
                return
            self._wait_for_a_shutdown()
            binaries = self._matching_binaries()
            runs_as = _RunsAs.owner_of(self.folder, binaries)
            _hand_over(self.folder, runs_as)
            if not (self.cluster / "PG_VERSION").exists():
                self._make_cluster(binaries, runs_as)
            self._write_settings()
            self._forget_a_dead_server()
            self._launch(binaries, runs_as, with_parent=with_parent)

    def stop(self, *, patience: float = 30) -> None:
        """End sessions, write everything down, and wait until the server has gone."""
        pid = self._pid()
        if pid is None:
            return
        _signal(pid, signal.SIGINT)
        if not _wait_until(lambda: self._pid() is None, patience):
            _signal(pid, signal.SIGQUIT)
            _wait_until(lambda: self._pid() is None, 5)

    def ensure_database(self, name: str = "otklik") -> None:
        """Make the database unless it is there; two processes that start at once do not stumble over each other."""
        twice = contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
        with self.connect() as connection, twice:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if found is None:
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))

    # ── Steps of a start ──
    def make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise DatabaseProblem(f"The folder {self.folder} cannot be made: {error.strerror}.") from error
        owner = self.folder.stat().st_uid
        if os.geteuid() not in {0, owner}:
            raise DatabaseProblem(f"The folder {self.folder} belongs to another user: start Otklik as that user.")

    def _matching_binaries(self) -> Path:
        """Programs of the version that made the cluster, or the first ones found for a new one."""
        found = found_binaries()
        if not found:
            raise DatabaseProblem(
                f"PostgreSQL was not found: install PostgreSQL {OLDEST_VERSION} or newer, or set DATABASE_URL."
            )
        try:
            wanted = int((self.cluster / "PG_VERSION").read_text())
        except FileNotFoundError:
            return found[0][1]
        for version, folder in found:
            if version == wanted:
                return folder
        raise DatabaseProblem(
            f"The data in {self.cluster} was made by PostgreSQL {wanted}, but {found[0][0]} is installed: "
            "make a backup with the former version of Otklik and restore it here."
        )

    def _make_cluster(self, binaries: Path, runs_as: _RunsAs) -> None:
        shutil.rmtree(self.folder / "making", ignore_errors=True)
        # LC_CTYPE must know letters beyond ASCII: trigrams and word borders of Cyrillic depend on it.
        command = [
            *runs_as.switch, str(binaries / "initdb"), "--pgdata", str(self.folder / "making"),
            "--username", OWNER, "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8",
            "--locale=C", f"--lc-ctype={_ctype()}", "--no-instructions",
        ]  # fmt: skip
        if major_version(binaries) >= VERSION_WITH_BUILTIN_LOCALE:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.for_tests:
            command.append("--no-sync")
        made = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        if made.returncode != 0:
            raise DatabaseProblem(f"The database could not be made in {self.folder}: {_reason(made.stderr)}")
        with (self.folder / "making" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("include = 'otklik.conf'\ninclude_if_exists = '../custom.conf'\n")
        (self.folder / "making").rename(self.cluster)

    def _write_settings(self) -> None:
        lines = [f"{name} = '{value}'" for name, value in self._settings().items()]
        text = "# Written at each start. Your own settings go to ../custom.conf.\n" + "\n".join(lines) + "\n"
        (self.cluster / "otklik.conf").write_text(text, encoding="utf-8")
        (self.cluster / "otklik.conf").chmod(0o644)

    def _settings(self) -> dict[str, str]:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": f"{max(64, min(memory // 8, 4096))}MB",
            "effective_cache_size": f"{max(256, memory // 2)}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": f"{max(64, min(memory // 16, 1024))}MB",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "wal_compression": "on",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "idle_in_transaction_session_timeout": "5min",
            "logging_collector": "on",
            "log_directory": str(self.folder / "log"),
            "log_filename": "postgresql-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
            "log_min_messages": "warning",
            "log_error_verbosity": "terse",  # no DETAIL: it tells the values, addresses among them
            "log_min_error_statement": "panic",  # nor the statement
            "log_parameter_max_length_on_error": "0",
        }
        if self.for_tests:
            fast = ("fsync", "synchronous_commit", "full_page_writes", "wal_compression", "autovacuum")
            settings |= dict.fromkeys(fast, "off") | {"shared_buffers": "256MB", "log_min_messages": "fatal"}
        return settings

    def _forget_a_dead_server(self) -> None:
        """After ``kill -9`` a new process may have the old number; PostgreSQL would wait for it for ever."""
        pid = self._pid()
        if pid is not None and "postgres" not in _command_of(pid):
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _wait_for_a_shutdown(self) -> None:
        _wait_until(lambda: (pid := self._pid()) is None or "postgres" not in _command_of(pid), 15)

    def _launch(self, binaries: Path, runs_as: _RunsAs, *, with_parent: bool) -> None:
        _make_private(self.socket_folder, runs_as)
        switch: Sequence[str] = runs_as.switch
        dies: Callable[[], None] | None = None
        if with_parent and (setpriv := shutil.which("setpriv")):
            switch = [*(switch or [setpriv]), "--pdeathsig=INT"]
        elif with_parent:
            dies = die_with_parent(signal.SIGINT)
        with (self.folder / "start.log").open("w+", encoding="utf-8", errors="replace") as log:
            process = subprocess.Popen(
                [*switch, binaries / "postgres", "-D", self.cluster],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                preexec_fn=dies,  # noqa: PLW1509 - a system call, nothing that another thread might hold
            )  # fmt: skip
            _children.append(process)
            _wait_until(lambda: process.poll() is not None or self.is_serving(), 120)
            if process.poll() is not None or not self.is_serving():
                log.seek(0)
                raise DatabaseProblem(f"PostgreSQL did not start: {_reason(log.read())} See {self.folder / 'log'}.")

    def _pid(self) -> int | None:
        """Process number in ``postmaster.pid`` if a process of that number lives."""
        for child in _children:
            child.poll()
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if _is_alive(pid) else None


_children: list[subprocess.Popen[bytes]] = []  # ours to reap


@contextmanager
def serving(server: Server, *, is_host: bool = False) -> Iterator[Server]:
    """A running server for as long as the block lasts; the last user of it stops it.

    ``is_host``: this process is the one the others depend on (``otklik up``): the server goes
    down with it, whoever else is connected.
    """
    server.make_folder()
    with _locked(server.folder / "users.lock", fcntl.LOCK_SH) as lock:
        server.start(with_parent=is_host)
        try:
            server.ensure_database()
            yield server
        finally:
            if is_host or _is_last(lock):
                server.stop()


# ── Small helps ───────────────────────────────────────────────────────────────────────────
@contextmanager
def _locked(path: Path, how: int) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_last(lock: int) -> bool:
    """Whether nobody else holds the lock."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _hand_over(folder: Path, runs_as: _RunsAs) -> None:
    if os.geteuid() == 0 and folder.stat().st_uid != runs_as.uid:
        os.chown(folder, runs_as.uid, runs_as.gid)


def _make_private(folder: Path, runs_as: _RunsAs) -> None:
    """A folder of our own for the socket: nobody else may have put it there before us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _hand_over(folder, runs_as)
    state = folder.lstat()
    if folder.is_symlink() or state.st_uid != runs_as.uid or state.st_mode & 0o077:
        raise DatabaseProblem(f"The folder {folder} is not private: remove it, or use a shorter data folder.")


def _ctype() -> str:
    """A locale of this machine whose letters are Unicode's."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "ru_RU.UTF-8", "UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise DatabaseProblem("This machine has no UTF-8 locale: install one, for example C.UTF-8.")


def _reason(log: str) -> str:
    """The sentence in PostgreSQL's words that tells most, from its log."""
    marks = ("FATAL:", "PANIC:", "error:", "could not")
    for line in log.splitlines():
        if any(mark in line for mark in marks):
            return line.split(": ", 1)[-1].replace("FATAL:", "").strip().rstrip(".") + "."
    return (log.strip().splitlines() or ["no reason was given"])[-1].rstrip(".") + "."


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_of(pid: int) -> str:
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            return ""
    return subprocess.run(["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False).stdout


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
