"""A real house for browser and process tests: `otklik up` in a folder of its own, and a mail server that catches."""

import contextlib
import email
import os
import re
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import IO, Any

from aiosmtpd.controller import Controller

from otklik.foundation.processes import die_with_parent
from tests.mail_server import close
from tests.ports import free_port
from tests.prepared import prepare_house

INBOX = "help@gorizont.example"
PASSWORD = "a quiet demo river 7"
AGENTS = {
    "marina@gorizont.example": ("agent", "Марина Щербакова"),
    "olga@gorizont.example": ("lead", "Ольга Петрова"),
    "vera@gorizont.example": ("admin", "Вера Орлова"),
    "emma@gorizont.example": ("admin", "Emma Lind"),  # reads English
}
_HIRING = f"""
from otklik.foundation.policies import set_policy
from otklik.team.actions import create_agent, note_coming

for address, (role, name) in {AGENTS!r}.items():
    agent, _is_new = create_agent(email=address, name=name, role=role, password={PASSWORD!r})
    note_coming(agent=agent)
set_policy("portal.form_seconds", 0)
"""
REFUSED = "lost"  # the mail server of the world knows nobody whose address begins so
_START_SECONDS = 120


@dataclass
class Catcher:
    """Keeps every letter that Otklik sends."""

    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith(REFUSED):
            return "550 5.1.1 nobody of this name here"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        letter = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        letter["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.letters.append(letter)
        return "250 taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if address in str(letter["X-Envelope-To"])]


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@dataclass
class House:
    """Addresses of a running system and what tests do to it from outside."""

    url: str
    smtp_port: int
    folder: Path
    process: subprocess.Popen[str]
    catcher: Catcher

    def send(self, raw: bytes, *, sender: str = "ivan@mail.example", to: str = INBOX) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=30) as door:
            door.sendmail(sender, [to], raw)

    def otklik(self, *arguments: str, **environment: str) -> str:
        """One command of the same system; its standard output."""
        command = [sys.executable, "-m", "otklik.cli", *arguments, "--data-dir", str(self.folder)]
        done = subprocess.run(
            command, env=plain_environment() | environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def inside(self, code: str) -> str:
        """Run Python in the house, where actions and queries may be imported; its standard output."""
        program = (
            "import argparse\nfrom otklik.commands.setting import ready\n"
            f"how = dict(data_dir={str(self.folder)!r}, serves=False, waits=False, checks_version=False)\n"
            "with ready(argparse.Namespace(**how)):\n"
            f"    exec({code!r})\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], env=plain_environment(), capture_output=True, text=True, check=False,
            timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def hire(self) -> None:
        """Everybody of ``AGENTS``, before anybody comes. A form is taken however quickly it is filled in: no test types
        as slowly as a person, and that haste is refused stands in ``tests/portal/test_contact.py``.
        """
        self.inside(_HIRING)

    def wait_for[T](self, look: Callable[[], T | None], what: str, *, seconds: float = 40) -> T:
        """Ask until there is an answer. Raises ``AssertionError`` with ``what`` was waited for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError(f"waited {seconds:g} s in vain for {what}")

    def letter_to(self, address: str, *, holding: str) -> EmailMessage:
        """The latest letter to an address whose text or subject holds the words; waits for it."""

        def look() -> EmailMessage | None:
            fitting = [
                letter for letter in self.catcher.to(address) if holding in words(letter) + str(letter["Subject"])
            ]
            return fitting[-1] if fitting else None

        return self.wait_for(look, f"a letter to {address} with {holding!r}")


@contextmanager
def caught_mail() -> Iterator[tuple[Catcher, int]]:
    catcher = Catcher()
    controller = Controller(catcher, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield catcher, controller.port
    finally:
        close(controller)


@contextmanager
def running_house(folder: Path, *options: str) -> Iterator[House]:
    """Start everything, with nobody at the desk yet, and stop it all at the end."""
    prepare_house(folder)
    with caught_mail() as (catcher, catcher_port):
        environment = plain_environment() | {
            "OTKLIK_INBOX": INBOX,
            "OTKLIK_SMTP_URL": f"smtp://127.0.0.1:{catcher_port}",
            "OTKLIK_WEBHOOK_PRIVATE_HOSTS": "127.0.0.1",
        }
        command = [sys.executable, "-m", "otklik.cli", "up", "--port=0", "--smtp-port=0", f"--data-dir={folder}"]
        process = subprocess.Popen(
            [*command, *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - a house does not outlive its worker, however that ends
        )  # fmt: skip
        try:
            url, smtp_port = _read_block(process)
            yield House(url=url, smtp_port=smtp_port, folder=folder, process=process, catcher=catcher)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()


def _read_block(process: subprocess.Popen[str]) -> tuple[str, int]:
    """The address and the mail port that `otklik up` says when it is ready; its errors are drained meanwhile."""
    said: list[str] = []
    assert process.stderr is not None
    assert process.stdout is not None
    errors, output = process.stderr, process.stdout
    threading.Thread(target=_drain, args=(errors, said), daemon=True).start()
    deadline = time.monotonic() + _START_SECONDS
    block = ""
    for line in output:
        block += line
        if re.search(r"Ctrl-C", line) or time.monotonic() > deadline:
            break
    address, port = re.search(r"http://\S+", block), re.search(r"SMTP port (\d+)", block)
    assert address, "".join([block, *said])
    assert port, "".join([block, *said])
    threading.Thread(target=_drain, args=(output, said), daemon=True).start()
    return address.group().rstrip("/"), int(port[1])


def _drain(stream: IO[str], said: list[str]) -> None:
    """Read on, so that the house never waits for us; ends when the stream does."""
    with contextlib.suppress(ValueError):
        said.extend(stream)


def plain_environment() -> dict[str, str]:
    """The environment without our own variables, which the test run sets for itself."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("OTKLIK_", "DATABASE_"))}
