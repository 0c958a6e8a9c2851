"""What some channels can besides the contract, asked for by ``isinstance``; each in its own small protocol.

All of it touches the network and raises ``DeliveryFailed`` with its verdict.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from otklik.reach.adapters.channels import Door, Someone


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who we are there. ``id`` never changes; ``handle`` is what people look for, ``link`` leads to it."""

    id: str
    name: str
    handle: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What was read, and the place from which to go on once it is kept."""

    raws: tuple[bytes, ...]
    place: str


@runtime_checkable
class Connects(Protocol):
    """A bot or a community of ours, to which the other side brings news at an address that we name."""

    def introduce(self, door: Door) -> Account:
        """Log in and ask who we are. Changes nothing there."""

    def connect(self, door: Door, url: str) -> None:
        """Have news brought to ``url`` from now on; they prove themselves by the door's ``secret``."""

    def disconnect(self, door: Door) -> None:
        """No more."""


@runtime_checkable
class Confirms(Protocol):
    """The first call at a hook must be answered with a certain word."""

    def confirmation(self, door: Door) -> str:
        """Which word that is."""


@runtime_checkable
class Reads(Protocol):
    """News are asked for, where nobody can reach us from outside."""

    def read(self, door: Door, place: str, *, seconds: int) -> Batch:
        """Wait at most so long for what came after ``place``."""


@runtime_checkable
class Presses(Protocol):
    """A press of a button is answered with a few words that only its presser sees."""

    def answer_press(self, door: Door, press: str, text: str) -> None:
        """``press``: as it came in ``Pressed``."""


@runtime_checkable
class Knows(Protocol):
    """Words come without a name there; it is asked for."""

    def person(self, door: Door, peer: str) -> Someone:
        """Who a peer says they are."""


@runtime_checkable
class Leads(Protocol):
    """A link into the talk can bear a mark."""

    def link(self, door: Door, mark: str) -> str:
        """Pure. Whoever follows it comes as ``Started`` (or ``Said``) with this mark."""


@runtime_checkable
class Types(Protocol):
    """Whoever waits sees that an answer is being written."""

    def typing(self, door: Door, peer: str) -> None:
        """For some seconds."""
