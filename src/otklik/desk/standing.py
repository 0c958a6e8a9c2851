"""How a case stands: what is promised, what is done and what comes, in the words of the page."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from otklik.cases import labels
from otklik.cases.models import Case
from otklik.cases.queries import AT_RISK, PromiseKind, Standing, promises_of
from otklik.customers.models import Customer
from otklik.desk.queries import reminder_due
from otklik.ui import words
from otklik.ui.labels import Label


@dataclass(frozen=True, kw_only=True)
class PromiseLine:
    """A promise of the standard: still running, late, resting or kept. ``rests``: why, in words."""

    title: str | Promise
    deadline: datetime
    share: float
    tone: str
    kept: str
    rests: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    state: str
    text: str


def promises(case: Case) -> list[PromiseLine]:
    """What the standard promises and what became of it, the most urgent first."""
    now = timezone.now()
    lines = [
        _promise(labels.promise_words(one.kind), one.since, one.due_at, now)
        for one in sorted(promises_of(case, now=now), key=lambda one: one.due_at)
        if one.is_open and (one.vow or one.kind == PromiseKind.NEXT_WORD)
    ]
    if case.is_promised_nothing:
        return lines
    if case.state == Case.State.OPEN:
        if case.first_answered_at is None and case.first_answer_by is not None:
            lines.append(_promise(_("First answer"), case.asked_since, case.first_answer_by, now))
        lines.append(_solution(case, now))
    if case.first_answered_at is not None and case.first_answer_by is not None:
        took, is_late = _first_answer(case, case.first_answered_at)
        tone = "late" if is_late else ""
        lines.append(
            PromiseLine(title=_("First answer"), deadline=case.first_answer_by, share=1.0, tone=tone, kept=took)
        )
    return lines


def _solution(case: Case, now: datetime) -> PromiseLine:
    solution = next(one for one in promises_of(case, now=now) if one.kind == "solution")
    line = _promise(_("Solution"), solution.since, solution.due_at, solution.rests_since or now)
    if solution.state is not Standing.RESTING or solution.rests_since is None:
        return line
    since = words.when(solution.rests_since, now=now)
    return replace(line, tone="", rests=_("rests since %(moment)s: we wait for the customer") % {"moment": since})


def _promise(title: str, start: datetime, deadline: datetime, now: datetime) -> PromiseLine:
    tone = "late" if deadline < now else "risk" if deadline < now + AT_RISK else ""
    share = words.share_spent(start, deadline, now=now)
    return PromiseLine(title=title, deadline=deadline, share=share, tone=tone, kept="")


def _first_answer(case: Case, at: datetime) -> tuple[str, bool]:
    """How long a person waited, said alike by steps and promises; and whether that was later than promised."""
    took = _("in %(duration)s") % {"duration": words.duration(at - case.asked_since)}
    if case.first_answer_by is None or at <= case.first_answer_by:
        return took, False
    over = words.duration(at - case.first_answer_by)
    return _("%(took)s, late by %(over)s") % {"took": took, "over": over}, True


def _due(deadline: datetime, now: datetime) -> str:
    return words.late(deadline, now=now) if deadline < now else words.time_left(deadline, now=now)


def steps(case: Case) -> list[Step]:
    """The way of the case, which ends with the customer's word."""
    now = timezone.now()
    found = [Step(state="done", text=_("Came %(day)s") % {"day": words.day(case.created_at, now=now)})]
    if case.state == Case.State.SPAM:
        return [*found, Step(state="done", text=_("Marked as spam"))]
    if case.first_answered_at:
        took, _late = _first_answer(case, case.first_answered_at)
        found.append(Step(state="done", text=_("First answer %(when)s") % {"when": took}))
    elif case.first_answer_by:
        found.append(Step(state="now", text=_("First answer %(when)s") % {"when": _due(case.first_answer_by, now)}))
    is_open = case.state == Case.State.OPEN
    if case.is_promised_nothing:
        return [*found, Step(state="now", text=_("A machine wrote it and is promised nothing"))]
    if is_open:
        left = _("rests until the customer answers") if case.rests_since else _due(case.solution_by, now)
        state = "now" if case.first_answered_at else "later"
        found += [
            Step(state=state, text=_("Solution %(when)s") % {"when": left}),
            Step(state="later", text=_("The customer's word")),
        ]
        return found
    found.append(Step(state="done", text=_("Solved, we believe")))
    if case.state == Case.State.SOLVED and case.solved_at:
        due = words.day(reminder_due(case.solved_at, case.reminders), now=now)
        found.append(Step(state="now", text=_("The customer's word; reminder %(day)s") % {"day": due}))
    elif case.state == Case.State.SATISFIED:
        found.append(Step(state="done", text=_("The customer is satisfied")))
    else:
        found.append(Step(state="later", text=_("Closed as unconfirmed")))
    return found


def badges(case: Case) -> list[Label]:
    """The state in words beside the subject."""
    if "merged_into" in case.custom:
        return [labels.merged_into(case.custom["merged_into"])]
    found = [] if case.state == Case.State.OPEN else [labels.STATES[case.state]]
    if case.is_undelivered:
        found.append(labels.UNDELIVERED)
    if case.came_back and case.state == Case.State.OPEN:
        found.append(labels.CAME_BACK)
    if case.priority in {"high", "urgent"}:
        found.append(labels.PRIORITIES[case.priority])
    return found


def their_time(customer: Customer) -> str:
    """The clock at the customer's, '' when their zone is not known."""
    try:
        zone = ZoneInfo(customer.time_zone) if customer.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return timezone.localtime(timezone.now(), zone).strftime("%H:%M") if zone else ""


def outcome(case: Case) -> str:
    """How another case ended, in a few words."""
    if "merged_into" in case.custom:
        return _("goes on in %(number)d") % {"number": case.custom["merged_into"]}
    if case.word is not None and case.word.satisfaction:
        return _("satisfied, %(score)d of 5") % {"score": case.word.satisfaction}
    return str(labels.STATES[case.state].text).lower()
