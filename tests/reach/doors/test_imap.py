"""The IMAP door against a real Dovecot."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.db import connection

from otklik.reach.actions import add_email_inbox
from otklik.reach.fetching import fetch_forever
from otklik.reach.models import Inbox, RawMessage
from tests.building import letter
from tests.dovecot import PASSWORD, Dovecot, running_dovecot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("mailbox")]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture(autouse=True)
def empty_mailboxes(dovecot: Dovecot) -> None:
    for user in ("anna", "boris"):
        with dovecot.client(user) as client:
            _kind, count = client.select("INBOX")
            if count != [b"0"]:
                client.store("1:*", "+FLAGS", r"(\Deleted)")
                client.expunge()


def mailbox(dovecot: Dovecot, user: str = "anna", query: str = "") -> Inbox:
    address = f"{user}@gorizont.example"
    return add_email_inbox(address=address, imap_url=dovecot.url(user, query=query), imap_password=PASSWORD)


@contextmanager
def fetching(workers: int = 1) -> Iterator[None]:
    stop = Event()
    threads = [Thread(target=fetch_forever, args=(stop,)) for _worker in range(workers)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()
        connection.close()


def eventually(truth: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def kept() -> int:
    return RawMessage.objects.count()


def test_letters_are_kept_and_then_marked(dovecot: Dovecot) -> None:
    inbox = mailbox(dovecot)
    dovecot.put(letter("Первое", Message_ID="<1@mail.example>"))

    with fetching():
        eventually(lambda: kept() == 1)
        eventually(lambda: "Otklik" in str(dovecot.flags()))

    assert RawMessage.objects.get().inbox == inbox
    assert r"\Seen" in dovecot.flags()[0]
    inbox.refresh_from_db()
    assert inbox.imap_state["last_uid"] > 0


def test_a_new_letter_comes_at_once_by_idle(dovecot: Dovecot) -> None:
    mailbox(dovecot)

    with fetching():
        eventually(lambda: bool(Inbox.objects.exclude(imap_state={}).filter(kind="email")))
        began = time.monotonic()
        dovecot.put(letter("Срочно", Message_ID="<2@mail.example>"), flags=r"(\Seen)")
        eventually(lambda: kept() == 1)

    assert time.monotonic() - began < 5  # polling would take a minute


def test_what_people_had_read_before_the_first_look_stays_theirs(dovecot: Dovecot) -> None:
    mailbox(dovecot)
    dovecot.put(letter("Старое", Message_ID="<old@mail.example>"), flags=r"(\Seen)")
    dovecot.put(letter("Новое", Message_ID="<new@mail.example>"))

    with fetching():
        eventually(lambda: bool(Inbox.objects.exclude(imap_state={}).filter(kind="email")))

    assert kept() == 1


def test_two_workers_fetch_once_and_several_mailboxes_at_once(dovecot: Dovecot) -> None:
    mailbox(dovecot)
    mailbox(dovecot, "boris")
    for number in range(150):
        dovecot.put(letter(f"Письмо {number}"))
    dovecot.put(letter("Борису", To="boris@gorizont.example"), user="boris")

    with fetching(workers=2):
        eventually(lambda: kept() == 151, 30)

    assert RawMessage.objects.filter(inbox__address="boris@gorizont.example").count() == 1


def test_a_letter_is_moved_only_when_it_is_kept(dovecot: Dovecot) -> None:
    mailbox(dovecot, query="?move=Taken")
    dovecot.put(letter("Убрать", Message_ID="<3@mail.example>"))

    with fetching():
        eventually(lambda: kept() == 1)
        eventually(lambda: not dovecot.flags())

    assert "Otklik" in dovecot.flags(folder="Taken")[0]


def test_a_server_that_numbers_anew_brings_nothing_twice_and_loses_nothing(dovecot: Dovecot) -> None:
    inbox = mailbox(dovecot)
    dovecot.put(letter("Раз", Message_ID="<4@mail.example>"))
    with fetching():
        eventually(lambda: "Otklik" in str(dovecot.flags()))
    inbox.refresh_from_db()
    Inbox.objects.filter(pk=inbox.pk).update(imap_state={**inbox.imap_state, "uid_validity": 1, "last_uid": 10_000})

    dovecot.put(letter("Два", Message_ID="<5@mail.example>"))
    with fetching():
        eventually(lambda: kept() == 2)
        eventually(lambda: Inbox.objects.get(pk=inbox.pk).imap_state["uid_validity"] != 1)

    assert kept() == 2


def test_a_server_that_goes_away_is_waited_for(dovecot: Dovecot) -> None:
    mailbox(dovecot)
    with fetching():
        eventually(lambda: bool(Inbox.objects.exclude(imap_state={}).filter(kind="email")))
        dovecot.stop()
        time.sleep(1)
        dovecot.start()
        dovecot.put(letter("После перерыва", Message_ID="<6@mail.example>"))

        eventually(lambda: kept() == 1, 30)
