"""What somebody asks: which measure, of which days, of whom, divided by what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from otklik.cases.models import CaseKind
from otklik.foundation.actors import Actor, may
from otklik.foundation.errors import Refusal
from otklik.foundation.in_use import is_in_use

USUAL_DAYS: Final = 30
MOST_DAYS: Final = 3_660
_MOST_PIECES: Final = 400
_FEW_DAYS, _SOME_DAYS = 45, 200
_LONGEST_ID = 18
NONE: Final = "none"
"""The group of cases that have no standard, or no organization."""


class Measure(StrEnum):
    FIRST_ANSWER = "first_answer"
    NEXT_WORD = "next_word"
    SOLUTION = "solution"
    PROMISES_KEPT = "promises_kept"
    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    UNCONFIRMED = "unconfirmed"
    REOPENED = "reopened"
    STANDARDS_KEPT = "standards_kept"
    EFFORT = "effort"
    EXPLAINED_TWICE = "explained_twice"
    TOLD_AGAIN = "told_again"
    GESTURES = "gestures"
    SATISFIED_AFTER_GESTURE = "satisfied_after_gesture"
    REFUSALS = "refusals"
    SATISFIED_AFTER_REFUSAL = "satisfied_after_refusal"

    @property
    def is_span(self) -> bool:
        return self in {Measure.FIRST_ANSWER, Measure.NEXT_WORD, Measure.SOLUTION}


class By(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TEAM = "team"
    AGENT = "agent"
    CHANNEL = "channel"
    KIND = "kind"
    STANDARD = "standard"
    ORGANIZATION = "organization"
    RULE = "rule"

    @property
    def is_time(self) -> bool:
        return self in {By.DAY, By.WEEK, By.MONTH}


TIMES: Final = tuple(one for one in By if one.is_time)
GROUPS: Final = tuple(one for one in By if not one.is_time)
_BY_RULE: Final = Measure.SATISFIED_AFTER_REFUSAL
_OF_GOODWILL: Final = frozenset(
    {Measure.GESTURES, Measure.SATISFIED_AFTER_GESTURE, Measure.REFUSALS, Measure.SATISFIED_AFTER_REFUSAL}
)


def measures() -> tuple[Measure, ...]:
    """What this house counts: nothing of an app that it does without."""
    return tuple(one for one in Measure if one not in _OF_GOODWILL or is_in_use("goodwill"))


def groups_of(measure: Measure) -> tuple[By, ...]:
    """By what it can be divided, and narrowed: by a rule only what is said after refusals."""
    return tuple(one for one in GROUPS if one is not By.RULE or measure is _BY_RULE)


class Time(StrEnum):
    """In which time a span is told: as the customer lives through it, or only the hours in which the team works."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """``since`` is counted, ``until`` is not. ``every``: the pieces of time of a series; ``by``: what divides it.

    ``team``, ``agent``, ``standard``, ``organization``, ``rule``: an id as text (``standard`` and ``organization`` also
    ``none``), '' for all.
    """

    measure: Measure
    since: datetime
    until: datetime
    every: By = By.DAY
    by: By | None = None
    time: Time = Time.CALENDAR
    percentile: int = 50
    team: str = ""
    agent: str = ""
    channel: str = ""
    kind: str = ""
    standard: str = ""
    organization: str = ""
    rule: str = ""

    @property
    def narrowed(self) -> dict[str, str]:
        """What of the cases is asked for, as it stands in an address."""
        return {one.value: value for one in GROUPS if (value := getattr(self, one))}

    def of(self, group: By, key: str) -> "Asked":
        """The same of one group only."""
        narrowed: dict[str, Any] = {group.value: key or NONE}
        return replace(self, by=None, **narrowed)

    def on(self, day: date) -> "Asked":
        """The same of one piece of its series, which begins with ``day``."""
        begins, ends = _begins(day), _begins(after(day, self.every))
        return replace(self, by=None, since=max(self.since, begins), until=min(self.until, ends))

    def about(self, measure: Measure) -> "Asked":
        """The same of another measure, as far as that can be divided and narrowed so."""
        fitting = groups_of(measure)
        by = self.by if self.by is None or self.by.is_time or self.by in fitting else None
        rule = self.rule if By.RULE in fitting else ""
        return replace(self, measure=measure, by=by, rule=rule, percentile=50, time=Time.CALENDAR)

    def earlier(self) -> "Asked":
        """The same of as long a time just before."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)

    def query(self, **changes: str) -> str:
        """The query string that asks for it."""
        parts = {"measure": self.measure.value, "from": _said(self.since), "to": _said(self.until, is_end=True)}
        parts |= {"by": self.by.value if self.by else "", "time": self.time.value, "percentile": str(self.percentile)}
        usual = {"time": Time.CALENDAR.value, "percentile": "50"}
        parts = {name: value for name, value in {**parts, **self.narrowed, **changes}.items() if value}
        return urlencode({name: value for name, value in parts.items() if usual.get(name) != value})


def asked_of(values: Mapping[str, str], *, actor: Actor, now: datetime) -> Asked:
    """What a query string asks for; unsaid, thirty days until now.

    Raises ``Refusal('measure_unknown' | 'by_unknown' | 'dates_invalid' | 'time_unknown' | 'percentile_unknown' |
    'filter_unknown' | 'not_allowed')``.
    """
    measure = _measure(values.get("measure", ""))
    since, until = span_of(values, now=now)
    by, every = _by(values.get("by", ""), (*TIMES, *groups_of(measure))), _by(values.get("every", ""), TIMES)
    asked = Asked(
        measure=measure,
        since=since,
        until=until,
        every=every or (by if by and by.is_time else fitting(since, until)),
        by=by,
        time=_time(values.get("time", "")),
        percentile=_percentile(values.get("percentile", "")),
        **{one.value: _filter(one, values.get(one.value, ""), measure) for one in GROUPS},
    )
    if (until - since) / _LENGTH[asked.every] > _MOST_PIECES:
        raise _wrong_dates(_("These are too many days for one series: ask for weeks or months."))
    _check_persons(asked, actor)
    return asked


def sees_colleagues(actor: Actor) -> bool:
    """Whether figures may be told of each person; others see the sum of their teams, and themselves."""
    return may(actor, "team.see")


def _check_persons(asked: Asked, actor: Actor) -> None:
    if asked.agent and not sees_colleagues(actor) and asked.agent != str(actor.pk):
        raise Refusal("not_allowed", _("You see your own figures and those of your team, not of a colleague."))


# ── Names ─────────────────────────────────────────────────────────────────────────────────
def _measure(name: str) -> Measure:
    if name not in measures():
        text = _("There is no such figure. One of these: %(names)s.") % {"names": ", ".join(measures())}
        raise Refusal("measure_unknown", text, fields={"measure": text})
    return Measure(name)


def _by(name: str, known: Collection[By]) -> By | None:
    if name and name not in known:
        text = _("Figures are not divided by this. By one of these: %(names)s.") % {"names": ", ".join(known)}
        raise Refusal("by_unknown", text, fields={"by": text})
    return By(name) if name else None


def _time(name: str) -> Time:
    if name and name not in Time:
        text = _("Time is “calendar” or “working”.")
        raise Refusal("time_unknown", text, fields={"time": text})
    return Time(name or Time.CALENDAR)


PERCENTILES: Final = (50, 90, 95)


def _percentile(said: str) -> int:
    if said and said not in map(str, PERCENTILES):
        text = _("A percentile is 50, 90 or 95.")
        raise Refusal("percentile_unknown", text, fields={"percentile": text})
    return int(said or PERCENTILES[0])


def _filter(group: By, value: str, measure: Measure) -> str:
    value = value.strip()
    if group not in groups_of(measure):
        is_known = False
    elif group is By.KIND:
        is_known = value in CaseKind.values
    elif group is By.CHANNEL:
        is_known = value.isascii() and value.isidentifier()
    else:
        is_id = value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID
        is_known = is_id or (value == NONE and group in {By.STANDARD, By.ORGANIZATION})
    if value and not is_known:
        text = _("This is none that figures can be narrowed to.")
        raise Refusal("filter_unknown", text, fields={group.value: text})
    return value


# ── Days ──────────────────────────────────────────────────────────────────────────────────
_YEARS: Final = range(1990, 9_000)
_LENGTH: Final = {By.DAY: timedelta(days=1), By.WEEK: timedelta(days=7), By.MONTH: timedelta(days=28)}


def span_of(values: Mapping[str, str], *, now: datetime) -> tuple[datetime, datetime]:
    """From when and until when: days as ``2026-11-30`` (here, the last one wholly counted), or ISO moments.

    Raises ``Refusal('dates_invalid')``.
    """
    until = _moment(values.get("to", ""), "to", is_end=True) or _tomorrow(now)
    since = _moment(values.get("from", ""), "from") or _midnight(until - timedelta(days=USUAL_DAYS))
    if since >= until:
        raise _wrong_dates(_("The first day is after the last one."))
    if until - since > timedelta(days=MOST_DAYS):
        raise _wrong_dates(_("This is too long a time: ten years at most."))
    return since, until


def fitting(since: datetime, until: datetime) -> By:
    """The pieces of a series that neither crowd it nor leave it empty."""
    days = (until - since).days
    return By.DAY if days <= _FEW_DAYS else By.WEEK if days <= _SOME_DAYS else By.MONTH


def after(day: date, every: By) -> date:
    """The day on which the next piece begins."""
    if every is By.MONTH:
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return day + _LENGTH[every]


def pieces(asked: Asked, *, now: datetime) -> list[date]:
    """The first day of each piece that has begun, empty ones too."""
    first = timezone.localtime(asked.since).date()
    first = first.replace(day=1) if asked.every is By.MONTH else first
    first -= timedelta(days=first.weekday()) if asked.every is By.WEEK else timedelta()
    last = timezone.localtime(min(asked.until - timedelta(microseconds=1), max(now, asked.since))).date()
    found = [first]
    while (following := after(found[-1], asked.every)) <= last:
        found.append(following)
    return found


def _moment(said: str, name: str, *, is_end: bool = False) -> datetime | None:
    if not said.strip():
        return None
    try:
        found = _read(said.strip(), is_end=is_end)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.year not in _YEARS:
        raise _wrong_dates(_("A day is written as 2026-11-30, a moment as 2026-11-30T15:00:00+03:00."), name)
    return found


def _read(said: str, *, is_end: bool) -> datetime | None:
    if "T" not in said:
        day = parse_date(said)
        return None if day is None else _begins(day + timedelta(days=is_end))
    moment = parse_datetime(said.replace(" ", "+"))
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def _wrong_dates(text: str, name: str = "from") -> Refusal:
    return Refusal("dates_invalid", text, fields={name: text})


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _midnight(moment: datetime) -> datetime:
    return _begins(timezone.localtime(moment).date())


def _tomorrow(now: datetime) -> datetime:
    return _midnight(now + timedelta(days=1))


def _said(moment: datetime, *, is_end: bool = False) -> str:
    """As a day where it is a midnight here, else as a moment."""
    here = timezone.localtime(moment)
    if here == _midnight(moment):
        return (here.date() - timedelta(days=is_end)).isoformat()
    return here.isoformat()
