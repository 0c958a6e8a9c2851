"""The database goes away for a while: everybody is told kindly, nothing is lost, everything resumes."""

import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from otklik.foundation.database.server import Server
from tests.prepared import prepare_house
from tests.runtime.building import LETTER, Place, System, wait_until

pytestmark = pytest.mark.slow
INBOX = "help@gorizont.example"


class Away:
    """A system whose database is a server of its own that can go away and come back."""

    def __init__(self, folder: Path) -> None:
        prepare_house(folder / "data")
        self.database = Server(folder=folder / "data" / "postgres")
        self.database.start()
        self.place = Place(folder / "data")
        self.place.environment |= {"DATABASE_URL": self.database.url(), "OTKLIK_INBOX": INBOX}
        self.system = System(self.place)

    def count(self, table: str) -> int:
        with self.database.connect("otklik") as connection:
            row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        return int(row[0]) if row else 0

    def status(self, path: str) -> tuple[int, str]:
        try:
            return self.system.get(path)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode()

    def hand_over(self, name: str) -> int:
        """The SMTP code for one letter; 250 when it was taken."""
        letter = LETTER.replace(b"<one@", f"<{name}@".encode())
        try:
            with smtplib.SMTP("127.0.0.1", self.system.smtp_port, timeout=60) as door:
                door.sendmail("ivan@mail.example", [INBOX], letter)
        except smtplib.SMTPRecipientsRefused as refused:
            return next(iter(refused.recipients.values()))[0]
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code
        return 250


@pytest.fixture
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    folder = tmp_path_factory.mktemp("away")
    one = Away(folder)
    try:
        one.system.start()
        one.place.run("user", "create", "--email=anna@x.example", "--role=agent", "--name=Анна", "--no-password")
        yield one
    finally:
        with suppress(AssertionError):
            one.system.stop()
        one.database.stop()


def test_the_database_goes_away_and_comes_back(away: Away) -> None:
    assert away.hand_over("before") == 250
    wait_until(lambda: away.count("cases_case") == 1, 60, away.system.tail)

    away.database.stop()

    code, page = away.status("/contact/")
    assert code == 503
    assert "<html" in page
    assert away.status("/healthz")[0] == 200
    assert away.status("/readyz")[0] == 503
    assert away.hand_over("meanwhile") == 451
    piped = away.place.run("mail-in", f"--inbox={INBOX}", given=LETTER)
    assert piped.returncode == 75
    assert "Traceback" not in piped.stderr

    away.database.start()

    wait_until(lambda: away.status("/readyz")[0] == 200, 90, away.system.tail)
    assert away.status("/contact/")[0] == 200
    assert away.hand_over("meanwhile") == 250
    wait_until(lambda: away.count("cases_case") == 2, 90, away.system.tail)
    assert away.system.process is not None
    assert away.system.process.poll() is None
