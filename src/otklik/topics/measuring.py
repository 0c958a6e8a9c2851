"""A problem that a topic measures: its chart, and whether it has gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.complaints.models import Problem
from otklik.foundation.actors import Actor, may
from otklik.foundation.errors import Refusal
from otklik.foundation.in_use import is_in_use
from otklik.foundation.policies import policy
from otklik.topics.charting import Again, Judged, Verdict, again, judged
from otklik.topics.counting import weeks_of
from otklik.topics.drawing import Chart, charts
from otklik.topics.models import Topic, Watch


@dataclass(frozen=True, kw_only=True)
class Measured:
    """``again`` None while it is not fixed."""

    topic: Topic
    weeks: list[Judged]
    again: Again | None


def measured(problem: Problem) -> Measured | None:
    """None for a problem that no topic measures, and in a house that does without topics."""
    if not is_in_use("topics"):
        return None
    watch = Watch.objects.filter(problem=problem).select_related("topic").first()
    if watch is None:
        return None
    weeks = judged(weeks_of(watch.topic, until=timezone.now()), least=int(policy("topics.signal_from")))
    found = None
    if problem.fixed_at is not None:
        fixed = timezone.localdate(problem.fixed_at)
        found = again(weeks, since=watch.since, fixed=fixed, wanted=problem.watch_weeks)
    return Measured(topic=watch.topic, weeks=weeks, again=found)


def objection(problem: Problem) -> Refusal | None:
    """Why it cannot be called checked yet."""
    known = measured(problem)
    if known is None or known.again is None or known.again.verdict == Verdict.DOWN:
        return None
    if known.again.verdict == Verdict.TOO_EARLY:
        return Refusal("too_early_to_tell", said_of(known.again))
    return Refusal("rate_is_not_down", said_of(known.again))


def said_of(found: Again) -> str:
    """The verdict in words."""
    match found.verdict:
        case Verdict.TOO_EARLY:
            words = ngettext(
                "Too early to tell: one more whole week is wanted.",
                "Too early to tell: %(count)d more whole weeks are wanted.",
                found.left,
            )
            return words % {"count": found.left}
        case Verdict.DOWN:
            return _("It has come down, and that is proven.")
        case Verdict.NOT_PROVEN:
            return _("Less than before, but that it is no chance is not proven yet.")
    return _("It has not come down: take it into work again, or say that it did not help.")


def chart_of(weeks: list[Judged], *, flag: Any = None) -> list[Chart]:
    return charts(weeks, flag=flag)


def beside_problem(problem: Problem, actor: Actor) -> Mapping[str, Any] | None:
    """For the page of a problem: its chart and verdict; where no topic measures it, those that could."""
    if not is_in_use("topics") or not may(actor, "topics.see"):
        return None
    known = measured(problem)
    if known is None:
        choices = list(Topic.objects.filter(is_active=True).order_by("path")) if may(actor, "topics.edit") else []
        return {"measured": None, "topics": choices} if choices else None
    flag = timezone.localdate(problem.fixed_at) if problem.fixed_at else None
    return {
        "measured": known,
        "charts": charts(known.weeks, flag=flag),
        "verdict": said_of(known.again) if known.again else "",
        "tone": "satisfied" if known.again and known.again.verdict == Verdict.DOWN else "",
        "topics": [],
    }
