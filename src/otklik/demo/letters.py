"""Letters of customers as real RFC 5322 bytes, written by different programs, with the quotations these make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape

from django.utils.formats import date_format
from django.utils.timezone import localtime

from otklik.demo.attachments import make_file
from otklik.reach.models import Message

_POLICY = SMTP.clone(max_line_length=200)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody writes; ``style`` names their mail program: '', 'phone', 'html', 'outlook' or 'picture'."""

    sender: tuple[str, str]
    to: str
    subject: str
    text: str
    at: datetime
    message_id: str
    answers: Message | None = None
    style: str = ""
    files: Sequence[str] = ()
    cc: str = ""


def write(draft: Draft) -> bytes:
    """The bytes of a person's letter."""
    mail = _headed(draft)
    text = f"{draft.text}\n\nОтправлено с iPhone" if draft.style == "phone" else draft.text
    mail.set_content(text + _quoted(draft), cte="8bit")
    if draft.style in {"html", "outlook", "picture"}:
        mail.add_alternative(_page(draft), subtype="html", cte="quoted-printable")
    if draft.style == "picture":
        logo = make_file("logo.png", content_id="logo@sender.example")
        page = mail.get_payload()[1]  # type: ignore[index]  # a multipart/alternative holds its parts in a list
        page.add_related(logo.content, "image", "png", cid="<logo@sender.example>", filename=logo.name)  # type: ignore[union-attr]  # a part is a message
    for name in draft.files:
        file = make_file(name)
        maintype, _slash, subtype = file.content_type.partition("/")
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
    return mail.as_bytes()


def _headed(draft: Draft) -> EmailMessage:
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = formataddr(draft.sender, "utf-8") if draft.sender[0] else draft.sender[1]
    mail["To"] = draft.to
    if draft.cc:
        mail["Cc"] = draft.cc
    mail["Subject"] = draft.subject
    mail["Date"] = format_datetime(draft.at)
    mail["Message-ID"] = f"<{draft.message_id}>"
    if draft.answers is not None:
        mail["In-Reply-To"] = f"<{draft.answers.external_id}>"
        mail["References"] = f"<{draft.answers.external_id}>"
    return mail


def _said(message: Message) -> str:
    at = localtime(message.at)
    return f"{date_format(at, 'j b Y')} г. в {at:%H:%M}, {message.author_name or 'Горизонт'} написал(а):"


def _quoted(draft: Draft) -> str:
    if draft.answers is None:
        return ""
    old = draft.answers.text
    if draft.style == "outlook":
        sent = date_format(localtime(draft.answers.at), "j E Y г. H:i")
        return (
            f"\n\nОт: {draft.answers.author_name} <{draft.to}>\nОтправлено: {sent}\nКому: {draft.sender[1]}\n"
            f"Тема: {draft.answers.subject}\n\n{old}\n"
        )
    return f"\n\n{_said(draft.answers)}\n" + "\n".join(f"> {line}" for line in old.splitlines()) + "\n"


def _page(draft: Draft) -> str:
    paragraphs = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in draft.text.split("\n\n"))
    logo = '<p><img src="cid:logo@sender.example" alt="" width="160"></p>' if draft.style == "picture" else ""
    quoted = ""
    if draft.answers is not None:
        old = escape(draft.answers.text).replace("\n", "<br>")
        quoted = (
            f'<div class="gmail_quote"><div class="gmail_attr">{escape(_said(draft.answers))}<br></div>'
            f'<blockquote class="gmail_quote" style="border-left:1px solid #ccc">{old}</blockquote></div>'
        )
    return f"<html><body><div>{paragraphs}</div>{logo}{quoted}</body></html>"


def bounce(message: Message, *, address: str, inbox: str, at: datetime) -> bytes:
    """A delivery report (RFC 3464) about one of our letters: such a mailbox does not exist."""
    border = "report-7f3a"
    lines = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.post.example>",
        f"To: {inbox}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <bounce-{message.pk}@mx.post.example>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{border}"',
        "",
        f"--{border}",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        f"<{address}>: host mx.post.example said: 550 5.1.1 User unknown",
        "",
        f"--{border}",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.post.example",
        "",
        f"Final-Recipient: rfc822; {address}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
        "",
        f"--{border}",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <{message.external_id}>",
        "",
        f"--{border}--",
        "",
    ]
    return "\r\n".join(lines).encode()


def automatic(draft: Draft) -> bytes:
    """An absence notice of a customer's mail program."""
    mail = _headed(draft)
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(draft.text, cte="8bit")
    return mail.as_bytes()


def newsletter(*, sender: tuple[str, str], to: str, subject: str, text: str, at: datetime) -> bytes:
    """Bulk mail that nobody waits to be answered."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = formataddr(sender, "utf-8")
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{at:news-%j-%H%M}@{sender[1].rpartition('@')[2]}>"
    mail["List-Id"] = f"<news.{sender[1].rpartition('@')[2]}>"
    mail["List-Unsubscribe"] = f"<https://{sender[1].rpartition('@')[2]}/unsubscribe>"
    mail["Precedence"] = "bulk"
    mail.set_content(text, cte="8bit")
    return mail.as_bytes()
