"""Letters of machines, bounces, and what the receiving server says of the sender."""

import pytest

from otklik.reach.adapters.email import AUTOMATIC_REASONS, SILENT_REASONS, parse
from otklik.reach.adapters.incoming import BouncedRecipient, Incoming, Verdicts
from tests.reach.mail.letters import letter, multipart, part, text


def read(raw: bytes) -> Incoming:
    found = parse(raw, trusted_hosts=("mx.shop.example",), own_domains=("shop.example",))
    assert isinstance(found, Incoming), found
    return found


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Auto-Submitted: auto-replied", "auto_submitted"),
        ("Auto-Submitted: auto-generated; owner-email=a@b", "auto_submitted"),
        ("Auto-Submitted: no", ""),
        ("Return-Path: <>", "empty_return_path"),
        ("Return-Path: < >", "empty_return_path"),
        ("Return-Path: <ivan@example.ru>", ""),
        ("Precedence: auto_reply", "auto_header"),
        ("Precedence: first-class", ""),
        ("X-Campaign-Id: 77", "campaign"),
        ("X-Autoreply: yes", "auto_header"),
        ("X-Autorespond: vacation", "auto_header"),
        ("X-AutoReply-From: a@b", "auto_header"),
        ("X-Autoreply: no", ""),
        ("X-Mailer: The Bat!", ""),
    ],
)
def test_headers_of_machines(header: str, code: str) -> None:
    found = read(letter(header))

    assert (found.automatic_because, found.silent_because) == (code, "")
    assert not code or code in AUTOMATIC_REASONS


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Precedence: bulk", "precedence"),
        ("Precedence: LIST", "precedence"),
        ("List-Id: News <news.example.ru>", "list"),
        ("List-Unsubscribe: <https://example.ru/u>", "list"),
        ("X-Auto-Response-Suppress: All", "asks_for_silence"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "asks_for_silence"),
        ("X-Auto-Response-Suppress: DR, RN, NRN", ""),
    ],
)
def test_a_letter_that_asks_for_silence_is_a_persons_all_the_same(header: str, code: str) -> None:
    found = read(letter(header))

    assert (found.automatic_because, found.silent_because) == ("", code)
    assert not code or code in SILENT_REASONS


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        ("mailer-daemon@example.ru", "system_sender"),
        ("MAILER-DAEMON@example.ru", "system_sender"),
        ("postmaster@example.ru", "system_sender"),
        ("bounces+12@example.ru", "system_sender"),
        ("no-reply@example.ru", "no_reply_sender"),
        ("noreply@example.ru", "no_reply_sender"),
        ("noreply-77@example.ru", "no_reply_sender"),
        ("do_not_reply@example.ru", "no_reply_sender"),
        ("donotreply@example.ru", "no_reply_sender"),
        ("norman@example.ru", ""),
        ("nora.repley@example.ru", ""),
        ("ivan@no-reply.example", ""),
        ("dorothea@example.ru", ""),
    ],
)
def test_senders_that_are_machines(sender: str, code: str) -> None:
    assert read(letter(head=f"From: {sender}\r\n".encode())).automatic_because == code


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("Автоответ: Ваш заказ", "out_of_office"),
        ("Re: Автоответ: Ваш заказ", ""),
        ("Автоматический ответ: Ваш заказ", "out_of_office"),
        ("Нет на работе: Re: Ваш заказ", "out_of_office"),
        ("Автоответ", "out_of_office"),
        ("Out of Office: your order", "out_of_office"),
        ("Out of office autoreply", "out_of_office"),
        ("Automatic reply: your order", "out_of_office"),
        ("AUTO: Ivan Petrov is out of the office", "out_of_office"),
        ("Нет на работе интернета", ""),
        ("Автоответчик не работает", ""),
        ("Out of office supplies", ""),
        ("Auto insurance", ""),
        ("Automatic reply does not work", ""),
        ("Автомобиль не заводится", ""),
        ("В отпуске не пришла посылка", ""),
        ("Ваш автоответ: что это?", ""),
    ],
)
def test_absence_notices_by_subject(subject: str, code: str) -> None:
    assert read(letter(head=f"From: ivan@example.ru\r\nSubject: {subject}\r\n".encode())).automatic_because == code


def test_a_read_receipt_is_a_report_and_no_bounce() -> None:
    kind, body = multipart(
        text("Прочитано"),
        part("Disposition: displayed", "Content-Type: message/disposition-notification"),
        kind="report",
    )

    found = read(letter(kind, body=body))

    assert (found.automatic_because, found.bounce) == ("report", None)


def _report(*fields: str, returned: bytes | None = None, words: str = "Undelivered") -> bytes:
    status = "Reporting-MTA: dns; mx.example\r\n\r\n" + "\r\n".join(fields)
    parts = [text(words), part(status, "Content-Type: message/delivery-status")]
    if returned is not None:
        parts.append(part(returned, "Content-Type: text/rfc822-headers"))
    kind, body = multipart(*parts, kind='report; report-type="delivery-status"')
    return letter(kind, body=body, head=b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\n")


OURS = b"Message-ID: <c42@shop.example>\r\nSubject: Re: order\r\n"


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "is_hard"),
    [
        ("failed", "5.1.1", "smtp; 550 5.1.1 user unknown", True),
        ("failed", "5.1.2", "", True),
        ("failed", "5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("failed", "5.2.1", "smtp; mailbox disabled", False),
        ("failed", "5.4.4", "smtp; host not found", True),
        ("failed", "5.2.2", "smtp; 552 5.2.2 mailbox full", False),
        ("failed", "5.3.4", "smtp; message too big", False),
        ("failed", "5.7.1", "smtp; 550 5.7.1 spam message rejected", False),
        ("failed", "4.4.7", "smtp; delivery time expired", False),
        ("delayed", "4.4.1", "", False),
        ("failed", "5.0.0", "smtp; 550 No such user!", True),
        ("failed", "5.0.0", "smtp; 550 spam message discarded", False),
        ("failed", "5.0.0", "smtp; 550 Пользователь не найден", True),
        ("failed", "5.5.0", "smtp; 550 Requested action not taken: mailbox unavailable", True),
    ],
)
def test_delivery_reports_are_told_hard_from_soft(action: str, status: str, diagnostic: str, is_hard: bool) -> None:  # noqa: FBT001
    fields = ["Final-Recipient: rfc822; Ivan@Example.ru", f"Action: {action}", f"Status: {status}"]

    found = read(_report(*fields, f"Diagnostic-Code: {diagnostic}", returned=OURS))

    assert found.automatic_because == "bounce"
    assert found.bounce is not None
    assert found.bounce.original_message_id == "c42@shop.example"
    assert [(r.email, r.is_hard, r.status) for r in found.bounce.recipients] == [("ivan@example.ru", is_hard, status)]


def test_a_report_of_success_is_no_bounce() -> None:
    found = read(_report("Final-Recipient: rfc822; ivan@example.ru", "Action: delivered", "Status: 2.0.0"))

    assert (found.automatic_because, found.bounce) == ("report", None)


def test_a_report_names_each_recipient_once_and_the_first_address_that_we_wrote_to() -> None:
    found = read(
        _report(
            "Original-Recipient: rfc822;alias@example.ru",
            "Final-Recipient: rfc822;real@example.ru",
            "Action: failed",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550-5.1.1 The account",
            "  does not exist",
            "",
            "Final-Recipient: rfc822;second@example.ru",
            "Action: failed",
            "Status: 4.2.2",
            returned=OURS,
        )
    )

    assert found.bounce is not None
    assert found.bounce.recipients == (
        BouncedRecipient(
            email="alias@example.ru", fault="address", status="5.1.1", text="550-5.1.1 The account does not exist"
        ),
        BouncedRecipient(email="second@example.ru", fault="mailbox", status="4.2.2"),
    )


def test_the_whole_returned_letter_tells_its_id() -> None:
    status = part(
        "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1",
        "Content-Type: message/delivery-status",
    )
    returned = part(OURS + b"\r\nwords", "Content-Type: message/rfc822")
    kind, body = multipart(text("x"), status, returned, kind="report")

    found = read(letter(kind, body=body, head=b"From: postmaster@b.example\r\n"))

    assert found.bounce is not None
    assert found.bounce.original_message_id == "c42@shop.example"


QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ivan@example.ru>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <help@shop.example>
Message-ID: <c42@shop.example>
To: ivan@example.ru
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ivan@example.ru
    host mx.example.ru [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<ivan@example.ru>:
    550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Message-ID: <c42@shop.example>
To: ivan@example.ru
"""
POSTFIX = """This is the mail system at host mx.example.

I'm sorry to have to inform you that your message could not be delivered.

<ivan@example.ru>: host mx.example.ru[192.0.2.1] said: 452 4.2.2 Mailbox full (in
    reply to RCPT TO command)

Message-ID: <c42@shop.example>
"""
YANDEX = """Это письмо создано автоматически сервером Яндекс Почты, отвечать на него не нужно.

К сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может быть отправлено
одному или нескольким адресатам. Причины указаны ниже.

<ivan@example.ru>: host mx.example.ru said: 550 5.7.1 No such user!

Исходное сообщение
Message-ID: <c42@shop.example>
"""
MAILRU = """Это письмо создано автоматически почтовой службой Mail.Ru.

Ваше письмо не может быть доставлено одному или нескольким получателям:

ivan@example.ru
SMTP error from remote mail server after RCPT TO: 550 Пользователь ivan@example.ru не найден

------ Копия Вашего письма ------
Message-ID: <c42@shop.example>
"""
EXCHANGE = """Delivery has failed to these recipients or groups:

Иван Петров (ivan@example.ru)<mailto:ivan@example.ru>
The email address you entered couldn't be found.

Diagnostic information for administrators:
Generating server: mx.example
ivan@example.ru
#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##

Original message headers:
Message-ID: <c42@shop.example>
"""
EXCHANGE_RU = """Сбой доставки следующим получателям или группам:

Иван Петров (ivan@example.ru)
Почтовый ящик получателя переполнен, и сейчас он не может принимать сообщения.

Исходные заголовки сообщения:
Message-ID: <c42@shop.example>
"""


@pytest.mark.parametrize(
    ("sender", "subject", "body", "is_hard"),
    [
        ("MAILER-DAEMON@mx.example", "failure notice", QMAIL, True),
        ("Mailer-Daemon@mx.example", "Mail delivery failed: returning message to sender", EXIM, True),
        ("MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender", POSTFIX, False),
        ("mailer-daemon@yandex.example", "Недоставленное сообщение", YANDEX, True),
        ("mailer-daemon@corp.mail.example", "Сообщение не доставлено", MAILRU, True),
        ("postmaster@mx.example", "Undeliverable: order", EXCHANGE, True),
        ("postmaster@mx.example", "Не удалось доставить: заказ", EXCHANGE_RU, False),
    ],
)
def test_bounces_in_prose(sender: str, subject: str, body: str, is_hard: bool) -> None:  # noqa: FBT001
    head = f"From: {sender}\r\nTo: help@shop.example\r\nSubject: {subject}\r\nReturn-Path: <>\r\n".encode()

    found = read(letter(head=head, body=body))

    assert found.automatic_because == "bounce"
    assert found.bounce is not None
    assert found.bounce.original_message_id == "c42@shop.example"
    assert [(r.email, r.is_hard) for r in found.bounce.recipients] == [("ivan@example.ru", is_hard)]


def test_exim_names_the_failed_in_a_header_too() -> None:
    found = read(letter("X-Failed-Recipients: ivan@example.ru", head=b"From: postmaster@mx.example\r\n", body="?"))

    assert found.bounce is not None
    assert [r.email for r in found.bounce.recipients] == ["ivan@example.ru"]


def test_a_customer_who_tells_of_a_bounce_is_a_person() -> None:
    found = read(letter(head=b"From: ivan@example.ru\r\nSubject: Undelivered Mail Returned to Sender\r\n", body=QMAIL))

    assert (found.automatic_because, found.bounce) == ("", None)


GOOD = (
    "Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=a; dkim=fail; dkim=pass (2048 bit; x) header.d=b"
)
GOOD += "; dmarc=pass"
FORGED = "Authentication-Results: evil.example; spf=pass; dkim=pass; dmarc=pass"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([GOOD], Verdicts(spf="pass", dkim="pass", dmarc="pass", host="mx.shop.example")),
        ([FORGED], Verdicts()),
        ([FORGED, GOOD], Verdicts(spf="pass", dkim="pass", dmarc="pass", host="mx.shop.example")),
        (
            ["Authentication-Results: MX.Shop.Example 1; spf=softfail", GOOD],
            Verdicts(spf="softfail", host="mx.shop.example"),
        ),
        (["Authentication-Results: mx.shop.example; none"], Verdicts(host="mx.shop.example")),
        (["Authentication-Results: mx.shop.example.evil.example; dmarc=pass"], Verdicts()),
        (
            ['Authentication-Results: mx.shop.example; x="dmarc=pass"; dmarc=fail'],
            Verdicts(dmarc="fail", host="mx.shop.example"),
        ),
        (
            ["Authentication-Results: mx.shop.example; spf=fail (dmarc=pass; dkim=pass)"],
            Verdicts(spf="fail", host="mx.shop.example"),
        ),
        (["Authentication-Results: "], Verdicts()),
    ],
)
def test_verdicts_of_trusted_hosts_only(headers: list[str], expected: Verdicts) -> None:
    assert read(letter(*headers)).verdicts == expected


def test_nobody_is_trusted_by_default() -> None:
    found = parse(letter(GOOD))

    assert isinstance(found, Incoming)
    assert found.verdicts == Verdicts()


def test_two_senders_are_a_disguise() -> None:
    found = read(letter(GOOD, "From: director@shop.example"))

    assert found.verdicts.is_failing
