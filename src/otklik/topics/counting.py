"""How often a topic comes, by week and by day, among all cases that were opened."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from otklik.cases.models import HISTORY, Case
from otklik.topics.charting import A_WEEK, FEWEST_WEEKS, Week
from otklik.topics.models import BETWEEN, Text, Topic

WEEKS: Final = 26
_A_DAY: Final = timedelta(days=1)


def counted_cases() -> QuerySet[Case]:
    """What figures count: no spam, nothing that was merged away or taken in from an old mailbox."""
    return Case.objects.exclude(custom__has_any_keys=["merged_into", HISTORY]).exclude(state=Case.State.SPAM)


def of_topic(topic: Topic) -> Q:
    """Texts of this topic and of all below it."""
    return Q(topic=topic) | Q(topic__path__startswith=f"{topic.path}{BETWEEN}")


def day_of(moment: datetime) -> date:
    return timezone.localdate(moment)


def monday_of(moment: datetime) -> datetime:
    """When the week of this moment began, by the clock of the house."""
    day = timezone.localdate(moment)
    monday = day - timedelta(days=day.weekday())
    return datetime.combine(monday, datetime.min.time(), tzinfo=timezone.get_current_timezone())


def weeks_of(topic: Topic, *, until: datetime, count: int = WEEKS) -> list[Week]:
    """The last whole weeks before this moment, oldest first; a case counts in the week in which it was opened."""
    end = monday_of(until)
    start = monday_of(end - count * A_WEEK + _A_DAY)
    mine = Text.objects.filter(of_topic(topic), case__isnull=False).values("case")
    opened = counted_cases().filter(created_at__gte=start, created_at__lt=end)
    by_week = opened.annotate(week=TruncWeek("created_at")).order_by().values_list("week")
    rows = by_week.annotate(cases=Count("pk"), seen=Count("pk", filter=Q(pk__in=mine)))
    found = {timezone.localdate(week): (seen, cases) for week, cases, seen in rows}
    mondays = [timezone.localdate(start) + number * A_WEEK for number in range(count)]
    known = [Week(begins=day, seen=found.get(day, (0, 0))[0], cases=found.get(day, (0, 0))[1]) for day in mondays]
    first = next((place for place, week in enumerate(known) if week.cases), len(known) - 1)
    return known[first:]


def usual_a_day(topic: Topic, weeks: Sequence[Week], *, now: datetime) -> tuple[int, int, float | None]:
    """Of the last 24 hours: cases of the topic, all cases, and how many of the topic the last eight weeks let expect;
    None while there are fewer."""
    mine = Text.objects.filter(of_topic(topic), case__isnull=False).values("case")
    opened = counted_cases().filter(created_at__gt=now - _A_DAY, created_at__lte=now)
    told = opened.aggregate(cases=Count("pk"), seen=Count("pk", filter=Q(pk__in=mine)))
    before = [week for week in weeks if week.cases][-FEWEST_WEEKS:]
    if len(before) < FEWEST_WEEKS:
        return told["seen"], told["cases"], None
    return told["seen"], told["cases"], sum(week.seen for week in before) / (7 * len(before))
