"""Several houses in one process, and a post office between them: what one sends, another gets.

Each has a database, a domain, a key and a folder for letters of its own. Beside them stand robots: whoever answers
by machine, or sends on what comes to them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import time_machine
from conftest import CLONE, SERVER
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from psycopg import sql

from otklik.foundation.database.pool import close_pool
from otklik.foundation.database.remembering import forget_everything
from otklik.reach.models import Inbox
from tests.building import arrive, make_agent, make_inbox, outbox, run_jobs

type Robot = Callable[[EmailMessage], Sequence[EmailMessage]]
"""What a mailbox without anybody at it does with a letter."""
type Wire = Callable[[EmailMessage], None]
"""What a server on the way makes of a letter."""


@dataclass(kw_only=True)
class House:
    """One company with its Otklik; ``with house.open():`` everything happens in it."""

    domain: str
    folder: Path
    sent: int = 0
    """Letters that the post office has taken already."""

    @property
    def address(self) -> str:
        return f"help@{self.domain}"

    @property
    def database(self) -> str:
        return f"{CLONE}_{self.domain.partition('.')[0]}"

    @contextmanager
    def open(self) -> Iterator[None]:
        before = connection.settings_dict["NAME"]
        mine = override_settings(
            BASE_URL=f"https://{self.domain}", DATA_DIR=str(self.folder), SECRET_KEY=f"the key of {self.domain} " * 4
        )
        with mine:
            _move_to(self.database)
            try:
                yield
            finally:
                _move_to(before)

    def furnish(self) -> None:
        self.folder.mkdir()
        with self.open():
            make_agent(email=f"anna@{self.domain}")
            make_inbox(self.address)

    def letters(self) -> list[EmailMessage]:
        """What has left since this was asked the last time."""
        with self.open():
            run_jobs()
            everything = outbox()
        new, self.sent = everything[self.sent :], len(everything)
        return [read(raw) for raw in new]

    def take(self, letter: EmailMessage) -> None:
        with self.open():
            arrive(letter.as_bytes(), inbox=Inbox.objects.get(address=self.address))


def _move_to(database: str) -> None:
    close_pool()
    connection.settings_dict["NAME"] = database
    forget_everything()


@contextmanager
def street(folder: Path, *domains: str) -> Iterator[list[House]]:
    """Houses with these domains: Anna and an inbox in each."""
    houses = [House(domain=domain, folder=folder / domain) for domain in domains]
    close_pool()
    try:
        for house in houses:
            _database(house.database, like=CLONE)
            house.furnish()
        yield houses
    finally:
        for house in houses:
            _database(house.database)


def _database(name: str, *, like: str = "") -> None:
    with SERVER.connect() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        if like:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, like))))


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.SMTP)


@dataclass(kw_only=True)
class Post:
    """Carries letters until nobody writes any more, or for as many rounds as are said; then it is a loop."""

    houses: Sequence[House]
    robots: Mapping[str, Robot] = field(default_factory=dict)
    wire: Wire = lambda _letter: None
    each_round: timedelta = timedelta(minutes=25)
    rounds: int = 12
    carried: list[tuple[str, str, str]] = field(default_factory=list)
    """From, to and Message-ID of each, robots' letters among them."""

    def by(self, sender: str) -> int:
        """How many letters somebody has caused to be carried."""
        return sum(one == sender for one, _to, _id in self.carried)

    def carry(self, *letters: EmailMessage) -> int:
        """Returns how many rounds it took."""
        waiting, now = [*letters], timezone.now()
        for number in range(self.rounds):
            with time_machine.travel(now + number * self.each_round, tick=False):
                waiting = self._round(waiting)
            if not waiting:
                return number
        return self.rounds

    def _round(self, waiting: Sequence[EmailMessage]) -> list[EmailMessage]:
        said: list[EmailMessage] = []
        for letter in waiting:
            self.wire(letter)
            for person in (*letter["To"].addresses, *(letter["Cc"].addresses if letter["Cc"] else ())):
                self.carried.append((letter["From"].addresses[0].addr_spec, person.addr_spec, letter["Message-ID"]))
                said += self._handed(letter, re.sub(r"\+[^@]*", "", person.addr_spec))
        for house in self.houses:
            said += house.letters()
        return said

    def _handed(self, letter: EmailMessage, address: str) -> Sequence[EmailMessage]:
        for house in self.houses:
            if house.address == address:
                house.take(letter)
        robot = self.robots.get(address)
        return robot(letter) if robot else ()


def written(sender: str, to: str, words: str, **headers: str) -> EmailMessage:
    """A letter of somebody outside; header names with ``_`` for ``-``."""
    letter = EmailMessage(policy=policy.SMTP)
    chosen = {
        "From": sender,
        "To": to,
        "Subject": "Поставка",
        "Message-ID": f"<{abs(hash((sender, words)))}@out.example>",
    }
    for name, value in (chosen | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        letter[name] = value
    letter.set_content(words)
    return letter
