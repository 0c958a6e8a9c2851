"""What a person keeps at hand, as the rail, the palette and the page about it show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from otklik.foundation.actors import Actor
from otklik.foundation.http.pinnable import PagePin, Pinnable, gone, now_open, pinnable_at
from otklik.team.queries import Pin


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A pin at its place (from 0). ``is_gone``: leads nowhere any more; ``is_open``: this person may go there now."""

    pin: Pin
    at: int
    icon: str
    is_open: bool
    is_gone: bool = False


def open_pins(pins: Sequence[Pin], actor: Actor) -> list[Standing]:
    """Those that lead somewhere and that this person may open now, in their order."""
    known = _known(pins)
    seen = now_open(actor, list(known.values()))
    return [
        Standing(pin=one, at=place, icon=_icon(known[one.address]), is_open=True)
        for place, one in enumerate(pins)
        if one.address in seen
    ]


def standing(pins: Sequence[Pin], actor: Actor) -> list[Standing]:
    """All of them, also those that the rail does not show."""
    known = _known(pins)
    seen, dead = now_open(actor, list(known.values())), gone(list(known.values()))
    return [
        Standing(
            pin=one,
            at=place,
            icon=_icon(known[one.address]) if one.address in known else "pin",
            is_open=one.address in seen,
            is_gone=one.address not in known or one.address in dead,
        )
        for place, one in enumerate(pins)
    ]


def _known(pins: Sequence[Pin]) -> dict[str, Pinnable]:
    found = ((one.address, pinnable_at(one.address)) for one in pins)
    return {address: page for address, page in found if page is not None}


def _icon(one: Pinnable) -> str:
    return one.page.icon if isinstance(one, PagePin) else one.record.icon
