"""What an adapter makes of the bytes it was given: the one shape that ``reach.actions`` understands."""

from collections.abc import Callable, Sequence
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
    """An address that a delivery report names ('' when it names none); ``status`` is the RFC 3463 code or ''.

    ``fault`` is a code of ``email.faults.Fault``; ``is_over``: the letter will not be tried again.
    """

    email: str
    fault: str = ""
    status: str = ""
    text: str = ""
    is_over: bool = True

    @property
    def is_hard(self) -> bool:
        """It is proven that the address does not work."""
        return self.fault == "address"


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A delivery report, or a complaint about a letter of ours; ``message_ids``: which it may be, likeliest first."""

    message_ids: tuple[str, ...] = ()
    recipients: tuple[BouncedRecipient, ...] = ()
    is_complaint: bool = False

    @property
    def original_message_id(self) -> str:
        return next(iter(self.message_ids), "")


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who may stand behind a letter that the robot of a site, or a list, has sent for them.

    ``address`` is None when they left none; ``is_likely``: the letter looks so much like that that it may be guessed.
    """

    address: Address | None = None
    name: str = ""
    phone: str = ""
    is_likely: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What the receiving server said of the sender: RFC 8601 results ('pass', 'fail', 'none'…), '' when unknown."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    host: str = ""

    @property
    def is_proven(self) -> bool:
        """The domain of the sender vouches for the letter: DMARC passed at a server whose word counts."""
        return self.dmarc == "pass"

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
    ``automatic_because``: why a machine wrote it; ``silent_because``: why no machine of ours may answer a person.
    ``form_of`` is the robot whose ``visitor`` was made the sender; its email may then be ''.
    ``delivered_to`` are the envelope addresses that servers noted; ``notices`` are codes of what an agent should know
    about how it was read (for e-mail see ``email.NOTICES``); ``spam_because`` is the header that calls it spam.
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
    silent_because: str = ""
    visitor: Visitor | None = None
    form_of: str = ""
    bounce: Bounce | None = None
    verdicts: Verdicts = field(default_factory=Verdicts)
    is_truncated: bool = False
    notices: tuple[str, ...] = ()
    spam_because: str = ""
    knowing: Callable[[Sequence[str], Sequence[str]], str] | None = field(default=None, compare=False, repr=False)
    """``own_text`` anew for who knows the conversation: our letters in it and those of the others, as texts."""

    @property
    def is_automatic(self) -> bool:
        """Written by a machine: never gets an answer, a survey or an acknowledgement from us."""
        return bool(self.automatic_because)


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """Bytes that are no message; ``reason`` is a stable code such as ``no_sender`` or ``too_many_parts``."""

    reason: str
    detail: str = ""
