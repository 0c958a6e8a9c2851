"""The contract of a channel: what one module must know so that people can reach us through it, and we them.

A channel is pure but for ``check``, ``bring`` and ``hand_over``: ``admit``, ``key``, ``understand`` and ``write`` touch
neither network nor database. It never raises at what comes in. All ids are strings: messengers have numbers that no
JSON reader in the middle may round. How a channel is added: docs/channel-plugin.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from otklik.reach.adapters.compose import Outgoing
from otklik.reach.adapters.delivering import Receipt
from otklik.reach.adapters.incoming import Incoming, IncomingFile, Unreadable
from otklik.ui.letters import Button


# ── The door
@dataclass(frozen=True, kw_only=True)
class Door:
    """One inbox as its channel sees it. ``secret`` opens a secret of it by name, '' when there is none."""

    kind: str
    id: int
    address: str
    settings: Mapping[str, Any]
    secret: Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Knock:
    """One call at the hook of a door, before anybody knows who it is; names of headers in small letters."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """It is really them; ``answer`` is said once what they brought is kept; ``is_kept``: there is something to keep."""

    answer: bytes = b"{}"
    content_type: str = "application/json"
    is_kept: bool = True


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """Nothing is kept. ``status``: of HTTP; 403 means that it was not them, and is counted."""

    status: int
    reason: str


# ── What happened out there ───────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class FileRef:
    """A file that the other side holds for us; ``size`` in bytes, 0 when it was not said.

    ``url``: where it lies, or what its channel calls it (``telegram:<file id>``).
    """

    name: str
    url: str
    content_type: str = ""
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Someone:
    """Who speaks, as the channel tells it; phone, mail and ``handle`` are claims, and join nobody with anybody."""

    name: str = ""
    phone: str = ""
    email: str = ""
    handle: str = ""


@dataclass(frozen=True, kw_only=True)
class Besides:
    """What a message is or holds besides words and files: ``voice``, ``place``, ``sticker``, ``forwarded``, …

    ``text``: what can be read of it; ``seconds``: how long it plays.
    """

    kind: str
    text: str = ""
    seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Said:
    """A person said something. ``reply_to``: the id of the message that it answers, theirs or ours.

    ``html``: ``text`` with its looks, '' where it has none. ``album``: messages with the same are one.
    """

    peer: str
    external_id: str
    text: str = ""
    html: str = ""
    person: Someone = field(default_factory=Someone)
    files: tuple[FileRef, ...] = ()
    besides: tuple[Besides, ...] = ()
    album: str = ""
    reply_to: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Started:
    """They opened the talk with us without a word; ``mark``: what the link that led here bears, '' for none."""

    peer: str
    external_id: str
    mark: str = ""
    person: Someone = field(default_factory=Someone)


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """They pressed a button under the message ``external_id``; ``says``: what that button stands for.

    ``press``: by what the channel knows this press, so that it can be answered.
    """

    peer: str
    external_id: str
    press: str
    says: str


@dataclass(frozen=True, kw_only=True)
class InGroup:
    """Somebody speaks where others read along: no talk of one customer with us."""

    peer: str


@dataclass(frozen=True, kw_only=True)
class Amended:
    """They changed what they had said."""

    peer: str
    external_id: str
    text: str
    html: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Removed:
    """They took back what they had said."""

    peer: str
    external_id: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Reacted:
    """They put a ``sign`` ('👍') on a message, theirs or ours; '' takes it away."""

    peer: str
    external_id: str
    sign: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """They want no more words by this way."""

    peer: str


@dataclass(frozen=True, kw_only=True)
class Unblocked:
    peer: str


@dataclass(frozen=True, kw_only=True)
class Seen:
    """They have read what we wrote, up to and with this message."""

    peer: str
    external_id: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A message of ours is there; ``also``: by what else it is called in what they tell later."""

    peer: str
    external_id: str
    also: str


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """One of us has answered over there, past this house."""

    peer: str
    external_id: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """Known, and of no consequence here: somebody types, or said something in public. ``peer`` may be ''."""

    peer: str
    is_kept: bool = False


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Something that this version does not know: kept whole, shown as such, never lost. ``peer`` may be ''."""

    peer: str
    external_id: str
    type: str


type ByPeer = (
    Said
    | Started
    | Pressed
    | InGroup
    | Amended
    | Removed
    | Reacted
    | Blocked
    | Unblocked
    | Seen
    | Taken
    | Colleague
    | Nothing
    | Unknown
)
"""What happens with one partner of talk; ``peer`` is their id in this channel."""
type Happening = Incoming | Unreadable | ByPeer
"""``Incoming`` is a letter: it names many people and says itself which letters it answers."""


# ── What leaves ───────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class OutgoingFile:
    """A file of ours: ``url`` is signed and good for two days, ``read`` gives its bytes."""

    name: str
    content_type: str
    size: int
    url: str
    read: Callable[[], bytes]


@dataclass(frozen=True, kw_only=True)
class Word:
    """One message of ours. ``id`` is the same at every try. ``letter``: all that a letter says; None where none is.

    ``author``: who of us speaks, '' for the house.
    ``text`` is plain, ``html`` the same with its looks, ``reply_to`` the id that the other side gave to what we answer.
    """

    id: str
    to: tuple[str, ...]
    text: str = ""
    html: str = ""
    buttons: Sequence[Button] = ()
    files: Sequence[OutgoingFile] = ()
    reply_to: str = ""
    author: str = ""
    letter: Outgoing | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is handed over in one call, ``files`` with it; a word may need several, and they leave in their order."""

    content: bytes
    to: tuple[str, ...]
    files: tuple[OutgoingFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """Facts of a channel that the rest of the house asks for.

    ``is_letter``: words leave as letters, with subject, signature and copies; else bare, to one peer. ``has_hook``:
    the other side calls us. ``has_buttons``: links leave apart from the text. ``is_repeatable``: the other side knows a
    part that it was given twice, so that a try of unknown outcome may be repeated. ``file_bytes``: how large a file may
    be that is fetched. ``tells``: which happenings it can tell.

    ``has_presses``: what a button says comes back to us. ``text_most``: letters of one message, longer words leave as
    several; ``sent_bytes``: how large a file may be that leaves; 0 for any. ``stale_after``: seconds until a word that
    could not leave is out of date, 0 for never. ``is_foreign``: a messenger of foreign owners (law 41-FZ).
    """

    is_letter: bool
    has_hook: bool
    has_buttons: bool
    is_repeatable: bool
    file_bytes: int
    tells: frozenset[type]
    has_presses: bool = False
    text_most: int = 0
    sent_bytes: int = 0
    stale_after: int = 0
    is_foreign: bool = False


class Channel(Protocol):
    """Every channel; ``kind`` is also the kind of inbox, and what the identities of its people are called after."""

    kind: str
    abilities: Abilities

    def check(self, door: Door) -> str:
        """'' when the other side is there and knows us, else what is wrong, in words. Changes nothing there."""

    def admit(self, door: Door, knock: Knock) -> Admitted | Rejected:
        """Whether it is really them."""

    def key(self, raw: bytes) -> str:
        """The id of what came, so that it is taken in once however often it comes; '' when its bytes are its id."""

    def understand(self, raw: bytes, door: Door) -> Sequence[Happening]:
        """What happened. Never raises: what it does not know is ``Unknown`` or ``Unreadable``."""

    def bring(self, door: Door, ref: FileRef) -> IncomingFile:
        """Fetch a file. Raises ``FileLost``."""

    def write(self, word: Word, door: Door) -> Sequence[Part]:
        """The word in this channel's form. Raises ``ValueError`` for what cannot be said in it."""

    def hand_over(self, door: Door, part: Part) -> Receipt:
        """One call. Raises ``DeliveryFailed``."""


class FileLost(Exception):
    """A file cannot be fetched; the text is a code. ``is_over``: trying again would not help."""

    def __init__(self, reason: str, *, is_over: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_over = is_over
