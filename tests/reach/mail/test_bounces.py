"""Reports in the forms that servers write: known as such, whose fault it is, which letter it was. All invented."""

import pytest

from otklik.reach.adapters.email import parse
from otklik.reach.adapters.email.faults import Fault, fault_of
from otklik.reach.adapters.incoming import Bounce, Incoming
from tests.reach.mail.letters import letter, multipart, part, text

OUR_ID = "answer.0123456789abcdef01234567@shop.example"
RETURNED = f"Message-ID: <{OUR_ID}>\r\nFrom: help@shop.example\r\nTo: ivan@example.ru\r\nSubject: Re: order\r\n"


def read(raw: bytes) -> Incoming:
    found = parse(raw, own_domains=("shop.example",))
    assert isinstance(found, Incoming), found
    return found


def bounce_of(raw: bytes) -> Bounce:
    found = read(raw)
    assert found.bounce is not None, (found.sender, found.subject)
    return found.bounce


def head(sender: str, subject: str = "Delivery problem") -> bytes:
    return f"From: {sender}\r\nTo: help@shop.example\r\nSubject: {subject}\r\n".encode()


# ── Whose fault it is ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "said",
    [
        "550 5.1.1 <ivan@example.ru>: Recipient address rejected: User unknown in virtual mailbox table",
        "550 5.7.1 No such user!",
        "550 Пользователь ivan@example.ru не найден",
        "550 нет такого пользователя",
        "550 Requested action not taken: mailbox unavailable",
        "554 delivery error: This user doesn't have an example.ru account",
        "550 5.1.1 The email account that you tried to reach does not exist. Check the address for typos.",
        "550 Message was not accepted -- invalid mailbox. Local mailbox ivan@example.ru is unavailable: user not found",
        "550 5.1.6 recipient no longer on server",
        "511 sorry, no mailbox here by that name",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "550 5.1.2 Host unknown",
        "Host or domain name not found. Name service error for name=exampel.ru type=AAAA: Host not found",
        "unrouteable address",
        "User Ivan (ivan@example.ru) not listed in the directory",
        "Sorry, I couldn't find any host by that name.",
        "550 Host unknown (Authoritative answer from name server)",
        "この宛先は名簿にありません",
        "550 <spam-filtered@example.ru>... User unknown",
        "501 5.1.3 Odbiorca nie istnieje",
        "all relevant MX records point to non-existent hosts",
        "all host address lookups failed permanently",
        "DNS Error: DNS type 'mx' lookup of exampel.ru responded with code NXDOMAIN Domain name not found: exampel.ru",
        "550 5.1.2 <ivan@exampel.ru>... Host unknown (Name server: exampel.ru: host not found)",
        "550 5.1.1 can't accept user",
        "550 recipient address reserved by RFC 2606",
        "550 La casella ivan@example.ru non esiste",
        "Такого пользователя у нас нет",
    ],
)
def test_proof_about_the_address(said: str) -> None:
    assert fault_of("", said) is Fault.ADDRESS
    assert fault_of("5.0.0", said) is Fault.ADDRESS


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("550 5.1.0 192.0.2.1 is not allowed to send from shop.example per its SPF Record", "authentication"),
        ("550 5.7.26 this message fails to pass authentication checks", "authentication"),
        ("550 DKIM signature is invalid", "authentication"),
        ("554 5.7.5 permanent error evaluating DMARC policy", "authentication"),
        ("550 5.7.1 can't determine Purported Responsible Address", "authentication"),
        ("550-5.7.26 Unauthenticated email from shop.example is not accepted", "authentication"),
        ("550 5.7.25 the sending address has no PTR record", "reverse_dns"),
        ("450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]", "reverse_dns"),
        ("550 HELO argument is invalid", "reverse_dns"),
        ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.example", "reputation"),
        ("550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "reputation"),
        ("550 ваш IP в чёрном списке", "reputation"),
        ("550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents", "rate"),
        ("452 4.3.1 too many connections from your host", "rate"),
        ("550 5.4.5 Daily user sending quota exceeded", "rate"),
        ("550 Слишком много писем", "rate"),
        ("550 Ip frequency limited", "rate"),
        ("554 Host network not allowed", "reputation"),
        ("550 SC-004 Unfortunately, messages from 192.0.2.1 weren't sent.", "reputation"),
        ("554 Relay access denied", "relay"),
        ("550-mail.shop.example is not permitted to\n550 relay through this server", "relay"),
        ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "relay"),
        ("554 5.7.1 <help@shop.example>: Sender address rejected: Domain not found", "sender"),
        ("550 Verification failed for <help@shop.example>: no such user. Sender verify failed", "sender"),
        ("550 Callback setup failed while verifying the sender", "sender"),
        ("550 отправитель отвергнут", "sender"),
        ("550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", "sender"),
        ("550 5.2.0 From: Domain is invalid. Please provide a valid From:", "sender"),
        ("554 5.7.1 Message rejected as spam by Content Filtering", "content"),
        ("550 письмо похоже на спам", "content"),
        ("552 Message contains a virus", "content"),
        ("450 4.2.0 Recipient address rejected: Greylisted, try again", "greylisting"),
        ("The recipient server did not accept our requests to connect", "connection"),
        ("connect to mx.example.ru[192.0.2.9]:25: Connection timed out", "connection"),
        ("lost connection with mx.example.ru while sending RCPT TO", "connection"),
        ("Name service error for name=example.ru type=MX: Host not found, try again", "connection"),
        ("552 5.2.2 Mailbox full", "mailbox"),
        ("Ящик получателя переполнен", "mailbox"),
        ("User mailbox exceeds allowed size", "mailbox"),
        ("Routing: Could not find a gateway", "connection"),
        ("550 5.2.1 The email account that you tried to reach is disabled", "mailbox"),
        ("552 5.3.4 Message size exceeds fixed limit", "size"),
        ("550 recipient temporarily unavailable", "mailbox"),
        ("550 Requested action not taken: mailbox unavailable (not enough free space)", "mailbox"),
        ("550 archived recipient", "mailbox"),
        ("550-Verification failed for <help@shop.example>\n550-The account or domain may not exist", "sender"),
        ("501 Syntax error in MAIL command: invalid address <help@>", "sender"),
        ("554 Sender IP address rejected", "sender"),
        ("554 Account not subscribed to SES", "sender"),
        ("User help is not authorized to perform ses:SendRawEmail", "sender"),
    ],
)
def test_reports_about_us_and_about_the_mailbox_prove_nothing_about_the_address(said: str, fault: str) -> None:
    assert fault_of("", said) == fault
    assert fault_of("5.1.1", said) == fault


@pytest.mark.parametrize(
    ("status", "said"),
    [("5.1.7", "Invalid address"), ("5.5.4", "Invalid domain name"), ("5.1.8", "Domain does not exist: shop.example")],
)
def test_what_is_called_wrong_before_a_recipient_is_named_is_our_own_address(status: str, said: str) -> None:
    assert fault_of(status, f"550 {said}") is Fault.SENDER
    assert fault_of("5.1.1", f"550 {said}") is Fault.ADDRESS


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ("5.1.1", "address"), ("5.1.2", "address"), ("5.1.6", "address"), ("5.1.10", "address"), ("5.4.4", "address"),
        ("5.1.8", "sender"), ("5.2.1", "mailbox"), ("5.2.2", "mailbox"), ("5.3.4", "size"), ("5.7.1", "content"),
        ("5.7.26", "authentication"), ("4.4.7", "connection"), ("5.0.0", ""), ("", ""),
    ],
)  # fmt: skip
def test_without_words_the_code_counts(status: str, fault: str) -> None:
    assert fault_of(status, "") == fault


def test_a_bare_refusal_proves_nothing() -> None:
    assert fault_of("5.0.0", "550 rejected") is Fault.UNKNOWN


# ── Forms of reports ──────────────────────────────────────────────────────────────────────
def _dsn(
    *fields: str, kind: str = "report; report-type=delivery-status", returned: str = RETURNED
) -> tuple[str, bytes]:
    status = "Reporting-MTA: dns; mx.example\r\n\r\n" + "\r\n".join(fields)
    return multipart(
        text("It did not arrive."),
        part(status, "Content-Type: message/delivery-status"),
        part(returned, "Content-Type: text/rfc822-headers"),
        kind=kind,
    )


DEAD = ("Final-Recipient: rfc822; ivan@example.ru", "Action: failed", "Status: 5.1.1")


@pytest.mark.parametrize(
    "sender",
    ["Mail Delivery Subsystem <MAILER-DAEMON>", "MAILER-DAEMON", "<>", "Mail Delivery System <>", "Postmaster"],
)
def test_a_server_may_report_without_an_address_of_its_own(sender: str) -> None:
    kind, body = _dsn(*DEAD)

    found = read(letter("Return-Path: <>", kind, body=body, head=head(sender)))

    assert (found.automatic_because, found.sender.email) == ("bounce", "mailer-daemon@localhost")
    assert found.bounce is not None
    assert [(one.email, one.is_hard) for one in found.bounce.recipients] == [("ivan@example.ru", True)]


@pytest.mark.parametrize("root", ["mixed", "alternative", "related", "report"])
def test_a_report_counts_under_any_root_and_subject(root: str) -> None:
    kind, body = _dsn(*DEAD, kind=root)

    found = bounce_of(letter(kind, body=body, head=head("gateway@mx.example", "Hello")))

    assert (found.original_message_id, found.recipients[0].fault) == (OUR_ID, "address")


@pytest.mark.parametrize(
    ("action", "is_over", "is_hard"),
    [("failed", True, True), ("failed (bad mailbox)", True, True), ("error", True, True), ("delayed", False, False)],
)
def test_what_is_tried_again_is_not_over(action: str, is_over: bool, is_hard: bool) -> None:  # noqa: FBT001
    kind, body = _dsn(DEAD[0], f"Action: {action}", "Status: 5.1.1")

    [found] = bounce_of(letter(kind, body=body, head=head("MAILER-DAEMON@mx.example"))).recipients

    assert (found.is_over, found.is_hard) == (is_over, is_hard)


@pytest.mark.parametrize(
    ("sender", "subject", "body", "fault"),
    [
        ("MAILER-DAEMON@mx.example", "?", "Hi! <ivan@example.ru>: Sorry, I couldn't find any host (#5.1.2)", "address"),
        ("postmaster@mx.example", "Undeliverable Mail", "Unknown user: ivan@example.ru", "address"),
        ("postmaster@mx.example", "Delivery failure", "Unable to deliver: mailbox full <ivan@example.ru>", "mailbox"),
        ("MDaemon@mx.example", "Warning: ivan@example.ru", "ivan@example.ru - no such user here.", "address"),
        ("ndr@mx.example", "Mail delivery failed", "<ivan@example.ru> is not a valid user of the system.", "address"),
        ("Mailer-Daemon@mx.example", "Delayed", "Your message to ivan@example.ru has not yet been delivered because the"
         " server did not respond. This is just a warning.", "connection"),
        ("postmaster@mx.example", "DELIVERY FAILURE: User Ivan (ivan@example.ru) not listed", "Your message was not"
         " delivered to:\r\n\r\n  ivan@example.ru\r\nbecause:\r\n  User Ivan not listed in Directory", "address"),
        ("MAILER-DAEMON@mx.example", "Письмо не доставлено", "Адресат ivan@example.ru: ящик переполнен", "mailbox"),
        ("postmaster@mx.example", "Returned Mail", "Rejected by a server.\r\n\r\n  Recipient: <ivan@example.ru>\r\n"
         "    >>> MAIL FROM:<help@shop.example>\r\n    <<< 550 your IP is blocked", "reputation"),
        ("post_master@sms.example", "Re: order", "Error: invalid user address\r\n\r\n550 - no such user here\r\n"
         "RCPT TO: ivan@example.ru", "address"),
        ("mailer-daemon@mx.example", "", "ivan@example.ru\r\nне принимает письма: 554 Relay access denied", "relay"),
    ],
)  # fmt: skip
def test_prose_of_many_makers(sender: str, subject: str, body: str, fault: str) -> None:
    [found] = bounce_of(letter(head=head(sender, subject), body=body)).recipients

    assert (found.email, found.fault) == ("ivan@example.ru", fault)


def test_a_report_that_names_nobody_is_about_the_letter_it_returns() -> None:
    kind, body = multipart(text("It failed."), part(RETURNED + "\r\nwords", "Content-Type: message/rfc822"))

    found = bounce_of(letter(kind, body=body, head=head("MAILER-DAEMON@mx.example")))

    assert (found.recipients[0].email, found.original_message_id) == ("ivan@example.ru", OUR_ID)


@pytest.mark.parametrize(
    "where",
    [
        ("X-Original-Message-ID: <{0}>", "Undelivered: ivan@example.ru, user unknown"),
        ("References: <other@mail.example> <{0}>", "Undelivered: ivan@example.ru, user unknown"),
        ("X-Any: 1", "Undelivered: ivan@example.ru, user unknown\r\n\r\n> Message-Id: <{0}>"),
        ("X-Any: 1", "Undelivered: ivan@example.ru, user unknown\r\n\r\nletter no. {0} of today"),
    ],
)
def test_our_message_id_is_found_wherever_it_stands(where: tuple[str, str]) -> None:
    header, body = (one.format(OUR_ID) for one in where)

    assert bounce_of(letter(header, head=head("MAILER-DAEMON@mx.example"), body=body)).original_message_id == OUR_ID


@pytest.mark.parametrize(
    "body",
    [
        "<ivan@example.ru>:\r\n550 user unknown\r\n\r\n<anna@example.ru>:\r\n552 mailbox full\r\n",
        "ivan@example.ru no such user\r\nanna@example.ru mailbox full\r\n",
        "ivan@example.ru on Monday\r\n    user unknown\r\n    ID:5 (0C05) Unknown Recipient\r\n"
        "anna@example.ru on Monday\r\n    mailbox full\r\n",
        "550 <ivan@example.ru>... User unknown\r\n552 <anna@example.ru>... Mailbox full\r\n",
    ],
)
def test_each_recipient_of_a_list_has_its_own_reason(body: str) -> None:
    found = bounce_of(letter(head=head("MAILER-DAEMON@mx.example"), body="It failed.\r\n\r\n" + body)).recipients

    assert [(one.email, one.fault) for one in found] == [("ivan@example.ru", "address"), ("anna@example.ru", "mailbox")]


def test_a_recipient_that_is_a_file_of_theirs_has_the_reason_of_the_words() -> None:
    told = ("Final-Recipient: rfc822;/var/mail/ivan", "Action: failed", "Status: 5.0.0")
    status = "Reporting-MTA: dns; mx.example\r\n\r\n" + "\r\n".join(told)
    kind, body = multipart(
        text("It failed:\r\n\r\n  save to /var/mail/ivan\r\n    mailbox is full"),
        part(status, "Content-Type: message/delivery-status"),
    )

    [found] = bounce_of(letter(kind, body=body, head=head("MAILER-DAEMON@mx.example"))).recipients

    assert (found.email, found.fault) == ("", "mailbox")


def test_a_reason_below_a_list_is_of_all() -> None:
    body = "It failed for:\r\n\r\n  ivan@example.ru\r\n  anna@example.ru\r\n\r\nbecause: user unknown"

    found = bounce_of(letter(head=head("MAILER-DAEMON@mx.example"), body=body)).recipients

    assert [(one.email, one.fault) for one in found] == [("ivan@example.ru", "address"), ("anna@example.ru", "address")]


def test_a_reason_that_goes_on_below_names_nobody_else() -> None:
    body = "<ivan@example.ru>: host mx.example said: 550\r\n    <help@shop.example>: user unknown in local table"

    [found] = bounce_of(letter(head=head("MAILER-DAEMON@mx.example"), body=body)).recipients

    assert (found.email, found.fault) == ("ivan@example.ru", "address")


def test_all_of_a_list_are_named_even_without_reasons() -> None:
    body = "I gave up.\r\n\r\n<ivan@example.ru>:\r\nHm.\r\n\r\n<anna@example.ru>:\r\nHm.\r\n"

    found = bounce_of(letter(head=head("MAILER-DAEMON@mx.example", "failure notice"), body=body)).recipients

    assert [one.email for one in found] == ["ivan@example.ru", "anna@example.ru"]


def test_no_further_attempts_means_that_it_is_over() -> None:
    body = "Unable to deliver to <ivan@example.ru>: over quota. No further delivery attempts will be made."

    [found] = bounce_of(letter(head=head("MAILER-DAEMON@mx.example"), body=body)).recipients

    assert found.is_over


def test_a_report_without_a_sender_is_read() -> None:
    kind, body = _dsn(*DEAD)

    found = read(
        letter(kind, body=body, head=b"Date: Mon, 1 Jan 2024 10:00:00 +0000 From: MAILER-DAEMON@mx.example\r\n")
    )

    assert (found.sender.email, found.automatic_because) == ("mailer-daemon@localhost", "bounce")


def test_a_report_that_a_gateway_hands_on_is_opened() -> None:
    kind, body = _dsn(*DEAD)
    inner = letter(kind, body=body.replace(b"--b0", b"--b1"), head=head("MAILER-DAEMON@far.example", "Returned"))
    inner = inner.replace(b'"b0"', b'"b1"')
    outer, body = multipart(text("Permanent delivery errors:"), part(inner.decode(), "Content-Type: message/rfc822"))

    found = bounce_of(letter(outer, body=body, head=head("MAILER-DAEMON@mx.example", "Returned mail")))

    assert (found.original_message_id, found.recipients[0].email) == (OUR_ID, "ivan@example.ru")
    assert found.recipients[0].is_hard


def test_a_person_who_sends_us_a_report_is_a_person() -> None:
    kind, body = _dsn(*DEAD)
    inner = letter(kind, body=body, head=head("MAILER-DAEMON@far.example", "Returned mail")).replace(b"b0", b"b1")
    outer, body = multipart(text("Вот что мне приходит."), part(inner.decode(), "Content-Type: message/rfc822"))

    assert read(letter(outer, body=body, head=head("anna@example.ru", "Не могу вам написать"))).bounce is None


def test_the_lines_of_an_answer_that_is_not_folded_are_one() -> None:
    told = "Diagnostic-Code: smtp; 550-Please log in.\r\n550-mail.shop.example is not permitted to\r\n550 relay here."
    kind, body = _dsn(DEAD[0], "Action: failed", told, "Status: 5.0.0")

    [found] = bounce_of(letter(kind, body=body, head=head("MAILER-DAEMON@mx.example"))).recipients

    assert found.fault == "relay"
    assert found.text.endswith("is not permitted to 550 relay here.")


def test_a_robot_nobody_can_answer_reports_when_it_returns_our_letter() -> None:
    told = "送信できませんでした。\r\n\r\nCould not be delivered to: <ivan@example.ru>\r\nAs their mailbox is full."
    kind, body = multipart(text(told), part(RETURNED + "\r\nwords", "Content-Type: message/rfc822"))

    [found] = bounce_of(letter(kind, body=body, head=head("no-reply@post.example", "メールエラー通知"))).recipients

    assert (found.email, found.fault) == ("ivan@example.ru", "mailbox")


def test_a_robot_that_only_forwards_a_letter_reports_nothing() -> None:
    kind, body = multipart(text("Delivery failed?"), part(RETURNED + "\r\nwords", "Content-Type: message/rfc822"))

    assert read(letter(kind, body=body, head=head("no-reply@post.example", "A letter for you"))).bounce is None


def test_the_recipient_is_read_from_the_copy_below() -> None:
    copy = "Original message:\r\nFrom: help@shop.example\r\nTo: ivan@example.ru"
    body = f"It could not be delivered: no valid recipients\r\n\r\n{copy}"

    [found] = bounce_of(letter(head=head("MAILER-DAEMON@mx.example"), body=body)).recipients

    assert (found.email, found.fault) == ("ivan@example.ru", "address")


# ── Complaints ────────────────────────────────────────────────────────────────────────────
def test_a_feedback_loop_is_a_complaint() -> None:
    told = "Feedback-Type: abuse\r\nUser-Agent: loop/1\r\nOriginal-Rcpt-To: <ivan@example.ru>\r\n"
    kind, body = multipart(
        text("This is an abuse report"),
        part(told, "Content-Type: message/feedback-report"),
        part(RETURNED + "\r\nwords", "Content-Type: message/rfc822"),
        kind="report; report-type=feedback-report",
    )

    found = read(letter(kind, body=body, head=head("fbl@post.example", "FW: Re: order")))

    assert found.automatic_because == "complaint"
    assert found.bounce is not None
    assert (found.bounce.is_complaint, found.bounce.original_message_id) == (True, OUR_ID)
    assert [one.email for one in found.bounce.recipients] == ["ivan@example.ru"]


@pytest.mark.parametrize(("result", "is_over"), [("delivered", False), ("reject", True)])
def test_a_letter_that_failed_dmarc_is_no_complaint(result: str, is_over: bool) -> None:  # noqa: FBT001
    found = read(_feedback(f"Feedback-Type: auth-failure\r\nDelivery-Result: {result}\r\n"))

    assert found.automatic_because == "bounce"
    assert found.bounce is not None
    assert [(one.email, one.fault, one.is_over) for one in found.bounce.recipients] == [
        ("ivan@example.ru", "authentication", is_over)
    ]


def test_who_says_that_it_is_no_spam_complains_of_nothing() -> None:
    found = read(_feedback("Feedback-Type: not-spam\r\n"))

    assert (found.automatic_because, found.bounce) == ("report", None)


def _feedback(told: str) -> bytes:
    kind, body = multipart(
        text("This is a report"),
        part(told, "Content-Type: message/feedback-report"),
        part(RETURNED + "\r\nwords", "Content-Type: message/rfc822"),
        kind="report; report-type=feedback-report",
    )
    return letter(kind, body=body, head=head("fbl@post.example", "Report"))


def test_a_loop_of_older_make_is_a_complaint_too() -> None:
    returned = "X-HmXmrOriginalRecipient: ivan@example.ru\r\nFrom: help@shop.example\r\nSubject: x\r\n\r\nx"
    kind, body = multipart(part(returned, "Content-Type: message/rfc822"))

    found = read(letter(kind, body=body, head=head("staff@post.example", "complaint about message from 192.0.2.1")))

    assert found.automatic_because == "complaint"


# ── Ordinary letters ──────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        (
            "ivan@example.ru",
            "Заказ не доставлен",
            "Здравствуйте! Заказ 5512 не доставлен, курьер сказал: адрес не найден.",
        ),
        ("ivan@example.ru", "Delivery failed", "My parcel could not be delivered. The courier says: no such address."),
        ("postmaster@example.ru", "Вопрос", "Здравствуйте, наш заказ не доставлен."),
        ("admin@example.ru", "Fwd: Undelivered Mail", "Пересылаю: письмо вам не может быть доставлено, user unknown."),
        ("info@bounces.example.ru", "Прыжки на батуте", "Сколько стоит аренда батута?"),
        ("mail@example.ru", "Доставка", "Когда доставка? Пользователь не найден при входе на сайт."),
    ],
)
def test_people_who_speak_of_deliveries_are_people(sender: str, subject: str, body: str) -> None:
    found = read(letter(head=head(sender, subject), body=body))

    assert (found.automatic_because, found.bounce) in {("", None), ("system_sender", None)}


def test_a_customer_who_sends_our_letter_back_is_a_person() -> None:
    kind, body = multipart(
        text("Письмо пришло, а заказ не доставлен."), part(RETURNED + "\r\nwords", "Content-Type: message/rfc822")
    )

    assert read(letter(kind, body=body, head=head("ivan@example.ru", "Не доставлен"))).bounce is None
