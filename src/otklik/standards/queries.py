"""Which standard holds, and which moments it promises."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from otklik.foundation.database.remembering import remembered
from otklik.standards.models import Standard
from otklik.team.models import Team
from otklik.team.working_time import add_working


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Deadlines of one case, aware moments."""

    first_answer_by: datetime
    next_word_by: datetime
    solution_by: datetime


@remembered(seconds=5)
def standard_for(kind: str) -> Standard:
    """The standard of this kind of case, else the one that holds when no other does, else the built-in minutes."""
    rows = Standard.objects.filter(Q(case_kind=kind) | Q(is_default=True)).order_by("is_default")
    return rows.first() or Standard(name="", is_default=True)


def promise_for(*, kind: str, team: Team, since: datetime) -> Promise:
    """What we promise a customer who wrote at ``since``, in the team's working time."""
    standard, calendar = standard_for(kind), team.working_time
    return Promise(
        first_answer_by=add_working(since, standard.first_answer_minutes, calendar),
        next_word_by=add_working(since, standard.next_word_minutes, calendar),
        solution_by=add_working(since, standard.solution_minutes, calendar),
    )
