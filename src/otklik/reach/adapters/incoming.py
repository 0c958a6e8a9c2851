"""What an adapter makes of the bytes it was given: the one shape that ``reach.actions`` understands."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Address:
    """One mail address as written in a header; ``email`` is lower-case and never empty, ``name`` may be ''."""

    email: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class IncomingFile:
    """One attachment. ``content_id`` is without angle brackets, '' when the part has none."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, kw_only=True)
class BouncedRecipient:
    """An address that a delivery report names; ``status`` is the RFC 3463 code ('5.1.1') or ''."""

    email: str
    is_hard: bool
    status: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A delivery report; ``original_message_id`` is '' when the report does not say which letter failed."""

    original_message_id: str
    recipients: tuple[BouncedRecipient, ...]


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What the receiving server said of the sender: RFC 8601 results ('pass', 'fail', 'none'…), '' when unknown."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    host: str = ""

    @property
    def is_failing(self) -> bool:
        """The sender claims to be someone they are not: DMARC failed, or without DMARC neither SPF nor DKIM passed."""
        if self.dmarc in {"pass", "bestguesspass"}:
            return False
        if self.dmarc == "fail":
            return True
        return "pass" not in {self.spf, self.dkim} and bool({self.spf, self.dkim} & {"fail", "softfail", "permerror"})


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One message as it came, in any channel.

    ``external_id`` is the Message-ID without angle brackets, or ``sha256:<hex>`` of the bytes when there is none.
    ``text`` is the whole text, ``own_text`` only what the sender newly wrote, ``html`` is sanitised and safe to show.
    ``delivered_to`` are the envelope addresses that servers noted; ``notices`` are codes of what an agent should know
    about how it was read (for e-mail see ``email.NOTICES``).
    """

    external_id: str
    sender: Address
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    own_text: str = ""
    html: str = ""
    files: tuple[IncomingFile, ...] = ()
    automatic_because: str = ""
    bounce: Bounce | None = None
    verdicts: Verdicts = field(default_factory=Verdicts)
    is_truncated: bool = False
    notices: tuple[str, ...] = ()

    @property
    def is_automatic(self) -> bool:
        """Written by a machine: never gets an answer, a survey or an acknowledgement from us."""
        return bool(self.automatic_because)


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """Bytes that are no message; ``reason`` is a stable code such as ``no_sender`` or ``too_many_parts``."""

    reason: str
    detail: str = ""
