"""Who accompanies a person or an organization. Agents are known above: the app that knows them says so here, once."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Accompanying:
    """A personal manager, as others name them; ``id`` is an agent's."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Managers:
    """By the ids of customers, and by those of organizations."""

    customers: Mapping[int, Accompanying] = field(default_factory=dict)
    organizations: Mapping[int, Accompanying] = field(default_factory=dict)


type Knows = Callable[[Collection[int], Collection[int]], Managers]
_known: list[Knows] = []


def known_by(knows: Knows) -> Knows:
    """Decorator of the function that tells the managers of these customers and of these organizations."""
    _known.append(knows)
    return knows


def managers_among(*, customers: Collection[int] = (), organizations: Collection[int] = ()) -> Managers:
    """Those who have one, with whoever it is."""
    return _known[0](customers, organizations) if _known else Managers()
