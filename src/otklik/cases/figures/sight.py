"""Whose cases a figure counts, and which of them whoever reads it may open: the same wherever cases are counted."""

from typing import Any, Final

from otklik.foundation.actors import Actor, Sight

_MINE: Final = "(c.owner_id = %(me)s OR c.deputy_id = %(me)s)"
_MINE_OR_OF_MY_TEAMS: Final = f"({_MINE} OR c.team_id = ANY(%(teams)s::bigint[]))"


def counts(actor: Actor) -> str:
    """That a case ``c`` is in a sum: of one's teams, or one's own wherever it stands. Takes what ``eyes`` gives."""
    return "true" if actor.sees_all else _MINE_OR_OF_MY_TEAMS


def opens(actor: Actor) -> str:
    """That it is among the rows behind the sum."""
    return _MINE if not actor.sees_all and actor.sight is not Sight.TEAM else counts(actor)


def eyes(actor: Actor) -> dict[str, Any]:
    return {"me": actor.pk, "teams": sorted(actor.team_ids)}
