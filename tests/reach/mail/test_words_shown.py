"""Wrong labels and broken structure: the words are shown all the same."""

import base64
import binascii
import quopri

import pytest
from compressed_rtf import compress

from otklik.reach.adapters.email import parse
from otklik.reach.adapters.email.charsets import decode
from otklik.reach.adapters.incoming import Incoming
from tests.reach.mail.letters import attached, letter, multipart, part, text
from tests.reach.mail.test_bodies import RTF, _rich_winmail

ASKED = "Здравствуйте, где заказ? Жду его с прошлого понедельника."
CYRILLIC = ("windows-1251", "koi8-r", "cp866", "iso-8859-5", "x-mac-cyrillic")
WRITTEN = {"x-mac-cyrillic": "mac_cyrillic"}


def read(raw: bytes) -> Incoming:
    found = parse(raw)
    assert isinstance(found, Incoming)
    return found


@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-1", "utf-8", "iso-8859-15", *CYRILLIC])
@pytest.mark.parametrize("charset", CYRILLIC)
@pytest.mark.parametrize("words", [ASKED, "Счёт за май", "ГДЕ МОЙ ЗАКАЗ", "Ok, жду iPhone в пятницу"])
def test_cyrillic_charsets_are_told_by_their_words(words: str, charset: str, label: str) -> None:
    assert decode(words.encode(WRITTEN.get(charset, charset)), label) == words


@pytest.mark.parametrize(
    "label", ["windows-1251", "koi8-r", "iso-8859-1", "gb2312", "shift_jis", "iso-8859-7", "utf-16"]
)
def test_utf8_proves_itself_against_any_label(label: str) -> None:
    words = "Не пришёл заказ № 5512 — «Ёжик»"

    assert decode(words.encode(), label) == words


@pytest.mark.parametrize(
    ("words", "charset"),
    [
        ("Grüße aus München", "iso-8859-1"),
        ("Zażółć gęślą jaźń", "iso-8859-2"),
        ("Καλημέρα", "iso-8859-7"),
        ("你好，我的订单", "gb2312"),
        ("こんにちは", "iso-2022-jp"),
        ("Привет мир", "utf-16"),
    ],
)
def test_a_true_label_of_another_script_is_believed(words: str, charset: str) -> None:
    assert decode(words.encode(charset), charset) == words


@pytest.mark.parametrize("words", ["Grüße aus München, schöne Straße", "Déjà vu à l'été"])
def test_lone_accents_without_a_label_are_western(words: str) -> None:
    assert decode(words.encode("cp1252")) == words


def test_a_naked_subject_is_read_like_the_words_below_it() -> None:
    head = b"From: a@b.example\r\nSubject: " + "Счёт".encode("koi8-r") + b"\r\n"

    assert read(letter(head=head, body=ASKED.encode("koi8-r"))).subject == "Счёт"


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_base64_subject_may_be_cut_anywhere(cut: int) -> None:
    stream = base64.b64encode("Не пришёл заказ, помогите найти".encode()).decode()
    head = f"From: a@b.example\r\nSubject: =?utf-8?B?{stream[:cut]}?=\r\n =?utf-8?B?{stream[cut:]}?=\r\n"

    assert read(letter(head=head.encode())).subject == "Не пришёл заказ, помогите найти"


@pytest.mark.parametrize(
    "body", [ASKED.encode(), b"Where is my order? I am waiting.", b"Thanks", ASKED.encode("cp1251")]
)
def test_base64_that_is_none_stays_as_it_stands(body: bytes) -> None:
    assert read(letter("Content-Transfer-Encoding: base64", body=body)).text == decode(body)


def test_plain_words_below_base64_stay() -> None:
    body = base64.encodebytes((ASKED * 3).encode()) + b"\r\n--\r\nChecked by our mail server"

    found = read(letter("Content-Transfer-Encoding: base64", body=body))

    assert found.text == f"{ASKED * 3}\n\n--\nChecked by our mail server"


@pytest.mark.parametrize(
    "body",
    [base64.encodebytes(ASKED.encode()), quopri.encodestring(ASKED.encode())],
    ids=["base64", "quoted-printable"],
)
def test_an_encoding_that_was_forgotten_is_seen(body: bytes) -> None:
    assert read(letter("Content-Type: text/plain; charset=utf-8", body=body)).text == ASKED


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<html><body><p>Привет</p></body></html>", "Привет"),
        ("<!DOCTYPE html>\n<p>Где<br>заказ?</p>", "Где\nзаказ?"),
        ("<div>Где <b>заказ</b>?</div>", "Где заказ?"),
        ("<p> это тег абзаца, он у меня не работает", "<p> это тег абзаца, он у меня не работает"),
        ("a < b и <b>так</b> бывает", "a < b и <b>так</b> бывает"),
    ],
)
def test_html_called_plain_text_is_html(body: str, shown: str) -> None:
    assert read(letter("Content-Type: text/plain; charset=utf-8", body=body)).text == shown


def test_html_called_plain_beside_itself_is_shown_once() -> None:
    kind, body = multipart(text("<p>Привет</p>"), text("<p>Привет</p>", "html"), kind="alternative")

    assert read(letter(kind, body=body)).text == "Привет"


def test_plain_text_called_html_keeps_its_lines() -> None:
    found = read(letter("Content-Type: text/html; charset=utf-8", body="Первая\nВторая &amp; третья"))

    assert found.text == "Первая\nВторая & третья"


def test_a_boundary_that_the_head_does_not_name() -> None:
    _, body = multipart(
        text("Привет"), attached(b"1", "Content-Disposition: attachment; filename=a.pdf"), boundary="B1"
    )

    found = read(letter('Content-Type: multipart/mixed; boundary="XX"', body=b"Preamble\r\n" + body))

    assert (found.text, [file.name for file in found.files]) == ("Привет", ["a.pdf"])


@pytest.mark.parametrize("place", ["before", "after"])
def test_words_outside_of_the_boundaries_when_there_are_no_others(place: str) -> None:
    kind, body = multipart(attached(b"1", "Content-Disposition: attachment; filename=a.pdf"))
    remark = b"This is a multi-part message in MIME format.\r\n"
    outside = "Прошу вернуть деньги\r\n".encode()
    body = remark + outside + body if place == "before" else remark + body + outside

    assert read(letter(kind, "X-A: b", body=body)).text == "Прошу вернуть деньги"


def test_the_remark_of_a_program_before_the_parts_is_no_word() -> None:
    kind, body = multipart(text("Привет"))

    assert read(letter(kind, body=b"Words for old readers\r\n" + body)).text == "Привет"


@pytest.mark.parametrize("disposition", ["inline", "attachment"])
def test_a_letter_that_is_one_named_text(disposition: str) -> None:
    head = f'Content-Disposition: {disposition}; filename="msg.txt"'

    found = read(letter(head, "Content-Type: text/plain; charset=utf-8", body=ASKED))

    assert (found.text, found.files) == (ASKED, ())


def test_a_named_text_beside_words_is_a_file() -> None:
    named = part("log", 'Content-Disposition: inline; filename="log.txt"', "Content-Type: text/plain")
    kind, body = multipart(text("Смотрите журнал"), named)

    found = read(letter(kind, body=body))

    assert (found.text, [file.name for file in found.files]) == ("Смотрите журнал", ["log.txt"])


def test_a_named_text_beside_an_empty_one_is_the_letter() -> None:
    named = part(ASKED, 'Content-Disposition: inline; filename="msg.txt"', "Content-Type: text/plain; charset=utf-8")
    kind, body = multipart(text("<div><br></div>", "html"), named)

    assert read(letter(kind, body=body)).text == ASKED


def test_uuencoded_files_leave_the_words() -> None:
    lines = b"".join(binascii.b2a_uu(b"%PDF-1.4 the file"[n : n + 45]) for n in range(0, 17, 45))
    body = "Прилагаю счёт\r\n\r\n".encode() + b"begin 644 a.pdf\r\n" + lines + b"`\r\nend\r\n"

    found = read(letter("Content-Type: text/plain; charset=utf-8", body=body))

    assert found.text == "Прилагаю счёт"
    assert [(file.name, file.content) for file in found.files] == [("a.pdf", b"%PDF-1.4 the file")]


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-8"])
def test_naked_file_names_are_read_like_the_words(charset: str) -> None:
    name = 'Content-Type: application/pdf; name="Счёт.pdf"'.encode(charset)
    words = part(ASKED.encode(charset), f"Content-Type: text/plain; charset={charset}")
    kind, body = multipart(words, attached(b"1", name))

    assert [file.name for file in read(letter(kind, body=body)).files] == ["Счёт.pdf"]


@pytest.mark.parametrize("bad", ["checksum", "cut", "never compressed"])
def test_rich_text_with_faults_is_read_as_far_as_it_goes(bad: str) -> None:
    whole = compress(RTF)
    damaged = {"checksum": whole[:12] + b"\0\0\0\1" + whole[16:], "cut": whole[:-9], "never compressed": RTF}[bad]
    kind, body = multipart(attached(_rich_winmail(damaged), kind="application/ms-tnef; name=winmail.dat"))

    assert "Добрый" in read(letter(kind, body=body)).text


def test_a_winmail_dat_of_nothing_readable_stays_a_file() -> None:
    kind, body = multipart(attached(_rich_winmail(b"\xff" * 50), kind="application/ms-tnef; name=winmail.dat"))

    assert [file.name for file in read(letter(kind, body=body)).files] == ["winmail.dat"]


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("label", ["", "utf-8", "windows-1251"])
def test_utf16_that_says_so_nowhere(charset: str, label: str) -> None:
    assert decode(ASKED.encode(charset), label) == ASKED


def test_utf8_that_was_encoded_twice() -> None:
    assert decode(ASKED.encode().decode("latin-1").encode(), "utf-8") == ASKED


@pytest.mark.parametrize("spelled", ["base-64", "Base_64", "b64"])
def test_a_misspelled_encoding(spelled: str) -> None:
    raw = letter(f"Content-Transfer-Encoding: {spelled}", body=base64.encodebytes(ASKED.encode()))

    assert read(raw).text == ASKED


@pytest.mark.parametrize("lost", [1, 2])
def test_a_subject_whose_last_word_is_cut(lost: int) -> None:
    word = f"=?utf-8?B?{base64.b64encode('Где заказ?'.encode()).decode()}?="
    head = f"From: ivan@example.ru\r\nSubject: {word[:-lost]}\r\n".encode()

    assert read(letter(head=head)).subject == "Где заказ?"
