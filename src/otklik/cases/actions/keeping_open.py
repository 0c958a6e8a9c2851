"""What speaks against putting a case away: whoever owes the customer something about it stands above, and says so."""

from collections.abc import Callable

from otklik.cases.models import Case
from otklik.cases.moves import State
from otklik.foundation.errors import Refusal

type Objection = Callable[[Case, State], Refusal | None]
"""Why a case may not go to this state yet; None when nothing speaks against it."""

_objections: list[Objection] = []


def objects_to_closing(objection: Objection) -> Objection:
    """Register who is asked before somebody of ours, or silence, puts a case away.

    The customer's own word asks nobody: it decides.
    """
    if objection not in _objections:
        _objections.append(objection)
    return objection


def objection_to(case: Case, to: State) -> Refusal | None:
    """The first that anybody has; to be asked in a case that is held."""
    return next(filter(None, (objection(case, to) for objection in _objections)), None)


def check_objections(case: Case, to: State) -> None:
    """Raises the first objection."""
    refusal = objection_to(case, to)
    if refusal is not None:
        raise refusal
