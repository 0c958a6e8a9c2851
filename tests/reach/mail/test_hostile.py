"""Bytes that mean harm: nothing raises, time and memory stay bounded, and what can be read is read."""

import base64
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.reach.adapters.email import Limits, parse
from otklik.reach.adapters.incoming import Incoming, Unreadable
from tests.reach.mail.letters import attached, letter, multipart, part, text

MIB = 2**20
SECONDS = 4.0  # on a busy machine; most take milliseconds


def _measured(raw: bytes) -> tuple[Incoming | Unreadable, float]:
    """What became of ``raw``, and how many MiB of memory that took at its highest."""
    began = time.thread_time()
    found = parse(raw)
    assert time.thread_time() - began < SECONDS

    tracemalloc.start()
    try:
        parse(raw)
        return found, tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


def _many_parts() -> bytes:
    kind, body = multipart(text("First words"), *(text(f"part {n}") for n in range(10_000)))
    return letter(kind, body=body)


def _deep_nesting() -> bytes:
    body = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(10_000))
    return letter("Content-Type: multipart/mixed; boundary=b0", body=b"--b0\r\n\r\nFirst words\r\n" + body)


def _deep_letters() -> bytes:
    return letter(body=b"First words\r\n") + b"Content-Type: message/rfc822\r\n\r\n" * 20_000


def _huge_header() -> bytes:
    return letter(b"X-Big: " + b"x" * MIB, "From: late@example.ru", body="First words")


def _many_headers() -> bytes:
    return letter(*(f"X-{n}: y" for n in range(50_000)), body="First words")


def _many_recipients() -> bytes:
    return letter("Cc: " + ", ".join(f'"N {n}" <a{n}@x.example>' for n in range(20_000)), body="First words")


def _huge_attachment() -> bytes:
    kind, body = multipart(
        text("First words"), attached(bytes(30 * MIB), 'Content-Disposition: attachment; filename="a"')
    )
    return letter(kind, body=body)


def _zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50 * MIB))
    kind, body = multipart(
        text("First words"), attached(file.getvalue(), 'Content-Disposition: attachment; filename="a.zip"')
    )
    return letter(kind, body=body)


def _html_letter(html: str) -> bytes:
    return letter("Content-Type: text/html; charset=utf-8", body="First words" + html)


def _same_boundary() -> bytes:
    inner = b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    return letter("Content-Type: multipart/mixed; boundary=b0", body=(b"--b0\r\n" + inner) * 5_000 + b"First words")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "ten thousand parts": _many_parts,
    "ten thousand levels": _deep_nesting,
    "letters in letters": _deep_letters,
    "one huge header": _huge_header,
    "fifty thousand headers": _many_headers,
    "twenty thousand recipients": _many_recipients,
    "one boundary for all": _same_boundary,
    "zip bomb": _zip_bomb,
    "unclosed words": lambda: letter(b"Subject: " + b"=?a?q?" * 10_000, body="First words"),
    "unclosed quotes": lambda: letter(b'Cc: "\\' + b'"\\' * 30_000, body="First words"),
    "unclosed comments": lambda: letter(b"Cc: " + b"((\\" * 20_000, body="First words"),
    "unclosed parameters": lambda: letter(b'Content-Type: text/plain; a="' + b';a="\\' * 12_000, body="First words"),
    "boundary everywhere": lambda: letter(
        "Content-Type: multipart/mixed; boundary=b", body="First words" + "\n--bb" * 100_000
    ),
    "open paragraphs": lambda: _html_letter("".join(f"<p><b id={n}>x" for n in range(60_000))),
    "open formatting": lambda: _html_letter("".join(f'<p><b title="<{n}">x' for n in range(9_000))),
    "open fonts": lambda: _html_letter("".join(f"<font color={n}>x</p>" for n in range(19_000))),
    "deep divs": lambda: _html_letter("<div>" * 15_000),
    "deep lists": lambda: _html_letter("<ul><li>" * 9_000),
    "deep quotes": lambda: _html_letter("<blockquote>x" * 9_000),
    "deep tables": lambda: _html_letter("<table><tr><td>x" * 6_000),
    "cells and bold": lambda: _html_letter("<table><tr>" + "".join(f"<b id={n}><td></b></td>x" for n in range(4_500))),
    "open links": lambda: _html_letter("".join(f"<p><a href=http://x/{n}>x" for n in range(9_000))),
    "open comments": lambda: _html_letter("<!--" * 19_000),
    "less than": lambda: _html_letter("<" * MIB),
    "one long line": lambda: letter(body="First words " + "a" * 5 * MIB),
    "many lines": lambda: letter(body="First words\n" + "\n" * 2 * MIB),
    "quotes without end": lambda: letter(body="First words\n" + ">" * MIB),
    "many quoted lines": lambda: letter(body="First words\n" + "> a\nb\n" * 9_000),
    "many attributions": lambda: letter(body="First words\n" + "19.11.2026 14:02 a@b.example\n" * 50_000),
    "many headers in the text": lambda: letter("In-Reply-To: <a@b>", body="First words\n" + "From: a\n" * 60_000),
    "spaces": lambda: letter(body="First words" + " " * 2 * MIB + "x"),
    "data images": lambda: _html_letter("<img src='data:image/png;base64," + "A" * 8 * MIB + "'>"),
    "indefinite lengths": lambda: letter(
        "Content-Type: application/pkcs7-mime; smime-type=signed-data", body=b"\x30\x80" * MIB
    ),
    "no TNEF": lambda: letter(
        "Content-Type: application/ms-tnef", body=b"\x78\x9f\x3e\x22" + bytes(range(256)) * 4_000
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_and_memory_are_bounded(name: str) -> None:
    raw = HOSTILE[name]()

    found, mebibytes = _measured(raw)

    assert found != Unreadable(reason="parser_failed")
    assert mebibytes < 60 + 6 * len(raw) / MIB


@pytest.mark.parametrize(
    "name", ["ten thousand parts", "ten thousand levels", "one huge header", "fifty thousand headers"]
)
def test_what_is_too_much_is_truncated_and_says_so(name: str) -> None:
    found = parse(HOSTILE[name]())

    assert isinstance(found, Incoming)
    assert found.is_truncated
    assert "truncated" in found.notices
    assert found.text.startswith("First words")


def test_ten_thousand_parts_leave_the_first_thousand() -> None:
    found = parse(_many_parts())

    assert isinstance(found, Incoming)
    assert "part 990" in found.text
    assert "part 1001" not in found.text


def test_a_zip_bomb_is_just_an_attachment() -> None:
    found = parse(_zip_bomb())

    assert isinstance(found, Incoming)
    assert [(file.name, len(file.content) < 100_000) for file in found.files] == [("a.zip", True)]
    assert not found.is_truncated


def test_a_huge_attachment_is_kept_whole() -> None:
    began = time.thread_time()
    found = parse(_huge_attachment())

    assert time.thread_time() - began < SECONDS
    assert isinstance(found, Incoming)
    assert [len(file.content) for file in found.files] == [30 * MIB]


def test_files_beyond_the_room_are_left_in_the_original() -> None:
    kind, body = multipart(
        text("Hi"), *(attached(bytes(1_000), f"Content-Disposition: attachment; filename={n}") for n in range(5))
    )

    found = parse(letter(kind, body=body), limits=Limits(decoded_bytes=2_500))

    assert isinstance(found, Incoming)
    assert [file.name for file in found.files] == ["0", "1"]
    assert found.is_truncated


def test_html_too_wild_to_show_is_shown_as_text() -> None:
    found = parse(HOSTILE["open paragraphs"]())

    assert isinstance(found, Incoming)
    assert found.html == ""
    assert found.text.startswith("First words")
    assert "wild_html" in found.notices


def _storable(found: Incoming) -> None:
    strings = [
        found.external_id,
        found.subject,
        found.text,
        found.own_text,
        found.html,
        found.sender.email,
        found.sender.name,
    ]
    strings += [address.email + address.name for address in (*found.to, *found.cc, *found.reply_to)]
    strings += [file.name + file.content_type + file.content_id for file in found.files]
    strings += [*found.references, *found.in_reply_to, *found.delivered_to]
    for string in strings:
        assert "\x00" not in string
        string.encode("utf-8")
    assert 0 < len(found.external_id) <= 250
    assert all(file.name and "/" not in file.name and len(file.name) <= 180 for file in found.files)
    assert all(len(file.content_type) <= 150 and len(file.content_id) <= 250 for file in found.files)


def _never_fails(raw: bytes) -> None:
    found = parse(raw, trusted_hosts=("mx.example",))
    assert found == parse(raw, trusted_hosts=("mx.example",))
    if isinstance(found, Incoming):
        _storable(found)
    else:
        assert found.reason in {"empty", "no_sender", "no_letter"}


@given(st.binary(max_size=2_000))
def test_any_bytes(raw: bytes) -> None:
    _never_fails(raw)


@given(st.binary(max_size=500), st.binary(max_size=500))
def test_any_bytes_after_a_sender(headers: bytes, body: bytes) -> None:
    _never_fails(b"From: a@b.example\n" + headers + b"\n\n" + body)


def _rich_letter() -> bytes:
    alternative, body = multipart(
        text("Здравствуйте\n\nОт: a@b.example\nДата: 1.1.2026 14:02\nКому: c@d.example\nТема: x\n\nЦитата"),
        text("<p>Здравствуйте</p><blockquote type=cite>Цитата<img src='cid:1@x'></blockquote>", "html"),
        kind="alternative",
        boundary="b1",
    )
    kind, whole = multipart(
        part(body, alternative),
        attached(b"%PDF", "Content-Disposition: attachment; filename*0*=utf-8''%D0%B4; filename*1*=%D0%BE%D0%B3.pdf"),
        attached(b"\x89PNG", "Content-ID: <1@x>", kind="image/png"),
        part(letter(body="inner"), "Content-Type: message/rfc822"),
        part(
            "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1",
            "Content-Type: message/delivery-status",
        ),
    )
    return letter(
        kind,
        "Subject: =?utf-8?B?0J/RgNC40LLQtdGC?=",
        "Date: Thu, 19 Nov 2026 14:02:00 +0300",
        "References: <1@x> <2@x>",
        "Authentication-Results: mx.example; dkim=pass; spf=fail (x) smtp.mailfrom=a; dmarc=fail",
        body=whole,
    )


RICH = _rich_letter()
PIECES = st.sampled_from(
    [
        b"\r\n",
        b"\n\n",
        b"--b0",
        b"--b1--",
        b"=?utf-8?B?",
        b"?=",
        b"<",
        b">",
        b'"',
        b"\x00",
        b"\xff",
        b";",
        b"charset=utf-16",
        b"charset=utf-7",
        b"+2AA-",
        b"&#xD800;",
        b"boundary=",
        b"base64",
        b"Content-Type: multipart/report\r\n",
    ]
)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, len(RICH)), st.integers(0, 40), PIECES | st.binary(max_size=8)), max_size=12))
def test_a_damaged_letter(damages: list[tuple[int, int, bytes]]) -> None:
    raw = RICH
    for place, length, piece in damages:
        raw = raw[:place] + piece + raw[place + length :]

    _never_fails(raw)


@given(st.integers(0, len(RICH)))
def test_a_letter_cut_short(length: int) -> None:
    _never_fails(RICH[:length])


@given(st.text(max_size=400))
def test_any_text_stays_readable(words: str) -> None:
    raw = letter(
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        body=base64.encodebytes(words.encode("utf-8", "replace")),
    )

    found = parse(raw)

    assert isinstance(found, Incoming)
    kept = [word for word in words.encode("utf-8", "replace").decode().split() if word.isalnum()]
    assert all(word in found.text for word in kept)
