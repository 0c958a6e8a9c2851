"""Headers as programs really write them."""

from datetime import UTC, datetime

import pytest

from otklik.reach.adapters.email import parse
from otklik.reach.adapters.incoming import Address, Incoming, Unreadable
from tests.reach.mail.letters import letter


def read(raw: bytes) -> Incoming:
    found = parse(raw)
    assert isinstance(found, Incoming), found
    return found


PRIVET_1251 = "Привет".encode("cp1251")
PRIVET_KOI8 = "Привет".encode("koi8-r")


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        (b"=?utf-8?B?0J/RgNC40LLQtdGC?=", "Привет"),
        (b"=?UTF-8?Q?=D0=9F=D1=80=D0=B8=D0=B2=D0=B5=D1=82?=", "Привет"),
        (b"=?windows-1251?B?z/Do4uXy?=", "Привет"),
        (b"=?koi8-r?B?8NLJ18XU?=", "Привет"),
        (b"=?utf-8?B?0J/RgNC40LLQtdGC?= =?utf-8?B?INC80LjRgA==?=", "Привет мир"),
        (b"=?utf-8?B?0J/RgNC40LLQtdGC?=\r\n =?utf-8?B?INC80LjRgA==?=", "Привет мир"),
        (b"=?utf-8?B?0J/RgNC40LLQtdE=?= =?utf-8?B?gg==?=", "Привет"),  # one letter cut in two words
        (b"=?utf-8?B?0J/RgNC40LLQtdGC", "Привет"),  # never closed
        (b"=?utf-8?B?0J/RgNC40LLQtdG?=", "Приве\ufffd"),  # cut in the middle: see below
        (b"=?utf-8?Q?a b c?=", "a b c"),  # raw spaces inside
        (b"=?utf-8?Q?Why??=", "Why?"),
        (b"=?utf-8*ru?B?0J/RgNC40LLQtdGC?=", "Привет"),  # RFC 2231 language
        (b"=?unknown-8bit?B?z/Do4uXy?=", "Привет"),
        (b"=?iso-8859-1?B?z/Do4uXy?=", "Привет"),  # cp1251 that calls itself Western
        (b"=?iso-8859-1?Q?Caf=E9_cr=E8me?=", "Café crème"),
        ("Привет".encode(), "Привет"),
        (PRIVET_1251, "Привет"),
        (b"Re: =?utf-8?B?0J/RgNC40LLQtdGC?=", "Re: Привет"),
        ("РџСЂРёРІРµС‚".encode(), "РџСЂРёРІРµС‚"),
        (b"one\r\n two\r\n\tthree", "one two three"),
        (b"", ""),
    ],
)
def test_subjects_are_read_in_every_form(written: bytes, subject: str) -> None:
    found = read(letter(head=b"From: a@b.example\r\nSubject: " + written + b"\r\n"))

    assert found.subject == subject


def test_naked_letters_are_read_by_the_charset_of_the_body() -> None:
    head = b"From: a@b.example\r\nSubject: " + PRIVET_KOI8 + b"\r\nContent-Type: text/plain; charset=koi8-r\r\n"

    found = read(letter(head=head, body=PRIVET_KOI8))

    assert (found.subject, found.text) == ("Привет", "Привет")


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("Ivan@Example.RU", Address(email="ivan@example.ru")),
        ("<ivan@example.ru>", Address(email="ivan@example.ru")),
        ('"Петров, Иван" <ivan@example.ru>', Address(email="ivan@example.ru", name="Петров, Иван")),
        ("=?utf-8?Q?=D0=98=D0=B2=D0=B0=D0=BD,_?= <ivan@example.ru>", Address(email="ivan@example.ru", name="Иван,")),
        ('"=?utf-8?B?0JjQstCw0L0=?=" <ivan@example.ru>', Address(email="ivan@example.ru", name="Иван")),
        ("=?windows-1251?B?yOLg7Q==?=<ivan@example.ru>", Address(email="ivan@example.ru", name="Иван")),
        ("ivan@example.ru (Иван Петров)", Address(email="ivan@example.ru", name="Иван Петров")),
        ('"ivan@example.ru" <real@example.ru>', Address(email="real@example.ru", name="ivan@example.ru")),
        ("Иван Петров ivan@example.ru", Address(email="ivan@example.ru")),
        ("Ivan <ivan@example.ru", Address(email="ivan@example.ru")),
        ('Ivan "the Great <ivan@example.ru>', Address(email="ivan@example.ru", name='Ivan "the Great')),
        ("<mailto:ivan@example.ru>", Address(email="ivan@example.ru")),
        ("почта@пример.рф", Address(email="почта@пример.рф")),
        ("a@b.example, c@d.example", Address(email="a@b.example")),
        ("Отдел: a@b.example, c@d.example;", Address(email="a@b.example")),
    ],
)
def test_senders_are_read_in_every_form(written: str, sender: Address) -> None:
    assert read(letter(head=b"From: " + written.encode() + b"\r\n")).sender == sender


def test_a_sender_in_raw_cp1251() -> None:
    found = read(letter(head="From: Иван <ivan@example.ru>\r\n".encode("cp1251")))

    assert found.sender == Address(email="ivan@example.ru", name="Иван")


@pytest.mark.parametrize("head", [b"Subject: x\r\n", b"From: \r\nTo: a@b.example\r\n", b"From: nobody\r\n"])
def test_a_letter_of_nobody_is_held(head: bytes) -> None:
    assert parse(letter(head=head)) == Unreadable(reason="no_sender")


def test_bytes_without_headers_are_no_letter() -> None:
    assert parse(bytes(range(256)) * 40) == Unreadable(reason="no_letter")


def test_all_recipients_are_known_once() -> None:
    found = read(
        letter(
            'To: "Help" <help@shop.example>, undisclosed-recipients:;',
            "To: HELP@shop.example, second@shop.example",
            "Cc: team: a@x.example, B <b@x.example>;",
            "Reply-To: <ivan@home.example>",
            "Delivered-To: help+c42@shop.example",
            head=b"From: ivan@example.ru\r\n",
        )
    )

    assert found.to == (Address(email="help@shop.example", name="Help"), Address(email="second@shop.example"))
    assert found.cc == (Address(email="a@x.example"), Address(email="b@x.example", name="B"))
    assert found.reply_to == (Address(email="ivan@home.example"),)
    assert found.delivered_to == ("help+c42@shop.example",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"<1@x>", "1@x"),
        (b"  <1@x>  (added by mx)", "1@x"),
        (b"1@x", "1@x"),
        (b"<1\r\n @x>", "1@x"),
        (b"<<1@x>>", "1@x"),
        (b"<no-at-sign>", "no-at-sign"),
    ],
)
def test_message_ids_are_normal(written: bytes, expected: str) -> None:
    head = b"From: a@b.example\r\nMessage-ID: " + written + b"\r\n"

    assert read(letter(head=head)).external_id == expected


def test_without_message_id_the_same_bytes_have_the_same_id() -> None:
    raw = letter(head=b"From: a@b.example\r\nMessage-ID: <>\r\n")

    assert read(raw).external_id == read(bytes(raw)).external_id
    assert read(raw).external_id.startswith("sha256:")
    assert read(raw).external_id != read(raw + b"!").external_id


def test_a_giant_message_id_becomes_a_short_one_in_every_header() -> None:
    giant = b"<" + b"x" * 5_000 + b"@y>"
    first = read(letter(head=b"From: a@b.example\r\nMessage-ID: " + giant + b"\r\n"))

    answer = read(letter(b"In-Reply-To: " + giant))

    assert answer.in_reply_to == (first.external_id,)
    assert len(first.external_id) < 100


def test_references_are_read_however_divided() -> None:
    found = read(letter("References: <1@x>\r\n\t<2@x>,<3@x> <1@x>", "In-Reply-To: Letter of Ivan <3@x>"))

    assert found.references == ("1@x", "2@x", "3@x")
    assert found.in_reply_to == ("3@x",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Thu, 19 Nov 2026 14:02:00 +0300", datetime(2026, 11, 19, 11, 2, tzinfo=UTC)),
        ("19 Nov 2026 14:02 GMT", datetime(2026, 11, 19, 14, 2, tzinfo=UTC)),
        ("Чт, 19 ноя 2026 14:02:00 +0300", datetime(2026, 11, 19, 11, 2, tzinfo=UTC)),
        ("Thu, 19 Nov 26 14:02:00 MSK", datetime(2026, 11, 19, 11, 2, tzinfo=UTC)),
        ("Thu, 19-Nov-2026 14:02:00 -0800", datetime(2026, 11, 19, 22, 2, tzinfo=UTC)),
        ("Thu, 31 Feb 2026 14:02:00 +0300", None),
        ("Thu, 19 Nov 2026 14:02:00 +9999", None),
        ("Sat, 01 Jan 0001 00:00:00 +1400", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(written: str, expected: datetime | None) -> None:
    assert read(letter(f"Date: {written}")).sent_at == expected


def test_headers_without_an_end_and_text_without_a_beginning() -> None:
    found = read(b"From: a@b.example\nSubject: x\nThis line is no header.\nNor this.\n")

    assert found.text == "This line is no header.\nNor this."


def test_an_mbox_line_and_empty_lines_before_the_headers() -> None:
    found = read(b"\n\nFrom ivan@example.ru Thu Nov 19 14:02:00 2026\nFrom: a@b.example\nSubject: x\n\nHi")

    assert (found.sender.email, found.subject, found.text) == ("a@b.example", "x", "Hi")


def test_a_broken_line_among_the_headers_belongs_to_the_one_above() -> None:
    found = read(b"Subject: first\nsecond half\nFrom: a@b.example\n\nHi")

    assert (found.subject, found.text) == ("first second half", "Hi")


def test_old_macintosh_line_ends() -> None:
    found = read(b"From: a@b.example\rSubject: x\r\rHi\rthere")

    assert (found.subject, found.text) == ("x", "Hi\nthere")
