"""What telephone exchanges tell, whatever dialect they speak: plain data, and how it is read out of their calls.

Everything here is pure: it touches neither network nor database, and never raises at what comes in.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl

from otklik.calls.values import Direction

_LONGEST: Final = 500
_LONGEST_ID: Final = 200
_MOST_NAMES: Final = 50


class Step(StrEnum):
    RINGS = "rings"
    ANSWERED = "answered"
    ENDED = "ended"
    RECORDED = "recorded"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One step in the life of a call. ``number``: the other side's, as the exchange writes it; ``line``: ours.

    ``inside``: internal numbers or names of ours whose phones ring, or who took it up. ``is_answered``: what the end
    says of the whole call, None where it says nothing. ``recording``: where it can be fetched.
    """

    call: str
    step: Step
    direction: Direction = Direction.IN
    number: str = ""
    line: str = ""
    inside: tuple[str, ...] = ()
    queue: str = ""
    cause: str = ""
    is_answered: bool | None = None
    recording: str = ""


@dataclass(frozen=True, kw_only=True)
class Post:
    """One call at our hook; names of headers in small letters."""

    headers: Mapping[str, str]
    body: bytes


class Dialect(Protocol):
    name: str
    needs_secret: bool

    def is_them(self, post: Post, secret: str) -> bool:
        """Whether the exchange signed it, as far as its dialect signs at all."""

    def understand(self, post: Post) -> Sequence[Told]:
        """What it tells; nothing for what is no news of a call."""

    def greeting(self, query: Mapping[str, str]) -> str:
        """What it wants to hear when it looks whether we are there; '' when it asks nothing."""


# ── Reading ───────────────────────────────────────────────────────────────────────────────
def fields_of(body: bytes) -> Mapping[str, Any]:
    """JSON or a form; of a form every name once, those that end in [] as lists."""
    if body.lstrip()[:1] == b"{":
        return object_of(body)
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return {}
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name.endswith("[]"):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def object_of(text: bytes | str) -> Mapping[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def words(given: Any) -> str:
    """A string or a number as text; PostgreSQL keeps no NUL, and half a surrogate pair is no letter."""
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        return ""
    try:
        text = str(given)
    except ValueError:  # a number of more digits than Python writes
        return ""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()[:_LONGEST]


def call_id(given: Any) -> str:
    """'' for what is no id."""
    text = words(given)
    return text if len(text) <= _LONGEST_ID else ""


def names(*given: Any) -> tuple[str, ...]:
    """Everybody who is named, once."""
    return tuple(dict.fromkeys(_flat(given)))[:_MOST_NAMES]


def _flat(given: Sequence[Any]) -> Iterator[str]:
    for one in given:
        if isinstance(one, list | tuple):
            yield from (text for inner in one if (text := words(inner)))
        elif text := words(one):
            yield text
