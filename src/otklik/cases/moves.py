"""The transition table of a case, and the one function that moves it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import open_load
from otklik.foundation.errors import Refusal

State = Case.State

MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.SOLVED, State.SATISFIED, State.SPAM}),
    State.SOLVED: frozenset({State.OPEN, State.SATISFIED, State.UNCONFIRMED, State.SPAM}),
    State.SATISFIED: frozenset({State.OPEN, State.SPAM}),
    State.UNCONFIRMED: frozenset({State.OPEN, State.SATISFIED, State.SPAM}),
    State.SPAM: frozenset(),
}
"""Out of spam leads one way only, to where the case stood before: ``put_back``; ``end_again`` asks no table, either."""


def move(case: Case, *, to: State, **changes: Any) -> State:
    """Move the case if the table allows it from where it is *now*; returns the state it left.

    A conditional UPDATE, so of two people who act at once only one wins. Raises ``Refusal('changed_meanwhile')``.
    """
    came_from = State(case.state)
    if to not in MOVES[came_from]:
        raise too_late()
    _write(case, came_from, to, changes)
    return came_from


def put_back(case: Case, *, to: State, **changes: Any) -> None:
    """Out of spam, to where the case stood before; of two people only one wins, as in ``move``."""
    _write(case, State.SPAM, to, changes)


def end_again(case: Case, *, to: State, **changes: Any) -> None:
    """As the case had ended before a word that was none of its own opened it; of two people only one wins."""
    _write(case, State.OPEN, to, changes)


def _write(case: Case, came_from: State, to: State, changes: dict[str, Any]) -> None:
    changes |= {"state": to, "updated_at": timezone.now()}
    if not Case.objects.filter(pk=case.pk, state=came_from).update(**changes):
        raise too_late()
    open_load.forget()
    for field, value in changes.items():
        setattr(case, field, value)


def too_late() -> Refusal:
    return Refusal("changed_meanwhile", _("The case has changed meanwhile. Look at what is new; your text is kept."))
