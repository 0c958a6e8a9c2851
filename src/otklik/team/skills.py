"""What agents are good at, found in what a case is about: «возвраты» in «Как оформить возврат?»."""

from collections.abc import Iterable, Sequence

from otklik.foundation.text.language import lemmas, words_of
from otklik.team.models import Agent

_READ = 2_000
"""Letters of a text in which skills are looked for: a matter is named at its beginning."""


def skilled_in(words: Iterable[str], agents: Sequence[Agent]) -> list[Agent]:
    """Those of the agents of whose skills the most are named in these texts, in any of their forms; [] if none is."""
    if not any(agent.skills for agent in agents):
        return []
    said = {lemma for text in words for word in words_of(text[:_READ]) for lemma in lemmas(word)}
    known = {agent.pk: sum(_is_named(skill, said) for skill in agent.skills) for agent in agents}
    most = max(known.values())
    return [agent for agent in agents if known[agent.pk] == most] if most else []


def _is_named(skill: str, said: set[str]) -> bool:
    """Whether every word of the skill is among the lemmas said."""
    asked = words_of(skill)
    return bool(asked) and all(said.intersection(lemmas(word)) for word in asked)
