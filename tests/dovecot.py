"""A real IMAP server for tests: Debian's Dovecot as an ordinary process on loopback, in a folder of its own."""

import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.ports import free_port

PROGRAM = shutil.which("dovecot") or "/usr/sbin/dovecot"
PASSWORD = "imap secret"

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 0
mail_location = maildir:{folder}/mail/%u
mailbox_idle_check_interval = 1 s
imap_capability = {capability}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2
}}
passdb {{
  driver = passwd-file
  mechanisms = plain
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""


class Dovecot:
    def __init__(self, folder: Path, tokens_url: str) -> None:
        self.folder = folder
        self.tokens_url = tokens_url
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, has_idle: bool = True) -> None:
        nobody = pwd.getpwnam("dovecot" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
        mail = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        group = "dovecot" if os.geteuid() == 0 else str(nobody.pw_gid)
        (self.folder / "users").write_text(f"anna:{{PLAIN}}{PASSWORD}\nboris:{{PLAIN}}{PASSWORD}\n")
        (self.folder / "oauth2").write_text(
            f"introspection_url = {self.tokens_url}/introspect\nintrospection_mode = post\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        (self.folder / "mail").mkdir(exist_ok=True)
        self.folder.chmod(0o755)
        (self.folder / "mail").chmod(0o777)
        capability = "+" if has_idle else "IMAP4rev1 UIDPLUS LITERAL+"
        (self.folder / "dovecot.conf").write_text(
            _CONFIG.format(
                folder=self.folder, user=nobody.pw_name, group=group, uid=mail.pw_uid, gid=mail.pw_gid,
                port=self.port, capability="" if has_idle else capability,
            )
        )  # fmt: skip
        self._process = subprocess.Popen([PROGRAM, "-F", "-c", self.folder / "dovecot.conf"])
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                    if probe.recv(10):
                        return
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text() if (self.folder / "log").exists() else "no log")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
            self._process = None

    def url(self, user: str = "anna", folder: str = "INBOX", query: str = "") -> str:
        return f"imap://{user}@127.0.0.1:{self.port}/{folder}{query}"

    @contextmanager
    def client(self, user: str = "anna") -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as client:
            client.login(user, PASSWORD)
            yield client

    def put(self, raw: bytes, *, user: str = "anna", flags: str = "") -> None:
        with self.client(user) as client:
            kind, answer = client.append("INBOX", flags, "", raw)
            assert kind == "OK", answer

    def flags(self, user: str = "anna", folder: str = "INBOX") -> list[str]:
        with self.client(user) as client:
            _kind, count = client.select(folder, readonly=True)
            if count == [b"0"]:
                return []
            _kind, answer = client.fetch("1:*", "(FLAGS)")
            return [line.decode() for line in answer if isinstance(line, bytes)]


@contextmanager
def running_dovecot(*, has_idle: bool = True, tokens_url: str = "http://127.0.0.1:1") -> Iterator[Dovecot]:
    """Skips loudly without Dovecot; ``.ci/run`` installs it and refuses skipped tests.

    ``tokens_url``: whom it asks about access tokens.
    """
    if not Path(PROGRAM).exists():
        pytest.skip("Dovecot is missing: install it by `apt-get install dovecot-imapd`")
    with TemporaryDirectory(prefix="dovecot-") as folder:
        server = Dovecot(Path(folder), tokens_url)
        server.start(has_idle=has_idle)
        try:
            yield server
        finally:
            server.stop()
