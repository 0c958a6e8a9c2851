"""The clock of the house looks at promises: colleagues are told before one breaks, and what broke is written down."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from otklik.cases.actions import alert
from otklik.cases.clocks import rests_of
from otklik.cases.models import Case
from otklik.cases.queries import Promised, PromiseKind, Standing, promises_of
from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.promises.events import PromiseBroken, Warned
from otklik.promises.letters import send_notice
from otklik.promises.models import Broken, Notice, Watch
from otklik.promises.queries import AT_RISK, BROKEN, shares, to_look_at
from otklik.promises.watching import AT_A_TIME, Shares, Told, name_of, tellings
from otklik.standards.queries import times_for
from otklik.team.models import Agent
from otklik.team.queries import agent_by_id, deputy_of, is_here, leads_of, team_by_id
from otklik.team.working_time import hours_of

BATCH: Final = 500
"""Cases that one transaction holds, as in ``cases.count_promises_anew``."""
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_A_MOMENT: Final = timedelta(microseconds=1)
_READ: Final = (
    "id", "state", "kind", "priority", "standard_version_id", "customer_id", "owner_id", "deputy_id", "team_id",
    "custom", "waits_for", "rests", "promised", "asked_at", "created_at", "first_answer_by", "first_answered_at",
    "next_word_by", "next_word_since", "word_given_at", "last_word_at", "solution_by", "solution_since", "solved_at",
    "closed_at",
)  # fmt: skip
_WRITE: Final = """
    UPDATE promises_watch SET look_at = given.look_at
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS given (case_id, look_at)
    WHERE promises_watch.case_id = given.case_id
"""


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What is written down already of the cases that are looked at, and when this is."""

    now: datetime
    shares: Shares
    steps: Mapping[tuple[int, str], set[str]]
    broken: Mapping[int, Mapping[tuple[str, datetime], Broken]]
    since: Mapping[int, datetime]


def mind_promises(now: datetime) -> int:
    """Look at every promise whose moment has come. Returns how many cases were looked at.

    In batches of their own; a case that somebody holds is looked at the next time. Safe to run again, and at once.
    """
    looked = 0
    while (numbers := to_look_at(now, most=BATCH)) and (seen := _look(numbers, now)):
        looked += seen
    return looked


@in_one
def _look(numbers: Collection[int], now: datetime) -> int:
    rows = Case.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=numbers).order_by("id")
    cases = list(rows.only(*_READ))
    known = _known(cases, now)
    _write({case.pk: _looked_at(case, known) for case in cases if case.pk in known.since})
    return len(cases)


def _known(cases: Sequence[Case], now: datetime) -> _Known:
    pks = [case.pk for case in cases]
    watches = Watch.objects.select_for_update().filter(case__in=pks, look_at__lte=now).order_by("case_id")
    since = dict(watches.values_list("case_id", "since"))
    steps: dict[tuple[int, str], set[str]] = defaultdict(set)
    for case_id, promise, step in Notice.objects.filter(case__in=pks).values_list("case_id", "promise", "step"):
        steps[case_id, promise].add(step)
    broken: dict[int, dict[tuple[str, datetime], Broken]] = defaultdict(dict)
    for row in Broken.objects.filter(case__in=pks):
        broken[row.case_id][row.kind, row.due_at] = row
    return _Known(now=now, shares=shares(), steps=steps, broken=broken, since=since)


def _write(look_at: Mapping[int, datetime | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(look_at), list(look_at.values())])


def _looked_at(case: Case, known: _Known) -> datetime | None:
    """Do what is due for this case. Returns when to look again, None while there is nothing to wait for."""
    moments: list[datetime] = []
    for promised in promises_of(case, now=known.now):
        if promised.state is Standing.BROKEN or promised.given_at is not None:
            _note_what_became(case, promised, known)
        elif promised.state is Standing.RUNNING:
            moments += [promised.due_at + _A_MOMENT, *_warned(case, promised, known)]
    return min(moments, default=None)


def look_again() -> None:
    """Another share of the time counts from now on: every promise that runs is looked at."""
    Watch.objects.filter(look_at__isnull=False).update(look_at=LONG_AGO)


# ── Before it breaks ──────────────────────────────────────────────────────────────────────
def _warned(case: Case, promised: Promised, known: _Known) -> list[datetime]:
    """Tell whoever is to be told by now; returns the moments at which others are."""
    times = times_for(case.kind, case.standard_version_id, case.priority)
    rests, hours = rests_of(case), hours_of(times.clock(team_by_id(case.team_id).working_time))
    told = known.steps.get((case.pk, name_of(promised)), set())
    steps = [one for one in tellings(promised, hours=hours, shares=known.shares, rests=rests) if one.step not in told]
    for one in steps:
        if one.at <= known.now:
            _tell(case, promised, one)
    return [one.at for one in steps if one.at > known.now]


def _tell(case: Case, promised: Promised, told: Told) -> None:
    """Each colleague once for each promise, at whichever step they come first."""
    for step, agent in _who(case, told.step):
        row, is_new = Notice.objects.get_or_create(
            case=case,
            promise=name_of(promised),
            agent=agent,
            defaults={"kind": promised.kind, "due_at": promised.due_at, "step": step},
        )
        if not is_new:
            continue
        alert(agent=agent, case=case, reason=AT_RISK, source=str(row.pk))
        happened = Warned(
            **_of(case), notice_id=row.pk, agent_id=agent.pk, kind=promised.kind, due_at=_iso(promised.due_at)
        )
        announce(happened, actor=SYSTEM)


def _who(case: Case, step: Notice.Step) -> list[tuple[Notice.Step, Agent]]:
    """Who is told at this step; while the owner is away their deputy stands beside them from the first."""
    owner = agent_by_id(case.owner_id)
    if step is Notice.Step.LEAD:
        return [(step, lead) for lead in leads_of(team_by_id(case.team_id))]
    deputy = agent_by_id(case.deputy_id) if case.deputy_id else deputy_of(owner)
    deputies = [(Notice.Step.DEPUTY, deputy)] if deputy else []
    if step is Notice.Step.DEPUTY:
        return deputies
    return [(step, owner), *([] if is_here(owner) else deputies)]


@in_one
def mail_notice(*, notice_id: int) -> None:
    """The same by e-mail, once; nothing when the promise was kept meanwhile."""
    row = Notice.objects.select_for_update(of=("self",)).select_related("agent", "case__customer").get(pk=notice_id)
    promised = promises_of(row.case, now=timezone.now())
    is_running = any(name_of(one) == row.promise and one.is_open for one in promised)
    if row.mailed_at is not None or not is_running or not row.agent.is_active:
        return
    send_notice(row)
    Notice.objects.filter(pk=row.pk).update(mailed_at=timezone.now())


# ── Once it broke ─────────────────────────────────────────────────────────────────────────
def _note_what_became(case: Case, promised: Promised, known: _Known) -> None:
    """Write down what broke, and when it was made good; what was given earlier than we knew has not been broken."""
    row = known.broken[case.pk].get((promised.kind, promised.due_at)) if case.pk in known.broken else None
    if promised.state is Standing.KEPT:
        if row is not None and row.word_at is None:
            row.delete()
        return
    if row is None and promised.due_at >= known.since[case.pk]:
        _write_down(case, promised)
    elif row is not None and row.made_good_at is None and promised.given_at is not None:
        is_told = promised.kind in AT_A_TIME and row.word_at is None
        word = {"word_at": promised.given_at} if is_told else {}
        Broken.objects.filter(pk=row.pk).update(made_good_at=promised.given_at, **word)


def _write_down(case: Case, promised: Promised) -> None:
    row, is_new = Broken.objects.get_or_create(
        case=case,
        kind=promised.kind,
        due_at=promised.due_at,
        defaults={
            "since": promised.since,
            "owner_id": case.owner_id,
            "made_good_at": promised.given_at,
            "word_at": _word_since(case, promised),
        },
    )
    if not is_new:
        return
    happened = PromiseBroken(
        **_of(case), broken_id=row.pk, owner_id=case.owner_id, kind=row.kind, due_at=_iso(row.due_at)
    )
    announce(happened, actor=SYSTEM)
    if row.word_at is None and case.state != Case.State.SATISFIED:
        alert(agent=agent_by_id(case.owner_id), case=case, reason=BROKEN, source=str(row.pk))


def _word_since(case: Case, promised: Promised) -> datetime | None:
    """When the customer got a word of ours after it broke, before anybody looked; None when they wait for one."""
    if promised.given_at is not None and promised.kind != PromiseKind.SOLUTION:
        return promised.given_at
    given = case.word_given_at
    return given if given is not None and given > promised.due_at else None


def _of(case: Case) -> dict[str, Any]:
    return {"case_id": case.pk, "customer_id": case.customer_id}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
