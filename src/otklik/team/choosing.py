"""Who accompanies a new matter, and why: a choice that anybody may ask about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from otklik.team.models import Agent, Team
from otklik.team.queries import here_in, serving
from otklik.team.skills import skilled_in


class Because(StrEnum):
    """Why somebody became the owner; ``ALL_FULL`` and ``NOBODY_HERE`` are no good reasons, and a lead hears of them."""

    NAMED = "named"
    SERVED_BEFORE = "served_before"
    SKILL = "skill"
    LEAST_BUSY = "least_busy"
    ALL_FULL = "all_full"
    NOBODY_HERE = "nobody_here"


@dataclass(frozen=True, kw_only=True)
class Load:
    """What an agent has to do. ``cases``: open ones; ``weight``: the same, in which a case counts for the more the
    longer it is open, from 1 to 2; ``last``: the number of their newest open case, 0 without one."""

    cases: int = 0
    weight: float = 0.0
    last: int = 0

    def and_one(self, number: int = 0) -> "Load":
        """With one more case, which has just come."""
        return Load(cases=self.cases + 1, weight=self.weight + 1, last=max(number, self.last))


@dataclass(frozen=True, kw_only=True)
class Chosen:
    agent: Agent
    because: Because


_NOTHING = Load()


def next_owner(
    *,
    team: Team,
    load: Mapping[int, Load],
    served_before: Sequence[int] = (),
    words: Iterable[str] = (),
) -> Chosen:
    """Who served this customer last, else by skill, then whoever has the least to do, in turn among equals.

    Nobody gets more than their ``most_open`` but from a customer they know. ``load``: agent id → what they have.
    ``served_before``: agent ids, latest first. ``words``: tags and texts that say what it is about. When nobody of the
    team is here, or all have as many as they may, the least busy is still named (a deputy answers, a lead hears of it);
    an empty team falls back to any agent.
    Raises ``Agent.DoesNotExist`` when the house has no agent at all.
    """
    here = here_in(team)
    members = here or list(serving().filter(memberships__team=team).order_by("id")) or list(serving().order_by("id"))
    if not members:
        raise Agent.DoesNotExist("no agent can own a case: create one with `otklik user create`")
    by_id = {agent.pk: agent for agent in members}
    for agent_id in served_before:
        if agent_id in by_id:
            return Chosen(agent=by_id[agent_id], because=Because.SERVED_BEFORE)
    free = [agent for agent in members if _has_room(agent, load)]
    skilled = skilled_in(words, free)
    if not here:
        because = Because.NOBODY_HERE
    else:
        because = Because.SKILL if skilled else Because.LEAST_BUSY if free else Because.ALL_FULL
    return Chosen(agent=min(skilled or free or members, key=lambda agent: _turn(agent, load)), because=because)


def _has_room(agent: Agent, load: Mapping[int, Load]) -> bool:
    return agent.most_open is None or load.get(agent.pk, _NOTHING).cases < agent.most_open


def _turn(agent: Agent, load: Mapping[int, Load]) -> tuple[float, int, int]:
    """Whose turn it is among equals: whoever got their last one the longest ago."""
    has = load.get(agent.pk, _NOTHING)
    return round(has.weight, 1), has.last, agent.pk
