"""The states of a suggestion as data: which follows which, the usual one first."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.suggestions.models import State

MOVES: Final[Mapping[str, tuple[State, ...]]] = {
    State.NEW: (State.LOOKED_AT, State.PLANNED, State.IN_WORK, State.DONE, State.DECLINED),
    State.LOOKED_AT: (State.PLANNED, State.IN_WORK, State.DONE, State.DECLINED),
    State.PLANNED: (State.IN_WORK, State.DONE, State.LOOKED_AT, State.DECLINED),
    State.IN_WORK: (State.DONE, State.PLANNED, State.LOOKED_AT, State.DECLINED),
    State.DONE: (State.IN_WORK,),
    State.DECLINED: (State.LOOKED_AT,),
    State.DUPLICATE: (),
}
"""A duplicate is made by merging, and is none any more only where its original is."""

WAY: Final = (State.NEW, State.LOOKED_AT, State.PLANNED, State.IN_WORK, State.DONE)
"""The way of a suggestion when all goes well, in its order."""


def check_move(now: str, to: str) -> None:
    """Raises ``Refusal('cannot_move_now')`` for a move that the table does not know."""
    if to not in MOVES[now]:
        raise Refusal("cannot_move_now", _("It cannot go there from where it is now. Look at it again."))
