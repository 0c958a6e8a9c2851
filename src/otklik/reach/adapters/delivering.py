"""What every way out promises: the bytes are taken over, or the reason why not."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

OUTCOME_UNKNOWN: Final = "outcome unknown"
"""Why a letter that its server may have taken is tried once more."""


class Verdict(StrEnum):
    """Why a word did not arrive, in every channel's terms; the codes are part of the API.

    ``DOOR_BROKEN`` is about the door, not about the word: the door is shut until somebody looks, and the word waits.
    ``NOT_ALLOWED``: our own gate let it not go. ``OUT_OF_DATE``: it could not leave before they wrote again.
    """

    NONE = ""
    BLOCKED = "blocked"
    GONE = "gone"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    THROTTLED = "throttled"
    SERVER = "server"
    UNKNOWN = "unknown"
    DOOR_BROKEN = "door_broken"
    NOT_ALLOWED = "not_allowed"
    OUT_OF_DATE = "out_of_date"


class DeliveryFailed(Exception):
    """The other side did not take the letter. ``permanent``: trying again would not help.

    ``is_unknown``: it may have taken it, the connection broke before its last word. ``after``: seconds that the other
    side wants us to wait, 0 when it says nothing of it.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        is_unknown: bool = False,
        verdict: Verdict = Verdict.NONE,
        after: int = 0,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.is_unknown = is_unknown
        self.verdict = verdict
        self.after = after


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter ready to leave: RFC 5322 bytes, envelope sender, envelope recipients."""

    content: bytes
    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The other side took it, except for the ``refused`` recipients (address → failure).

    ``external_id``: what it calls the message, '' when it does not say; ``also``: the others of an album.
    """

    refused: dict[str, DeliveryFailed] = field(default_factory=dict)
    external_id: str = ""
    also: tuple[str, ...] = ()
