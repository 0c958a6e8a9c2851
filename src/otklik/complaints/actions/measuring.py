"""Whether a problem has really gone is measured by whoever stands above and counts; it says so here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from otklik.complaints.models import Problem
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal


@dataclass(frozen=True, kw_only=True)
class Measuring:
    """``objection``: why a problem cannot be called checked yet, None when nothing speaks against it. ``template`` is
    drawn on its page with what ``facts`` knows of it for whoever looks, None for nothing."""

    objection: Callable[[Problem], Refusal | None]
    template: str
    facts: Callable[[Problem, Actor], Mapping[str, Any] | None]


_measuring: list[Measuring] = []


def measures_problems(measuring: Measuring) -> None:
    """Register who is asked."""
    if measuring not in _measuring:
        _measuring.append(measuring)


def check_measures(problem: Problem) -> None:
    """Raises the first objection."""
    for one in _measuring:
        if (refusal := one.objection(problem)) is not None:
            raise refusal


def measured_parts(problem: Problem, actor: Actor) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Templates with what they are drawn with."""
    found = ((one.template, one.facts(problem, actor)) for one in _measuring)
    return [(template, facts) for template, facts in found if facts is not None]
