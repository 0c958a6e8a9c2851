"""A look at the beginning of a letter that nobody could parse: whatever a person can read of it. Never raises."""

import re
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

_WORDS = 4000
_ENCODINGS = ("utf-8", "cp1251", "latin-1")
_TAGS = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")


@dataclass(frozen=True, kw_only=True)
class Glimpse:
    """Readable scraps; each may be ''."""

    sender: str
    subject: str
    date: str
    text: str


def glimpse(head: bytes) -> Glimpse:
    """What the first bytes of a letter show, as plain text without control characters."""
    try:
        mail = BytesHeaderParser(policy=compat32).parsebytes(head)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Glimpse(sender="", subject="", date="", text=_plain(_decoded(head)))
    body = head.split(b"\r\n\r\n", 1) if b"\r\n\r\n" in head else head.split(b"\n\n", 1)
    return Glimpse(
        sender=_header(mail, "From"),
        subject=_header(mail, "Subject"),
        date=_header(mail, "Date"),
        text=_plain(_decoded(body[1] if len(body) > 1 and mail.keys() else head)),
    )


def _header(mail: Message, name: str) -> str:
    raw = mail.get(name)
    if raw is None:
        return ""
    try:
        parts = decode_header(str(raw))
        words = "".join(part if isinstance(part, str) else _decoded(part, declared or "") for part, declared in parts)
    except (ValueError, LookupError, TypeError, AttributeError):
        words = str(raw)
    return " ".join(_clean(words).split())[:300]


def _decoded(data: bytes, declared: str = "") -> str:
    for encoding in (declared, *_ENCODINGS):
        try:
            return data.decode(encoding) if encoding else data.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return ""


def _plain(text: str) -> str:
    return _clean(_TAGS.sub(" ", text))[:_WORDS].strip()


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode())
