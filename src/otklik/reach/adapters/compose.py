"""A letter of ours as RFC 5322 bytes: plain and HTML parts, correct identity and threading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import cache

from markdown_it import MarkdownIt

from otklik.reach.adapters.email.html import sanitise
from otklik.reach.adapters.incoming import Address, IncomingFile

_TYPE = re.compile(r"[a-z0-9][\w.+-]*/[a-z0-9][\w.+-]*", re.IGNORECASE | re.ASCII)
_IDS = frozenset({"message-id", "in-reply-to", "references"})
_LOOK = (
    "font:15px/1.55 -apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;"
    "color:#1f2430;max-width:40em;margin:0;padding:0"
)
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


class _Policy(EmailPolicy):
    """Lines of 78 where possible; message ids are never cut or encoded, which Python does to ids longer than a line."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _IDS:
            ids = "\r\n ".join(str(value).split())
            return f"{name}: {ids}\r\n".encode("ascii", "replace")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", max_line_length=78)


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
    body = html_of(_with_links(letter.text))
    page = f'<!doctype html><html lang="{letter.language}"><body style="{_LOOK}">{body}</body></html>'
    mail.add_alternative(page, subtype="html")
    for file in letter.files:
        maintype, subtype = _type_of(file)
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=_one_line(file.name))
    return mail.as_bytes()


def _type_of(file: IncomingFile) -> tuple[str, str]:
    """Letters and multiparts go as plain bytes: what is inside them must not be read as parts of ours."""
    kind = file.content_type.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        return "application", "octet-stream"
    maintype, _slash, subtype = kind.partition("/")
    return maintype, subtype


def _with_links(text: str) -> str:
    """Bare addresses become links, also where the reader's program would not do it."""
    return _BARE_LINK.sub(r"\1<\2>", text)


def _header(person: Address) -> HeaderAddress:
    local, _at, domain = in_letters(person.email).rpartition("@")
    return HeaderAddress(display_name=_one_line(person.name), username=local, domain=domain)


def in_letters(email: str) -> str:
    """An address as the head of a letter writes it: its domain in ASCII. Raises ``UnicodeError`` for what is none."""
    local, at, domain = email.rpartition("@")
    return email if domain.isascii() else f"{local}{at}{domain.encode('idna').decode('ascii')}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
