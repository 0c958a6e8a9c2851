"""The SMTP and LMTP door, spoken to by a real client."""

import asyncio
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection
from django.test import override_settings

from otklik.reach import smtp
from otklik.reach.actions import bytes_of
from otklik.reach.adapters.tls import Certificate
from otklik.reach.models import Message, RawMessage
from otklik.reach.threads import reply_address
from tests.building import HELP, IVAN, letter, make_agent, make_inbox, run_jobs
from tests.certificates import trusting, write_certificate
from tests.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)

HEAD_START = 0.2


class Listener(Thread):
    """The door in a thread of its own."""

    def __init__(self, certificate: Certificate | None = None) -> None:
        super().__init__(daemon=True)
        self._certificate = certificate
        self.port, self.lmtp_port = free_port(), free_port()
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._stop = asyncio.Event()

    def run(self) -> None:
        doors = smtp.listen("127.0.0.1", self.port, self.lmtp_port, stop=self._stop, certificate=self._certificate)
        with self._runner:  # ends what sessions are left, as asyncio.run does
            self._runner.run(doors)

    def end(self) -> None:
        self._runner.get_loop().call_soon_threadsafe(self._stop.set)
        self.join(20)
        assert not self.is_alive()


@pytest.fixture
def door() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@contextmanager
def listening(certificate: Certificate | None = None) -> Iterator[Listener]:
    make_agent()
    make_inbox()
    listener = Listener(certificate)
    with override_settings(LETTER_LIMIT_BYTES=300_000):
        listener.start()
        for port in (listener.port, listener.lmtp_port):
            _wait_for(port)
        yield listener
        listener.end()
    connection.close()


def _wait_for(port: int) -> None:
    for _attempt in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the door does not open")


def client(door: Listener) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", door.port, timeout=20)


def test_a_letter_is_kept_with_its_envelope_before_250(door: Listener) -> None:
    raw = letter("Точка в начале:\n.вот\n..и две", Message_ID="<1@mail.example>")

    with client(door) as server:
        server.sendmail(IVAN, [HELP, "help+sale@gorizont.example"], raw)

    row = RawMessage.objects.get()
    assert bytes_of(row).replace(b"\r\n", b"\n").strip() == raw.strip()
    assert (row.envelope_from, row.envelope_to) == (IVAN, [HELP, "help+sale@gorizont.example"])
    assert row.inbox is not None
    assert row.inbox.address == HELP


def test_only_known_addresses_are_taken(door: Listener) -> None:
    with client(door) as server, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.sendmail(IVAN, ["nobody@gorizont.example"], letter())

    assert refused.value.recipients["nobody@gorizont.example"][0] == 550
    assert not RawMessage.objects.exists()


def test_too_large_is_552_whether_announced_or_not(door: Listener) -> None:
    big = letter("слово " * 60_000)

    with client(door) as server:
        server.ehlo()
        assert server.docmd(f"MAIL FROM:<{IVAN}> SIZE=400000")[0] == 552
        server.rset()
        server.mail(IVAN)
        server.rcpt(HELP)
        code, _text = server.data(big)
        assert code == 552
        server.sendmail(IVAN, [HELP], letter("А это помещается"))

    assert RawMessage.objects.count() == 1


@pytest.fixture
def one_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """One large letter at a time, and the next one waits half a second for its turn."""
    monkeypatch.setattr(smtp, "LARGE", 50_000)
    monkeypatch.setattr(smtp, "MOST_LARGE_AT_ONCE", 1)
    monkeypatch.setattr(smtp, "PATIENCE_SECONDS", 0.5)


def _half_of_a_large_letter(server: smtplib.SMTP, subject: str) -> None:
    server.ehlo()
    server.mail(IVAN)
    server.rcpt(HELP)
    assert server.docmd("DATA")[0] == 354
    assert server.sock is not None
    server.sock.sendall(f"From: {IVAN}\r\nSubject: {subject}\r\n\r\n".encode() + b"x" * 60_000)
    time.sleep(HEAD_START)


def _the_other_half(server: smtplib.SMTP) -> int:
    assert server.sock is not None
    server.sock.sendall(b"y" * 60_000 + b"\r\n.\r\n")
    return server.getreply()[0]


def test_large_letters_take_turns_and_hold_up_no_small_one(one_turn: None, door: Listener) -> None:
    with client(door) as first, client(door) as second, client(door) as small:
        _half_of_a_large_letter(first, "first")
        _half_of_a_large_letter(second, "second")
        small.sendmail(IVAN, [HELP], letter("А это мало"))

        assert _the_other_half(second) == 451
        assert _the_other_half(first) == 250
        _half_of_a_large_letter(second, "second")
        assert _the_other_half(second) == 250

    assert RawMessage.objects.count() == 3


def test_who_hangs_up_gives_the_turn_back(one_turn: None, door: Listener) -> None:
    gone = client(door)
    _half_of_a_large_letter(gone, "gone")
    gone.close()

    with client(door) as second:
        _half_of_a_large_letter(second, "second")
        assert _the_other_half(second) == 250


def test_one_line_of_any_length_is_taken(door: Listener) -> None:
    raw = b"From: ivan@mail.example\r\nTo: help@gorizont.example\r\nSubject: long\r\n\r\n" + b"x" * 200_000 + b"\r\n"

    with client(door) as server:
        server.sendmail(IVAN, [HELP], raw)

    assert RawMessage.objects.get().size == len(raw)


def test_an_empty_return_path_means_a_machine(door: Listener) -> None:
    with client(door) as server:
        server.sendmail("", [HELP], letter("Меня нет до понедельника"))
    run_jobs()

    assert Message.objects.get(direction="in").automatic_because == "empty_return_path"
    assert not Message.objects.filter(direction="out").exists()


def test_the_signed_address_brings_an_answer_home(door: Listener) -> None:
    with client(door) as server:
        server.sendmail(IVAN, [HELP], letter("Первое", Message_ID="<1@mail.example>"))
    run_jobs()
    conversation = Message.objects.get(direction="in").conversation
    home = reply_address(conversation, conversation.inbox)

    with client(door) as server:
        server.sendmail(IVAN, [home], letter("Второе", To="undisclosed:;", Subject="Другое"))
    run_jobs()

    assert Message.objects.filter(direction="in", conversation=conversation).count() == 2


def test_the_database_is_away_and_comes_back(door: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    with client(door) as server:
        server.sendmail(IVAN, [HELP], letter("До", Message_ID="<1@mail.example>"))
    with connection.cursor() as cursor:  # the server ends every session, as at a restart
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    codes = []
    for attempt in range(3):
        with client(door) as server:
            try:
                server.sendmail(IVAN, [HELP], letter(f"После {attempt}"))
                codes.append(250)
            except smtplib.SMTPResponseException as error:
                codes.append(error.smtp_code)

    assert set(codes) <= {250, 451}
    assert codes[-1] == 250
    assert RawMessage.objects.count() == 1 + codes.count(250)


def test_lmtp_answers_for_each_recipient(door: Listener) -> None:
    with smtplib.LMTP("127.0.0.1", door.lmtp_port, timeout=20) as server:
        server.ehlo()
        server.mail(IVAN)
        server.rcpt(HELP)
        server.rcpt("help+c1@gorizont.example")
        server.docmd("DATA")
        server.send(letter("По LMTP").replace(b"\n", b"\r\n") + b"\r\n.\r\n")
        answers = [server.getreply()[0], server.getreply()[0]]

    assert answers == [250, 250]
    assert RawMessage.objects.get().door == "lmtp"


def test_eight_senders_at_once_lose_nothing(door: Listener) -> None:
    def send(name: int) -> None:
        with client(door) as server:
            for number in range(10):
                server.sendmail(IVAN, [HELP], letter(f"{name}/{number}", Message_ID=f"<{name}.{number}@mail.example>"))

    senders = [Thread(target=send, args=(name,)) for name in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)

    assert RawMessage.objects.count() == 80


# ── STARTTLS ──────────────────────────────────────────────────────────────────────────────
def test_without_a_certificate_no_encryption_is_promised(door: Listener) -> None:
    with client(door) as server:
        server.ehlo()

        assert not server.has_extn("starttls")
        assert not server.has_extn("auth")


def test_a_letter_over_an_encrypted_line_is_kept(tmp_path: Path) -> None:
    chain, key = write_certificate(tmp_path)
    raw = letter(Message_ID="<tls@mail.example>")

    with listening(Certificate(chain, key)) as door, client(door) as server:
        server.starttls(context=trusting(chain))
        server.ehlo()
        assert not server.has_extn("starttls")
        assert not server.has_extn("auth")
        server.sendmail(IVAN, [HELP], raw)
        server.sendmail(IVAN, [HELP], raw + b"and another")

    assert RawMessage.objects.count() == 2


def test_words_slipped_in_before_the_encryption_are_forgotten(tmp_path: Path) -> None:
    """RFC 3207, 4.2: nothing said in the clear counts after STARTTLS, above all what came with it in one piece."""
    chain, key = write_certificate(tmp_path)

    with listening(Certificate(chain, key)) as door, client(door) as server:
        server.ehlo()
        server.mail(IVAN)
        server.send(b"STARTTLS\r\nRCPT TO:<help@gorizont.example>\r\n")
        assert server.getreply()[0] == 220
        assert server.sock is not None
        server.sock = trusting(chain).wrap_socket(server.sock, server_hostname="localhost")
        server.file = None
        server.ehlo()

        assert server.rcpt(HELP)[0] == 503


def test_lmtp_speaks_starttls_too(tmp_path: Path) -> None:
    chain, key = write_certificate(tmp_path)

    with listening(Certificate(chain, key)) as door, smtplib.LMTP("127.0.0.1", door.lmtp_port, timeout=20) as server:
        server.starttls(context=trusting(chain))
        server.sendmail(IVAN, [HELP], letter(Message_ID="<lmtps@mail.example>"))

    assert RawMessage.objects.get().door == "lmtp"


def test_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    chain, key = write_certificate(tmp_path)
    former = chain.read_bytes()

    with listening(Certificate(chain, key)) as door:
        write_certificate(tmp_path)
        with client(door) as server:
            server.starttls(context=trusting(chain))
            server.noop()
        chain.write_bytes(former)  # its key is another: the good pair goes on
        with client(door) as server, pytest.raises(ssl.SSLCertVerificationError):
            server.starttls(context=trusting(chain))


def test_idle_encrypted_connections_do_not_hold_the_door_open(tmp_path: Path) -> None:
    chain, key = write_certificate(tmp_path)

    with listening(Certificate(chain, key)) as door:
        server = client(door)
        server.starttls(context=trusting(chain))
        server.noop()
        began = time.monotonic()

    assert time.monotonic() - began < 5
    server.close()
