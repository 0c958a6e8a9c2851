"""Whether the house may speak in messengers of foreign owners: since 1 June 2025 a law (41-FZ) forbids it to some."""

from enum import StrEnum
from typing import Final

from otklik.foundation.policies import policy
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.models import Inbox

FOREIGN_MESSENGERS: Final = "reach.foreign_messengers"


class Foreign(StrEnum):
    """Words that come are kept in every case. ``RECEIVE_ONLY``: none leave; ``OFF``: nor is anybody led there."""

    ON = "on"
    RECEIVE_ONLY = "receive_only"
    OFF = "off"


def is_closed_by_law(door: Inbox) -> bool:
    """Whether the house has said that nothing may leave by this door."""
    return _is_foreign(door) and policy(FOREIGN_MESSENGERS) != Foreign.ON


def is_offered(door: Inbox) -> bool:
    """Whether customers are told of this door."""
    return not (_is_foreign(door) and policy(FOREIGN_MESSENGERS) == Foreign.OFF)


def _is_foreign(door: Inbox) -> bool:
    return door.kind in CHANNELS and CHANNELS[door.kind].abilities.is_foreign
