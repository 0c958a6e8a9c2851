"""What an agent searches for: words and what narrows them, as they stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.cases.labels import CHANNELS, STATES
from otklik.cases.models import Case
from otklik.cases.search import WHO, Sieve

WHO_TEXTS = {"customer": gettext_lazy("Said by the customer"), "agent": gettext_lazy("Said by us")}
FILTERS = ("who", "since", "until", "channel", "state", "files")
_LONGEST = 200
_YEARS = (2000, 2999)


@dataclass(frozen=True, kw_only=True)
class Search:
    """The query string of the search page, made safe: whatever it does not know is passed over."""

    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def sieve(self) -> Sieve:
        since, until = _day(self.filters.get("since")), _day(self.filters.get("until"))
        return Sieve(
            who=self.filters.get("who", ""),
            channel=self.filters.get("channel", ""),
            state=self.filters.get("state", ""),
            has_files="files" in self.filters,
            since=_midnight(since) if since else None,
            until=_midnight(until + timedelta(days=1)) if until else None,
        )

    @property
    def chosen(self) -> dict[str, str]:
        """Each filter as its field shows it."""
        return {name: self.filters.get(name, "") for name in FILTERS}

    def query(self, **changes: str | None) -> str:
        """The address of the same search with some parts changed, on its first page unless told."""
        query = QueryDict(mutable=True)
        parts: dict[str, Any] = {"q": self.q, **self.filters, **changes}
        query.update({name: value for name, value in parts.items() if value})
        return f"?{query.urlencode()}"

    def chips(self) -> list[tuple[str, str]]:
        """What narrows the search: words, and the address without it."""
        return [(_words_of(name, value), self.query(**{name: None})) for name, value in self.filters.items()]


def search_of(query: QueryDict) -> Search:
    known = {"who": WHO, "channel": CHANNELS, "state": Case.State.values, "files": ("1",)}
    found = {name: str(query[name]) for name, values in known.items() if query.get(name) in values}
    found |= {name: str(query[name]) for name in ("since", "until") if _day(query.get(name))}
    return Search(q=query.get("q", "").replace("\0", "").strip()[:_LONGEST], filters=found)


def _day(text: str | None) -> date | None:
    try:
        day = parse_date(text or "")
    except ValueError:
        return None
    return day if day and _YEARS[0] <= day.year <= _YEARS[1] else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _words_of(name: str, value: str) -> str:
    if (day := _day(value)) and name in {"since", "until"}:
        text = _("from %(day)s") if name == "since" else _("to %(day)s")
        return text % {"day": date_format(day, "SHORT_DATE_FORMAT")}
    if name == "files":
        return _("With files")
    labels = {"channel": CHANNELS, "state": STATES}
    return str(labels[name][value].text) if name in labels else str(WHO_TEXTS[value])
