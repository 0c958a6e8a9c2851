"""When who is told that a promise is about to break: values, counted in the working time of the promise."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from otklik.cases.queries import Promised, PromiseKind, Standing
from otklik.promises.models import Notice
from otklik.team.working_time import Hours, Rest

AT_A_TIME: Final = frozenset({PromiseKind.CALL_BACK, PromiseKind.VISIT})
"""They are due at a time, not by it: of them the last hour counts."""
_LAST: Final = timedelta(hours=1)

type Shares = Mapping[Notice.Step, int]
"""Who is told at how many percent of the time; nobody at 0."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody is to be told at a moment."""

    step: Notice.Step
    at: datetime


def name_of(promised: Promised) -> str:
    """Stands for one promise, also when it is counted anew: its kind, and since when it runs."""
    return f"{promised.kind}:{promised.since.astimezone(UTC).isoformat()}"


def tellings(promised: Promised, *, hours: Hours, shares: Shares, rests: Iterable[Rest] = ()) -> Iterator[Told]:
    """Each step with its moment, for a promise that runs; the clock of a solution leaves its rests out."""
    if promised.state is not Standing.RUNNING:
        return
    rests = list(rests) if promised.kind == PromiseKind.SOLUTION else []
    since, due_at = promised.since, promised.due_at
    work = 0 if promised.kind in AT_A_TIME else hours.between(since, due_at, rests)
    span = min(due_at - since, _LAST) if promised.kind in AT_A_TIME else due_at - since
    for step, share in shares.items():
        if not share:
            continue
        if work:
            yield Told(step=step, at=hours.add(since, work * share // 100, rests))
        else:  # promised for a time at which nobody works
            yield Told(step=step, at=due_at - span * (100 - share) / 100)
