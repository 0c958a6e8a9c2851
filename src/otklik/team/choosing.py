"""Who accompanies a new matter, and why: a choice that anybody may ask about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils import timezone

from otklik.team.models import Agent, Manager, Team
from otklik.team.queries import here_in, is_here, makes_a_pause, serving
from otklik.team.skills import skilled_in


class Because(StrEnum):
    """Why somebody became the owner; ``ALL_FULL`` and ``NOBODY_HERE`` are no good reasons, and a lead hears of them."""

    NAMED = "named"
    SERVED_BEFORE = "served_before"
    CUSTOMERS_MANAGER = "customers_manager"
    ORGANIZATIONS_MANAGER = "organizations_manager"
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


class NotHere(StrEnum):
    """Why a personal manager was passed over."""

    AWAY = "away"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """``passed``: personal managers who were passed over, by their ids."""

    agent: Agent
    because: Because
    passed: Mapping[int, NotHere] = field(default_factory=dict)


_NOTHING = Load()


def next_owner(
    *,
    team: Team,
    load: Mapping[int, Load],
    served_before: Sequence[int] = (),
    managers: Sequence[Manager] = (),
    words: Iterable[str] = (),
) -> Chosen:
    """Who served this customer last, unless away; else a personal manager; else by skill, then by load, in turn.

    Nobody gets more than their ``most_open`` but from a customer they know or manage. ``load``: agent id → what they
    have. ``served_before``: agent ids, latest first. ``managers``: the customer's own, then their organization's, of
    any team. ``words``: tags and texts that say what it is about. When nobody of the team is here, or all have as many
    as they may, the least busy is still named (a deputy answers, a lead hears of it); an empty team falls back to any
    agent. Raises ``Agent.DoesNotExist`` when the house has no agent at all.
    """
    here = here_in(team)
    last = next((agent for agent in here if agent.pk in served_before[:1]), None)
    if last is not None:
        return Chosen(agent=last, because=Because.SERVED_BEFORE)
    passed = {one.agent_id: _not_here(one.agent) for one in managers if not is_here(one.agent)}
    for one in managers:
        if one.agent_id not in passed:
            because = Because.CUSTOMERS_MANAGER if one.customer_id else Because.ORGANIZATIONS_MANAGER
            return Chosen(agent=one.agent, because=because, passed=passed)
    members = here or list(serving().filter(memberships__team=team).order_by("id")) or list(serving().order_by("id"))
    if not members:
        raise Agent.DoesNotExist("no agent can own a case: create one with `otklik user create`")
    agent, because = _among(members, load, served_before, words)
    if not here and because is not Because.SERVED_BEFORE:
        because = Because.NOBODY_HERE
    return Chosen(agent=agent, because=because, passed=passed)


def _among(
    members: Sequence[Agent], load: Mapping[int, Load], served_before: Sequence[int], words: Iterable[str]
) -> tuple[Agent, Because]:
    by_id = {agent.pk: agent for agent in members}
    for agent_id in served_before:
        if agent_id in by_id:
            return by_id[agent_id], Because.SERVED_BEFORE
    now, roomy = timezone.now(), [agent for agent in members if _has_room(agent, load)]
    free = [agent for agent in roomy if not makes_a_pause(agent, now)] or roomy
    skilled = skilled_in(words, free)
    because = Because.SKILL if skilled else Because.LEAST_BUSY if free else Because.ALL_FULL
    return min(skilled or free or members, key=lambda agent: _turn(agent, load)), because


def _not_here(agent: Agent) -> NotHere:
    return NotHere.AWAY if agent.is_active else NotHere.GONE


def _has_room(agent: Agent, load: Mapping[int, Load]) -> bool:
    return agent.most_open is None or load.get(agent.pk, _NOTHING).cases < agent.most_open


def _turn(agent: Agent, load: Mapping[int, Load]) -> tuple[float, int, int]:
    """Whose turn it is among equals: whoever got their last one the longest ago."""
    has = load.get(agent.pk, _NOTHING)
    return round(has.weight, 1), has.last, agent.pk
