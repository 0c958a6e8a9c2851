"""The whole system in one command: it opens, keeps, survives every kill, and leaves nothing behind."""

import contextlib
import os
import signal
import smtplib
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.runtime.building import LETTER, Place, System, is_alive, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.kill]


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    place = Place(tmp_path / "data")
    place.environment["OTKLIK_INBOX"] = "help@gorizont.example"
    system = System(place)
    try:
        system.start()
        made = place.run(
            "user", "create", "--email=anna@gorizont.example", "--role=agent", "--name=Анна", "--no-password"
        )
        assert made.returncode == 0, made.stderr
        yield system
    finally:
        if system.process is not None:
            for process in system.family():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            system.process.wait(30)


def send_letter(system: System, name: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = f"{name}@mail.example", "help@gorizont.example"
    letter["Subject"], letter["Message-ID"] = f"Вопрос {name}", f"<{name}@mail.example>"
    letter.set_content("Здравствуйте! Не открывается урок.")
    with smtplib.SMTP("127.0.0.1", system.smtp_port, timeout=20) as door:
        door.send_message(letter)


def test_the_lmtp_door_stands_beside_the_smtp_door(system: System) -> None:
    with smtplib.LMTP("127.0.0.1", system.lmtp_port, timeout=20) as door:
        refused = door.sendmail("ivan@mail.example", ["help@gorizont.example", "nobody@gorizont.example"], LETTER)

    assert list(refused) == ["nobody@gorizont.example"]
    assert system.place.ask("SELECT door FROM reach_rawmessage") == "lmtp"
    assert system.said(f"LMTP port {system.lmtp_port}")


def cases(system: System) -> int:
    return system.place.count("cases_case")


def test_a_letter_becomes_a_case_and_is_there_after_a_restart(system: System) -> None:
    send_letter(system, "ivan")
    wait_until(lambda: cases(system) == 1, 30, system.tail)

    family = system.family()
    assert system.stop(signal.SIGINT) == 0
    assert [process for process in family if is_alive(process)] == []

    system.start()
    assert system.get("/healthz")[0] == 200
    assert cases(system) == 1


def test_the_port_in_use_is_said_in_one_sentence(system: System, tmp_path: Path) -> None:
    done = Place(tmp_path / "second").run("up", "--port", str(system.port))

    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"otklik: Port {system.port} is in use: stop the program that uses it, or choose another by --port."
    )


def test_two_systems_do_not_share_a_folder(system: System) -> None:
    done = system.place.run("up", "--port", "0", "--smtp-port", "0")

    assert done.returncode == 1
    assert "already" in done.stderr


@pytest.mark.parametrize("role", ["web", "worker", "smtp"])
def test_a_killed_part_comes_back_and_nothing_is_lost_or_doubled(system: System, role: str) -> None:
    for number in range(5):
        send_letter(system, f"before{number}")
    killed = system.roles()[role]
    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: system.roles().get(role, killed) != killed, 20, system.tail)
    wait_until(lambda: is_open(system), 40, system.tail)
    for number in range(5):
        send_letter(system, f"after{number}")

    wait_until(lambda: cases(system) == 10, 60, system.tail)
    assert system.place.count("reach_message WHERE direction = 'in'") == 10
    assert system.said(" was ended by SIGKILL; it starts again")


def test_no_process_outlives_a_killed_supervisor(system: System) -> None:
    send_letter(system, "ivan")
    family = system.family()
    os.kill(family[0], signal.SIGKILL)

    wait_until(lambda: not any(is_alive(process) for process in family[1:]), 40, lambda: str(family))
    assert system.process is not None
    system.process.wait()
    system.start()
    wait_until(lambda: cases(system) == 1, 60, system.tail)


def is_open(system: System) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", system.smtp_port, timeout=5):
            pass
        with urllib.request.urlopen(f"http://127.0.0.1:{system.port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
