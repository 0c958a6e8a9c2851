"""A report, and a letter, of one thing a million times are read in a moment."""

import time

import pytest

from otklik.reach.adapters.email.letters import parse

SERVER = b"From: MAILER-DAEMON@b.example\r\nSubject: Undelivered Mail\r\nMessage-ID: <1@b.example>\r\n\r\n"
PERSON = b"From: a@b.example\r\nSubject: x\r\nMessage-ID: <1@b.example>\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "part"), [(SERVER, b"a%d@b.example "), (SERVER, b"<a%d@b.example>\n"), (PERSON, b"[cid:")]
)
def test_many_addresses_and_pictures_that_are_none_take_no_time(head: bytes, part: bytes) -> None:
    words = b"".join(part.replace(b"%d", str(number).encode()) for number in range(200_000))
    begun = time.thread_time()

    parse(head + words)

    assert time.thread_time() - begun < 3
