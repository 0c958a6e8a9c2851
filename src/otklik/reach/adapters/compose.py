"""A letter of ours as RFC 5322 bytes: plain and HTML parts, correct identity and threading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache

from markdown_it import MarkdownIt

from otklik.reach.adapters.email.html import sanitise
from otklik.reach.adapters.incoming import Address, IncomingFile

_POLICY = SMTP.clone(max_line_length=78)
_LONGEST_REFERENCES = 20
_BARE_LINK = re.compile(r"(^|[\s:])(https?://[^\s<>()]+[\w/=-])", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """All that a letter says about itself; ids without brackets, ``text`` in Markdown."""

    message_id: str
    sender: Address
    reply_to: str
    to: Sequence[Address]
    cc: Sequence[Address] = ()
    subject: str
    text: str
    at: datetime
    in_reply_to: str = ""
    references: Sequence[str] = ()
    is_automatic: bool = False
    language: str = "ru"
    files: Sequence[IncomingFile] = field(default_factory=tuple)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(["strikethrough"])


def html_of(text: str) -> str:
    """The formatted look of what an agent typed; raw HTML in it stays text."""
    return sanitise(str(_markdown().render(text)))


def compose(letter: Outgoing) -> bytes:
    """The bytes to hand to a mail server."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _header(letter.sender)
    mail["To"] = [_header(person) for person in letter.to]
    if letter.cc:
        mail["Cc"] = [_header(person) for person in letter.cc]
    mail["Subject"] = _one_line(letter.subject)
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.message_id}>"
    if letter.reply_to:
        mail["Reply-To"] = letter.reply_to
    if letter.in_reply_to:
        mail["In-Reply-To"] = f"<{letter.in_reply_to}>"
        mail["References"] = " ".join(f"<{one}>" for one in letter.references[-_LONGEST_REFERENCES:])
    if letter.is_automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text, cte="quoted-printable" if letter.text.isascii() else "base64")
    page = f'<!doctype html><html lang="{letter.language}"><body>{html_of(_with_links(letter.text))}</body></html>'
    mail.add_alternative(page, subtype="html")
    for file in letter.files:
        maintype, _slash, subtype = (file.content_type or "application/octet-stream").partition("/")
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype or "octet-stream", filename=file.name)
    return mail.as_bytes()


def _with_links(text: str) -> str:
    """Bare addresses become links, also where the reader's program would not do it."""
    return _BARE_LINK.sub(r"\1<\2>", text)


def _header(person: Address) -> HeaderAddress:
    local, _at, domain = person.email.partition("@")
    return HeaderAddress(display_name=_one_line(person.name), username=local, domain=domain)


def _one_line(text: str) -> str:
    return " ".join(text.split())
