"""Arithmetic of working time: pure, exact, across nights, days that differ, rests and time zones.

A moment works if the clock of the calendar's zone shows a working hour of that day there: hours that the clocks jump
over are none, and hours that they show twice count twice. Everything is counted in UTC.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from otklik.team.public_days import SHORTER_BY_MINUTES, Kind, PublicDay, public_days

ALWAYS: Final = [[["00:00", "24:00"]]] * 7
OFFICE: Final = [[["09:00", "18:00"]]] * 5 + [[], []]

type Pairs = Sequence[Sequence[str]]
"""Intervals of one day: ``["09:00", "13:00"]``, in order; ``24:00`` ends a day."""
type Rest = tuple[datetime, datetime]
"""A pause in which a clock rests: from, until."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MINUTE: Final = 60_000_000
_DAY: Final = 24 * 60 * _MINUTE
_LONGEST_YEAR: Final = 366 * _DAY
_LAST_YEAR: Final = 9_998


class Calendar(Protocol):
    """When somebody works.

    ``week``: seven days, Monday first. ``exceptions``: ISO date → intervals; they win over everything. ``country``: two
    letters, whose holidays and moved days hold; '' for none.
    """

    @property
    def time_zone(self) -> str: ...
    @property
    def week(self) -> Sequence[Pairs]: ...
    @property
    def exceptions(self) -> Mapping[str, Pairs]: ...
    @property
    def country(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class WorkingDay:
    """One day: its working ``minutes`` from midnight, what the country says, whether the house says otherwise."""

    on: date
    minutes: tuple[tuple[int, int], ...]
    public: PublicDay | None
    is_own: bool


def add_working(start: datetime, minutes: int, calendar: Calendar, rests: Iterable[Rest] = ()) -> datetime:
    """The moment in UTC at which ``minutes`` of working time after ``start`` have passed, those of the rests left out.

    A calendar that has no more working time counts round the clock. Raises ``OverflowError`` after the year 9998.
    """
    return hours_of(calendar).add(start, minutes, rests)


def working_minutes(start: datetime, end: datetime, calendar: Calendar, rests: Iterable[Rest] = ()) -> int:
    """Whole minutes of working time between two moments without the rests; 0 when ``end`` is not after ``start``."""
    return hours_of(calendar).between(start, end, rests)


def moved_by(deadline: datetime, rest: Rest, calendar: Calendar) -> datetime:
    """A deadline after its clock has rested: what was left when the rest began is left when it ends.

    One that had passed when the rest began stays where it was.
    """
    return hours_of(calendar).moved_by(deadline, rest)


def is_working(at: datetime, calendar: Calendar) -> bool:
    return hours_of(calendar).is_working(at)


def day_of(calendar: Calendar, on: date, *, language: str = "") -> WorkingDay:
    """What a calendar says of one day; ``language``: of the holiday's name."""
    public = public_days(calendar.country, on.year, language).get(on)
    own = calendar.exceptions.get(on.isoformat())
    pairs = _pairs_of(calendar.week, on, public) if own is None else _clocks(own)
    return WorkingDay(on=on, minutes=pairs, public=public, is_own=own is not None)


def is_in_order(day: Pairs) -> bool:
    """Whether each interval ends after it begins, one after another; they may touch."""
    flat = [clock for interval in day for clock in interval]
    rising = all(opens < closes for opens, closes in zip(flat[::2], flat[1::2], strict=False))
    return len(flat) == 2 * len(day) and rising and flat == sorted(flat)


def hours_of(calendar: Calendar) -> "Hours":
    """The calendar made ready for counting; kept, so that the next question is quick."""
    week, exceptions = json.dumps(calendar.week), json.dumps(dict(calendar.exceptions))
    return _hours(calendar.time_zone, week, exceptions, calendar.country)


@lru_cache(maxsize=64)
def _hours(time_zone: str, week: str, exceptions: str, country: str) -> "Hours":
    return Hours(_Given(time_zone, json.loads(week), json.loads(exceptions), country))


@dataclass(frozen=True)
class _Given:
    time_zone: str
    week: Sequence[Pairs]
    exceptions: Mapping[str, Pairs]
    country: str


ROUND_THE_CLOCK: Final[Calendar] = _Given("UTC", ALWAYS, {}, "")
"""Every minute of day and night."""


@dataclass(frozen=True, kw_only=True)
class _Year:
    """Working intervals of one year in UTC, in microseconds; ``before``: how much work lies before each, and in all."""

    begins: list[int]
    ends: list[int]
    before: list[int]

    def worked(self, until: int) -> int:
        """Work from the beginning of the year until a moment."""
        place = bisect_right(self.begins, until) - 1
        if place < 0:
            return 0
        return self.before[place] + min(until, self.ends[place]) - self.begins[place]

    def reached(self, work: int) -> int:
        """The first moment at which so much work is done; ``work`` is above 0 and at most that of the year."""
        place = bisect_right(self.before, work - 1) - 1
        return self.begins[place] + work - self.before[place]


class Hours:
    """A calendar ready for counting: a year is laid out when it is first asked for, then each answer is a look-up."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._zone = ZoneInfo(calendar.time_zone)
        self._years: dict[int, _Year] = {}
        self._last_own = max((int(day[:4]) for day in calendar.exceptions), default=0)

    def add(self, start: datetime, minutes: int, rests: Iterable[Rest] = ()) -> datetime:
        """See ``add_working``."""
        at, left = _micros(start), minutes * _MINUTE
        for begin, end in _in_order(rests):
            span = self._work(at, begin)
            if span >= left:
                break
            left -= span
            at = max(at, end)
        return _moment(self._after(at, left))

    def between(self, start: datetime, end: datetime, rests: Iterable[Rest] = ()) -> int:
        """See ``working_minutes``."""
        at, until = _micros(start), _micros(end)
        work = 0
        for begin, over in _in_order(rests):
            work += self._work(at, min(begin, until))
            at = max(at, over)
        return (work + self._work(at, until)) // _MINUTE

    def ruler(self, since: datetime, until: datetime) -> "Ruler":
        """Laid along these years once, for measuring very many spans."""
        years = [self._year(year) for year in range(_year_of(_micros(since)), _year_of(_micros(until)) + 1)]
        sums = accumulate((year.before[-1] for year in years), initial=0)
        return Ruler(
            _Year(
                begins=[begin for year in years for begin in year.begins],
                ends=[end for year in years for end in year.ends],
                before=[done + work for year, done in zip(years, sums, strict=False) for work in year.before[:-1]],
            )
        )

    def moved_by(self, deadline: datetime, rest: Rest) -> datetime:
        """See ``moved_by``."""
        began, ended, by = _micros(rest[0]), _micros(rest[1]), _micros(deadline)
        if by <= began or ended <= began:
            return deadline
        return _moment(self._after(ended, self._work(began, by)))

    def is_working(self, at: datetime) -> bool:
        moment = _micros(at)
        return self._work(moment, moment + 1) == 1

    def _after(self, at: int, wanted: int) -> int:
        if wanted == 0:
            return at
        year = first = _year_of(at)
        left = wanted + self._year(year).worked(at)
        if left > (_LAST_YEAR - year) * _LONGEST_YEAR:
            raise OverflowError("there is no calendar of so far a year")
        while left > self._year(year).before[-1]:
            left -= self._year(year).before[-1]
            year += 1
            if year > max(self._last_own, first) and not any(self._calendar.week):
                return at + wanted
        return self._year(year).reached(left)

    def _work(self, at: int, until: int) -> int:
        if until <= at:
            return 0
        first, last = _year_of(at), _year_of(until)
        whole = sum(self._year(year).before[-1] for year in range(first, last))
        return whole + self._year(last).worked(until) - self._year(first).worked(at)

    def _year(self, year: int) -> _Year:
        found = self._years.get(year)
        if found is None:
            if year > _LAST_YEAR:
                raise OverflowError("there is no calendar of so far a year")
            intervals = list(_joined(self._intervals(year)))
            before = list(accumulate((end - begin for begin, end in intervals), initial=0))
            found = _Year(
                begins=[begin for begin, _end in intervals], ends=[end for _begin, end in intervals], before=before
            )
            self._years[year] = found
        return found

    def _intervals(self, year: int) -> Iterator[tuple[int, int]]:
        begin, end = _new_year(year), _new_year(year + 1)
        for since, until, offset in _stretches(self._zone, begin, end):
            day = _date(since + offset)
            while (midnight := _micros_of(day) - offset) < until:
                for opens, closes in day_of(self._calendar, day).minutes:
                    piece = max(since, midnight + opens * _MINUTE), min(until, midnight + closes * _MINUTE)
                    if piece[0] < piece[1]:
                        yield piece
                day += timedelta(days=1)


class Ruler:
    """Working time between moments of some years, each in seconds since 1970; two look-ups a span."""

    def __init__(self, years: _Year) -> None:
        self._begins = [begin / 1e6 for begin in years.begins]
        self._ends = [end / 1e6 for end in years.ends]
        self._before = [done / 1e6 for done in years.before]

    def between(self, begin: float, end: float) -> float:
        """Seconds of working time; 0 when ``end`` is not after ``begin``."""
        return self._worked(end) - self._worked(begin) if end > begin else 0.0

    def _worked(self, until: float) -> float:
        place = bisect_right(self._begins, until) - 1
        if place < 0:
            return 0.0
        closes = self._ends[place]
        return self._before[place] + (until if until < closes else closes) - self._begins[place]


def _stretches(zone: ZoneInfo, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Since, until and the distance of the clocks from UTC, as long as it stays the same; changes are on a minute."""
    since, offset = begin, _offset(zone, begin)
    for midnight in range(begin, end, _DAY):
        following = min(midnight + _DAY, end)
        if (later := _offset(zone, following)) == offset:
            continue
        low, high = midnight // _MINUTE, following // _MINUTE
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle * _MINUTE) == offset else (low, middle)
        yield since, high * _MINUTE, offset
        since, offset = high * _MINUTE, later
    if since < end:
        yield since, end, offset


def _joined(intervals: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same, those that touch in one piece."""
    before: tuple[int, int] | None = None
    for begin, end in intervals:
        if before is not None and before[1] == begin:
            before = before[0], end
            continue
        if before is not None:
            yield before
        before = begin, end
    if before is not None:
        yield before


def _pairs_of(week: Sequence[Pairs], on: date, public: PublicDay | None) -> tuple[tuple[int, int], ...]:
    usual = _clocks(week[on.weekday()])
    if public is None:
        return usual
    if public.kind in {Kind.HOLIDAY, Kind.DAY_OFF}:
        return ()
    if public.kind is Kind.WORKING and not usual:
        usual = _clocks(week[public.stands_for.weekday()]) if public.stands_for else _day_before(week, on)
    return _shortened(usual) if public.is_shortened else usual


def _day_before(week: Sequence[Pairs], on: date) -> tuple[tuple[int, int], ...]:
    """The hours of the nearest day of the week before this one that has any."""
    days = (week[(on.weekday() - back) % 7] for back in range(1, 7))
    return _clocks(next(filter(None, days), ()))


def _shortened(pairs: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """An hour less at the end of the day."""
    left = SHORTER_BY_MINUTES
    while pairs and left:
        opens, closes = pairs[-1]
        cut = min(left, closes - opens)
        left -= cut
        pairs = (*pairs[:-1], (opens, closes - cut)) if closes - cut > opens else pairs[:-1]
    return pairs


def _clocks(day: Pairs) -> tuple[tuple[int, int], ...]:
    return tuple((_minutes(opens), _minutes(closes)) for opens, closes in day)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _in_order(rests: Iterable[Rest]) -> list[tuple[int, int]]:
    return sorted((_micros(begin), _micros(end)) for begin, end in rests)


def _micros(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _date(micros: int) -> date:
    return _moment(micros).date()


def _micros_of(day: date) -> int:
    return (day - _EPOCH.date()).days * _DAY


@lru_cache(maxsize=512)
def _new_year(year: int) -> int:
    return _micros_of(date(year, 1, 1))


def _year_of(micros: int) -> int:
    return _moment(micros).year


def _offset(zone: ZoneInfo, micros: int) -> int:
    return (_moment(micros).astimezone(zone).utcoffset() or timedelta()) // _MICROSECOND
