"""Two whole Otklik systems with databases of their own write to each other, and stop."""

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.building import letter
from tests.prepared import prepare_house
from tests.runtime.building import Place, System, wait_until

pytestmark = pytest.mark.slow

_TO_DO = """
    SELECT (SELECT count(*) FROM reach_delivery WHERE state IN ('queued', 'sending'))
         + (SELECT count(*) FROM procrastinate_jobs
             WHERE status IN ('todo', 'doing') AND coalesce(scheduled_at, now()) < now() + interval '12 seconds')
"""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[System, System]]:
    """Each delivers to the mail door of the other, and each is a customer of the other."""
    tmp_path.chmod(0o755)
    pair = [System(Place(tmp_path / name)) for name in ("east", "west")]
    for system, other, name in zip(pair, reversed(pair), ("east", "west"), strict=True):
        prepare_house(system.place.folder)
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


def are_quiet(*systems: System) -> bool:
    """Nothing is under way: a letter is work of its sender until the other has committed it, then of the other.

    It may pass from the one looked at later to the one looked at before; then it was counted there.
    """
    before = [came(system) for system in systems]
    return not any(system.place.ask(_TO_DO) for system in systems) and before == [came(system) for system in systems]


@pytest.mark.parametrize("headers", [{}, {"Auto-Submitted": "auto-replied"}], ids=["a person", "a machine"])
def test_two_systems_stop_within_three_messages(two: tuple[System, System], headers: dict[str, str]) -> None:
    east, west = two
    first = letter("Здравствуйте! Когда начнётся курс?", From="help@west.example", To="help@east.example", **headers)

    with smtplib.SMTP("127.0.0.1", east.smtp_port, timeout=30) as door:
        door.sendmail("help@west.example" if not headers else "", ["help@east.example"], first)
    wait_until(lambda: said(east) >= 1, 60, east.tail)
    if not headers:  # a person is acknowledged, and the other house hears it
        wait_until(lambda: came(west) >= 1, 60, west.tail)

    wait_until(lambda: are_quiet(east, west), 120, lambda: east.tail() + west.tail())

    assert came(east) + came(west) <= (1 if headers else 2)
    assert said(east) + said(west) <= 3
    waiting = [system.place.ask("SELECT count(*) FROM reach_delivery WHERE state = 'queued'") for system in two]
    assert waiting == [0, 0]
