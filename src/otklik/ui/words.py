"""How times, sizes and names are said. Pure: the current moment is always an argument."""

import re
import zlib
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import phonenumbers
from django.utils import formats, timezone
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext, pgettext_lazy

HUES = 6
MINUTE, HOUR, DAY = 60, 3600, 86_400
KIBI, SMALL = 1024, 9.95
_HOME: Final = "RU"
RUSSIAN_TRUNK = re.compile(r"8\d{10}")
MONTHS = (
    pgettext_lazy("short month after a day", "Jan"),
    pgettext_lazy("short month after a day", "Feb"),
    pgettext_lazy("short month after a day", "Mar"),
    pgettext_lazy("short month after a day", "Apr"),
    pgettext_lazy("short month after a day", "May"),
    pgettext_lazy("short month after a day", "Jun"),
    pgettext_lazy("short month after a day", "Jul"),
    pgettext_lazy("short month after a day", "Aug"),
    pgettext_lazy("short month after a day", "Sep"),
    pgettext_lazy("short month after a day", "Oct"),
    pgettext_lazy("short month after a day", "Nov"),
    pgettext_lazy("short month after a day", "Dec"),
)
NEAR_DAYS = {-1: gettext_noop("yesterday"), 0: gettext_noop("today"), 1: gettext_noop("tomorrow")}
LEGAL_FORMS = {"ооо", "оао", "зао", "пао", "ао", "ип", "нко", "llc", "ltd", "inc", "gmbh", "re", "fwd"}


def clock(moment: datetime) -> str:
    """``14:02`` in the reader's time zone."""
    return _clock(timezone.localtime(moment))


def day(moment: datetime, *, now: datetime) -> str:
    """``18 ноя``, with the year when it is not this year."""
    return _day(timezone.localtime(moment), timezone.localtime(now))


def when(moment: datetime, *, now: datetime) -> str:
    """``сегодня, 14:02`` · ``вчера, 16:20`` · ``18 ноя, 16:20`` · ``20 дек 2025, 16:20``."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    distance = (local.date() - today.date()).days
    name = gettext(NEAR_DAYS[distance]) if distance in NEAR_DAYS else _day(local, today)
    return f"{name}, {_clock(local)}"


def when_short(moment: datetime, *, now: datetime) -> str:
    """For a narrow column: ``14:02`` today, ``вчера``, then ``17 ноя``."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    distance = (local.date() - today.date()).days
    if distance == 0:
        return _clock(local)
    return gettext("yesterday") if distance == -1 else _day(local, today)


def time_left(deadline: datetime, *, now: datetime) -> str:
    """``ещё 25 мин`` · ``−12 мин`` · ``до 17:00`` · ``завтра до 13:00`` · ``до 20 ноя, 18:00``."""
    seconds = (deadline - now).total_seconds()
    if seconds < 0:
        return f"\N{MINUS SIGN}{duration(now - deadline)}"
    if seconds < HOUR:
        return gettext("%(duration)s left") % {"duration": duration(deadline - now)}
    local, today = timezone.localtime(deadline), timezone.localtime(now)
    distance = (local.date() - today.date()).days
    if distance == 1:
        return gettext("by %(time)s tomorrow") % {"time": _clock(local)}
    return gettext("by %(time)s") % {"time": f"{_day(local, today)}, {_clock(local)}" if distance else _clock(local)}


def late(deadline: datetime, *, now: datetime) -> str:
    """``опаздываем на 12 мин``: a missed promise in words."""
    return gettext("late by %(duration)s") % {"duration": duration(now - deadline)}


def duration(span: timedelta) -> str:
    """The two largest parts of a span, rounded down: ``25 мин`` · ``2 ч 10 мин`` · ``3 дня 14 ч``.

    Less than a minute is said as one minute.
    """
    seconds = max(int(span.total_seconds()), MINUTE)
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    parts = []
    if days:
        parts.append(ngettext("%(count)d day", "%(count)d days", days) % {"count": days})
    if hours:
        parts.append(pgettext("duration", "%(count)d h") % {"count": hours})
    if minutes and not days:
        parts.append(pgettext("duration", "%(count)d min") % {"count": minutes})
    return " ".join(parts)


def working_hours(minutes: int) -> str:
    """Working time, which knows no days: ``30 мин`` · ``8 ч`` · ``1 ч 30 мин``."""
    hours, rest = divmod(minutes, 60)
    parts = [pgettext("duration", "%(count)d h") % {"count": hours}] if hours else []
    if rest or not parts:
        parts.append(pgettext("duration", "%(count)d min") % {"count": rest})
    return " ".join(parts)


def share_spent(start: datetime, deadline: datetime, *, now: datetime) -> float:
    """How much of a promised time is gone, 0..1."""
    whole = (deadline - start).total_seconds()
    return 1.0 if whole <= 0 else min(max((now - start).total_seconds() / whole, 0.0), 1.0)


def ring_dash(share: float) -> str:
    """``stroke-dasharray`` of a ring drawn with ``pathLength="100"``."""
    return f"{round(min(max(share, 0.0), 1.0) * 100)} 100"


def filesize(size: int) -> str:
    """``184 КБ`` · ``2,1 МБ``; steps of 1024, one digit after the comma below ten."""
    units = (
        pgettext("file size", "B"),
        pgettext("file size", "KB"),
        pgettext("file size", "MB"),
        pgettext("file size", "GB"),
    )
    value, step = float(max(size, 0)), 0
    while round(value) >= KIBI and step < len(units) - 1:
        value, step = value / KIBI, step + 1
    digits = 1 if step and value < SMALL and round(value, 1) % 1 else 0
    return f"{formats.number_format(round(value, digits), digits)}\N{NO-BREAK SPACE}{units[step]}"


def initials(name: str) -> str:
    """First letters of the first and last word, legal forms and marks left out; empty when there is no letter."""
    words: list[str] = [
        word
        for word in re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", name.partition("@")[0])
        if word.lower() not in LEGAL_FORMS
    ]
    if not words:
        return ""
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def hue(name: str) -> int:
    """1..6, always the same for the same name."""
    return zlib.crc32(name.strip().casefold().encode()) % HUES + 1


@lru_cache(maxsize=2_000)
def phone(number: str) -> str:
    """A phone as people write it: in our own country from the inside («8 (916) 123-45-67»), else with its country.

    What is no number stays as it was typed.
    """
    try:
        known = phonenumbers.parse(number, _HOME)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_valid_number(known):
        return number
    style = phonenumbers.PhoneNumberFormat
    is_ours = phonenumbers.region_code_for_number(known) == _HOME
    return phonenumbers.format_number(known, style.NATIONAL if is_ours else style.INTERNATIONAL)


def phone_link(phone: str) -> str:
    """``tel:`` address of a phone as people write it; a Russian trunk 8 becomes +7."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+"):
        return f"tel:+{digits}"
    return f"tel:+7{digits[1:]}" if RUSSIAN_TRUNK.fullmatch(digits) else f"tel:{digits}"


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def _day(local: datetime, today: datetime) -> str:
    text = f"{local.day} {MONTHS[local.month - 1]}"
    return text if local.year == today.year else f"{text} {local.year}"


_MARKED = re.compile(r"(?<!\\)(\*\*\*|\*\*|~~|`)(?=\S)(.+?)(?<=[^\s\\])\1", re.DOTALL)
_STARRED = re.compile(r"(?<![\w*\\])(\*|_)(?=[^\s*_])([^*_\n]*[^\s*_\\])\1(?![\w*])")
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^\s<>]+)>")
_ESCAPED = re.compile(r"(?<!:)\\([*_`~\[\]()#>+.<&\\-])|\\$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[^`\n]*$\n?", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]{1,300})\]\((?:mailto:|https?://|/)[^()\s]*\)")
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}|>)[ \t]+", re.MULTILINE)


def bare_words(text: str) -> str:
    """What was said without the signs that only give it its look: no ``**``, no ``#``, a link by its words."""
    if not any(sign in text for sign in ("*", "_", "](", "~~", "`", "#", ">", "\\")):
        return text
    bare = _STARRED.sub(r"\2", _MARKED.sub(r"\2", _FENCE.sub("", text)))
    return _ESCAPED.sub(r"\1", _LINE_START.sub("", _ADDRESS.sub(r"\1", _LINK.sub(r"\1", bare))))
