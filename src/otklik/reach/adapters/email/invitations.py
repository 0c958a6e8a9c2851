"""An invitation in a letter (RFC 5545, 5546), told in words: what, when, where, who. The file stays attached."""

import logging
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from otklik.reach.adapters.email.charsets import clean

if TYPE_CHECKING:
    from icalendar import Component

logger = logging.getLogger(__name__)

TYPES: Final = {"text/calendar", "application/ics"}
LARGEST: Final = 300_000
_LONGEST: Final = 300
_MOST_NAMED: Final = 8
_MOST_EVENTS: Final = 20
_METHODS: Final = {
    "REQUEST": gettext_lazy("Invitation: %(title)s"),
    "CANCEL": gettext_lazy("The meeting is cancelled: %(title)s"),
    "COUNTER": gettext_lazy("Another time is proposed: %(title)s"),
}
_ANSWERS: Final = {
    "ACCEPTED": gettext_lazy("%(name)s will come: %(title)s"),
    "DECLINED": gettext_lazy("%(name)s will not come: %(title)s"),
    "TENTATIVE": gettext_lazy("%(name)s may come: %(title)s"),
}


def invitation_words(content: bytes) -> str:
    """A few lines about each event, the earliest first; '' when there is none or it cannot be read."""
    from icalendar import Calendar

    if len(content) > LARGEST:
        return ""
    try:
        calendar = Calendar.from_ical(content)
        return _told(calendar.walk("VEVENT"), method=str(calendar.get("METHOD", "")).upper())
    except Exception as error:  # noqa: BLE001  the library raises whatever hostile bytes make it trip over
        logger.info("invitation_unreadable", extra={"error": type(error).__name__, "size": len(content)})
        return ""


def _told(events: "list[Component]", *, method: str) -> str:
    told = ["\n".join(_lines(event, method)) for event in sorted(events, key=_order)[:_MOST_EVENTS]]
    if more := len(events) - len(told):
        words = ngettext("And %(count)d more event, in the file.", "And %(count)d more events, in the file.", more)
        told.append(words % {"count": more})
    return "\n\n".join(told)


def _order(event: "Component") -> tuple[bool, str]:
    """By day and hour here; what has no beginning comes last."""
    start = _moment(event.get("DTSTART"))
    if start is None:
        return True, ""
    return False, (_here(start) if isinstance(start, datetime) else start).isoformat()


def _lines(event: "Component", method: str) -> Iterator[str]:
    guests = _people(event.get("ATTENDEE"))
    yield _first_line(event, method)
    if when := _when(event):
        yield _("When: %(when)s") % {"when": when}
    if where := _text(event.get("LOCATION")):
        yield _("Where: %(where)s") % {"where": where}
    if organizer := [name for name, _answer in _people(event.get("ORGANIZER"))]:
        yield _("Organizer: %(name)s") % {"name": organizer[0]}
    if guests and method != "REPLY":
        yield _("Participants: %(names)s") % {"names": _named([name for name, _answer in guests])}


def _first_line(event: "Component", method: str) -> str:
    title = _text(event.get("SUMMARY")) or _("Without a title")
    guests = _people(event.get("ATTENDEE"))
    if method == "REPLY" and guests and guests[0][1] in _ANSWERS:
        return str(_ANSWERS[guests[0][1]]) % {"name": guests[0][0], "title": title}
    return str(_METHODS.get(method, gettext_lazy("Event: %(title)s"))) % {"title": title}


def _when(event: "Component") -> str:
    start, end = _moment(event.get("DTSTART")), _moment(event.get("DTEND"))
    if start is None:
        return ""
    words = _span(start, end)
    return f"{words}, {_('repeats')}" if event.get("RRULE") else words


def _span(start: date, end: date | None) -> str:
    """In the time zone of the house, which is named; a whole day and a floating time have none."""
    if not isinstance(start, datetime):
        return _("%(day)s, the whole day") % {"day": date_format(start, "DATE_FORMAT")}
    zone = f" ({timezone.get_current_timezone_name()})" if timezone.is_aware(start) else ""
    first = _here(start)
    text = f"{date_format(first, 'DATE_FORMAT')}, {date_format(first, 'H:i')}"
    if not isinstance(end, datetime):
        return text + zone
    last = _here(end)
    same_day = last.date() == first.date()
    rest = date_format(last, "H:i") if same_day else f"{date_format(last, 'DATE_FORMAT')}, {date_format(last, 'H:i')}"
    return f"{text} – {rest}{zone}"


def _here(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def _moment(value: Any) -> date | None:
    found = getattr(value, "dt", None)
    return found if isinstance(found, date) else None


def _people(value: Any) -> list[tuple[str, str]]:
    """Name (or address) and answer of each."""
    return [(_name(one), str(one.params.get("PARTSTAT", "")).upper()) for one in _each(value)]


def _each(value: Any) -> Iterable[Any]:
    found = value if isinstance(value, list) else [value] if value is not None else []
    return [one for one in found if hasattr(one, "params")]


def _name(person: Any) -> str:
    return _text(person.params.get("CN")) or _text(person).removeprefix("mailto:").removeprefix("MAILTO:")


def _named(names: list[str]) -> str:
    shown, more = names[:_MOST_NAMED], len(names) - _MOST_NAMED
    text = ", ".join(shown)
    return text if more <= 0 else ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
        "names": text, "count": more,
    }  # fmt: skip


def _text(value: Any) -> str:
    return " ".join(clean(str(value or "")).split())[:_LONGEST]
