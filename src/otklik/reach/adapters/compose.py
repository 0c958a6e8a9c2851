"""A letter of ours as RFC 5322 bytes: plain and HTML parts, its pictures inside, correct identity and threading."""

import re
import secrets
from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.headerregistry import Address as HeaderAddress
from email.message import MIMEPart
from email.policy import EmailPolicy
from email.utils import format_datetime, quote
from functools import lru_cache

from otklik.reach.adapters.email.html import sanitise
from otklik.reach.adapters.incoming import Address, IncomingFile
from otklik.ui.letters import House, Pictures, Sheet, letter_html, letter_text, markdown

_TYPE = re.compile(r"[a-z0-9][\w.+-]*/[a-z0-9][\w.+-]*", re.IGNORECASE | re.ASCII)
_LONGEST_REFERENCES = 20
_LONG_WORD = 60
"""One that might not go on a line beside the name of its header."""
_INSIDE = "@otklik"
"""How the Content-IDs of our own pictures end."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """All that a letter says about itself; ids without brackets, ``words`` in Markdown, ``face`` and ``mark`` PNG."""

    message_id: str
    sender: Address
    reply_to: str
    to: Sequence[Address]
    cc: Sequence[Address] = ()
    subject: str
    words: str
    sheet: Sheet = field(default_factory=Sheet)
    house: House
    face: bytes = b""
    mark: bytes = b""
    at: datetime
    in_reply_to: str = ""
    references: Sequence[str] = ()
    is_automatic: bool = False
    language: str = "ru"
    files: Sequence[IncomingFile] = field(default_factory=tuple)

    def pictures(self) -> dict[str, bytes]:
        """Those that there are, by their names in ``ui.letters.Pictures``."""
        return {name: content for name, content in (("mark", self.mark), ("face", self.face)) if content}


_POLICY = EmailPolicy(linesep="\r\n", max_line_length=78)


def html_of(text: str) -> str:
    """What an agent typed, formatted for a page of ours; raw HTML in it stays text."""
    return sanitise(str(markdown().render(text)))


def page_of(letter: Outgoing, pictures: Pictures) -> str:
    """The letter as mail programs show it."""
    return letter_html(
        sheet=letter.sheet,
        words=letter.words,
        house=letter.house,
        pictures=pictures,
        subject=_one_line(letter.subject),
        language=letter.language,
    )


def text_of(letter: Outgoing) -> str:
    """The letter as programs show it that know plain text only."""
    return letter_text(sheet=letter.sheet, words=letter.words, house=letter.house)


# ── The bytes. Python's own writer of whole messages takes twice the time of all that is below ──
def compose(letter: Outgoing) -> bytes:
    """The bytes to hand to a mail server."""
    body = _multipart("alternative", _text("plain", text_of(letter)), _shown(letter))
    if letter.files:
        body = _multipart("mixed", body, *(_attached(file) for file in letter.files))
    return _head(letter) + body


def _head(letter: Outgoing) -> bytes:
    """Message ids are never cut or encoded."""
    lines = [f"From: {_people(letter.sender)}", f"To: {_people(*letter.to)}"]
    if letter.cc:
        lines.append(f"Cc: {_people(*letter.cc)}")
    if letter.reply_to:
        lines.append(f"Reply-To: {_person(Address(email=letter.reply_to))}")
    lines += [
        f"Subject: {_encoded_words(letter.subject, len('Subject: '))}",
        f"Date: {format_datetime(letter.at)}",
        f"Message-ID: {_ids(letter.message_id)}",
    ]
    if letter.in_reply_to:
        lines.append(f"In-Reply-To: {_ids(letter.in_reply_to)}")
        lines.append(f"References: {_ids(*letter.references[-_LONGEST_REFERENCES:])}")
    if letter.is_automatic:
        lines += ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"]
    if letter.sheet.stop_url:
        lines += [
            f"List-Unsubscribe:\r\n <{letter.sheet.stop_url}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
    return "\r\n".join([*lines, "MIME-Version: 1.0", ""]).encode("ascii", "replace")


def _people(*people: Address) -> str:
    """Names with their addresses, one a line. Raises ``ValueError`` or an e-mail error for an address that is none."""
    return ",\r\n ".join(_person(one) for one in people)


def _person(person: Address) -> str:
    local, _at, domain = in_letters(person.email).rpartition("@")
    address = HeaderAddress(username=local, domain=domain).addr_spec
    name = _one_line(person.name)
    if not name:
        return address
    if _is_plain(name):
        return f'"{quote(name)}"\r\n <{address}>'
    return f"{_encoded_words(name)}\r\n <{address}>"


def _encoded_words(text: str, before: int = len("From: ")) -> str:
    """Words of a header on lines that every server takes (RFC 2047); ``before``: what stands on the first one."""
    text = _one_line(text)
    charset = "us-ascii" if _is_plain(text) else "utf-8"
    return Header(text, charset, header_name="x" * (before - 2), errors="replace").encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Whether a header may say it as it is: no foreign letter, nothing that is too long or looks encoded."""
    return (
        text.isascii()
        and text.isprintable()
        and "=?" not in text
        and all(len(one) < _LONG_WORD for one in text.split(" "))
    )


def _ids(*ids: str) -> str:
    return "\r\n ".join(f"<{''.join(one.split())}>" for one in ids)


def _shown(letter: Outgoing) -> bytes:
    """The page and the pictures that it shows: they come along, so that nobody learns when a letter is opened."""
    inside = letter.pictures()
    page = _text("html", page_of(letter, Pictures(**{name: f"cid:{name}{_INSIDE}" for name in inside})))
    pictures = [_picture(name, content) for name, content in inside.items()]
    return _multipart("related", page, *pictures) if pictures else page


def _multipart(kind: str, *parts: bytes) -> bytes:
    boundary = secrets.token_hex(16)
    line = f"--{boundary}".encode()
    pieces = [f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'.encode()]
    for part in parts:
        pieces += [line, part]
    return b"\r\n".join([*pieces, line + b"--", b""])


def _text(subtype: str, text: str) -> bytes:
    if text.isascii():  # such text in base64 looks like a disguise to spam filters
        part = MIMEPart(policy=_POLICY)
        part.set_content(text, subtype=subtype, cte="quoted-printable")
        return part.as_bytes()
    lines = "\r\n".join(text.splitlines())
    return _encoded(f"text/{subtype}; charset=utf-8", lines.encode("utf-8", "surrogateescape"))


def _encoded(content_type: str, content: bytes, *more: str) -> bytes:
    head = "\r\n".join([f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64", *more, "", ""])
    return head.encode("ascii") + encodebytes(content).replace(b"\n", b"\r\n")


@lru_cache(maxsize=500)
def _picture(name: str, content: bytes) -> bytes:
    """A picture that the letter brings along; encoded once, for every letter of a person shows the same face."""
    more = (f"Content-ID: <{name}{_INSIDE}>", f'Content-Disposition: inline; filename="{name}.png"')
    return _encoded("image/png", content, *more)


def _attached(file: IncomingFile) -> bytes:
    maintype, subtype = _type_of(file)
    part = MIMEPart(policy=_POLICY)
    part.set_content(
        file.content, maintype=maintype, subtype=subtype, disposition="attachment", filename=_one_line(file.name)
    )
    return part.as_bytes()


def _type_of(file: IncomingFile) -> tuple[str, str]:
    """Letters and multiparts go as plain bytes: what is inside them must not be read as parts of ours."""
    kind = file.content_type.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        return "application", "octet-stream"
    maintype, _slash, subtype = kind.partition("/")
    return maintype, subtype


def in_letters(email: str) -> str:
    """An address as the head of a letter writes it: its domain in ASCII. Raises ``UnicodeError`` for what is none."""
    local, at, domain = email.rpartition("@")
    return email if domain.isascii() else f"{local}{at}{domain.encode('idna').decode('ascii')}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
