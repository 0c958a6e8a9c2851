"""What every way out promises: the bytes are taken over, or the reason why not."""

from dataclasses import dataclass, field
from typing import Final

OUTCOME_UNKNOWN: Final = "outcome unknown"
"""Why a letter that its server may have taken is tried once more."""


class DeliveryFailed(Exception):
    """The other side did not take the letter. ``permanent``: trying again would not help.

    ``is_unknown``: it may have taken it, the connection broke before its last word.
    """

    def __init__(self, reason: str, *, permanent: bool, is_unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.is_unknown = is_unknown


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter ready to leave: RFC 5322 bytes, envelope sender, envelope recipients."""

    content: bytes
    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The server took the letter, except for the ``refused`` recipients (address → failure)."""

    refused: dict[str, DeliveryFailed] = field(default_factory=dict)
