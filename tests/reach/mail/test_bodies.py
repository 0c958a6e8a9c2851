"""Words and files out of every kind of part."""

import base64

import pytest
from compressed_rtf import compress
from django.utils import timezone, translation

from otklik.reach.adapters.email import parse
from otklik.reach.adapters.incoming import Incoming
from tests.reach.mail.letters import attached, letter, multipart, part, text


def read(raw: bytes) -> Incoming:
    found = parse(raw)
    assert isinstance(found, Incoming), found
    return found


RUSSIAN = "Съешь ещё этих мягких булок"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("utf-8", "utf-8"),
        ("windows-1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("KOI8-R", "koi8-r"),
        ("iso-8859-5", "iso-8859-5"),
        ("cp866", "cp866"),
        ("x-mac-cyrillic", "mac_cyrillic"),
        ("utf-16", "utf-16"),
        ("utf-7", "utf-7"),
        ("us-ascii", "cp1251"),
        ("utf-8", "cp1251"),
        ("iso-8859-1", "cp1251"),
        ("iso-8859-1", "utf-8"),
        ("x-unknown", "utf-8"),
        ("no such charset", "cp1251"),
        ("zlib", "utf-8"),
        ("punycode", "utf-8"),
        ("unicode_escape", "utf-8"),
        ("", "cp1251"),
        ("", "utf-8-sig"),
        ("\x00\xff", "utf-8"),
    ],
)
def test_texts_are_read_whatever_charset_they_claim(declared: str, written: str) -> None:
    found = read(
        letter(
            f'Content-Type: text/plain; charset="{declared}"'.encode("latin-1"),
            "Content-Transfer-Encoding: base64",
            body=base64.encodebytes(RUSSIAN.encode(written)),
        )
    )

    assert found.text == RUSSIAN


def test_french_stays_french() -> None:
    words = "Où est mon café ? Déjà reçu à Besançon, très bien"

    found = read(letter("Content-Type: text/plain; charset=iso-8859-1", body=words.encode("latin-1")))

    assert found.text == words


def test_one_cut_letter_does_not_spoil_a_whole_text() -> None:
    found = read(letter("Content-Type: text/plain; charset=utf-8", body=RUSSIAN.encode()[:-1]))

    assert found.text == RUSSIAN[:-1] + "\ufffd"


def test_html_may_say_its_charset_itself() -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>{RUSSIAN}</p>'

    assert read(letter("Content-Type: text/html", body=page.encode("koi8-r"))).text == RUSSIAN


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", b"SGVsbG8gd29ybGQ="),
        ("BASE64", b"SGVsbG8gd29ybGQ="),
        ("base64", b"SGVsbG8gd29ybGQ"),
        ("base64", b"SGVsbG8g\r\nd29y\r\nbGQ=\r\n"),
        ("base64", b"SGVs*bG8g!d29ybGQ="),
        ("base64", b"SGVsbG8=IHdvcmxk"),
        ("quoted-printable", b"Hello=20wor=\r\nld"),
        ("quoted-printable", b"Hello world="),
        ("x-uuencode", b"begin 644 a\n+2&5L;&\\@=V]R;&0\n`\nend\n"),
        ("8bit; oops", b"Hello world"),
        ("nonsense", b"Hello world"),
    ],
)
def test_transfer_encodings(encoding: str, body: bytes) -> None:
    assert read(letter(f"Content-Transfer-Encoding: {encoding}", body=body)).text == "Hello world"


def test_format_flowed_paragraphs_are_whole_again() -> None:
    body = "A long \r\nparagraph.\r\n> quoted \r\n> text\r\n  indented\r\n-- \r\nIvan"

    found = read(letter("Content-Type: text/plain; format=flowed", body=body))

    assert found.text == "A long paragraph.\n> quoted text\n indented\n--\nIvan"


def test_flowed_without_the_deleted_space() -> None:
    found = read(letter("Content-Type: text/plain; format=flowed; delsp=yes", body="Вело \r\nсипед"))

    assert found.text == "Велосипед"


def test_an_alternative_is_one_text() -> None:
    kind, body = multipart(text("Plain words"), text("<p>Plain <b>words</b></p>", "html"), kind="alternative")

    found = read(letter(kind, body=body))

    assert (found.text, found.html) == ("Plain words", "<p>Plain <b>words</b></p>")


def test_an_alternative_whose_html_is_empty_keeps_its_plain_words() -> None:
    kind, body = multipart(text("These are the words of the customer"), text("<p></p>", "html"), kind="alternative")

    assert read(letter(kind, body=body)).own_text == "These are the words of the customer"


def test_an_alternative_whose_plain_part_is_an_excuse() -> None:
    kind, body = multipart(text("No HTML?"), text("<p>" + "word " * 50 + "</p>", "html"), kind="alternative")

    assert read(letter(kind, body=body)).text.startswith("word word")


def test_words_around_files_are_all_kept() -> None:
    kind, body = multipart(
        text("First"), attached(b"%PDF", 'Content-Disposition: attachment; filename="a.pdf"'), text("Second")
    )

    found = read(letter(kind, body=body))

    assert found.text == "First\n\nSecond"
    assert [(file.name, file.content, file.content_type) for file in found.files] == [
        ("a.pdf", b"%PDF", "application/pdf")
    ]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("Content-Type: multipart/mixed; boundary=b0", b"--b0\r\n\r\nHello"),  # never closed
        ("Content-Type: multipart/mixed", b"--b0\r\n\r\nHello\r\n--b0--\r\n"),  # boundary not named
        ("Content-Type: multipart/mixed; boundary=other", b"Hello"),  # not a multipart at all
        ("Content-Type: multipart/mixed; boundary=b0", b"--b0\r\nHello\r\n--b0--\r\n"),  # no empty line
        ("Content-Type: text", b"Hello"),
        ("Content-Type: ;;;", b"Hello"),
        ("Content-Type: TEXT/PLAIN;charset=", b"Hello"),
        ("Content-Type: text/plain\r\nContent-Type: text/html", b"Hello"),
        ('Content-Type: multipart/mixed; boundary="b0', b"--b0\r\n\r\nHello\r\n--b0--\r\n"),
        ("X-Nothing: here", b"Hello"),
    ],
)
def test_broken_structure_still_says_hello(kind: str, body: bytes) -> None:
    found = read(letter(kind, body=body))

    assert (found.text, found.files) == ("Hello", ())


def test_an_inner_boundary_may_begin_like_the_outer() -> None:
    inner, body = multipart(text("Hello"), text("<b>Hello</b>", "html"), kind="alternative", boundary="b0-1")
    kind, whole = multipart(part(body, inner), boundary="b0")

    assert read(letter(kind, body=whole)).html == "<b>Hello</b>"


def test_an_empty_letter_is_a_letter() -> None:
    found = read(letter(body=b""))

    assert (found.text, found.own_text, found.html, found.files) == ("", "", "", ())


ENCODED_1251 = base64.b64encode("Договор.pdf".encode("cp1251")).decode()


@pytest.mark.parametrize(
    "disposition",
    [
        'filename="Договор.pdf"',
        "filename=Договор.pdf",
        "filename*=UTF-8''%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80.pdf",
        "filename*=windows-1251''%C4%EE%E3%EE%E2%EE%F0.pdf",
        "filename*0*=UTF-8''%D0%94%D0%BE%D0%B3;\r\n filename*1*=%D0%BE%D0%B2%D0%BE%D1%80;\r\n filename*2=.pdf",
        "filename*1*=%D0%BE%D0%B2%D0%BE%D1%80.pdf; filename*0*=UTF-8''%D0%94%D0%BE%D0%B3",
        'filename="=?UTF-8?B?0JTQvtCz0L7QstC+0YAucGRm?="',
        f'filename="=?windows-1251?B?{ENCODED_1251}?="',
        "filename==?UTF-8?B?0JTQvtCz0L7QstC+0YAucGRm?=",
        'filename="=?UTF-8?B?0JTQvtCz0L7Q?= =?UTF-8?B?stC+0YAucGRm?="',
        'filename="%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80.pdf"',
        'filename="C:\\Documents\\Договор.pdf"',
        'filename="../../etc/Договор.pdf"',
        'filename="Дог\u202eовор.pdf"',
        'filename="' + "Договор.pdf".encode().decode("latin-1") + '"',
    ],
)
def test_russian_file_names_in_every_wrong_encoding(disposition: str) -> None:
    kind, body = multipart(text("Hi"), attached(b"x", f"Content-Disposition: attachment; {disposition}"))

    assert [file.name for file in read(letter(kind, body=body)).files] == ["Договор.pdf"]


def test_raw_1251_file_names() -> None:
    header = 'Content-Disposition: attachment; filename="Договор.pdf"'.encode("cp1251")
    kind, body = multipart(text("Hi"), attached(b"x", header))

    assert [file.name for file in read(letter(kind, body=body)).files] == ["Договор.pdf"]


def test_names_are_made_when_there_are_none() -> None:
    kind, body = multipart(
        text("Hi"),
        attached(b"x", "Content-Disposition: attachment"),
        attached(b"x", kind="image/png"),
        part("BEGIN:VCALENDAR", "Content-Type: text/calendar; method=REQUEST"),
        part(letter("X: y", body="inner"), "Content-Type: message/rfc822"),
        attached(b"x", "Content-Disposition: attachment; filename=" + "я" * 300 + ".pdf"),
    )

    names = [file.name for file in read(letter(kind, body=body)).files]

    assert names[:4] == ["attachment.pdf", "image.png", "invite.ics", "Hello.eml"]
    assert names[4] == "я" * 176 + ".pdf"


def test_a_letter_in_the_letter_is_a_file_with_its_own_bytes() -> None:
    inner = letter("X: y", body="inner words")
    kind, body = multipart(text("Outer"), part(inner, "Content-Type: message/rfc822"))

    found = read(letter(kind, body=body))

    assert found.text == "Outer"
    assert [(file.content_type, file.content) for file in found.files] == [("message/rfc822", inner)]


def test_pictures_in_the_text_are_inline_and_others_are_files() -> None:
    kind, body = multipart(
        text('<p>See <img src="cid:one@x"></p>', "html"),
        attached(b"1", "Content-ID: <one@x>", kind="image/png"),
        attached(b"2", "Content-ID: <two@x>", "Content-Disposition: inline", kind="image/png"),
        kind="related",
    )

    found = read(letter(kind, body=body))

    assert [(file.content_id, file.is_inline) for file in found.files] == [("one@x", True), ("two@x", False)]
    assert found.html == '<p>See <img src="cid:one@x"></p>'


def test_a_picture_written_into_the_html_becomes_a_file() -> None:
    picture = base64.b64encode(b"\x89PNG" * 30).decode()

    found = read(letter("Content-Type: text/html", body=f'<p>See <img src="data:image/png;base64,{picture}"></p>'))

    assert [(file.name, file.content, file.is_inline) for file in found.files] == [
        ("image-1.png", b"\x89PNG" * 30, True)
    ]
    assert found.html == '<p>See <img src="cid:inline-1@letter"></p>'


def test_a_signed_letter_shows_its_words_and_hides_its_signature() -> None:
    kind, body = multipart(
        text("Signed words"),
        attached(b"sig", 'Content-Disposition: attachment; filename="smime.p7s"', kind="application/pkcs7-signature"),
        kind="signed",
    )

    found = read(letter(kind, body=body))

    assert (found.text, found.files) == ("Signed words", ())


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2)
    return bytes([tag]) + length + content


SIGNED_OID, DATA_OID = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")


def _opaque(content: bytes, *, in_pieces: bool) -> bytes:
    octets = _der(0x04, content)
    if in_pieces:
        octets = b"\x24\x80" + _der(0x04, content[:10]) + _der(0x04, content[10:]) + b"\0\0"
    wrapped = _der(0x30, DATA_OID + (b"\xa0\x80" + octets + b"\0\0" if in_pieces else _der(0xA0, octets)))
    return _der(
        0x30, SIGNED_OID + _der(0xA0, _der(0x30, b"\x02\x01\x01" + _der(0x31, b"") + wrapped + _der(0x31, b"")))
    )


@pytest.mark.parametrize("in_pieces", [False, True])
def test_an_opaquely_signed_letter_is_opened(in_pieces: bool) -> None:  # noqa: FBT001
    inner = "Content-Type: text/plain; charset=utf-8\r\n\r\nПодписанные слова".encode()

    found = read(
        letter(
            "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
            "Content-Transfer-Encoding: base64",
            body=base64.encodebytes(_opaque(inner, in_pieces=in_pieces)),
        )
    )

    assert (found.text, found.files, found.notices) == ("Подписанные слова", (), ())


def test_an_encrypted_letter_is_attached_and_says_so() -> None:
    found = read(
        letter(
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
            "Content-Transfer-Encoding: base64",
            body=base64.encodebytes(b"secret"),
        )
    )

    assert found.notices == ("encrypted",)
    assert [(file.name, file.content) for file in found.files] == [("smime.p7m", b"secret")]


def _tnef(*objects: tuple[int, int, bytes]) -> bytes:
    """A winmail.dat of (level, attribute, bytes); [MS-OXTNEF] 2.1.3."""
    out = (0x223E9F78).to_bytes(4, "little") + b"\x01\x00"
    for level, attribute, data in objects:
        checksum = sum(data) & 0xFFFF
        out += bytes([level]) + attribute.to_bytes(4, "little") + len(data).to_bytes(4, "little")
        out += data + checksum.to_bytes(2, "little")
    return out


WINMAIL = _tnef(
    (1, 0x00069007, (1251).to_bytes(4, "little") + bytes(4)),
    (1, 0x0002800C, "Слова из Outlook\0".encode("cp1251")),
    (2, 0x00069002, bytes(14)),
    (2, 0x00018010, "Акт.doc\0".encode()),
    (2, 0x0006800F, b"the file"),
    (2, 0x00069005, bytes(4) + bytes(16)),
)


def test_winmail_dat_is_opened() -> None:
    kind, body = multipart(attached(WINMAIL, kind="application/ms-tnef; name=winmail.dat"))

    found = read(letter(kind, body=body))

    assert found.text == "Слова из Outlook"
    assert [(file.name, file.content) for file in found.files] == [("Акт.doc", b"the file")]


def test_a_broken_winmail_dat_stays_a_file() -> None:
    kind, body = multipart(text("Hi"), attached(b"no tnef", kind="application/ms-tnef; name=winmail.dat"))

    assert [file.name for file in read(letter(kind, body=body)).files] == ["winmail.dat"]


def test_the_words_of_a_machine_for_machines_are_left_out() -> None:
    kind, body = multipart(text("Hi"), part("<html amp4email>", "Content-Type: text/x-amp-html"), kind="alternative")

    found = read(letter(kind, body=body))

    assert (found.text, found.files) == ("Hi", ())


def test_a_quotation_after_a_file_is_still_a_quotation() -> None:
    kind, body = multipart(
        text("<div>Фото во вложении</div>", "html"),
        attached(b"1", "Content-Disposition: inline; filename=1.jpg", kind="image/jpeg"),
        text('<blockquote type="cite">19 нояб. 2026 г., в 14:02, Анна написал(а): Пришлите фото</blockquote>', "html"),
    )

    found = read(letter(kind, body=body))

    assert found.own_text == "Фото во вложении"
    assert found.text.endswith("Пришлите фото")


def test_a_log_of_many_lines_is_all_own() -> None:
    found = read(letter("In-Reply-To: <a@b>", body="Журнал:\n" + "> ошибка\n" * 30_000))

    assert found.own_text == found.text
    assert found.text.count("ошибка") == 30_000


# ── Rich text and invitations ─────────────────────────────────────────────────────────────
RTF = (
    b"{\\rtf1\\ansi\\ansicpg1251\\deff0{\\fonttbl{\\f0 Calibri;}}\\f0\\fs22 \\'c4\\'ee\\'e1\\'f0\\'fb\\'e9 "
    b"\\'e4\\'e5\\'ed\\'fc!\\par \\u1055?\\u1080?\\u1096\\'3f\\u1091? {\\b INV-7}.\\par}"
)


def _rich_winmail(compressed: bytes) -> bytes:
    """Outlook's letter with one MAPI property: PR_RTF_COMPRESSED ([MS-OXTNEF] 2.1.3.4)."""
    size = len(compressed).to_bytes(4, "little")
    kind = (0x0102).to_bytes(2, "little") + (0x1009).to_bytes(2, "little")
    padding = bytes(-len(compressed) % 4)
    properties = (1).to_bytes(4, "little") + kind + (1).to_bytes(4, "little") + size + compressed + padding
    return _tnef((1, 0x00069007, (1251).to_bytes(4, "little") + bytes(4)), (1, 0x00069003, properties))


@pytest.mark.parametrize("compressed", [True, False])
def test_a_letter_that_exists_only_as_rich_text_is_read(*, compressed: bool) -> None:
    winmail = _rich_winmail(compress(RTF, compressed=compressed))
    kind, body = multipart(attached(winmail, kind="application/ms-tnef; name=winmail.dat"))

    assert read(letter(kind, body=body)).own_text == "Добрый день!\nПишу INV-7."


@pytest.mark.parametrize("bad", [b"", b"short", compress(RTF)[:-9], b"\xff" * 600_000, b"LZFu" * 50])
def test_broken_rich_text_loses_nothing_else(bad: bytes) -> None:
    kind, body = multipart(text("Hi"), attached(_rich_winmail(bad), kind="application/ms-tnef; name=winmail.dat"))

    assert read(letter(kind, body=body)).text == "Hi"


def _calendar(*lines: str, method: str = "REQUEST") -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", f"METHOD:{method}", "BEGIN:VEVENT", "UID:1"]
    body = "\r\n".join([*head, *lines, "END:VEVENT", "END:VCALENDAR"])
    return part(body, f"Content-Type: text/calendar; charset=utf-8; method={method}")


EVENT = (
    "SUMMARY:Сверка актов",
    "DTSTART;TZID=Asia/Yekaterinburg:20261124T160000",
    "DTEND;TZID=Asia/Yekaterinburg:20261124T170000",
    "LOCATION:Офис на Мира\\, 5",
    "ORGANIZER;CN=Иван Козлов:mailto:ivan@mail.example",
    "ATTENDEE;CN=Пётр;PARTSTAT=NEEDS-ACTION:mailto:petr@mail.example",
    "ATTENDEE:MAILTO:help@gorizont.example",
)


def test_an_invitation_is_told_in_words_above_the_letter_and_stays_attached() -> None:
    kind, body = multipart(text("Приходите!"), _calendar(*EVENT), _calendar(*EVENT))

    with translation.override("ru"), timezone.override("Europe/Moscow"):
        found = read(letter(kind, body=body))

    assert found.own_text.splitlines() == [
        "Приглашение: Сверка актов",
        "Когда: 24 ноября 2026 г., 14:00 – 15:00 (Europe/Moscow)",
        "Где: Офис на Мира, 5",
        "Организатор: Иван Козлов",
        "Участники: Пётр, help@gorizont.example",
        "",
        "Приходите!",
    ]
    assert found.text == found.own_text
    assert [file.name for file in found.files] == ["invite.ics", "invite.ics"]


def test_each_event_of_a_calendar_is_told_in_their_order_and_the_rest_is_counted() -> None:
    days = [f"SUMMARY:День {day}\r\nDTSTART;VALUE=DATE:202611{day:02}" for day in range(25, 0, -1)]
    kind, body = multipart(_calendar("\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n".join(["SUMMARY:Когда-нибудь", *days])))

    with translation.override("ru"):
        told = read(letter(kind, body=body)).own_text

    heads = [line for line in told.splitlines() if line.startswith("Приглашение")]
    assert heads == [f"Приглашение: День {day}" for day in range(1, 21)]
    assert told.splitlines()[:4] == ["Приглашение: День 1", "Когда: 1 ноября 2026 г., весь день", "", heads[1]]
    assert told.endswith("И ещё 6 событий — в файле.")


def test_an_invitation_in_html_is_text_and_nothing_else() -> None:
    body = "<p>Приходите <b>все</b></p>"
    kind, body = multipart(part(body, "Content-Type: text/html; charset=utf-8"), _calendar("SUMMARY:<img src=x>"))

    found = read(letter(kind, body=body))

    assert found.html.startswith("<p>")
    assert "&lt;img src=x&gt;" in found.html
    assert "<b>все</b>" in found.html


@pytest.mark.parametrize(
    ("lines", "method", "told"),
    [
        (["SUMMARY:A", "ATTENDEE;CN=Иван;PARTSTAT=DECLINED:mailto:i@x.example"], "REPLY", "Иван will not come: A"),
        (
            ["SUMMARY:A", "DTSTART;VALUE=DATE:20261124"],
            "CANCEL",
            "The meeting is cancelled: A\nWhen: Nov. 24, 2026, the whole day",
        ),
        (
            ["DTSTART:20261124T100000", "RRULE:FREQ=DAILY"],
            "PUBLISH",
            "Event: Without a title\nWhen: Nov. 24, 2026, 10:00, repeats",
        ),
        (["SUMMARY:A", *(f"ATTENDEE:mailto:{n}@x.example" for n in range(10))], "REQUEST", "and 2 more"),
    ],
)
def test_kinds_of_invitations(lines: list[str], method: str, told: str) -> None:
    kind, body = multipart(_calendar(*lines, method=method))

    with translation.override("en"):
        assert told in read(letter(kind, body=body)).own_text


@pytest.mark.parametrize(
    "bad", ["BEGIN:VCALENDAR", "x" * 400_000, "DTSTART:99999999T999999", "RRULE:FREQ=" + "A" * 9_000]
)
def test_a_broken_invitation_is_only_attached(bad: str) -> None:
    kind, body = multipart(text("Hi"), part(bad, "Content-Type: text/calendar"), _calendar(bad))

    found = read(letter(kind, body=body))

    assert found.own_text.endswith("Hi")
    assert len(found.files) == 2
