"""Who will be away, what falls due meanwhile, and what was decided of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.absences.models import Absence, Check
from otklik.cases.models import Case
from otklik.cases.queries import Promised, promises_of
from otklik.cases.vows import VowKind, running
from otklik.foundation.actors import Actor, may
from otklik.foundation.errors import Refusal
from otklik.foundation.manifest import Person


@dataclass(frozen=True, kw_only=True)
class Falling:
    """A promise of a case that falls due while its owner is away. ``is_movable``: a person promised it by a moment."""

    case: Case
    promise: Promised
    is_movable: bool

    @property
    def key(self) -> tuple[int, str]:
        return self.case.pk, self.promise.kind.value


def absences(actor: Actor) -> QuerySet[Absence]:
    """One's own and those in which one answers; a lead sees all."""
    rows = Absence.objects.select_related("agent", "deputy")
    return (
        rows if may(actor, "absences.lead") else rows.filter(Q(agent_id=actor.agent_id) | Q(deputy_id=actor.agent_id))
    )


def absence_by_id(pk: int, *, actor: Actor) -> Absence:
    """Raises ``Refusal('not_found')`` alike for one that is not there and one that is not theirs to see."""
    row = absences(actor).filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("There is no such absence, or you may not see it."))
    return row


def to_come(actor: Actor, _now: datetime) -> QuerySet[Absence]:
    """Absences that are not over."""
    return absences(actor).filter(ended_at=None, cancelled_at=None)


def falling(absence: Absence) -> list[Falling]:
    """What falls due in it and was not left on purpose, the earliest first; nothing of one that is over.

    What a person moved, passed on or kept meanwhile is no longer there, what they moved to within the absence is.
    """
    return falling_in([absence]).get(absence.pk, [])


def falling_in(rows: Iterable[Absence]) -> Mapping[int, list[Falling]]:
    """The same for many, by their ids: two queries."""
    living = [row for row in rows if not row.is_over]
    if not living:
        return {}
    cases = _open_of({row.agent_id for row in living})
    left = {
        (check.absence_id, check.case_id, check.kind, check.due_at)
        for check in Check.objects.filter(absence__in=living, decision=Check.Decision.LEFT)
    }
    now = timezone.now()
    return {
        row.pk: [
            one
            for one in _within(row, cases.get(row.agent_id, ()), now)
            if (row.pk, *one.key, one.promise.due_at) not in left
        ]
        for row in living
    }


def _open_of(agents: Iterable[int]) -> dict[int, list[Case]]:
    found: dict[int, list[Case]] = {}
    rows = Case.objects.filter(owner__in=list(agents), state=Case.State.OPEN).select_related("customer").defer("search")
    for case in rows.order_by("id"):
        found.setdefault(case.owner_id, []).append(case)
    return found


def _within(absence: Absence, cases: Sequence[Case], now: datetime) -> list[Falling]:
    found = [
        Falling(case=case, promise=one, is_movable=one.vow is not None)
        for case in cases
        for one in promises_of(case, now=now)
        if one.is_open and absence.starts_at <= one.due_at < absence.ends_at
    ]
    return sorted(found, key=lambda one: (one.promise.due_at, one.key))


def falling_one(absence: Absence, number: int, kind: str) -> Falling:
    """Raises ``Refusal('not_falling')`` for what does not fall due in it any more."""
    found = next((one for one in falling(absence) if one.key == (number, kind)), None)
    if found is None:
        raise Refusal("not_falling", _("This no longer falls due in the absence. Look at the list again."))
    return found


def checks_of(absence: Absence) -> list[Check]:
    """Newest first."""
    return list(absence.checks.select_related("case__customer", "to", "by").order_by("-id"))


def counts(rows: Iterable[Absence]) -> Mapping[int, int]:
    """Absence → how many things are still to be looked at."""
    return Counter({pk: len(found) for pk, found in falling_in(rows).items()})


def due_to_begin(now: datetime) -> list[Absence]:
    rows = Absence.objects.filter(begun_at=None, ended_at=None, cancelled_at=None, starts_at__lte=now)
    return list(rows.select_related("agent", "deputy").order_by("id"))


def due_to_end(now: datetime) -> list[Absence]:
    rows = Absence.objects.filter(ended_at=None, cancelled_at=None, begun_at__isnull=False, ends_at__lte=now)
    return list(rows.order_by("id"))


def is_vow(case: Case, kind: str) -> bool:
    """Whether a person promised it by a moment of their own, so that it can be moved."""
    return kind in set(VowKind) and running(case, VowKind(kind)) is not None


def called(source: str) -> str:
    """Who is away in the absence that an alert speaks of."""
    row = Absence.objects.select_related("agent").filter(pk=int(source)).first() if source.isdecimal() else None
    return row.agent.name if row else "…"


def kept_of(person: Person) -> dict[str, Any]:
    """What was decided of a person's cases before somebody went away."""
    rows = Check.objects.filter(case__in=person.cases).select_related("to").order_by("id")
    decided = [
        {
            "case": row.case_id,
            "kind": row.kind,
            "due_at": row.due_at,
            "decision": row.decision,
            "to": row.to.name if row.to else "",
            "moved_to": row.moved_to,
            "because": row.because,
        }
        for row in rows
    ]
    return {"decided_before_absences": decided} if decided else {}
