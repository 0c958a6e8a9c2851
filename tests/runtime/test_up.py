"""The whole system in one command: it opens, keeps, survives every kill, and leaves nothing behind."""

import contextlib
import os
import re
import shlex
import signal
import smtplib
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.prepared import prepare_house
from tests.runtime.building import LETTER, Place, System, is_alive, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.kill]


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    place = Place(tmp_path / "data")
    prepare_house(place.folder)
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


def test_an_empty_house_says_how_to_make_the_first_person_and_then_no_more(tmp_path: Path) -> None:
    system = System(Place(tmp_path / "data"))
    try:
        system.start()
        command = re.search(r"^    (\S.* user create .*)$", system.tail(), re.MULTILINE)
        assert command is not None, system.tail()
        assert system.said(f"http://127.0.0.1:{system.port}/desk/settings/steps")
        assert system.get("/")[0] == 200

        _program, asked = command[1].split(" user create ")
        made = system.place.run("user", "create", *shlex.split(asked), OTKLIK_USER_PASSWORD="olha-i-yasen-42")
        assert made.returncode == 0, made.stderr
        assert system.place.ask("SELECT role FROM team_agent") == "admin"

        assert system.stop() == 0
        system.start()
        assert not system.said("user create")
        assert not system.said("Nobody is at the desk yet")
    finally:
        if system.process is not None and system.process.poll() is None:
            system.stop()


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


LATER = 451


def is_taken(system: System, name: str) -> bool:
    """A door that meets a dead connection says "later" once, and a sender comes back."""
    try:
        send_letter(system, name)
    except smtplib.SMTPDataError as later:
        return later.smtp_code != LATER
    return True


def is_open(system: System) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", system.smtp_port, timeout=5):
            pass
        with urllib.request.urlopen(f"http://127.0.0.1:{system.port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_a_killed_database_is_started_again_and_said(system: System) -> None:
    send_letter(system, "before")
    wait_until(lambda: cases(system) == 1, 30, system.tail)
    killed = system.roles()["database"]
    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: system.said("PostgreSQL serves again"), 40, system.tail)
    examined = system.place.run("doctor")
    wait_until(lambda: is_open(system), 60, system.tail)
    wait_until(lambda: is_taken(system, "after"), 60, system.tail)

    assert system.said("PostgreSQL has fallen")
    assert "ok     database:" in examined.stdout
    assert system.roles()["database"] != killed
    wait_until(lambda: cases(system) == 2, 60, system.tail)
    assert system.stop() == 0


def test_the_doctor_does_not_find_a_database_well_that_its_host_does_without(system: System) -> None:
    assert system.process is not None
    os.kill(system.process.pid, signal.SIGSTOP)  # a host that cannot mend it
    try:
        os.kill(system.roles()["database"], signal.SIGKILL)
        done = system.place.run("doctor")
    finally:
        os.kill(system.process.pid, signal.SIGCONT)

    assert done.returncode == 1
    assert "PostgreSQL of the Otklik that runs here does not answer" in done.stderr
    wait_until(lambda: system.said("PostgreSQL serves again"), 40, system.tail)
