"""More than usual is noticed once, told to those who lead, and becomes a problem with everybody whom it touches."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.cases.actions import alert
from otklik.cases.models import Case
from otklik.complaints.actions import link_case, save_problem
from otklik.complaints.models import Problem, ProblemCase
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.in_use import is_in_use
from otklik.foundation.policies import policy
from otklik.team.models import Agent
from otklik.team.queries import leads_of
from otklik.topics.charting import A_WEEK, Week, is_spike, judged
from otklik.topics.counting import counted_cases, day_of, of_topic, usual_a_day, weeks_of
from otklik.topics.events import SignalRaised, TopicWatched
from otklik.topics.models import Signal, Text, Topic, Watch

SIGNAL: Final = "topics.signal"
_A_DAY: Final = timedelta(days=1)
_LINKED_AT_ONCE: Final = 200
_UNFINISHED: Final = (Problem.State.OPEN, Problem.State.IN_WORK)


def look_for_signals(now: datetime) -> int:
    """Look at the last whole week and the last day of each topic; returns how many signals are new."""
    if not is_in_use("complaints"):
        return 0
    least = int(policy("topics.signal_from"))
    return sum(_look(topic, now, least) for topic in Topic.objects.filter(is_active=True).order_by("pk"))


def _look(topic: Topic, now: datetime, least: int) -> bool:
    weeks = weeks_of(topic, until=now)
    last = judged(weeks, least=least)[-1]
    if last.is_signal and last.limit is not None and last.mean is not None:
        share = last.week.cases / 100
        return _raise(topic, Signal.Kind.WEEK, last.week, expected=last.mean * share, limit=last.limit * share)
    seen, cases, expected = usual_a_day(topic, weeks, now=now)
    today = Week(begins=day_of(now - _A_DAY), seen=seen, cases=cases)
    if expected is not None and is_spike(seen, expected, least=least):
        return _raise(topic, Signal.Kind.DAY, today, expected=expected, limit=None)
    return False


@in_one
def _raise(topic: Topic, kind: Signal.Kind, week: Week, *, expected: float, limit: float | None) -> bool:
    """One signal for a week and one for a day; while people work at a problem of the topic it is no news."""
    if kind == Signal.Kind.DAY and Signal.objects.filter(topic=topic, begins__gt=week.begins - A_WEEK).exists():
        return False
    about = {"seen": week.seen, "cases": week.cases, "expected": expected, "limit": limit}
    signal, is_new = Signal.objects.get_or_create(topic=topic, kind=kind, begins=week.begins, defaults=about)
    if not is_new:
        return False
    touched = _touched(topic, since=week.begins)
    leads = _leads_of(touched)
    known = _unfinished(topic)
    signal.problem = known or _open(topic, week.begins, leads)
    signal.save(update_fields=["problem"])
    for lead in leads if known is None or known.state == Problem.State.FIXED else ():
        alert(agent=lead, case=None, reason=SIGNAL, source=str(signal.pk))
    problem_id = signal.problem.pk if signal.problem else None
    announce(SignalRaised(topic_id=topic.pk, signal_id=signal.pk, problem_id=problem_id), actor=SYSTEM)
    return True


def _touched(topic: Topic, *, since: date) -> list[Case]:
    texts = Text.objects.filter(of_topic(topic), case__isnull=False, at__gte=_beginning(since))
    rows = counted_cases().filter(pk__in=texts.values("case"))
    return list(rows.select_related("team").defer("search").order_by("pk"))


def _beginning(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=timezone.get_current_timezone())


def _leads_of(cases: Iterable[Case]) -> list[Agent]:
    """Who leads the teams whose cases it touches, those first who lead most of them."""
    counts: dict[int, int] = {}
    agents: dict[int, Agent] = {}
    for case in cases:
        for lead in leads_of(case.team):
            agents[lead.pk] = lead
            counts[lead.pk] = counts.get(lead.pk, 0) + 1
    return [agents[pk] for pk in sorted(agents, key=lambda pk: (-counts[pk], pk))]


def _unfinished(topic: Topic) -> Problem | None:
    """A problem of the topic that is open, in work, or still measured: what comes now belongs to it."""
    states = (*_UNFINISHED, Problem.State.FIXED)
    watch = (
        Watch.objects.filter(topic=topic, problem__state__in=states).select_related("problem").order_by("-pk").first()
    )
    return watch.problem if watch else None


def _open(topic: Topic, since: date, leads: list[Agent]) -> Problem | None:
    if not leads:
        return None
    day = date_format(since, "j E")
    title = _("%(topic)s: more than usual since %(day)s") % {"topic": topic.path[:150], "day": day}
    if Problem.objects.filter(title=title).exists():
        title = f"{title} {since.year}"
    problem = save_problem(values={"title": title, "owner": leads[0]}, actor=SYSTEM)
    Watch.objects.create(problem=problem, topic=topic, since=since)
    return problem


@in_one
def watch_problem(*, problem: Problem, topic: Topic, actor: Actor) -> None:
    """Measure a problem by a topic. Raises ``Refusal('watched_already')`` when another topic measures it."""
    require(actor, "topics.edit")
    since = timezone.localdate(problem.created_at) - A_WEEK
    row, is_new = Watch.objects.get_or_create(problem=problem, defaults={"topic": topic, "since": since})
    if not is_new and row.topic_id != topic.pk:
        raise Refusal("watched_already", _("This problem is measured by another topic already."))
    if is_new:
        announce(TopicWatched(topic_id=topic.pk, problem_id=problem.pk), actor=actor)


def link_those_touched(*, most: int = _LINKED_AT_ONCE) -> int:
    """Link cases of a watched topic with its problem, from its first day until it was fixed; returns how many."""
    count = 0
    watches = Watch.objects.filter(problem__state__in=[*_UNFINISHED, Problem.State.FIXED])
    for watch in watches.select_related("problem", "topic").order_by("pk"):
        until = watch.problem.fixed_at or timezone.now()
        texts = Text.objects.filter(of_topic(watch.topic), case__isnull=False, at__lte=until)
        texts = texts.filter(at__gte=_beginning(watch.since))
        known = ProblemCase.objects.filter(problem=watch.problem).values("case")
        rows = counted_cases().filter(pk__in=texts.values("case")).exclude(pk__in=known).defer("search")
        for case in rows.order_by("pk")[:most]:
            link_case(case=case, problem=watch.problem, actor=SYSTEM)
            count += 1
    return count
