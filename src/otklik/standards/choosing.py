"""Which standard a matter is served by: every condition of it fits, and of those that fit the narrowest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from otklik.standards.models import Standard, Version

ORDER: Final = ("organization", "tier", "tag", "case_kind", "team", "channel")
"""Conditions from the narrowest to the widest: of two standards that fit, the first in which they differ decides."""
NARROWER: Final = "narrower"
"""Why a standard that fits was passed over; one that does not fit names the condition."""
DEFAULT: Final = "default"
"""The same of the one that holds when no other does."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a standard is chosen by. ``tags`` in the order in which they came; '' and None: not known."""

    kind: str
    channel: str = ""
    team_id: int | None = None
    tags: Sequence[str] = ()
    tier: str = ""
    organization_id: int | None = None

    def fits(self, condition: str, value: Any) -> bool:
        if condition == "tag":
            return value in self.tags
        known: Mapping[str, Any] = {
            "organization": self.organization_id,
            "tier": self.tier,
            "case_kind": self.kind,
            "team": self.team_id,
            "channel": self.channel,
        }
        return bool(known[condition] == value)


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A standard that was not chosen. ``because``: the condition that does not fit, ``NARROWER`` or ``DEFAULT``."""

    standard: Standard
    because: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """``version`` None: none fits. ``because``: the conditions that it meets, none for the one that holds when no other
    does. ``passed``: all others, the nearest first."""

    version: Version | None
    because: Sequence[str]
    passed: Sequence[Passed]

    @property
    def lost(self) -> list[int]:
        """The ids of those that fit as well, but are for a wider circle."""
        return [one.standard.pk for one in self.passed if one.because in {NARROWER, DEFAULT}]


def conditions_of(standard: Standard) -> dict[str, Any]:
    """What it is for, the narrowest first: condition → value, rows by their id."""
    found = {name: getattr(standard, f"{name}_id" if name in {"organization", "team"} else name) for name in ORDER}
    return {name: value for name, value in found.items() if value}


def choose(matter: Matter, versions: Iterable[Version]) -> Choice:
    """Among versions that hold, each with its standard."""
    fitting: list[tuple[tuple[int, ...], Version]] = []
    passed: list[Passed] = []
    for version in versions:
        conditions = conditions_of(version.standard)
        unmet = next((name for name, value in conditions.items() if not matter.fits(name, value)), None)
        if conditions and unmet is None:
            fitting.append((_width(conditions, matter, version), version))
        elif version.standard.is_default:
            fitting.append(((1,) * len(ORDER), version))
        elif unmet is not None:
            passed.append(Passed(standard=version.standard, because=unmet))
    fitting.sort(key=lambda one: one[0])
    lost = [
        Passed(standard=version.standard, because=NARROWER if 0 in width[: len(ORDER)] else DEFAULT)
        for width, version in fitting[1:]
    ]
    if not fitting:
        return Choice(version=None, because=(), passed=passed)
    width, chosen = fitting[0]
    because = [name for name, is_wide in zip(ORDER, width, strict=False) if not is_wide]
    return Choice(version=chosen, because=because, passed=[*lost, *passed])


def _width(conditions: Mapping[str, Any], matter: Matter, version: Version) -> tuple[int, ...]:
    """The smaller, the narrower: 0 for each condition that is met. Of two tags the one that the case had first."""
    place = matter.tags.index(conditions["tag"]) if "tag" in conditions else 0
    return (*_breadth(conditions), place, version.standard_id)


def neighbours(standard: Standard, versions: Iterable[Version]) -> list[tuple[Standard, bool]]:
    """Other standards that fit some of the same matters, each with whether it is the narrower one, which goes first."""
    mine, found = conditions_of(standard), []
    for version in versions:
        other, theirs = version.standard, conditions_of(version.standard)
        alike = mine.keys() & theirs.keys() - {"tag"}
        if other.pk == standard.pk or not (theirs or other.is_default) or not (mine or standard.is_default):
            continue
        if all(mine[name] == theirs[name] for name in alike):
            found.append((other, _breadth(theirs) < _breadth(mine)))
    return sorted(found, key=lambda one: (not one[1], one[0].name))


def _breadth(conditions: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(int(name not in conditions) for name in ORDER)
