"""Two whole Otklik systems with databases of their own write to each other, and stop."""

import smtplib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.building import letter
from tests.runtime.building import Place, System, wait_until

pytestmark = pytest.mark.slow

QUIET_SECONDS = 12
"""Longer than a letter takes from one worker to the other and back."""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[System, System]]:
    """Each delivers to the mail door of the other, and each is a customer of the other."""
    tmp_path.chmod(0o755)
    pair = [System(Place(tmp_path / name)) for name in ("east", "west")]
    for system, other, name in zip(pair, reversed(pair), ("east", "west"), strict=True):
        system.place.folder.mkdir(mode=0o755)
        system.place.environment |= {
            "OTKLIK_INBOX": f"help@{name}.example",
            "OTKLIK_SMTP_URL": f"smtp://127.0.0.1:{other.smtp_port}",
        }
    try:
        for system, name in zip(pair, ("east", "west"), strict=True):
            system.start()
            who = ("--email", f"anna@{name}.example", "--role", "agent", "--name", "Анна Смирнова", "--no-password")
            assert system.place.run("user", "create", *who).returncode == 0
        yield pair[0], pair[1]
    finally:
        for system in pair:
            if system.process is not None and system.process.poll() is None:
                system.stop()


def said(system: System) -> int:
    return system.place.count("reach_message")


def came(system: System) -> int:
    return system.place.count("reach_rawmessage")


@pytest.mark.parametrize("headers", [{}, {"Auto-Submitted": "auto-replied"}], ids=["a person", "a machine"])
def test_two_systems_stop_within_three_messages(two: tuple[System, System], headers: dict[str, str]) -> None:
    east, west = two
    first = letter("Здравствуйте! Когда начнётся курс?", From="help@west.example", To="help@east.example", **headers)

    with smtplib.SMTP("127.0.0.1", east.smtp_port, timeout=30) as door:
        door.sendmail("help@west.example" if not headers else "", ["help@east.example"], first)
    wait_until(lambda: said(east) >= 1, 60, east.tail)
    if not headers:  # a person is acknowledged, and the other house hears it
        wait_until(lambda: came(west) >= 1, 60, west.tail)

    for _look in range(2):
        time.sleep(QUIET_SECONDS)
        letters = came(east) + came(west)

    assert letters <= (1 if headers else 2)
    assert said(east) + said(west) <= 3
    waiting = [system.place.ask("SELECT count(*) FROM reach_delivery WHERE state = 'queued'") for system in two]
    assert waiting == [0, 0]
