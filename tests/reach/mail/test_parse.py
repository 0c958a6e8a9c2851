"""A whole letter, from bytes to ``Incoming``."""

from datetime import UTC, datetime

from otklik.reach.adapters.email import parse
from otklik.reach.adapters.incoming import Address, Incoming, Unreadable

ORDINARY = """\
From: =?utf-8?B?0JjQstCw0L0g0J/QtdGC0YDQvtCy?= <Ivan@Example.RU>
To: help@shop.example
Subject: =?utf-8?B?0J3QtSDRgNCw0LHQvtGC0LDQtdGC?=
Message-ID: <1@example.ru>
In-Reply-To: <c1@shop.example>
Date: Thu, 19 Nov 2026 14:02:00 +0300
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Здравствуйте! Вход не работает.

19 нояб. 2026 г. в 14:00, Анна <help@shop.example> написал(а):
> Как дела?
"""


def test_an_ordinary_letter_is_read_whole() -> None:
    letter = parse(ORDINARY.encode())

    assert isinstance(letter, Incoming)
    assert letter.external_id == "1@example.ru"
    assert letter.sender == Address(email="ivan@example.ru", name="Иван Петров")
    assert letter.to == (Address(email="help@shop.example"),)
    assert letter.subject == "Не работает"
    assert letter.sent_at == datetime(2026, 11, 19, 11, 2, tzinfo=UTC)
    assert letter.in_reply_to == ("c1@shop.example",)
    assert letter.own_text == "Здравствуйте! Вход не работает."
    assert letter.text.endswith("написал(а):\n> Как дела?")
    assert not letter.is_automatic


def test_nothing_is_no_letter() -> None:
    assert parse(b"") == Unreadable(reason="empty")
