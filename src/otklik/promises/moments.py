"""Which moment words name: «завтра до обеда», «до 15:00», "by Friday", by the clock of a team and in its working time.

A day without an hour ends with its work. What can be read in two ways is read as the earlier; what has passed is none.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from otklik.team.working_time import Calendar, day_of

_NOON: Final = time(13)
_EVENING: Final = time(18)
_MONTHS: Final = (
    "январ|january|jan", "феврал|february|feb", "март|march|mar", "апрел|april|apr", "ма[йя]|may", "июн|june|jun",
    "июл|july|jul", "август|august|aug", "сентябр|september|sept?", "октябр|october|oct", "ноябр|november|nov",
    "декабр|december|dec",
)  # fmt: skip
_WEEKDAYS: Final = (
    r"понедельник\w*|monday|mon", r"вторник\w*|tuesday|tue", r"сред[аыуе]|wednesday|wed", r"четверг\w*|thursday|thu",
    r"пятниц\w+|friday|fri", r"суббот\w+|saturday|sat", r"воскресень\w+|sunday|sun",
)  # fmt: skip
_NUMBERS: Final = {
    "один": 1, "одного": 1, "одной": 1, "два": 2, "две": 2, "двух": 2, "три": 3, "трёх": 3, "трех": 3, "четыре": 4,
    "четырёх": 4, "четырех": 4, "пять": 5, "пяти": 5, "пару": 2, "пары": 2, "a": 1, "an": 1, "one": 1, "two": 2,
    "three": 3, "four": 4, "five": 5, "": 1,
}  # fmt: skip
_COUNT: Final = r"(?P<count>\d{1,2}|" + "|".join(filter(None, _NUMBERS)) + r")?\s*"
_WORKING: Final = r"(?P<working>рабоч\w+\s+|working\s+|business\s+)?"
_UNIT: Final = (
    r"(?:(?P<minutes>минут\w*|мин|minutes?|min)|(?P<hours>час(?:а|ов)?|hours?|h)|(?P<days>дн(?:я|ей)|день|days?)"
    r"|(?P<weeks>недел\w+|weeks?))\b"
)
_SPAN: Final = re.compile(
    rf"\b(?:через|в\s+течение|в\s+теч\.|within|in)\s+(?:the\s+next\s+)?{_COUNT}{_WORKING}{_UNIT}", re.IGNORECASE
)
_HALF_HOUR: Final = re.compile(
    r"\b(?:через|в\s+течение)\s+пол(?:учаса|часа)\b|\b(?:in|within)\s+half\s+an\s+hour\b", re.IGNORECASE
)
_CLOCK: Final = re.compile(
    r"\b(?:до|в|к|by|at|before|until)\s+(?P<hour>[01]?\d|2[0-3])(?!\d)"
    r"(?::(?P<minute>[0-5]\d)(?!\d)|\.(?P<dotted>00|1[3-9]|[2-5]\d)(?!\d|\.\d))?"
    r"(?:\s*(?P<unit>час\w*|o['’]clock))?\s*(?P<half>утра|дня|вечера|[ap]\.?m\b)?",
    re.IGNORECASE,
)
"""With a dot it is an hour where it can be no day: 15.00, but not 06.03."""
_DAY: Final = re.compile(r"\b(?P<day>сегодня|завтра|послезавтра|today|tonight|tomorrow)\b", re.IGNORECASE)
_DATE: Final = re.compile(
    r"\b(?P<on>[0-3]?\d)(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>" + "|".join(_MONTHS) + r")\w*|"
    r"\b(?P<month_first>" + "|".join(one.partition("|")[2] for one in _MONTHS) + r")\w*\s+(?P<on_after>[0-3]?\d)\b|"
    r"\b(?P<dotted>[0-3]?\d\.(?:0[1-9]|1[0-2])(?:\.(?:20)?\d\d)?)\b(?!:)",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(
    r"(?:\b(?P<until>до|к|before)\s+)?(?:\b(?:в|во|by|on|until|this|next)\s+)*"
    r"\b(?P<name>" + "|".join(_WEEKDAYS) + r")\b",
    re.IGNORECASE,
)
_LUNCH: Final = re.compile(
    r"\bдо\s+обеда\b|\bк\s+обеду\b|\b(?:в\s+)?перв\w+\s+половин\w+\s+дня\b|\bутром\b|\bс\s+утра\b|\b(?:by|before)\s+(?:lunch|noon)"
    r"|\b(?:this|in\s+the|tomorrow)\s+morning\b",
    re.IGNORECASE,
)
_END_OF_DAY: Final = re.compile(
    r"\bдо\s+(?:конца\s+(?:рабочего\s+)?дня|вечера)\b|\bк\s+(?:концу\s+дня|вечеру)\b|\b(?:вечером|после\s+обеда)\b|\b(?:by\s+)?"
    r"(?:the\s+)?end\s+of\s+(?:the\s+|your\s+|my\s+)?(?:working\s+|business\s+)?day\b|\beod\b|\bthis\s+(?:afternoon|evening)\b",
    re.IGNORECASE,
)
_END_OF_WEEK: Final = re.compile(
    r"\b(?:до|к)\s+конц[ау]\s+(?:этой\s+)?недели\b|\bна\s+этой\s+неделе\b|\bend\s+of\s+(?:the|this)\s+week\b|\bthis\s+week\b",
    re.IGNORECASE,
)
_PATTERNS: Final = (_SPAN, _HALF_HOUR, _CLOCK, _DATE, _WEEKDAY, _DAY, _LUNCH, _END_OF_DAY, _END_OF_WEEK)
_SMALL: Final = re.compile(r"\b(?:до|в|к|во|by|on|at|уже|примерно|около|максимум|latest|the)\b|[\s.!,]+", re.IGNORECASE)


def moment_in(words: str, *, at: datetime, calendar: Calendar) -> datetime | None:
    """The moment that these words name, said ``at`` this one; None when they name none, or one that has passed."""
    local = at.astimezone(ZoneInfo(calendar.time_zone))
    found = _span(words, local, calendar) or _on_a_day(words, local, calendar)
    return found if found is not None and found > at else None


def is_only_a_moment(words: str) -> bool:
    """Whether the words say nothing else."""
    if not any(pattern.search(words) for pattern in _PATTERNS):
        return False
    rest = words
    for pattern in _PATTERNS:
        rest = pattern.sub(" ", rest)
    return not _SMALL.sub("", rest)


# ── «через два часа» ──────────────────────────────────────────────────────────────────────
def _span(words: str, local: datetime, calendar: Calendar) -> datetime | None:
    if _HALF_HOUR.search(words):
        return local + timedelta(minutes=30)
    found = _SPAN.search(words)
    if found is None:
        return None
    counted = (found["count"] or "").lower()
    count = int(counted) if counted.isdigit() else _NUMBERS[counted]
    if found["minutes"]:
        return local + timedelta(minutes=count)
    if found["hours"]:
        return local + timedelta(hours=count)
    if found["working"] and found["days"]:
        return _end_of(_working_day_after(local.date(), count, calendar), calendar)
    return _end_of(local.date() + timedelta(days=count * (7 if found["weeks"] else 1)), calendar)


def _working_day_after(day: date, count: int, calendar: Calendar) -> date:
    for ahead in range(1, 60):
        count -= bool(day_of(calendar, day + timedelta(days=ahead)).minutes)
        if count == 0:
            return day + timedelta(days=ahead)
    return day + timedelta(days=count)


# ── «завтра до обеда» ─────────────────────────────────────────────────────────────────────
def _on_a_day(words: str, local: datetime, calendar: Calendar) -> datetime | None:
    day = _day_named(words, local.date(), calendar)
    if _LUNCH.search(words):
        return _lunch_of(day or local.date(), calendar)
    clock = _clock(words)
    if clock is not None:
        return _at(day or local.date(), clock, calendar)
    if day is None and _END_OF_DAY.search(words):
        day = local.date()
    return None if day is None else _end_of(day, calendar)


def _day_named(words: str, today: date, calendar: Calendar) -> date | None:
    named: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]], ...] = (
        (_DATE, lambda found: _date(found, today)),
        (_WEEKDAY, lambda found: _weekday(found, today, calendar)),
        (_DAY, lambda found: today + timedelta(days=_AHEAD[found["day"].lower()])),
        (_END_OF_WEEK, lambda _found: _end_of_week(today, calendar)),
    )
    for pattern, read in named:
        if (found := pattern.search(words)) and (day := read(found)) is not None:
            return day
    return None


_AHEAD: Final = {"сегодня": 0, "today": 0, "tonight": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2}


def _date(found: re.Match[str], today: date) -> date | None:
    if found["dotted"]:
        day, month, *year = (int(part) for part in found["dotted"].split("."))
    else:
        day = int(found["on"] or found["on_after"])
        word = (found["month"] or found["month_first"]).lower()
        month = next(place for place, names in enumerate(_MONTHS, 1) if re.fullmatch(rf"(?:{names})\w*", word))
        year = []
    try:
        if year:
            return date(year[0] % 100 + 2000, month, day)
        this = date(today.year, month, day)
        return this if this >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _weekday(found: re.Match[str], today: date, calendar: Calendar) -> date:
    """The next day of this name; «до пятницы» is kept on Thursday, whichever way it is meant."""
    name = found["name"].lower()
    wanted = next(place for place, names in enumerate(_WEEKDAYS) if re.fullmatch(names, name))
    day = today + timedelta(days=(wanted - today.weekday()) % 7 or 7)
    if (found["until"] or "").lower() not in {"до", "к", "before"}:
        return day
    while day > today + timedelta(days=1):
        day -= timedelta(days=1)
        if day_of(calendar, day).minutes:
            break
    return day


def _end_of_week(today: date, calendar: Calendar) -> date:
    days = [today + timedelta(days=ahead) for ahead in range(7 - today.weekday())]
    working = [day for day in days if day_of(calendar, day).minutes]
    return working[-1] if working else days[-1]


def _clock(words: str) -> time | None:
    for found in _CLOCK.finditer(words):
        minutes = found["minute"] or found["dotted"]
        if not (minutes or found["unit"] or found["half"]):  # «до 5 декабря»
            continue
        hour, half = int(found["hour"]), (found["half"] or "").lower().replace(".", "")
        if half in {"дня", "вечера", "pm"} and hour < 12:  # noqa: PLR2004
            hour += 12
        if half in {"утра", "am"} and hour == 12:  # noqa: PLR2004
            hour = 0
        return time(hour, int(minutes or 0))
    return None


def _lunch_of(day: date, calendar: Calendar) -> datetime:
    """When the break in the middle of the day begins, 13:00 without one."""
    pieces = day_of(calendar, day).minutes
    breaks = [until for (_since, until), (since, _until) in pairwise(pieces) if since > until]
    midday = [minute for minute in breaks if 11 * 60 <= minute <= 15 * 60]
    return _at(day, time(midday[0] // 60, midday[0] % 60) if midday else _NOON, calendar)


def _end_of(day: date, calendar: Calendar) -> datetime:
    """When work ends on that day, 18:00 where nobody works."""
    pieces = day_of(calendar, day).minutes
    if not pieces:
        return _at(day, _EVENING, calendar)
    return _at(day, time(0), calendar) + timedelta(minutes=pieces[-1][1])


def _at(day: date, clock: time, calendar: Calendar) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(calendar.time_zone))
