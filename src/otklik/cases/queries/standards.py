"""By which standard a case is served, which one fits it now, and how far its steps are taken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.cases.events import CaseOpened, StandardChosen
from otklik.cases.models import Case, CaseStep
from otklik.customers.models import Customer
from otklik.customers.queries import tier_of
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.standards.choosing import Choice, Matter
from otklik.standards.models import Standard, Version
from otklik.standards.queries import are_chosen_by, chosen_for, newer_than, version_by_id

OPEN = "open"


def matter_of(case: Case, **changes: Any) -> Matter:
    """What the standard of a case is chosen by. ``changes``: kind, team or tags as they are going to be."""
    team = changes.get("team")
    return Matter(
        kind=changes.get("kind", case.kind),
        channel=case.channel,
        team_id=team.pk if team else case.team_id,
        tags=changes.get("tags", case.tags),
        tier=tier_in_question(case.customer),
        organization_id=case.organization_id,
    )


def tier_in_question(customer: Customer) -> str:
    """The customer's tier, as long as any standard is for some tier; else '' without asking."""
    return tier_of(customer) if are_chosen_by("tier") else ""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Another version by which a case could be served. ``because``: newer (of the same standard) or fits (better)."""

    version: Version
    because: str


def offered_to(case: Case) -> Offered | None:
    """What fits an open case better than what it holds, else a later version of that; None while there is neither."""
    if case.state != Case.State.OPEN:
        return None
    fitting = chosen_for(matter_of(case)).version
    held = version_by_id(case.standard_version_id) if case.standard_version_id else None
    if fitting is not None and (held is None or fitting.standard_id != held.standard_id):
        return Offered(version=fitting, because="fits")
    newer = newer_than(held.pk) if held is not None else None
    return Offered(version=newer, because="newer") if newer is not None else None


def choice_now(case: Case) -> Choice:
    return chosen_for(matter_of(case))


# ── Steps ─────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class StepOf:
    """One step as it stands in a case. ``state``: open, done or skipped; ``ticked_by``: the fact that it is bound to.

    ``fact``: the one by which it was ticked, '' when a person did; ``by_id``: that person.
    """

    number: int
    words: str
    ticked_by: str
    state: str = OPEN
    because: str = ""
    fact: str = ""
    by_id: int | None = None
    at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state == OPEN


_marks = Compiled(lambda: CaseStep.objects.filter(case_id=Given("case"), version_id=Given("version")))


def steps_of(case: Case) -> list[StepOf]:
    """The steps of the standard that a case holds, in their order; one query, none where there is no step."""
    version = version_by_id(case.standard_version_id) if case.standard_version_id else None
    if version is None or not version.how:
        return []
    return steps_with(version, _marks(case=case.pk, version=version.pk))


def steps_with(version: Version, marks: Iterable[CaseStep]) -> list[StepOf]:
    """The steps of a version with what became of them."""
    marked: Mapping[int, CaseStep] = {mark.number: mark for mark in marks}
    return [_step(number, words, fact, marked.get(number)) for number, words, fact in version.steps]


def _step(number: int, words: str, fact: str, mark: CaseStep | None) -> StepOf:
    if mark is None:
        return StepOf(number=number, words=words, ticked_by=fact)
    return StepOf(
        number=number, words=words, ticked_by=fact, state=mark.state, because=mark.because, fact=mark.fact,
        by_id=mark.by_id, at=mark.at,
    )  # fmt: skip


def open_steps(case: Case) -> Sequence[StepOf]:
    return [step for step in steps_of(case) if step.is_open]


def standard_of(case: Case) -> Standard:
    """Raises ``Refusal('no_standard')``."""
    if case.standard_version_id is None:
        raise Refusal("no_standard", _("This case is served by no standard."))
    return version_by_id(case.standard_version_id).standard


# ── Why this one ──────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Chosen:
    """When and why the case got the standard that it holds, and which fitted as well but were passed over then.

    ``because``: opened, or what ``StandardChosen`` says.
    """

    at: datetime
    because: str
    conditions: Sequence[str]
    passed_over: Sequence[int]


def how_chosen(case: Case) -> Chosen | None:
    """By the history; None for a case from before that was written down."""
    names = (CaseOpened.event_name, StandardChosen.event_name)
    event = Event.objects.filter(case_id=case.pk, name__in=names).order_by("-id").first()
    if event is None:
        return None
    told, is_first = event.payload, event.name == CaseOpened.event_name
    return Chosen(
        at=event.at,
        because="opened" if is_first else told["because"],
        conditions=told.get("standard_because" if is_first else "conditions", ()),
        passed_over=told.get("passed_over", ()),
    )
