"""What cases themselves show beside a case."""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse

from otklik.cases.models import Case
from otklik.cases.mood import mood_of
from otklik.cases.queries import offered_to, steps_of
from otklik.foundation.actors import Actor
from otklik.foundation.manifest import Beside, Panel
from otklik.standards.observed import FACTS
from otklik.standards.queries import version_by_id


def _standard(case: Case, _actor: Actor) -> Mapping[str, Any] | None:
    """The standard that the case holds with its steps, and what is offered in its place."""
    version = version_by_id(case.standard_version_id) if case.standard_version_id else None
    offered = offered_to(case)
    if version is None and offered is None:
        return None
    steps = steps_of(case)
    return {
        "version": version,
        "steps": [{"step": step, "fact": FACTS.get(step.fact, "")} for step in steps],
        "left": sum(step.is_open for step in steps),
        "offered": offered,
        "difference": _difference(version.number if version else 0, offered.version) if offered else "",
    }


def _difference(held: int, version: Any) -> str:
    """Where to read what is different in the later version; the standard itself where it is another one."""
    url = reverse("standards:versions", args=[version.standard_id])
    return f"{url}?from={held}&to={version.number}" if held else url


def _known(_case: Case, _actor: Actor) -> Mapping[str, Any]:
    """Nothing is asked until somebody opens it."""
    return {}


STANDARD: Final = Panel(name="standard", template="cases/standard_panel.html", facts=_standard, place=-10)


def _mood(case: Case, _actor: Actor) -> Mapping[str, Any] | None:
    """How the customer's last words sound; nothing is asked of the database."""
    hint = mood_of(case)
    return {"hint": hint} if hint else None


MOOD: Final = Panel(name="mood", template="cases/mood.html", facts=_mood, beside=Beside.CUSTOMER, place=5)
KNOWN: Final = Panel(name="known", template="cases/known_panel.html", facts=_known, beside=Beside.CUSTOMER, place=20)
