"""What promises do as time passes."""

from otklik.foundation.events.clock import latest_now
from otklik.foundation.policies import is_held_back
from otklik.promises.actions import mind_promises


def look_at_promises() -> None:
    """Nobody is told by a house that was restored beside the living one."""
    if not is_held_back():
        mind_promises(latest_now())
