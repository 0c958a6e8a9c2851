"""Promises that a person made beside those of the standard: a call, a visit, the next word. Values, written by actions.

They stand on the case's own row, at most one of a kind, so that every list knows what is due without asking further.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from otklik.cases.models import Case

LATEST: Final = timedelta(days=365)
"""Nothing is promised for further ahead."""


class VowKind(StrEnum):
    NEXT_WORD = "next_word"
    CALL_BACK = "call_back"
    VISIT = "visit"


@dataclass(frozen=True, kw_only=True)
class Vow:
    """One promise. ``since``: when it was made, or moved last; ``by``: the agent who made it; ``about``: in words.

    ``letter_id``: the letter that tells it, 0 without one: a next word is kept by a later one. ``given_at``: when it
    was kept, None while it runs; ``answer_id``: the letter that kept it. ``instead``: what it took the place of.
    """

    kind: VowKind
    due_at: datetime
    since: datetime
    by: int | None = None
    about: str = ""
    letter_id: int = 0
    given_at: datetime | None = None
    answer_id: int = 0
    instead: dict[str, Any] | None = None

    def kept(self) -> dict[str, Any]:
        """For the JSON column: only what is there, moments as ISO in UTC."""
        found = {name: value for name, value in asdict(self).items() if value}
        return {name: iso(value) if isinstance(value, datetime) else value for name, value in found.items()}


_MOMENTS = ("due_at", "since", "given_at")


def vow_of(kept: dict[str, Any]) -> Vow:
    moments = {name: datetime.fromisoformat(kept[name]) for name in _MOMENTS if name in kept}
    return Vow(**{**kept, **moments, "kind": VowKind(kept["kind"])})


def vows_of(case: Case) -> list[Vow]:
    return [vow_of(kept) for kept in case.promised]


def running(case: Case, kind: VowKind) -> Vow | None:
    """The promise of this kind that is not kept yet."""
    return next((one for one in vows_of(case) if one.kind is kind and one.given_at is None), None)


def with_vow(case: Case, vow: Vow) -> list[dict[str, Any]]:
    """What the case promises with this one in the place of the last of its kind."""
    return [*without(case, vow.kind), vow.kept()]


def without(case: Case, kind: VowKind) -> list[dict[str, Any]]:
    return [kept for kept in case.promised if kept["kind"] != kind]


def nearest(case: Case, owed: datetime | None) -> datetime | None:
    """When an open case is due: what the standard owes by ``owed``, or what a person promised, whichever is earlier."""
    open_ones = [one.due_at for one in vows_of(case) if one.given_at is None] if case.promised else []
    return min((*open_ones, owed) if owed else open_ones, default=None)


def told_by(case: Case, answer_id: int, *, at: datetime) -> list[dict[str, Any]] | None:
    """After an answer has reached the customer: it is the next word, unless it is the letter that promised it.

    None when nothing changes.
    """
    vow = running(case, VowKind.NEXT_WORD)
    if vow is None or answer_id <= vow.letter_id:
        return None
    return with_vow(case, replace(vow, given_at=at, answer_id=answer_id, instead=None))


def lost_with(case: Case, answer_id: int) -> list[dict[str, Any]] | None:
    """After an answer was lost: the next word that it had kept is promised again. None when it had kept none."""
    vow = next((one for one in vows_of(case) if one.answer_id == answer_id), None)
    return None if vow is None else with_vow(case, replace(vow, given_at=None, answer_id=0))


def unsaid(case: Case, letter_id: int) -> list[dict[str, Any]] | None:
    """After the letter that tells a promise was taken back: what was promised before. None when it told none."""
    vow = next((one for one in vows_of(case) if one.letter_id == letter_id and one.given_at is None), None)
    if vow is None:
        return None
    return [*without(case, vow.kind), *([vow.instead] if vow.instead else [])]


def put_together(into: Case, other: Case) -> list[dict[str, Any]]:
    """What two cases that become one have promised; of two alike that which is due earlier, a kept one last."""
    latest = datetime.max.replace(tzinfo=UTC)
    rows: Iterable[Vow] = sorted(
        (*vows_of(other), *vows_of(into)), key=lambda one: latest if one.given_at else one.due_at, reverse=True
    )
    return list({one.kind: one.kept() for one in rows}.values())


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
